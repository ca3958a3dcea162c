//! A row of Hydra's table as a JSON object.
//!
//! Lifetimes are in nanoseconds. The forms of the values are those of `cell`.

use std::time::Duration;

use jeton_admin::request::{IfDigestShaped, SecretToImport};
use jeton_admin::value::Timestamp;
use jeton_core::{MigratedSecret, UnusableSecret};
use jeton_protocol::{ClientId, PresentedSecret, ResourceUri, Scope};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Client, NotImportable, Row, SkipReason, cell};
use crate::bad_row::BadRow;

/// Parses a row; with `clear`, as if it had the member `"clear": true`, which says that a `client_secret` that is not a
/// hash is the secret itself.
pub(super) fn read(row: &str, clear: bool) -> Row {
    match columns(row) {
        Ok(columns) => {
            let client_id = columns.id.as_str().map(str::to_owned);
            Row { client_id, client: columns.into_client(clear) }
        }
        Err(bad) => Row { client_id: None, client: Err(bad.into()) },
    }
}

fn columns(row: &str) -> Result<Columns, BadRow> {
    match row.chars().next() {
        Some('{') => {}
        // serde would take the values for the columns in the order in which they are declared here.
        Some('[') => return Err(BadRow::Positional),
        Some(_) | None => return Err(BadRow::NotAnObject),
    }
    // The text was checked as JSON, and every column takes any value.
    serde_json::from_str(row)
        .map_err(|error| if error.is_data() { BadRow::RepeatedColumn } else { BadRow::UnreadableValue })
}

/// The columns that the import uses, not yet checked. Columns that an older Hydra lacks may be absent.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Columns {
    id: Value,
    client_name: Value,
    #[serde(deserialize_with = "secret")]
    client_secret: SecretCell,
    scope: Value,
    audience: Value,
    grant_types: Value,
    token_endpoint_auth_method: Value,
    client_secret_expires_at: Value,
    client_credentials_grant_access_token_lifespan: Value,
    /// Not a column of Hydra: added by hand to say that `client_secret` is the secret itself.
    clear: Value,
}

/// The secret, in a form that is erased when it is dropped.
#[derive(Default)]
enum SecretCell {
    #[default]
    Null,
    Text(PresentedSecret),
    Other,
}

fn secret<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretCell, D::Error> {
    Ok(match Value::deserialize(deserializer)? {
        Value::Null => SecretCell::Null,
        Value::String(text) => SecretCell::Text(PresentedSecret::new(text)),
        _ => SecretCell::Other,
    })
}

impl Columns {
    fn into_client(self, clear: bool) -> Result<Client, NotImportable> {
        // Hydra treats a client without grant types as one of the authorization code grant.
        let grants = cell::list("grant_types", self.grant_types)?;
        if !grants.iter().any(|grant| grant == "client_credentials") {
            return Err(NotImportable::Skipped(SkipReason::OtherGrants));
        }
        let id: ClientId = match self.id {
            Value::Null => return Err(BadRow::NoId.into()),
            id => cell::text("id", id)?.parse().map_err(BadRow::Id)?,
        };
        match cell::text("token_endpoint_auth_method", self.token_endpoint_auth_method)? {
            method if IMPORTABLE_METHODS.contains(&method.as_str()) => {}
            other => return Err(BadRow::AuthenticationMethod(other).into()),
        }
        let text = match self.client_secret {
            SecretCell::Text(text) if !text.expose().is_empty() => text,
            SecretCell::Text(_) | SecretCell::Null => return Err(BadRow::NoSecret.into()),
            SecretCell::Other => {
                return Err(BadRow::Column { column: "client_secret", expected: "a text" }.into());
            }
        };
        let secret = checked_secret(text, clear || cell::flag("clear", &self.clear)?)?;
        let scope = cell::text("scope", self.scope)?;
        let scope = scope.trim();
        if scope.is_empty() {
            return Err(BadRow::NoScope.into());
        }
        let audience = cell::list("audience", self.audience)?;
        let token_ttl = cell::integer(LIFESPAN, &self.client_credentials_grant_access_token_lifespan)?;
        let expires_at = cell::integer("client_secret_expires_at", &self.client_secret_expires_at)?;
        Ok(Client {
            id,
            name: cell::text("client_name", self.client_name)?.parse().ok(),
            secret,
            scope: Scope::parse(scope).map_err(BadRow::Scope)?,
            audience: audience.iter().map(|uri| resource(uri)).collect::<Result<_, _>>()?,
            token_ttl: token_ttl.map(lifespan).transpose()?,
            secret_expires_at: expires_at.filter(|end| *end != 0).map(Timestamp::from_unix),
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

fn resource(uri: &str) -> Result<ResourceUri, BadRow> {
    uri.parse().map_err(|error| BadRow::Audience { text: uri.to_owned(), error })
}

fn lifespan(nanoseconds: i64) -> Result<Duration, BadRow> {
    let seconds = u64::try_from(nanoseconds).map(|positive| positive / NANOSECONDS);
    seconds.map(Duration::from_secs).map_err(|_| BadRow::NegativeTokenLifetime(nanoseconds))
}

/// The methods of a client that has a secret; the first is Hydra's default.
const IMPORTABLE_METHODS: [&str; 3] = ["", "client_secret_basic", "client_secret_post"];
const LIFESPAN: &str = "client_credentials_grant_access_token_lifespan";
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
    fn a_row_of_sqlite_is_read() {
        let client = read_with(&json!({
            "audience": "[\"https://a.example\",\"https://b.example\"]", "grant_types": "[\"client_credentials\"]",
            "skip_consent": 0, "client_secret_expires_at": 0, "clear": 0,
        }));
        assert_eq!(client.unwrap().audience.len(), 2);
    }

    #[test]
    fn a_row_of_hydra_1_is_read() {
        let client = read_with(&json!({
            "audience": "https://a.example|https://b.example", "grant_types": "implicit|client_credentials",
        }));
        assert_eq!(client.unwrap().audience.len(), 2);
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
    }

    #[test]
    fn a_column_with_a_value_of_another_kind_is_named() {
        for (changes, why) in [
            (json!({"id": 1}), "its id is not a text"),
            (json!({"id": null}), "it has no id"),
            (json!({"grant_types": 1}), "its grant_types is not a list of texts"),
            (json!({"audience": [1]}), "its audience is not a list of texts"),
            (json!({"client_secret": ["x"]}), "its client_secret is not a text"),
            (json!({"scope": ["read"]}), "its scope is not a text"),
            (
                json!({"client_secret_expires_at": "2030-01-01"}),
                "its client_secret_expires_at is not a whole number",
            ),
            (json!({"clear": "yes"}), "its clear is not true or false"),
        ] {
            assert_eq!(reason(&changes), why, "{changes}");
        }
    }

    #[test]
    fn a_row_without_column_names_is_refused_even_if_its_values_fit() {
        let positional =
            json!(["billing", "Billing", HASH, "read", [], ["client_credentials"], "", 0, null, null]);
        for (row, why) in [
            (positional.to_string().as_str(), "without the names of its columns"),
            ("[]", "without the names of its columns"),
            ("\"billing\"", "not a JSON object"),
            ("null", "not a JSON object"),
            (r#"{"id":"a","id":"b"}"#, "the same column twice"),
            (r#"{"id":"\ud800"}"#, "a text that is not Unicode"),
        ] {
            let reason = reason_of_line(row);
            assert!(reason.contains(why), "{row}: {reason}");
        }
    }
}
