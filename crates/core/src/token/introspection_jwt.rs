//! Signs an introspection response for the caller that requested it (RFC 9701 §5).

use jeton_protocol::{IntrospectionAnswer, IntrospectionClaims, ResourceUri};

use crate::model::Algorithm;
use crate::refusal::{Internal, Refusal, Unavailable};
use crate::token::introspect::{Introspection, Introspector};

impl Introspector {
    /// The response as a JWT, signed with the key of the token's resource. A response for an inactive token is signed
    /// with the default algorithm, so that the signature reveals no more than the response.
    ///
    /// # Errors
    /// [`Unavailable::NoSigningKey`] when there is no active signing key; [`Internal`] for defects.
    pub(crate) fn sign_introspection(&self, found: &Introspection) -> Result<String, Refusal> {
        let catalog = self.directory.catalog();
        let resource = match &found.response {
            IntrospectionAnswer::Active(claims) => claims.aud.parse::<ResourceUri>().ok(),
            IntrospectionAnswer::Inactive => None,
        };
        let resource = resource.and_then(|audience| catalog.resources.get(&audience));
        let key = match resource {
            Some(resource) => catalog.keys.signer(resource),
            None => catalog.keys.active(Algorithm::Es256),
        };
        let claims = IntrospectionClaims {
            iss: &self.settings.issuer,
            aud: &found.caller,
            iat: self.clock.now().unix(),
            token_introspection: &found.response,
        };
        let payload = serde_json::to_vec(&claims).map_err(Internal::Claims)?;
        let key = key.ok_or(Unavailable::NoSigningKey)?;
        Ok(key.sign_as(TYPE, &payload).map_err(Internal::Signing)?)
    }
}

/// Access tokens must never have this type, and these responses must never have the type of access tokens (RFC 9701
/// §8.1).
const TYPE: &str = "token-introspection+jwt";
