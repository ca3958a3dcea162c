//! A token expires in the second of its `exp`.

use std::time::Duration;

use jeton_core::admin::{AccountUpdate, Change, IfInUse, NewAccount};

use crate::support::in_both_formats;

#[tokio::test]
async fn a_token_is_active_until_its_last_second_and_not_in_the_next() {
    in_both_formats(async |world| {
        let new = NewAccount { token_ttl: Some(Duration::from_secs(90)), ..world.new_account() };
        let client = world.create(new).await;
        let token = world.token(&client).await;
        world.pass(Duration::from_secs(89)).await;
        world.introspect(&client, &token).await.active();
        world.pass(Duration::from_secs(1)).await;
        world.introspect(&client, &token).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn a_token_expires_with_its_account_when_the_expiry_is_moved_forward() {
    in_both_formats(async |world| {
        let caller = world.introspector().await;
        let client = world.client().await;
        let token = world.token(&client).await;
        let update =
            AccountUpdate { expires_in: Change::Set(Duration::from_secs(10)), ..AccountUpdate::default() };
        world.admin.update_account(&client.id, &update).await.unwrap();
        world.pass(Duration::from_secs(9)).await;
        world.introspect(&caller, &token).await.active();
        world.pass(Duration::from_secs(1)).await;
        world.introspect(&caller, &token).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn revoking_a_secret_does_not_revoke_its_tokens() {
    in_both_formats(async |world| {
        let caller = world.introspector().await;
        let client = world.client().await;
        let token = world.token(&client).await;
        let secret = world.admin.find_account(&client.id).await.unwrap().credentials[0].id.clone();
        world.admin.revoke_secret(&client.id, &secret, IfInUse::Refuse).await.unwrap();
        world.follow().await;
        world.introspect(&caller, &token).await.active();
    })
    .await;
}
