//! Parsers for values on the command line, with errors that say what is accepted.
//!
//! clap puts the argument's name and the text before each message. Must not know which command asks.

use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser as _, ValueParser};
use ipnet::IpNet;
use jeton_core::admin::Change;
use jeton_core::model::{Algorithm, CredentialId, InvalidName, KeyKind, TokenFormat, check_visible};
use jeton_protocol::{Scope, ScopeName};
use jeton_server::config::{AMBIGUOUS_UNIT, has_ambiguous_unit};

/// A duration of at least one whole second: `15m`, `90d`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    match any_duration(text)? {
        Duration::ZERO => Err(format!("must be longer than 0; {WRITE_DURATION}")),
        duration => Ok(duration),
    }
}

/// A duration of whole seconds, including zero.
pub(crate) fn any_duration(text: &str) -> Result<Duration, String> {
    if has_ambiguous_unit(text) {
        return Err(AMBIGUOUS_UNIT.to_owned());
    }
    let duration = humantime::parse_duration(text).map_err(|_| WRITE_DURATION.to_owned())?;
    if duration.subsec_nanos() != 0 {
        return Err(format!("must be whole seconds; {WRITE_DURATION}"));
    }
    if duration > LONGEST {
        return Err("must be at most 100 years".to_owned());
    }
    Ok(duration)
}

/// A new value, or `None` for the word that removes the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Clearable<T>(pub(crate) Option<T>);

/// The change that a value on the command line asks for: none without the argument.
pub(crate) fn change<T>(given: Option<Clearable<T>>) -> Change<T> {
    given.map_or(Change::Keep, |Clearable(value)| value.into())
}

/// A duration or `none`.
pub(crate) fn duration_or_none(text: &str) -> Result<Clearable<Duration>, String> {
    clearable(text, "none", duration)
}

/// A duration or `never`.
pub(crate) fn duration_or_never(text: &str) -> Result<Clearable<Duration>, String> {
    clearable(text, "never", duration)
}

/// A resource or `none`.
pub(crate) fn resource_or_none(text: &str) -> Result<Clearable<jeton_protocol::ResourceUri>, String> {
    clearable(text, "none", |text| {
        text.parse().map_err(|error: jeton_protocol::ResourceUriError| error.to_string())
    })
}

/// A network, or a single address as a network of one.
pub(crate) fn network(text: &str) -> Result<IpNet, String> {
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    network.map(|network| network.trunc()).map_err(|_| {
        "not a network; use, for example, 192.0.2.0/24, 2001:db8::/32 or a single address".to_owned()
    })
}

/// A network or `any`.
pub(crate) fn network_or_any(text: &str) -> Result<Clearable<IpNet>, String> {
    clearable(text, "any", network)
}

/// The id of a secret.
pub(crate) fn secret_id(text: &str) -> Result<CredentialId, String> {
    text.parse().map_err(|error: InvalidName| format!("{error}; `jeton secret list ID` shows the ids"))
}

/// One scope, or several separated by spaces.
pub(crate) fn scope(text: &str) -> Result<Scope, String> {
    Scope::parse(text).map_err(|error| error.to_string())
}

/// The union of the scopes of a repeated option.
pub(crate) fn union(scopes: &[Scope]) -> Option<Scope> {
    scopes.iter().cloned().reduce(|all, scope| all.union(&scope))
}

/// A scope as a resource declares it: `NAME` or `NAME=TEXT`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DeclaredScope {
    pub(crate) name: ScopeName,
    pub(crate) text: Option<String>,
}

impl FromStr for DeclaredScope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, words) = text.split_once('=').map_or((text, None), |(name, words)| (name, Some(words)));
        let words = words.map(sentence).transpose()?;
        Ok(Self { name: scope_name(name)?, text: words })
    }
}

/// Two scopes, the first of which contains the second: `A=B`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Implication(pub(crate) ScopeName, pub(crate) ScopeName);

impl FromStr for Implication {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (scope, implied) = text.split_once('=').ok_or("use two scopes, for example admin=read:me")?;
        Ok(Self(scope_name(scope)?, scope_name(implied)?))
    }
}

/// A display name; an empty text means no name.
pub(crate) fn label(text: &str) -> Result<String, String> {
    let text = sentence(text)?;
    if text.chars().count() > LONGEST_LABEL {
        return Err(format!("must have at most {LONGEST_LABEL} characters"));
    }
    Ok(text)
}

/// An algorithm that signs tokens.
pub(crate) fn algorithm() -> ValueParser {
    let names = Algorithm::ALL.map(Algorithm::as_str);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<Algorithm>()).into()
}

/// A token format.
pub(crate) fn token_format() -> ValueParser {
    let names = TokenFormat::ALL.map(TokenFormat::as_str);
    PossibleValuesParser::new(names).try_map(|name| name.parse::<TokenFormat>()).into()
}

/// A kind of key that can be rotated.
pub(crate) fn key_kind() -> ValueParser {
    let kinds = Algorithm::ALL.map(KeyKind::Signing).into_iter().chain([KeyKind::Sealing]);
    let names: Vec<&'static str> = kinds.map(KeyKind::as_str).collect();
    PossibleValuesParser::new(names).try_map(|name| name.parse::<KeyKind>()).into()
}

/// A new name. Existing names are not checked this way: they may be older than the rule.
pub(crate) fn new_name<T: FromStr<Err = InvalidName>>(text: &str) -> Result<T, String> {
    check_visible(text).map_err(|error| error.to_string())?;
    text.parse().map_err(|error: InvalidName| error.to_string())
}

/// One line of text; an empty one means none.
pub(crate) fn sentence(text: &str) -> Result<String, String> {
    check_visible(text).map_err(|error| error.to_string())?;
    if text.chars().count() > LONGEST_SENTENCE {
        return Err(format!("must be one line of at most {LONGEST_SENTENCE} characters"));
    }
    Ok(text.to_owned())
}

fn scope_name(text: &str) -> Result<ScopeName, String> {
    text.parse().map_err(|error: jeton_protocol::ScopeError| error.to_string())
}

fn clearable<T>(
    text: &str,
    word: &str,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Result<Clearable<T>, String> {
    if text == word {
        return Ok(Clearable(None));
    }
    parse(text).map(Some).map(Clearable).map_err(|error| format!("{error}; or {word:?}"))
}

const WRITE_DURATION: &str = "use a number and a unit, for example 90s, 15m, 12h or 90d";

const LONGEST: Duration = Duration::from_hours(24 * 36_525);

const LONGEST_LABEL: usize = 100;

const LONGEST_SENTENCE: usize = 300;

#[cfg(test)]
mod tests {
    use jeton_core::model::AccountName;

    use super::*;

    #[test]
    fn a_bare_address_is_a_network_of_one() {
        assert_eq!(network("192.0.2.7").unwrap(), "192.0.2.7/32".parse().unwrap());
        assert_eq!(network("2001:db8::1").unwrap(), "2001:db8::1/128".parse().unwrap());
        assert_eq!(network("10.1.2.3/8").unwrap(), "10.0.0.0/8".parse().unwrap());
    }

    #[test]
    fn a_duration_is_whole_seconds_and_longer_than_zero() {
        assert_eq!(duration("90d").unwrap(), Duration::from_hours(24 * 90));
        for text in ["0s", "500ms", "90", "a while", "-1s", "101y"] {
            assert!(duration(text).is_err(), "{text}");
        }
        assert_eq!(any_duration("0s").unwrap(), Duration::ZERO);
    }

    #[test]
    fn the_unit_that_can_mean_month_or_minute_is_refused_and_no_other() {
        for text in ["3M", "1 M", "1h 30M", "1M2s"] {
            let refused = any_duration(text).unwrap_err();
            assert!(refused.contains("month or minute") && refused.contains("30d"), "{text}: {refused}");
        }
        for text in ["3m", "1 min", "2mins", "1month", "2 months", "1y", "1year", "1w"] {
            assert!(any_duration(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_declared_scope_ends_at_the_first_equals_sign() {
        let declared: DeclaredScope = "read:me=Read a = b".parse().unwrap();
        assert_eq!((declared.name.as_str(), declared.text.as_deref()), ("read:me", Some("Read a = b")));
        assert!("a,b".parse::<DeclaredScope>().unwrap_err().contains("commas"));
    }

    #[test]
    fn texts_for_people_have_no_invisible_characters() {
        for text in ["a\u{202e}b", "a\u{200b}", "a\u{2028}b", "a\nb"] {
            assert!(label(text).unwrap_err().contains("invisible"), "{text:?}");
            assert!(new_name::<AccountName>(text).unwrap_err().contains("invisible"), "{text:?}");
            let declared = format!("read={text}").parse::<DeclaredScope>();
            assert!(declared.unwrap_err().contains("invisible"), "{text:?}");
        }
        assert_eq!(new_name::<AccountName>("Büro 名").unwrap().as_str(), "Büro 名");
    }

    #[test]
    fn the_word_removes_the_value() {
        assert_eq!(duration_or_none("none").unwrap(), Clearable(None));
        assert_eq!(duration_or_never("1h").unwrap(), Clearable(Some(Duration::from_hours(1))));
        assert!(network_or_any("everywhere").unwrap_err().contains("\"any\""));
    }
}
