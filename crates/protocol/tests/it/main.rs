//! Tests of the wire format, one file per parser.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "shared test helpers may panic")]

mod basic;
mod client_id;
mod client_secret;
mod content_type;
mod form;
mod json;
mod mislabelled;
mod presented;
mod properties;
mod requests;
mod resource_uri;
mod scope;
mod sealed_token;
mod secret_scanner;

use jeton_protocol::{Malformed, RequestHead, RequestPart, TokenRequest, parse_body};

const FORM: &[u8] = b"application/x-www-form-urlencoded";
const JSON: &[u8] = b"application/json";
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Parses a token request from a form, without a header.
fn form_request(body: impl AsRef<[u8]>) -> Result<TokenRequest, Malformed> {
    TokenRequest::from_parts(parse_body(Some(FORM), body.as_ref())?, &RequestHead::default())
}

/// Parses a token request from JSON, without a header.
fn json_request(body: impl AsRef<[u8]>) -> Result<TokenRequest, Malformed> {
    TokenRequest::from_parts(parse_body(Some(JSON), body.as_ref())?, &RequestHead::default())
}

fn parameter(name: &'static str) -> RequestPart {
    RequestPart::Parameter(name)
}
