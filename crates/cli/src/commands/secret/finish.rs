//! `jeton secret finish ID`

use clap::Args;
use jeton_admin::view::SecretView;

use super::revoke::ForceArgs;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::OutputArgs;

/// Finish a rotation now: revoke all secrets except the newest
#[derive(Debug, Args)]
#[command(
    after_help = "Prints the revoked secrets. Fails with exit code 4 if the account has fewer than two active \
    secrets.\n\nExample:\n  jeton secret finish fin"
)]
pub(crate) struct Finish {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    #[command(flatten)]
    force: ForceArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Finish {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let (account, revoked) =
            context.administration().finish_rotation(context.by(), &self.id, self.force.if_in_use()).await?;
        let views: Vec<SecretView> = revoked.iter().filter_map(|id| account.secret(id).cloned()).collect();
        super::print_list(self.output, &views)?;
        for secret in account.active_secrets() {
            let unused = match secret.last_used_at {
                Some(_) => "",
                None => " No use of it was recorded up to 30 seconds ago: make sure that the client has it.",
            };
            output::say(&format!("The secret {} stays active.{unused}", secret.title()));
        }
        Ok(())
    }
}
