//! Adding and replacing accounts.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jeton_core::model::{Account, Restriction};
use jeton_core::store::{Conflict, Position};

use crate::samples::{
    API, OTHER_API, account, account_entry, add, add_resources, at, bare_account, foreign, found, generated,
    imported, scope, tenant, tenant_entry, uri,
};
use crate::{FreshDatabase, assert_conflict, us};

pub(crate) async fn an_id_is_taken_once(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let first = bare_account("a");
    add(&*store, &first).await;
    let second = Account { name: "another".parse().unwrap(), epoch: 999, ..bare_account("a") };
    assert_conflict(store.add_account(&second, &account_entry(&second)).await, Conflict::Exists);
    assert_eq!(found(&*store, &first.client_id).await, first);
}

pub(crate) async fn a_name_is_taken_once_within_a_tenant(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let first = bare_account("a");
    add(&*store, &first).await;
    let second = Account { name: first.name.clone(), ..bare_account("b") };
    assert_conflict(store.add_account(&second, &account_entry(&second)).await, Conflict::Exists);
    let buyer = tenant("buyer");
    store.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    add(&*store, &Account { tenant: buyer, ..second }).await;
}

pub(crate) async fn an_account_with_a_missing_reference_is_refused(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    let elsewhere = uri("https://elsewhere.example.com");
    let mut bad = [account("a"), account("a"), account("a"), account("a"), account("a")];
    bad[0].tenant = tenant("missing");
    bad[1].grants.insert(elsewhere.clone(), scope("read"));
    bad[2].grants.insert(uri(API), scope("read fly"));
    bad[3].introspects.insert(elsewhere.clone());
    bad[4].default_resource = Some(elsewhere);
    for account in bad {
        assert_conflict(store.add_account(&account, &account_entry(&account)).await, Conflict::Missing);
        assert_eq!(store.find_account(&account.client_id, Position::START).await.unwrap().value, None);
    }
    add(&*store, &account("a")).await;
}

pub(crate) async fn a_replaced_account_is_found_as_it_was_written(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    let before = account("a");
    add(&*store, &before).await;
    let mut account = Account {
        name: "renamed".parse().unwrap(),
        enabled: false,
        epoch: 301,
        token_ttl: Some(Duration::from_secs(1)),
        expires_at: None,
        allow_cidr: vec!["192.0.2.1/32".parse().unwrap()],
        default_resource: Some(uri(OTHER_API)),
        grants: BTreeMap::from([(uri(API), scope("admin read")), (uri(OTHER_API), scope("write"))]),
        introspects: BTreeSet::from([uri(OTHER_API)]),
        ..before
    };
    account.credentials[0].revoked_at = Some(at(700));
    account.credentials[1].label = Some("old".to_owned());
    account.credentials[1].expires_at = Some(at(800));
    account.credentials[0].restriction = Restriction::default();
    account.credentials[1].restriction = generated(1).restriction;
    account.credentials.push(generated(3));
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    account.version += 1;
    assert_eq!(found(&*store, &account.client_id).await, account);

    let mut account =
        Account { credentials: account.credentials, version: account.version, ..bare_account("a") };
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    account.version += 1;
    assert_eq!(found(&*store, &account.client_id).await, account);
}

pub(crate) async fn a_replacement_does_not_write_the_tenant(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let buyer = tenant("buyer");
    store.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    let mut account = Account { tenant: buyer.clone(), ..bare_account("a") };
    add(&*store, &account).await;
    account.tenant.enabled = false;
    account.tenant.epoch += 1;
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    assert_eq!(found(&*store, &account.client_id).await.tenant, buyer);
    assert_eq!(store.find_tenant(&buyer.name).await.unwrap(), Some(buyer));
}

pub(crate) async fn a_replacement_never_removes_a_credential(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut account = bare_account("a");
    account.credentials = vec![generated(1), imported(2)];
    add(&*store, &account).await;
    account.credentials = vec![generated(3)];
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    let stored = found(&*store, &account.client_id).await.credentials;
    assert_eq!(stored, [generated(1), imported(2), generated(3)]);
}

pub(crate) async fn a_secret_keeps_its_lifetime_when_it_expires_sooner(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut account = Account { credentials: vec![generated(1), imported(2)], ..bare_account("a") };
    add(&*store, &account).await;
    for secret in &mut account.credentials {
        secret.expires_at = Some(at(4_000));
    }
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    let lifetimes: Vec<_> =
        found(&*store, &account.client_id).await.credentials.iter().map(|secret| secret.lifetime).collect();
    assert_eq!(lifetimes, [Some(Duration::from_secs(4_600)), None]);
}

pub(crate) async fn a_hash_of_another_server_is_found_as_it_was_added_and_replaced(
    database: &dyn FreshDatabase,
) {
    let store = us(database).await;
    let mut account = Account { credentials: vec![foreign(1)], ..bare_account("a") };
    add(&*store, &account).await;
    assert_eq!(found(&*store, &account.client_id).await, account);
    account.credentials = vec![imported(1)];
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    assert_eq!(found(&*store, &account.client_id).await.credentials, [imported(1)]);
}

pub(crate) async fn a_replacement_takes_no_name_that_is_taken(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let (first, mut second) = (bare_account("a"), bare_account("b"));
    add(&*store, &first).await;
    add(&*store, &second).await;
    second.name = first.name.clone();
    assert_conflict(store.replace_account(&second, &account_entry(&second)).await, Conflict::Exists);
    assert_eq!(found(&*store, &second.client_id).await, bare_account("b"));
}

pub(crate) async fn a_replacement_with_a_missing_scope_changes_nothing(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    let before = account("a");
    add(&*store, &before).await;
    let mut account = Account { enabled: false, ..before.clone() };
    account.grants = BTreeMap::from([(uri(API), scope("admin fly"))]);
    account.credentials.push(generated(3));
    assert_conflict(store.replace_account(&account, &account_entry(&account)).await, Conflict::Missing);
    assert_eq!(found(&*store, &before.client_id).await, before);
}

pub(crate) async fn a_replacement_of_an_older_version_is_stale(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let read = bare_account("a");
    add(&*store, &read).await;
    let mut faster = Account { epoch: 301, ..read.clone() };
    store.replace_account(&faster, &account_entry(&faster)).await.unwrap();
    let slower = Account { enabled: false, credentials: vec![generated(1)], ..read };
    assert_conflict(store.replace_account(&slower, &account_entry(&slower)).await, Conflict::Stale);
    faster.version += 1;
    assert_eq!(found(&*store, &faster.client_id).await, faster);
    let unknown = bare_account("b");
    assert_conflict(store.replace_account(&unknown, &account_entry(&unknown)).await, Conflict::Stale);
}

pub(crate) async fn one_of_two_concurrent_replacements_is_stale(database: &dyn FreshDatabase) {
    let (store, again) = (us(database).await, us(database).await);
    let read = bare_account("a");
    add(&*store, &read).await;
    let (one, two) = (Account { epoch: 301, ..read.clone() }, Account { epoch: 302, ..read.clone() });
    let (of_one, of_two) = (account_entry(&one), account_entry(&two));
    let results = tokio::join!(store.replace_account(&one, &of_one), again.replace_account(&two, &of_two));
    let (winner, loser) = match results {
        (Ok(()), loser) => (one, loser),
        (loser, Ok(())) => (two, loser),
        neither => panic!("{neither:?}"),
    };
    assert_conflict(loser, Conflict::Stale);
    assert_eq!(found(&*store, &read.client_id).await, Account { version: 2, ..winner });
}
