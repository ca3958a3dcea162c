//! The members of a line, not yet checked together.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;
use jeton_admin::value::{AccountName, Labels, TenantName, Timestamp};
use jeton_protocol::{ClientId, PresentedSecret, ResourceUri, ScopeName};
use serde::{Deserialize, Deserializer, de};
use serde_json::Value;

use super::BadLine;

/// The members, named like those of an account in docs/cli-json.md.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Columns {
    #[serde(alias = "id")]
    pub(super) client_id: ClientId,
    pub(super) name: Option<AccountName>,
    pub(super) tenant: Option<TenantName>,
    pub(super) description: Option<String>,
    pub(super) owner: Option<String>,
    #[serde(default)]
    pub(super) labels: Labels,
    pub(super) grants: Option<Vec<Grant>>,
    pub(super) scopes: Option<Vec<ScopeName>>,
    pub(super) resource: Option<ResourceUri>,
    #[serde(default, alias = "introspect")]
    pub(super) introspects: Vec<ResourceUri>,
    #[serde(default)]
    pub(super) allow_cidr: Vec<Network>,
    pub(super) token_ttl: Option<u64>,
    pub(super) expires_in: Option<u64>,
    pub(super) expires_at: Option<Timestamp>,
    pub(super) secret_expires_in: Option<u64>,
    #[serde(default, deserialize_with = "secret")]
    pub(super) secret: Option<SecretCell>,
    #[serde(default, deserialize_with = "secret")]
    pub(super) secret_hash: Option<SecretCell>,
    #[serde(default)]
    pub(super) clear: bool,
}

/// Scopes of one resource.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Grant {
    pub(super) resource: Option<ResourceUri>,
    pub(super) scopes: Vec<ScopeName>,
}

/// A network, or a single address as a network of one.
pub(super) struct Network(pub(super) IpNet);

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        network.map(|network| Self(network.trunc())).map_err(|_| {
            de::Error::custom(format!("{text:?} is not a network, for example 192.0.2.0/24 or 2001:db8::/32"))
        })
    }
}

/// A secret or hash, in a form that is erased when it is dropped.
pub(super) enum SecretCell {
    Text(PresentedSecret),
    Other,
}

/// Takes any value: an error of serde would show it.
fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretCell>, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => None,
        Value::String(text) => Some(SecretCell::Text(PresentedSecret::new(text))),
        _ => Some(SecretCell::Other),
    })
}

impl Columns {
    pub(super) fn parse(line: &str) -> Result<Self, BadLine> {
        // serde would also take an array, with the values in the order in which the members are declared here.
        if !line.trim_start().starts_with('{') {
            return Err(BadLine::NotAnObject);
        }
        Ok(serde_json::from_str(line)?)
    }
}

/// A duration in seconds, with the limits of the command line.
pub(super) fn duration(member: &'static str, seconds: Option<u64>) -> Result<Option<Duration>, BadLine> {
    match seconds.map(Duration::from_secs) {
        Some(duration) if duration.is_zero() || duration > LONGEST => Err(BadLine::Duration(member)),
        duration => Ok(duration),
    }
}

const LONGEST: Duration = Duration::from_hours(24 * 36_525);
