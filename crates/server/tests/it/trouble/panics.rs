//! A defect in the server.

use crate::support::World;

#[tokio::test]
async fn a_panic_is_500_only_for_its_own_request() {
    let world = World::new().await;
    let client = world.client().await;
    world.token(&client).await;
    world.clock.break_once();
    let answer = world.ask(&client, &[]).await;
    let description = answer.refused(500, "server_error");
    assert!(!description.contains("clock"), "{description}");
    world.token(&client).await;
}
