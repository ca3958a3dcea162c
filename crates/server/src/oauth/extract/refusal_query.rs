//! The query of `GET /refusals`.

use thiserror::Error;
use url::form_urlencoded;

use jeton_protocol::ClientId;

/// Which refusals, and how many of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RefusalQuery {
    /// Only the refusals of this client id.
    pub(crate) client_id: Option<String>,
    /// The maximum number of refusals.
    pub(crate) limit: usize,
}

impl RefusalQuery {
    /// Reads `client_id=ID&limit=N`, both optional.
    pub(crate) fn parse(query: &str) -> Result<Self, InvalidRefusalQuery> {
        let (mut client_id, mut limit) = (None, None);
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let (slot, name) = match &*name {
                "client_id" => (&mut client_id, "client_id"),
                "limit" => (&mut limit, "limit"),
                _ => return Err(InvalidRefusalQuery::Unknown(name.into_owned())),
            };
            if slot.replace(value.into_owned()).is_some() {
                return Err(InvalidRefusalQuery::Repeated(name));
            }
        }
        if client_id.as_ref().is_some_and(|id| id.parse::<ClientId>().is_err()) {
            return Err(InvalidRefusalQuery::ClientId);
        }
        let limit = match limit {
            None => DEFAULT_LIMIT,
            Some(text) => number(&text).ok_or(InvalidRefusalQuery::Limit)?,
        };
        Ok(Self { client_id, limit })
    }
}

/// Only digits: parsers also accept `+5`.
fn number(text: &str) -> Option<usize> {
    let number = text.parse().ok().filter(|number| (1..=HIGHEST_LIMIT).contains(number))?;
    text.bytes().all(|byte| byte.is_ascii_digit()).then_some(number)
}

/// Why a query is not valid.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum InvalidRefusalQuery {
    #[error("Unknown parameter {0:?}; use client_id and limit.")]
    Unknown(String),
    #[error("The parameter {0} is repeated; send it once.")]
    Repeated(&'static str),
    #[error("client_id is not a valid client id. A client id has 1 to 255 visible ASCII characters.")]
    ClientId,
    #[error("limit must be a whole number from 1 to {HIGHEST_LIMIT}.")]
    Limit,
}

impl InvalidRefusalQuery {
    /// The name of the reason, for programs.
    pub(crate) fn reason(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "unknown_parameter",
            Self::Repeated(_) => "repeated_parameter",
            Self::ClientId => "invalid_client_id",
            Self::Limit => "invalid_limit",
        }
    }
}

const DEFAULT_LIMIT: usize = 20;
/// A refusal is about a kilobyte of JSON.
const HIGHEST_LIMIT: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_parameters_are_optional() {
        let query = |client_id: Option<&str>, limit| {
            Ok(RefusalQuery { client_id: client_id.map(str::to_owned), limit })
        };
        assert_eq!(RefusalQuery::parse(""), query(None, 20));
        assert_eq!(RefusalQuery::parse("limit=1000"), query(None, 1_000));
        assert_eq!(RefusalQuery::parse("client_id=a%2Fb%2B&limit=1"), query(Some("a/b+"), 1));
    }

    #[test]
    fn anything_else_is_refused() {
        for (query, reason) in [
            ("clientid=x", "unknown_parameter"),
            ("limit=5&=", "unknown_parameter"),
            ("limit=1&limit=1", "repeated_parameter"),
            ("client_id=a&client_id=", "repeated_parameter"),
            ("client_id=", "invalid_client_id"),
            ("client_id=a%0Ab", "invalid_client_id"),
            ("limit", "invalid_limit"),
            ("limit=0", "invalid_limit"),
            ("limit=1001", "invalid_limit"),
            ("limit=-1", "invalid_limit"),
            ("limit=%2B5", "invalid_limit"),
            ("limit=5.0", "invalid_limit"),
            ("limit=99999999999999999999999", "invalid_limit"),
        ] {
            assert_eq!(
                RefusalQuery::parse(query).map_err(|invalid| invalid.reason()),
                Err(reason),
                "{query}"
            );
        }
    }
}
