//! What the core says of a text that cannot be a secret, and which option or command helps.

use jeton_core::{IfDigestShaped, UnusableSecret};

use crate::failure::Failure;

/// The refusal of a text that came from stdin.
pub(crate) fn refused(unusable: &UnusableSecret) -> Failure {
    let hint = match unusable {
        UnusableSecret::Digest(_) => ". If it is the secret itself, repeat the command with --clear",
        UnusableSecret::HashOfASecret => {
            "; `jeton account import` imports an account by the hash of its secret"
        }
        UnusableSecret::Hash(_)
        | UnusableSecret::Mask
        | UnusableSecret::NeverSet
        | UnusableSecret::Placeholder(_)
        | UnusableSecret::Wrapped(_)
        | UnusableSecret::Form { .. } => "",
    };
    Failure::Usage(format!("{unusable}{hint}"))
}

/// What `--clear` says.
pub(crate) fn if_digest_shaped(clear: bool) -> IfDigestShaped {
    if clear { IfDigestShaped::TakeAsSecret } else { IfDigestShaped::Refuse }
}
