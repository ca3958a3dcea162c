//! `docs/validate/node.md`: Express with jose, and with introspection.

use std::process::Command;

use crate::api::installed;
use crate::rules;

#[test]
fn jose_takes_jetons_jwt_and_no_other() {
    rules::takes_jetons_jwt_and_no_other(node("jwt.mjs"));
}

#[test]
fn jose_refuses_every_forgery() {
    rules::refuses_every_forgery(node("jwt.mjs"));
}

#[test]
fn jose_does_not_refuse_when_the_issuer_is_away() {
    rules::an_outage_is_no_refusal(node("jwt.mjs"), 503);
}

#[test]
fn express_takes_a_live_opaque_token_and_no_other() {
    rules::takes_a_live_opaque_token_and_no_other(node("introspection.mjs"), 503);
}

#[test]
fn express_refuses_what_introspection_does_not_vouch_for() {
    rules::refuses_what_introspection_does_not_vouch_for(node("introspection.mjs"));
}

fn node(script: &str) -> Command {
    installed("examples/validate/node/node_modules/jose");
    let mut command = Command::new(installed("target/node/node"));
    command.arg(installed("examples/validate/node").join(script));
    command
}
