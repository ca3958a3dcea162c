//! The foreign hashes in this file were made with passlib 1.7.4, bcrypt 4.0.1 and argon2-cffi 25.1 for Python, and with
//! Python's `hashlib.pbkdf2_hmac` in Ory's format.

use super::*;

const SECRET: &str = "the-customers-old-secret";

const ARGON2ID: &str =
    "$argon2id$v=19$m=1024,t=3,p=2$tFbK2ZsTYoxRyplz7h3jnA$Xz/O2aS0iIoFs8xPAKcsT501ujPgIU2bk29K7KKTsvg";
const BCRYPT_A: &str = "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.";
const BCRYPT_B: &str = "$2b$05$wpnLQwLuw1kU1tU1Y.14quNYniJUTVOMSJ1YCS.yY5OS1zXH0f6pi";
const BCRYPT_Y: &str = "$2y$05$rjYQQh.RV03KhYayEHAfc.9IzR0FzLQZv.tyD.P/qlW4gZnqjcree";
const PASSLIB: &str =
    "$pbkdf2-sha256$1000$5TyntBbifI.x1prTWguBUA$rXGfs.aSxo2QwRHbaQoExAAvzaFkMH5nJIS.aEiegZk";
const ORY: &str =
    "$pbkdf2-sha256$i=25000,l=32$cBKZGCbtAlDBkUwGy2tfCQ$r1DCixR7b97WQxcUQfYlK0hpgqmQXV38dr3owJbf+Gk";

const FOREIGN: [(&str, HashScheme); 6] = [
    (ARGON2ID, HashScheme::Argon2id),
    (BCRYPT_A, HashScheme::Bcrypt),
    (BCRYPT_B, HashScheme::Bcrypt),
    (BCRYPT_Y, HashScheme::Bcrypt),
    (PASSLIB, HashScheme::Pbkdf2Sha256),
    (ORY, HashScheme::Pbkdf2Sha256),
];

fn recognised(text: &str) -> SecretHash {
    SecretHash::recognise(text).unwrap().unwrap_or_else(|| panic!("{text} is a hash"))
}

fn reason(text: &str) -> String {
    SecretHash::recognise(text).unwrap_err().to_string()
}

#[test]
fn a_hash_matches_its_secret_and_no_other() {
    let hash = SecretHash::make("right", HashCost::Light, [7; 16]).unwrap();
    assert!(hash.matches("right"));
    assert!(!hash.matches("wrong"));
    assert!(hash.as_stored().starts_with("$argon2id$v=19$m=256,t=1,p=1$"));
    assert_eq!(SecretHash::from_stored(hash.as_stored().to_owned()), Ok(hash));
}

#[test]
fn the_unmatchable_hash_has_the_heavy_cost_and_matches_no_secret() {
    let hash = SecretHash::unmatchable();
    assert!(SecretHash::from_stored(hash.as_stored().to_owned()).is_ok());
    assert!(hash.as_stored().contains("m=19456,t=2,p=1"));
    assert!(!hash.matches(""));
}

#[test]
fn stored_hashes_of_unsupported_kinds_are_rejected() {
    for text in ["$2b$12$abc", "$argon2id$v=19$m=256,t=1,p=1", "$pbkdf2-sha256$1000$salt", "$6$salt$hash", ""]
    {
        assert_eq!(SecretHash::from_stored(text.to_owned()), Err(InvalidHash), "{text}");
    }
}

#[test]
fn a_hash_that_another_server_made_matches_its_secret_and_no_other() {
    for (text, scheme) in FOREIGN {
        let hash = recognised(text);
        assert_eq!(hash.scheme(), scheme);
        assert!(hash.matches(SECRET), "{text}");
        for wrong in ["", "the-customers-old-secreT", "the-customers-old-secret ", text] {
            assert!(!hash.matches(wrong), "{text} {wrong:?}");
        }
        assert_eq!(SecretHash::from_stored(hash.as_stored().to_owned()), Ok(hash));
    }
}

#[test]
fn a_hash_of_a_secret_outside_ascii_matches_it() {
    let hash = recognised("$2b$04$521PTrMetpEQfUeO0UK8xOk/nUCCVgpuwHxEmhzVRjjPNuRQD3XgO");
    assert!(hash.matches("gehéim-ß") && !hash.matches("geheim-ss"));
}

#[test]
fn bcrypt_uses_the_first_72_bytes_of_a_secret_as_other_servers_do() {
    let hash = recognised("$2b$05$aa8y3hwqmSW3Fh3iusTWf.kyoJxIZW0ZxiB5fsWavy12QMjddYxwe");
    let seventy_two = format!("{}a", "x".repeat(71));
    assert!(hash.matches(&format!("{seventy_two}b-and-what-comes-after")));
    assert!(hash.matches(&seventy_two));
    assert!(!hash.matches(&"x".repeat(71)));
}

#[test]
fn the_prefix_of_spring_security_is_removed() {
    assert_eq!(recognised(&format!("{{bcrypt}}{BCRYPT_A}")).as_stored(), BCRYPT_A);
    assert!(reason("{bcrypt}secret").contains("bcrypt"));
    assert!(reason(&format!("{{bcrypt}}{ORY}")).contains("incomplete or malformed"));
}

#[test]
fn only_heavy_hashes_of_this_server_are_not_foreign() {
    for (text, _) in FOREIGN {
        assert!(recognised(text).is_foreign(), "{text}");
    }
    assert!(!SecretHash::make("any", HashCost::Heavy, [7; 16]).unwrap().is_foreign());
    assert!(SecretHash::make("any", HashCost::Light, [7; 16]).unwrap().is_foreign());
}

#[test]
fn texts_without_the_form_of_a_hash_are_not_hashes() {
    for text in [
        "",
        "an-old-secret",
        "$ecret-of-the-customer",
        "$2",
        "$$",
        "{secret}",
        "bcrypt",
        "{}x",
        "{a b}x",
        "$a b$x",
        "sha256",
        "sha256:",
        "shadow:of-the-day",
        "256:abcdefgh",
        "md5-of-something",
        "0x0123456789",
        "*secret",
    ] {
        assert_eq!(SecretHash::recognise(text), Ok(None), "{text}");
    }
}

#[test]
fn every_truncated_hash_is_refused() {
    for (text, _) in FOREIGN {
        let begin = text.match_indices('$').nth(1).unwrap().0 + 1;
        // The other formats do not state the output length, so a truncated output is a valid hash until it is too
        // short.
        let end = if text == ORY || text.starts_with("$2") { text.len() } else { text.len() - 22 };
        for cut in begin..end {
            assert!(SecretHash::recognise(&text[..cut]).is_err(), "{}", &text[..cut]);
        }
        assert!(SecretHash::recognise(&format!("{text}\u{e9}")).is_err(), "{text}");
        assert!(SecretHash::recognise(&format!("{text} {text}")).is_err(), "{text}");
    }
}

#[test]
fn unsupported_hashes_are_refused_with_their_form_and_the_supported_forms() {
    let hexadecimal = "5f4dcc3b5aa765d61d8327deb882cf99";
    for (text, form) in [
        (
            "$argon2i$v=19$m=1024,t=3,p=2$tFbK2ZsTYoxRyplz7h3jnA$Xz/O2aS0iIoFs8xPAKcsT501ujPgIU2bk29K7KKTsvg",
            "$scheme$",
        ),
        ("$2x$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.", "$scheme$"),
        ("$6$rounds=5000$salt$hash", "$scheme$"),
        ("$apr1$salt$hash", "$scheme$"),
        ("$P$BmbRo1A2Ye0fTfHCkgx5MxGmGCL1Ta1", "$scheme$"),
        ("$pbkdf2-sha512$25000$salt$hash", "$scheme$"),
        ("$any-new-scheme$abc", "$scheme$"),
        ("{noop}secret", "{SCHEME}"),
        ("{SSHA}aGVsbG8gd29ybGQgaGVsbG8=", "{SCHEME}"),
        ("{SSHA512}abc", "{SCHEME}"),
        ("{SHA-256}abc", "{SCHEME}"),
        ("{pbkdf2@SpringSecurity_v5_8}abc", "{SCHEME}"),
        ("{cipher}abc", "{SCHEME}"),
        ("pbkdf2_sha256$36000$salt$hash", "algorithm$"),
        ("argon2$argon2id$v=19$m=1$a$b", "algorithm$"),
        ("sha1$salt$hash", "algorithm$"),
        ("bcrypt_sha256$$2b$12$abc", "algorithm$"),
        ("SCRAM-SHA-256$4096:salt$a:b", "algorithm$"),
        ("2a$10$SHHx1hEV1O8xh6gP6H8bme", "algorithm$"),
        ("sha256:abcdef", "algorithm:"),
        ("pbkdf2:sha256:260000$salt$hash", "algorithm:"),
        ("scrypt:32768:8:1$salt$hash", "algorithm:"),
        ("SHA-512:abcdef", "algorithm:"),
        ("plaintext:abcdef", "algorithm:"),
        ("AQAAAAEAACcQAAAAEJ7bQ1", "AQAAAA"),
        ("AQAAAA", "AQAAAA"),
        (&format!("md5{hexadecimal}"), "database"),
        (&format!("*{hexadecimal}00112233"), "database"),
        (&format!("0x0200{hexadecimal}{hexadecimal}"), "database"),
    ] {
        let reason = reason(text);
        assert!(reason.contains(form), "{text}: {reason}");
        assert!(reason.contains("$argon2id$") && reason.contains("{bcrypt}"), "{reason}");
        assert!(!reason.contains(text) || text.len() < 8, "{reason}");
    }
}

#[test]
fn an_excessive_cost_is_refused_with_the_allowed_values() {
    let salt = "tFbK2ZsTYoxRyplz7h3jnA";
    let output = "Xz/O2aS0iIoFs8xPAKcsT501ujPgIU2bk29K7KKTsvg";
    for (text, bound) in [
        (format!("$argon2id$v=19$m=262145,t=1,p=1${salt}${output}"), "256 MiB"),
        (format!("$argon2id$v=19$m=1024,t=11,p=1${salt}${output}"), "at most 10"),
        (format!("$argon2id$v=19$m=1024,t=1,p=17${salt}${output}"), "at most 16"),
        (format!("$argon2id$v=19$m=1024,t=1,p=1${salt}$Xz/O2aS0iIoFs8w"), "16 to 64"),
        (BCRYPT_A.replace("$05$", "$15$"), "4 to 14"),
        (BCRYPT_A.replace("$05$", "$03$"), "4 to 14"),
        (BCRYPT_A.replace("$05$", "$31$"), "4 to 14"),
        (PASSLIB.replace("$1000$", "$2000001$"), "2000000"),
        (ORY.replace("i=25000", "i=2000001"), "2000000"),
        (format!("$pbkdf2-sha256$1000$c2FsdA${}", output.replace('+', ".")), "8 to 64"),
        (format!("$pbkdf2-sha256$1000${salt}$c2FsdHNhbHQ"), "16 to 64"),
    ] {
        let reason = reason(&text);
        assert!(reason.contains(bound), "{text}: {reason}");
    }
    // The bounds themselves are allowed.
    for text in [
        format!("$argon2id$v=19$m=262144,t=10,p=16${salt}${output}"),
        BCRYPT_A.replace("$05$", "$14$"),
        PASSLIB.replace("$1000$", "$2000000$"),
    ] {
        recognised(&text);
    }
}

#[test]
fn numbers_and_lengths_in_a_hash_are_exact() {
    for text in [
        ORY.replace("l=32", "l=31"),
        ORY.replace("i=25000", "i=+25000"),
        ORY.replace("i=25000", "i=0"),
        ORY.replace("i=25000,l=32", "l=32,i=25000"),
        PASSLIB.replace("$1000$", "$-1$"),
        PASSLIB.replace('.', "+"),
        ARGON2ID.replace("$v=19", ""),
        ARGON2ID.replace("m=1024", "m=1024,keyid=Zm9v"),
    ] {
        assert!(reason(&text).contains("incomplete or malformed"), "{text}");
    }
    assert!(recognised(&ORY.replace(",l=32", "")).matches(SECRET));
}
