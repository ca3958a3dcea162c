//! A clock that is far behind the newest audit record.

use std::time::Duration;

use crate::support::World;

#[tokio::test]
async fn a_node_whose_clock_is_far_behind_the_newest_record_is_not_ready_until_it_is_corrected() {
    let world = World::new().await;
    world.pass(Duration::from_hours(2)).await;
    world.client().await;
    let correct = world.clock.unix();
    let server = world.gateway.server();

    world.clock.set_wall(correct - 301);
    assert_eq!(world.operations("/readyz").await.status, 200, "the newest record was not read yet");
    server.node().read_newest_record().await.unwrap();
    let answer = world.operations("/readyz").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.body, "the clock is 5m 1s behind the newest audit record; correct the clock\n");

    world.clock.set_wall(correct - 300);
    assert_eq!(world.operations("/readyz").await.status, 200, "clocks may differ by five minutes");
    world.clock.set_wall(correct - 86_400);
    assert_eq!(world.operations("/readyz").await.status, 503);
    world.clock.set_wall(correct);
    assert_eq!(world.operations("/readyz").await.body, "ready\n");
}

#[tokio::test]
async fn a_clock_that_is_ahead_is_not_detected() {
    let world = World::new().await;
    world.client().await;
    world.clock.set_wall(world.clock.unix() + 86_400);
    world.gateway.server().node().read_newest_record().await.unwrap();
    assert_eq!(world.operations("/readyz").await.body, "ready\n");
}

#[tokio::test]
async fn the_newest_record_counts_not_the_latest_time() {
    let world = World::new().await;
    let correct = world.clock.unix();
    // A machine whose clock was ahead wrote a record; then a machine with a correct clock did.
    world.clock.set_wall(correct + 86_400);
    world.client().await;
    world.clock.set_wall(correct);
    world.gateway.server().node().read_newest_record().await.unwrap();
    assert_eq!(world.operations("/readyz").await.status, 503);
    world.client().await;
    world.gateway.server().node().read_newest_record().await.unwrap();
    assert_eq!(world.operations("/readyz").await.status, 200);
}
