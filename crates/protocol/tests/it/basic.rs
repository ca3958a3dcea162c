//! The `Authorization` header with Basic credentials.

use base64::{Engine, engine::general_purpose::STANDARD};
use jeton_protocol::{
    BasicProblem, PresentedClient, PresentedPair, RequestHead, SecretMethod, TokenRequest, parse_body,
};

use crate::FORM;

fn presented(headers: &[&[u8]]) -> PresentedClient {
    let parameters = parse_body(Some(FORM), b"grant_type=a").unwrap();
    TokenRequest::from_parts(parameters, &RequestHead::new(headers.iter().copied())).unwrap().client
}

fn pair(header: impl AsRef<[u8]>) -> PresentedPair {
    match presented(&[header.as_ref()]) {
        PresentedClient::Secret(pair) => pair,
        other => panic!("{other:?}"),
    }
}

/// The alternative decodings of the header.
fn others(pair: &PresentedPair) -> Vec<(&str, &str)> {
    pair.alternative_decodings.iter().map(|one| (one.client_id.as_str(), one.secret.expose())).collect()
}

fn problem(header: impl AsRef<[u8]>) -> BasicProblem {
    match presented(&[header.as_ref()]) {
        PresentedClient::Unusable(problem) => problem,
        other => panic!("{other:?}"),
    }
}

fn basic(credentials: impl AsRef<[u8]>) -> String {
    format!("Basic {}", STANDARD.encode(credentials))
}

#[test]
fn the_first_colon_separates_id_and_secret() {
    let pair = pair(basic("id:se:cret"));
    assert_eq!(pair.client_id, "id");
    assert_eq!(pair.secret.expose(), "se:cret");
    assert_eq!(others(&pair), []);
    assert_eq!(pair.method, SecretMethod::Basic);
    assert_eq!(pair.method.as_str(), "client_secret_basic");
}

#[test]
fn the_scheme_is_case_insensitive() {
    for header in ["basic aTpz", "BASIC aTpz", "BaSiC   aTpz", " Basic aTpz "] {
        assert_eq!(pair(header).client_id, "i", "{header}");
    }
}

#[test]
fn padding_is_optional() {
    for header in ["Basic aTpzcw==", "Basic aTpzcw"] {
        assert_eq!(pair(header).secret.expose(), "ss", "{header}");
    }
}

#[test]
fn id_and_secret_are_form_decoded_once() {
    let pair = pair(basic("a%3Ab+c:%2525%2B+"));
    assert_eq!(pair.client_id, "a:b c");
    assert_eq!(pair.secret.expose(), "%25+ ");
}

#[test]
fn the_undecoded_pair_is_an_alternative_if_decoding_changes_it() {
    assert_eq!(others(&pair(basic("id:a+b"))), [("id", "a+b")]);
    assert_eq!(others(&pair(basic("i%64:s"))), [("i%64", "s")]);
}

#[test]
fn if_decoding_changes_both_parts_only_the_secret_may_have_been_encoded() {
    let pair = pair(basic("acme+prod:p%40ss"));
    assert_eq!((pair.client_id.as_str(), pair.secret.expose()), ("acme prod", "p@ss"));
    assert_eq!(others(&pair), [("acme+prod", "p%40ss"), ("acme+prod", "p@ss")]);
}

#[test]
fn with_an_unencoded_id_the_secret_has_two_decodings() {
    let pair = pair(basic("100%:p%40ss"));
    assert_eq!((pair.client_id.as_str(), pair.secret.expose()), ("100%", "p%40ss"));
    assert_eq!(others(&pair), [("100%", "p@ss")]);
}

#[test]
fn with_an_unencoded_secret_neither_part_is_decoded() {
    for secret in ["100%", "%zz+", "a%ff", "a%00b", "%0a"] {
        let pair = pair(basic(format!("i%64:{secret}")));
        assert_eq!(pair.client_id, "i%64", "{secret}");
        assert_eq!(pair.secret.expose(), secret);
        assert_eq!(others(&pair), [], "{secret}");
    }
}

#[test]
fn utf8_credentials_are_accepted() {
    assert_eq!(pair(basic("é:ü")).secret.expose(), "ü");
    assert_eq!(pair(basic("%C3%A9:s")).client_id, "é");
}

#[test]
fn two_headers_are_unusable() {
    let header = basic("id:secret");
    let client = presented(&[header.as_bytes(), header.as_bytes()]);
    assert!(matches!(client, PresentedClient::Unusable(BasicProblem::SeveralHeaders)), "{client:?}");
}

#[test]
fn another_scheme_is_unusable() {
    for header in ["Bearer abc", "Digest username=x", "Basicx aTpz", "", "Basic\taTpz", "aTpz"] {
        assert_eq!(problem(header), BasicProblem::OtherScheme, "{header}");
    }
}

#[test]
fn bad_base64_is_unusable() {
    for credentials in ["!!!", "aTpz aTpz", "aTp", "aTpz=", "_-_-", "aTpzcx==", "aTpz\u{e9}", "aT:pz"] {
        assert_eq!(problem(format!("Basic {credentials}")), BasicProblem::BadBase64, "{credentials}");
    }
}

#[test]
fn credentials_without_a_colon_are_unusable() {
    for header in [basic("idsecret"), basic("id%3Asecret"), "Basic".to_owned(), "Basic ".to_owned()] {
        assert_eq!(problem(&header), BasicProblem::NoColon, "{header}");
    }
}

#[test]
fn credentials_that_are_not_utf8_are_unusable() {
    assert_eq!(problem(basic(b"id:\xff")), BasicProblem::NotUtf8);
}

#[test]
fn a_control_character_is_unusable() {
    for credentials in ["id:secret\n", "i\0d:secret", "id:\u{7f}", "id:\u{85}"] {
        assert_eq!(problem(basic(credentials)), BasicProblem::ControlCharacter, "{credentials:?}");
    }
}

#[test]
fn an_empty_id_or_secret_is_unusable() {
    assert_eq!(problem(basic(":secret")), BasicProblem::EmptyClientId);
    assert_eq!(problem(basic("id:")), BasicProblem::EmptySecret);
}

#[test]
fn id_and_secret_have_the_size_limits_of_parameters() {
    assert_eq!(pair(basic(format!("id:{}", "x".repeat(4_096)))).secret.expose().len(), 4_096);
    assert_eq!(problem(basic(format!("id:{}", "x".repeat(4_097)))), BasicProblem::TooLong);
    assert_eq!(problem(basic(format!("{}:x", "x".repeat(4_097)))), BasicProblem::TooLong);
    assert_eq!(problem(format!("Basic {}", "!".repeat(70_000))), BasicProblem::TooLong);
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", pair(basic("id:s3cret%41")));
    assert!(!shown.contains("s3cret"), "{shown}");
}
