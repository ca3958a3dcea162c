//! What the options about an imported secret mean.

use jeton_admin::request::IfDigestShaped;

/// The meaning of `--clear`.
pub(crate) fn if_digest_shaped(clear: bool) -> IfDigestShaped {
    if clear { IfDigestShaped::TakeAsSecret } else { IfDigestShaped::Refuse }
}
