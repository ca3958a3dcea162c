//! A background task that fails is visible and comes back.

use std::time::Duration;

use jeton_server::Background;
use tokio::time::sleep;

use crate::support::World;

#[tokio::test]
async fn a_task_that_panics_makes_the_node_unready_and_runs_again() {
    let world = World::new().await;
    let background = Background::start(&world.gateway).unwrap();
    until(async || world.operations("/readyz").await.status == 200).await;
    world.store.panic_once();
    until(async || world.operations("/readyz").await.status == 503).await;
    let reason = world.operations("/readyz").await.body;
    assert_eq!(reason, "the background task follow_changes is down; it will start again\n");
    let client = world.client().await;
    // Tokens are still issued, and the change above is applied as soon as the task is back.
    world.token(&client).await;
    until(async || world.operations("/readyz").await.status == 200).await;
    let metrics = world.operations("/metrics").await.body;
    assert!(metrics.contains("jeton_background_restarts_total{task=\"follow_changes\"} 1"), "{metrics}");
    assert!(metrics.contains("jeton_background_restarts_total{task=\"prune\"} 0"), "{metrics}");
    world.admin.disable_account(&client.id).await.unwrap();
    until(async || world.token_call(&client, &[]).send().await.status == 401).await;
    background.stop().await;
}

/// Waits for a condition that the background tasks fulfil on their own thread.
async fn until(mut done: impl AsyncFnMut() -> bool) {
    for _ in 0..500 {
        if done().await {
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("the condition never became true");
}
