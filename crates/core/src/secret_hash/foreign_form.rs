//! Recognises the forms in which other servers store hashes that Jeton does not verify.
//!
//! It decides by the form alone. A random secret has none of these forms.

use std::fmt;

/// The form of a hash. It contains no part of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForeignForm {
    /// `{SSHA}…`, `{noop}…`: LDAP (RFC 2307) and Spring Security.
    Braces,
    /// `$6$…`, `$argon2i$…`: crypt(3) and the PHC string format.
    Dollars,
    /// `sha256:…`, `pbkdf2:sha256:…`.
    AlgorithmColon,
    /// `pbkdf2_sha256$…`, `SCRAM-SHA-256$…`: Django, PostgreSQL.
    AlgorithmDollar,
    /// `AQAAAA…`, base64 of a hash.
    AspNetIdentity,
    /// `md5` or `*` or `0x` and hexadecimal digits: PostgreSQL, `MySQL`, SQL Server.
    Database,
}

impl ForeignForm {
    /// The form of the text, if it has one of them.
    pub(super) fn of(text: &str) -> Option<Self> {
        if has_word_between(text, "{", '}') {
            return Some(Self::Braces);
        }
        if has_word_between(text, "$", '$') {
            return Some(Self::Dollars);
        }
        if text.starts_with("AQAAAA") {
            return Some(Self::AspNetIdentity);
        }
        if is_database_hash(text) {
            return Some(Self::Database);
        }
        let (name, rest) = text.split_at(text.find([':', '$'])?);
        if rest.len() < 2 || !is_algorithm(name) {
            return None;
        }
        Some(if rest.starts_with(':') { Self::AlgorithmColon } else { Self::AlgorithmDollar })
    }
}

impl fmt::Display for ForeignForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Braces => "{SCHEME}…",
            Self::Dollars => "$scheme$…",
            Self::AlgorithmColon => "algorithm:…",
            Self::AlgorithmDollar => "algorithm$…",
            Self::AspNetIdentity => "AQAAAA… (ASP.NET Core Identity)",
            Self::Database => "md5…, *… or 0x… (a database hash)",
        })
    }
}

/// Whether the text is `open`, a word, `close`, and at least one more character.
fn has_word_between(text: &str, open: &str, close: char) -> bool {
    let Some((word, rest)) = text.strip_prefix(open).and_then(|text| text.split_once(close)) else {
        return false;
    };
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./@+".contains(&byte);
    !word.is_empty() && word.bytes().all(is_word) && !rest.is_empty()
}

/// `pbkdf2_sha256`, `SCRAM-SHA-256`, `bcrypt`: every part is an algorithm's name or a number.
fn is_algorithm(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_known =
        |part: &str| ALGORITHMS.contains(&part.trim_end_matches(|digit: char| digit.is_ascii_digit()));
    name.split(['_', '-']).any(is_known)
        && name.split(['_', '-']).all(|part| is_known(part) || is_number(part))
}

fn is_database_hash(text: &str) -> bool {
    let is_hexadecimal = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    [("md5", 32..=32), ("*", 40..=40), ("0x", 40..=512)].into_iter().any(|(prefix, lengths)| {
        text.strip_prefix(prefix).is_some_and(|rest| lengths.contains(&rest.len()) && is_hexadecimal(rest))
    })
}

/// Without trailing digits. `2a`, `2b`, `2x` and `2y` are bcrypt hashes that lost their first `$`.
const ALGORITHMS: [&str; 30] = [
    "2a",
    "2b",
    "2x",
    "2y",
    "argon",
    "argon2d",
    "argon2i",
    "argon2id",
    "bcrypt",
    "blake",
    "blake2b",
    "blake2s",
    "crypt",
    "hmac",
    "lmhash",
    "md",
    "noop",
    "ntlm",
    "nthash",
    "pbkdf",
    "plain",
    "plaintext",
    "ripemd",
    "salted",
    "scram",
    "scrypt",
    "sha",
    "ssha",
    "smd",
    "yescrypt",
];
