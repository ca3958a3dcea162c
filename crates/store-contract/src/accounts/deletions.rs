//! Deleting accounts, and what stays stored.

use jeton_core::model::Account;
use jeton_core::store::{AccountFilter, AccountPage, Conflict, Position};

use crate::samples::{
    API, account, account_entry, add, add_resources, at, bare_account, found, lookup, resource_entry, uri,
};
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn a_deleted_account_is_no_longer_found(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    let account = account("a");
    add(&*store, &account).await;
    store.delete_account(&account, &account_entry(&account)).await.unwrap();
    assert_eq!(store.find_account(&account.client_id, Position::START).await.unwrap().value, None);
    assert_eq!(store.find_accounts_by_name(&account.name).await.unwrap(), []);
    assert_eq!(store.find_account_by_lookup(&lookup(1)).await.unwrap(), None);
    let everything = AccountPage { limit: 10, ..AccountPage::default() };
    assert_eq!(store.list_accounts(&everything, at(0)).await.unwrap().accounts, []);
    let of_its_tenant = AccountPage {
        filter: AccountFilter { tenant: Some(account.tenant.name.clone()), ..AccountFilter::default() },
        limit: 10,
        ..AccountPage::default()
    };
    assert_eq!(store.list_accounts(&of_its_tenant, at(0)).await.unwrap().accounts, []);
}

pub(crate) async fn a_deleted_accounts_name_is_free(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut next = bare_account("a");
    // Several times: the names of deleted accounts do not collide with each other either.
    for id in ["b", "c", "d"] {
        add(&*store, &next).await;
        store.delete_account(&next, &account_entry(&next)).await.unwrap();
        next.client_id = id.parse().unwrap();
    }
    add(&*store, &next).await;
    assert_eq!(store.find_accounts_by_name(&next.name).await.unwrap().len(), 1);
}

pub(crate) async fn a_deleted_account_keeps_no_resource_in_use(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    let account = account("a");
    add(&*store, &account).await;
    store.delete_account(&account, &account_entry(&account)).await.unwrap();
    let resource = store.find_resource(&uri(API)).await.unwrap().unwrap();
    store.delete_resource(&resource, &resource_entry(&resource)).await.unwrap();
}

pub(crate) async fn a_deleted_account_cannot_be_written(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let account = bare_account("a");
    add(&*store, &account).await;
    store.delete_account(&account, &account_entry(&account)).await.unwrap();
    for version in [1, 2] {
        let late = Account { version, ..account.clone() };
        assert_conflict(store.replace_account(&late, &account_entry(&late)).await, Conflict::Stale);
        assert_conflict(store.delete_account(&late, &account_entry(&late)).await, Conflict::Stale);
    }
    assert_eq!(store.find_account(&account.client_id, Position::START).await.unwrap().value, None);
}

pub(crate) async fn a_deletion_of_an_older_version_is_stale(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let account = bare_account("a");
    add(&*store, &account).await;
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    assert_conflict(store.delete_account(&account, &account_entry(&account)).await, Conflict::Stale);
    assert_eq!(found(&*store, &account.client_id).await, Account { version: 2, ..account });
}

pub(crate) async fn a_deleted_id_is_reused_only_with_a_higher_epoch(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    let first = account("a");
    add(&*store, &first).await;
    let deleted = Account { epoch: 305, ..first };
    store.delete_account(&deleted, &account_entry(&deleted)).await.unwrap();
    for epoch in [0, 300, 305] {
        let again = Account { epoch, ..bare_account("a") };
        assert_conflict(store.add_account(&again, &account_entry(&again)).await, Conflict::Stale);
    }
    // The new account has nothing of the deleted one except the id.
    let again = Account { epoch: 306, name: "again".parse().unwrap(), ..bare_account("a") };
    add(&*store, &again).await;
    // The version continues, so that a writer that read the deleted account is refused.
    assert_eq!(found(&*store, &again.client_id).await, Account { version: 3, ..again.clone() });
    assert_conflict(store.replace_account(&again, &account_entry(&again)).await, Conflict::Stale);
    assert_eq!(store.find_account_by_lookup(&lookup(1)).await.unwrap(), None);
}

pub(crate) async fn the_epoch_of_a_deleted_account_is_found_until_its_id_is_reused(
    database: &dyn FreshDatabase,
) {
    let store = us(database).await;
    let first = bare_account("a");
    assert_eq!(store.find_deleted_epoch(&first.client_id).await.unwrap(), None);
    add(&*store, &first).await;
    assert_eq!(store.find_deleted_epoch(&first.client_id).await.unwrap(), None);
    let deleted = Account { epoch: 305, ..first };
    store.delete_account(&deleted, &account_entry(&deleted)).await.unwrap();
    assert_eq!(store.find_deleted_epoch(&deleted.client_id).await.unwrap(), Some(305));
    let elsewhere = eu(database).await;
    assert_eq!(elsewhere.find_deleted_epoch(&deleted.client_id).await.unwrap(), None);
    add(&*store, &Account { epoch: 306, ..deleted.clone() }).await;
    assert_eq!(store.find_deleted_epoch(&deleted.client_id).await.unwrap(), None);
}
