//! `jeton key rotate`

use std::collections::BTreeSet;

use clap::Args;
use jeton_core::RotationRefused;
use jeton_core::admin::view::KeyView;
use jeton_core::model::{Key, KeyKind, KeyState};

use super::refused;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::output::{self, OutputArgs};
use crate::values;

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
        let keeper = super::keeper(&context);
        // If no server has run yet, there are no keys, or no published ones.
        keeper.maintain().await?;
        let keys = context.administrator.store().list_keys().await?;
        let mut written = Vec::new();
        let mut early = Vec::new();
        for kind in self.chosen(&keys) {
            match keeper.rotate(kind, self.force).await {
                Ok(keys) => written.extend(keys),
                Err(refusal @ RotationRefused::TooEarly { .. }) => early.push(refusal),
                Err(refusal) => return Err(refused(refusal)),
            }
        }
        if let Some(first) = early.pop_if(|_| written.is_empty()) {
            return Err(refused(first));
        }
        for refusal in early {
            output::say(&format!("not rotated: {refusal}"));
        }
        super::show(&written.iter().map(KeyView::from).collect::<Vec<_>>(), self.output)
    }

    fn chosen(&self, keys: &[Key]) -> BTreeSet<KeyKind> {
        if self.kinds.is_empty() {
            let active =
                keys.iter().filter(|key| key.state == KeyState::Active && key.kind != KeyKind::Lookup);
            active.map(|key| key.kind).collect()
        } else {
            self.kinds.iter().copied().collect()
        }
    }
}
