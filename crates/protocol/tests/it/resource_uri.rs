//! Resources (RFC 8707 §2).

use std::collections::{BTreeSet, HashSet};

use jeton_protocol::{ResourceUri, ResourceUriError};

fn uri(text: &str) -> ResourceUri {
    text.parse().unwrap()
}

fn key(text: &str) -> String {
    ResourceUri::parse(text).unwrap().key().to_owned()
}

#[test]
fn a_uri_keeps_its_spelling() {
    for text in ["HTTPS://API.Example.COM/Path", "https://api.example.com/", "urn:Example:API"] {
        let uri = ResourceUri::parse(text).unwrap();
        assert_eq!(uri.as_str(), text);
        assert_eq!(uri.to_string(), text);
        assert_eq!(format!("{uri:?}"), format!("ResourceUri({text:?})"));
    }
}

#[test]
fn scheme_and_host_are_compared_in_lower_case() {
    assert_eq!(key("HTTPS://API.Example.COM/Path?Query"), "https://api.example.com/Path?Query");
    assert_eq!(key("HTTPS://User@[2001:DB8::1]:8443/P"), "https://User@[2001:db8::1]:8443/P");
}

#[test]
fn the_slash_of_an_origin_is_not_compared() {
    assert_eq!(key("https://api.example.com/"), "https://api.example.com");
    assert_eq!(key("https://api.example.com:8443/"), "https://api.example.com:8443");
    assert_eq!(key("https://api.example.com"), "https://api.example.com");
}

#[test]
fn nothing_else_is_normalised() {
    for text in [
        "https://api.example.com/?a",
        "https://api.example.com/?",
        "https://api.example.com/mcp/",
        "https://api.example.com//",
        "https://api.example.com:443",
        "https://api.example.com:",
        "https://api.example.com/a/../b/./c",
        "https://api.example.com/%7euser%2f",
        "urn:Example:API",
        "urn:/",
    ] {
        assert_eq!(key(text), text);
    }
}

#[test]
fn a_relative_reference_is_rejected() {
    for text in ["", "api", "/path", "//api.example.com/", "api.example.com/a", "?a", "https", "1a:b"] {
        assert_eq!(ResourceUri::parse(text), Err(ResourceUriError::NotAbsolute), "{text}");
    }
}

#[test]
fn a_broken_uri_is_rejected() {
    for text in
        ["https://api.example.com/%zz", "https://[::1", "https://a:port/", "https://a/<b>", "https://a|b/"]
    {
        assert_eq!(ResourceUri::parse(text), Err(ResourceUriError::NotAbsolute), "{text}");
    }
}

#[test]
fn a_fragment_is_rejected_even_an_empty_one() {
    for text in ["https://api.example.com/#a", "https://api.example.com#", "urn:a:b#c"] {
        assert_eq!(ResourceUri::parse(text), Err(ResourceUriError::Fragment), "{text}");
    }
}

#[test]
fn only_visible_ascii_is_accepted() {
    for text in
        ["https://api.example.com/é", " https://a.example.com", "https://a.example.com/\n", "https://a b/"]
    {
        assert_eq!(ResourceUri::parse(text), Err(ResourceUriError::IllegalCharacter), "{text:?}");
    }
}

#[test]
fn a_resource_has_at_most_1024_characters() {
    let most = format!("https://api.example.com/{}", "a".repeat(1_000));
    assert_eq!(most.len(), 1_024);
    assert_eq!(key(&most), most);
    assert_eq!(ResourceUri::parse(&format!("{most}a")), Err(ResourceUriError::TooLong));
}

#[test]
fn two_spellings_of_one_resource_are_equal() {
    assert_eq!(ResourceUri::parse("HTTPS://A.example.com/"), ResourceUri::parse("https://a.example.com"));
    assert_ne!(ResourceUri::parse("https://a.example.com/A"), ResourceUri::parse("https://a.example.com/a"));
}

#[test]
fn sets_and_maps_find_a_resource_by_any_spelling() {
    let spellings = ["HTTPS://A.example.com/", "https://a.example.com"].map(uri);
    assert_eq!(spellings.iter().collect::<HashSet<_>>().len(), 1);
    assert_eq!(spellings.iter().collect::<BTreeSet<_>>().len(), 1);
    assert!(uri("HTTPS://B.example.com") > uri("https://a.example.com"));
}

#[test]
fn a_resource_matches_any_spelling_of_it() {
    for text in ["https://a.example.com", "https://A.Example.com/"] {
        assert!(uri("HTTPS://a.example.com/").matches(text), "{text}");
    }
    for text in ["https://a.example.com/a", "https://a.example.com#", "", "a.example.com"] {
        assert!(!uri("https://a.example.com/").matches(text), "{text}");
    }
}

#[test]
fn deserialising_validates_and_keeps_the_spelling() {
    let json = r#""HTTPS://A.example.com/""#;
    let read: ResourceUri = serde_json::from_str(json).unwrap();
    assert_eq!(serde_json::to_string(&read).unwrap(), json);
    assert!(serde_json::from_str::<ResourceUri>(r#""/relative""#).is_err());
}
