//! Why a text cannot be imported as a client's secret. Each message says what the text is, where it probably comes
//! from, and what to do. No message shows the text itself.

use thiserror::Error;

use super::{DigestShape, PlaceholderForm, Wrapping};
use crate::secret_hash::UnusableHash;

/// Why a text is refused as a secret. Only [`Digest`](Self::Digest) can be overridden.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum UnusableSecret {
    /// A hash that cannot be verified here.
    #[error(transparent)]
    Hash(#[from] UnusableHash),
    /// A hash where only a secret is accepted.
    #[error("the text is the hash of a secret, not a secret")]
    HashOfASecret,
    /// `********`, `<redacted>`.
    #[error(
        "the text is a mask, not a secret: other servers show it in exports and on screens in place of the secret. Read the secret itself, or its hash, from that server's database or API"
    )]
    Mask,
    /// `CHANGE_ME`, `undefined`.
    #[error(
        "the text is a placeholder for a secret that was never set: it comes from an example, or from a script whose variable had no value. Find the secret that the client really sends"
    )]
    NeverSet,
    /// `${SECRET}`, `vault:…`.
    #[error(
        "the text has the form {0}: it is a reference to a secret, not the secret itself. It comes from a template or a configuration file whose values were not filled in. Import the value that the reference stands for"
    )]
    Placeholder(PlaceholderForm),
    /// JSON, quotes, `name=value`.
    #[error("the text is {0}: it contains more than the secret. Import only the value")]
    Wrapped(Wrapping),
    /// A text with the length and the alphabet of a digest.
    #[error(
        "the text has the shape of a digest: {0}. Other servers store unsalted digests of secrets, which Jeton cannot verify"
    )]
    Digest(DigestShape),
    /// Wrong length or characters, or a secret, token or master key of Jeton.
    #[error(
        "the secret is not usable: it must have {shortest} to {longest} visible ASCII characters and must not begin with jtnsk_, jtnat_ or jtnmk_"
    )]
    Form {
        /// In characters.
        shortest: usize,
        /// In characters.
        longest: usize,
    },
}
