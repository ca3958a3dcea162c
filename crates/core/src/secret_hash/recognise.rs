//! Recognises hashes of secrets in the formats of other servers.
//!
//! A text that has exactly the form of a supported hash is treated as that hash. Hashes of other kinds, truncated
//! hashes and hashes that cost too much are refused. If they were imported as secrets, anyone with a stolen database
//! could use them as secrets.

use argon2::Params;
use argon2::password_hash::phc::PasswordHash;
use thiserror::Error;

use super::foreign_form::ForeignForm;
use super::pbkdf2::{self, Pbkdf2};
use super::{HashScheme, SecretHash};

impl SecretHash {
    /// Parses the text as a hash. `None` if it is not a hash. Spring Security's prefix `{bcrypt}` is removed.
    ///
    /// # Errors
    /// [`UnusableHash`] when it is a hash that cannot be verified here.
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
    /// The hash function is not supported.
    #[error(
        "the text has the form {0}, which other servers use for hashes that Jeton cannot verify; it verifies hashes that begin with $argon2id$, $2a$, $2b$, $2y$ (also after {{bcrypt}}) and $pbkdf2-sha256$. Import the secret itself, or give the account a new secret"
    )]
    Unsupported(ForeignForm),
    /// It begins like a hash but is incomplete or malformed.
    #[error(
        "the text begins like a hash of the kind {0} but is incomplete or malformed; it may have been cut"
    )]
    Malformed(HashScheme),
    /// A parameter is out of bounds. For example, each verification would cost too much.
    #[error("the {what} of the {scheme} hash is {value}; allowed: {limit}")]
    OutOfBounds {
        /// The hash function.
        scheme: HashScheme,
        /// The name of the parameter.
        what: &'static str,
        /// The value of the parameter.
        value: u32,
        /// The allowed values.
        limit: &'static str,
    },
}

fn bcrypt(text: &str) -> Result<SecretHash, UnusableHash> {
    let scheme = HashScheme::Bcrypt;
    let known = BCRYPT.iter().any(|prefix| text.starts_with(prefix));
    let parts = text.parse::<bcrypt::HashParts>().ok().filter(|_| known);
    let cost = parts.ok_or(UnusableHash::Malformed(scheme))?.get_cost();
    let bounds = Bounds { scheme, what: "cost", limit: "4 to 14" };
    bounds.check(cost, 4, 14)?;
    Ok(SecretHash(text.to_owned()))
}

fn argon2id(text: &str) -> Result<SecretHash, UnusableHash> {
    let scheme = HashScheme::Argon2id;
    let malformed = UnusableHash::Malformed(scheme);
    let parsed = PasswordHash::new(text).map_err(|_| malformed)?;
    // Without a version it is an older version of Argon2, which would be computed as the current one.
    let (Some(_), Some(salt), Some(output)) = (parsed.version, &parsed.salt, &parsed.hash) else {
        return Err(malformed);
    };
    let params = Params::try_from(&parsed).map_err(|_| malformed)?;
    let named = parsed.params.iter().map(|(name, _)| name);
    if named.into_iter().any(|name| !matches!(name.as_str(), "m" | "t" | "p")) {
        return Err(malformed);
    }
    let bounds = |what, limit| Bounds { scheme, what, limit };
    bounds("memory in KiB", "at most 262144 (256 MiB)").check(params.m_cost(), 0, 256 * 1024)?;
    bounds("number of passes", "at most 10").check(params.t_cost(), 0, 10)?;
    bounds("number of lanes", "at most 16").check(params.p_cost(), 0, 16)?;
    check_lengths(scheme, salt.len(), output.len())?;
    Ok(SecretHash(text.to_owned()))
}

fn pbkdf2_sha256(text: &str) -> Result<SecretHash, UnusableHash> {
    let scheme = HashScheme::Pbkdf2Sha256;
    let parsed = Pbkdf2::parse(text).ok_or(UnusableHash::Malformed(scheme))?;
    let bounds = Bounds { scheme, what: "number of iterations", limit: "1 to 2000000" };
    bounds.check(parsed.iterations.get(), 1, 2_000_000)?;
    check_lengths(scheme, parsed.salt.len(), parsed.output.len())?;
    Ok(SecretHash(text.to_owned()))
}

fn check_lengths(scheme: HashScheme, salt: usize, output: usize) -> Result<(), UnusableHash> {
    let bytes = |length| u32::try_from(length).unwrap_or(u32::MAX);
    let bounds = |what, limit| Bounds { scheme, what, limit };
    bounds("salt length in bytes", "8 to 64").check(bytes(salt), 8, 64)?;
    bounds("output length in bytes", "16 to 64").check(bytes(output), 16, 64)
}

/// The bounds of a parameter, with the texts for the error.
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
/// `$2x$` is not supported: it marks hashes of a broken PHP version, which are computed differently.
pub(super) const BCRYPT: [&str; 3] = ["$2a$", "$2b$", "$2y$"];
const SPRING_BCRYPT: &str = "{bcrypt}";
