//! Whose secret a found string is.

use std::sync::Arc;
use std::time::Duration;

use jeton_core::admin::{Administrator, Leak, NewAccount};
use jeton_core::model::{Actor, CredentialState};
use jeton_core::store::{Migrate, Store};
use jeton_core::{Clock, Context, MasterKey, Randomness};
use jeton_protocol::PresentedSecret;

use crate::support::{Client, MockClock, SeededRandomness, World};

async fn check(admin: &Administrator, text: &str) -> Leak {
    admin.check_leak(&PresentedSecret::new(text.to_owned())).await.unwrap()
}

/// Another administrator with the same clock.
async fn administrator(
    store: Arc<dyn Store>,
    region: &str,
    master_key: &MasterKey,
    clock: &Arc<MockClock>,
) -> Administrator {
    let context = Context {
        store,
        region: region.parse().unwrap(),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        randomness: Arc::new(SeededRandomness::new(1)) as Arc<dyn Randomness>,
    };
    Administrator::open(context, master_key, Actor::Cli("test".to_owned())).await.unwrap()
}

#[track_caller]
fn assert_known(leak: Leak, client: &Client, state: CredentialState) {
    let Leak::Known(found) = leak else { panic!("{leak:?}") };
    assert_eq!(found.account.client_id.as_str(), client.id);
    assert_eq!(found.secret.last_four, client.secret[client.secret.len() - 4..]);
    assert_eq!(found.secret.state, state);
}

#[tokio::test]
async fn a_secret_is_found_in_every_state() {
    let world = World::new().await;
    let secret_expires_in = Some(Duration::from_mins(1));
    let client = world.create(NewAccount { secret_expires_in, ..world.new_account() }).await;
    let other = world.client().await;
    assert_known(check(&world.admin, &client.secret).await, &client, CredentialState::Active);
    world.clock.pass(Duration::from_mins(1));
    assert_known(check(&world.admin, &client.secret).await, &client, CredentialState::Expired);
    world.admin.panic(&other.id, Duration::from_mins(1)).await.unwrap();
    assert_known(check(&world.admin, &other.secret).await, &other, CredentialState::Revoked);
}

#[tokio::test]
async fn a_secret_of_a_deleted_account_of_another_region_or_of_another_store_is_unknown() {
    let world = World::new().await;
    let client = world.client().await;
    let url = format!("sqlite:{}/jeton.db", world.folder.path().display());
    let eu = jeton_store::open(&url, &"eu".parse().unwrap(), Migrate::Never).await.unwrap();
    let eu = administrator(eu, "eu", &world.master_key, &world.clock).await;
    assert!(matches!(check(&eu, &client.secret).await, Leak::Unknown));
    let elsewhere = World::new().await;
    assert!(matches!(check(&elsewhere.admin, &client.secret).await, Leak::Unknown));
    world.admin.delete_account(&client.id).await.unwrap();
    assert!(matches!(check(&world.admin, &client.secret).await, Leak::Unknown));
}

#[tokio::test]
async fn strings_that_are_not_secrets_are_classified() {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    for text in [
        &client.secret[..54],
        &format!("{}x", client.secret),
        "jtnsk_",
        &client.secret.replacen('_', "_0", 1),
    ] {
        assert!(matches!(check(&world.admin, text).await, Leak::Broken), "{text}");
    }
    for text in [token.as_str(), "jtnat_0123456789012345678901234567890123456789"] {
        assert!(matches!(check(&world.admin, text).await, Leak::AccessToken), "{text}");
    }
    for text in ["an-old-secret-of-the-customer", "eyJ", "a.b.c", client.id.as_str(), "\u{fffd}"] {
        assert!(matches!(check(&world.admin, text).await, Leak::Foreign), "{text}");
    }
    let other = MasterKey::generate(&SeededRandomness::new(99)).to_text();
    for (text, expected) in
        [(world.master_key.to_text().as_str(), true), (other.as_str(), false), ("jtnmk_", false)]
    {
        let leak = check(&world.admin, text).await;
        assert!(matches!(leak, Leak::MasterKey { in_use } if in_use == expected), "{leak:?}");
    }
}

#[tokio::test]
async fn a_check_needs_one_query_and_none_for_a_malformed_string() {
    let world = World::new().await;
    let client = world.client().await;
    let store = Arc::clone(&world.store);
    let admin =
        administrator(Arc::clone(&store) as Arc<dyn Store>, "us", &world.master_key, &world.clock).await;
    let before = store.calls();
    check(&admin, &client.secret).await;
    assert_eq!(store.calls(), before + 1);
    for text in ["jtnsk_cut", "an-old-secret-of-the-customer", "jtnat_x"] {
        check(&admin, text).await;
    }
    assert_eq!(store.calls(), before + 1);
}
