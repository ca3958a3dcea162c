//! Output: data to stdout, messages to stderr.
//!
//! Decides how a table, a list of fields and a JSON document look. Must not know their contents.

use std::io::{self, ErrorKind, IsTerminal as _, Write};

use clap::{Args, ValueEnum};
use comfy_table::{ColumnConstraint, Table, Width, presets};
use serde::Serialize;

use crate::failure::Failure;
use crate::print::escape::{visible, visible_json, visible_lines};

/// How data is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns or fields for people
    Table,
    /// JSON for programs, documented in docs/cli-json.md
    Json,
}

/// The option of every command that prints data.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct OutputArgs {
    /// Output format
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(crate) format: Format,
}

impl OutputArgs {
    /// Prints one thing, as fields or as the JSON of its view.
    pub(crate) fn show(self, view: &impl Serialize, fields: &[(&str, String)]) -> Result<(), Failure> {
        match self.format {
            Format::Json => json(view),
            Format::Table => print_fields(fields),
        }
    }

    /// As [`Self::show`], for field names that are computed.
    pub(crate) fn show_all(self, view: &impl Serialize, fields: &[(String, String)]) -> Result<(), Failure> {
        let fields: Vec<(&str, String)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.clone())).collect();
        self.show(view, &fields)
    }

    /// Prints a whole list.
    pub(crate) fn list<V: Serialize>(
        self,
        views: &[V],
        header: &[&str],
        row: impl FnMut(&V) -> Vec<String>,
    ) -> Result<(), Failure> {
        let mut listing = Listing::new(self.format, header);
        listing.page(views, row)?;
        listing.end()
    }
}

/// A list that is printed page by page, so that a long list does not fill memory.
#[derive(Debug)]
pub(crate) struct Listing<'a> {
    format: Format,
    header: &'a [&'a str],
    widths: Vec<u16>,
    printed: bool,
}

impl<'a> Listing<'a> {
    pub(crate) fn new(format: Format, header: &'a [&'a str]) -> Self {
        Self { format, header, widths: Vec::new(), printed: false }
    }

    /// Prints the next rows.
    pub(crate) fn page<V: Serialize>(
        &mut self,
        views: &[V],
        row: impl FnMut(&V) -> Vec<String>,
    ) -> Result<(), Failure> {
        match self.format {
            Format::Json => self.json_page(views),
            Format::Table => self.table_page(views.iter().map(row)),
        }
    }

    /// Prints the end of the list.
    pub(crate) fn end(self) -> Result<(), Failure> {
        match (self.format, self.printed) {
            (Format::Json, true) => text("\n]\n"),
            (Format::Json, false) => text("[]\n"),
            (Format::Table, true) => Ok(()),
            (Format::Table, false) => {
                say("no results");
                Ok(())
            }
        }
    }

    fn json_page(&mut self, views: &[impl Serialize]) -> Result<(), Failure> {
        let mut page = String::new();
        for view in views {
            page.push_str(if self.printed { ",\n" } else { "[\n" });
            page.push_str(&visible_json(&serde_json::to_string(view).map_err(|error| unwritable(&error))?));
            self.printed = true;
        }
        text(&page)
    }

    fn table_page(&mut self, rows: impl Iterator<Item = Vec<String>>) -> Result<(), Failure> {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.add_rows(rows.map(|row| row.iter().map(|cell| visible(cell)).collect::<Vec<_>>()));
        if table.is_empty() {
            return Ok(());
        }
        if !self.printed {
            table.set_header(self.header);
        }
        // Later pages keep the column widths of the first page.
        let wide = |width: &u16| ColumnConstraint::LowerBoundary(Width::Fixed(*width));
        table.set_constraints(self.widths.iter().map(wide).collect::<Vec<_>>());
        if self.widths.is_empty() {
            self.widths = table.column_max_content_widths().iter().map(|content| content + 2).collect();
        }
        self.printed = true;
        let lines = table.lines().map(|line| format!("{}\n", line.trim()));
        text(&lines.collect::<String>())
    }
}

/// Prints a JSON document.
pub(crate) fn json(view: &impl Serialize) -> Result<(), Failure> {
    text(&json_document(view).map_err(|error| unwritable(&error))?)
}

/// A JSON document as it is printed.
pub(crate) fn json_document(view: &impl Serialize) -> serde_json::Result<String> {
    Ok(visible_json(&serde_json::to_string_pretty(view)?) + "\n")
}

/// Prints `Name: value` lines.
pub(crate) fn print_fields(fields: &[(&str, String)]) -> Result<(), Failure> {
    text(&aligned(fields))
}

/// `Name: value` lines with the values in one column.
pub(crate) fn aligned(fields: &[(&str, String)]) -> String {
    let width = fields.iter().map(|(name, _)| name.len() + 2).max().unwrap_or_default();
    let line = |(name, value): &(&str, String)| {
        let name = format!("{name}:");
        format!("{name:width$}{}", visible(value)).trim_end().to_owned() + "\n"
    };
    fields.iter().map(line).collect()
}

/// Prints data unchanged; the caller has escaped untrusted text. A closed pipe is not a failure: the reader has what it
/// wanted.
pub(crate) fn text(data: &str) -> Result<(), Failure> {
    write_stdout(data).map_err(|error| match error.kind() {
        ErrorKind::BrokenPipe => Failure::Silent { exit_code: 0 },
        _ => Failure::Failed(format!("cannot write the output ({error})")),
    })
}

/// Prints data that cannot be printed again: here a closed pipe is a failure like any other.
pub(crate) fn write_stdout(data: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(data.as_bytes())?;
    stdout.flush()
}

/// Prints a message to stderr. If stderr is closed, the message is dropped.
pub(crate) fn say(words: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", visible_lines(words));
}

/// Whether a person reads stdout.
pub(crate) fn stdout_is_terminal() -> bool {
    io::stdout().is_terminal()
}

fn unwritable(error: &serde_json::Error) -> Failure {
    Failure::Failed(format!("cannot write the output as JSON ({error})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_aligned_in_one_column() {
        let text =
            aligned(&[("Id", "1".into()), ("Long name", "2\u{1b}[2J".into()), ("Empty", String::new())]);
        assert_eq!(text, "Id:        1\nLong name: 2\\u{1b}[2J\nEmpty:\n");
    }
}
