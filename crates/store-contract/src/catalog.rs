//! The catalog: the data that every node keeps in memory.

use jeton_core::model::{Account, Algorithm};
use jeton_core::store::Store;

use crate::samples::{
    account_entry, add, add_key, add_resources, at, bare_account, foreign, generated, imported, key,
};
use crate::{FreshDatabase, eu, us};

pub(crate) async fn the_catalog_holds_resources_keys_and_epoch(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let empty = store.find_catalog().await.unwrap().value;
    assert_eq!(empty.resources, []);
    assert_eq!(empty.keys, []);
    assert!(!empty.holds_imported_secrets);
    add_resources(&*store).await;
    let key = key("a", Algorithm::Es256);
    add_key(&*store, &key).await.unwrap();
    let catalog = store.find_catalog().await.unwrap().value;
    assert_eq!(catalog.resources, store.list_resources().await.unwrap());
    assert_eq!(catalog.resources.len(), 2);
    assert_eq!(catalog.keys, [key]);
    assert_eq!(catalog.region_epoch, empty.region_epoch);
}

pub(crate) async fn an_imported_secret_shows_in_the_catalog_until_it_is_revoked(
    database: &dyn FreshDatabase,
) {
    let store = us(database).await;
    let mut account = Account { credentials: vec![generated(1)], ..bare_account("a") };
    add(&*store, &account).await;
    assert!(!holds_imported(&*store).await);
    account.credentials.push(imported(2));
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    assert!(holds_imported(&*store).await);
    account.version += 1;
    account.credentials[1].revoked_at = Some(at(700));
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    assert!(!holds_imported(&*store).await);
}

pub(crate) async fn an_imported_secret_of_a_deleted_account_does_not_show(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let account = Account { credentials: vec![imported(1)], ..bare_account("a") };
    add(&*store, &account).await;
    store.delete_account(&account, &account_entry(&account)).await.unwrap();
    assert!(!holds_imported(&*store).await);
}

pub(crate) async fn an_imported_secret_shows_in_its_region_only(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    add(&*us, &Account { credentials: vec![imported(1)], ..bare_account("a") }).await;
    assert!(holds_imported(&*us).await);
    assert!(!holds_imported(&*eu).await);
}

pub(crate) async fn a_hash_of_another_server_shows_as_an_imported_secret(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let mut account = Account { credentials: vec![foreign(1)], ..bare_account("a") };
    add(&*us, &account).await;
    assert!(holds_imported(&*us).await);
    assert!(!holds_imported(&*eu).await);
    account.credentials[0].revoked_at = Some(at(700));
    us.replace_account(&account, &account_entry(&account)).await.unwrap();
    assert!(!holds_imported(&*us).await);
}

async fn holds_imported(store: &dyn Store) -> bool {
    store.find_catalog().await.unwrap().value.holds_imported_secrets
}
