//! `jeton account …`: service accounts.

mod create;
mod delete;
mod details;
mod disable;
mod enable;
mod entitlement;
mod grant;
mod import;
mod import_file;
mod list;
mod new_account;
mod recover;
mod revoke_tokens;
mod several;
mod show;
mod ungrant;
mod update;

use clap::Subcommand;
use jeton_admin::view::{AccountState, AccountView};
use jeton_protocol::ScopeName;

use super::resource::lifetime;
use super::secret::line as secret_line;
use crate::commands::confirmations::Confirmations;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Manage service accounts, the OAuth clients of customers' systems
#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    Create(Box<create::Create>),
    Import(Box<import::Import>),
    List(list::List),
    Show(show::Show),
    Update(Box<update::Update>),
    Disable(disable::Disable),
    Enable(enable::Enable),
    Delete(delete::Delete),
    Grant(grant::Grant),
    Ungrant(ungrant::Ungrant),
    RevokeTokens(revoke_tokens::RevokeTokens),
    Recover(recover::Recover),
}

impl AccountCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::Create(command) => command.run(globals).await,
            Self::Import(command) => command.run(globals).await,
            Self::List(command) => command.run(globals).await,
            Self::Show(command) => command.run(globals).await,
            Self::Update(command) => command.run(globals).await,
            Self::Disable(command) => command.run(globals).await,
            Self::Enable(command) => command.run(globals).await,
            Self::Delete(command) => command.run(globals).await,
            Self::Grant(command) => command.run(globals).await,
            Self::Ungrant(command) => command.run(globals).await,
            Self::RevokeTokens(command) => command.run(globals).await,
            Self::Recover(command) => command.run(globals).await,
        }
    }
}

/// Prints the account.
fn show(account: &AccountView, output: OutputArgs) -> Result<(), Failure> {
    output.show(account, &fields(account))
}

/// As [`show`], after a change that running servers must apply: waits for them.
async fn show_confirmed(
    context: &AdminContext,
    account: &AccountView,
    output: OutputArgs,
) -> Result<(), Failure> {
    let nodes = Confirmations::of_region(context).await;
    output.show(&nodes.with(account), &fields(account))?;
    nodes.say(output.format);
    Ok(())
}

/// The state of the account in a word or two.
fn state(account: &AccountView) -> &'static str {
    match account.state {
        AccountState::Enabled => "enabled",
        AccountState::Disabled => "disabled",
        AccountState::Expired => "expired",
        AccountState::BlockedByTenant => "blocked by its tenant",
    }
}

fn fields(view: &AccountView) -> Vec<(&'static str, String)> {
    let active: Vec<_> = view.active_secrets().collect();
    let networks = if view.allow_cidr.is_empty() { "any".to_owned() } else { view.allow_cidr.join(" ") };
    let mut fields = vec![
        ("Client ID", view.client_id.to_string()),
        ("Name", view.name.clone()),
        ("Tenant", view.tenant.to_string()),
        ("Region", view.region.to_string()),
        ("State", state(view).to_owned()),
    ];
    fields.extend(view.description.iter().map(|text| ("Description", text.clone())));
    fields.extend(view.owner.iter().map(|text| ("Owner", text.clone())));
    fields.extend(view.labels.iter().map(|(key, value)| ("Label", format!("{key}={value}"))));
    for grant in &view.grants {
        let names: Vec<&str> = grant.scopes.iter().map(ScopeName::as_str).collect();
        fields.push(("Grant", format!("{} on {}", names.join(" "), grant.resource)));
    }
    fields.extend(view.introspects.iter().map(|uri| ("Introspects", uri.to_string())));
    if let Some(uri) = &view.default_resource {
        fields.push(("Default resource", uri.to_string()));
    }
    fields.push(("Networks", networks));
    fields.push(("Token lifetime", lifetime(view.token_ttl)));
    fields.push(("Expires", view.expires_at.map_or("never".to_owned(), |end| end.to_string())));
    fields.push(("Active secrets", active.len().to_string()));
    fields.extend(active.iter().map(|secret| ("Secret", secret_line(secret))));
    fields.push(("Created", view.created_at.to_string()));
    fields.push(("Last used", view.last_used_at.map_or("never".to_owned(), |at| at.to_string())));
    fields
}
