//! `jeton secret expiring`

use std::time::Duration;

use clap::Args;
use jeton_admin::request::ExpiringSecretPage;
use jeton_admin::value::TenantName;
use jeton_admin::view::ExpiringSecretView;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::values;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, Listing, OutputArgs};

/// List the accounts whose last secret expires soon; exit code 1 if there are any
#[derive(Debug, Args)]
#[command(after_help = "For cron: prints nothing and exits with code 0 if no secret expires soon.\n\
    Only the active secret of an account that expires last counts. A secret in its grace period is not listed if a \
    secret with the same rights lasts longer.\n\
    Accounts that cannot get tokens (disabled, expired, or blocked by their tenant) and expired secrets are not \
    listed.\n\n\
    Example:\n  jeton secret expiring --within 30d")]
pub(crate) struct Expiring {
    /// List secrets that expire within this time
    #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = values::any_duration)]
    within: Duration,
    /// List only secrets of accounts of this tenant
    #[arg(long, value_name = "NAME")]
    tenant: Option<TenantName>,
    #[command(flatten)]
    output: OutputArgs,
}

impl Expiring {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let now = AdminContext::now();
        let (until, tenant) = (now.after(self.within), self.tenant);
        let mut page = ExpiringSecretPage { now, until, tenant, after: None, limit: PAGE };
        let mut listing = Listing::new(self.output.format, &HEADER);
        let mut count = 0;
        loop {
            let views = context.administration().list_expiring_secrets(context.by(), &page).await?;
            listing.page(&views, row)?;
            count += views.len();
            match views.last() {
                Some(last) if views.len() >= PAGE as usize => {
                    page.after = Some((last.expires_at, last.secret_id.clone()));
                }
                Some(_) | None => break,
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
            "Accounts whose last secret expires by {}: {count}. `jeton secret rotate ID` creates a new secret.",
            page.until
        ));
        Err(Failure::Silent { exit_code: 1 })
    }
}

fn row(view: &ExpiringSecretView) -> Vec<String> {
    vec![
        view.client_id.to_string(),
        view.name.clone(),
        view.tenant.to_string(),
        view.secret_id.to_string(),
        view.label.clone().unwrap_or_default(),
        view.last_four.clone(),
        view.expires_at.to_string(),
        super::moment(view.last_used_at),
    ]
}

const HEADER: [&str; 8] =
    ["CLIENT ID", "NAME", "TENANT", "SECRET ID", "LABEL", "LAST 4", "EXPIRES", "LAST USED"];

const PAGE: u32 = 500;
