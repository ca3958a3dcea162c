//! Finding secrets, tokens and master keys in any bytes.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use jeton_protocol::{ClientSecret, DetectedCredential, Detection, SecretScanner, properties};
use proptest::{collection::vec, prelude::*};

fn secret(seed: u8) -> String {
    ClientSecret::from_entropy([seed; 32]).expose().to_owned()
}

fn scan_parts<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<Detection> {
    let (mut scanner, mut found) = (SecretScanner::new(), Vec::new());
    for part in parts {
        scanner.push(part, |detection| found.push(detection));
    }
    scanner.finish(|detection| found.push(detection));
    found
}

/// The line and the text of each finding; every finding must be a complete secret.
fn secrets(input: &[u8]) -> Vec<(u64, String)> {
    let whole = |detection: Detection| match detection.credential {
        DetectedCredential::Secret(secret) => (detection.line, secret.expose().to_owned()),
        other => panic!("{other:?} in {:?}", String::from_utf8_lossy(input)),
    };
    scan_parts([input]).into_iter().map(whole).collect()
}

/// The findings, with the kind as a word.
fn kinds(input: &str) -> Vec<(u64, &'static str)> {
    let word = |credential: &DetectedCredential| match credential {
        DetectedCredential::Secret(_) => "secret",
        DetectedCredential::MasterKey(_) => "master key",
        DetectedCredential::AccessToken => "token",
        DetectedCredential::Broken => "broken",
    };
    scan_parts([input.as_bytes()])
        .iter()
        .map(|detection| (detection.line, word(&detection.credential)))
        .collect()
}

fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(to_bytes).collect()
}

/// Percent-encodes every byte.
fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02x}").unwrap();
        encoded
    })
}

/// The text in every supported encoding; `lead` shifts the base64 alignment.
fn encodings(text: &str, lead: &[u8]) -> Vec<Vec<u8>> {
    let pair = [lead, text.as_bytes()].concat();
    let mut all = vec![
        text.as_bytes().to_vec(),
        utf16(text, u16::to_le_bytes),
        utf16(text, u16::to_be_bytes),
        percent_encoded(text).into_bytes(),
        text.replace('_', "%5F").into_bytes(),
        text.replace('k', "%6B").into_bytes(),
    ];
    for engine in [&STANDARD, &URL_SAFE, &STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
        let encoded = engine.encode(&pair);
        all.push(utf16(&encoded, u16::to_le_bytes));
        all.push(percent_encoded(&encoded).into_bytes());
        all.push(encoded.replace('=', "%3D").into_bytes());
        all.push(encoded.as_bytes().chunks(19).collect::<Vec<_>>().join(&b"\r\n  "[..]));
        all.push(encoded.into_bytes());
    }
    all
}

#[test]
fn a_secret_is_found_in_typical_contexts() {
    let secret = secret(7);
    for text in [
        secret.clone(),
        format!("\"{secret}\""),
        format!("'{secret}',"),
        format!("CLIENT_SECRET={secret}"),
        format!("CLIENT_SECRET={secret};"),
        format!("{{\"client_id\":\"fin\",\"client_secret\":\"{secret}\"}}"),
        format!("https://fin:{secret}@api.example.com/x"),
        format!("https://api.example.com/?client_secret={secret}&scope=a"),
        format!("curl -u fin:{secret} https://api.example.com"),
        format!("<secret>{secret}</secret>"),
        format!("x{secret}x"),
        format!("jtnsk{secret}"),
        format!("{secret}_{}", &secret[..5]),
    ] {
        assert_eq!(secrets(text.as_bytes()), [(1, secret.clone())], "{text}");
    }
}

#[test]
fn several_secrets_on_one_line_and_on_later_lines_are_found() {
    let (one, two) = (secret(1), secret(2));
    let found = secrets(format!("{one}{two},{one}\r\n\n{two}\n").as_bytes());
    assert_eq!(found, [(1, one.clone()), (1, two.clone()), (1, one), (3, two)]);
}

#[test]
fn utf_16_is_read_in_either_byte_order_with_and_without_a_mark() {
    let secret = secret(7);
    for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        for text in [format!("\u{feff}\nkey = {secret}"), format!("\nkey = {secret}")] {
            assert_eq!(secrets(&utf16(&text, to_bytes)), [(2, secret.clone())]);
        }
    }
}

#[test]
fn an_authorization_header_is_found_at_each_alignment_and_in_either_alphabet() {
    let secret = secret(7);
    for id in ["a", "ab", "abc", "sa_us_0123456789abcdefghijkl", "\u{ff}\u{fe}?>"] {
        for engine in [&STANDARD, &URL_SAFE, &STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            let header = format!("\nAuthorization: Basic {}\n", engine.encode(format!("{id}:{secret}")));
            assert_eq!(secrets(header.as_bytes()), [(2, secret.clone())], "{header}");
        }
    }
}

#[test]
fn an_incomplete_secret_is_broken_and_a_bare_prefix_is_ignored() {
    let secret = secret(7);
    let changed = format!("{}{}", &secret[..54], if secret.ends_with('x') { 'y' } else { 'x' });
    for text in [&secret[..54], &secret[..7], &changed, "jtnsk_cut", "jtnmk_cut"] {
        let expected = [(1, "broken")];
        assert_eq!(kinds(text), expected, "{text}");
        assert_eq!(kinds(&STANDARD.encode(text)), expected, "{text}");
        assert_eq!(kinds(&percent_encoded(text)), expected, "{text}");
        assert_eq!(kinds(&format!("{text}%")), expected, "{text}");
        assert_eq!(kinds(&format!("{text} {text}")).len(), 2, "{text}");
    }
    for text in ["jtnsk_", "jtnsk_[0-9A-Za-z]{49}", "JTNSK_0123", "jtnsk-0123", "jtnat_cut", "jtnsk"] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

#[test]
fn tokens_and_master_keys_are_distinguished_from_secrets() {
    let key = format!("jtnmk_{}", "0aZ_-".repeat(9));
    let jwt = format!("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJmaW4ifQ.{}", "a".repeat(86));
    let opaque = format!("jtnat_{}", "0aZ_-".repeat(20));
    let text = format!("\"{key}\"\nBearer {jwt}.\n[{opaque}] {jwt}\n{}", STANDARD.encode(format!("x{key}")));
    assert_eq!(
        kinds(&text),
        [(1, "master key"), (2, "token"), (3, "token"), (3, "token"), (4, "master key")]
    );
    for text in ["eyJ.a.b", "a.b.c", &jwt[3..], &jwt.replace('.', "-"), &format!("{jwt}.a.b")] {
        assert_eq!(kinds(text), [], "{text}");
    }
}

#[test]
fn debug_does_not_show_the_input() {
    let secret = secret(7);
    let mut scanner = SecretScanner::new();
    scanner.push(&secret.as_bytes()[..40], |_| {});
    assert_eq!(format!("{scanner:?}"), "SecretScanner { line: 1, .. }");
    assert!(!format!("{:?}", scan_parts([secret.as_bytes()])).contains(&secret[6..20]));
}

proptest! {
    #[test]
    fn a_secret_anywhere_in_random_bytes_is_found_in_every_encoding_and_chunking(
        entropy in any::<[u8; 32]>(),
        before in vec(any::<u8>(), 0..80),
        after in vec(any::<u8>(), 0..80),
        lead in vec(any::<u8>(), 0..5),
        cuts in vec(1_usize..40, 1..30),
    ) {
        let secret = ClientSecret::from_entropy(entropy);
        for encoded in encodings(secret.expose(), &lead) {
            let input = [before.as_slice(), &encoded, &after].concat();
            let (mut rest, mut parts) = (input.as_slice(), Vec::new());
            for cut in &cuts {
                let (part, more) = rest.split_at((*cut).min(rest.len()));
                parts.push(part);
                rest = more;
            }
            parts.push(rest);
            let found = scan_parts(parts);
            let is_found = found.iter().any(
                |detection| matches!(&detection.credential, DetectedCredential::Secret(found) if found.expose() == secret.expose()),
            );
            prop_assert!(is_found, "{found:?} in {:?}", String::from_utf8_lossy(&input));
        }
    }

    #[test]
    fn the_findings_do_not_depend_on_where_the_input_is_split(
        parts in vec(
            prop_oneof![
                "jtn(sk|mk|at)_[0-9A-Za-z_%]{0,60}",
                "anRuc2tf[0-9A-Za-z]{0,70}",
                "%(6[aA]|74|6e|73|6b|5[fF])",
                "eyJ[a-z.]{0,60}",
                "[\\x00%\n =_0-9a-f]{0,3}",
            ],
            0..6,
        ),
        cut in 0_usize..300,
    ) {
        properties::secret_scanner(parts.concat().as_bytes(), cut);
    }

    #[test]
    fn nothing_is_found_in_random_bytes(input in vec(any::<u8>(), 0..300)) {
        prop_assert!(scan_parts([input.as_slice()]).is_empty());
    }
}
