//! How a node learns of changes, and how late they take effect.

use std::time::Duration;

use jeton_core::store::ChangeSource;
use jeton_server::Background;
use tokio::time::{Instant, sleep};

use super::{scrape, value};
use crate::support::World;

const READS: &str = "jeton_change_feed_interval_seconds_count";

async fn read(world: &World, series: &str) -> f64 {
    value(&scrape(world, None).await.body, series)
}

/// Starts the background tasks and waits for the first read.
async fn start(world: &World) -> Background {
    let background = Background::start(&world.gateway).unwrap();
    while read(world, READS).await == 0.0 {
        sleep(Duration::from_millis(5)).await;
    }
    background
}

async fn lags(world: &World, source: &str) -> (f64, f64) {
    let labels = format!(r#"{{source="{source}"}}"#);
    (
        read(world, &format!("jeton_change_lag_seconds_count{labels}")).await,
        read(world, &format!("jeton_change_lag_seconds_sum{labels}")).await,
    )
}

#[tokio::test]
async fn a_node_reads_at_once_when_a_change_is_announced_but_a_stream_of_them_is_no_stream_of_reads() {
    let world = World::new().await;
    let background = start(&world).await;
    let (before, started) = (read(&world, READS).await, Instant::now());
    while started.elapsed() < Duration::from_secs(1) {
        world.store.announce(Instant::now());
        sleep(Duration::from_millis(1)).await;
    }
    let (reads, took) = (read(&world, READS).await - before, started.elapsed());
    // Polling alone would be four.
    assert!(reads >= 8.0, "{reads}");
    assert!(reads <= took.as_secs_f64() / 0.05 + 2.0, "{reads} in {took:?}");
    background.stop().await;
}

#[tokio::test]
async fn the_lag_of_an_announced_change_begins_with_its_commit() {
    let world = World::new().await;
    let background = start(&world).await;
    let mut changes = 0.0;
    // A node that polls just before it hears the announcement has applied the change already.
    while lags(&world, "notify").await.0 == 0.0 {
        changes += 1.0;
        assert!(changes < 100.0, "no announced change was applied");
        world.client().await;
        world.store.announce(Instant::now() - Duration::from_secs(5));
        sleep(Duration::from_millis(100)).await;
    }
    let (count, sum) = lags(&world, "notify").await;
    assert!((5.0 * count..5.5 * count).contains(&sum), "{sum} of {count}");
    background.stop().await;
}

#[tokio::test]
async fn a_change_that_is_not_announced_has_the_longest_possible_lag() {
    let world = World::new().await;
    let background = start(&world).await;
    let client = world.client().await;
    world.token(&client).await;
    world.admin.disable_account(&client.id).await.unwrap();
    let started = Instant::now();
    while world.token_call(&client, &[]).send().await.status != 401 {
        assert!(started.elapsed() < Duration::from_secs(1), "polling is not enough");
        sleep(Duration::from_millis(5)).await;
    }
    let (count, sum) = lags(&world, "poll").await;
    // From the start of one read to the end of the next.
    assert!(count >= 1.0 && sum >= 0.2 * count, "{sum} of {count}");
    assert_eq!(lags(&world, "notify").await.0, 0.0);
    background.stop().await;
}

#[tokio::test]
async fn readiness_and_metrics_say_how_the_node_learns_of_changes() {
    let world = World::new().await;
    let sources = async || {
        let metrics = scrape(&world, None).await.body;
        ["notify", "poll"]
            .map(|source| value(&metrics, &format!(r#"jeton_change_source{{source="{source}"}}"#)))
    };
    let readiness = async || world.operations("/readyz").await.body;
    // SQLite has no announcements.
    assert_eq!((sources().await, readiness().await.as_str()), ([0.0, 1.0], "ready\n"));
    world.store.set_change_source(ChangeSource::Notify);
    assert_eq!((sources().await, readiness().await.as_str()), ([1.0, 0.0], "ready\nchange source: notify\n"));
    world.store.set_change_source(ChangeSource::Poll);
    assert_eq!((sources().await, readiness().await.as_str()), ([0.0, 1.0], "ready\nchange source: poll\n"));
}
