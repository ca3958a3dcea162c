//! Several spellings of a resource URI: they are one resource, whose registered spelling never changes.

use jeton_core::model::{Account, Resource};
use jeton_core::store::{Conflict, Position, Store};
use jeton_protocol::ResourceUri;

use crate::samples::{account, account_entry, add, bare_account, resource, resource_entry, scope, uri};
use crate::{FreshDatabase, assert_conflict, us};

pub(crate) async fn a_resource_keeps_the_spelling_that_it_was_added_with(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let spellings = [REGISTERED, "https://b.example.com", "https://C.example.com/mcp/", "urn:D"];
    for text in spellings {
        let resource = resource(text);
        store.add_resource(&resource, &resource_entry(&resource)).await.unwrap();
        assert_eq!(spelling(&*store, text).await, text);
    }
    let listed = store.list_resources().await.unwrap();
    assert_eq!(listed.iter().map(|resource| resource.uri.as_str()).collect::<Vec<_>>(), spellings);
    let catalog = store.find_catalog().await.unwrap().value.resources;
    assert_eq!(catalog.iter().map(|resource| resource.uri.as_str()).collect::<Vec<_>>(), spellings);
}

pub(crate) async fn a_resource_is_found_by_any_spelling(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_registered(&*store).await;
    for text in [REGISTERED, OTHER, "https://a.example.com/", "HTTPS://A.EXAMPLE.COM"] {
        assert_eq!(spelling(&*store, text).await, REGISTERED);
    }
    assert_eq!(store.find_resource(&uri("https://a.example.com//")).await.unwrap(), None);
}

pub(crate) async fn a_resource_exists_once_across_all_spellings(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_registered(&*store).await;
    let second = resource(OTHER);
    assert_conflict(store.add_resource(&second, &resource_entry(&second)).await, Conflict::Exists);
    assert_eq!(spelling(&*store, OTHER).await, REGISTERED);
}

pub(crate) async fn a_replacement_in_another_spelling_keeps_the_registered_one(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let before = add_registered(&*store).await;
    let changed = Resource { uri: uri(OTHER), name: None, ..before };
    store.replace_resource(&changed, &resource_entry(&changed)).await.unwrap();
    let stored = store.find_resource(&changed.uri).await.unwrap().unwrap();
    assert_eq!((stored.uri.as_str(), stored.name), (REGISTERED, None));
}

pub(crate) async fn an_account_is_read_with_the_spelling_of_its_resources(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_registered(&*store).await;
    let mut account = Account {
        default_resource: Some(uri(OTHER)),
        grants: [(uri(OTHER), scope("read write"))].into(),
        introspects: [uri(OTHER)].into(),
        ..account("a")
    };
    add(&*store, &account).await;
    assert_spelled_as_registered(&*store, &account).await;
    account.grants = [(uri("HTTPS://a.EXAMPLE.com"), scope("read"))].into();
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    let stored = assert_spelled_as_registered(&*store, &account).await;
    assert_eq!(stored.grants, account.grants);
    assert_eq!(stored.introspects, account.introspects);
}

pub(crate) async fn a_resource_is_deleted_by_any_spelling(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let registered = add_registered(&*store).await;
    let holder = Account { introspects: [uri(OTHER)].into(), ..bare_account("a") };
    add(&*store, &holder).await;
    let other = Resource { uri: uri(OTHER), ..registered };
    assert_conflict(store.delete_resource(&other, &resource_entry(&other)).await, Conflict::InUse);
    store.delete_account(&holder, &account_entry(&holder)).await.unwrap();
    store.delete_resource(&other, &resource_entry(&other)).await.unwrap();
    assert_eq!(store.list_resources().await.unwrap(), []);
    // After the deletion another spelling can be registered.
    store.add_resource(&other, &resource_entry(&other)).await.unwrap();
    assert_eq!(spelling(&*store, REGISTERED).await, OTHER);
}

async fn add_registered(store: &dyn Store) -> Resource {
    let resource = resource(REGISTERED);
    store.add_resource(&resource, &resource_entry(&resource)).await.unwrap();
    resource
}

async fn spelling(store: &dyn Store, text: &str) -> String {
    store.find_resource(&uri(text)).await.unwrap().unwrap().uri.to_string()
}

async fn assert_spelled_as_registered(store: &dyn Store, account: &Account) -> Account {
    let stored = store.find_account(&account.client_id, Position::START).await.unwrap().value.unwrap();
    let spellings = stored.grants.keys().chain(&stored.introspects).chain(&stored.default_resource);
    assert_eq!(spellings.map(ResourceUri::as_str).collect::<Vec<_>>(), [REGISTERED; 3]);
    stored
}

const REGISTERED: &str = "https://A.example.com/";
const OTHER: &str = "https://a.example.com";
