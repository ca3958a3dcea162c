//! `jeton secret finish ID`

use clap::Args;
use jeton_core::admin::view::SecretView;

use super::revoke::ForceArgs;
use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::{self, OutputArgs};

/// End a rotation now: revoke the secrets before the newest one
#[derive(Debug, Args)]
#[command(
    after_help = "Prints the secrets that it revoked. With fewer than two live secrets there is nothing to finish: exit \
    code 4.\n\nExample:\n  jeton secret finish fin"
)]
pub(crate) struct Finish {
    /// The account's client id, TENANT/NAME, or its name where only one account has it
    id: String,
    #[command(flatten)]
    force: ForceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Finish {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let (account, revoked) =
            opened.administrator.finish_rotation(&self.id, self.force.if_in_use()).await?;
        let now = opened.administrator.now();
        let revoked = revoked.iter().filter_map(|id| account.credential(id));
        let views: Vec<SecretView> = revoked.map(|secret| SecretView::new(secret, now)).collect();
        super::print_list(self.output, &views)?;
        for secret in account.active_credentials(now) {
            let unused = match secret.last_used {
                Some(_) => "",
                None => " It was not used until half a minute ago: see that its user has it.",
            };
            output::say(&format!("The secret {} stays.{unused}", secret.title()));
        }
        Ok(())
    }
}
