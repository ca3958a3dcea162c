//! A new master key for the same store.

use jeton_core::model::{Algorithm, KeyKind, KeyState};
use jeton_core::{KeyRingError, MasterKey};
use jeton_server::start::settings;

use super::the;
use crate::support::{ACTIVE_FOR, World, token_call};

#[tokio::test]
async fn tokens_secrets_and_the_running_node_still_work_after_a_rewrap() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    let keeper = world.admin.key_keeper(settings(&world.config).key_timings());
    let new_key = world.another_master_key();
    assert_eq!(keeper.rewrap(&new_key).await.unwrap(), 5);
    world.follow().await;
    world.introspect(&client, &token).await.active();
    world.token(&client).await;

    let restarted = world.node_with(&new_key).await.unwrap();
    token_call(restarted, &client, &[]).send().await.token();
    assert!(matches!(world.node_with(&world.master_key).await, Err(KeyRingError::MasterKey(_))));
}

#[tokio::test]
async fn secrets_created_after_a_rewrap_work_after_another_rewrap() {
    let world = World::new().await;
    let before = world.client().await;
    let keeper = world.admin.key_keeper(settings(&world.config).key_timings());
    let (second, third) = (world.another_master_key(), world.another_master_key());
    keeper.rewrap(&second).await.unwrap();
    let admin = world.administrator_with(&second).await;
    let made = admin.create_account(world.new_account()).await.unwrap();
    let again = admin.key_keeper(settings(&world.config).key_timings());
    assert_eq!(again.rewrap(&third).await.unwrap(), 5);
    assert_eq!(again.rewrap(&third).await.unwrap(), 0);
    let node = world.node_with(&third).await.unwrap();
    token_call(node.clone(), &before, &[]).send().await.token();
    let secret = made.secret.unwrap();
    let after = before.with_id(made.account.client_id.as_str()).with_secret(secret.expose());
    token_call(node, &after, &[]).send().await.token();
}

#[tokio::test]
async fn a_node_with_the_old_master_key_creates_no_keys() {
    let world = World::new().await;
    let keeper = world.admin.key_keeper(settings(&world.config).key_timings());
    let new_key: MasterKey = world.another_master_key();
    keeper.rewrap(&new_key).await.unwrap();
    let before = world.admin.store().list_keys().await.unwrap();
    world.clock.pass(ACTIVE_FOR);
    let result = world.gateway.server().directory().keeper().maintain().await;
    assert!(matches!(result, Err(KeyRingError::MasterKey(_))), "{result:?}");
    assert_eq!(world.admin.store().list_keys().await.unwrap(), before);
    the(&world, KeyKind::Signing(Algorithm::Es256), KeyState::Active).await;
}
