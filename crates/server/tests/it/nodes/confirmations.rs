//! The confirmations of a change by running nodes.

use std::time::Duration;

use jeton_core::ConfirmationState;
use jeton_core::ConfirmationState::{Confirmed, NotConfirmed};

use crate::support::World;

async fn report(world: &World) {
    world.gateway.server().node().report_node("node1", "1.2.3").await.unwrap();
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
async fn a_node_without_a_report_for_30_seconds_is_not_waited_for() {
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
async fn an_unavailable_store_is_an_error_and_not_an_empty_list() {
    let world = World::new().await;
    world.store.make_unavailable();
    world.gateway.server().node().confirm_in_region().await.unwrap_err();
}
