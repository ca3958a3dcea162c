//! The progress of a long command, on stderr: a bar at a terminal, otherwise a line from time to time.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::Arc;
use std::time::Duration;

use jeton_core::Clock;

use crate::print::output::say;

/// The progress of one command.
#[derive(Debug)]
pub(crate) struct Progress {
    clock: Arc<dyn Clock>,
    what: &'static str,
    at_terminal: bool,
    started: Duration,
    shown: Duration,
    /// Whether a bar stands on the current line of the terminal.
    has_bar: bool,
}

impl Progress {
    /// Begins now. `what` is being counted, for example "accounts".
    pub(crate) fn new(what: &'static str, clock: Arc<dyn Clock>) -> Self {
        let started = clock.monotonic();
        let at_terminal = io::stderr().is_terminal();
        Self { clock, what, at_terminal, started, shown: started, has_bar: false }
    }

    /// Shows the progress if enough time has passed since it was last shown. `share` is the part that is done, between 0
    /// and 1, if it is known.
    pub(crate) fn show(&mut self, done: usize, share: Option<f64>) {
        let now = self.clock.monotonic();
        let every = if self.at_terminal { BAR_EVERY } else { LINE_EVERY };
        if now.saturating_sub(self.shown) < every {
            return;
        }
        self.shown = now;
        let text = text(self.what, done, share, now.saturating_sub(self.started));
        if !self.at_terminal {
            return say(&text);
        }
        let bar = share.map_or_else(String::new, bar);
        // Erases the rest of the line, which may be of a longer text.
        let _ = write!(io::stderr().lock(), "\r{bar}{text}\x1b[K");
        self.has_bar = true;
    }

    /// Ends the line of the bar, so that other messages have lines of their own.
    pub(crate) fn end(&mut self) {
        if std::mem::take(&mut self.has_bar) {
            let _ = writeln!(io::stderr().lock());
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.end();
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "rounded figures for people"
)]
fn text(what: &str, done: usize, share: Option<f64>, elapsed: Duration) -> String {
    let rate = done as f64 / elapsed.as_secs_f64().max(0.001);
    let rate = if rate < 10.0 { format!("{rate:.1}") } else { format!("{rate:.0}") };
    let Some(share) = share else { return format!("{done} {what}, {rate}/s") };
    let percent = (share * 100.0) as u8;
    if share <= 0.0 {
        return format!("{percent} %, {done} {what}, {rate}/s");
    }
    let left = elapsed.as_secs_f64() * (1.0 - share) / share;
    let left = Duration::from_secs(left.ceil().clamp(0.0, LONGEST_LEFT) as u64);
    format!("{percent} %, {done} {what}, {rate}/s, {} left", humantime::format_duration(left))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a number of characters"
)]
fn bar(share: f64) -> String {
    let full = ((share * WIDTH as f64) as usize).min(WIDTH);
    format!("[{}{}] ", "#".repeat(full), "-".repeat(WIDTH - full))
}

const WIDTH: usize = 24;
const BAR_EVERY: Duration = Duration::from_millis(200);
const LINE_EVERY: Duration = Duration::from_secs(10);
/// In seconds: a hundred days.
const LONGEST_LEFT: f64 = 8_640_000.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_has_share_count_rate_and_remaining_time() {
        let text = |done, share| super::text("accounts", done, share, Duration::from_secs(10));
        assert_eq!(text(50_000, Some(0.25)), "25 %, 50000 accounts, 5000/s, 30s left");
        assert_eq!(text(64, Some(0.001)), "0 %, 64 accounts, 6.4/s, 2h 46m 30s left");
        assert_eq!(text(64, Some(1.0)), "100 %, 64 accounts, 6.4/s, 0s left");
        assert_eq!(text(0, Some(0.0)), "0 %, 0 accounts, 0.0/s");
        assert_eq!(text(123, None), "123 accounts, 12/s");
    }

    #[test]
    fn the_bar_has_a_fixed_width() {
        assert_eq!(bar(0.0), format!("[{}] ", "-".repeat(24)));
        assert_eq!(bar(0.5), format!("[{}{}] ", "#".repeat(12), "-".repeat(12)));
        assert_eq!(bar(1.0), format!("[{}] ", "#".repeat(24)));
    }
}
