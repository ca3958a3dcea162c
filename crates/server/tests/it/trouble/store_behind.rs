//! The store is behind the changes that the node has already applied.

use jeton_core::store::Position;

use crate::support::World;

#[tokio::test]
async fn an_account_is_read_from_a_state_that_includes_all_applied_changes() {
    let world = World::new().await;
    let client = world.client().await;
    world.follow().await;
    let applied = world.gateway.server().directory().position();
    assert_ne!(applied, Position::START);
    world.token(&client).await;
    assert_eq!(world.store.last_at_least(), Some(applied));
}

#[tokio::test]
async fn an_older_database_is_503_and_never_401_until_the_node_has_read_it_again() {
    let world = World::new().await;
    let client = world.client().await;
    let backup = world.back_up();
    let newer = world.client().await;
    world.follow().await;
    world.restore_backup(&backup).await;
    for client in [&client, &newer, &client.with_secret("wrong")] {
        world.ask(client, &[]).await.refused(503, "temporarily_unavailable");
    }
    world.follow().await;
    world.token(&client).await;
    world.ask(&newer, &[]).await.refused(401, "invalid_client");
}
