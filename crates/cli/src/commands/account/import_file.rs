//! `jeton account import --from FILE`: many accounts, in batches.
//!
//! Each batch is one transaction, apart from ids that were deleted before. The import stops at the first bad line; what
//! was imported before stays.

use std::path::PathBuf;
use std::sync::Arc;

use jeton_admin::error::BatchError;
use jeton_admin::request::{AccountToImport, IfExists};
use jeton_import::{is_in_clear, read_account};
use jeton_server::system::SystemClock;
use serde::Serialize;

use crate::admin_error;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::lines::Lines;
use crate::open::AdminContext;
use crate::print::escape::visible;
use crate::print::output::{Format, OutputArgs};
use crate::print::progress::Progress;

/// What `--from` imports, and how.
#[derive(Debug)]
pub(super) struct FileImport {
    pub(super) path: PathBuf,
    /// Whether texts that look like digests are secrets.
    pub(super) clear: bool,
    /// Whether equal accounts that exist are skipped.
    pub(super) resume: bool,
    pub(super) output: OutputArgs,
}

/// The result. Its members are stable (`docs/cli-json.md`).
#[derive(Debug, Default, Serialize)]
struct Report {
    imported: usize,
    already_there: usize,
    /// Whether accounts may be imported that are not counted, because the database did not confirm them.
    outcome_unknown: bool,
    bad_line: Option<usize>,
    reason: Option<String>,
}

/// Accounts that are written together, with the line of each.
#[derive(Default)]
struct Batch {
    accounts: Vec<AccountToImport>,
    lines: Vec<usize>,
    in_clear: usize,
}

impl FileImport {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let mut lines = Lines::open(&self.path)?;
        let context = AdminContext::open_or_create(globals).await?;
        let mut report = Report::default();
        let result = self.import(&mut lines, &context, &mut report).await;
        let stopped = match result {
            Ok(()) => return report.print(self.output),
            Err(Stop::BadLine { line, reason }) => {
                let text = format!("line {line}: {reason}");
                (report.bad_line, report.reason) = (Some(line), Some(reason));
                Failure::Failed(text)
            }
            Err(Stop::Failed(failure)) => failure,
        };
        if self.output.format == Format::Json {
            report.print(self.output)?;
        }
        Err(stopped.with_note(&report.how_to_go_on()))
    }

    async fn import(
        &self,
        lines: &mut Lines,
        context: &AdminContext,
        report: &mut Report,
    ) -> Result<(), Stop> {
        let if_exists = if self.resume { IfExists::SkipEqual } else { IfExists::Refuse };
        let mut progress = Progress::new("accounts", Arc::new(SystemClock::new()));
        let mut batch = Batch::default();
        while let Some(line) = lines.next()? {
            if line.text.trim().is_empty() {
                continue;
            }
            let account = read_account(line.text, self.clear)
                .map_err(|bad| Stop::BadLine { line: line.number, reason: visible(&bad.to_string()) })?;
            batch.add(line.number, account);
            if batch.is_full() {
                batch.write(context, if_exists, report).await?;
                progress.show(report.done(), lines.share_read());
            }
        }
        batch.write(context, if_exists, report).await
    }
}

impl Batch {
    fn add(&mut self, line: usize, account: AccountToImport) {
        self.in_clear += usize::from(is_in_clear(&account));
        self.accounts.push(account);
        self.lines.push(line);
    }

    fn is_full(&self) -> bool {
        self.accounts.len() >= MOST_ACCOUNTS || self.in_clear >= MOST_IN_CLEAR
    }

    /// Writes it and empties it.
    async fn write(
        &mut self,
        context: &AdminContext,
        if_exists: IfExists,
        report: &mut Report,
    ) -> Result<(), Stop> {
        let Self { accounts, lines, .. } = std::mem::take(self);
        if accounts.is_empty() {
            return Ok(());
        }
        let written = context.administration().import_accounts(context.by(), accounts, if_exists).await;
        let counts = match &written {
            Ok(counts) => *counts,
            Err(error) => {
                report.outcome_unknown = error.is_outcome_unknown;
                error.imported
            }
        };
        report.imported += counts.imported;
        report.already_there += counts.already_there;
        written.map(drop).map_err(|error| Stop::of_batch(error, &lines))
    }
}

impl Report {
    fn done(&self) -> usize {
        self.imported + self.already_there
    }

    fn print(&self, output: OutputArgs) -> Result<(), Failure> {
        let fields =
            [("Imported", self.imported.to_string()), ("Already imported", self.already_there.to_string())];
        output.show(self, &fields)
    }

    fn how_to_go_on(&self) -> String {
        let imported = match (self.done(), self.outcome_unknown) {
            (0, false) => return "; no account was imported".to_owned(),
            (_, false) => format!("{} accounts were imported before", self.imported),
            (_, true) => format!(
                "{} accounts were imported before, and those of the last batch may be imported too",
                self.imported
            ),
        };
        format!("; {imported}; to go on, repeat the command with --continue")
    }
}

/// Why an import stops.
enum Stop {
    BadLine { line: usize, reason: String },
    Failed(Failure),
}

impl Stop {
    fn of_batch(BatchError { position, error, .. }: BatchError, lines: &[usize]) -> Self {
        match position.and_then(|position| lines.get(position)) {
            Some(line) if error.is_refusal() => {
                Self::BadLine { line: *line, reason: admin_error::message(&error) }
            }
            Some(_) | None => Self::Failed(error.into()),
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Other writers wait while a batch is written, so it must take only a part of a second.
const MOST_ACCOUNTS: usize = 1_000;
/// Each costs a slow hash before the batch is written. An interrupted import loses the hashes of one batch.
const MOST_IN_CLEAR: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_message_advises_to_continue_whenever_accounts_may_be_imported() {
        for (imported, outcome_unknown, expected) in [
            (0, false, "; no account was imported"),
            (7, false, "; 7 accounts were imported before; to go on, repeat the command with --continue"),
            (
                0,
                true,
                "; 0 accounts were imported before, and those of the last batch may be imported too; to go on, repeat \
                 the command with --continue",
            ),
        ] {
            let report = Report { imported, outcome_unknown, ..Report::default() };
            assert_eq!(report.how_to_go_on(), expected);
        }
    }
}
