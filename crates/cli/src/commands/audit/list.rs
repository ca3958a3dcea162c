//! `jeton audit list`

use clap::Args;
use jeton_admin::error::AdminError;
use jeton_admin::request::{AuditFilter, AuditOrder, AuditPage};
use jeton_admin::value::{Chain, TenantName, Timestamp};
use jeton_admin::view::AuditRecord;
use jeton_protocol::ClientId;

use super::changes;
use super::record::RecordView;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::moment::Moment;
use crate::open::AdminContext;
use crate::print::output::{Listing, OutputArgs};

/// List who changed what, newest first
#[derive(Debug, Args)]
#[command(
    after_help = "Covers the whole database with all regions. An unknown action or kind is refused with the list of those \
    that exist.\n\n\
    Examples:\n  jeton audit list --account fin --since 30d\n  \
    jeton audit list --subject tenant:default --format json"
)]
pub(crate) struct List {
    /// List only changes of this account: its client id, or while it exists, TENANT/NAME or its name
    #[arg(long, value_name = "ID", conflicts_with = "subject")]
    account: Option<String>,
    /// List only changes of this subject, for example tenant:default; an account may be named as in other commands
    #[arg(long, value_name = "KIND:ID")]
    subject: Option<String>,
    /// List only this action, for example secret.rotate
    #[arg(long, value_name = "NAME")]
    action: Option<String>,
    /// List only changes by this actor, for example cli:root
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// List only changes to what this tenant owns, and to the tenant itself; records of earlier versions do not say it
    #[arg(long, value_name = "NAME")]
    tenant: Option<TenantName>,
    /// List only this chain of the log: a region, shared (what all regions share), or version-1 (earlier versions)
    #[arg(long, value_name = "CHAIN")]
    chain: Option<Chain>,
    /// List only changes at or after this time: 2026-11-24T05:00:00Z, 2026-11-24, or how long ago
    #[arg(long, value_name = "TIME")]
    since: Option<Moment>,
    /// List only changes before this time
    #[arg(long, value_name = "TIME")]
    until: Option<Moment>,
    /// List at most this many changes
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    output: OutputArgs,
}

impl List {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let (filter, unknown) = self.filter(&context).await?;
        let mut listing = Listing::new(self.output.format, &HEADER);
        let mut page = AuditPage { order: AuditOrder::NewestFirst, after: None, limit: 0 };
        let mut left = self.limit;
        while left > 0 {
            page.limit = left.min(PAGE);
            let records = context.administration().list_audit(context.by(), &filter, &page).await?;
            let Some(last) = records.last() else { break };
            page.after = Some(last.into());
            left = left.saturating_sub(u32::try_from(records.len()).unwrap_or(u32::MAX));
            print_page(&mut listing, &records)?;
        }
        match unknown {
            // The account does not exist and never did.
            Some(unknown) if page.after.is_none() => Err(unknown.into()),
            Some(_) | None => listing.end(),
        }
    }

    /// The filter, and the error if the account does not exist: it may have existed before.
    async fn filter(&self, context: &AdminContext) -> Result<(AuditFilter, Option<AdminError>), Failure> {
        let (mut subject, mut unknown) = (self.subject(), None);
        if let Some((kind, reference)) = &mut subject
            && kind == ACCOUNT
            && !reference.is_empty()
        {
            match context.administration().find_account(context.by(), reference).await {
                Ok(account) => *reference = account.client_id.to_string(),
                Err(error @ AdminError::NotFound(_)) if reference.parse::<ClientId>().is_ok() => {
                    unknown = Some(error);
                }
                Err(error) => return Err(error.into()),
            }
        }
        let moment = |moment: Option<Moment>| -> Option<Timestamp> {
            moment.map(|moment| moment.relative_to(AdminContext::now()))
        };
        let filter = AuditFilter {
            subject,
            action: self.action.clone(),
            actor: self.actor.clone(),
            tenant: self.tenant.clone(),
            chain: self.chain.clone(),
            since: moment(self.since),
            until: moment(self.until),
        };
        Ok((filter, unknown))
    }

    /// The kind and the id of the subject, as they were written.
    fn subject(&self) -> Option<(String, String)> {
        if let Some(account) = &self.account {
            return Some((ACCOUNT.to_owned(), account.clone()));
        }
        let subject = self.subject.as_deref()?;
        let (kind, id) = subject.split_once(':').unwrap_or((subject, ""));
        Some((kind.to_owned(), id.to_owned()))
    }
}

fn print_page(listing: &mut Listing<'_>, records: &[AuditRecord]) -> Result<(), Failure> {
    let views: Vec<RecordView<'_>> = records.iter().map(RecordView::new).collect();
    let mut records = records.iter();
    listing.page(&views, |view| {
        let Some(record) = records.next() else { return Vec::new() };
        vec![
            record.at.to_string(),
            record.chain.to_string(),
            record.sequence.0.to_string(),
            record.actor.clone(),
            record.action.clone(),
            format!("{}:{}", record.subject_kind, record.subject_id),
            changes::summary(view.before.as_ref(), view.after.as_ref()),
        ]
    })
}

/// The kind of subject whose id may also be the name of an account.
const ACCOUNT: &str = "account";

const HEADER: [&str; 7] = ["AT", "CHAIN", "SEQ", "ACTOR", "ACTION", "SUBJECT", "CHANGED"];

const PAGE: u32 = 500;
