//! Client secrets.

use jeton_protocol::{ClientSecret, PresentedSecret, SecretShape};

fn shape(text: impl Into<String>) -> SecretShape {
    PresentedSecret::new(text.into()).shape()
}

#[test]
fn a_generated_secret_is_a_prefix_43_random_characters_and_6_of_checksum() {
    let secret = ClientSecret::from_entropy([0; 32]);
    let (covered, checksum) = secret.expose().split_at(49);
    assert_eq!(covered, "jtnsk_0000000000000000000000000000000000000000000");
    assert_eq!(checksum, "2SOHbx");
    assert_eq!(secret.last_four(), "OHbx");
}

#[test]
fn every_bit_of_entropy_changes_the_secret() {
    let base = ClientSecret::from_entropy([0; 32]);
    for bit in 0..256 {
        let mut entropy = [0; 32];
        entropy[bit / 8] |= 1 << (bit % 8);
        assert_ne!(ClientSecret::from_entropy(entropy).expose(), base.expose(), "{bit}");
    }
}

#[test]
fn the_largest_entropy_has_the_same_length() {
    let secret = ClientSecret::from_entropy([0xff; 32]);
    assert_eq!(secret.expose(), "jtnsk_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp10puY7R");
    assert_eq!(shape(secret.expose()), SecretShape::Generated);
}

#[test]
fn a_secret_of_a_wrong_length_is_broken() {
    let secret = ClientSecret::from_entropy([7; 32]).expose().to_owned();
    for length in 6..secret.len() {
        assert_eq!(shape(&secret[..length]), SecretShape::Broken, "{length}");
    }
    assert_eq!(shape(format!("{secret}0")), SecretShape::Broken);
    assert_eq!(shape(format!("{secret} ")), SecretShape::Broken);
}

#[test]
fn a_secret_with_a_wrong_alphabet_is_broken() {
    let secret = ClientSecret::from_entropy([7; 32]).expose().to_owned();
    for replacement in ["-", "+", "_", "é", " "] {
        let mut changed = secret.clone();
        changed.replace_range(20..20 + replacement.len(), replacement);
        assert_eq!(changed.len(), secret.len());
        assert_eq!(shape(changed), SecretShape::Broken, "{replacement:?}");
    }
}

#[test]
fn a_secret_with_two_characters_swapped_is_broken() {
    let secret = ClientSecret::from_entropy([7; 32]).expose().to_owned();
    let mut bytes = secret.clone().into_bytes();
    let at = (6..48).find(|at| bytes[*at] != bytes[at + 1]).unwrap();
    bytes.swap(at, at + 1);
    assert_eq!(shape(String::from_utf8(bytes).unwrap()), SecretShape::Broken);
}

#[test]
fn any_other_text_is_other() {
    for text in ["", "secret", "JTNSK_0", "jtnsk", "xjtnsk_", " jtnsk_"] {
        assert_eq!(shape(text), SecretShape::Other, "{text}");
    }
}

#[test]
fn debug_shows_no_secret() {
    assert_eq!(format!("{:?}", ClientSecret::from_entropy([0; 32])), "ClientSecret([redacted])");
    assert_eq!(format!("{:?}", PresentedSecret::new("s3cret".into())), "PresentedSecret([redacted])");
}
