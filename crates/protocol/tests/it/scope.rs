//! Scopes (RFC 6749 §3.3).

use jeton_protocol::{Scope, ScopeError, ScopeName};

fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

#[test]
fn a_scope_displays_sorted_with_one_space() {
    assert_eq!(scope("write:b read:a").to_string(), "read:a write:b");
}

#[test]
fn leading_trailing_and_repeated_spaces_and_names_are_accepted() {
    assert_eq!(scope("  b   a b  a ").to_string(), "a b");
    assert_eq!(scope("a a").len(), 1);
}

#[test]
fn a_scope_without_a_name_is_rejected() {
    for text in ["", " ", "    "] {
        assert_eq!(Scope::parse(text), Err(ScopeError::Empty), "{text:?}");
    }
    assert_eq!(Scope::from_names([]), None);
}

#[test]
fn a_comma_is_rejected_with_a_hint() {
    for text in ["a,b", "a, b", ",", "a,"] {
        assert_eq!(Scope::parse(text), Err(ScopeError::Comma), "{text}");
    }
    assert_eq!(ScopeError::Comma.to_string(), "scopes are separated by spaces, not commas");
    assert_eq!(ScopeName::parse("a,b"), Err(ScopeError::Comma));
}

#[test]
fn an_illegal_character_is_rejected() {
    for text in ["a\tb", "a\nb", "\"a\"", "a\\b", "é", "a\u{7f}", "a\u{a0}b", "\0"] {
        assert_eq!(Scope::parse(text), Err(ScopeError::IllegalCharacter), "{text:?}");
    }
    assert_eq!(ScopeName::parse("a b"), Err(ScopeError::IllegalCharacter));
    assert_eq!(ScopeName::parse(""), Err(ScopeError::Empty));
}

#[test]
fn every_other_visible_character_is_legal() {
    let text: String =
        (0x21..=0x7e_u8).map(char::from).filter(|character| !"\",\\".contains(*character)).collect();
    assert_eq!(ScopeName::parse(&text).unwrap().as_str(), text);
}

#[test]
fn names_are_case_sensitive() {
    assert_eq!(scope("a A").len(), 2);
    assert!(!scope("a").contains(&ScopeName::parse("A").unwrap()));
}

#[test]
fn intersections_unions_and_subsets_are_those_of_sets() {
    assert_eq!(scope("a b").intersection(&scope("b c")), Some(scope("b")));
    assert_eq!(scope("a").intersection(&scope("b")), None);
    assert_eq!(scope("a b").union(&scope("b c")), scope("a b c"));
    assert!(scope("a").is_subset(&scope("b a")));
    assert!(!scope("a c").is_subset(&scope("a b")));
}

#[test]
fn a_scope_is_one_string_in_json() {
    assert_eq!(serde_json::to_string(&scope("b a")).unwrap(), r#""a b""#);
    assert_eq!(serde_json::from_str::<Scope>(r#"" b  a ""#).unwrap(), scope("a b"));
    assert!(serde_json::from_str::<Scope>(r#""""#).is_err());
    assert!(serde_json::from_str::<Scope>(r#"["a"]"#).is_err());
    assert!(serde_json::from_str::<ScopeName>(r#""a b""#).is_err());
}
