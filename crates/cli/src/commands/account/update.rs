//! `jeton account update ID`

use std::time::Duration;

use clap::Args;
use ipnet::IpNet;
use jeton_core::admin::AccountUpdate;
use jeton_core::model::AccountName;
use jeton_protocol::ResourceUri;

use crate::audience;
use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::OutputArgs;
use crate::values::{self, Clearable};

/// Change an account's own settings
#[derive(Debug, Args)]
#[command(
    after_help = "In force on every running server within a second. What is not named stays as it is.\n\n\
    Example:\n  jeton account update nightly --expires-in 30d \\\n    \
    --allow-cidr 192.0.2.7 --token-ttl none"
)]
pub(crate) struct Update {
    /// Its client id, TENANT/NAME, or its name where only one account has it
    id: String,
    /// What people call it; unique in its tenant
    #[arg(long, value_parser = values::new_name::<AccountName>)]
    name: Option<AccountName>,
    /// How long its tokens live, 1s to 24h, or "none" for the resource's
    #[arg(long, value_name = "DURATION", value_parser = values::duration_or_none)]
    token_ttl: Option<Clearable<Duration>>,
    /// When the account ends, counted from now, or "never"
    #[arg(long, value_name = "DURATION", value_parser = values::duration_or_never)]
    expires_in: Option<Clearable<Duration>>,
    /// The networks that it may call from, instead of those before; may be repeated; or "any"
    #[arg(long, value_name = "NET", value_parser = values::network_or_any)]
    allow_cidr: Vec<Clearable<IpNet>>,
    /// The granted resource meant by a request that names none, or "none"
    #[arg(long, value_name = "URI", value_parser = values::resource_or_none)]
    default_resource: Option<Clearable<ResourceUri>>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Update {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let update = AccountUpdate {
            name: self.name,
            token_ttl: self.token_ttl.map(|Clearable(ttl)| ttl),
            expires_in: self.expires_in.map(|Clearable(within)| within),
            allow_cidr: networks(self.allow_cidr)?,
            default_resource: self.default_resource.map(|Clearable(uri)| uri),
        };
        let opened = Opened::open(globals).await?;
        let account = opened.administrator.update_account(&self.id, &update).await?;
        super::show(&opened, &account, self.output)?;
        if let (Some(Some(given)), Some(registered)) = (&update.default_resource, &account.default_resource) {
            audience::say_difference(given, registered);
        }
        Ok(())
    }
}

/// `any` among networks would open what the others close.
fn networks(named: Vec<Clearable<IpNet>>) -> Result<Option<Vec<IpNet>>, Failure> {
    if named.is_empty() {
        return Ok(None);
    }
    let (count, networks) = (named.len(), named.into_iter().filter_map(|Clearable(network)| network));
    let networks: Vec<IpNet> = networks.collect();
    if networks.len() == count || count == 1 {
        return Ok(Some(networks));
    }
    Err(Failure::Usage("--allow-cidr any stands alone; leave it out, or leave the networks out".to_owned()))
}
