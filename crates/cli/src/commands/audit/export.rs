//! `jeton audit export`

use clap::{Args, ValueEnum};
use jeton_admin::request::{AuditFilter, AuditOrder, AuditPage};
use jeton_admin::view::Sequence;

use super::record::line;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::moment::Moment;
use crate::open::{AdminContext, ReadingContext};
use crate::print::escape::visible_json;
use crate::print::output;

/// Export the audit log with its digests, oldest record first
#[derive(Debug, Args)]
#[command(
    after_help = "Needs the database but no master key. docs/audit.md explains how to verify the digests.\n\n\
    Example:\n  jeton audit export --since 30d > audit.jsonl"
)]
pub(crate) struct Export {
    /// Output format
    #[arg(long, value_enum, default_value_t = ExportFormat::Jsonl)]
    format: ExportFormat,
    /// Start with the first record at or after this time: 2026-11-24T05:00:00Z, 2026-11-24, or how long ago
    #[arg(long, value_name = "TIME")]
    since: Option<Moment>,
}

/// The format of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ExportFormat {
    /// One JSON object per line
    Jsonl,
}

impl Export {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = ReadingContext::open(globals).await?;
        let ExportFormat::Jsonl = self.format;
        let mut page = AuditPage { order: AuditOrder::OldestFirst, after: None, limit: PAGE };
        if let Some(since) = self.since {
            match first_since(&context, since).await? {
                Some(Sequence(first)) => page.after = Some(Sequence(first - 1)),
                None => return Ok(()),
            }
        }
        loop {
            let records = context.reading().list_audit(context.by(), &AuditFilter::default(), &page).await?;
            let Some(last) = records.last() else { return Ok(()) };
            page.after = Some(last.sequence);
            let lines: String = records.iter().map(line).collect();
            // Byte for byte what was hashed, except on a terminal.
            output::text(&if output::stdout_is_terminal() { visible_json(&lines) } else { lines })?;
        }
    }
}

/// The first record of an export. Every later record belongs to the export, even if a wrong clock gave it an earlier
/// time: otherwise the chain would have gaps.
async fn first_since(context: &ReadingContext, since: Moment) -> Result<Option<Sequence>, Failure> {
    let since = since.relative_to(AdminContext::now());
    let filter = AuditFilter { since: Some(since), ..AuditFilter::default() };
    let page = AuditPage { order: AuditOrder::OldestFirst, after: None, limit: 1 };
    let records = context.reading().list_audit(context.by(), &filter, &page).await?;
    Ok(records.first().map(|record| record.sequence))
}

const PAGE: u32 = 500;
