//! `docs/validate/python.md`: `FastAPI` with `PyJWT`, and with introspection.

use std::process::Command;

use crate::api::installed;
use crate::rules;

#[test]
fn pyjwt_accepts_only_jetons_jwt() {
    rules::accepts_only_jetons_jwt(uvicorn("jwt_api:app"));
}

#[test]
fn pyjwt_refuses_every_forgery() {
    rules::refuses_every_forgery(uvicorn("jwt_api:app"));
}

#[test]
fn pyjwt_does_not_refuse_while_the_issuer_is_down() {
    rules::an_outage_is_not_a_refusal(uvicorn("jwt_api:app"), 503);
}

#[test]
fn fastapi_accepts_only_an_active_opaque_token() {
    rules::accepts_only_an_active_opaque_token(uvicorn("introspection_api:app"), 503);
}

#[test]
fn fastapi_refuses_tokens_that_introspection_does_not_confirm() {
    rules::refuses_tokens_that_introspection_does_not_confirm(uvicorn("introspection_api:app"));
}

fn uvicorn(app: &str) -> Command {
    let mut command = Command::new(installed("target/validate/python/bin/python"));
    command.args(["-m", "uvicorn", app, "--port", "0"]);
    command.current_dir(installed("examples/validate/python"));
    command
}
