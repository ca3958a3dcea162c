//! Revoking all secrets and tokens of an account at once.

use std::time::Duration;

use jeton_core::Clock as _;
use jeton_core::admin::{
    AccountUpdate, Change, IfInUse, NewAccount, ResourceUpdate, SecretRotation, SecretSource, SecretTerms,
};
use jeton_core::model::Timestamp;
use jeton_core::store::{AuditFilter, AuditOrder, AuditPage, AuditRecord};

use crate::support::{API, Client, World, jwt, uri};

const DEFAULT: Duration = Duration::from_hours(1);

async fn records(world: &World, client: &Client) -> Vec<AuditRecord> {
    let subject = Some(("account".to_owned(), client.id.clone()));
    let filter = AuditFilter { subject, ..AuditFilter::default() };
    let page = AuditPage { order: AuditOrder::OldestFirst, after: None, limit: 100 };
    world.admin.store().list_audit(&filter, &page).await.unwrap()
}

async fn expired_at(world: &World, client: &Client) -> Timestamp {
    world.admin.panic(&client.id, DEFAULT).await.unwrap().expired_at
}

#[tokio::test]
async fn every_secret_and_every_token_of_the_account_is_revoked() {
    let world = World::new().await;
    let (client, other, api) = (world.client().await, world.client().await, world.introspector().await);
    let second =
        world.admin.add_secret(&client.id, SecretSource::Generate, SecretTerms::default()).await.unwrap();
    let second = client.with_secret(second.secret.unwrap().expose());
    let (token, of_other) = (world.token(&client).await, world.token(&other).await);
    world.introspect(&api, &token).await.active();

    let panicked = world.admin.panic(&client.id, DEFAULT).await.unwrap();
    world.follow().await;

    assert_eq!(panicked.revoked.len(), 2);
    world.introspect(&api, &token).await.inactive();
    for client in [&client, &second] {
        world.ask(client, &[]).await.refused(401, "invalid_client");
    }
    world.introspect(&api, &of_other).await.active();
    world.token(&other).await;
}

#[tokio::test]
async fn it_is_one_write_with_one_record() {
    let world = World::new().await;
    let client = world.client().await;
    world.admin.add_secret(&client.id, SecretSource::Generate, SecretTerms::default()).await.unwrap();
    let before = world.admin.find_account(&client.id).await.unwrap();
    world.admin.panic(&client.id, DEFAULT).await.unwrap();
    let account = world.admin.find_account(&client.id).await.unwrap();
    assert_eq!(account.version, before.version + 1);
    assert!(account.epoch > before.epoch && account.active_credentials(world.clock.now()).next().is_none());
    let records = records(&world, &client).await;
    let actions: Vec<&str> = records.iter().map(|record| record.action.as_str()).collect();
    assert_eq!(actions, ["create", "secret.add", "panic"]);
    let after = records[2].after.as_ref().unwrap();
    assert_eq!(after.matches(r#""state":"revoked""#).count(), 2, "{after}");
}

#[tokio::test]
async fn a_second_panic_revokes_no_more_secrets_and_reports_the_same_time() {
    let world = World::new().await;
    let client = world.client().await;
    let first = world.admin.panic(&client.id, DEFAULT).await.unwrap();
    world.clock.pass(Duration::from_mins(30));
    let second = world.admin.panic(&client.id, DEFAULT).await.unwrap();
    assert_eq!((first.revoked.len(), second.revoked.len()), (1, 0));
    assert_eq!(first.expired_at, second.expired_at);
    let revoked = |account: &jeton_core::model::Account| account.credentials[0].revoked_at;
    assert_eq!(revoked(&first.account), revoked(&second.account));
}

#[tokio::test]
async fn a_panic_also_revokes_the_tokens_of_secrets_that_were_revoked_before() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    let token = world.token(&client).await;
    let secret = world.admin.find_account(&client.id).await.unwrap().credentials[0].id.clone();
    world.admin.revoke_secret(&client.id, &secret, IfInUse::Revoke).await.unwrap();
    world.follow().await;
    world.introspect(&api, &token).await.active();
    assert_eq!(world.admin.panic(&client.id, DEFAULT).await.unwrap().revoked, []);
    world.follow().await;
    world.introspect(&api, &token).await.inactive();
}

/// A node may issue tokens for one more second, so the longest lifetime begins then.
#[tokio::test]
async fn the_last_token_expires_at_the_reported_time() {
    let world = World::new().await;
    let now = world.clock.now();
    let after = |seconds: u64| now.after(Duration::from_secs(seconds));

    assert_eq!(expired_at(&world, &world.client().await).await, after(3_601), "the default lifetime");
    let update =
        ResourceUpdate { token_ttl: Change::Set(Duration::from_mins(2)), ..ResourceUpdate::default() };
    world.admin.update_resource(&uri(API), &update).await.unwrap();
    assert_eq!(expired_at(&world, &world.client().await).await, after(121), "the resource's");

    let own =
        world.create(NewAccount { token_ttl: Some(Duration::from_mins(5)), ..world.new_account() }).await;
    assert_eq!(expired_at(&world, &own).await, after(301), "the account's own");

    // The expiry was set after tokens had been issued that do not reflect it.
    let rotated = world.client().await;
    world.admin.rotate_secret(&rotated.id, SecretRotation::after(Duration::ZERO)).await.unwrap();
    let expires_in = Change::Set(Duration::from_secs(1));
    let update = AccountUpdate { expires_in, ..AccountUpdate::default() };
    world.admin.update_account(&rotated.id, &update).await.unwrap();
    assert_eq!(expired_at(&world, &rotated).await, after(121), "not the account's or secret's own end");

    let ended = NewAccount { secret_expires_in: Some(Duration::from_secs(50)), ..world.new_account() };
    let ended = world.create(ended).await;
    world.clock.pass(Duration::from_hours(1));
    assert_eq!(expired_at(&world, &ended).await, after(171), "the last token is of the secret's last second");
}

#[tokio::test]
async fn a_token_of_the_last_second_expires_at_exactly_that_time() {
    let world = World::new().await;
    let (client, api) = (world.client().await, world.introspector().await);
    world.token(&client).await;
    // The node has the account in memory and does not follow the panic for a second.
    let expired_at = expired_at(&world, &client).await;
    world.clock.pass(Duration::from_secs(1));
    let token = world.token(&client).await;
    world.introspect(&api, &token).await.active();
    let claims = jwt::claims(&token);
    assert_eq!(claims["exp"].as_i64(), Some(expired_at.unix()));
}
