//! Accounts that were imported from another server with only the hash of their secret.

use futures_util::future::join_all;
use jeton_core::HashCost;
use jeton_core::admin::IfInUse;
use jeton_core::model::{Actor, Credential, Proof, SecretProof};
use jeton_core::store::Subject;
use jeton_server::app;
use serde_json::json;

use super::{GOOD, INTROSPECT, TOKEN};
use crate::support::{Client, World, token_call};

const SECRET: &str = "the-customers-old-secret";
const ARGON2ID: &str =
    "$argon2id$v=19$m=1024,t=3,p=2$tFbK2ZsTYoxRyplz7h3jnA$Xz/O2aS0iIoFs8xPAKcsT501ujPgIU2bk29K7KKTsvg";
const BCRYPT: &str = "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.";
const PASSLIB: &str =
    "$pbkdf2-sha256$1000$5TyntBbifI.x1prTWguBUA$rXGfs.aSxo2QwRHbaQoExAAvzaFkMH5nJIS.aEiegZk";
const ORY: &str =
    "$pbkdf2-sha256$i=25000,l=32$cBKZGCbtAlDBkUwGy2tfCQ$r1DCixR7b97WQxcUQfYlK0hpgqmQXV38dr3owJbf+Gk";

async fn moved(world: &World) -> Client {
    world.moved_client("acme-billing", SECRET, BCRYPT).await
}

/// The account's only credential in the store.
async fn stored(world: &World, client: &Client) -> Credential {
    world.admin.find_account(&client.id).await.unwrap().credentials.remove(0)
}

/// The proof of the account's only credential in the store.
async fn stored_proof(world: &World, client: &Client) -> SecretProof {
    stored(world, client).await.secret().unwrap().clone()
}

fn heavy(world: &World) -> u64 {
    world.gateway.server().hashes().started(HashCost::Heavy)
}

#[tokio::test]
async fn a_secret_imported_as_a_hash_gets_a_token_in_the_body_and_as_basic() {
    let world = World::new().await;
    for (number, hash) in [ARGON2ID, BCRYPT, PASSLIB, ORY, &format!("{{bcrypt}}{BCRYPT}")].iter().enumerate()
    {
        let client = world.moved_client(&format!("moved-{number}"), SECRET, hash).await;
        world.ask(&client.with_secret("the-customers-old-secreT"), &[]).await.refused(401, "invalid_client");
        world.ask(&client.with_secret(hash), &[]).await.refused(401, "invalid_client");
        world.token(&client).await;
        world.post(TOKEN).basic(&client).form(&GOOD).send().await.token();
        let raw = format!("{}:{SECRET}", client.id);
        world.post(TOKEN).raw_basic(&raw).form(&GOOD).send().await.token();
    }
}

#[tokio::test]
async fn a_short_secret_from_another_server_still_works() {
    let world = World::new().await;
    let client = world.moved_client("old", "s3cr3t!8", "s3cr3t!8").await;
    world.token(&client).await;
    assert_eq!(stored_proof(&world, &client).await.last_four, "");
}

#[tokio::test]
async fn after_its_first_use_the_secret_is_rehashed_and_still_works() {
    let world = World::new().await;
    let client = moved(&world).await;
    let token = world.token(&client).await;
    let before = stored(&world, &client).await;
    let proof = before.secret().unwrap().clone();
    assert_eq!((proof.hash.as_stored(), proof.last_four.as_str()), (BCRYPT, ""));

    let rehashed = world.gateway.server().rehash().await.unwrap();
    assert_eq!(rehashed.len(), 1);
    assert_eq!((rehashed[0].client_id.as_str(), &rehashed[0].credential), (client.id.as_str(), &before.id));
    let after = stored(&world, &client).await;
    let hash = after.secret().unwrap().hash.clone();
    assert!(hash.as_stored().starts_with("$argon2id$v=19$m=19456,t=2,p=1$") && hash.matches(SECRET));
    let proof = Proof::Secret(SecretProof { hash, last_four: "cret".to_owned(), ..proof });
    assert_eq!(after, Credential { proof, ..before });
    assert_eq!(world.gateway.server().rehash().await.unwrap(), [], "it happens only once");

    world.follow().await;
    world.token(&client).await;
    world.ask(&client.with_secret("the-customers-old-secreT"), &[]).await.refused(401, "invalid_client");
    world.introspect(&client, &token).await.active();
}

#[tokio::test]
async fn a_verified_secret_needs_no_hash_after_its_hash_is_replaced() {
    let world = World::new().await;
    let client = moved(&world).await;
    world.token(&client).await;
    world.gateway.server().rehash().await.unwrap();
    let spent = heavy(&world);
    // Before and after the node follows its own change.
    world.token(&client).await;
    world.follow().await;
    world.token(&client).await;
    assert_eq!(heavy(&world), spent);
    assert_eq!(world.gateway.server().rehash().await.unwrap(), []);
}

#[tokio::test]
async fn the_request_itself_does_not_write_or_rehash() {
    let world = World::new().await;
    let client = moved(&world).await;
    let before = heavy(&world);
    world.token(&client).await;
    assert_eq!(heavy(&world) - before, 1);
    assert_eq!(stored_proof(&world, &client).await.hash.as_stored(), BCRYPT);
}

#[tokio::test]
async fn a_refused_secret_is_not_queued_for_rehashing() {
    let world = World::new().await;
    let client = moved(&world).await;
    world.ask(&client.with_secret("some-other-string-9876543210"), &[]).await.refused(401, "invalid_client");
    world.admin.disable_account(&client.id).await.unwrap();
    world.follow().await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
    assert_eq!(world.gateway.server().rehash().await.unwrap(), []);
    assert_eq!(stored_proof(&world, &client).await.hash.as_stored(), BCRYPT);
}

#[tokio::test]
async fn the_introspection_endpoint_counts_as_a_use() {
    let world = World::new().await;
    let client = moved(&world).await;
    world.post(INTROSPECT).basic(&client).form(&[("token", "none")]).send().await.inactive();
    assert_eq!(world.gateway.server().rehash().await.unwrap().len(), 1);
}

#[tokio::test]
async fn during_an_outage_the_secret_works_and_is_rehashed_afterwards() {
    let world = World::new().await;
    let client = moved(&world).await;
    world.token(&client).await;
    world.store.make_unavailable();
    let spent = heavy(&world);
    for _ in 0..2 {
        world.token(&client).await;
        world.gateway.server().rehash().await.unwrap_err();
    }
    assert_eq!(heavy(&world), spent);
    world.store.restore();
    assert_eq!(world.gateway.server().rehash().await.unwrap().len(), 1);
    assert!(!stored_proof(&world, &client).await.hash.is_foreign());
}

#[tokio::test]
async fn a_secret_that_was_revoked_meanwhile_is_not_rehashed() {
    let world = World::new().await;
    let client = moved(&world).await;
    world.token(&client).await;
    let id = stored(&world, &client).await.id;
    world.admin.revoke_secret(&client.id, &id, IfInUse::Revoke).await.unwrap();
    assert_eq!(world.gateway.server().rehash().await.unwrap(), []);
    let left = stored(&world, &client).await;
    assert!(left.revoked_at.is_some() && left.secret().unwrap().hash.as_stored() == BCRYPT);
    world.follow().await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn an_account_that_was_deleted_meanwhile_stays_deleted() {
    let world = World::new().await;
    let client = moved(&world).await;
    world.token(&client).await;
    world.admin.delete_account(&client.id).await.unwrap();
    assert_eq!(world.gateway.server().rehash().await.unwrap(), []);
    assert!(world.admin.find_account(&client.id).await.is_err());
}

#[tokio::test]
async fn what_an_administrator_changed_meanwhile_is_kept() {
    let world = World::new().await;
    let client = moved(&world).await;
    world.token(&client).await;
    // The node has not followed this change: it must read the account again.
    world.admin.disable_account(&client.id).await.unwrap();
    assert_eq!(world.gateway.server().rehash().await.unwrap().len(), 1);
    let account = world.admin.find_account(&client.id).await.unwrap();
    assert!(!account.enabled && !account.credentials[0].secret().unwrap().hash.is_foreign());
}

#[tokio::test]
async fn only_one_of_two_nodes_rehashes_a_secret() {
    let world = World::new().await;
    let client = moved(&world).await;
    let other = world.another_gateway().await;
    world.token(&client).await;
    token_call(app(&other), &client, &[]).send().await.token();
    assert_eq!(world.gateway.server().rehash().await.unwrap().len(), 1);
    let first = stored(&world, &client).await;
    assert_eq!(other.server().rehash().await.unwrap(), []);
    assert_eq!(stored(&world, &client).await, first);
    other.server().directory().follow().await.unwrap();
    token_call(app(&other), &client, &[]).send().await.token();
}

#[tokio::test]
async fn the_audit_entry_of_a_rehash_has_the_server_as_actor_and_no_hash() {
    let world = World::new().await;
    let client = moved(&world).await;
    world.token(&client).await;
    world.gateway.server().rehash().await.unwrap();
    let audit = world.store.last_replacement().unwrap();
    assert_eq!((audit.actor, audit.action.as_str()), (Actor::Server, "secret.rehash"));
    assert_eq!(audit.subject, Subject::Account(client.id.parse().unwrap()));
    let (before, after) = (audit.before.unwrap(), audit.after.unwrap());
    assert_eq!(
        (&before["secrets"][0]["hash"], &after["secrets"][0]["hash"]),
        (&json!("bcrypt"), &json!("argon2id"))
    );
    assert_eq!(
        (&before["secrets"][0]["last_four"], &after["secrets"][0]["last_four"]),
        (&json!(""), &json!("cret"))
    );
    assert!(!format!("{before}{after}").contains('$'));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_change_at_the_same_moment_is_never_lost() {
    let world = World::new().await;
    for number in 0..20 {
        let client = world.moved_client(&format!("moved-{number}"), SECRET, BCRYPT).await;
        world.token(&client).await;
        let disabling = world.admin.disable_account(&client.id);
        let (rehashed, disabled) = tokio::join!(world.gateway.server().rehash(), disabling);
        assert_eq!(rehashed.unwrap().len(), 1);
        disabled.unwrap();
        let account = world.admin.find_account(&client.id).await.unwrap();
        assert!(!account.enabled && !account.credentials[0].secret().unwrap().hash.is_foreign());
    }
}

#[tokio::test]
async fn many_first_uses_at_once_cause_one_rehash() {
    let world = World::new().await;
    let client = moved(&world).await;
    let asks = (0..20).map(|_| world.ask(&client, &[]));
    for answer in join_all(asks).await {
        answer.token();
    }
    assert_eq!(world.gateway.server().rehash().await.unwrap().len(), 1);
}
