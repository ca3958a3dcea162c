//! The digests that stand for client ids and tenant names in the revocation feed.

use aws_lc_rs::digest::{SHA256, digest};
use jeton_protocol::NameDigest;

/// The digest of a client id or of a tenant's name.
pub(crate) fn name_digest(name: &str) -> NameDigest {
    let mut sha256 = [0; 32];
    sha256.copy_from_slice(digest(&SHA256, name.as_bytes()).as_ref());
    NameDigest::from_sha256(&sha256)
}
