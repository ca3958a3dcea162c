//! What every example must do, in every language.

use std::process::Command;

use crate::api::{Answer, Api};
use crate::forger::{CLIENT, Forger};
use crate::jeton::{API, Jeton};

/// An API that checks JWTs by itself, against Jeton.
pub(crate) fn accepts_only_jetons_jwt(command: Command) {
    let jeton = Jeton::start("jwt");
    let api = Api::start(command, &jeton.environment());
    let token = jeton.token("read:me write:me");
    takes(&api, &token, jeton.client_id());
    wants_a_token(&api);
    refuses(&api, "another audience", &jeton.token_for_the_other());
    refuses(&api, "tampered", &tampered(&token));
    lacks_scope(&api, &jeton.token("write:me"));
    takes(&api, &token, jeton.client_id());
}

/// An API that checks JWTs by itself, against an issuer that signs tokens that Jeton would never issue.
pub(crate) fn refuses_every_forgery(command: Command) {
    let forger = Forger::start();
    let api = Api::start(command, &[("ISSUER", forger.issuer()), ("AUDIENCE", API)]);
    takes(&api, &forger.good(), CLIENT);
    for (what, token) in forger.bad() {
        refuses(&api, what, &token);
    }
    lacks_scope(&api, &forger.of_another_scope());
    takes(&api, &forger.good(), CLIENT);
}

/// The issuer stops before the first token arrives: `status` is the documented status, which is not a refusal.
pub(crate) fn an_outage_is_not_a_refusal(command: Command, status: u16) {
    let jeton = Jeton::start("jwt");
    let api = Api::start(command, &jeton.environment());
    let token = jeton.token("read:me");
    jeton.end();
    let answer = api.get(&token);
    assert_eq!(answer.status, status, "{answer:?}");
}

/// An API that introspects, against Jeton. In the end Jeton stops, and `status` is the documented status then.
pub(crate) fn accepts_only_an_active_opaque_token(command: Command, status: u16) {
    let jeton = Jeton::start("opaque");
    let api = Api::start(command, &jeton.environment());
    let token = jeton.token("read:me write:me");
    assert!(token.starts_with("jtnat_"), "not opaque");
    takes(&api, &token, jeton.client_id());
    wants_a_token(&api);
    refuses(&api, "another audience", &jeton.token_for_the_other());
    refuses(&api, "tampered", &tampered(&token));
    refuses(&api, "no token at all", "abc");
    lacks_scope(&api, &jeton.token("write:me"));
    jeton.revoke(&token);
    refuses(&api, "revoked", &token);
    let active = jeton.token("read:me");
    jeton.end();
    let answer = api.get(&active);
    assert_eq!(answer.status, status, "with Jeton stopped: {answer:?}");
}

/// An API that introspects, against an endpoint with responses that Jeton would never send.
pub(crate) fn refuses_tokens_that_introspection_does_not_confirm(command: Command) {
    let forger = Forger::start();
    let endpoint = forger.introspection_endpoint();
    let environment = [
        ("INTROSPECTION_ENDPOINT", endpoint.as_str()),
        ("AUDIENCE", API),
        ("OAUTH_CLIENT_ID", "api"),
        ("OAUTH_CLIENT_SECRET", "secret"),
    ];
    let api = Api::start(command, &environment);
    takes(&api, &forger.good_introspected(), CLIENT);
    for (what, token) in forger.bad_introspected() {
        refuses(&api, what, &token);
    }
    let answer = api.get(Forger::UNANSWERED);
    assert!(answer.status >= 500, "{answer:?}");
}

fn takes(api: &Api, token: &str, client: &str) {
    for scheme in ["Bearer", "bearer"] {
        let answer = api.get_with(Some(&format!("{scheme} {token}")));
        assert_eq!(answer.status, 200, "{answer:?}");
        let body: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body, serde_json::json!({ "client": client }));
    }
}

fn refuses(api: &Api, what: &str, token: &str) {
    let answer = api.get(token);
    assert_eq!(answer.status, 401, "{what}: {answer:?}");
    assert!(
        is_challenge(&answer) && answer.challenge.contains("error=\"invalid_token\""),
        "{what}: {answer:?}"
    );
}

fn wants_a_token(api: &Api) {
    for authorization in [None, Some("Basic YTpi")] {
        let answer = api.get_with(authorization);
        assert_eq!(answer.status, 401, "{answer:?}");
        assert!(is_challenge(&answer) && !answer.challenge.contains("error="), "{answer:?}");
    }
}

fn lacks_scope(api: &Api, token: &str) {
    let answer = api.get(token);
    assert_eq!(answer.status, 403, "{answer:?}");
    assert!(is_challenge(&answer) && answer.challenge.contains("error=\"insufficient_scope\""), "{answer:?}");
}

fn is_challenge(answer: &Answer) -> bool {
    answer.challenge == "Bearer" || answer.challenge.starts_with("Bearer ")
}

/// The token with one changed character in its last part.
fn tampered(token: &str) -> String {
    let at = token.len() - 20;
    let other = if token.as_bytes()[at] == b'A' { "B" } else { "A" };
    format!("{}{other}{}", &token[..at], &token[at + 1..])
}
