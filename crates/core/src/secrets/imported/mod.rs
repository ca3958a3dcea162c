//! Decides which texts an administrator may import as a client's secret (decision 0013).
//!
//! `parse` is the only constructor of [`ImportedSecret`] and [`MigratedSecret`], and the administration functions
//! accept only these types. So no command and no endpoint can import a mask, a placeholder or a hash as a secret. This
//! module must not know command options.

mod digest_shape;
mod mask;
mod placeholder;
mod unusable;
mod wrapping;

use std::fmt;

use jeton_protocol::{PresentedSecret, SecretShape};

pub use digest_shape::DigestShape;
pub use jeton_admin::request::IfDigestShaped;
pub use placeholder::PlaceholderForm;
pub use unusable::UnusableSecret;
pub use wrapping::Wrapping;

use crate::secret_hash::{HashScheme, SecretHash};

/// A secret to add to an account: 16 to 512 visible ASCII characters.
pub struct ImportedSecret(PresentedSecret);

impl ImportedSecret {
    /// Checks the text.
    ///
    /// # Errors
    /// [`UnusableSecret`], which names the likely source of the text and the solution.
    pub fn parse(text: PresentedSecret, if_digest: IfDigestShaped) -> Result<Self, UnusableSecret> {
        if SecretHash::recognise(text.expose())?.is_some() {
            return Err(UnusableSecret::HashOfASecret);
        }
        check_secret(&text, if_digest, SHORTEST_SECRET)?;
        Ok(Self(text))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for ImportedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ImportedSecret(..)")
    }
}

/// The secret that an account had at another server, or only its hash. The secret has 8 to 512 characters: secrets that
/// customers already use must continue to work.
#[derive(Debug)]
pub struct MigratedSecret(SecretOrHash);

#[derive(Debug)]
pub(crate) enum SecretOrHash {
    Secret(PresentedSecret),
    Hash(SecretHash),
}

impl MigratedSecret {
    /// Detects whether the text is a secret or a hash, and checks it.
    ///
    /// # Errors
    /// [`UnusableSecret`], which names the likely source of the text and the solution.
    pub fn parse(text: PresentedSecret, if_digest: IfDigestShaped) -> Result<Self, UnusableSecret> {
        if let Some(hash) = SecretHash::recognise(text.expose())? {
            return Ok(Self(SecretOrHash::Hash(hash)));
        }
        check_secret(&text, if_digest, SHORTEST_MIGRATED_SECRET)?;
        Ok(Self(SecretOrHash::Secret(text)))
    }

    /// The hash function. `None` if this is the secret itself.
    #[must_use]
    pub fn hash_scheme(&self) -> Option<HashScheme> {
        match &self.0 {
            SecretOrHash::Secret(_) => None,
            SecretOrHash::Hash(hash) => Some(hash.scheme()),
        }
    }

    /// The length of the secret in characters. `None` if only its hash is known.
    #[must_use]
    pub fn plaintext_length(&self) -> Option<usize> {
        match &self.0 {
            SecretOrHash::Secret(secret) => Some(secret.expose().len()),
            SecretOrHash::Hash(_) => None,
        }
    }

    /// Whether `stored` may be this secret's hash. A hash of this server replaces a foreign one at the secret's first
    /// use. After that, a comparison is possible only with the secret itself.
    #[must_use]
    pub fn may_be_stored_as(&self, stored: &SecretHash) -> bool {
        match &self.0 {
            SecretOrHash::Secret(secret) => stored.matches(secret.expose()),
            SecretOrHash::Hash(hash) => hash == stored || !stored.is_foreign(),
        }
    }

    pub(crate) fn kind(&self) -> &SecretOrHash {
        &self.0
    }
}

/// Ordered from the most reliable check to the least reliable one.
fn check_secret(
    text: &PresentedSecret,
    if_digest: IfDigestShaped,
    shortest: usize,
) -> Result<(), UnusableSecret> {
    let secret = text.expose();
    if mask::is_mask(secret) {
        return Err(UnusableSecret::Mask);
    }
    if let Some(form) = PlaceholderForm::of(secret) {
        return Err(UnusableSecret::Placeholder(form));
    }
    if mask::is_unset_value(secret) {
        return Err(UnusableSecret::NeverSet);
    }
    if let Some(wrapping) = Wrapping::of(secret) {
        return Err(UnusableSecret::Wrapped(wrapping));
    }
    let is_reserved = text.shape() != SecretShape::Other
        || RESERVED_PREFIXES.iter().any(|prefix| secret.starts_with(prefix));
    let is_printable = secret.bytes().all(|byte| byte.is_ascii_graphic());
    if is_reserved || !is_printable || !(shortest..=LONGEST_SECRET).contains(&secret.len()) {
        return Err(UnusableSecret::Form { shortest, longest: LONGEST_SECRET });
    }
    match DigestShape::of(secret) {
        Some(shape) if if_digest == IfDigestShaped::Refuse => Err(UnusableSecret::Digest(shape)),
        Some(_) | None => Ok(()),
    }
}

/// The minimum length of a secret that an administrator chooses.
pub const SHORTEST_SECRET: usize = 16;
/// The minimum length of a secret that a customer already uses at another server.
const SHORTEST_MIGRATED_SECRET: usize = 8;
const LONGEST_SECRET: usize = 512;
/// The prefixes of opaque tokens and master keys.
const RESERVED_PREFIXES: [&str; 2] = ["jtnat_", "jtnmk_"];

#[cfg(test)]
mod tests;
