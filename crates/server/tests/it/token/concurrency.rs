//! Concurrent requests.

use futures_util::future::join_all;
use jeton_core::HashCost;

use crate::support::World;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_concurrent_requests_of_one_cold_account_succeed_with_one_read_and_one_hash() {
    let world = World::new().await;
    let client = world.client().await;
    let reads = world.store.calls();
    let calls = (0..100).map(|_| tokio::spawn(world.token_call(&client, &[]).send()));
    for answer in join_all(calls).await {
        answer.unwrap().token();
    }
    assert_eq!(world.store.calls() - reads, 1);
    assert_eq!(world.gateway.server().hashes().started(HashCost::Light), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_concurrent_requests_of_one_warm_account_succeed_with_different_tokens() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    let calls = (0..100).map(|_| tokio::spawn(world.token_call(&client, &[]).send()));
    let mut tokens: Vec<_> =
        join_all(calls).await.into_iter().map(|answer| answer.unwrap().token()).collect();
    tokens.sort_unstable();
    tokens.dedup();
    assert_eq!(tokens.len(), 100);
}
