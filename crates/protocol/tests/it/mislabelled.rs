//! JSON with the content type of a form, and a form with the content type of JSON.

use jeton_protocol::{Malformed, parse_body};

use crate::{FORM, JSON, form_request};

#[test]
fn json_sent_as_a_form_gets_an_error_that_names_the_header() {
    for body in [
        r#"{"grant_type":"client_credentials","scope":"read:me"}"#,
        " \r\n\t{\n  \"grant_type\": \"client_credentials\"\n}\n",
        "\u{feff}{\"token\":\"abc\"}",
        "{}",
        // A broken escape, a repeated pair, and more parameters than a form may have.
        r#"{"client_secret":"100%"}"#,
        r#"{"client_secret":"a&b=c&b=d"}"#,
        &format!(r#"{{"client_secret":"{}"}}"#, "&a".repeat(100)),
        // Invalid JSON gives the same error.
        r#"{"grant_type":"client_credentials","#,
        "{'grant_type': 'client_credentials'}",
        "{grant_type: 1}",
        // Percent-encoded as a whole.
        "%7B%22grant_type%22%3A%22client_credentials%22%7D",
        "%7b%22token%22%3a%22abc%22%7d",
    ] {
        let malformed = parse_body(Some(FORM), body.as_bytes()).unwrap_err();
        assert_eq!(malformed, Malformed::JsonSentAsForm, "{body}");
        let text = malformed.to_string();
        assert!(
            text.contains("looks like JSON") && text.contains("Content-Type: application/json"),
            "{text}"
        );
    }
}

#[test]
fn a_form_that_can_be_parsed_is_never_mistaken_for_json() {
    for body in ["{=1&grant_type=a", "{}&grant_type=a", "%7B%22a%22%7D=&grant_type=a", "grant_type=a&{}"] {
        assert_eq!(form_request(body).unwrap().grant_type, "a", "{body}");
    }
    assert_eq!(form_request("grant_type={\"a\":1}").unwrap().grant_type, "{\"a\":1}");
    for body in ["", "&", "x=%7B%7D", "[]", "%7Bx%7D=1"] {
        assert!(parse_body(Some(FORM), body.as_bytes()).is_ok(), "{body}");
    }
}

#[test]
fn a_form_sent_as_json_gets_an_error_that_names_the_header() {
    for body in [
        "grant_type=client_credentials&scope=read%3Ame",
        "\r\nclient_id=a",
        "\u{feff}token=abc",
        "%67rant_type=client_credentials",
        "client_secret=",
    ] {
        let malformed = parse_body(Some(JSON), body.as_bytes()).unwrap_err();
        assert_eq!(malformed, Malformed::FormSentAsJson, "{body}");
        let text = malformed.to_string();
        assert!(
            text.contains("looks like a form") && text.contains("application/x-www-form-urlencoded"),
            "{text}"
        );
    }
    for body in ["a=b", "grant_type", "=", "{grant_type=a}", "\"grant_type=a\"", "%zz=grant_type="] {
        assert_eq!(parse_body(Some(JSON), body.as_bytes()).unwrap_err(), Malformed::NotAJsonObject, "{body}");
    }
}

#[test]
fn no_message_repeats_the_mislabelled_body() {
    for (content_type, body) in [(FORM, r#"{"client_secret":"s3cret"}"#), (JSON, "client_secret=s3cret")] {
        let malformed = parse_body(Some(content_type), body.as_bytes()).unwrap_err();
        assert!(!format!("{malformed} {malformed:?}").contains("s3cret"), "{malformed:?}");
    }
}
