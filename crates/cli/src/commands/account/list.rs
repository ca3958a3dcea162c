//! `jeton account list`

use clap::Args;
use jeton_admin::request::AccountPage;
use jeton_admin::value::TenantName;
use jeton_admin::view::AccountView;
use jeton_protocol::ScopeName;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output::{Listing, OutputArgs};

/// List the accounts of the region
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  jeton account list --tenant customer --format json")]
pub(crate) struct List {
    /// List only accounts of this tenant
    #[arg(long, value_name = "NAME")]
    tenant: Option<TenantName>,
    /// List at most this many accounts
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        if let Some(tenant) = &self.tenant {
            context.administration().find_tenant(context.by(), tenant).await?;
        }
        let mut listing = Listing::new(self.output.format, &HEADER);
        let mut left = self.limit.unwrap_or(u32::MAX);
        let mut page = AccountPage { after: None, tenant: self.tenant, limit: 0 };
        while left > 0 {
            page.limit = left.min(PAGE);
            let accounts = context.administration().list_accounts(context.by(), &page).await?;
            let Some(last) = accounts.last() else { break };
            page.after = Some(last.client_id.clone());
            let found = u32::try_from(accounts.len()).unwrap_or(u32::MAX);
            print_page(&mut listing, &accounts)?;
            left = left.saturating_sub(found);
            if found < page.limit {
                break;
            }
        }
        listing.end()
    }
}

fn print_page(listing: &mut Listing<'_>, accounts: &[AccountView]) -> Result<(), Failure> {
    listing.page(accounts, |view| {
        let grants = view.grants.iter().flat_map(|grant| &grant.scopes).map(ScopeName::as_str);
        let introspects = view.introspects.iter().map(|_| "introspect");
        vec![
            view.client_id.to_string(),
            view.name.clone(),
            view.tenant.to_string(),
            super::state(view).to_owned(),
            grants.chain(introspects).collect::<Vec<_>>().join(" "),
            view.active_secrets().count().to_string(),
            view.expires_at.map_or("never".to_owned(), |end| end.to_string()),
        ]
    })
}

const HEADER: [&str; 7] = ["CLIENT ID", "NAME", "TENANT", "STATE", "GRANTS", "SECRETS", "EXPIRES"];

const PAGE: u32 = 500;
