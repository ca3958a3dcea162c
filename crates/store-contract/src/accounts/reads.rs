//! Finding and listing accounts.

use jeton_core::model::{Account, Timestamp};
use jeton_core::store::{AccountPage, Conflict, Position};

use crate::samples::{
    account, account_entry, add, add_resources, at, bare_account, found, generated, imported, lookup, tenant,
    tenant_entry,
};
use crate::{FreshDatabase, eu, us};

pub(crate) async fn an_account_is_found_as_it_was_added(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    let account = account("sa_us_1");
    add(&*store, &account).await;
    assert_eq!(found(&*store, &account.client_id).await, account);
}

pub(crate) async fn an_account_without_optional_fields_is_found_as_it_was_added(
    database: &dyn FreshDatabase,
) {
    let store = us(database).await;
    let account = Account { enabled: false, ..bare_account("imported/id+of=another~server") };
    add(&*store, &account).await;
    assert_eq!(found(&*store, &account.client_id).await, account);
}

pub(crate) async fn an_unknown_account_is_absent(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let known = bare_account("sa_us_1");
    add(&*store, &known).await;
    for id in ["sa_us_2", "SA_US_1", "sa_us_", "%"] {
        assert_eq!(
            store.find_account(&id.parse().unwrap(), Position::START).await.unwrap().value,
            None,
            "{id}"
        );
    }
    assert_eq!(store.find_accounts_by_name(&"unknown".parse().unwrap()).await.unwrap(), []);
    assert_eq!(store.find_account_by_lookup(&lookup(9)).await.unwrap(), None);
}

pub(crate) async fn accounts_of_one_name_are_found_in_every_tenant(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let buyer = tenant("buyer");
    store.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    let ours = Account { name: "crm".parse().unwrap(), ..bare_account("1") };
    let theirs = Account { name: "crm".parse().unwrap(), tenant: buyer, ..bare_account("2") };
    let other = bare_account("3");
    for account in [&ours, &theirs, &other] {
        add(&*store, account).await;
    }
    let mut named = store.find_accounts_by_name(&"crm".parse().unwrap()).await.unwrap();
    named.sort_by(|one, two| one.client_id.cmp(&two.client_id));
    let ids: Vec<_> = named.iter().map(|account| account.client_id.as_str()).collect();
    assert_eq!(ids, ["1", "2"]);
    assert_eq!(named[1], theirs);
}

pub(crate) async fn an_account_is_found_by_the_lookup_of_a_secret_in_any_state(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut owner = bare_account("1");
    owner.credentials = vec![generated(1), generated(2), generated(3), imported(4)];
    owner.credentials[1].revoked_at = Some(Timestamp::from_unix(1));
    owner.credentials[2].expires_at = Some(Timestamp::from_unix(1));
    let mut other = bare_account("2");
    other.credentials = vec![generated(5)];
    add(&*store, &owner).await;
    add(&*store, &other).await;
    for number in [1, 2, 3] {
        let account = store.find_account_by_lookup(&lookup(number)).await.unwrap().unwrap();
        assert_eq!(account.client_id, owner.client_id);
        assert_eq!(account.credentials, owner.credentials);
    }
    assert_eq!(store.find_account_by_lookup(&lookup(4)).await.unwrap(), None);
}

pub(crate) async fn the_accounts_of_a_region_are_counted(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    assert_eq!(us.count_accounts().await.unwrap(), 0);
    for id in ["a", "b", "c"] {
        add(&*us, &bare_account(id)).await;
    }
    add(&*eu, &bare_account("d")).await;
    let deleted = bare_account("c");
    us.delete_account(&deleted, &account_entry(&deleted)).await.unwrap();
    assert_eq!((us.count_accounts().await.unwrap(), eu.count_accounts().await.unwrap()), (2, 1));
}

pub(crate) async fn an_account_shows_its_tenant_as_it_is_now(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut buyer = tenant("buyer");
    store.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    let account = Account { tenant: buyer.clone(), ..bare_account("a") };
    add(&*store, &account).await;
    buyer.enabled = false;
    buyer.accounts_allowed = false;
    buyer.epoch += 1;
    store.replace_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    buyer.version += 1;
    assert_eq!(found(&*store, &account.client_id).await.tenant, buyer);
}

pub(crate) async fn accounts_of_another_region_are_invisible(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    add_resources(&*us).await;
    let account = account("a");
    add(&*us, &account).await;
    assert_eq!(eu.find_account(&account.client_id, Position::START).await.unwrap().value, None);
    assert_eq!(eu.find_accounts_by_name(&account.name).await.unwrap(), []);
    assert_eq!(eu.find_account_by_lookup(&lookup(1)).await.unwrap(), None);
    let everything = AccountPage { limit: 10, ..AccountPage::default() };
    assert_eq!(eu.list_accounts(&everything, at(0)).await.unwrap().accounts, []);
    crate::assert_conflict(eu.replace_account(&account, &account_entry(&account)).await, Conflict::Stale);
    crate::assert_conflict(eu.delete_account(&account, &account_entry(&account)).await, Conflict::Stale);
    assert_eq!(found(&*us, &account.client_id).await, account);
}

pub(crate) async fn one_id_in_two_regions_is_two_accounts(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    add_resources(&*us).await;
    let (ours, theirs) = (account("a"), Account { epoch: 7, ..bare_account("a") });
    add(&*us, &ours).await;
    add(&*eu, &theirs).await;
    assert_eq!(found(&*us, &ours.client_id).await, ours);
    assert_eq!(found(&*eu, &ours.client_id).await, theirs);
    eu.delete_account(&theirs, &account_entry(&theirs)).await.unwrap();
    assert_eq!(found(&*us, &ours.client_id).await, ours);
}
