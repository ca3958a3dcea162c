//! `jeton audit export`

use clap::{Args, ValueEnum};
use jeton_admin::request::ChainPage;
use jeton_admin::value::{Chain, Timestamp};
use jeton_admin::view::Sequence;

use super::record::line;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::moment::Moment;
use crate::open::{AdminContext, ReadingContext};
use crate::print::escape::visible_json;
use crate::print::output;

/// Export the audit log with its digests, chain by chain, each from its oldest record
#[derive(Debug, Args)]
#[command(
    after_help = "Needs the database but no master key. docs/audit.md explains how to verify the digests.\n\n\
    Example:\n  jeton audit export --since 30d > audit.jsonl"
)]
pub(crate) struct Export {
    /// Output format
    #[arg(long, value_enum, default_value_t = ExportFormat::Jsonl)]
    format: ExportFormat,
    /// Start each chain with its first record at or after this time: 2026-11-24T05:00:00Z, 2026-11-24, or how long ago
    #[arg(long, value_name = "TIME")]
    since: Option<Moment>,
    /// Export only this chain: a region, shared (what all regions share), or version-1 (earlier versions)
    #[arg(long, value_name = "CHAIN")]
    chain: Option<Chain>,
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
        let chains = match self.chain {
            Some(chain) => vec![chain],
            None => context.reading().list_audit_chains(context.by()).await?,
        };
        let since = self.since.map(|since| since.relative_to(AdminContext::now()));
        for chain in chains {
            export_chain(&context, chain, since).await?;
        }
        Ok(())
    }
}

/// Prints the records of a chain from the first one at or after `since`. Every later record belongs to the export, even if
/// a wrong clock gave it an earlier time: otherwise the chain would have gaps.
async fn export_chain(
    context: &ReadingContext,
    chain: Chain,
    since: Option<Timestamp>,
) -> Result<(), Failure> {
    let mut has_begun = since.is_none();
    let mut page = ChainPage { chain, after: Sequence::START, limit: PAGE };
    loop {
        let records = context.reading().list_audit_chain(context.by(), &page).await?;
        let Some(last) = records.last() else { return Ok(()) };
        page.after = last.sequence;
        let mut lines = String::new();
        for record in &records {
            has_begun |= since.is_some_and(|since| record.at >= since);
            if has_begun {
                lines.push_str(&line(record));
            }
        }
        // Byte for byte what was hashed, except on a terminal.
        output::text(&if output::stdout_is_terminal() { visible_json(&lines) } else { lines })?;
    }
}

const PAGE: u32 = 500;
