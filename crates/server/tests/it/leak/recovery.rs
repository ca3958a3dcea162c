//! A new secret after a panic.

use std::time::Duration;

use jeton_core::admin::{AdminError, IfInUse, NewAccount, SecretTerms};

use crate::support::{Client, World};

async fn refused(world: &World, client: &Client) -> String {
    match world.admin.recover_account(&client.id, SecretTerms::default()).await {
        Err(error @ AdminError::Conflict(_)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

async fn panicked(world: &World, client: &Client) {
    world.admin.panic(&client.id, Duration::from_hours(1)).await.unwrap();
}

#[tokio::test]
async fn the_new_secret_works_and_earlier_tokens_stay_revoked() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    panicked(&world, &client).await;
    let made = world
        .admin
        .recover_account(&client.id, SecretTerms { label: Some("new".to_owned()), ..SecretTerms::default() })
        .await
        .unwrap();
    world.follow().await;
    let recovered = client.with_secret(made.secret.unwrap().expose());
    let new = world.token(&recovered).await;
    world.introspect(&api, &new).await.active();
    world.introspect(&api, &token).await.inactive();
    world.ask(&client, &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn tokens_of_a_secret_that_was_only_revoked_are_revoked_too() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    let secret = world.admin.find_account(&client.id).await.unwrap().credentials[0].id.clone();
    world.admin.revoke_secret(&client.id, &secret, IfInUse::Revoke).await.unwrap();
    world.admin.recover_account(&client.id, SecretTerms::default()).await.unwrap();
    world.follow().await;
    world.introspect(&api, &token).await.inactive();
}

#[tokio::test]
async fn an_account_with_an_active_secret_needs_no_recovery() {
    let world = World::new().await;
    let client = world.client().await;
    let line = refused(&world, &client).await;
    assert!(line.contains("has an active secret (sec_"), "{line}");
    assert_eq!(world.admin.find_account(&client.id).await.unwrap().credentials.len(), 1);
}

#[tokio::test]
async fn an_account_that_would_get_no_token_gets_no_secret_and_the_error_says_why() {
    let world = World::new().await;
    let client = world.client().await;
    panicked(&world, &client).await;
    world.admin.disable_account(&client.id).await.unwrap();
    assert!(refused(&world, &client).await.contains("is disabled"));
    world.admin.enable_account(&client.id).await.unwrap();
    let tenant = "default".parse().unwrap();
    world.admin.allow_accounts(&tenant, false).await.unwrap();
    assert!(refused(&world, &client).await.contains("the tenant \"default\""));
    world.admin.allow_accounts(&tenant, true).await.unwrap();
    world.admin.recover_account(&client.id, SecretTerms::default()).await.unwrap();

    let expires_in = Some(Duration::from_mins(1));
    let ends = world.create(NewAccount { expires_in, ..world.new_account() }).await;
    panicked(&world, &ends).await;
    world.clock.pass(Duration::from_mins(1));
    assert!(refused(&world, &ends).await.contains("is expired"));
}
