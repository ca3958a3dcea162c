//! When a node reports, and when its report is removed.

use std::time::Duration;

use jeton_core::store::{NodeStore as _, Position};
use jeton_server::Background;
use tokio::time::sleep;

use crate::support::World;

async fn positions(world: &World) -> Vec<Position> {
    world.store.list_nodes().await.unwrap().iter().map(|node| node.position).collect()
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

#[tokio::test]
async fn a_node_reports_at_the_start_and_after_a_change_and_removes_its_report_at_the_stop() {
    let world = World::new().await;
    assert_eq!(positions(&world).await, []);
    let background = Background::start(&world.gateway).unwrap();
    until(async || positions(&world).await.len() == 1).await;
    let before = positions(&world).await[0];
    world.client().await;
    until(async || positions(&world).await[0] != before).await;
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
    let background = Background::start(&world.gateway).unwrap();
    world.token(&client).await;
    background.stop().await;
    world.token(&client).await;
}
