//! `jeton secret list ID`

use clap::Args;
use jeton_core::admin::view::SecretView;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;

/// List the secrets of an account, without the secrets
#[derive(Debug, Args)]
#[command(
    after_help = "When a secret was last used is known to the minute, and up to half a minute late: servers write it \
    down now and then.\n\nExample:\n  jeton secret list fin"
)]
pub(crate) struct List {
    /// The account's client id, TENANT/NAME, or its name where only one account has it
    id: String,
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let (account, now) = (opened.administrator.find_account(&self.id).await?, opened.administrator.now());
        let views: Vec<SecretView> =
            account.credentials.iter().map(|secret| SecretView::new(secret, now)).collect();
        super::print_list(self.output, &views)
    }
}
