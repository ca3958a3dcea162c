//! What a command is told of the running nodes.

use std::time::Duration;

use jeton_core::ConfirmationState;
use jeton_core::ConfirmationState::{Confirmed, NotConfirmed};

use crate::support::World;

async fn report(world: &World) {
    world.gateway.server().report_node("node1", "1.2.3").await.unwrap();
}

async fn states(world: &World) -> Vec<ConfirmationState> {
    let nodes = world.admin.confirm_in_region().await.unwrap();
    nodes.iter().map(|node| node.state).collect()
}

#[tokio::test]
async fn a_node_confirms_when_it_has_applied_and_reported_the_change() {
    let world = World::new().await;
    world.follow().await;
    report(&world).await;
    assert_eq!(states(&world).await, [Confirmed]);
    world.client().await;
    assert_eq!(states(&world).await, [NotConfirmed]);
    world.follow().await;
    assert_eq!(states(&world).await, [NotConfirmed]);
    report(&world).await;
    assert_eq!(states(&world).await, [Confirmed]);
}

#[tokio::test]
async fn a_node_that_has_not_reported_for_30_seconds_is_not_asked() {
    let world = World::new().await;
    report(&world).await;
    world.client().await;
    world.clock.pass(Duration::from_secs(30));
    assert_eq!(states(&world).await, [NotConfirmed]);
    world.clock.pass(Duration::from_secs(1));
    assert_eq!(states(&world).await, []);
}

#[tokio::test]
async fn a_change_that_is_confirmed_while_the_command_waits_is_confirmed() {
    let world = World::new().await;
    report(&world).await;
    world.client().await;
    let apply = async {
        world.follow().await;
        report(&world).await;
    };
    let (states, ()) = tokio::join!(states(&world), apply);
    assert_eq!(states, [Confirmed]);
}

#[tokio::test]
async fn a_store_that_is_away_is_an_error_and_no_empty_list() {
    let world = World::new().await;
    world.store.take_away();
    world.gateway.server().confirm_in_region().await.unwrap_err();
}
