//! The requests of a flood.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::ValueEnum;
use jeton_core::random_bytes;
use jeton_protocol::{ClientId, ClientSecret, RegionName};
use jeton_server::system::SystemRandomness;

use crate::accounts::{Accounts, TOKEN, token_form};
use crate::addresses::Origins;
use crate::http::{post, post_head};

/// A kind of flood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Token requests with invented client ids and well-formed secrets
    Ids,
    /// Token requests with existing client ids and secrets whose checksum is wrong
    Secrets,
    /// Introspection of tokens with a forged signature, by one authenticated caller per address
    Tokens,
    /// Token requests with existing client ids of imported secrets, and wrong secrets
    Hashes,
    /// Correct token requests for tokens that are signed with RS256
    Rs256,
    /// Token requests whose body never ends
    Bodies,
}

/// Everything that the requests of a flood are made of.
pub(crate) struct Attack {
    pub(crate) kind: Kind,
    pub(crate) server: SocketAddr,
    pub(crate) origins: Origins,
    pub(crate) region: RegionName,
    pub(crate) accounts: Accounts,
    /// A token of the server without its signature, and with the dot.
    pub(crate) unsigned_token: String,
    /// The number of bytes of an endless body that are sent at once.
    pub(crate) body_bytes: usize,
    /// The number of requests so far.
    pub(crate) requests: AtomicUsize,
}

impl Attack {
    /// The next request. Only its beginning if the body never ends.
    pub(crate) fn request(&self, connection: usize) -> Vec<u8> {
        let request = self.requests.fetch_add(1, Ordering::Relaxed);
        let forwarded_for = self.origins.forwarded_for(request);
        let ask_for_token =
            |id: &str, secret: &str| post(self.server, TOKEN, forwarded_for, &token_form(id, secret));
        match self.kind {
            Kind::Ids => {
                let id = ClientId::generate(&self.region, random_bytes(&SystemRandomness));
                ask_for_token(id.as_str(), generated_secret().expose())
            }
            Kind::Secrets => {
                let targets = &self.accounts.targets;
                ask_for_token(
                    &targets[request % targets.len()].client_id,
                    &mistyped(generated_secret().expose()),
                )
            }
            Kind::Tokens => {
                let callers = &self.accounts.attackers;
                let caller = &callers[self.origins.of_request(connection, request) % callers.len()];
                caller.introspection_request(self.server, forwarded_for, &self.forged_token())
            }
            Kind::Hashes => {
                let targets = &self.accounts.targets;
                ask_for_token(&targets[request % targets.len()].client_id, &format!("wrong-{request}"))
            }
            Kind::Rs256 => {
                let callers = &self.accounts.attackers;
                callers[request % callers.len()].token_request(self.server, forwarded_for)
            }
            Kind::Bodies => {
                let mut request = post_head(self.server, TOKEN, forwarded_for, BODY_LENGTH).into_bytes();
                request.resize(request.len() + self.body_bytes, FILLER);
                request
            }
        }
    }

    fn forged_token(&self) -> String {
        let signature: [u8; 64] = random_bytes(&SystemRandomness);
        format!("{}{}", self.unsigned_token, URL_SAFE_NO_PAD.encode(signature))
    }
}

/// The length that the head of an endless body announces: just below the server's limit.
pub(crate) const BODY_LENGTH: usize = 65_000;
/// Each byte of an endless body.
pub(crate) const FILLER: u8 = b'a';

fn generated_secret() -> ClientSecret {
    ClientSecret::from_entropy(random_bytes(&SystemRandomness))
}

/// The secret with another last character, which belongs to its checksum.
fn mistyped(secret: &str) -> String {
    let (start, last) = secret.split_at(secret.len().saturating_sub(1));
    format!("{start}{}", if last == "0" { '1' } else { '0' })
}

#[cfg(test)]
mod tests {
    use jeton_protocol::{PresentedSecret, SecretShape};

    use super::*;

    #[test]
    fn a_mistyped_secret_differs_only_in_its_checksum() {
        for _ in 0..100 {
            let secret = generated_secret();
            let wrong = mistyped(secret.expose());
            assert_ne!(wrong, secret.expose());
            assert_eq!(PresentedSecret::new(wrong).shape(), SecretShape::Broken);
        }
    }
}
