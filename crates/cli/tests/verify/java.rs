//! `docs/validate/java.md`: Nimbus JOSE+JWT, and introspection with the JDK alone.

use std::process::Command;

use crate::api::{installed, workspace};
use crate::rules;

#[test]
fn nimbus_accepts_only_jetons_jwt() {
    rules::accepts_only_jetons_jwt(java("JwtApi"));
}

#[test]
fn nimbus_refuses_every_forgery() {
    rules::refuses_every_forgery(java("JwtApi"));
}

#[test]
fn nimbus_does_not_refuse_while_the_issuer_is_down() {
    rules::an_outage_is_not_a_refusal(java("JwtApi"), 503);
}

#[test]
fn java_http_accepts_only_an_active_opaque_token() {
    rules::accepts_only_an_active_opaque_token(java("IntrospectionApi"), 503);
}

#[test]
fn java_http_refuses_tokens_that_introspection_does_not_confirm() {
    rules::refuses_tokens_that_introspection_does_not_confirm(java("IntrospectionApi"));
}

/// Runs the single file, which `java` compiles in memory.
fn java(class: &str) -> Command {
    let mut command = Command::new("java");
    // The tests are too short for the optimizing compiler to pay off.
    command.arg("-XX:TieredStopAtLevel=1").arg("-cp").arg(installed("target/validate/java/lib").join("*"));
    command.arg(workspace("examples/validate/java").join(class).with_extension("java"));
    command
}
