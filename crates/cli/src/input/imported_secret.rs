//! Turns `core`'s verdict about a text that cannot be a secret into an error that names the option or command to use.

use jeton_core::{IfDigestShaped, UnusableSecret};

use crate::failure::Failure;

/// The error for a text that came from stdin.
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

/// The meaning of `--clear`.
pub(crate) fn if_digest_shaped(clear: bool) -> IfDigestShaped {
    if clear { IfDigestShaped::TakeAsSecret } else { IfDigestShaped::Refuse }
}
