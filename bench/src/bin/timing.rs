//! Times kinds of refused requests in turn and says what their times tell. `bench/timing` runs it.

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

/// Post forms of several kinds in turn, twice each, and compare the times of the answers
#[derive(Debug, Parser)]
struct Timing {
    /// Where to post; `http` only
    url: Uri,
    /// A kind of request and the file of its forms, one a line; the others are compared with the first
    #[arg(required = true, num_args = 2..)]
    kinds: Vec<Kind>,
    /// Rounds at the beginning that are not counted
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
        let (name, forms) = text.split_once('=').ok_or("write NAME=FILE")?;
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
    for pass in ["first sight", "second time"] {
        let times = measure(&mut client, &forms, timing.warm_up).await?;
        report(pass, &timing.kinds, &times)?;
    }
    Ok(())
}

/// The microseconds that each form took; the kinds take turns in an order of chance.
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
                return Err(format!("a request was answered {}, not 401", answer.status).into());
            }
            if round >= warm_up {
                times[kind].push(microseconds(answer.took));
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
        "\n{pass}, {} samples each, microseconds; compared with \"{}\"",
        first_times.len(),
        kinds[0].name
    )?;
    writeln!(
        out,
        "{:<34} {:>9} {:>9} {:>9}  {:<24} {:<21} {:<21} by 100",
        "", "p10", "median", "p90", "median's difference", "AUC", "right by one answer"
    )?;
    for (kind, times) in kinds.iter().zip(times) {
        let [low, median, high] = [0.1, 0.5, 0.9].map(|share| quantile(times, share));
        write!(out, "{:<34} {low:>9.1} {median:>9.1} {high:>9.1}", kind.name)?;
        if kind.name == kinds[0].name {
            writeln!(out)?;
            continue;
        }
        let told = compare(first_times, times);
        let text = |one: jeton_bench::Interval, digits: usize| {
            format!("{:.digits$} [{:.digits$} {:.digits$}]", one.value, one.low, one.high)
        };
        writeln!(
            out,
            "  {:<24} {:<21} {:<21} {:.3}",
            text(told.shift, 1),
            text(told.auc, 3),
            text(told.by_one, 3),
            told.by_a_hundred
        )?;
    }
    Ok(())
}

fn microseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
