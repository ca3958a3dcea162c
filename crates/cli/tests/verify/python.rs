//! `docs/validate/python.md`: `FastAPI` with `PyJWT`, and with introspection.

use std::process::Command;

use crate::api::installed;
use crate::rules;

#[test]
fn pyjwt_takes_jetons_jwt_and_no_other() {
    rules::takes_jetons_jwt_and_no_other(uvicorn("jwt_api:app"));
}

#[test]
fn pyjwt_refuses_every_forgery() {
    rules::refuses_every_forgery(uvicorn("jwt_api:app"));
}

#[test]
fn pyjwt_does_not_refuse_when_the_issuer_is_away() {
    rules::an_outage_is_no_refusal(uvicorn("jwt_api:app"), 503);
}

#[test]
fn fastapi_takes_a_live_opaque_token_and_no_other() {
    rules::takes_a_live_opaque_token_and_no_other(uvicorn("introspection_api:app"), 503);
}

#[test]
fn fastapi_refuses_what_introspection_does_not_vouch_for() {
    rules::refuses_what_introspection_does_not_vouch_for(uvicorn("introspection_api:app"));
}

fn uvicorn(app: &str) -> Command {
    let mut command = Command::new(installed("target/validate/python/bin/python"));
    command.args(["-m", "uvicorn", app, "--port", "0"]);
    command.current_dir(installed("examples/validate/python"));
    command
}
