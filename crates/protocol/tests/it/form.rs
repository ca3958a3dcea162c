//! Bodies of the type `application/x-www-form-urlencoded`.

use jeton_protocol::{
    MAX_BODY_BYTES, MAX_PARAMETERS, MAX_TOKEN_CHARS, MAX_VALUE_CHARS, Malformed, RequestPart, parse_body,
};

use crate::{ASSERTION_TYPE, FORM, form_request, parameter};

fn refused(body: impl AsRef<[u8]>) -> Malformed {
    parse_body(Some(FORM), body.as_ref()).expect_err("the input must be rejected")
}

#[test]
fn pairs_become_parameters() {
    let request = form_request("grant_type=client_credentials&scope=a+b%20c&audience=x&unknown=1").unwrap();
    assert_eq!(request.grant_type, "client_credentials");
    assert_eq!(request.scope.as_deref(), Some("a b c"));
    assert_eq!(request.audience.as_deref(), Some("x"));
    assert!(request.resources.is_empty());
}

#[test]
fn values_are_decoded_exactly_once() {
    let request = form_request("grant_type=%2567%2B").unwrap();
    assert_eq!(request.grant_type, "%67+");
}

#[test]
fn only_the_first_equals_sign_of_a_pair_separates() {
    assert_eq!(form_request("grant_type=a=b=").unwrap().grant_type, "a=b=");
}

#[test]
fn a_name_may_be_percent_encoded() {
    assert_eq!(form_request("%67rant_type=a").unwrap().grant_type, "a");
}

#[test]
fn names_are_case_sensitive() {
    assert_eq!(form_request("Grant_Type=a").unwrap_err(), Malformed::Missing(parameter("grant_type")));
}

#[test]
fn empty_is_the_same_as_absent() {
    let request = form_request("grant_type=a&scope=&audience&resource=&client_id=&&").unwrap();
    assert_eq!(request.scope, None);
    assert_eq!(request.audience, None);
    assert!(request.resources.is_empty());
    assert_eq!(form_request("grant_type=").unwrap_err(), Malformed::Missing(parameter("grant_type")));
}

#[test]
fn a_repeated_parameter_is_rejected() {
    for body in [
        "grant_type=a&grant_type=a",
        "grant_type=a&grant_type=",
        "grant_type=&grant_type=a",
        "grant_type&grant_type",
        "grant_type=a&%67rant_type=a",
        "grant_type=a&x=1&grant%5ftype=b",
    ] {
        assert_eq!(refused(body), Malformed::Repeated(parameter("grant_type")), "{body}");
    }
    assert_eq!(refused("client_secret=a&client_secret=b"), Malformed::Repeated(parameter("client_secret")));
}

#[test]
fn a_repeated_unknown_parameter_is_rejected_without_its_name() {
    for body in ["x=1&x=2", "x=1&%78=", "=1&=2"] {
        assert_eq!(refused(body), Malformed::Repeated(RequestPart::Other), "{body}");
    }
}

#[test]
fn only_resource_may_repeat() {
    let request = form_request("grant_type=a&resource=one&resource=&resource=two&%72esource=one").unwrap();
    assert_eq!(request.resources, ["one", "two", "one"]);
}

#[test]
fn a_broken_percent_escape_is_rejected() {
    for escape in ["%", "%2", "%zz", "a%2", "%%41"] {
        assert_eq!(
            refused(format!("scope={escape}")),
            Malformed::BrokenEscape(parameter("scope")),
            "{escape}"
        );
        assert_eq!(
            refused(format!("unknown={escape}")),
            Malformed::BrokenEscape(RequestPart::Other),
            "{escape}"
        );
        assert_eq!(refused(format!("{escape}=x")), Malformed::BrokenEscape(RequestPart::Other), "{escape}");
    }
}

#[test]
fn invalid_utf8_is_rejected() {
    assert_eq!(refused("scope=%ff"), Malformed::NotUtf8(parameter("scope")));
    assert_eq!(refused(b"unknown=\xe9"), Malformed::NotUtf8(RequestPart::Other));
    assert_eq!(refused("%c3=x"), Malformed::NotUtf8(RequestPart::Other));
}

#[test]
fn utf8_is_accepted_encoded_or_not() {
    assert_eq!(form_request("grant_type=%C3%A9é").unwrap().grant_type, "éé");
}

#[test]
fn a_control_character_is_rejected() {
    for character in ["%00", "%0a", "%0D", "%7f", "%C2%85", "\n", "\0", "\t"] {
        assert_eq!(refused(format!("scope=a{character}")), Malformed::ControlCharacter(parameter("scope")));
        assert_eq!(refused(format!("unknown={character}")), Malformed::ControlCharacter(RequestPart::Other));
        assert_eq!(refused(format!("sc{character}ope=a")), Malformed::ControlCharacter(RequestPart::Other));
    }
}

#[test]
fn a_value_has_at_most_4096_characters() {
    let limit = MAX_VALUE_CHARS;
    assert_eq!(limit, 4_096);
    for name in
        ["grant_type", "scope", "resource", "audience", "client_id", "client_secret", "token_type_hint"]
    {
        let most = format!("{name}={}", "x".repeat(limit));
        assert!(parse_body(Some(FORM), most.as_bytes()).is_ok(), "{name}");
        assert_eq!(refused(format!("{most}x")), Malformed::TooLong { part: parameter(name), limit });
    }
    assert_eq!(
        refused(format!("unknown={}", "x".repeat(limit + 1))),
        Malformed::TooLong { part: RequestPart::Other, limit }
    );
    assert_eq!(refused("x".repeat(limit + 1)), Malformed::TooLong { part: RequestPart::Other, limit });
}

#[test]
fn the_length_limit_counts_decoded_characters() {
    let most = format!("scope={}", "%C3%A9".repeat(MAX_VALUE_CHARS));
    assert!(parse_body(Some(FORM), most.as_bytes()).is_ok());
    let limit = MAX_VALUE_CHARS;
    assert_eq!(refused(format!("{most}x")), Malformed::TooLong { part: parameter("scope"), limit });
}

#[test]
fn a_token_and_an_assertion_have_at_most_16_kib() {
    let limit = MAX_TOKEN_CHARS;
    assert_eq!(limit, 16_384);
    for name in ["token", "client_assertion"] {
        let most = format!("client_assertion_type={ASSERTION_TYPE}&{name}={}", "x".repeat(limit));
        assert!(parse_body(Some(FORM), most.as_bytes()).is_ok(), "{name}");
        assert_eq!(refused(format!("{most}x")), Malformed::TooLong { part: parameter(name), limit });
    }
}

#[test]
fn there_are_at_most_64_parameters() {
    assert_eq!(MAX_PARAMETERS, 64);
    let most: Vec<_> = (0..64).map(|number| format!("p{number}=x")).collect();
    assert!(parse_body(Some(FORM), most.join("&").as_bytes()).is_ok());
    assert_eq!(refused(format!("{}&p64=x", most.join("&"))), Malformed::TooManyParameters);
    assert_eq!(refused(vec!["resource=x"; 65].join("&")), Malformed::TooManyParameters);
}

#[test]
fn the_65th_parameter_is_rejected_before_it_is_parsed() {
    let body: Vec<_> = (0..64).map(|number| format!("p{number}=x")).collect();
    assert_eq!(refused(format!("{}&p0=%zz", body.join("&"))), Malformed::TooManyParameters);
}

#[test]
fn a_body_has_at_most_64_kib() {
    assert_eq!(MAX_BODY_BYTES, 65_536);
    assert!(parse_body(Some(FORM), "&".repeat(65_536).as_bytes()).is_ok());
    assert_eq!(refused("&".repeat(65_537)), Malformed::BodyTooLarge);
}

#[test]
fn an_empty_body_is_a_form_without_parameters() {
    assert_eq!(form_request("").unwrap_err(), Malformed::Missing(parameter("grant_type")));
}

#[test]
fn no_message_repeats_what_was_sent() {
    for body in ["s3cret=%zz", "s3cret=1&s3cret=2", "s3cret=%00", "s3cret=%ff", "client_secret=s3cret%zz"] {
        assert!(!refused(body).to_string().contains("s3cret"), "{body}");
    }
}

#[test]
fn debug_shows_names_and_no_values() {
    let body = "token=s3cret&client_secret=s3cret&client_assertion=s3cret&scope=s3cret";
    let shown = format!("{:?}", parse_body(Some(FORM), body.as_bytes()).unwrap());
    assert_eq!(shown, r#"Parameters{"scope", "client_secret", "client_assertion", "token"}"#);
}
