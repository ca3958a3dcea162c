//! `jeton secret unused`

use std::time::Duration;

use clap::Args;
use jeton_admin::request::UnusedSecretPage;
use jeton_admin::value::TenantName;
use jeton_admin::view::UnusedSecretView;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::values;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, Listing, OutputArgs};

/// List the active secrets that were not used for some time; exit code 1 if there are any
#[derive(Debug, Args)]
#[command(after_help = "For cron: prints nothing and exits with code 0 if every active secret was used.\n\
    A secret that was never used counts from its creation. Uses are recorded up to 30 seconds late.\n\
    Accounts that cannot get tokens (disabled, expired, or blocked by their tenant) are not listed.\n\n\
    Example:\n  jeton secret unused --for 90d --tenant customer")]
pub(crate) struct Unused {
    /// List secrets that were not used for this time
    #[arg(long = "for", value_name = "DURATION", default_value = "90d", value_parser = values::any_duration)]
    idle_for: Duration,
    /// List only secrets of accounts of this tenant
    #[arg(long, value_name = "NAME")]
    tenant: Option<TenantName>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Unused {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let now = AdminContext::now();
        let (unused_since, tenant) = (now.before(self.idle_for), self.tenant);
        let mut page = UnusedSecretPage { now, unused_since, tenant, after: None, limit: PAGE };
        let mut listing = Listing::new(self.output.format, &HEADER);
        let mut count = 0;
        loop {
            let unused = context.administration().list_unused_secrets(context.by(), &page).await?;
            listing.page(&unused.secrets, row)?;
            count += unused.secrets.len();
            page.after = unused.next;
            if page.after.is_none() {
                break;
            }
        }
        if count == 0 && self.output.format == Format::Table {
            // Cron mails all output.
            return Ok(());
        }
        listing.end()?;
        if count == 0 {
            return Ok(());
        }
        output::say(&format!(
            "Active secrets that were not used since {unused_since}: {count}. `jeton secret revoke ID SECRET_ID` \
             revokes one, `jeton account disable ID` disables its account."
        ));
        Err(Failure::Silent { exit_code: 1 })
    }
}

fn row(view: &UnusedSecretView) -> Vec<String> {
    vec![
        view.client_id.to_string(),
        view.name.clone(),
        view.tenant.to_string(),
        view.secret_id.to_string(),
        view.label.clone().unwrap_or_default(),
        view.last_four.clone(),
        view.created_at.to_string(),
        super::moment(view.expires_at),
        super::moment(view.last_used_at),
    ]
}

const HEADER: [&str; 9] =
    ["CLIENT ID", "NAME", "TENANT", "SECRET ID", "LABEL", "LAST 4", "CREATED", "EXPIRES", "LAST USED"];

const PAGE: u32 = 500;
