//! Ids and names do not collide: no account has a name that is or was the id of another account.

use jeton_core::model::Account;
use jeton_core::store::{Conflict, Position, StoreError};

use crate::samples::{account_entry, add, bare_account, found};
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn an_id_stays_an_id_after_its_account_was_deleted(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let account = bare_account("a");
    assert!(!store.is_account_id(&account.client_id).await.unwrap());
    add(&*store, &account).await;
    assert!(store.is_account_id(&account.client_id).await.unwrap());
    store.delete_account(&account, &account_entry(&account)).await.unwrap();
    assert!(store.is_account_id(&account.client_id).await.unwrap());
    assert!(!store.is_account_id(&"A".parse().unwrap()).await.unwrap());
    assert!(!store.is_account_id(&"name-of-a".parse().unwrap()).await.unwrap());
}

pub(crate) async fn an_id_is_an_id_in_every_region(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    add(&*us, &bare_account("a")).await;
    assert!(eu.is_account_id(&"a".parse().unwrap()).await.unwrap());
    let named = named("b", "a");
    assert_conflict(eu.add_account(&named, &account_entry(&named)).await, Conflict::NameIsAnId);
    let id_is_name = bare_account("crm");
    add(&*us, &self::named("c", "crm")).await;
    assert_conflict(eu.add_account(&id_is_name, &account_entry(&id_is_name)).await, Conflict::IdIsAName);
}

pub(crate) async fn the_other_region_of_an_id_is_found_while_its_account_exists(
    database: &dyn FreshDatabase,
) {
    let (us, eu) = (us(database).await, eu(database).await);
    let account = bare_account("a");
    assert_eq!(us.find_other_region(&account.client_id).await.unwrap(), None);
    add(&*eu, &account).await;
    assert_eq!(us.find_other_region(&account.client_id).await.unwrap(), Some("eu".parse().unwrap()));
    assert_eq!(eu.find_other_region(&account.client_id).await.unwrap(), None);
    assert_eq!(us.find_other_region(&"A".parse().unwrap()).await.unwrap(), None);
    eu.delete_account(&account, &account_entry(&account)).await.unwrap();
    assert_eq!(us.find_other_region(&account.client_id).await.unwrap(), None);
}

pub(crate) async fn a_name_that_is_an_id_is_refused(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add(&*store, &bare_account("a")).await;
    let new = named("b", "a");
    assert_conflict(store.add_account(&new, &account_entry(&new)).await, Conflict::NameIsAnId);
    assert_eq!(store.find_account(&new.client_id, Position::START).await.unwrap().value, None);
    add(&*store, &bare_account("b")).await;
    assert_conflict(store.replace_account(&new, &account_entry(&new)).await, Conflict::NameIsAnId);
    assert_eq!(found(&*store, &new.client_id).await, bare_account("b"));
}

pub(crate) async fn a_name_that_was_an_id_is_refused(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let former = bare_account("a");
    add(&*store, &former).await;
    store.delete_account(&former, &account_entry(&former)).await.unwrap();
    let new = named("b", "a");
    assert_conflict(store.add_account(&new, &account_entry(&new)).await, Conflict::NameIsAnId);
    add(&*store, &bare_account("b")).await;
    assert_conflict(store.replace_account(&new, &account_entry(&new)).await, Conflict::NameIsAnId);
}

pub(crate) async fn an_id_that_is_a_name_is_refused(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let named = named("a", "b");
    add(&*store, &named).await;
    let new = bare_account("b");
    assert_conflict(store.add_account(&new, &account_entry(&new)).await, Conflict::IdIsAName);
    assert_eq!(store.find_account(&new.client_id, Position::START).await.unwrap().value, None);
    store.delete_account(&named, &account_entry(&named)).await.unwrap();
    add(&*store, &new).await;
}

pub(crate) async fn an_account_may_be_named_by_its_own_id(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let mut account = named("a", "a");
    for store in [&us, &eu] {
        add(&**store, &account).await;
    }
    account.name = "b".parse().unwrap();
    us.replace_account(&account, &account_entry(&account)).await.unwrap();
    account = Account { name: "a".parse().unwrap(), version: 2, ..account };
    us.replace_account(&account, &account_entry(&account)).await.unwrap();
    us.delete_account(&Account { version: 3, ..account.clone() }, &account_entry(&account)).await.unwrap();
    let again = Account { epoch: account.epoch + 1, ..account };
    add(&*us, &again).await;
}

pub(crate) async fn a_name_that_is_kept_is_not_refused(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut account = named("a", "b");
    add(&*store, &account).await;
    account.enabled = false;
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    account.version += 1;
    assert_eq!(found(&*store, &account.client_id).await, account);
}

pub(crate) async fn only_one_of_a_concurrent_name_and_id_is_written(database: &dyn FreshDatabase) {
    // Two handles, like two processes.
    let (one, other) = (us(database).await, us(database).await);
    for number in 0..20 {
        let by_name = named(&format!("by-name-{number}"), &format!("x{number}"));
        let by_id = bare_account(&format!("x{number}"));
        let (by_name_audit, by_id_audit) = (account_entry(&by_name), account_entry(&by_id));
        let written =
            tokio::join!(one.add_account(&by_name, &by_name_audit), other.add_account(&by_id, &by_id_audit),);
        match written {
            (Ok(()), Err(StoreError::Conflict(Conflict::IdIsAName)))
            | (Err(StoreError::Conflict(Conflict::NameIsAnId)), Ok(())) => {}
            other => panic!("{other:?}"),
        }
    }
}

fn named(id: &str, name: &str) -> Account {
    Account { name: name.parse().unwrap(), ..bare_account(id) }
}
