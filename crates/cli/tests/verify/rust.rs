//! The program of the README and of `docs/protect-an-api.md`: axum with `jeton-resource`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::api::{done, workspace};
use crate::rules;

#[test]
fn jeton_resource_accepts_only_jetons_jwt() {
    rules::accepts_only_jetons_jwt(program());
}

#[test]
fn jeton_resource_refuses_every_forgery() {
    rules::refuses_every_forgery(program());
}

#[test]
fn jeton_resource_does_not_refuse_before_it_has_the_keys() {
    rules::an_outage_is_not_a_refusal(program(), 503);
}

/// Built once, beside the program under test; cargo rebuilds only what has changed.
fn program() -> Command {
    static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
        let target = Path::new(env!("CARGO_BIN_EXE_jeton")).ancestors().nth(2).unwrap();
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--locked", "--offline", "--package", "jeton-example-protect-an-api"]);
        build.arg("--target-dir").arg(target).current_dir(workspace(""));
        done(build);
        target.join("debug/protect-an-api")
    });
    Command::new(&*BUILT)
}
