//! The result of an import, as messages, as a table and as JSON.

use jeton_import::{MissingResources, Outcome, RowPlan};
use jeton_protocol::ResourceUri;
use serde::Serialize;

use super::message;
use crate::failure::Failure;
use crate::print::escape::visible;
use crate::print::output;
use crate::print::output::{Format, OutputArgs};

/// The result. Its members are stable (`docs/cli-json.md`).
#[derive(Debug, Default, Serialize)]
pub(super) struct Report {
    dry_run: bool,
    imported: usize,
    already_there: usize,
    passed_over: usize,
    bad: usize,
    resources: Vec<ResourceUri>,
    clients: Vec<Entry>,
}

/// The result for one line.
#[derive(Debug, Serialize)]
struct Entry {
    line: usize,
    client_id: Option<String>,
    outcome: &'static str,
    reason: Option<String>,
    notes: Vec<String>,
}

impl Report {
    pub(super) fn new(dry_run: bool) -> Self {
        Self { dry_run, ..Self::default() }
    }

    /// Sets the resources that were created or changed, or would be.
    pub(super) fn resources(&mut self, missing: &MissingResources) {
        self.resources = missing.uris().cloned().collect();
    }

    /// Adds a line. A good line was imported (in a dry run: would be), unless `failed` has the reason why not.
    pub(super) fn add(&mut self, plan: RowPlan, failed: Option<String>) {
        let (outcome, reason) = match (plan.outcome, failed) {
            (Outcome::Bad(bad), _) => ("bad", Some(message::bad_row(&bad))),
            (Outcome::Good(_), Some(reason)) => ("bad", Some(reason)),
            (Outcome::Good(_), None) => ("imported", None),
            (Outcome::AlreadyImported, _) => ("already_there", None),
            (Outcome::Skipped(reason), _) => ("passed_over", Some(reason.to_string())),
        };
        match outcome {
            "bad" => self.bad += 1,
            "imported" => self.imported += 1,
            "already_there" => self.already_there += 1,
            _ => self.passed_over += 1,
        }
        let (line, client_id, notes) =
            (plan.line, plan.client_id, plan.notes.iter().map(message::note).collect());
        self.clients.push(Entry { line, client_id, outcome, reason, notes });
    }

    /// The number of bad lines, and of all lines.
    pub(super) fn bad(&self) -> (usize, usize) {
        (self.bad, self.clients.len())
    }

    /// Records that nothing was written because of the bad lines.
    pub(super) fn mark_nothing_imported(&mut self) {
        self.imported = 0;
        self.resources.clear();
        for line in self.clients.iter_mut().filter(|line| line.outcome == "imported") {
            line.outcome = "not_imported";
        }
    }

    /// Prints a message for each bad line and each note.
    pub(super) fn say_lines(&self) {
        for line in &self.clients {
            let about = format!("line {} ({})", line.line, line.client_id.as_deref().unwrap_or("no id"));
            let reason = line.reason.iter().filter(|_| line.outcome == "bad");
            for text in reason.chain(&line.notes) {
                output::say(&visible(&format!("{about}: {text}")));
            }
        }
    }

    /// Prints the result.
    pub(super) fn print(&self, format: OutputArgs) -> Result<(), Failure> {
        let resources: Vec<&str> = self.resources.iter().map(ResourceUri::as_str).collect();
        let done = if self.dry_run { "Would be imported" } else { "Imported" };
        let mut fields = vec![
            (done, self.imported.to_string()),
            ("Already imported", self.already_there.to_string()),
            ("Skipped", self.passed_over.to_string()),
            ("Bad", self.bad.to_string()),
        ];
        if !resources.is_empty() {
            fields.push(("Resources", resources.join(" ")));
        }
        format.show(self, &fields)
    }

    /// Prints the result only as JSON; the messages have already told people why the import failed.
    pub(super) fn print_for_programs(&self, format: OutputArgs) -> Result<(), Failure> {
        if format.format == Format::Json { self.print(format) } else { Ok(()) }
    }
}
