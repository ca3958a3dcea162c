//! `jeton secret expiring`

use std::time::Duration;

use clap::Args;
use jeton_core::admin::view::ExpiringSecretView;
use jeton_core::store::ExpiringSecretPage;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::{self, Format, Listing, OutputArgs};
use crate::values;

/// List the accounts whose last secret ends soon; exit code 1 if there are any
#[derive(Debug, Args)]
#[command(after_help = "Made for cron: exit code 0 and not a word while all is well.\n\
    An account counts by its live secret that ends last: a secret in its grace beside a longer\n\
    one that may do as much is no alarm.\n\
    Accounts that get no tokens anyway, being disabled or expired or by their tenant, are left out, and so are\n\
    secrets that have ended already.\n\n\
    Example:\n  jeton secret expiring --within 30d")]
pub(crate) struct Expiring {
    /// How soon, counted from now
    #[arg(long, value_name = "DURATION", default_value = "30d", value_parser = values::any_duration)]
    within: Duration,
    #[command(flatten)]
    output: OutputArgs,
}

impl Expiring {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let now = opened.administrator.now();
        let mut page = ExpiringSecretPage { now, until: now.after(self.within), after: None, limit: PAGE };
        let mut listing = Listing::new(self.output.format, &HEADER);
        let mut count = 0;
        loop {
            let ending = opened.administrator.store().list_expiring_secrets(&page).await?;
            let views: Vec<ExpiringSecretView> = ending.iter().map(ExpiringSecretView::from).collect();
            listing.page(&views, row)?;
            count += ending.len();
            match ending.last() {
                Some(last) if ending.len() >= PAGE as usize => {
                    page.after = Some((last.expires_at, last.credential.clone()));
                }
                Some(_) | None => break,
            }
        }
        if count == 0 && self.output.format == Format::Table {
            // Cron mails every word.
            return Ok(());
        }
        listing.end()?;
        if count == 0 {
            return Ok(());
        }
        output::say(&format!(
            "Accounts that lose their last secret by {}: {count}. `jeton secret rotate ID` gives one a new secret.",
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
    ["CLIENT ID", "NAME", "TENANT", "SECRET ID", "LABEL", "ENDS IN", "EXPIRES", "LAST USED"];

const PAGE: u32 = 500;
