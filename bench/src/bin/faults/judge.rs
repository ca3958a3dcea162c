//! Judges the answers that clients got during a fault and after it.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::findings::{Findings, seconds};
use crate::options::Options;
use crate::sample::{Outcome, Sample};

/// A fault, and what it excuses.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    pub(crate) from: Instant,
    pub(crate) to: Instant,
    /// A node that is cut off from the database, and from when on it may refuse warm accounts.
    pub(crate) stale: Option<(usize, Instant)>,
    /// Nodes are killed: a request may have no answer, and a node has no account in memory after its start.
    pub(crate) kills_nodes: bool,
}

impl Fault {
    /// A fault of the database.
    pub(crate) fn of_database(from: Instant, to: Instant) -> Self {
        Self { from, to, stale: None, kills_nodes: false }
    }
}

/// Judges all requests of a scenario.
pub(crate) fn judge(findings: &mut Findings, samples: &[Sample], fault: &Fault, options: &Options) {
    let mut broken: BTreeMap<String, usize> = BTreeMap::new();
    let normal_again = fault.to + options.allow(NORMAL_WITHIN);
    let mut longest: Option<&Sample> = None;
    findings.fault = fault.to.duration_since(fault.from);
    findings.requests += samples.len();
    for sample in samples {
        let is_excused = fault.kills_nodes
            || fault.stale.is_some_and(|(node, from)| node == sample.node && sample.sent + MARGIN >= from);
        let may_be_unavailable = !sample.kind.is_warm() || is_excused;
        let is_normal = sample.outcome == Outcome::Normal;
        if sample.kind.is_warm() && (is_normal || !is_excused) {
            findings.warm += 1;
            findings.warm_normal += usize::from(is_normal);
        }
        let problem = match &sample.outcome {
            Outcome::Normal => None,
            Outcome::Unavailable => {
                findings.unavailable += 1;
                if may_be_unavailable {
                    (sample.sent > normal_again).then(|| "503 after the end of the fault".to_owned())
                } else {
                    Some("503".to_owned())
                }
            }
            Outcome::NoAnswer if fault.kills_nodes => None,
            Outcome::NoAnswer => Some("no answer".to_owned()),
            Outcome::Wrong(answer) => Some(answer.clone()),
        };
        if let Some(problem) = problem {
            findings.wrong += 1;
            *broken.entry(format!("{}: {problem}", sample.kind)).or_default() += 1;
        }
        if sample.outcome != Outcome::NoAnswer
            && longest.is_none_or(|longest| longest.elapsed < sample.elapsed)
        {
            longest = Some(sample);
        }
    }
    for (problem, count) in broken {
        findings.require(false, || format!("{problem} ({count} times)"));
    }
    let Some(longest) = longest else { return };
    findings.longest = longest.elapsed;
    findings.require(longest.elapsed <= options.allow(ANSWER_WITHIN), || {
        format!("an answer took {} ({})", seconds(longest.elapsed), longest.kind)
    });
}

/// Every answer comes within a second, and within this time at the client.
const ANSWER_WITHIN: Duration = Duration::from_millis(1_100);
/// When everything must be normal after the end of a fault.
pub(crate) const NORMAL_WITHIN: Duration = Duration::from_secs(2);
/// A node reads the change feed every 250 ms, so it has heard of the database for the last time before the fault.
const MARGIN: Duration = Duration::from_secs(1);

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::sample::Kind;

    /// A fault from 10 s to 20 s, on which a sample is sent at `second`.
    fn judged(kind: Kind, second: u64, outcome: Outcome, elapsed: Duration) -> Findings {
        let start = Instant::now();
        let at = |second| start + Duration::from_secs(second);
        let fault = Fault::of_database(at(10), at(20));
        let mut findings = Findings::default();
        let sample = Sample { kind, node: 0, sent: at(second), elapsed, outcome };
        judge(&mut findings, &[sample], &fault, &Options::parse_from(["faults"]));
        findings
    }

    fn is_broken(kind: Kind, second: u64, outcome: Outcome) -> bool {
        !judged(kind, second, outcome, Duration::ZERO).broken.is_empty()
    }

    #[test]
    fn a_503_is_right_for_a_cold_account_during_the_fault_and_two_seconds_after_it() {
        for (second, is_late) in [(9, false), (15, false), (21, false), (23, true)] {
            assert_eq!(is_broken(Kind::ColdToken, second, Outcome::Unavailable), is_late, "{second}");
        }
    }

    #[test]
    fn a_503_for_a_warm_account_is_always_wrong() {
        for kind in [Kind::WarmToken, Kind::SeenToken, Kind::Keys, Kind::Readiness] {
            let findings = judged(kind, 15, Outcome::Unavailable, Duration::ZERO);
            assert_eq!((findings.wrong, findings.warm, findings.warm_normal), (1, 1, 0), "{kind}");
            assert!(!findings.broken.is_empty());
        }
    }

    #[test]
    fn a_refusal_and_a_broken_connection_break_a_promise_at_any_time() {
        for second in [9, 15, 30] {
            assert!(is_broken(Kind::ColdToken, second, Outcome::Wrong("401 invalid_client".to_owned())));
            assert!(is_broken(Kind::ColdToken, second, Outcome::NoAnswer));
        }
    }

    #[test]
    fn an_answer_that_takes_longer_than_promised_breaks_a_promise() {
        let broken = |elapsed| judged(Kind::ColdToken, 15, Outcome::Unavailable, elapsed).broken;
        assert!(broken(Duration::from_secs(1)).is_empty());
        assert_eq!(broken(Duration::from_millis(1_500)), ["an answer took 1.50 s (token of a cold account)"]);
    }

    #[test]
    fn only_the_node_that_is_cut_off_may_refuse_warm_accounts_and_only_once_it_is_stale() {
        let start = Instant::now();
        let at = |second| start + Duration::from_secs(second);
        let fault = Fault { stale: Some((0, at(15))), ..Fault::of_database(at(10), at(20)) };
        let broken = |node, second| {
            let mut findings = Findings::default();
            let (kind, outcome) = (Kind::WarmToken, Outcome::Unavailable);
            let sample = Sample { kind, node, sent: at(second), elapsed: Duration::ZERO, outcome };
            judge(&mut findings, &[sample], &fault, &Options::parse_from(["faults"]));
            !findings.broken.is_empty()
        };
        assert!(!broken(0, 16) && broken(1, 16) && broken(0, 12) && broken(0, 23));
    }
}
