//! The store accepts a query and never answers.

use std::time::Duration;

use futures_util::future::join_all;
use jeton_core::store::StoreError;

use crate::support::World;

#[tokio::test]
async fn a_cold_account_is_503_within_a_second() {
    let world = World::new().await;
    let cold = world.client().await;
    let warm = world.client().await;
    world.token(&warm).await;
    world.store.hang();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    world.ask(&cold, &[]).await.refused(503, "temporarily_unavailable");
    assert!(began.elapsed() <= Duration::from_secs(1), "{:?}", began.elapsed());
    world.token(&warm).await;
}

#[tokio::test]
async fn a_hundred_requests_of_one_cold_account_are_all_503_within_a_second() {
    let world = World::new().await;
    let cold = world.client().await;
    world.store.hang();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    for answer in join_all((0..100).map(|_| world.ask(&cold, &[]))).await {
        let description = answer.refused(503, "temporarily_unavailable");
        assert!(!description.contains("revoked"), "{description}");
    }
    assert!(began.elapsed() <= Duration::from_secs(1), "{:?}", began.elapsed());
}

#[tokio::test]
async fn work_that_takes_longer_than_the_request_timeout_is_503() {
    let world = World::with("[server]\nrequest_timeout = \"100ms\"").await;
    let cold = world.client().await;
    world.store.hang();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    world.ask(&cold, &[]).await.refused(503, "temporarily_unavailable");
    assert!(began.elapsed() < Duration::from_millis(200), "{:?}", began.elapsed());
}

#[tokio::test]
async fn following_the_change_feed_times_out_and_is_retried() {
    let world = World::new().await;
    let client = world.client().await;
    world.store.hang();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    assert!(world.gateway.server().directory().follow().await.is_err());
    assert!(began.elapsed() <= Duration::from_secs(1), "{:?}", began.elapsed());
    tokio::time::resume();
    world.store.restore();
    world.follow().await;
    world.token(&client).await;
}

#[tokio::test]
async fn rehashing_gives_up_within_a_second_and_is_retried() {
    let world = World::new().await;
    let client = world.moved_client("acme-billing", SECRET, BCRYPT).await;
    world.token(&client).await;
    world.store.hang();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let failed = world.gateway.server().rehash().await.unwrap_err();
    assert!(matches!(failed, StoreError::Unavailable(_)), "{failed:?}");
    assert!(began.elapsed() <= Duration::from_secs(1), "{:?}", began.elapsed());
    tokio::time::resume();
    world.store.restore();
    assert_eq!(world.gateway.server().rehash().await.unwrap().len(), 1);
}

#[tokio::test]
async fn recording_uses_and_maintaining_keys_give_up_within_a_second() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    world.store.hang();
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    world.gateway.server().record_uses().await.unwrap_err();
    assert!(began.elapsed() <= Duration::from_secs(1), "{:?}", began.elapsed());
    world.gateway.server().node().maintain_keys().await.unwrap_err();
    assert!(began.elapsed() <= Duration::from_secs(2), "{:?}", began.elapsed());
}

const SECRET: &str = "the-customers-old-secret";
const BCRYPT: &str = "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.";
