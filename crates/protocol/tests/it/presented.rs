//! Exactly one client authentication method is allowed.

use jeton_protocol::{
    BasicProblem, Malformed, PresentedClient, RequestHead, SecretMethod, TokenRequest, parse_body,
};

use crate::{ASSERTION_TYPE, FORM, JSON, parameter};

/// `id:secret`, and `i%64:a+b`, which decodes to `id` and `a b`.
const BASIC: &[u8] = b"Basic aWQ6c2VjcmV0";
const ENCODED_BASIC: &[u8] = b"Basic aSU2NDphK2I=";

fn presented(body: &str, headers: &[&[u8]]) -> Result<PresentedClient, Malformed> {
    let body = format!("grant_type=a&{body}");
    let head = RequestHead::new(headers.iter().copied());
    Ok(TokenRequest::from_parts(parse_body(Some(FORM), body.as_bytes())?, &head)?.client)
}

fn assert_several(body: &str, headers: &[&[u8]]) {
    assert_eq!(presented(body, headers).unwrap_err(), Malformed::SeveralMethods, "{body}");
}

#[test]
fn a_request_without_credentials_has_no_method() {
    for body in ["", "client_id=&client_secret=&client_assertion="] {
        let client = presented(body, &[]).unwrap();
        assert!(matches!(client, PresentedClient::NoCredentials), "{client:?}");
    }
}

#[test]
fn id_and_secret_in_the_body_are_one_method() {
    let client = presented("client_id=id&client_secret=a%2Bb", &[]).unwrap();
    let PresentedClient::Secret(pair) = client else { panic!("{client:?}") };
    assert_eq!(pair.client_id, "id");
    assert_eq!(pair.secret.expose(), "a+b");
    assert_eq!(pair.method, SecretMethod::Post);
    assert_eq!(pair.method.as_str(), "client_secret_post");
    assert!(pair.alternative_decodings.is_empty());
}

#[test]
fn id_and_secret_in_json_are_the_same_method() {
    let body = br#"{"grant_type":"a","client_id":"id","client_secret":"a+%20"}"#;
    let parameters = parse_body(Some(JSON), body).unwrap();
    let client = TokenRequest::from_parts(parameters, &RequestHead::default()).unwrap().client;
    let PresentedClient::Secret(pair) = client else { panic!("{client:?}") };
    assert_eq!(pair.secret.expose(), "a+%20");
}

#[test]
fn incomplete_credentials_name_the_missing_parameter() {
    for (body, lacking) in [
        ("client_id=id", "client_secret"),
        ("client_secret=secret", "client_id"),
        ("client_id=&client_secret=secret", "client_id"),
        ("client_assertion_type=x", "client_assertion"),
        ("client_id=id&client_assertion_type=x", "client_assertion"),
    ] {
        let client = presented(body, &[]).unwrap();
        assert!(
            matches!(client, PresentedClient::Incomplete { missing } if missing == lacking),
            "{body}: {client:?}"
        );
    }
}

#[test]
fn an_assertion_is_one_method_with_or_without_an_id() {
    for id in ["", "&client_id=id"] {
        let body = format!("client_assertion=x&client_assertion_type={ASSERTION_TYPE}{id}");
        let client = presented(&body, &[]).unwrap();
        let PresentedClient::Assertion(assertion) = client else { panic!("{client:?}") };
        assert_eq!((assertion.expose(), assertion.assertion_type()), ("x", ASSERTION_TYPE));
    }
}

#[test]
fn the_debug_text_of_an_assertion_shows_neither_the_assertion_nor_its_type() {
    let client = presented("client_assertion=a.b.c&client_assertion_type=hunter2", &[]).unwrap();
    assert_eq!(format!("{client:?}"), "Assertion(PresentedAssertion([redacted]))");
}

#[test]
fn an_assertion_without_its_type_is_rejected() {
    assert_eq!(
        presented("client_assertion=x", &[]).unwrap_err(),
        Malformed::Missing(parameter("client_assertion_type"))
    );
}

#[test]
fn two_methods_are_rejected() {
    let assertion = format!("client_assertion=x&client_assertion_type={ASSERTION_TYPE}");
    assert_several("client_secret=secret", &[BASIC]);
    assert_several("client_id=id&client_secret=secret", &[BASIC]);
    assert_several(&assertion, &[BASIC]);
    assert_several("client_assertion=x", &[BASIC]);
    assert_several(&format!("client_id=id&client_secret=secret&{assertion}"), &[]);
    assert_several(&format!("client_secret=secret&{assertion}"), &[]);
}

#[test]
fn an_unusable_header_and_credentials_in_the_body_are_two_methods() {
    for header in [&b"Bearer x"[..], b"Basic !", b""] {
        assert_several("client_id=id&client_secret=secret", &[header]);
        assert_several("client_assertion=x", &[header]);
    }
    assert_several("client_secret=secret", &[BASIC, BASIC]);
}

#[test]
fn an_unusable_header_alone_is_unusable() {
    for body in ["", "client_id=id"] {
        let client = presented(body, &[b"Bearer x"]).unwrap();
        assert!(matches!(client, PresentedClient::Unusable(BasicProblem::OtherScheme)), "{client:?}");
    }
}

#[test]
fn basic_with_an_equal_id_in_the_body_is_one_method() {
    for (header, body) in [
        (BASIC, "client_id=id"),
        (BASIC, "client_id=id&client_secret="),
        (ENCODED_BASIC, "client_id=id"),
        (ENCODED_BASIC, "client_id=i%2564"),
    ] {
        let client = presented(body, &[header]).unwrap();
        assert!(matches!(client, PresentedClient::Secret(_)), "{body}: {client:?}");
    }
}

#[test]
fn basic_with_another_id_in_the_body_is_rejected() {
    for (header, body) in
        [(BASIC, "client_id=other"), (BASIC, "client_id=ID"), (ENCODED_BASIC, "client_id=i%2565")]
    {
        assert_eq!(presented(body, &[header]).unwrap_err(), Malformed::OtherClientId, "{body}");
    }
}

#[test]
fn an_id_in_the_body_selects_the_decoding_of_basic() {
    for (id, read_as) in [("client_id=id", ["id", "a b"]), ("client_id=i%2564", ["i%64", "a+b"])] {
        let client = presented(id, &[ENCODED_BASIC]).unwrap();
        let PresentedClient::Secret(pair) = client else { panic!("{client:?}") };
        assert_eq!([pair.client_id.as_str(), pair.secret.expose()], read_as);
        assert!(
            pair.alternative_decodings.iter().all(|decoding| decoding.client_id == pair.client_id),
            "{pair:?}"
        );
    }
}
