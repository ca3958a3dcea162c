//! The required parameters of requests.

use jeton_protocol::{
    IntrospectionRequest, Malformed, PresentedClient, RequestHead, RevocationRequest, parse_body,
};

use crate::{FORM, JSON, form_request, parameter};

fn introspection(content_type: &[u8], body: &str) -> Result<IntrospectionRequest, Malformed> {
    IntrospectionRequest::from_parts(
        parse_body(Some(content_type), body.as_bytes())?,
        &RequestHead::default(),
    )
}

fn revocation(content_type: &[u8], body: &str) -> Result<RevocationRequest, Malformed> {
    RevocationRequest::from_parts(parse_body(Some(content_type), body.as_bytes())?, &RequestHead::default())
}

#[test]
fn a_token_request_without_a_grant_type_is_rejected() {
    assert_eq!(form_request("scope=a").unwrap_err(), Malformed::Missing(parameter("grant_type")));
}

#[test]
fn a_grant_type_is_any_text_as_sent() {
    assert_eq!(form_request("grant_type=Client_Credentials+").unwrap().grant_type, "Client_Credentials ");
}

#[test]
fn scope_and_resources_stay_as_sent() {
    let request = form_request("grant_type=a&scope=b,+a++&resource=relative%23f&audience=%22").unwrap();
    assert_eq!(request.scope.as_deref(), Some("b, a  "));
    assert_eq!(request.resources, ["relative#f"]);
    assert_eq!(request.audience.as_deref(), Some("\""));
}

#[test]
fn an_introspection_request_has_a_token_and_an_optional_hint() {
    for (content_type, body) in [
        (FORM, "token=abc&token_type_hint=access_token&client_id=id&client_secret=s"),
        (JSON, r#"{"token":"abc","token_type_hint":"access_token","client_id":"id","client_secret":"s"}"#),
    ] {
        let request = introspection(content_type, body).unwrap();
        assert_eq!(request.token.expose(), "abc");
        assert_eq!(request.token_type_hint.as_deref(), Some("access_token"));
        assert!(matches!(request.client, PresentedClient::Secret(_)));
        assert!(!format!("{request:?}").contains("abc"));
    }
}

#[test]
fn an_introspection_request_without_a_token_is_rejected() {
    for body in ["", "token=", "grant_type=a"] {
        assert_eq!(introspection(FORM, body).unwrap_err(), Malformed::Missing(parameter("token")), "{body}");
    }
}

#[test]
fn a_revocation_request_has_a_token_and_an_optional_hint() {
    for (content_type, body) in [
        (FORM, "token=abc&token_type_hint=refresh_token&client_id=id&client_secret=s"),
        (JSON, r#"{"token":"abc","token_type_hint":"refresh_token","client_id":"id","client_secret":"s"}"#),
    ] {
        let request = revocation(content_type, body).unwrap();
        assert_eq!(request.token.expose(), "abc");
        assert_eq!(request.token_type_hint.as_deref(), Some("refresh_token"));
        assert!(matches!(request.client, PresentedClient::Secret(_)));
        assert!(!format!("{request:?}").contains("abc"));
    }
}

#[test]
fn a_revocation_request_without_a_token_is_rejected() {
    for body in ["", "token=", "grant_type=a"] {
        assert_eq!(revocation(FORM, body).unwrap_err(), Malformed::Missing(parameter("token")), "{body}");
    }
    assert_eq!(revocation(FORM, "token=a&token=b").unwrap_err(), Malformed::Repeated(parameter("token")));
}

#[test]
fn two_methods_are_rejected_at_revocation_too() {
    let parameters = parse_body(Some(FORM), b"token=abc&client_secret=s").unwrap();
    let refusal =
        RevocationRequest::from_parts(parameters, &RequestHead::new([&b"Basic aTpz"[..]])).unwrap_err();
    assert_eq!(refusal, Malformed::SeveralMethods);
}

#[test]
fn two_methods_are_rejected_at_introspection_too() {
    let parameters = parse_body(Some(FORM), b"token=abc&client_secret=s").unwrap();
    let refusal =
        IntrospectionRequest::from_parts(parameters, &RequestHead::new([&b"Basic aTpz"[..]])).unwrap_err();
    assert_eq!(refusal, Malformed::SeveralMethods);
}
