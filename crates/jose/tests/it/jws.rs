//! Parsing signed tokens (RFC 7515 §7.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jeton_jose::{CompactJws, JwsError};
use jeton_protocol::MAX_TOKEN_CHARS;

fn with_header(json: &str) -> String {
    format!("{}.e30.AQID", URL_SAFE_NO_PAD.encode(json))
}

fn refused(text: &str) -> JwsError {
    CompactJws::parse(text).expect_err("the input must be rejected")
}

#[test]
fn the_three_parts_are_decoded() {
    let text = with_header(r#"{"alg":"ES256","typ":"at+jwt","kid":"k","unknown":1}"#);
    let jws = CompactJws::parse(&text).unwrap();
    assert_eq!(jws.header.alg, "ES256");
    assert_eq!(jws.header.typ.as_deref(), Some("at+jwt"));
    assert_eq!(jws.header.kid.as_deref(), Some("k"));
    assert_eq!(jws.payload, b"{}");
    assert_eq!(jws.signature, [1, 2, 3]);
    assert_eq!(jws.signing_input, text.strip_suffix(".AQID").unwrap());
}

#[test]
fn a_text_without_exactly_three_parts_is_rejected() {
    let good = with_header(r#"{"alg":"ES256"}"#);
    let header = good.split('.').next().unwrap();
    for text in [
        String::new(),
        ".".to_owned(),
        "..".to_owned(),
        header.to_owned(),
        format!("{header}.e30"),
        format!("{header}.e30."),
        format!("{header}..AQID"),
        ".e30.AQID".to_owned(),
        format!("{good}."),
        format!("{good}.AQID"),
        format!(".{good}"),
    ] {
        assert_eq!(refused(&text), JwsError::Parts, "{text}");
    }
}

#[test]
fn a_part_has_exactly_one_spelling() {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"ES256"}"#);
    for rest in
        ["e30=.AQID", "e30.AQ==", "e31.AQID", "e30.AQI/", "e30.AQ+D", "e30.AQID ", "e30.A", "e3\n0.AQID"]
    {
        assert_eq!(refused(&format!("{header}.{rest}")), JwsError::Base64, "{rest}");
    }
}

#[test]
fn a_header_that_is_not_an_object_with_an_alg_is_rejected() {
    for json in
        ["{}", "[]", r#"["ES256"]"#, "null", r#"{"alg":1}"#, r#"{"alg":null}"#, r#"{"alg":"a"} x"#, "{"]
    {
        assert_eq!(refused(&with_header(json)), JwsError::Header, "{json}");
    }
}

#[test]
fn a_header_with_a_duplicate_member_is_rejected() {
    for json in [
        r#"{"alg":"none","alg":"ES256"}"#,
        r#"{"alg":"ES256","kid":"a","kid":"a"}"#,
        r#"{"alg":"ES256","crit":[],"crit":null}"#,
        r#"{"alg":"ES256","typ":"a","t\u0079p":"b"}"#,
    ] {
        assert_eq!(refused(&with_header(json)), JwsError::Header, "{json}");
    }
}

#[test]
fn a_header_member_of_the_wrong_type_is_rejected() {
    for json in [r#"{"alg":"ES256","kid":null}"#, r#"{"alg":"ES256","typ":1}"#] {
        assert_eq!(refused(&with_header(json)), JwsError::Header, "{json}");
    }
}

#[test]
fn a_dangerous_member_is_present_even_if_it_is_null() {
    for member in ["crit", "jwk", "jku", "x5u", "x5c"] {
        let text = with_header(&format!(r#"{{"alg":"ES256","{member}":null}}"#));
        let header = CompactJws::parse(&text).unwrap().header;
        assert!(header.has_extension_or_key(), "{member}");
        let given = [&header.crit, &header.jwk, &header.jku, &header.x5u, &header.x5c];
        assert_eq!(given.iter().filter(|value| value.is_some()).count(), 1, "{member}");
    }
}

#[test]
fn a_type_is_a_media_type() {
    let has_type = |typ: &str| {
        let text = with_header(&format!(r#"{{"alg":"ES256","typ":"{typ}"}}"#));
        CompactJws::parse(&text).unwrap().header.has_type("at+jwt")
    };
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "Application/At+Jwt"] {
        assert!(has_type(typ), "{typ}");
    }
    for typ in
        ["", "jwt", "at+jwt ", "text/at+jwt", "application/", "application/application/at+jwt", "ä/at+jwt"]
    {
        assert!(!has_type(typ), "{typ}");
    }
    assert!(!CompactJws::parse(&with_header(r#"{"alg":"ES256"}"#)).unwrap().header.has_type("at+jwt"));
}

#[test]
fn a_token_over_16_kib_is_rejected() {
    let text = "a".repeat(MAX_TOKEN_CHARS + 1);
    assert_eq!(refused(&text), JwsError::TooLong);
}

#[test]
fn debug_shows_neither_payload_nor_signature() {
    let text = with_header(r#"{"alg":"ES256"}"#);
    let shown = format!("{:?}", CompactJws::parse(&text).unwrap());
    assert!(!shown.contains("e30") && !shown.contains("123"), "{shown}");
    assert!(shown.ends_with(".. }"), "{shown}");
}
