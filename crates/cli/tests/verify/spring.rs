//! `docs/validate/spring.md`: Spring Security's resource server, with JWTs and with introspection.

use std::process::Command;
use std::sync::LazyLock;

use crate::api::{done, installed, workspace};
use crate::rules;

#[test]
fn spring_security_takes_jetons_jwt_and_no_other() {
    rules::takes_jetons_jwt_and_no_other(spring("jwt"));
}

#[test]
fn spring_security_refuses_every_forgery() {
    rules::refuses_every_forgery(spring("jwt"));
}

#[test]
fn spring_security_does_not_refuse_when_the_issuer_is_away() {
    rules::an_outage_is_no_refusal(spring("jwt"), 503);
}

#[test]
fn spring_security_introspecting_takes_a_live_opaque_token_and_no_other() {
    rules::takes_a_live_opaque_token_and_no_other(spring("introspection"), 503);
}

#[test]
fn spring_security_introspecting_refuses_what_introspection_does_not_vouch_for() {
    rules::refuses_what_introspection_does_not_vouch_for(spring("introspection"));
}

/// Compiled once.
fn spring(package: &str) -> Command {
    static COMPILED: LazyLock<String> = LazyLock::new(|| {
        let libraries = installed("target/validate/spring/lib").join("*");
        let classes = workspace("target/validate/spring/classes");
        let sources = workspace("examples/validate/spring/src/main/java/com/example");
        let mut compiler = Command::new("javac");
        compiler.args(["-parameters", "-d"]).arg(&classes).arg("-cp").arg(&libraries);
        compiler.arg(sources.join("jwt/Api.java")).arg(sources.join("introspection/Api.java"));
        done(compiler);
        format!("{}:{}", classes.display(), libraries.display())
    });
    let mut command = Command::new("java");
    // Tests end before the better compiler pays.
    command.args(["-XX:TieredStopAtLevel=1", "-cp", &COMPILED, &format!("com.example.{package}.Api")]);
    command
}
