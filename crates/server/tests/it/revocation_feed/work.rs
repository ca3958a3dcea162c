//! How much work a revocation causes: for readers that can see it, and none for others.

use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::{FEED, OTHER, call, document, etag, feed, is_revoked, poll, reader, until_waiting};
use crate::support::{API, Call, Client, World};

/// The counters of documents that were built and of requests that were woken.
async fn work(world: &World) -> (u64, u64) {
    let metrics = world.operations("/metrics").await.body;
    let value = |name: &str| {
        let line = metrics.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().parse().unwrap()
    };
    (value("jeton_revocation_feed_documents_total"), value("jeton_revocation_feed_wakeups_total"))
}

async fn revoked(world: &World, client: &Client) -> String {
    let token = world.token(client).await;
    world.revoke(client, &token).await.revoked();
    token
}

async fn tag(world: &World, reader: &Client) -> String {
    etag(&call(world, reader, "").send().await).to_owned()
}

#[tokio::test]
async fn a_revocation_of_one_audience_builds_and_wakes_nothing_for_another() {
    let world = World::new().await;
    world.add_resource(OTHER).await;
    let (client, other) = (world.client().await, reader(&world, OTHER).await);
    let tag = tag(&world, &other).await;
    let waiting = tokio::spawn(poll(&world, &other, &tag, "?wait=25").send());
    until_waiting(&world, 1).await;
    let before = work(&world).await;
    for _ in 0..20 {
        revoked(&world, &client).await;
    }
    feed(&world, &other).await;
    assert_eq!(work(&world).await, before);
    assert!(!waiting.is_finished());
    // The same revocations are one document for their own audience.
    feed(&world, &reader(&world, API).await).await;
    feed(&world, &reader(&world, API).await).await;
    assert_eq!(work(&world).await, (before.0 + 1, before.1));
}

#[tokio::test]
async fn a_change_builds_one_document_for_all_its_readers_and_wakes_each_once() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    let (one, two) = (reader(&world, API).await, reader(&world, API).await);
    let tag = tag(&world, &one).await;
    feed(&world, &two).await;
    let waiting: Vec<_> = [&one, &two, &one, &two]
        .map(|reader| tokio::spawn(poll(&world, reader, &tag, "?wait=25").send()))
        .into();
    until_waiting(&world, 4).await;
    let before = work(&world).await;
    world.revoke(&client, &token).await.revoked();
    for poll in waiting {
        assert!(is_revoked(&document(&poll.await.unwrap()), &token));
    }
    assert_eq!(work(&world).await, (before.0 + 1, before.1 + 4));
}

#[tokio::test]
async fn many_revocations_wake_a_reader_at_most_four_times_a_second() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let mut known = tag(&world, &api).await;
    let before = work(&world).await;
    let began = Instant::now();
    let reading = tokio::spawn({
        let app = world.app.clone();
        async move {
            let mut listed = 0;
            while listed < REVOCATIONS {
                let poll = Call::new(app.clone(), http::Method::GET, &format!("{FEED}?wait=25"));
                let answer = poll.basic(&api).header("if-none-match", &known).send().await;
                (known, listed) = (etag(&answer).to_owned(), document(&answer).tokens.len());
            }
        }
    });
    until_waiting(&world, 1).await;
    for _ in 0..REVOCATIONS {
        revoked(&world, &client).await;
    }
    timeout(Duration::from_secs(10), reading).await.expect("the reader gets the last one too").unwrap();
    let most = u64::try_from(began.elapsed().as_millis() / 250).unwrap() + 1;
    let (documents, wakeups) = work(&world).await;
    assert!((1..=most).contains(&(wakeups - before.1)), "{} wake-ups, not {most}", wakeups - before.1);
    assert!(documents - before.0 <= most, "{} documents, not {most}", documents - before.0);
}

const REVOCATIONS: usize = 60;
