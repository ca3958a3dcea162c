//! The claims of a token (RFC 9068 §2.2, RFC 7662 §2.2), and the checks of audience and time.

use jeton_protocol::Epochs;
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use crate::validate::rejection::TokenFault;

/// The claims used for validation. The type accepts what any issuer writes; [`Self::check`] enforces the rules.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Claims {
    pub(crate) iss: Option<String>,
    pub(crate) aud: Option<Audience>,
    pub(crate) sub: Option<String>,
    pub(crate) client_id: Option<String>,
    #[serde(default, deserialize_with = "numeric_date")]
    pub(crate) exp: Option<i64>,
    #[serde(default, deserialize_with = "numeric_date")]
    pub(crate) nbf: Option<i64>,
    #[serde(default, deserialize_with = "numeric_date")]
    pub(crate) iat: Option<i64>,
    pub(crate) jti: Option<String>,
    pub(crate) scope: Option<String>,
    pub(crate) token_type: Option<String>,
    pub(crate) tenant: Option<String>,
    pub(crate) epoch: Option<Epochs>,
    #[serde(default, deserialize_with = "given")]
    pub(crate) cnf: Option<Value>,
}

/// One string or an array of strings (RFC 7519 §4.1.3).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    fn has(&self, audience: &str) -> bool {
        match self {
            Self::One(one) => one == audience,
            Self::Several(several) => several.iter().any(|one| one == audience),
        }
    }
}

impl Claims {
    /// Checks that the token is for `audience`, not bound to a key, and valid at `now`.
    pub(crate) fn check(&self, audience: &str, now: i64) -> Result<(), TokenFault> {
        if !self.aud.as_ref().is_some_and(|aud| aud.has(audience)) {
            return Err(TokenFault::OtherAudience);
        }
        if self.cnf.is_some() {
            return Err(TokenFault::Bound);
        }
        if self.has_expired(now) {
            return Err(TokenFault::Expired);
        }
        let latest = now.saturating_add(LEEWAY_SECONDS);
        if [self.nbf, self.iat].into_iter().flatten().any(|instant| instant > latest) {
            return Err(TokenFault::NotYetValid);
        }
        Ok(())
    }

    /// The expiry has no leeway: a token is rejected from the second of its `exp` on (RFC 7519 §4.1.4).
    pub(crate) fn has_expired(&self, now: i64) -> bool {
        self.exp.is_some_and(|exp| now >= exp)
    }
}

/// How far `iat` and `nbf` may be in the future: the issuer's clock may be ahead of this one.
const LEEWAY_SECONDS: i64 = 60;

/// A `NumericDate` may have a fraction (RFC 7519 §2), which is discarded.
fn numeric_date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let Some(number) = Option::<serde_json::Number>::deserialize(deserializer)? else { return Ok(None) };
    if let Some(whole) = number.as_i64() {
        return Ok(Some(whole));
    }
    match number.as_f64() {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "the fraction is discarded; the bounds are checked"
        )]
        Some(seconds) if seconds.abs() < 1e15 => Ok(Some(seconds as i64)),
        _ => Err(de::Error::custom("not a numeric date")),
    }
}

/// `Some` even if the value is `null`: only the presence counts.
fn given<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(more: &str) -> Result<(), TokenFault> {
        let json = format!(r#"{{"aud":"https://api.example.com"{more}}}"#);
        serde_json::from_str::<Claims>(&json).unwrap().check("https://api.example.com", 1_000)
    }

    #[test]
    fn the_expiry_has_no_leeway() {
        assert_eq!(check(r#","exp":1001"#), Ok(()));
        assert_eq!(check(r#","exp":1000"#), Err(TokenFault::Expired));
        assert_eq!(check(r#","exp":1000.9"#), Err(TokenFault::Expired));
    }

    #[test]
    fn the_issuers_clock_may_be_a_minute_ahead() {
        for claim in ["iat", "nbf"] {
            assert_eq!(check(&format!(r#","{claim}":1060"#)), Ok(()));
            assert_eq!(check(&format!(r#","{claim}":1061"#)), Err(TokenFault::NotYetValid));
        }
    }

    #[test]
    fn a_confirmation_claim_of_any_value_is_rejected() {
        for cnf in [r#"{"jkt":"a"}"#, "{}", "null"] {
            assert_eq!(check(&format!(r#","cnf":{cnf}"#)), Err(TokenFault::Bound), "{cnf}");
        }
    }

    #[test]
    fn one_matching_audience_is_enough_and_the_spelling_must_be_exact() {
        let has = |aud: &str| serde_json::from_str::<Audience>(aud).unwrap().has("https://api.example.com");
        assert!(has(r#""https://api.example.com""#));
        assert!(has(r#"["https://other.example.com","https://api.example.com"]"#));
        for aud in [r#""https://api.example.com/""#, r#""https://API.example.com""#, "[]", r#""""#] {
            assert!(!has(aud), "{aud}");
        }
    }

    #[test]
    fn a_duplicate_member_is_rejected() {
        assert!(serde_json::from_str::<Claims>(r#"{"aud":"a","aud":"b"}"#).is_err());
    }
}
