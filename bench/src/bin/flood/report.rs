//! The result of a measurement as text. `bench/flood --help` explains each line.

use std::fmt;
use std::time::Duration;

use jeton_bench::quantile;

use crate::flood::ObservedFlood;
use crate::good_clients::{Attempt, Attempts};
use crate::node::ObservedNode;
use crate::operator::{Effect, GIVE_UP};

/// Everything that was measured.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) flood: ObservedFlood,
    pub(crate) node: ObservedNode,
    pub(crate) attempts: Attempts,
    pub(crate) effects: Vec<Effect>,
    /// Resident memory in MiB before the flood.
    pub(crate) memory_before: f64,
    /// Resident memory in MiB this time after the flood.
    pub(crate) memory_after: (f64, Duration),
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { flood, node, attempts, .. } = self;
        writeln!(f, "connections open          {:.1} %", flood.open_share * 100.0)?;
        write!(f, "flood answered            {:.0}/s", flood.rates.values().sum::<f64>())?;
        for (status, rate) in &flood.rates {
            write!(f, ", {status}: {rate:.0}/s")?;
        }
        writeln!(f, ", no answer: {:.0}/s", flood.unanswered)?;
        match node.feed.longest_silence {
            Some(silence) => writeln!(f, "change feed silence       {silence:.2} s")?,
            None => writeln!(f, "change feed silence       unknown")?,
        }
        let interval = node.feed.longest_interval.as_deref().unwrap_or("unknown");
        writeln!(f, "change feed interval      at most {interval} s")?;
        writeln!(f, "metrics                   {} polls without an answer", node.feed.unanswered)?;
        self.write_effects(f, "disables", true)?;
        self.write_effects(f, "revocations", false)?;
        writeln!(f, "accounts in memory        {}", Served(&attempts.in_memory))?;
        writeln!(f, "accounts not in memory    {}", Served(&attempts.not_in_memory))?;
        let (after, time) = (self.memory_after.0, self.memory_after.1.as_secs());
        writeln!(
            f,
            "resident memory           {:.0} MiB before, {:.0} MiB at most, {after:.0} MiB {time} s after",
            self.memory_before, node.memory
        )?;
        let readiness = &node.readiness;
        writeln!(
            f,
            "readiness                 not ready in {} of {} polls",
            readiness.not_ready, readiness.polls
        )
    }
}

impl Report {
    fn write_effects(&self, f: &mut fmt::Formatter<'_>, name: &str, is_disable: bool) -> fmt::Result {
        let effects = self.effects.iter().filter(|effect| effect.is_disable == is_disable);
        let count = effects.clone().count();
        let refused = Slowest(effects.clone().map(|effect| effect.refused).collect());
        let received = Slowest(effects.map(|effect| effect.received).collect());
        writeln!(f, "{:<25} applied after {refused}, seen after {received}", format!("{count} {name}"))
    }
}

/// The longest of these times.
struct Slowest(Vec<Option<Duration>>);

impl fmt::Display for Slowest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times: Option<Vec<Duration>> = self.0.iter().copied().collect();
        match times {
            Some(times) => {
                write!(f, "{:.2} s", times.iter().max().copied().unwrap_or_default().as_secs_f64())
            }
            None => write!(f, "more than {} s", GIVE_UP.as_secs()),
        }
    }
}

/// The share of attempts that were served, and their times.
struct Served<'a>(&'a [Attempt]);

impl fmt::Display for Served<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let times: Vec<f64> = self.0.iter().map(|attempt| attempt.elapsed.as_secs_f64() * 1_000.0).collect();
        let served = self.0.iter().filter(|attempt| attempt.is_served).count();
        let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        let share = 100.0 * count(served) / count(self.0.len());
        write!(f, "{share:.1} % of {} served, p99 {:.0} ms", self.0.len(), quantile(&times, 0.99))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempt(is_served: bool, millis: u64) -> Attempt {
        Attempt { is_served, elapsed: Duration::from_millis(millis) }
    }

    #[test]
    fn attempts_that_were_not_served_count_in_the_share_and_in_the_times() {
        let attempts = [attempt(true, 10), attempt(true, 10), attempt(true, 10), attempt(false, 2_000)];
        assert_eq!(Served(&attempts).to_string(), "75.0 % of 4 served, p99 2000 ms");
    }

    #[test]
    fn a_change_that_was_not_applied_is_slower_than_all_others() {
        let time = |millis| Some(Duration::from_millis(millis));
        assert_eq!(Slowest(vec![time(200), time(900), time(40)]).to_string(), "0.90 s");
        assert_eq!(Slowest(vec![time(200), None]).to_string(), "more than 30 s");
    }
}
