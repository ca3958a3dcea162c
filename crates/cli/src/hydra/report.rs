//! What came of an import, for people and for programs.

use jeton_protocol::ResourceUri;
use serde::Serialize;

use super::plan::{Judgement, Outcome};
use super::wanted::Wanted;
use crate::escape::visible;
use crate::failure::Failure;
use crate::output::{self, Format, OutputArgs};

/// What came of it. The members are a promise (`docs/cli-json.md`).
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    dry_run: bool,
    imported: usize,
    already_there: usize,
    passed_over: usize,
    bad: usize,
    resources: Vec<ResourceUri>,
    clients: Vec<Entry>,
}

/// What came of one line.
#[derive(Debug, Serialize)]
struct Entry {
    line: usize,
    client_id: Option<String>,
    outcome: &'static str,
    reason: Option<String>,
    notes: Vec<String>,
}

impl Report {
    pub(crate) fn new(dry_run: bool) -> Self {
        Self { dry_run, ..Self::default() }
    }

    /// These resources were made or changed, or would be.
    pub(crate) fn resources(&mut self, wanted: &Wanted) {
        self.resources = wanted.uris().cloned().collect();
    }

    /// One more line. A good one was taken over, or in a dry run would be, unless `failed` says why not.
    pub(crate) fn add(&mut self, judgement: Judgement, failed: Option<String>) {
        let (outcome, reason) = match (judgement.outcome, failed) {
            (Outcome::Bad(reason), _) | (Outcome::Good(_), Some(reason)) => ("bad", Some(reason)),
            (Outcome::Good(_), None) => ("imported", None),
            (Outcome::AlreadyThere, _) => ("already_there", None),
            (Outcome::PassedOver(reason), _) => ("passed_over", Some(reason)),
        };
        match outcome {
            "bad" => self.bad += 1,
            "imported" => self.imported += 1,
            "already_there" => self.already_there += 1,
            _ => self.passed_over += 1,
        }
        let (line, client_id, notes) = (judgement.line, judgement.client_id, judgement.notes);
        self.clients.push(Entry { line, client_id, outcome, reason, notes });
    }

    /// How many lines are bad, and of how many.
    pub(crate) fn bad(&self) -> (usize, usize) {
        (self.bad, self.clients.len())
    }

    /// Nothing was written because of the bad lines.
    pub(crate) fn nothing_was_done(&mut self) {
        self.imported = 0;
        self.resources.clear();
        for line in self.clients.iter_mut().filter(|line| line.outcome == "imported") {
            line.outcome = "not_imported";
        }
    }

    /// Says each line that a person must know of.
    pub(crate) fn say_lines(&self) {
        for line in &self.clients {
            let about = format!("line {} ({})", line.line, line.client_id.as_deref().unwrap_or("no id"));
            let reason = line.reason.iter().filter(|_| line.outcome == "bad");
            for text in reason.chain(&line.notes) {
                output::say(&visible(&format!("{about}: {text}")));
            }
        }
    }

    /// Prints what came of it.
    pub(crate) fn print(&self, format: OutputArgs) -> Result<(), Failure> {
        let resources: Vec<&str> = self.resources.iter().map(ResourceUri::as_str).collect();
        let done = if self.dry_run { "Would be imported" } else { "Imported" };
        let mut fields = vec![
            (done, self.imported.to_string()),
            ("Already there", self.already_there.to_string()),
            ("Passed over", self.passed_over.to_string()),
            ("Bad", self.bad.to_string()),
        ];
        if !resources.is_empty() {
            fields.push(("Resources", resources.join(" ")));
        }
        format.show(self, &fields)
    }

    /// Prints it for programs; people have read why nothing was done.
    pub(crate) fn print_for_programs(&self, format: OutputArgs) -> Result<(), Failure> {
        if format.format == Format::Json { self.print(format) } else { Ok(()) }
    }
}
