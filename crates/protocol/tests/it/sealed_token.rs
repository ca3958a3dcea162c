//! Parsing and serialising opaque tokens.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jeton_protocol::{MAX_ACCESS_TOKEN_CHARS, SealedToken, SealedTokenError};

fn of(bytes: &[u8]) -> String {
    format!("jtnat_{}", URL_SAFE_NO_PAD.encode(bytes))
}

#[test]
fn the_key_id_comes_before_the_sealed_bytes() {
    let token = SealedToken { key_id: [7; 8], sealed: vec![9; 28] };
    assert_eq!(token.write(), of(&[[7; 8].as_slice(), &[9; 28]].concat()));
    assert_eq!(SealedToken::parse(&token.write()), Ok(token));
}

#[test]
fn a_text_without_the_prefix_is_rejected() {
    let good = of(&[1; 36]);
    for text in
        ["", "jtnat", "jtnsk_", &good[1..], &good.replacen("jtnat_", "JTNAT_", 1), &format!(" {good}")]
    {
        assert_eq!(SealedToken::parse(text), Err(SealedTokenError::Prefix), "{text}");
        assert!(!SealedToken::has_prefix(text));
    }
}

#[test]
fn padding_white_space_the_other_alphabet_and_stray_bits_are_rejected() {
    let good = of(&[0xff; 37]);
    assert!(SealedToken::parse(&good).is_ok());
    for text in [
        format!("{good}=="),
        format!("{good} "),
        format!("{good}\n"),
        good.replace('_', "/").replacen("jtnat/", "jtnat_", 1),
        format!("{}x", &good[..good.len() - 1]),
    ] {
        assert_eq!(SealedToken::parse(&text), Err(SealedTokenError::Base64), "{text}");
    }
}

#[test]
fn a_text_that_is_too_short_or_too_long_is_rejected() {
    for length in [0, 7, 8, 35] {
        assert_eq!(SealedToken::parse(&of(&vec![1; length])), Err(SealedTokenError::Length), "{length}");
    }
    assert!(SealedToken::parse(&of(&[1; 36])).is_ok());
    let longest = (MAX_ACCESS_TOKEN_CHARS - "jtnat_".len()) / 4 * 3;
    assert!(SealedToken::parse(&of(&vec![1; longest])).is_ok());
    assert_eq!(SealedToken::parse(&of(&vec![1; longest + 3])), Err(SealedTokenError::Length));
}

#[test]
fn debug_is_redacted() {
    let shown = format!("{:?}", SealedToken { key_id: [7; 8], sealed: vec![9; 28] });
    assert_eq!(shown, "SealedToken([redacted])");
}
