//! Makes sure, before anything is granted, that no token can be longer than [`MAX_ACCESS_TOKEN_CHARS`].
//!
//! The room for content in the longest JWT is divided between what comes from the resource, from the account and from
//! the configuration. Each keeps to its own part where it is made or granted. So nothing that is done later to one of
//! them makes a token of the other too long, and a resource may change its format and algorithm at any time.

use super::AdminError;
use crate::model::{Account, Resource};

/// The longest issuer, in characters. The configuration keeps to it.
pub const LONGEST_ISSUER: usize = 255;

/// Refuses a resource whose URI and scopes are too long together. All scopes count: implications can put them into a
/// token of whoever has one of them.
pub(super) fn check_resource(resource: &Resource) -> Result<(), AdminError> {
    let uri = resource.uri.as_str().len();
    let scopes: usize = resource.scopes.keys().map(|name| name.as_str().len() + 1).sum();
    if uri + scopes <= RESOURCE_ROOM {
        return Ok(());
    }
    Err(AdminError::Invalid(format!(
        "the scopes of {} ({scopes} characters with the spaces between them) and its URI ({uri}) are longer than a \
         token has room for, which is {RESOURCE_ROOM}; shorten or remove scopes, or divide them between two resources",
        resource.uri
    )))
}

/// Refuses an account whose client id and tenant name are too long together. A generated id never is.
pub(super) fn check_account(account: &Account) -> Result<(), AdminError> {
    // As `sub` and as `client_id`.
    let ids = 2 * json_length(account.client_id.as_str());
    let tenant = json_length(account.tenant.name.as_str());
    if ids + tenant <= ACCOUNT_ROOM {
        return Ok(());
    }
    Err(AdminError::Invalid(format!(
        "the client id {} (twice, {ids} bytes) and the name of its tenant ({tenant}) are longer than a token has room \
         for, which is {ACCOUNT_ROOM}; an account with a generated id always fits",
        account.client_id
    )))
}

/// The bytes of a text as a JSON string, without the quotation marks. Names have no control characters.
fn json_length(text: &str) -> usize {
    text.len() + text.bytes().filter(|byte| matches!(byte, b'"' | b'\\')).count()
}

const RESOURCE_ROOM: usize = 1_600;
const ACCOUNT_ROOM: usize = 600;

#[cfg(test)]
mod tests {
    use jeton_protocol::{AccessTokenClaims, MAX_ACCESS_TOKEN_CHARS};

    use super::*;
    use crate::clock::Randomness;
    use crate::keys::{KeyPair, SealingKey};
    use crate::model::{Algorithm, KeyId};

    #[derive(Debug)]
    struct Sevens;

    impl Randomness for Sevens {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    /// Everything as long as it may be. Numbers have eleven digits: they reach to the year 5138.
    fn longest() -> AccessTokenClaims {
        let client_id: jeton_protocol::ClientId = "c".repeat(255).parse().unwrap();
        AccessTokenClaims {
            iss: "i".repeat(LONGEST_ISSUER),
            aud: "a".repeat(600),
            sub: client_id.clone(),
            client_id,
            iat: 99_999_000_000,
            exp: 99_999_086_400,
            jti: "0123456789ABCDEFGHIJKL".to_owned(),
            scope: "s".repeat(RESOURCE_ROOM - 600 - 1).parse().unwrap(),
            tenant: "t".repeat(ACCOUNT_ROOM - 2 * 255),
            region: "abcdefghij".parse().unwrap(),
            epoch: [99_999_999_999; 3].into(),
        }
    }

    #[test]
    fn the_longest_jwt_of_each_algorithm_fits_and_leaves_room_for_a_confirmation() {
        let mut payload = serde_json::to_vec(&longest()).unwrap();
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
        let token = crate::seal::seal(&key, &longest(), &Sevens).unwrap();
        assert!(token.len() <= MAX_ACCESS_TOKEN_CHARS, "{}", token.len());
    }

    #[test]
    fn a_text_is_as_long_as_in_json() {
        for text in ["plain", r#"a"b\c"#, "\u{1f600}", "é"] {
            assert_eq!(json_length(text) + 2, serde_json::to_string(text).unwrap().len(), "{text}");
        }
    }
}
