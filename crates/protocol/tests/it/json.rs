//! Bodies of the type `application/json`.

use jeton_protocol::{MAX_TOKEN_CHARS, MAX_VALUE_CHARS, Malformed, RequestPart, parse_body};

use crate::{JSON, json_request, parameter};

fn refused(body: impl AsRef<[u8]>) -> Malformed {
    parse_body(Some(JSON), body.as_ref()).expect_err("the input must be rejected")
}

#[test]
fn members_become_parameters() {
    let request =
        json_request(r#"{"grant_type":"client_credentials","scope":"a b","audience":"x"}"#).unwrap();
    assert_eq!(request.grant_type, "client_credentials");
    assert_eq!(request.scope.as_deref(), Some("a b"));
    assert_eq!(request.audience.as_deref(), Some("x"));
}

#[test]
fn a_string_is_not_percent_decoded() {
    assert_eq!(json_request(r#"{"grant_type":"a+b%20%zz\u0020\""}"#).unwrap().grant_type, "a+b%20%zz \"");
}

#[test]
fn resource_is_a_string_or_an_array_of_strings() {
    let one = json_request(r#"{"grant_type":"a","resource":"one"}"#).unwrap();
    assert_eq!(one.resources, ["one"]);
    let several = json_request(r#"{"grant_type":"a","resource":["one","","two"]}"#).unwrap();
    assert_eq!(several.resources, ["one", "two"]);
    let none = json_request(r#"{"grant_type":"a","resource":[]}"#).unwrap();
    assert!(none.resources.is_empty());
}

#[test]
fn a_resource_of_another_type_is_rejected() {
    for value in ["1", "true", "{}", "[1]", "[null]", r#"[["a"]]"#, r#"["a",{}]"#] {
        assert_eq!(refused(format!(r#"{{"resource":{value}}}"#)), Malformed::ResourceNotStrings, "{value}");
    }
}

#[test]
fn a_known_member_that_is_not_a_string_is_rejected() {
    for value in ["1", "-1", "1.5", "true", "{}", "[]", r#"["a"]"#] {
        assert_eq!(
            refused(format!(r#"{{"scope":{value}}}"#)),
            Malformed::NotAString(parameter("scope")),
            "{value}"
        );
    }
}

#[test]
fn null_and_empty_are_absent() {
    let request =
        json_request(r#"{"grant_type":"a","scope":null,"audience":"","resource":null,"client_id":null}"#)
            .unwrap();
    assert_eq!(request.scope, None);
    assert_eq!(request.audience, None);
    assert!(request.resources.is_empty());
    assert_eq!(
        json_request(r#"{"grant_type":null}"#).unwrap_err(),
        Malformed::Missing(parameter("grant_type"))
    );
}

#[test]
fn an_unknown_member_may_have_any_value() {
    let long = "x".repeat(MAX_VALUE_CHARS + 1);
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    for value in [
        "1e2",
        "false",
        "null",
        r#"{"scope":1,"scope":2}"#,
        r#"[[{}],"\u0000"]"#,
        &format!("\"{long}\""),
        &deep,
    ] {
        assert!(json_request(format!(r#"{{"x":{value},"grant_type":"a"}}"#)).is_ok(), "{value:.40}");
    }
}

#[test]
fn a_repeated_member_is_rejected() {
    for body in
        [r#"{"scope":"a","scope":"a"}"#, r#"{"scope":"a","scope":null}"#, r#"{"scope":"","sc\u006fpe":"a"}"#]
    {
        assert_eq!(refused(body), Malformed::Repeated(parameter("scope")), "{body}");
    }
    assert_eq!(refused(r#"{"resource":"a","resource":"b"}"#), Malformed::Repeated(parameter("resource")));
    assert_eq!(refused(r#"{"x":1,"x":[]}"#), Malformed::Repeated(RequestPart::Other));
}

#[test]
fn a_control_character_in_a_known_member_is_rejected() {
    for character in [r"\u0000", r"\n", r"\u007f", r"\u0085"] {
        let body = format!(r#"{{"scope":"a{character}"}}"#);
        assert_eq!(refused(body), Malformed::ControlCharacter(parameter("scope")), "{character}");
    }
    assert_eq!(refused(r#"{"resource":["a","b\t"]}"#), Malformed::ControlCharacter(parameter("resource")));
}

#[test]
fn the_length_limits_are_those_of_a_form() {
    let body = |name: &str, chars: usize| format!(r#"{{"{name}":"{}"}}"#, "é".repeat(chars));
    for (name, limit) in
        [("scope", MAX_VALUE_CHARS), ("token", MAX_TOKEN_CHARS), ("client_assertion", MAX_TOKEN_CHARS)]
    {
        assert!(parse_body(Some(JSON), body(name, limit).as_bytes()).is_ok(), "{name}");
        assert_eq!(refused(body(name, limit + 1)), Malformed::TooLong { part: parameter(name), limit });
    }
}

#[test]
fn there_are_at_most_64_members() {
    let members = |count: usize| {
        let members: Vec<_> = (0..count).map(|number| format!("\"p{number}\":0")).collect();
        format!("{{{}}}", members.join(","))
    };
    assert!(parse_body(Some(JSON), members(64).as_bytes()).is_ok());
    assert_eq!(refused(members(65)), Malformed::TooManyParameters);
}

#[test]
fn each_entry_of_resource_counts() {
    let resources = |count: usize| format!(r#"{{"resource":[{}]}}"#, vec!["\"a\""; count].join(","));
    assert!(parse_body(Some(JSON), resources(64).as_bytes()).is_ok());
    assert_eq!(refused(resources(65)), Malformed::TooManyParameters);
}

#[test]
fn a_body_that_is_not_one_object_is_rejected() {
    for body in [
        "",
        " ",
        "[]",
        "\"a\"",
        "null",
        "{",
        "{}{}",
        "{} x",
        r#"{"a":1,}"#,
        "{a:1}",
        "\u{feff}",
        "\u{feff}\u{feff}{}",
        " \u{feff}{}",
        "{}\u{feff}",
        "NaN",
    ] {
        assert_eq!(refused(body), Malformed::NotAJsonObject, "{body}");
    }
}

#[test]
fn one_byte_order_mark_in_front_is_skipped() {
    let request = json_request("\u{feff}{\"grant_type\":\"a\",\"scope\":\"\u{feff}b\"}").unwrap();
    assert_eq!(request.grant_type, "a");
    assert_eq!(request.scope.as_deref(), Some("\u{feff}b"), "in a value it is a character");
    assert!(json_request("\u{feff}\r\n {\"grant_type\":\"a\"}").is_ok());
    assert_eq!(refused(b"\xff\xfe{\0}\0"), Malformed::NotUtf8(RequestPart::Body));
}

#[test]
fn invalid_utf8_is_rejected_even_in_unknown_members() {
    assert_eq!(refused(b"{\"unknown\":\"\xff\"}"), Malformed::NotUtf8(RequestPart::Body));
    assert_eq!(refused(br#"{"scope":"\ud800"}"#), Malformed::NotAJsonObject);
}

#[test]
fn a_deeply_nested_value_is_rejected_without_a_crash() {
    for body in
        [format!(r#"{{"scope":{}"#, "[".repeat(60_000)), format!(r#"{{"x":{}"#, "{\"a\":".repeat(13_000))]
    {
        let refusal = refused(body);
        assert!(matches!(refusal, Malformed::NotAString(_) | Malformed::NotAJsonObject), "{refusal:?}");
    }
}
