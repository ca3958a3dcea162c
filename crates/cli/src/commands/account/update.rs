//! `jeton account update ID`

use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use jeton_admin::value::Label;
use jeton_core::admin::{AccountUpdate, Change};
use jeton_core::model::AccountName;
use jeton_protocol::ResourceUri;

use super::details::labels;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::audience;
use crate::input::values;
use crate::input::values::Clearable;
use crate::open::AdminContext;
use crate::print::output::OutputArgs;

/// Change the settings of an account
#[derive(Debug, Args)]
#[command(
    after_help = "Every running server applies the change within a second. Settings that are not named stay \
    unchanged.\n\n\
    Example:\n  jeton account update nightly --expires-in 30d \\\n    \
    --allow-cidr 192.0.2.7 --token-ttl none"
)]
pub(crate) struct Update {
    /// Account: client id, TENANT/NAME, or its name if only one account has it
    id: String,
    /// New account name, unique in its tenant
    #[arg(long, value_parser = values::new_name::<AccountName>)]
    name: Option<AccountName>,
    /// Token lifetime, 1s to 24h, or "none" for that of the resource
    #[arg(long, value_name = "DURATION", value_parser = values::duration_or_none)]
    token_ttl: Option<Clearable<Duration>>,
    /// Expire the account after this time, or "never"
    #[arg(long, value_name = "DURATION", value_parser = values::duration_or_never)]
    expires_in: Option<Clearable<Duration>>,
    /// Network that the account may call from, or "any"; replaces all previous networks; repeatable
    #[arg(long, value_name = "NET", value_parser = values::network_or_any)]
    allow_cidr: Vec<Clearable<IpNet>>,
    /// Granted resource for requests that name no resource, or "none"
    #[arg(long, value_name = "URI", value_parser = values::resource_or_none)]
    default_resource: Option<Clearable<ResourceUri>>,
    /// What the account is for; an empty text removes the description
    #[arg(long, value_name = "TEXT", value_parser = values::sentence)]
    description: Option<String>,
    /// Person or team that is responsible for the account; an empty text removes the owner
    #[arg(long, value_name = "TEXT", value_parser = values::label)]
    owner: Option<String>,
    /// Label to add or change, for example env=production; repeatable
    #[arg(long = "label", value_name = "KEY=VALUE")]
    labels: Vec<Label>,
    /// Key of a label to remove; repeatable
    #[arg(long = "remove-label", value_name = "KEY")]
    remove_labels: Vec<String>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Update {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let update = AccountUpdate {
            name: self.name,
            token_ttl: values::change(self.token_ttl),
            expires_in: values::change(self.expires_in),
            allow_cidr: networks(self.allow_cidr)?,
            default_resource: values::change(self.default_resource),
            description: text(self.description),
            owner: text(self.owner),
            set_labels: labels(self.labels)?,
            remove_labels: self.remove_labels.into_iter().collect(),
        };
        let context = AdminContext::open(globals).await?;
        let account = context.administration().update_account(context.by(), &self.id, &update).await?;
        super::show(&account, self.output)?;
        if let (Change::Set(given), Some(registered)) = (&update.default_resource, &account.default_resource)
        {
            audience::say_difference(given, registered);
        }
        Ok(())
    }
}

/// The change to a text: an empty one removes it.
fn text(given: Option<String>) -> Change<String> {
    given.map_or(Change::Keep, |text| if text.is_empty() { Change::Clear } else { Change::Set(text) })
}

/// Rejects `any` together with networks: it would cancel their restriction.
fn networks(named: Vec<Clearable<IpNet>>) -> Result<Option<Vec<IpNet>>, Failure> {
    if named.is_empty() {
        return Ok(None);
    }
    let (count, networks) = (named.len(), named.into_iter().filter_map(|Clearable(network)| network));
    let networks: Vec<IpNet> = networks.collect();
    if networks.len() == count || count == 1 {
        return Ok(Some(networks));
    }
    Err(Failure::Usage(
        "--allow-cidr any excludes other networks; omit either any or the networks".to_owned(),
    ))
}
