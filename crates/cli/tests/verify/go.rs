//! `docs/validate/go.md`: net/http with golang-jwt, and with introspection.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use crate::api::{done, installed, workspace};
use crate::rules;

#[test]
fn golang_jwt_accepts_only_jetons_jwt() {
    rules::accepts_only_jetons_jwt(go("jwt"));
}

#[test]
fn golang_jwt_refuses_every_forgery() {
    rules::refuses_every_forgery(go("jwt"));
}

#[test]
fn golang_jwt_keeps_using_its_keys_while_the_issuer_is_down() {
    rules::an_outage_is_not_a_refusal(go("jwt"), 200);
}

#[test]
fn net_http_accepts_only_an_active_opaque_token() {
    rules::accepts_only_an_active_opaque_token(go("introspection"), 503);
}

#[test]
fn net_http_refuses_tokens_that_introspection_does_not_confirm() {
    rules::refuses_tokens_that_introspection_does_not_confirm(go("introspection"));
}

/// Built once; Go rebuilds only what has changed.
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
