//! Measures kinds of refused requests in turn and prints what their response times reveal. `bench/timing` runs it.

use std::io::Write as _;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use bytes::Bytes;
use clap::Parser;
use http::{StatusCode, Uri};
use jeton_bench::{Error, FormClient, compare, quantile};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;

/// Post forms of several kinds in turn, twice each, and compare the response times
#[derive(Debug, Parser)]
struct Timing {
    /// URL to post to; `http` only
    url: Uri,
    /// NAME=FILE: a kind of request and the file of its forms, one per line; all are compared with the first kind
    #[arg(required = true, num_args = 2..)]
    kinds: Vec<Kind>,
    /// Number of rounds at the beginning that are not counted
    #[arg(long, value_name = "N", default_value_t = 100)]
    warm_up: usize,
}

/// One kind of request.
#[derive(Debug, Clone)]
struct Kind {
    name: String,
    forms: PathBuf,
}

impl FromStr for Kind {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, forms) = text.split_once('=').ok_or("expected NAME=FILE")?;
        Ok(Self { name: name.to_owned(), forms: forms.into() })
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let timing = Timing::parse();
    let mut forms: Vec<Vec<Bytes>> = Vec::new();
    for kind in &timing.kinds {
        let lines = std::fs::read_to_string(&kind.forms)?;
        forms.push(lines.lines().map(|line| Bytes::from(line.to_owned())).collect());
    }
    let mut client = FormClient::connect(&timing.url).await?;
    for pass in ["first request", "second request"] {
        let times = measure(&mut client, &forms, timing.warm_up).await?;
        report(pass, &timing.kinds, &times)?;
    }
    Ok(())
}

/// The response time of each form, in microseconds. The kinds take turns in random order.
async fn measure(
    client: &mut FormClient,
    forms: &[Vec<Bytes>],
    warm_up: usize,
) -> Result<Vec<Vec<f64>>, Error> {
    let mut random = StdRng::seed_from_u64(1);
    let rounds = forms.iter().map(Vec::len).min().unwrap_or_default();
    let mut times = vec![Vec::with_capacity(rounds); forms.len()];
    let mut order: Vec<usize> = (0..forms.len()).collect();
    for round in 0..rounds {
        order.shuffle(&mut random);
        for &kind in &order {
            let Some(form) = forms[kind].get(round) else { continue };
            let answer = client.post(form.clone()).await?;
            if answer.status != StatusCode::UNAUTHORIZED {
                return Err(format!("a request was answered with {} instead of 401", answer.status).into());
            }
            if round >= warm_up {
                times[kind].push(microseconds(answer.elapsed));
            }
        }
    }
    Ok(times)
}

fn report(pass: &str, kinds: &[Kind], times: &[Vec<f64>]) -> std::io::Result<()> {
    let mut out = std::io::stdout();
    let [first_times, _, ..] = times else { return Ok(()) };
    writeln!(
        out,
        "\n{pass}, {} samples per kind, microseconds; compared with \"{}\"",
        first_times.len(),
        kinds[0].name
    )?;
    writeln!(
        out,
        "{:<34} {:>9} {:>9} {:>9}  {:<24} {:<21} {:<21} 100 responses",
        "", "p10", "median", "p90", "median difference", "AUC", "accuracy, 1 response"
    )?;
    for (kind, times) in kinds.iter().zip(times) {
        let [low, median, high] = [0.1, 0.5, 0.9].map(|share| quantile(times, share));
        write!(out, "{:<34} {low:>9.1} {median:>9.1} {high:>9.1}", kind.name)?;
        if kind.name == kinds[0].name {
            writeln!(out)?;
            continue;
        }
        let comparison = compare(first_times, times);
        let text = |one: jeton_bench::Interval, digits: usize| {
            format!("{:.digits$} [{:.digits$} {:.digits$}]", one.value, one.low, one.high)
        };
        writeln!(
            out,
            "  {:<24} {:<21} {:<21} {:.3}",
            text(comparison.shift, 1),
            text(comparison.auc, 3),
            text(comparison.accuracy_of_one, 3),
            comparison.accuracy_of_a_hundred
        )?;
    }
    Ok(())
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
