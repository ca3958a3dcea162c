//! Copies a store in passes: all rows first, then what has changed since, and the last changes while the source
//! refuses new ones.

use std::pin::pin;
use std::time::Duration;

use tokio::sync::mpsc::channel;
use tokio::time::timeout;

use super::changes::Changes;
use super::pages::Pages;
use super::{CopySource, Fence, Row, RowReader, RowWriter, TABLES, Table};
use crate::clock::Clock;
use crate::store::{BackupError, CopyMonitor, CopyPhase};

/// The result of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// The rows that the first pass copied.
    pub rows: u64,
    /// The rows that changed meanwhile and were copied again.
    pub changed: u64,
    /// How long the source refused changes before the copy was complete.
    pub fenced_for: Duration,
}

/// Copies the rows of one moment, and checks them.
///
/// # Errors
/// A [`BackupError`]. Nothing is published.
pub async fn copy_rows(
    reader: &mut dyn RowReader,
    writer: &mut dyn RowWriter,
    watch: &CopyMonitor,
) -> Result<u64, BackupError> {
    let (rows, _) = watch.unless_stopped(first_pass(reader, writer, watch)).await?;
    watch.unless_stopped(writer.build_indexes()).await?;
    watch.unless_stopped(writer.check()).await?;
    Ok(rows)
}

/// Copies everything that `source` holds, publishes the copy, and leaves the source fenced.
///
/// The source can be changed except for the last pass. It is read in every pass; a pass writes only what has changed.
/// There is more than one pass before the fence if the source has so many rows, or so many changes, that the last
/// pass would take long.
///
/// # Errors
/// A [`BackupError`]. Nothing is published, and the source accepts changes again. If even that fails, the text says
/// so. After [`BackupError::OutcomeUnknown`] the copy may be published, so the source stays fenced: changes that it
/// accepted would be lost for those who go on with the copy.
pub async fn copy_store(
    source: &dyn CopySource,
    mut writer: Box<dyn RowWriter>,
    target: &str,
    clock: &dyn Clock,
    watch: &CopyMonitor,
) -> Result<Copied, BackupError> {
    if let Some(fence) = watch.unless_stopped(source.find_fence()).await? {
        return Err(BackupError::Conflict(fence.to_string()));
    }
    let mut reader = watch.unless_stopped(source.reader()).await?;
    let (rows, mut copied) = watch.unless_stopped(first_pass(&mut *reader, &mut *writer, watch)).await?;
    // Ends its snapshot.
    drop(reader);
    let (mut changed, mut before_fence) = (0, rows);
    for _ in 0..MOST_PASSES_BEFORE_THE_FENCE {
        if before_fence < FEW_ROWS {
            break;
        }
        watch.begin(CopyPhase::Changes, rows);
        let mut reader = watch.unless_stopped(source.reader()).await?;
        let pass = later_pass(&mut *reader, &mut *writer, &mut copied, watch);
        before_fence = watch.unless_stopped(pass).await?;
        changed += before_fence;
    }
    watch.unless_stopped(writer.build_indexes()).await?;
    let fenced_at = clock.monotonic();
    let fence = Fence { since: clock.now(), target: target.to_owned() };
    match set(source, &fence, watch).await {
        Ok(()) => {}
        // The fence is another one's.
        Err(error @ BackupError::Conflict(_)) => return Err(error),
        // It may be set: the answer may have been lost.
        Err(error) => return Err(lift(source, &fence, error).await),
    }
    let last = async {
        watch.begin(CopyPhase::LastChanges, rows);
        let bring = async {
            let mut reader = source.reader().await?;
            let last = later_pass(&mut *reader, &mut *writer, &mut copied, watch).await?;
            within(CHECK_LIMIT, "the check of the copied rows", writer.check()).await?;
            Ok(last)
        };
        let last = watch.unless_stopped(bring).await?;
        // Not stopped: it would not be known whether the copy is complete.
        writer.publish().await?;
        Ok(last)
    };
    match last.await {
        Ok(last) => {
            let fenced_for = clock.monotonic().saturating_sub(fenced_at);
            Ok(Copied { rows, changed: changed + last, fenced_for })
        }
        Err(error @ BackupError::OutcomeUnknown(_)) => Err(error),
        Err(error) => Err(lift(source, &fence, error).await),
    }
}

/// Sets the fence. Goes on for a moment after a stop: a fence that is set after it was looked for is not lifted.
async fn set(source: &dyn CopySource, fence: &Fence, watch: &CopyMonitor) -> Result<(), BackupError> {
    let mut setting = pin!(within(FENCE_LIMIT, "the fence of the source", source.fence(fence)));
    match watch.unless_stopped(&mut setting).await {
        Err(BackupError::Stopped) => {
            let _ = timeout(FENCE_LIMIT_AFTER_STOP, setting).await;
            Err(BackupError::Stopped)
        }
        done => done,
    }
}

/// Removes the fence of this copy, and no other.
async fn lift(source: &dyn CopySource, fence: &Fence, error: BackupError) -> BackupError {
    let lift = async {
        match source.find_fence().await {
            Ok(Some(found)) if found == *fence => source.unfence().await.map(drop),
            found => found.map(drop),
        }
    };
    match within(LIFT_LIMIT, "lifting its fence", lift).await {
        Ok(()) => error,
        Err(fault) => BackupError::Failed(format!(
            "{error}; the source still refuses changes ({fault}); run `jeton store unfence` when it can be reached"
        )),
    }
}

/// A store that does not answer must not keep the source fenced for ever.
async fn within<T>(
    limit: Duration,
    what: &str,
    work: impl Future<Output = Result<T, BackupError>>,
) -> Result<T, BackupError> {
    timeout(limit, work).await.unwrap_or_else(|_| {
        Err(BackupError::Failed(format!("{what} was not complete within {} seconds", limit.as_secs())))
    })
}

/// Copies all rows. Returns their number, and what was copied of each table.
async fn first_pass(
    reader: &mut dyn RowReader,
    writer: &mut dyn RowWriter,
    watch: &CopyMonitor,
) -> Result<(u64, Vec<Pages>), BackupError> {
    watch.begin(CopyPhase::Rows, reader.count().await?);
    let mut rows = 0;
    let mut copied = Vec::with_capacity(TABLES.len());
    for table in &TABLES {
        let (pages, count) = copy_table(reader, writer, table, watch).await?;
        copied.push(pages);
        rows += count;
    }
    Ok((rows, copied))
}

async fn copy_table(
    reader: &mut dyn RowReader,
    writer: &mut dyn RowWriter,
    table: &'static Table,
    watch: &CopyMonitor,
) -> Result<(Pages, u64), BackupError> {
    let (sender, mut source) = channel::<Vec<Row>>(PAGES_IN_FLIGHT);
    let write = async move {
        let (mut pages, mut rows) = (Pages::default(), 0);
        while let Some(page) = source.recv().await {
            pages.push(table, &page);
            watch.rows(page.len())?;
            rows += u64::try_from(page.len()).unwrap_or_default();
            writer.insert(table, page).await?;
        }
        Ok((pages, rows))
    };
    let (read, written) = tokio::join!(reader.read(table, sender), write);
    first_error(read, written)
}

/// Copies what has changed since, and returns how many rows that were.
async fn later_pass(
    reader: &mut dyn RowReader,
    writer: &mut dyn RowWriter,
    copied: &mut Vec<Pages>,
    watch: &CopyMonitor,
) -> Result<u64, BackupError> {
    let mut changed = 0;
    let before = std::mem::take(copied);
    for (table, pages) in TABLES.iter().zip(before) {
        let (sender, source) = channel(PAGES_IN_FLIGHT);
        let bring = Changes::since(pages, table, writer, watch).bring(source);
        let (read, brought) = tokio::join!(reader.read(table, sender), bring);
        let (pages, count) = first_error(read, brought)?;
        copied.push(pages);
        changed += count;
    }
    Ok(changed)
}

/// A reader whose receiver fails ends without an error.
fn first_error<T>(read: Result<(), BackupError>, written: Result<T, BackupError>) -> Result<T, BackupError> {
    let written = written?;
    read?;
    Ok(written)
}

/// The last pass takes a fraction of a second if the one before had fewer rows to write.
const FEW_ROWS: u64 = 5_000;
const MOST_PASSES_BEFORE_THE_FENCE: usize = 3;
const PAGES_IN_FLIGHT: usize = 8;
/// Longer than the fence of any adapter waits for all writers.
const FENCE_LIMIT: Duration = Duration::from_mins(3);
/// Longer than a store waits for one writer.
const FENCE_LIMIT_AFTER_STOP: Duration = Duration::from_secs(15);
const LIFT_LIMIT: Duration = Duration::from_secs(30);
/// A server checks millions of rows in a minute. The operator can stop the copy before.
const CHECK_LIMIT: Duration = Duration::from_mins(10);
