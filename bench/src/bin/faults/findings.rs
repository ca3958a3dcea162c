//! What a scenario found, and the table of all scenarios.

use std::io::Write;
use std::time::Duration;

/// What a scenario found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) scenario: &'static str,
    /// How long the fault lasted.
    pub(crate) fault: Duration,
    pub(crate) requests: usize,
    /// Requests that need no database, and how many of them were answered as without a fault.
    pub(crate) warm: usize,
    pub(crate) warm_normal: usize,
    /// Answers with 503.
    pub(crate) unavailable: usize,
    pub(crate) longest: Duration,
    /// Answers that a fault must never cause.
    pub(crate) wrong: usize,
    /// How long after the end of the fault everything was normal. `None` if that was not measured.
    pub(crate) normal_after: Option<Duration>,
    pub(crate) notes: Vec<String>,
    /// The broken promises.
    pub(crate) broken: Vec<String>,
}

impl Findings {
    pub(crate) fn new(scenario: &'static str) -> Self {
        Self { scenario, ..Self::default() }
    }

    /// A promise is broken unless the condition holds.
    pub(crate) fn require(&mut self, holds: bool, broken: impl FnOnce() -> String) {
        if !holds {
            self.broken.push(broken());
        }
    }

    /// Adds a line below the table.
    pub(crate) fn note(&mut self, note: String) {
        self.notes.push(note);
    }

    fn row(&self) -> [String; 8] {
        [
            self.scenario.to_owned(),
            seconds(self.fault),
            self.requests.to_string(),
            percent(self.warm_normal, self.warm),
            self.unavailable.to_string(),
            seconds(self.longest),
            self.wrong.to_string(),
            self.normal_after.map_or_else(|| "-".to_owned(), seconds),
        ]
    }
}

/// Prints the table, the notes, and the broken promises.
pub(crate) fn print(out: &mut dyn Write, all: &[Findings]) -> std::io::Result<()> {
    let mut rows = vec![HEAD.map(str::to_owned)];
    rows.extend(all.iter().map(Findings::row));
    for row in rows {
        let [scenario, rest @ ..] = row;
        write!(out, "{scenario:<16}")?;
        for (cell, width) in rest.iter().zip([10, 10, 13, 7, 10, 7, 14]) {
            write!(out, "{cell:>width$}")?;
        }
        writeln!(out)?;
    }
    for findings in all {
        for note in &findings.notes {
            writeln!(out, "{}: {note}", findings.scenario)?;
        }
    }
    for findings in all {
        for broken in &findings.broken {
            writeln!(out, "BROKEN PROMISE: {}: {broken}", findings.scenario)?;
        }
    }
    Ok(())
}

pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}

/// Rounded down: only all of them are 100 %.
fn percent(part: usize, whole: usize) -> String {
    match (part * 10_000).checked_div(whole) {
        Some(share) => format!("{}.{:02} %", share / 100, share % 100),
        None => "-".to_owned(),
    }
}

const HEAD: [&str; 8] =
    ["scenario", "fault", "requests", "warm as ever", "503", "longest", "wrong", "normal after"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_single_refused_request_among_many_is_not_rounded_away() {
        assert_eq!(percent(99_999, 100_000), "99.99 %");
        assert_eq!(percent(100_000, 100_000), "100.00 %");
        assert_eq!(percent(0, 0), "-");
    }

    #[test]
    fn a_broken_promise_is_printed_with_its_scenario() {
        let mut findings = Findings::new("crash");
        findings.require(true, || "kept".to_owned());
        findings.require(false, || "2 acknowledged accounts are lost".to_owned());
        let mut out = Vec::new();
        print(&mut out, &[findings]).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.ends_with("BROKEN PROMISE: crash: 2 acknowledged accounts are lost\n"), "{text}");
        assert!(!text.contains("kept"), "{text}");
    }
}
