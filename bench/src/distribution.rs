//! What someone who times answers could tell: whether an answer is of one kind or of another.

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

/// Two kinds of answers, told apart by their times alone.
#[derive(Debug, Clone, Copy)]
pub struct Comparison {
    /// The median of the second kind less that of the first.
    pub shift: Interval,
    /// How likely an answer of the second kind takes longer than one of the first (Mann–Whitney's U as a share): 0.5
    /// tells nothing.
    pub auc: Interval,
    /// The share of right guesses by the best threshold for one answer, on samples that did not choose the threshold.
    pub by_one: Interval,
    /// The same for the median of a hundred answers of one kind.
    pub by_a_hundred: f64,
}

/// A figure with its interval of 95 % confidence, by bootstrap.
#[derive(Debug, Clone, Copy)]
pub struct Interval {
    /// From the samples as they are.
    pub value: f64,
    /// 2.5 % of the resamples are below.
    pub low: f64,
    /// 2.5 % of the resamples are above.
    pub high: f64,
}

/// Compares two kinds of answers; there must be at least two samples of each.
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
        by_one: bootstrap([&first_odd, &second_odd], &mut random, |first, second| {
            threshold.accuracy(first, second)
        }),
        by_a_hundred: by_median.accuracy(
            &medians_of(REPEATED, &first_odd, &mut random),
            &medians_of(REPEATED, &second_odd, &mut random),
        ),
    }
}

/// The value below which this share of the samples is.
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

/// A guess by one number.
struct Threshold {
    at: f64,
    second_is_above: bool,
}

impl Threshold {
    /// The share of right guesses where both kinds are equally likely.
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

/// Counts each pair in which the second is greater, and half of each pair of equals.
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

/// All samples in order, with 0 or 1 for the kind.
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

/// Every other sample, so that both halves are of the same time.
fn halves(samples: &[f64]) -> [Vec<f64>; 2] {
    [0, 1].map(|start| samples.iter().skip(start).step_by(2).copied().collect())
}

#[expect(clippy::cast_precision_loss, reason = "some million at the most")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

/// Fewer in the tests, which are not optimised.
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
    fn equal_kinds_tell_nothing() {
        let told = compare(&noise(2_000, 0.0, 1), &noise(2_000, 0.0, 2));
        assert!(told.auc.low < 0.5 && told.auc.high > 0.5, "{told:?}");
        assert!(told.by_one.low < 0.5 && told.by_one.high > 0.5, "{told:?}");
        assert!(told.shift.low < 0.0 && told.shift.high > 0.0, "{told:?}");
    }

    #[test]
    fn kinds_far_apart_tell_all() {
        for (first, second, auc) in [(0.0, 5.0, 1.0), (5.0, 0.0, 0.0)] {
            let told = compare(&noise(200, first, 1), &noise(200, second, 2));
            assert!((told.auc.value - auc).abs() < 1e-9, "{told:?}");
            assert!(told.by_one.value > 0.999 && told.by_a_hundred > 0.999, "{told:?}");
        }
    }

    #[test]
    fn a_small_shift_tells_little_once_and_much_a_hundred_times() {
        let told = compare(&noise(2_000, 0.0, 1), &noise(2_000, 0.2, 2));
        assert!((0.55..0.65).contains(&told.by_one.value), "{told:?}");
        assert!(told.by_a_hundred > 0.8, "{told:?}");
        assert!((told.shift.value - 0.2).abs() < 0.1, "{told:?}");
    }

    #[test]
    fn equals_count_half() {
        assert!((auc(&[1.0, 1.0], &[1.0, 2.0]) - 0.75).abs() < 1e-9);
    }
}
