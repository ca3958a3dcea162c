//! Recognises the hash of a secret as another server stores it.
//!
//! A text that has exactly the form of a hash that we can verify is one. A hash of another kind, one that was cut and
//! one that would cost too much are refused: taken for a secret, they would be live secrets that a stolen database
//! shows.

use argon2::Params;
use argon2::password_hash::phc::PasswordHash;
use thiserror::Error;

use super::foreign_form::ForeignForm;
use super::pbkdf2::{self, Pbkdf2};
use super::{HashScheme, SecretHash};

impl SecretHash {
    /// The hash that the text is, if it is one at all. Spring Security's `{bcrypt}` before a hash is no part of it.
    ///
    /// # Errors
    /// [`UnusableHash`] when it is a hash that cannot be checked here.
    pub(crate) fn recognise(text: &str) -> Result<Option<Self>, UnusableHash> {
        if let Some(hash) = text.strip_prefix(SPRING_BCRYPT) {
            return bcrypt(hash).map(Some);
        }
        let read = match text {
            _ if BCRYPT.iter().any(|prefix| text.starts_with(prefix)) => bcrypt,
            _ if text.starts_with(ARGON2ID) => argon2id,
            _ if text.starts_with(pbkdf2::PREFIX) => pbkdf2_sha256,
            _ => return ForeignForm::of(text).map_or(Ok(None), |form| Err(UnusableHash::Unsupported(form))),
        };
        read(text).map(Some)
    }
}

/// Why a hash cannot be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UnusableHash {
    /// We have no such function.
    #[error(
        "the text has the form {0}, as other servers store a hash that Jeton cannot verify; it verifies hashes that begin $argon2id$, $2a$, $2b$, $2y$ (also after {{bcrypt}}) and $pbkdf2-sha256$. Import the secret itself, or give the account a new secret"
    )]
    Unsupported(ForeignForm),
    /// It begins like a hash and does not go on like one.
    #[error("the text begins like a hash of the kind {0} and is not a whole one; it may have been cut")]
    Malformed(HashScheme),
    /// Each attempt at it would cost too much.
    #[error("the {scheme} hash has {value} {what}; {limit}")]
    OutOfBounds {
        /// Which function.
        scheme: HashScheme,
        /// What there is too much or too little of.
        what: &'static str,
        /// How much of it.
        value: u32,
        /// How much may be.
        limit: &'static str,
    },
}

fn bcrypt(text: &str) -> Result<SecretHash, UnusableHash> {
    let scheme = HashScheme::Bcrypt;
    let known = BCRYPT.iter().any(|prefix| text.starts_with(prefix));
    let parts = text.parse::<bcrypt::HashParts>().ok().filter(|_| known);
    let cost = parts.ok_or(UnusableHash::Malformed(scheme))?.get_cost();
    let bounds = Bounds { scheme, what: "as its cost", limit: "4 to 14 is possible" };
    bounds.check(cost, 4, 14)?;
    Ok(SecretHash(text.to_owned()))
}

fn argon2id(text: &str) -> Result<SecretHash, UnusableHash> {
    let scheme = HashScheme::Argon2id;
    let malformed = UnusableHash::Malformed(scheme);
    let parsed = PasswordHash::new(text).map_err(|_| malformed)?;
    // Without a version it would be an older Argon2, which we would take for today's.
    let (Some(_), Some(salt), Some(output)) = (parsed.version, &parsed.salt, &parsed.hash) else {
        return Err(malformed);
    };
    let params = Params::try_from(&parsed).map_err(|_| malformed)?;
    let named = parsed.params.iter().map(|(name, _)| name);
    if named.into_iter().any(|name| !matches!(name.as_str(), "m" | "t" | "p")) {
        return Err(malformed);
    }
    let bounds = |what, limit| Bounds { scheme, what, limit };
    bounds("KiB of memory", "262144 (256 MiB) at most").check(params.m_cost(), 0, 256 * 1024)?;
    bounds("passes", "10 at most").check(params.t_cost(), 0, 10)?;
    bounds("lanes", "16 at most").check(params.p_cost(), 0, 16)?;
    check_lengths(scheme, salt.len(), output.len())?;
    Ok(SecretHash(text.to_owned()))
}

fn pbkdf2_sha256(text: &str) -> Result<SecretHash, UnusableHash> {
    let scheme = HashScheme::Pbkdf2Sha256;
    let parsed = Pbkdf2::parse(text).ok_or(UnusableHash::Malformed(scheme))?;
    let bounds = Bounds { scheme, what: "iterations", limit: "1 to 2000000 are possible" };
    bounds.check(parsed.iterations.get(), 1, 2_000_000)?;
    check_lengths(scheme, parsed.salt.len(), parsed.output.len())?;
    Ok(SecretHash(text.to_owned()))
}

fn check_lengths(scheme: HashScheme, salt: usize, output: usize) -> Result<(), UnusableHash> {
    let bytes = |length| u32::try_from(length).unwrap_or(u32::MAX);
    let bounds = |what, limit| Bounds { scheme, what, limit };
    bounds("bytes of salt", "8 to 64 are possible").check(bytes(salt), 8, 64)?;
    bounds("bytes of output", "16 to 64 are possible").check(bytes(output), 16, 64)
}

/// What may be in a hash, and what is said where it is not so.
struct Bounds {
    scheme: HashScheme,
    what: &'static str,
    limit: &'static str,
}

impl Bounds {
    fn check(&self, value: u32, least: u32, most: u32) -> Result<(), UnusableHash> {
        if (least..=most).contains(&value) {
            return Ok(());
        }
        Err(UnusableHash::OutOfBounds { scheme: self.scheme, what: self.what, value, limit: self.limit })
    }
}

pub(super) const ARGON2ID: &str = "$argon2id$";
/// `$2x$` is not among them: it marks hashes of a broken PHP, which hash otherwise.
pub(super) const BCRYPT: [&str; 3] = ["$2a$", "$2b$", "$2y$"];
const SPRING_BCRYPT: &str = "{bcrypt}";
