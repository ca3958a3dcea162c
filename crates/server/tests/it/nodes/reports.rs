//! When a node reports, and when its report is removed.

use jeton_core::store::{NodeStore as _, Sequence};
use jeton_server::Background;
use tokio::task::yield_now;

use crate::support::World;

async fn positions(world: &World) -> Vec<Sequence> {
    world.store.list_nodes().await.unwrap().iter().map(|node| node.position).collect()
}

/// Runs the background tasks until `done` returns true.
async fn until(mut done: impl AsyncFnMut() -> bool) {
    for _ in 0..200_000 {
        if done().await {
            return;
        }
        yield_now().await;
    }
    panic!("the condition never became true");
}

#[tokio::test]
async fn a_node_reports_at_the_start_and_after_a_change_and_removes_its_report_at_the_stop() {
    let world = World::new().await;
    assert_eq!(positions(&world).await, []);
    let background = Background::start(&world.gateway);
    until(async || positions(&world).await.len() == 1).await;
    let before = positions(&world).await[0];
    world.client().await;
    until(async || positions(&world).await[0] > before).await;
    let node = world.store.list_nodes().await.unwrap().remove(0);
    assert_eq!((node.id, node.region.as_str()), (world.gateway.tag().to_string(), "us"));
    background.stop().await;
    assert_eq!(positions(&world).await, []);
}

#[tokio::test]
async fn a_failing_report_does_not_prevent_serving() {
    let world = World::new().await;
    let client = world.client().await;
    world.store.refuse_writes();
    let background = Background::start(&world.gateway);
    world.token(&client).await;
    background.stop().await;
    world.token(&client).await;
}
