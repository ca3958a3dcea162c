//! The confirmations of a change by running nodes.

use std::sync::Arc;
use std::time::Duration;

use jeton_admin::administration::NodeConfirmations as _;
use jeton_admin::{Authority, Reach};
use jeton_core::ConfirmationState::{Confirmed, NotConfirmed};
use jeton_core::admin::StoreAdministration;
use jeton_core::model::Actor;
use jeton_core::store::Store;
use jeton_core::{Clock, ConfirmationState, Context, Randomness};
use jeton_server::OperatorExplanations;
use jeton_server::start::settings;

use crate::support::World;

async fn report(world: &World) {
    world.gateway.server().node().report_node("node1", "1.2.3").await.unwrap();
}

async fn states(world: &World) -> Vec<ConfirmationState> {
    let nodes = world.admin.confirm_in_region().await.unwrap();
    nodes.iter().map(|node| node.state).collect()
}

/// As a command opens it, with the configuration of the world and its store.
async fn administration(world: &World) -> StoreAdministration {
    let context = Context {
        store: Arc::clone(&world.store) as Arc<dyn Store>,
        region: world.config.this_region().name.clone(),
        clock: Arc::clone(&world.clock) as Arc<dyn Clock>,
        randomness: Arc::clone(&world.randomness) as Arc<dyn Randomness>,
    };
    let explainer = Arc::new(OperatorExplanations);
    StoreAdministration::open(context, settings(&world.config), &world.master_key, explainer).await.unwrap()
}

fn authority() -> Authority {
    Authority::new(Actor::Cli("test".to_owned()), Reach::region())
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

/// It may be cut off from the database.
#[tokio::test]
async fn a_node_that_may_still_serve_from_memory_is_not_confirmed() {
    let world = World::new().await;
    let admin = administration(&world).await;
    report(&world).await;
    world.client().await;
    world.clock.pass(Duration::from_secs(30) + Duration::from_mins(5));
    let nodes = admin.confirm_in_region(&authority()).await.unwrap();
    assert_eq!(nodes.iter().map(|node| node.state).collect::<Vec<_>>(), [NotConfirmed]);
    world.clock.pass(Duration::from_secs(1));
    assert!(admin.confirm_in_region(&authority()).await.unwrap().is_empty());
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
    let admin = administration(&world).await;
    world.store.make_unavailable();
    admin.confirm_in_region(&authority()).await.unwrap_err();
}
