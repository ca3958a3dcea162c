//! `jeton account revoke-tokens ID…`

use clap::Args;
use jeton_admin::value::Timestamp;
use jeton_admin::view::{AccountView, RevokedTokens};
use jeton_protocol::ClientId;
use serde::Serialize;

use super::several::{AccountsArgs, change_each};
use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// Revoke all tokens of accounts; their secrets can still obtain new ones
#[derive(Debug, Args)]
#[command(
    after_help = "Introspection reports the tokens as inactive. Waits up to 2 seconds for every running server to apply \
    the change, and prints which servers have. APIs that check tokens by themselves accept them until they expire.\n\n\
    Examples:\n  jeton account revoke-tokens nightly-export\n  \
    jeton account revoke-tokens fin customer/nightly"
)]
pub(crate) struct RevokeTokens {
    #[command(flatten)]
    accounts: AccountsArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl RevokeTokens {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let ids = self.accounts.find(&context).await?;
        let (administration, by) = (context.administration(), context.by());
        let revoke = async |id: &ClientId| administration.revoke_account_tokens(by, id.as_str()).await;
        let revoked = change_each(&ids, revoke).await?;
        let nodes = Confirmations::of_region(&context).await;
        let views: Vec<_> = revoked.iter().map(|revoked| RevokedView::new(revoked, &nodes)).collect();
        match (self.output.format, views.as_slice()) {
            (Format::Json, [view]) if !self.accounts.are_several() => output::json(view),
            (Format::Json, views) => output::json(&views),
            (Format::Table, _) => {
                say(&revoked, &nodes);
                Ok(())
            }
        }
    }
}

/// The JSON output for one account.
#[derive(Serialize)]
struct RevokedView<'a> {
    client_id: &'a ClientId,
    epoch: i64,
    last_expiry: Timestamp,
    nodes: &'a Confirmations,
}

impl<'a> RevokedView<'a> {
    fn new(revoked: &'a RevokedTokens<AccountView>, nodes: &'a Confirmations) -> Self {
        let (account, last_expiry) = (&revoked.subject, revoked.last_expiry);
        Self { client_id: &account.client_id, epoch: account.epoch, last_expiry, nodes }
    }
}

fn say(revoked: &[RevokedTokens<AccountView>], nodes: &Confirmations) {
    let title = |RevokedTokens { subject: account, .. }: &RevokedTokens<AccountView>| {
        format!("{} ({} of {})", account.client_id, account.name, account.tenant)
    };
    let titles: Vec<String> = revoked.iter().map(title).collect();
    let last_expiry = revoked.iter().map(|revoked| revoked.last_expiry).max();
    let last_expiry = last_expiry.map(|end| end.to_string()).unwrap_or_default();
    let (accounts, accounts_again) = match titles.as_slice() {
        [_] => ("account", "The account can obtain new tokens with its secrets."),
        _ => ("accounts", "The accounts can obtain new tokens with their secrets."),
    };
    output::say(&format!(
        "Revoked all tokens of the {accounts} {}: introspection reports them as inactive. {} APIs that check tokens by \
         themselves accept them until they expire, with the current token lifetimes by {last_expiry}. {accounts_again}",
        titles.join(", "),
        nodes.sentence()
    ));
}
