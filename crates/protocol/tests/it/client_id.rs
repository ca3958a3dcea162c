//! Client ids.

use jeton_protocol::{ClientId, ClientIdError, RegionName};

fn region(name: &str) -> RegionName {
    RegionName::parse(name).unwrap()
}

#[test]
fn a_generated_id_names_its_region() {
    let id = ClientId::generate(&region("eu"), [0xff; 16]);
    assert_eq!(id.as_str(), "sa_eu_7n42DGM5Tflk9n8mt7Fhc7");
    assert_eq!(id.region_tag(), Some(region("eu")));
}

#[test]
fn a_generated_id_is_padded_to_its_length() {
    let id = ClientId::generate(&region("us"), [0; 16]);
    assert_eq!(id.as_str(), "sa_us_0000000000000000000000");
    assert_eq!(id.region_tag(), Some(region("us")));
}

#[test]
fn different_entropy_makes_different_ids() {
    let mut entropy = [7; 16];
    let first = ClientId::generate(&region("us"), entropy);
    entropy[15] ^= 1;
    assert_ne!(first, ClientId::generate(&region("us"), entropy));
}

#[test]
fn a_generated_id_is_legal() {
    let id = ClientId::generate(&region("abcdefghi9"), [0x5a; 16]);
    assert_eq!(ClientId::parse(id.as_str()), Ok(id));
}

#[test]
fn only_the_generated_form_has_a_region() {
    for text in [
        "imported",
        "sa_eu_",
        "sa_eu_7n42DGM5Tflk9n8mt7Fhc",
        "sa_eu_7n42DGM5Tflk9n8mt7Fhc77",
        "sa_eu_7n42DGM5Tflk9n8mt7Fh-7",
        "sa_eu_7n42DGM5Tflk9n8mt7Fh_7",
        "sa_EU_7n42DGM5Tflk9n8mt7Fhc7",
        "sa__7n42DGM5Tflk9n8mt7Fhc7",
        "sa_abcdefghijk_7n42DGM5Tflk9n8mt7Fhc7",
        "SA_eu_7n42DGM5Tflk9n8mt7Fhc7",
        "xsa_eu_7n42DGM5Tflk9n8mt7Fhc7",
    ] {
        assert_eq!(ClientId::parse(text).unwrap().region_tag(), None, "{text}");
    }
}

#[test]
fn an_imported_id_is_any_visible_ascii() {
    let text: String = (0x21..=0x7e_u8).map(char::from).collect();
    assert_eq!(ClientId::parse(&text).unwrap().as_str(), text);
    for text in ["urn:example:client", "https://client.example.com/app", ":", "a:"] {
        assert_eq!(ClientId::parse(text).unwrap().as_str(), text);
    }
}

#[test]
fn only_an_id_with_a_colon_must_be_encoded_in_basic_credentials() {
    let must_be = |text: &str| ClientId::parse(text).unwrap().must_be_encoded_in_basic();
    assert!(must_be("urn:example:client"));
    assert!(!must_be("a+b%2Fc"));
}

#[test]
fn an_illegal_character_is_rejected() {
    for text in ["a b", "a\n", "é", "\u{7f}", " a"] {
        assert_eq!(ClientId::parse(text), Err(ClientIdError::IllegalCharacter), "{text:?}");
    }
}

#[test]
fn an_id_has_1_to_255_characters() {
    assert_eq!(ClientId::parse(""), Err(ClientIdError::Length));
    assert!(ClientId::parse(&"a".repeat(255)).is_ok());
    assert_eq!(ClientId::parse(&"a".repeat(256)), Err(ClientIdError::Length));
}

#[test]
fn deserialising_validates() {
    assert_eq!(serde_json::from_str::<ClientId>(r#""abc""#).unwrap().as_str(), "abc");
    assert!(serde_json::from_str::<ClientId>(r#""a c""#).is_err());
}
