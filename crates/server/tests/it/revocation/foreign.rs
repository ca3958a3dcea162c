//! Tokens of other accounts.

use std::time::Duration;

use crate::support::in_both_formats;

#[tokio::test]
async fn an_active_token_of_another_account_is_refused_and_stays_active() {
    in_both_formats(async |world| {
        let (owner, other) = (world.client().await, world.client().await);
        let token = world.token(&owner).await;
        let description = world.revoke(&other, &token).await.refused(400, "unauthorized_client");
        assert!(description.contains("another account"), "{description}");
        world.introspect(&owner, &token).await.active();
    })
    .await;
}

#[tokio::test]
async fn the_right_to_introspect_does_not_include_revocation() {
    in_both_formats(async |world| {
        let (owner, api) = (world.client().await, world.introspector().await);
        let token = world.token(&owner).await;
        world.revoke(&api, &token).await.refused(400, "unauthorized_client");
        world.introspect(&api, &token).await.active();
    })
    .await;
}

#[tokio::test]
async fn an_inactive_token_of_another_account_gets_the_usual_response() {
    in_both_formats(async |world| {
        let (owner, other) = (world.client().await, world.client().await);
        let revoked = world.token(&owner).await;
        world.revoke(&owner, &revoked).await.revoked();
        world.revoke(&other, &revoked).await.revoked();
        let expired = world.token(&owner).await;
        world.pass(Duration::from_hours(1)).await;
        world.revoke(&other, &expired).await.revoked();
        let disabled = world.token(&owner).await;
        world.admin.disable_account(&owner.id).await.unwrap();
        world.follow().await;
        world.revoke(&other, &disabled).await.revoked();
    })
    .await;
}
