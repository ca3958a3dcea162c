//! `docs/validate/java.md`: Nimbus JOSE+JWT, and introspection with the JDK alone.

use std::process::Command;

use crate::api::{installed, workspace};
use crate::rules;

#[test]
fn nimbus_takes_jetons_jwt_and_no_other() {
    rules::takes_jetons_jwt_and_no_other(java("JwtApi"));
}

#[test]
fn nimbus_refuses_every_forgery() {
    rules::refuses_every_forgery(java("JwtApi"));
}

#[test]
fn nimbus_does_not_refuse_when_the_issuer_is_away() {
    rules::an_outage_is_no_refusal(java("JwtApi"), 503);
}

#[test]
fn java_http_takes_a_live_opaque_token_and_no_other() {
    rules::takes_a_live_opaque_token_and_no_other(java("IntrospectionApi"), 503);
}

#[test]
fn java_http_refuses_what_introspection_does_not_vouch_for() {
    rules::refuses_what_introspection_does_not_vouch_for(java("IntrospectionApi"));
}

/// Runs the one file, which `java` compiles in memory.
fn java(class: &str) -> Command {
    let mut command = Command::new("java");
    // Tests end before the better compiler pays.
    command.arg("-XX:TieredStopAtLevel=1").arg("-cp").arg(installed("target/validate/java/lib").join("*"));
    command.arg(workspace("examples/validate/java").join(class).with_extension("java"));
    command
}
