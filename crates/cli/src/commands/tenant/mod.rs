//! `jeton tenant …`: the customers that own accounts.

mod create;
mod delete;
mod disable;
mod enable;
mod list;
mod rename;
mod revoke_tokens;
mod show;
mod update;

use clap::Subcommand;
use jeton_admin::value::TenantName;
use jeton_admin::view::{TenantSummary, TenantView};

use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::confirm::{Confirmation, count_of_accounts};
use crate::open::AdminContext;

/// Manage tenants, the customers that own accounts
#[derive(Debug, Subcommand)]
pub(crate) enum TenantCommand {
    Create(create::Create),
    List(list::List),
    Show(show::Show),
    Update(update::Update),
    Rename(rename::Rename),
    Disable(disable::Disable),
    Enable(enable::Enable),
    RevokeTokens(revoke_tokens::RevokeTokens),
    Delete(delete::Delete),
}

impl TenantCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(globals).await,
            Self::List(command) => command.run(globals).await,
            Self::Show(command) => command.run(globals).await,
            Self::Update(command) => command.run(globals).await,
            Self::Rename(command) => command.run(globals).await,
            Self::Disable(command) => command.run(globals).await,
            Self::Enable(command) => command.run(globals).await,
            Self::RevokeTokens(command) => command.run(globals).await,
            Self::Delete(command) => command.run(globals).await,
        }
    }
}

/// Asks whether to do something to all accounts of the tenant. `effect` says what, such as "revokes the tokens".
async fn confirm(
    confirmation: Confirmation,
    context: &AdminContext,
    tenant: &TenantName,
    effect: &str,
) -> Result<(), Failure> {
    if confirmation.is_given() {
        return Ok(());
    }
    let summary = context.administration().summarize_tenant(context.by(), tenant).await?;
    let count = count_of_accounts(summary.accounts_in_all_regions);
    let of = format!("of the tenant {tenant}, which has {count} in all regions");
    confirmation.ask_to_continue(&format!("{effect} {of}"))
}

/// A tenant as fields of a table.
fn fields(view: &TenantView) -> Vec<(&'static str, String)> {
    vec![
        ("Name", view.name.to_string()),
        ("State", state(view).to_owned()),
        ("Accounts", accounts(view).to_owned()),
        ("Created", view.created_at.to_string()),
    ]
}

fn state(view: &TenantView) -> &'static str {
    if view.enabled { "enabled" } else { "disabled" }
}

fn accounts(view: &TenantView) -> &'static str {
    if view.accounts_allowed { "allowed" } else { "denied" }
}

/// How many accounts it has in the region, and in all regions if that is more.
fn count(summary: &TenantSummary) -> String {
    let TenantSummary { accounts, accounts_in_all_regions: all, .. } = summary;
    if accounts == all { accounts.to_string() } else { format!("{accounts} ({all} in all regions)") }
}
