//! Storing when secrets were last used.

use jeton_core::model::{Account, CallerAddress, Credential, LastUse};
use jeton_core::store::{AccountPage, Position, SecretUse};

use crate::samples::{
    account, account_entry, add, add_resources, at, bare_account, found, generated, imported,
};
use crate::{FreshDatabase, eu, us};

pub(crate) async fn a_use_is_found_with_its_secret_and_no_other(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    let mut account = account("a");
    add(&*store, &account).await;
    let last_use = LastUse { at: at(1_000), from: "2001:db8::7".parse().unwrap() };
    store.record_uses(&[used(&account, 1, last_use)]).await.unwrap();
    account.credentials[1].last_used = Some(last_use);
    assert_eq!(found(&*store, &account.client_id).await, account);
    let page = AccountPage { limit: 1, ..AccountPage::default() };
    assert_eq!(store.list_accounts(&page, at(0)).await.unwrap().accounts[0].credentials, account.credentials);
}

pub(crate) async fn a_use_from_an_unknown_address_is_stored_as_unknown(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let account = with_secrets("a");
    add(&*store, &account).await;
    let unknown = LastUse { at: at(1_000), from: CallerAddress::Unknown };
    store.record_uses(&[used(&account, 0, unknown)]).await.unwrap();
    let stored = found(&*store, &account.client_id).await.credentials;
    assert_eq!((stored[0].last_used, stored[1].last_used), (Some(unknown), None));
}

pub(crate) async fn a_use_only_moves_forward(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let account = with_secrets("a");
    add(&*store, &account).await;
    // Two nodes write their uses, one of them late.
    for (seconds, from, expected) in [
        (1_000, "192.0.2.1", (1_000, "192.0.2.1")),
        (900, "192.0.2.2", (1_000, "192.0.2.1")),
        (1_000, "192.0.2.3", (1_000, "192.0.2.1")),
        (1_001, "192.0.2.4", (1_001, "192.0.2.4")),
    ] {
        store.record_uses(&[used(&account, 0, last_use(seconds, from))]).await.unwrap();
        let stored = found(&*store, &account.client_id).await.credentials[0].last_used;
        assert_eq!(stored, Some(last_use(expected.0, expected.1)));
    }
}

pub(crate) async fn a_use_is_not_a_change_of_the_account(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut account = with_secrets("a");
    add(&*store, &account).await;
    let before = store.find_account(&account.client_id, Position::START).await.unwrap().position;
    store.record_uses(&[used(&account, 0, last_use(1_000, "192.0.2.1"))]).await.unwrap();
    assert_eq!(store.find_account(&account.client_id, Position::START).await.unwrap().position, before);
    assert_eq!(store.list_changes(Position::START, 10).await.unwrap().changes.len(), 1);
    // A writer that read the account before is not stale and does not reset the use.
    account.credentials[0].label = Some("renamed".to_owned());
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    let stored = found(&*store, &account.client_id).await;
    assert_eq!(stored.credentials[0].label.as_deref(), Some("renamed"));
    assert_eq!(stored.credentials[0].last_used, Some(last_use(1_000, "192.0.2.1")));
    assert_eq!(stored.version, 2);
}

pub(crate) async fn writing_an_account_writes_no_use(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut account = with_secrets("a");
    account.credentials[0].last_used = Some(last_use(1_000, "192.0.2.1"));
    add(&*store, &account).await;
    assert_eq!(found(&*store, &account.client_id).await.credentials[0].last_used, None);
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    assert_eq!(found(&*store, &account.client_id).await.credentials[0].last_used, None);
}

pub(crate) async fn uses_of_unknown_secrets_are_ignored(database: &dyn FreshDatabase) {
    let (store, elsewhere) = (us(database).await, eu(database).await);
    let (kept, mut deleted) = (with_secrets("kept"), with_secrets("deleted"));
    add(&*store, &kept).await;
    add(&*store, &deleted).await;
    let moment = last_use(1_000, "192.0.2.1");
    store.record_uses(&[used(&deleted, 0, moment)]).await.unwrap();
    store.delete_account(&deleted, &account_entry(&deleted)).await.unwrap();
    let unknown_secret = SecretUse { credential: "sec_0".parse().unwrap(), ..used(&kept, 0, moment) };
    let uses = [
        used(&deleted, 0, moment),
        used(&with_secrets("unknown"), 0, moment),
        unknown_secret,
        used(&kept, 1, moment),
    ];
    store.record_uses(&uses).await.unwrap();
    elsewhere.record_uses(&[used(&kept, 0, moment)]).await.unwrap();
    store.record_uses(&[]).await.unwrap();
    let stored = found(&*store, &kept.client_id).await.credentials;
    assert_eq!((stored[0].last_used, stored[1].last_used), (None, Some(moment)));
    // An account that is added again under its old id has no uses.
    deleted.epoch += 1;
    add(&*store, &deleted).await;
    assert_eq!(found(&*store, &deleted.client_id).await.credentials[0].last_used, None);
}

/// An account with two secrets and no references to resources.
fn with_secrets(id: &str) -> Account {
    Account { credentials: vec![generated(1), imported(2)], ..bare_account(id) }
}

fn used(account: &Account, index: usize, last_use: LastUse) -> SecretUse {
    let Credential { id, .. } = &account.credentials[index];
    SecretUse { client_id: account.client_id.clone(), credential: id.clone(), last_use }
}

fn last_use(seconds: i64, from: &str) -> LastUse {
    LastUse { at: at(seconds), from: from.parse().unwrap() }
}
