//! `docs/validate/node.md`: Express with jose, and with introspection.

use std::process::Command;

use crate::api::installed;
use crate::rules;

#[test]
fn jose_accepts_only_jetons_jwt() {
    rules::accepts_only_jetons_jwt(node("jwt.mjs"));
}

#[test]
fn jose_refuses_every_forgery() {
    rules::refuses_every_forgery(node("jwt.mjs"));
}

#[test]
fn jose_does_not_refuse_while_the_issuer_is_down() {
    rules::an_outage_is_not_a_refusal(node("jwt.mjs"), 503);
}

#[test]
fn express_accepts_only_an_active_opaque_token() {
    rules::accepts_only_an_active_opaque_token(node("introspection.mjs"), 503);
}

#[test]
fn express_refuses_tokens_that_introspection_does_not_confirm() {
    rules::refuses_tokens_that_introspection_does_not_confirm(node("introspection.mjs"));
}

fn node(script: &str) -> Command {
    installed("examples/validate/node/node_modules/jose");
    let mut command = Command::new(installed("target/node/node"));
    command.arg(installed("examples/validate/node").join(script));
    command
}
