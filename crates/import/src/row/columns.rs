//! A row of Hydra's table as one line of JSON, as PostgreSQL's `row_to_json` writes it.
//!
//! Lists are JSON arrays since Hydra 2. In older versions, and in databases without a JSON type, they are texts that
//! hold a JSON array or names separated by `|`. Lifetimes are in nanoseconds.

use std::time::Duration;

use jeton_admin::request::{IfDigestShaped, SecretToImport};
use jeton_admin::value::Timestamp;
use jeton_core::{MigratedSecret, UnusableSecret};
use jeton_protocol::{ClientId, PresentedSecret, ResourceUri, Scope};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Client, NotImportable, Row, SkipReason};
use crate::bad_row::BadRow;

/// Parses a line; with `clear`, as if it had the member `"clear": true`, which says that a `client_secret` that is not a
/// hash is the secret itself.
#[must_use]
pub fn read(line: &str, clear: bool) -> Row {
    match serde_json::from_str::<Columns>(line) {
        Ok(row) => Row { client_id: Some(row.id.clone()), client: row.into_client(clear) },
        Err(error) => Row { client_id: None, client: Err(BadRow::NotARow(error).into()) },
    }
}

/// The columns that the import uses. Columns that an older Hydra lacks may be absent.
#[derive(Deserialize)]
struct Columns {
    id: String,
    #[serde(default, deserialize_with = "text")]
    client_name: String,
    #[serde(default, deserialize_with = "text")]
    client_secret: String,
    #[serde(default, deserialize_with = "text")]
    scope: String,
    #[serde(default, deserialize_with = "list")]
    audience: Vec<String>,
    #[serde(default, deserialize_with = "list")]
    grant_types: Vec<String>,
    #[serde(default, deserialize_with = "text")]
    token_endpoint_auth_method: String,
    client_secret_expires_at: Option<i64>,
    client_credentials_grant_access_token_lifespan: Option<i64>,
    /// Not a column of Hydra: added by hand to say that `client_secret` is the secret itself.
    clear: Option<bool>,
}

impl Columns {
    fn into_client(mut self, clear: bool) -> Result<Client, NotImportable> {
        // Hydra treats a client without grant types as one of the authorization code grant.
        if !self.grant_types.iter().any(|grant| grant == "client_credentials") {
            return Err(NotImportable::Skipped(SkipReason::OtherGrants));
        }
        let id: ClientId = self.id.parse().map_err(BadRow::Id)?;
        match self.token_endpoint_auth_method.as_str() {
            "" | "client_secret_basic" | "client_secret_post" => {}
            other => return Err(BadRow::AuthenticationMethod(other.to_owned()).into()),
        }
        if self.client_secret.is_empty() {
            return Err(BadRow::NoSecret.into());
        }
        let text = PresentedSecret::new(std::mem::take(&mut self.client_secret));
        let secret = checked_secret(text, clear || self.clear == Some(true))?;
        let scope = self.scope.trim();
        if scope.is_empty() {
            return Err(BadRow::NoScope.into());
        }
        Ok(Client {
            id,
            name: self.client_name.parse().ok(),
            secret,
            scope: Scope::parse(scope).map_err(BadRow::Scope)?,
            audience: self.audience.iter().map(|uri| audience(uri)).collect::<Result<_, _>>()?,
            token_ttl: self.client_credentials_grant_access_token_lifespan.map(lifespan).transpose()?,
            secret_expires_at: self
                .client_secret_expires_at
                .filter(|end| *end != 0)
                .map(Timestamp::from_unix),
        })
    }
}

/// Hydra stores only hashes. A row with anything else was edited, or is a mistake.
fn checked_secret(text: PresentedSecret, clear: bool) -> Result<SecretToImport, BadRow> {
    let if_digest = if clear { IfDigestShaped::TakeAsSecret } else { IfDigestShaped::Refuse };
    match MigratedSecret::parse(text.clone(), if_digest) {
        Ok(secret) if secret.hash_scheme().is_none() && !clear => Err(BadRow::NotAHash),
        Err(UnusableSecret::Form { .. }) if !clear => Err(BadRow::NotAHash),
        Err(unusable @ UnusableSecret::Digest(_)) => Err(BadRow::DigestShape(unusable)),
        Err(unusable) => Err(BadRow::Secret(unusable)),
        Ok(_) => Ok(SecretToImport { text, if_digest }),
    }
}

fn audience(uri: &str) -> Result<ResourceUri, BadRow> {
    uri.parse().map_err(|error| BadRow::Audience { text: uri.to_owned(), error })
}

fn lifespan(nanoseconds: i64) -> Result<Duration, BadRow> {
    let seconds = u64::try_from(nanoseconds).map(|positive| positive / NANOSECONDS);
    seconds.map(Duration::from_secs).map_err(|_| BadRow::NegativeTokenLifetime(nanoseconds))
}

/// A text; null is an empty text.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default())
}

/// A list in any of its formats.
fn list<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let not_a_list = |_| serde::de::Error::custom("audience and grant_types must be lists of strings");
    match Value::deserialize(deserializer)? {
        Value::Null => Ok(Vec::new()),
        Value::String(text) if text.starts_with('[') => serde_json::from_str(&text).map_err(not_a_list),
        Value::String(text) => {
            Ok(text.split('|').filter(|name| !name.is_empty()).map(str::to_owned).collect())
        }
        other => serde_json::from_value(other).map_err(not_a_list),
    }
}

const NANOSECONDS: u64 = 1_000_000_000;

#[cfg(test)]
mod tests {
    use jeton_core::HashScheme;
    use serde_json::json;

    use super::*;

    const HASH: &str =
        "$pbkdf2-sha256$i=25000,l=32$cBKZGCbtAlDBkUwGy2tfCQ$r1DCixR7b97WQxcUQfYlK0hpgqmQXV38dr3owJbf+Gk";

    fn migrated(secret: SecretToImport) -> MigratedSecret {
        MigratedSecret::parse(secret.text, secret.if_digest).unwrap()
    }

    /// The row of a client as Hydra 2 writes it, with some columns changed.
    fn read_with(changes: &Value) -> Result<Client, NotImportable> {
        let mut row = json!({
            "id": "billing", "nid": "4d4e0d3b-0000-4000-8000-000000000000", "client_name": "Billing", "client_secret": HASH,
            "redirect_uris": [], "grant_types": ["client_credentials"], "response_types": ["code"],
            "scope": "read write", "owner": "", "audience": ["https://api.example.com"],
            "client_secret_expires_at": 0, "token_endpoint_auth_method": "client_secret_basic", "jwks": "{}",
            "client_credentials_grant_access_token_lifespan": null, "skip_consent": false,
        });
        for (name, value) in changes.as_object().unwrap() {
            row[name] = value.clone();
        }
        read(&row.to_string(), false).client
    }

    fn reason(changes: &Value) -> String {
        match read_with(changes).unwrap_err() {
            NotImportable::Bad(bad) => bad.to_string(),
            NotImportable::Skipped(reason) => panic!("skipped: {reason}"),
        }
    }

    #[test]
    fn a_row_of_hydra_2_is_read() {
        let client = read_with(&json!({
            "client_credentials_grant_access_token_lifespan": 900_000_000_000_i64,
            "client_secret_expires_at": 4_000_000_000_i64,
        }))
        .unwrap();
        assert_eq!((client.id.as_str(), client.name.unwrap().as_str()), ("billing", "Billing"));
        assert_eq!(
            (migrated(client.secret).hash_scheme(), client.scope.to_string().as_str()),
            (Some(HashScheme::Pbkdf2Sha256), "read write")
        );
        assert_eq!(client.audience, ["https://api.example.com".parse().unwrap()]);
        assert_eq!(client.token_ttl, Some(Duration::from_mins(15)));
        assert_eq!(client.secret_expires_at, Some(Timestamp::from_unix(4_000_000_000)));
    }

    #[test]
    fn lists_are_read_in_every_format() {
        for (audience, count) in [
            (json!(null), 0),
            (json!(""), 0),
            (json!("https://a.example|https://b.example"), 2),
            (json!("[\"https://a.example\"]"), 1),
            (json!([]), 0),
        ] {
            let client =
                read_with(&json!({"audience": audience, "grant_types": "client_credentials|implicit"}));
            assert_eq!(client.unwrap().audience.len(), count, "{audience}");
        }
        assert!(reason_of_line(r#"{"id":"a","audience":[1]}"#).contains("lists of strings"));
    }

    fn reason_of_line(line: &str) -> String {
        match read(line, false).client.unwrap_err() {
            NotImportable::Bad(bad) => bad.to_string(),
            NotImportable::Skipped(reason) => panic!("skipped: {reason}"),
        }
    }

    #[test]
    fn a_plain_secret_is_accepted_only_if_the_row_says_so() {
        let digest = "5f4dcc3b5aa765d61d8327deb882cf99";
        for (secret, why) in [
            ("the-customers-old-secret", "not a hash"),
            ("short", "not a hash"),
            (digest, "32 hexadecimal digits"),
        ] {
            let reason = reason(&json!({"client_secret": secret}));
            assert!(reason.contains(why) && reason.contains("\"clear\": true"), "{reason}");
        }
        for secret in ["the-customers-old-secret", digest] {
            let client = read_with(&json!({"client_secret": secret, "clear": true})).unwrap();
            assert_eq!(migrated(client.secret).plaintext_length(), Some(secret.len()));
        }
        for (secret, why) in [
            ("short", "8 to 512"),
            ("**********", "a mask"),
            ("${SECRET}", "${name}"),
            ("{noop}x", "{SCHEME}"),
        ] {
            let reason = reason(&json!({"client_secret": secret, "clear": true}));
            assert!(reason.contains(why), "{reason}");
        }
    }

    #[test]
    fn columns_that_an_older_hydra_lacks_may_be_absent() {
        let line = json!({
            "id": "a", "client_secret": HASH, "scope": "read", "grant_types": "client_credentials",
        });
        let client = read(&line.to_string(), false).client.unwrap();
        assert_eq!((client.name, client.audience, client.token_ttl), (None, Vec::new(), None));
    }

    #[test]
    fn clients_of_other_grants_are_skipped() {
        for grants in [json!([]), json!(["authorization_code", "refresh_token"])] {
            let passed = read_with(&json!({"grant_types": grants, "client_secret": ""})).unwrap_err();
            assert!(matches!(passed, NotImportable::Skipped(_)));
        }
    }

    #[test]
    fn a_row_that_cannot_be_imported_says_why() {
        for (changes, why) in [
            (json!({"id": "a b"}), "visible ASCII"),
            (json!({"client_secret": ""}), "no secret"),
            (json!({"client_secret": "in clear"}), "not a hash"),
            (
                json!({"client_secret": "$2a$20$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY."}),
                "4 to 14",
            ),
            (json!({"scope": " "}), "no scope"),
            (json!({"scope": "a\tb"}), "scope"),
            (json!({"audience": ["my-api"]}), "\"my-api\""),
            (json!({"token_endpoint_auth_method": "private_key_jwt"}), "private_key_jwt"),
            (json!({"client_credentials_grant_access_token_lifespan": -1}), "negative"),
        ] {
            let reason = reason(&changes);
            assert!(reason.contains(why), "{changes}: {reason}");
        }
        for line in ["[", "[]", "{}", "x", "{\"id\":1}"] {
            assert!(reason_of_line(line).contains("JSON object"), "{line}");
        }
    }
}
