//! Separates the rows in the text of an export: JSON objects one after the other, in arrays or not.
//!
//! Line ends mean nothing in JSON, so one row per line, pretty-printed rows and whole arrays (`sqlite3 -json`, `json_agg`)
//! are read alike. Decides only where a row begins and ends; `columns` reads it.

use serde::de::IgnoredAny;
use serde_json::Deserializer;

use crate::bad_row::BadRow;

/// The text of a row, or why none could be separated.
#[derive(Debug)]
pub(super) struct RawRow<'a> {
    /// The line in which it begins, counted from 1.
    pub(super) line: usize,
    pub(super) text: Result<&'a str, BadRow>,
}

/// The rows of `text`, without copies of them.
pub(super) fn split(text: &str) -> impl Iterator<Item = RawRow<'_>> {
    Splitter { rest: text, line: 1, indent: 0, list: None }
}

struct Splitter<'a> {
    rest: &'a str,
    /// The line in which `rest` begins.
    line: usize,
    /// How far the line of the next row is indented, in bytes.
    indent: usize,
    /// The array in which `rest` begins.
    list: Option<List>,
}

#[derive(Clone, Copy)]
struct List {
    line: usize,
    has_fault: bool,
}

impl<'a> Iterator for Splitter<'a> {
    type Item = RawRow<'a>;

    fn next(&mut self) -> Option<RawRow<'a>> {
        loop {
            self.skip_separators();
            match (self.rest.chars().next(), self.list) {
                (None, list) => return self.end(list),
                (Some(']'), Some(_)) => self.list = None,
                (Some('['), None) if begins_list(self.rest) => {
                    self.list = Some(List { line: self.line, has_fault: false });
                }
                (Some(_), _) => return Some(self.row()),
            }
            self.advance(1);
        }
    }
}

impl<'a> Splitter<'a> {
    /// A byte order mark may also stand within the text, if several files were joined.
    fn skip_separators(&mut self) {
        let in_list = self.list.is_some();
        let is_separator =
            |one: char| one.is_whitespace() || one == BYTE_ORDER_MARK || (in_list && one == ',');
        let length = self.rest.len() - self.rest.trim_start_matches(is_separator).len();
        if let Some((_, indent)) = self.advance(length).rsplit_once('\n') {
            self.indent = indent.len();
        }
    }

    fn row(&mut self) -> RawRow<'a> {
        let line = self.line;
        let mut values = Deserializer::from_str(self.rest).into_iter::<IgnoredAny>();
        let text = match values.next() {
            Some(Ok(_)) => Ok(self.advance(values.byte_offset())),
            Some(Err(error)) if error.is_eof() && self.list.is_none() && self.next_row().is_none() => {
                self.advance(self.rest.len());
                Err(BadRow::CutOff)
            }
            Some(Err(_)) | None => Err(self.fault()),
        };
        RawRow { line, text }
    }

    /// Skips a text that is not JSON.
    fn fault(&mut self) -> BadRow {
        if let Some(list) = &mut self.list {
            list.has_fault = true;
        }
        let first = self.line;
        let skipped = self.advance(self.next_row().unwrap_or(self.rest.len()));
        BadRow::NotJson { first, last: first + skipped.trim_end().matches('\n').count() }
    }

    /// Where a row begins after this one, which is not JSON: at a line that is indented no further and that is not the end
    /// of a row.
    fn next_row(&self) -> Option<usize> {
        let mut lines = self.rest.match_indices('\n').map(|(end, _)| end + 1);
        lines.find(|start| {
            let line = &self.rest[*start..];
            let content = line.trim_start_matches([' ', '\t']);
            let is_indented_further = line.len() - content.len() > self.indent;
            let begins =
                content.chars().next().is_some_and(|one| !one.is_whitespace() && !"}],:".contains(one));
            begins && !is_indented_further
        })
    }

    /// An array that is never closed was cut off, possibly between two rows.
    fn end(&mut self, list: Option<List>) -> Option<RawRow<'a>> {
        self.list = None;
        let list = list.filter(|list| !list.has_fault)?;
        Some(RawRow { line: self.line, text: Err(BadRow::OpenArray { line: list.line }) })
    }

    /// Moves on by `length` bytes and returns them.
    fn advance(&mut self, length: usize) -> &'a str {
        let (passed, rest) = self.rest.split_at(length);
        self.line += passed.matches('\n').count();
        self.rest = rest;
        passed
    }
}

/// Whether `[` begins a list of rows. Otherwise it begins a row that is an array of values.
fn begins_list(text: &str) -> bool {
    let first = text[1..].trim_start().chars().next();
    matches!(first, None | Some('{' | '[' | ']'))
}

const BYTE_ORDER_MARK: char = '\u{feff}';

#[cfg(test)]
mod tests {
    use super::*;

    /// Each row as its line and its text, or the error.
    fn rows(text: &str) -> Vec<(usize, String)> {
        let text_of = |text: Result<&str, BadRow>| text.map_or_else(|bad| bad.to_string(), str::to_owned);
        split(text).map(|row| (row.line, text_of(row.text))).collect()
    }

    #[track_caller]
    fn assert_rows(text: &str, expected: &[(usize, &str)]) {
        let expected: Vec<_> = expected.iter().map(|(line, text)| (*line, (*text).to_owned())).collect();
        assert_eq!(rows(text), expected, "{text:?}");
    }

    #[test]
    fn rows_are_found_on_lines_over_several_lines_and_in_arrays() {
        let (a, b) = ("{\"a\":1}", "{\"b\":[\"}\"]}");
        assert_rows(&format!("{a}\n\n{b}\n"), &[(1, a), (3, b)]);
        assert_rows(&format!("\u{feff}{a}\r\n\u{feff}{b}"), &[(1, a), (2, b)]);
        assert_rows(&format!("[{a},\n{b}]\n"), &[(1, a), (2, b)]);
        assert_rows(&format!("[\n  {a},\n  {b}\n]"), &[(2, a), (3, b)]);
        assert_rows(&format!("[{a}]\n[{b}]\n[]\n"), &[(1, a), (2, b)]);
        assert_rows(
            "{\n  \"a\": 1\n}\n{\n  \"b\": 2\n}\n",
            &[(1, "{\n  \"a\": 1\n}"), (4, "{\n  \"b\": 2\n}")],
        );
        for empty in ["", "\n \n", "[]", "[\n]\n"] {
            assert_rows(empty, &[]);
        }
    }

    #[test]
    fn an_array_of_values_is_one_row_and_an_array_of_arrays_has_several() {
        assert_rows("[\"a\",{}]\n{}", &[(1, "[\"a\",{}]"), (2, "{}")]);
        assert_rows("[[\"a\"],\n[\"b\"]]", &[(1, "[\"a\"]"), (2, "[\"b\"]")]);
    }

    #[test]
    fn a_row_that_is_not_json_does_not_hide_the_others() {
        let skipped = "it is not valid JSON; the rest of the line is not read";
        assert_rows("{}\nx y\n{}", &[(1, "{}"), (2, skipped), (3, "{}")]);
        assert_rows("{\"a\":\n{}\n{}", &[(1, skipped), (2, "{}"), (3, "{}")]);
        assert_rows("[{\"a\":x},\n{}]\n", &[(1, skipped), (2, "{}")]);
        let long = "it is not valid JSON; lines 1 to 4 are not read";
        assert_rows("{\n  \"a\": x,\n  \"b\": 1\n}\n{}", &[(1, long), (5, "{}")]);
        let indented = "[\n  {\n    \"a\": x\n  },\n  {}\n]";
        assert_rows(indented, &[(2, "it is not valid JSON; lines 2 to 4 are not read"), (5, "{}")]);
        assert_rows("{} {}, {}", &[(1, "{}"), (1, "{}"), (1, skipped)]);
    }

    #[test]
    fn a_text_that_was_cut_off_is_noticed_even_between_two_rows() {
        assert_rows("{}\n{\"a\":\"b", &[(1, "{}"), (2, "it is cut off: the input ends within it")]);
        let open = "the array that begins in line 1 has no end: the input is cut off";
        assert_rows("[{},\n{}\n", &[(1, "{}"), (2, "{}"), (3, open)]);
        assert_rows("[{},\n{},", &[(1, "{}"), (2, "{}"), (2, open)]);
        assert_eq!(rows("[{},\n{\"a\":").len(), 2);
    }
}
