//! More requests in flight than `[limits] in_flight`.

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;

use crate::support::{World, at_once};

const TWO: &str = "[limits]\nin_flight = 2";

#[tokio::test]
async fn a_request_over_the_limit_is_503_at_once_and_later_ones_are_served() {
    let world = World::with(TWO).await;
    let client = world.client().await;
    let (cold, colder) = (world.client().await, world.client().await);
    world.token(&client).await;
    world.store.hang();
    let mut first = Box::pin(world.ask(&cold, &[]));
    assert!(at_once(&mut first).await.is_none());
    world.token(&client).await;
    let mut second = Box::pin(world.ask(&colder, &[]));
    assert!(at_once(&mut second).await.is_none());
    let refused = at_once(Box::pin(world.ask(&client, &[]))).await.expect("at once");
    refused.refused(503, "temporarily_unavailable");
    drop(first);
    world.token(&client).await;
}

#[tokio::test]
async fn callers_that_never_send_their_body_do_not_block_others() {
    let world = World::with(TWO).await;
    let client = world.client().await;
    let unfinished = || {
        let never = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        Box::pin(world.post("/oauth/v1/token").body("application/x-www-form-urlencoded", never).send())
    };
    let mut slow = [unfinished(), unfinished(), unfinished()];
    for caller in &mut slow {
        assert!(at_once(caller).await.is_none());
    }
    world.token(&client).await;
}
