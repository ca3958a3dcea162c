//! Decides whether response times reveal which of two kinds a response is.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// How well two kinds of responses can be distinguished by their times alone.
#[derive(Debug, Clone, Copy)]
pub struct Comparison {
    /// The median of the second kind minus the median of the first.
    pub shift: Interval,
    /// The probability that a response of the second kind takes longer than one of the first (Mann–Whitney's U as a
    /// share). 0.5 reveals nothing.
    pub auc: Interval,
    /// The share of right guesses from one response, with the best threshold. Measured on samples that were not used to
    /// choose the threshold.
    pub accuracy_of_one: Interval,
    /// The same from the median of a hundred responses of one kind.
    pub accuracy_of_a_hundred: f64,
}

/// A figure with its 95 % confidence interval, by bootstrap.
#[derive(Debug, Clone, Copy)]
pub struct Interval {
    /// The figure of the original samples.
    pub value: f64,
    /// 2.5 % of the resampled figures are below.
    pub low: f64,
    /// 2.5 % of the resampled figures are above.
    pub high: f64,
}

/// Compares two kinds of responses. There must be at least two samples of each.
#[must_use]
pub fn compare(first: &[f64], second: &[f64]) -> Comparison {
    let mut random = StdRng::seed_from_u64(1);
    let ([first_even, first_odd], [second_even, second_odd]) = (halves(first), halves(second));
    let threshold = best_threshold(&first_even, &second_even);
    let by_median = best_threshold(
        &medians_of(REPEATED, &first_even, &mut random),
        &medians_of(REPEATED, &second_even, &mut random),
    );
    Comparison {
        shift: bootstrap([first, second], &mut random, |first, second| {
            quantile(second, 0.5) - quantile(first, 0.5)
        }),
        auc: bootstrap([first, second], &mut random, auc),
        accuracy_of_one: bootstrap([&first_odd, &second_odd], &mut random, |first, second| {
            threshold.accuracy(first, second)
        }),
        accuracy_of_a_hundred: by_median.accuracy(
            &medians_of(REPEATED, &first_odd, &mut random),
            &medians_of(REPEATED, &second_odd, &mut random),
        ),
    }
}

/// The value that this share of the samples is below.
#[must_use]
pub fn quantile(samples: &[f64], share: f64) -> f64 {
    let mut sorted = samples.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "an index within some thousand samples"
    )]
    let index = (share * sorted.len().saturating_sub(1) as f64).round() as usize;
    sorted.get(index).copied().unwrap_or(f64::NAN)
}

/// Guesses the kind from one number.
struct Threshold {
    at: f64,
    second_is_above: bool,
}

impl Threshold {
    /// The share of right guesses if both kinds are equally likely.
    fn accuracy(&self, first: &[f64], second: &[f64]) -> f64 {
        let above =
            |samples: &[f64]| share(samples.iter().filter(|one| **one > self.at).count(), samples.len());
        let right = f64::midpoint(above(second), 1.0 - above(first));
        if self.second_is_above { right } else { 1.0 - right }
    }
}

fn best_threshold(first: &[f64], second: &[f64]) -> Threshold {
    let total = [first, second].map(<[f64]>::len);
    let mut best = (0.0, Threshold { at: f64::NEG_INFINITY, second_is_above: true });
    let mut below = [0, 0];
    for (value, kind) in merged(first, second) {
        below[kind] += 1;
        let lead = share(below[0], total[0]) - share(below[1], total[1]);
        if lead.abs() > best.0 {
            best = (lead.abs(), Threshold { at: value, second_is_above: lead > 0.0 });
        }
    }
    best.1
}

/// The share of pairs in which the second sample is greater. A pair of equal samples counts half.
fn auc(first: &[f64], second: &[f64]) -> f64 {
    let samples = merged(first, second);
    let (mut greater, mut firsts_below) = (0.0, 0_usize);
    for equals in samples.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        let seconds = equals.iter().filter(|(_, kind)| *kind == 1).count();
        let firsts = equals.len() - seconds;
        greater += share(firsts_below, 1).mul_add(share(seconds, 1), share(firsts * seconds, 2));
        firsts_below += firsts;
    }
    greater / share(first.len() * second.len(), 1)
}

/// All samples in ascending order, with 0 or 1 for the kind.
fn merged(first: &[f64], second: &[f64]) -> Vec<(f64, usize)> {
    let mut samples: Vec<_> =
        first.iter().map(|one| (*one, 0)).chain(second.iter().map(|one| (*one, 1))).collect();
    samples.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
    samples
}

fn bootstrap(
    [first, second]: [&[f64]; 2],
    random: &mut StdRng,
    figure: impl Fn(&[f64], &[f64]) -> f64,
) -> Interval {
    let resampled: Vec<f64> = (0..RESAMPLES)
        .map(|_| figure(&resample(first.len(), first, random), &resample(second.len(), second, random)))
        .collect();
    Interval {
        value: figure(first, second),
        low: quantile(&resampled, 0.025),
        high: quantile(&resampled, 0.975),
    }
}

fn medians_of(count: usize, samples: &[f64], random: &mut StdRng) -> Vec<f64> {
    (0..RESAMPLES).map(|_| quantile(&resample(count, samples, random), 0.5)).collect()
}

fn resample(count: usize, samples: &[f64], random: &mut StdRng) -> Vec<f64> {
    (0..count).map(|_| samples[random.random_range(0..samples.len())]).collect()
}

/// Takes every other sample, so that both halves cover the same period.
fn halves(samples: &[f64]) -> [Vec<f64>; 2] {
    [0, 1].map(|start| samples.iter().skip(start).step_by(2).copied().collect())
}

#[expect(clippy::cast_precision_loss, reason = "at most some million")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// Fewer in tests, which are not optimized.
const RESAMPLES: usize = if cfg!(test) { 100 } else { 1_000 };
const REPEATED: usize = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(count: usize, from: f64, seed: u64) -> Vec<f64> {
        let mut random = StdRng::seed_from_u64(seed);
        (0..count).map(|_| from + random.random_range(0.0..1.0)).collect()
    }

    #[test]
    fn equal_kinds_cannot_be_distinguished() {
        let comparison = compare(&noise(2_000, 0.0, 1), &noise(2_000, 0.0, 2));
        assert!(comparison.auc.low < 0.5 && comparison.auc.high > 0.5, "{comparison:?}");
        assert!(
            comparison.accuracy_of_one.low < 0.5 && comparison.accuracy_of_one.high > 0.5,
            "{comparison:?}"
        );
        assert!(comparison.shift.low < 0.0 && comparison.shift.high > 0.0, "{comparison:?}");
    }

    #[test]
    fn distant_kinds_are_always_distinguished() {
        for (first, second, auc) in [(0.0, 5.0, 1.0), (5.0, 0.0, 0.0)] {
            let comparison = compare(&noise(200, first, 1), &noise(200, second, 2));
            assert!((comparison.auc.value - auc).abs() < 1e-9, "{comparison:?}");
            assert!(
                comparison.accuracy_of_one.value > 0.999 && comparison.accuracy_of_a_hundred > 0.999,
                "{comparison:?}"
            );
        }
    }

    #[test]
    fn a_small_shift_shows_in_a_hundred_responses_but_hardly_in_one() {
        let comparison = compare(&noise(2_000, 0.0, 1), &noise(2_000, 0.2, 2));
        assert!((0.55..0.65).contains(&comparison.accuracy_of_one.value), "{comparison:?}");
        assert!(comparison.accuracy_of_a_hundred > 0.8, "{comparison:?}");
        assert!((comparison.shift.value - 0.2).abs() < 0.1, "{comparison:?}");
    }

    #[test]
    fn equal_samples_count_half() {
        assert!((auc(&[1.0, 1.0], &[1.0, 2.0]) - 0.75).abs() < 1e-9);
    }
}
