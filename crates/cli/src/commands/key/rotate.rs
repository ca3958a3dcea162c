//! `jeton key rotate`

use std::collections::BTreeSet;

use clap::Args;
use jeton_admin::error::AdminError;
use jeton_core::model::KeyKind;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::values;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::OutputArgs;

/// Rotate the keys now, before `[keys] rotate_every` is due
#[derive(Debug, Args)]
#[command(
    after_help = "The published key of each kind becomes active, a new key is published, and the old key stays trusted \
    until its last token has expired: no client or API is affected. If a key was published too recently, verifiers may \
    not have it yet; the command then says when to try again.\n\n\
    Examples:\n  jeton key rotate\n  jeton key rotate --kind ES256 --kind sealing"
)]
pub(crate) struct Rotate {
    /// Rotate only keys of this kind; repeatable [default: every kind]
    #[arg(long = "kind", value_name = "KIND", value_parser = values::key_kind())]
    kinds: Vec<KeyKind>,
    /// Rotate even if verifiers may not have the new key
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Rotate {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let kinds: BTreeSet<KeyKind> = self.kinds.iter().copied().collect();
        let mut rotation = context.administration().rotate_keys(context.by(), &kinds, self.force).await?;
        if rotation.changed.is_empty()
            && let Some(refused) = rotation.refused.pop()
        {
            return Err(AdminError::from(refused).into());
        }
        for refused in rotation.refused {
            output::say(&format!("not rotated: {refused}"));
        }
        super::show(&rotation.changed, self.output)
    }
}
