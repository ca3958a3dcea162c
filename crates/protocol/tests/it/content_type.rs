//! The content type of a body.

use jeton_protocol::{Malformed, parse_body};

#[test]
fn the_form_type_is_case_insensitive_and_may_have_parameters() {
    for content_type in [
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-URLEncoded",
        "application/x-www-form-urlencoded; charset=ISO-8859-1",
        "application/x-www-form-urlencoded;charset=\"utf-8\";x",
        " application/x-www-form-urlencoded ;",
    ] {
        assert!(parse_body(Some(content_type.as_bytes()), b"a=%C3%A9").is_ok(), "{content_type}");
    }
}

#[test]
fn the_json_type_is_case_insensitive_and_may_have_parameters() {
    for content_type in ["application/json", "APPLICATION/JSON", "application/json;charset=utf-8"] {
        assert!(parse_body(Some(content_type.as_bytes()), b"{}").is_ok(), "{content_type}");
    }
}

#[test]
fn the_content_type_decides_and_the_body_does_not() {
    let (form, json) = (&b"grant_type=a"[..], &br#"{"grant_type":"a"}"#[..]);
    for (content_type, body, is_read) in [
        (&b"application/json"[..], json, true),
        (b"application/json", form, false),
        (b"application/x-www-form-urlencoded", form, true),
        (b"application/x-www-form-urlencoded", json, false),
    ] {
        assert_eq!(parse_body(Some(content_type), body).is_ok(), is_read, "{content_type:?}");
    }
}

#[test]
fn any_other_content_type_is_rejected() {
    for content_type in [
        &b"text/plain"[..],
        b"multipart/form-data; boundary=x",
        b"application/jsonp",
        b"application/problem+json",
        b"json",
        b"application/ json",
        b"x; application/json",
        b"\xff\xfe",
    ] {
        assert_eq!(parse_body(Some(content_type), b"").unwrap_err(), Malformed::UnsupportedContentType);
    }
}

#[test]
fn a_missing_content_type_is_rejected() {
    assert_eq!(parse_body(None, b"grant_type=a").unwrap_err(), Malformed::NoContentType);
    assert_eq!(parse_body(Some(b" ; charset=utf-8"), b"grant_type=a").unwrap_err(), Malformed::NoContentType);
}
