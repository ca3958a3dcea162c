//! `docs/validate/spring.md`: Spring Security's resource server, with JWTs and with introspection.

use std::process::Command;
use std::sync::LazyLock;

use crate::api::{done, installed, workspace};
use crate::rules;

#[test]
fn spring_security_accepts_only_jetons_jwt() {
    rules::accepts_only_jetons_jwt(spring("jwt"));
}

#[test]
fn spring_security_refuses_every_forgery() {
    rules::refuses_every_forgery(spring("jwt"));
}

#[test]
fn spring_security_does_not_refuse_while_the_issuer_is_down() {
    rules::an_outage_is_not_a_refusal(spring("jwt"), 503);
}

#[test]
fn spring_security_introspecting_accepts_only_an_active_opaque_token() {
    rules::accepts_only_an_active_opaque_token(spring("introspection"), 503);
}

#[test]
fn spring_security_introspecting_refuses_tokens_that_introspection_does_not_confirm() {
    rules::refuses_tokens_that_introspection_does_not_confirm(spring("introspection"));
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
    // The tests are too short for the optimizing compiler to pay off.
    command.args(["-XX:TieredStopAtLevel=1", "-cp", &COMPILED, &format!("com.example.{package}.Api")]);
    command
}
