//! `jeton account list`

use clap::{Args, ValueEnum};
use jeton_admin::request::{AccountCursor, AccountFilter, AccountPage, AccountSort, StateFilter};
use jeton_admin::value::{Label, TenantName};
use jeton_admin::view::{AccountList, AccountView};
use jeton_protocol::{ResourceUri, ScopeName};

use super::details::labels;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Listing, OutputArgs};

/// List the accounts of the region
#[derive(Debug, Args)]
#[command(
    after_help = "An account is listed if all conditions hold. If --limit leaves accounts out, the end of the list says \
    how to continue.\n\n\
    Examples:\n  jeton account list --tenant customer --format json\n  \
    jeton account list --name billing --state enabled\n  \
    jeton account list --label env=production --scope read:me\n  \
    jeton account list --sort last-used --limit 20"
)]
pub(crate) struct List {
    /// Part of the name; upper and lower case are the same
    #[arg(long, value_name = "TEXT")]
    name: Option<String>,
    /// Tenant that owns the account
    #[arg(long, value_name = "NAME")]
    tenant: Option<TenantName>,
    /// State of the account
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Resource on which the account has a grant
    #[arg(long, value_name = "URI")]
    resource: Option<ResourceUri>,
    /// Scope that the account is granted
    #[arg(long, value_name = "NAME")]
    scope: Option<ScopeName>,
    /// Label of the account; repeatable
    #[arg(long = "label", value_name = "KEY=VALUE")]
    labels: Vec<Label>,
    /// Order of the list
    #[arg(long, value_enum, default_value_t = Sort::Id)]
    sort: Sort,
    /// List at most this many accounts
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    limit: Option<u32>,
    /// Continue after this position, which the end of the previous list shows
    #[arg(long, value_name = "POSITION")]
    after: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum State {
    /// Can get tokens
    Enabled,
    /// Disabled
    Disabled,
    /// Expired
    Expired,
    /// Its tenant is disabled, or may not have accounts
    Blocked,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Sort {
    /// By client id
    Id,
    /// By name
    Name,
    /// Newest first
    Created,
    /// Used last first, never used at the end
    LastUsed,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let (limit, format) = (self.limit, self.output.format);
        let mut page = self.page()?;
        let context = AdminContext::open(globals).await?;
        check_names(&context, &page.filter).await?;
        let mut listing = Listing::new(format, &HEADER);
        let (mut shown, mut total) = (0, None);
        loop {
            page.limit = limit.map_or(PAGE, |limit| PAGE.min(limit - shown));
            // Only the first page counts: the number is for the message at the end.
            page.count = limit.is_some() && shown == 0;
            let list = context.administration().list_accounts(context.by(), &page).await?;
            total = total.or(list.total);
            shown += u32::try_from(list.accounts.len()).unwrap_or(u32::MAX);
            print_page(&mut listing, &list)?;
            page.after = list.next;
            if page.after.is_none() || limit.is_some_and(|limit| shown >= limit) {
                break;
            }
        }
        listing.end()?;
        if let Some(next) = page.after {
            let all = total.map_or(String::new(), |total| format!(" of {total}"));
            output::say(&format!("{shown}{all}; more with --after {next}"));
        }
        Ok(())
    }

    /// The first page, without its limit.
    fn page(self) -> Result<AccountPage, Failure> {
        let sort = match self.sort {
            Sort::Id => AccountSort::Id,
            Sort::Name => AccountSort::Name,
            Sort::Created => AccountSort::Created,
            Sort::LastUsed => AccountSort::LastUsed,
        };
        let after = self.after.map(|text| AccountCursor::parse(sort, &text)).transpose();
        let filter = AccountFilter {
            name: self.name,
            tenant: self.tenant,
            state: self.state.map(|state| match state {
                State::Enabled => StateFilter::Enabled,
                State::Disabled => StateFilter::Disabled,
                State::Expired => StateFilter::Expired,
                State::Blocked => StateFilter::Blocked,
            }),
            resource: self.resource,
            scope: self.scope,
            labels: labels(self.labels)?,
        };
        let after = after.map_err(|error| Failure::Usage(format!("--after is {error}")))?;
        Ok(AccountPage { filter, sort, after, limit: 0, count: false })
    }
}

/// Refuses names that do not exist: a mistyped one would find nothing.
async fn check_names(context: &AdminContext, filter: &AccountFilter) -> Result<(), Failure> {
    if let Some(tenant) = &filter.tenant {
        context.administration().find_tenant(context.by(), tenant).await?;
    }
    if let Some(resource) = &filter.resource {
        context.administration().find_resource(context.by(), resource).await?;
    }
    Ok(())
}

fn print_page(listing: &mut Listing<'_>, list: &AccountList<AccountView>) -> Result<(), Failure> {
    listing.page(&list.accounts, |view| {
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
            view.created_at.to_string(),
            view.last_used_at.map_or("never".to_owned(), |at| at.to_string()),
        ]
    })
}

const HEADER: [&str; 9] =
    ["CLIENT ID", "NAME", "TENANT", "STATE", "GRANTS", "SECRETS", "EXPIRES", "CREATED", "LAST USED"];

const PAGE: u32 = 500;
