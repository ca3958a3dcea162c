//! `jeton token revoke`, which uses the core without a server.

use std::time::Duration;

use jeton_core::TokenFault;
use jeton_core::admin::{AccountUpdate, AdminError, InvalidRequest, RevokedToken};

use crate::support::{World, in_both_formats};

async fn revoke(world: &World, token: &str) -> Result<RevokedToken, TokenFault> {
    let done = match world.admin.revoke_token(world.gateway.server().settings(), token).await {
        Err(AdminError::Invalid(InvalidRequest::NotAToken(fault))) => Err(fault),
        done => Ok(done.unwrap()),
    };
    world.follow().await;
    done
}

#[tokio::test]
async fn an_administrator_revokes_tokens_of_any_account() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let (token, kept) = (world.token(&client).await, world.token(&client).await);
        let revoked = revoke(&world, &token).await.unwrap();
        assert_eq!(revoked.client_id.as_str(), client.id);
        assert_eq!(revoked.already_inactive, None);
        world.introspect(&client, &token).await.inactive();
        world.introspect(&client, &kept).await.active();
        assert_eq!(revoke(&world, &token).await.unwrap().already_inactive, Some(TokenFault::Revoked));
    })
    .await;
}

#[tokio::test]
async fn a_string_that_is_not_a_token_of_this_region_is_refused_with_the_reason() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        assert_eq!(revoke(&world, "garbage").await.unwrap_err(), TokenFault::Malformed);
        let other = if token.ends_with('A') { "BA" } else { "AA" };
        let forged = format!("{}{other}", &token[..token.len() - 2]);
        assert!(matches!(
            revoke(&world, &forged).await,
            Err(TokenFault::BadSignature | TokenFault::BadSeal | TokenFault::Malformed)
        ));
    })
    .await;
}

#[tokio::test]
async fn a_token_that_is_inactive_only_for_now_is_revoked_permanently() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        let end_in =
            |end: Option<Duration>| AccountUpdate { expires_in: end.into(), ..AccountUpdate::default() };
        world.admin.update_account(&client.id, &end_in(Some(Duration::from_secs(1)))).await.unwrap();
        world.pass(Duration::from_secs(1)).await;
        world.introspect(&world.introspector().await, &token).await.inactive();
        assert_eq!(revoke(&world, &token).await.unwrap().already_inactive, None);
        world.admin.update_account(&client.id, &end_in(None)).await.unwrap();
        world.follow().await;
        world.introspect(&client, &token).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn an_expired_token_is_reported_as_already_inactive() {
    in_both_formats(async |world| {
        let client = world.client().await;
        let token = world.token(&client).await;
        world.pass(Duration::from_mins(61)).await;
        assert!(matches!(
            revoke(&world, &token).await.unwrap().already_inactive,
            Some(TokenFault::Expired(_))
        ));
    })
    .await;
}
