//! `docs/validate/go.md`: net/http with golang-jwt, and with introspection.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use crate::api::{done, installed, workspace};
use crate::rules;

#[test]
fn golang_jwt_takes_jetons_jwt_and_no_other() {
    rules::takes_jetons_jwt_and_no_other(go("jwt"));
}

#[test]
fn golang_jwt_refuses_every_forgery() {
    rules::refuses_every_forgery(go("jwt"));
}

#[test]
fn golang_jwt_goes_on_with_the_keys_it_has_while_the_issuer_is_away() {
    rules::an_outage_is_no_refusal(go("jwt"), 200);
}

#[test]
fn net_http_takes_a_live_opaque_token_and_no_other() {
    rules::takes_a_live_opaque_token_and_no_other(go("introspection"), 503);
}

#[test]
fn net_http_refuses_what_introspection_does_not_vouch_for() {
    rules::refuses_what_introspection_does_not_vouch_for(go("introspection"));
}

/// Built once; Go sees by itself whether anything is to be done.
fn go(package: &str) -> Command {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        let programs = workspace("target/validate/go");
        let mut build = Command::new(installed("target/go/go"));
        build.arg("build").arg("-o").arg(&programs).args(["./jwt", "./introspection"]);
        build
            .current_dir(workspace("examples/validate/go"))
            .env("CGO_ENABLED", "0")
            .env("GOTOOLCHAIN", "local");
        std::fs::create_dir_all(&programs).unwrap();
        done(build);
        programs
    });
    Command::new(BUILT.join(package))
}
