//! `/metrics` and `/readyz`, and the page that documents them.

#![expect(clippy::float_cmp, reason = "the values in these tests are small whole numbers")]

mod background_tasks;
mod change_source;
mod clock;
mod degraded;
mod documented;
mod formats;
mod metrics;
mod promtool;

use crate::support::{Answer, Call, World};

/// Reads the metrics with this `Accept` header.
async fn scrape(world: &World, accept: Option<&str>) -> Answer {
    let call = Call::new(world.operations_app(), http::Method::GET, "/metrics");
    match accept {
        Some(accept) => call.header("accept", accept),
        None => call,
    }
    .send()
    .await
}

/// The value of one series.
#[track_caller]
fn value(metrics: &str, series: &str) -> f64 {
    let found = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    found.unwrap_or_else(|| panic!("{series} is not in\n{metrics}")).parse().unwrap()
}
