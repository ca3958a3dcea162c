//! Verifies the summaries of clients' revocations: computes each again from the rows that are still stored.
//!
//! The chain must be intact, so that the summaries are those that were written.

use std::time::Duration;

use jeton_protocol::RegionName;
use serde::Deserialize;
use serde_json::Value;

use crate::admin::audit::chain::{BrokenLog, LogFault};
use crate::memory::revoked_tokens::RETENTION_AFTER_EXPIRY;
use crate::model::{Chain, Timestamp};
use crate::store::{
    Action, AuditLog, AuditRecord, ChainPage, RevocationNumber, RevocationRange, RevocationSummaryStore,
    Sequence, StoreError,
};
use crate::token::client_revocations::summary::RevocationSummary;

/// The first summary that differs from the stored rows; `None` if none differs. Rows are removed long after their tokens
/// expired, so of old summaries only those are checked whose rows are all stored. `now` says which ones are old.
///
/// # Errors
/// [`StoreError`] if the log or the rows cannot be read to their end.
pub(in crate::admin) async fn verify_summaries<S>(
    store: &S,
    now: Timestamp,
) -> Result<Option<BrokenLog>, StoreError>
where
    S: AuditLog + RevocationSummaryStore + ?Sized,
{
    for chain in store.list_chains().await? {
        if let Chain::Region(region) = chain.end.chain
            && let Some(broken) = verify_region(store, &region, now).await?
        {
            return Ok(Some(broken));
        }
    }
    Ok(None)
}

async fn verify_region<S>(
    store: &S,
    region: &RegionName,
    now: Timestamp,
) -> Result<Option<BrokenLog>, StoreError>
where
    S: AuditLog + RevocationSummaryStore + ?Sized,
{
    let chain = Chain::Region(region.clone());
    let (mut read, mut summarized) = (Sequence::START, RevocationNumber::default());
    loop {
        let page = ChainPage { chain: chain.clone(), after: read, limit: RECORDS_PER_PAGE };
        let records = store.list_chain(&page).await?;
        let Some(last) = records.last() else { return Ok(None) };
        read = last.sequence;
        let is_summary = |record: &&AuditRecord| record.action == Action::SummarizeRevocations.as_str();
        for record in records.iter().filter(is_summary) {
            match LoggedSummary::of(record) {
                Some(summary) if has_rows(store, region, &summary, summarized, now).await? => {
                    summarized = summary.last();
                }
                Some(_) | None => {
                    let (sequence, fault) = (record.sequence, LogFault::SummaryDiffers);
                    return Ok(Some(BrokenLog { chain, sequence, fault }));
                }
            }
        }
    }
}

/// A summary of the log.
struct LoggedSummary {
    at: Timestamp,
    document: Value,
    bounds: SummaryBounds,
}

#[derive(Deserialize)]
struct SummaryBounds {
    last: i64,
    count: u64,
}

impl LoggedSummary {
    /// The summary in a record; `None` if it has none that can be read.
    fn of(record: &AuditRecord) -> Option<Self> {
        let document: Value = serde_json::from_str(record.after.as_ref()?).ok()?;
        let bounds = SummaryBounds::deserialize(&document).ok()?;
        Some(Self { at: record.at, document, bounds })
    }

    fn last(&self) -> RevocationNumber {
        RevocationNumber(self.bounds.last)
    }
}

/// Whether the stored rows of `region` after `after`, the last row of the summary before, have this summary.
async fn has_rows<S: RevocationSummaryStore + ?Sized>(
    store: &S,
    region: &RegionName,
    logged: &LoggedSummary,
    after: RevocationNumber,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let mut range = RevocationRange { after, through: logged.last() };
    let mut summary = RevocationSummary::default();
    loop {
        let rows = store.list_client_revocations(region, range, ROWS_PER_PAGE).await?;
        summary.add(&rows);
        range.after = summary.last();
        if rows.len() < ROWS_PER_PAGE as usize {
            break;
        }
    }
    let may_be_removed = logged.at.after(ROWS_ARE_KEPT_FOR) <= now;
    if may_be_removed && summary.count() < logged.bounds.count {
        return Ok(true);
    }
    Ok(summary.into_document().as_ref() == Some(&logged.document))
}

/// The rows of a summary exist at least this long. A token that is revoked may have expired a minute ago, and clocks
/// differ by minutes.
const ROWS_ARE_KEPT_FOR: Duration = RETENTION_AFTER_EXPIRY.saturating_sub(Duration::from_hours(1));
const RECORDS_PER_PAGE: u32 = 500;
const ROWS_PER_PAGE: u32 = 5_000;

#[cfg(test)]
mod tests {
    use async_trait::async_trait;

    use super::*;
    use crate::model::{Actor, TokenId};
    use crate::store::{
        AuditEntry, AuditFilter, AuditPage, ChainEnd, ClientRevocation, StoredChain, Subject,
    };

    /// A log with summaries, and the rows of the regions `us` and `eu`.
    #[derive(Debug, Default, Clone)]
    struct Database {
        log: Vec<AuditRecord>,
        us: Vec<ClientRevocation>,
        eu: Vec<ClientRevocation>,
    }

    #[async_trait]
    impl AuditLog for Database {
        async fn list_audit(
            &self,
            _filter: &AuditFilter,
            _page: &AuditPage,
        ) -> Result<Vec<AuditRecord>, StoreError> {
            unreachable!("the order of times is not that of a chain")
        }

        async fn list_chains(&self) -> Result<Vec<StoredChain>, StoreError> {
            let chain = |chain| StoredChain { end: ChainEnd::empty(chain), last_at: None };
            Ok(vec![chain(region("eu")), chain(region("us")), chain(Chain::Shared)])
        }

        async fn list_chain(&self, page: &ChainPage) -> Result<Vec<AuditRecord>, StoreError> {
            let is_next = |one: &&AuditRecord| one.chain == page.chain && one.sequence > page.after;
            Ok(self.log.iter().filter(is_next).take(1).cloned().collect())
        }
    }

    fn region(name: &str) -> Chain {
        Chain::Region(name.parse().unwrap())
    }

    #[async_trait]
    impl RevocationSummaryStore for Database {
        async fn find_summarized(&self) -> Result<RevocationNumber, StoreError> {
            unreachable!("verification does not need it")
        }

        async fn list_client_revocations(
            &self,
            region: &RegionName,
            range: RevocationRange,
            limit: u32,
        ) -> Result<Vec<ClientRevocation>, StoreError> {
            let rows = if region.as_str() == "us" { &self.us } else { &self.eu };
            let is_in_range =
                |row: &&ClientRevocation| row.number > range.after && row.number <= range.through;
            Ok(rows.iter().filter(is_in_range).take(limit as usize).cloned().collect())
        }

        async fn add_revocation_summary(
            &self,
            _summarized: RevocationNumber,
            _last: RevocationNumber,
            _audit: &AuditEntry,
        ) -> Result<(), StoreError> {
            unreachable!("verification writes nothing")
        }
    }

    impl Database {
        /// Two summaries of `us` and one of `eu`, which were written at 0 seconds.
        fn new() -> Self {
            let row = |number: u8| ClientRevocation {
                number: RevocationNumber(number.into()),
                token: TokenId::from_bytes([number; 16]),
                client_id: "a".parse().unwrap(),
                expires_at: Timestamp::from_unix(3_600),
                revoked_at: Timestamp::from_unix(0),
            };
            let us = [1, 2, 4, 5].map(row).to_vec();
            let mut database = Self { us: us.clone(), eu: vec![row(3)], ..Self::default() };
            for (name, after, rows) in [("us", 0, &us[..2]), ("eu", 0, &[row(3)]), ("us", 1, &us[2..])] {
                let mut summary = RevocationSummary::default();
                summary.add(rows);
                let entry = AuditEntry {
                    at: Timestamp::from_unix(0),
                    actor: Actor::Server,
                    action: Action::SummarizeRevocations,
                    tenant: None,
                    subject: Subject::Region(name.parse().unwrap()),
                    before: None,
                    after: summary.into_document(),
                };
                let end = ChainEnd { sequence: Sequence(after), ..ChainEnd::empty(region(name)) };
                database.log.push(end.next_record(&entry));
            }
            database
        }

        /// The record of the first summary that is found to differ, when the log is verified after `hours`.
        async fn differs(&self, hours: u64) -> Option<String> {
            let now = Timestamp::from_unix(0).after(Duration::from_hours(hours));
            let broken = verify_summaries(self, now).await.unwrap()?;
            assert_eq!(broken.fault, LogFault::SummaryDiffers);
            Some(format!("{} {}", broken.chain, broken.sequence.0))
        }

        async fn differs_after(&self, change: impl FnOnce(&mut Self)) -> Option<String> {
            let mut changed = self.clone();
            change(&mut changed);
            changed.differs(1).await
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "it stands for a result")]
    fn differing(record: &str) -> Option<String> {
        Some(record.to_owned())
    }

    #[tokio::test]
    async fn unchanged_rows_have_their_summaries() {
        for hours in [0, 1, 23, 24, 1_000] {
            assert_eq!(Database::new().differs(hours).await, None);
        }
        assert_eq!(Database::default().differs(1).await, None);
    }

    #[tokio::test]
    async fn any_difference_of_the_rows_is_found_in_the_summary_that_covers_them() {
        let database = Database::new();
        let other = |one: &ClientRevocation, number| ClientRevocation {
            number: RevocationNumber(number),
            token: TokenId::from_bytes([99; 16]),
            ..one.clone()
        };
        assert_eq!(database.differs_after(|changed| drop(changed.us.remove(1))).await, differing("us 1"));
        assert_eq!(database.differs_after(|changed| drop(changed.us.remove(3))).await, differing("us 2"));
        assert_eq!(database.differs_after(|changed| changed.eu.clear()).await, differing("eu 1"));
        assert_eq!(
            database.differs_after(|changed| changed.us[0].expires_at = Timestamp::from_unix(1)).await,
            differing("us 1")
        );
        // A row between two summaries, which is in neither range from `first` to `last`.
        assert_eq!(
            database.differs_after(|changed| changed.us.insert(2, other(&changed.us[0], 3))).await,
            differing("us 2")
        );
        // Rows after the last summary are not summarized yet.
        assert_eq!(database.differs_after(|changed| changed.us.push(other(&changed.us[0], 6))).await, None);
    }

    #[tokio::test]
    async fn a_summary_that_cannot_be_read_differs() {
        let database = Database::new();
        for after in [None, Some("{}"), Some("[]"), Some(r#"{"last":2,"count":-1}"#)] {
            let change = |changed: &mut Database| changed.log[0].after = after.map(str::to_owned);
            assert_eq!(database.differs_after(change).await, differing("us 1"));
        }
    }

    #[tokio::test]
    async fn rows_of_an_old_summary_may_be_removed_but_not_changed_or_added() {
        let mut database = Database::new();
        database.us.remove(0);
        assert_eq!((database.differs(23).await, database.differs(24).await), (differing("us 1"), None));
        let mut database = Database::new();
        database.us[0].client_id = "b".parse().unwrap();
        assert_eq!(database.differs(1_000).await, differing("us 1"));
        let mut database = Database::new();
        let added = ClientRevocation { number: RevocationNumber(2), ..database.eu[0].clone() };
        database.eu.insert(0, added);
        assert_eq!(database.differs(1_000).await, differing("eu 1"));
    }
}
