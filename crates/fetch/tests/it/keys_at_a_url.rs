//! Keys that are published at a known URL, without metadata.

use std::sync::Arc;
use std::time::Duration;

use jeton_fetch::{FetchedKeys, Outage};

use super::{Server, TestClock};

const KEEP_FOR: Duration = Duration::from_hours(24);

#[tokio::test]
async fn the_keys_are_fetched_once_and_again_when_they_expire() {
    let (server, clock) = (Server::start().await, Arc::new(TestClock::default()));
    let keys = FetchedKeys::at(server.at("/keys"), Arc::clone(&clock) as _, KEEP_FOR).unwrap();
    assert_eq!(server.requests(), 0);
    for _ in 0..3 {
        assert!(keys.usable().await.unwrap().value.find(Some("a"), "EdDSA").is_some());
    }
    assert_eq!(server.requests(), 1);
    clock.pass(300);
    keys.usable().await.unwrap();
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn an_unknown_key_id_causes_at_most_one_request_in_thirty_seconds() {
    let (server, clock) = (Server::start().await, Arc::new(TestClock::default()));
    let keys = FetchedKeys::at(server.at("/keys"), Arc::clone(&clock) as _, KEEP_FOR).unwrap();
    let mut current = keys.usable().await.unwrap();
    for _ in 0..5 {
        current = keys.refetch_for_unknown_key(current).await.unwrap();
    }
    assert_eq!(server.requests(), 2);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let server = Server::start().await;
    let keys = FetchedKeys::at(server.at("/moved"), Arc::<TestClock>::default(), KEEP_FOR).unwrap();
    assert!(matches!(keys.usable().await, Err(Outage::Status { status: 307, .. })));
    assert_eq!(server.requests(), 0);
}
