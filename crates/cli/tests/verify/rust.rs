//! The README's program, which is `docs/protect-an-api.md`'s too: axum with `jeton-resource`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::api::{done, workspace};
use crate::rules;

#[test]
fn jeton_resource_takes_jetons_jwt_and_no_other() {
    rules::takes_jetons_jwt_and_no_other(program());
}

#[test]
fn jeton_resource_refuses_every_forgery() {
    rules::refuses_every_forgery(program());
}

#[test]
fn jeton_resource_cannot_tell_without_ever_having_had_the_keys() {
    rules::an_outage_is_no_refusal(program(), 503);
}

/// Built once, beside the program under test; cargo sees by itself whether anything is to be done.
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
