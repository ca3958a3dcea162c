//! Ensures, before anything is granted, that no token can be longer than [`MAX_ACCESS_TOKEN_CHARS`].
//!
//! The size of the longest JWT is divided between content from the resource, from the account and from the
//! configuration. Each part has its own limit, checked when it is created or granted. So a later change to one part
//! cannot make a token too long because of another part, and a resource may change its format and algorithm at any
//! time.

use jeton_admin::error::InvalidRequest;
use jeton_protocol::ClientId;

use crate::admin::AdminError;
use crate::model::{Account, Resource, TenantName};

/// The longest issuer, in characters. The configuration enforces it.
pub const LONGEST_ISSUER: usize = 255;

/// Refuses a resource whose URI and scopes together are too long. All scopes count: by implication, a grant of one
/// scope can put all of them into a token.
pub(in crate::admin) fn check_resource(resource: &Resource) -> Result<(), AdminError> {
    let uri = resource.uri.as_str().len();
    let scopes: usize = resource.scopes.keys().map(|name| name.as_str().len() + 1).sum();
    if uri + scopes <= RESOURCE_LIMIT {
        return Ok(());
    }
    let resource = resource.uri.clone();
    Err(InvalidRequest::ResourceTooLong { resource, scopes, limit: RESOURCE_LIMIT }.into())
}

/// Refuses an account whose client id and tenant name together are too long. A generated id always fits.
pub(in crate::admin) fn check_account(account: &Account) -> Result<(), AdminError> {
    if json_length(account.client_id.as_str()) <= longest_id(&account.tenant.name) {
        return Ok(());
    }
    Err(account_too_long(&account.client_id, &account.tenant.name))
}

/// How long the client id of an account of `tenant` may be, as a JSON string.
pub(in crate::admin) fn longest_id(tenant: &TenantName) -> usize {
    // The id is in the token twice: as `sub` and as `client_id`.
    ACCOUNT_LIMIT.saturating_sub(json_length(tenant.as_str())) / 2
}

/// The error for a client id that is longer than [`longest_id`].
pub(in crate::admin) fn account_too_long(account: &ClientId, tenant: &TenantName) -> AdminError {
    let (ids, tenant) = (2 * json_length(account.as_str()), json_length(tenant.as_str()));
    InvalidRequest::AccountTooLong { account: account.clone(), ids, tenant, limit: ACCOUNT_LIMIT }.into()
}

/// The bytes of a text as a JSON string, without the quotation marks. Names have no control characters.
fn json_length(text: &str) -> usize {
    text.len() + text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count()
}

const RESOURCE_LIMIT: usize = 1_600;
const ACCOUNT_LIMIT: usize = 600;

#[cfg(test)]
mod tests {
    use jeton_protocol::{AccessTokenClaims, MAX_ACCESS_TOKEN_CHARS};

    use super::*;
    use crate::clock::FixedBytes;
    use crate::keys::{KeyPair, SealingKey};
    use crate::model::{Algorithm, KeyId};

    /// Claims of the maximum length. Numbers have eleven digits, enough until the year 5138.
    fn longest_claims() -> AccessTokenClaims {
        let client_id: jeton_protocol::ClientId = "c".repeat(255).parse().unwrap();
        AccessTokenClaims {
            iss: "i".repeat(LONGEST_ISSUER),
            aud: "a".repeat(600),
            sub: client_id.clone(),
            client_id,
            iat: 99_999_000_000,
            exp: 99_999_086_400,
            jti: "0123456789ABCDEFGHIJKL".to_owned(),
            scope: "s".repeat(RESOURCE_LIMIT - 600 - 1).parse().unwrap(),
            tenant: "t".repeat(ACCOUNT_LIMIT - 2 * 255),
            region: "abcdefghij".parse().unwrap(),
            epoch: [99_999_999_999; 3].into(),
        }
    }

    #[test]
    fn the_longest_jwt_of_each_algorithm_fits_even_with_a_confirmation_claim() {
        let mut payload = serde_json::to_vec(&longest_claims()).unwrap();
        payload.pop();
        payload.extend_from_slice(format!(r#","cnf":{{"x5t#S256":"{}"}}}}"#, "x".repeat(43)).as_bytes());
        for algorithm in Algorithm::ALL {
            let document = KeyPair::generate_pkcs8(algorithm).unwrap();
            let key = KeyPair::from_pkcs8(algorithm, &document).unwrap();
            let length = key.sign(&payload).unwrap().len();
            assert!(length <= MAX_ACCESS_TOKEN_CHARS, "{algorithm}: {length}");
        }
    }

    #[test]
    fn the_longest_opaque_token_fits() {
        let key = SealingKey::from_bytes(KeyId::from_bytes([1; 8]), &[1; 32]).unwrap();
        let token = crate::token::seal::seal(&key, &longest_claims(), &FixedBytes).unwrap();
        assert!(token.len() <= MAX_ACCESS_TOKEN_CHARS, "{}", token.len());
    }

    #[test]
    fn a_text_has_the_length_of_its_json() {
        for text in ["plain", r#"a"b\c"#, "\u{1f600}", "é"] {
            assert_eq!(json_length(text) + 2, serde_json::to_string(text).unwrap().len(), "{text}");
        }
    }
}
