//! Which texts an administrator may import as a client's secret (decision 0013).
//!
//! [`ImportedSecret`] and [`MovedSecret`] have no other constructor than `parse`, and the administrator takes nothing
//! else: no command and no endpoint can make a live secret of a mask, a placeholder or a hash. Must not know options of
//! commands.

mod digest_shape;
mod mask;
mod placeholder;
mod unusable;
mod wrapping;

use std::fmt;

use jeton_protocol::{PresentedSecret, SecretShape};

pub use digest_shape::DigestShape;
pub use placeholder::PlaceholderForm;
pub use unusable::UnusableSecret;
pub use wrapping::Wrapping;

use crate::secret_hash::{HashScheme, SecretHash};

/// A secret that an account gets beside those it has: 16 to 512 visible ASCII characters.
pub struct ImportedSecret(PresentedSecret);

impl ImportedSecret {
    /// Checks the text.
    ///
    /// # Errors
    /// [`UnusableSecret`] that names the likely source of the text and the cure.
    pub fn parse(text: PresentedSecret, if_digest: IfDigestShaped) -> Result<Self, UnusableSecret> {
        if SecretHash::recognise(text.expose())?.is_some() {
            return Err(UnusableSecret::HashOfASecret);
        }
        check_clear(&text, if_digest, SHORTEST_SECRET)?;
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

/// What an account had at another server: its secret of 8 to 512 characters, since what a customer has in use must go
/// on working, or only the hash of it.
#[derive(Debug)]
pub struct MovedSecret(Moved);

#[derive(Debug)]
pub(crate) enum Moved {
    Clear(PresentedSecret),
    Hash(SecretHash),
}

impl MovedSecret {
    /// Finds out which of the two the text is, and checks it.
    ///
    /// # Errors
    /// [`UnusableSecret`] that names the likely source of the text and the cure.
    pub fn parse(text: PresentedSecret, if_digest: IfDigestShaped) -> Result<Self, UnusableSecret> {
        if let Some(hash) = SecretHash::recognise(text.expose())? {
            return Ok(Self(Moved::Hash(hash)));
        }
        check_clear(&text, if_digest, SHORTEST_MOVED_SECRET)?;
        Ok(Self(Moved::Clear(text)))
    }

    /// Which function made the hash; none where it is the secret itself.
    #[must_use]
    pub fn hash_scheme(&self) -> Option<HashScheme> {
        match &self.0 {
            Moved::Clear(_) => None,
            Moved::Hash(hash) => Some(hash.scheme()),
        }
    }

    /// How many characters the secret itself has; none where only its hash is known.
    #[must_use]
    pub fn clear_length(&self) -> Option<usize> {
        match &self.0 {
            Moved::Clear(secret) => Some(secret.expose().len()),
            Moved::Hash(_) => None,
        }
    }

    /// Whether `stored` may be this secret's hash. A hash of ours replaces a foreign one at the secret's first use, and
    /// then only the secret itself can tell.
    #[must_use]
    pub fn may_be_stored_as(&self, stored: &SecretHash) -> bool {
        match &self.0 {
            Moved::Clear(secret) => stored.matches(secret.expose()),
            Moved::Hash(hash) => hash == stored || !stored.is_foreign(),
        }
    }

    pub(crate) fn kind(&self) -> &Moved {
        &self.0
    }
}

/// What happens to a text that looks like an unsalted digest of a secret. Some secrets look so too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfDigestShaped {
    /// It is refused.
    Refuse,
    /// The administrator says that it is the secret itself.
    TakeAsSecret,
}

/// From the surest sign to the least sure one.
fn check_clear(
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
    if mask::is_stand_in(secret) {
        return Err(UnusableSecret::StandIn);
    }
    if let Some(wrapping) = Wrapping::of(secret) {
        return Err(UnusableSecret::Wrapped(wrapping));
    }
    let is_ours =
        text.shape() != SecretShape::Other || OUR_OTHERS.iter().any(|prefix| secret.starts_with(prefix));
    let is_printable = secret.bytes().all(|byte| byte.is_ascii_graphic());
    if is_ours || !is_printable || !(shortest..=LONGEST_SECRET).contains(&secret.len()) {
        return Err(UnusableSecret::Form { shortest, longest: LONGEST_SECRET });
    }
    match DigestShape::of(secret) {
        Some(shape) if if_digest == IfDigestShaped::Refuse => Err(UnusableSecret::Digest(shape)),
        Some(_) | None => Ok(()),
    }
}

/// Of a secret that an administrator chooses.
pub const SHORTEST_SECRET: usize = 16;
/// Of a secret that a customer's system has been using elsewhere.
const SHORTEST_MOVED_SECRET: usize = 8;
const LONGEST_SECRET: usize = 512;
/// What else of ours begins so: opaque tokens and master keys.
const OUR_OTHERS: [&str; 2] = ["jtnat_", "jtnmk_"];

#[cfg(test)]
mod tests;
