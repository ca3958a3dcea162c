//! Storing resources.

use std::collections::BTreeMap;

use jeton_core::model::{Algorithm, Resource};
use jeton_core::store::{Conflict, ResourceUser, ResourceUsers};

use crate::samples::{
    API, OTHER_API, account, account_entry, add, add_resources, bare_account, found, resource,
    resource_entry, scope, uri,
};
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn a_resource_is_found_as_it_was_added(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let full = resource(API);
    let empty = Resource { name: None, scopes: BTreeMap::new(), token_ttl: None, ..resource(OTHER_API) };
    for resource in [&full, &empty] {
        store.add_resource(resource, &resource_entry(resource)).await.unwrap();
        assert_eq!(store.find_resource(&resource.uri).await.unwrap().as_ref(), Some(resource));
    }
    assert_eq!(store.find_resource(&uri("https://elsewhere.example.com")).await.unwrap(), None);
}

pub(crate) async fn resources_are_listed_in_the_order_of_their_uris(database: &dyn FreshDatabase) {
    let store = us(database).await;
    assert_eq!(store.list_resources().await.unwrap(), []);
    let [a, b, c] = ["https://a.example.com", "https://b.example.com", "urn:c"].map(resource);
    for resource in [&b, &c, &a] {
        store.add_resource(resource, &resource_entry(resource)).await.unwrap();
    }
    assert_eq!(store.list_resources().await.unwrap(), [a, b, c]);
}

pub(crate) async fn a_uri_is_taken_once(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let first = resource(API);
    store.add_resource(&first, &resource_entry(&first)).await.unwrap();
    let second = Resource { name: None, scopes: BTreeMap::new(), ..resource(API) };
    assert_conflict(store.add_resource(&second, &resource_entry(&second)).await, Conflict::Exists);
    assert_eq!(store.find_resource(&first.uri).await.unwrap(), Some(first));
}

pub(crate) async fn a_replaced_resource_is_found_as_it_was_written(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut resource = resource(API);
    store.add_resource(&resource, &resource_entry(&resource)).await.unwrap();
    resource.name = None;
    resource.algorithm = Algorithm::Rs256;
    resource.token_ttl = None;
    resource.scopes.remove("write");
    resource.scopes.insert("list".parse().unwrap(), jeton_core::model::ScopeDefinition::default());
    let admin = resource.scopes.get_mut("admin").unwrap();
    admin.text.insert_str(0, "Nearly: ");
    admin.implies = ["list".parse().unwrap()].into();
    store.replace_resource(&resource, &resource_entry(&resource)).await.unwrap();
    resource.version += 1;
    assert_eq!(store.find_resource(&resource.uri).await.unwrap(), Some(resource));
}

pub(crate) async fn a_replacement_of_an_older_resource_is_stale(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let read = resource(API);
    store.add_resource(&read, &resource_entry(&read)).await.unwrap();
    store.replace_resource(&read, &resource_entry(&read)).await.unwrap();
    let slower = Resource { name: None, scopes: BTreeMap::new(), ..read.clone() };
    assert_conflict(store.replace_resource(&slower, &resource_entry(&slower)).await, Conflict::Stale);
    let unknown = resource(OTHER_API);
    assert_conflict(store.replace_resource(&unknown, &resource_entry(&unknown)).await, Conflict::Stale);
    assert_eq!(store.list_resources().await.unwrap(), [Resource { version: 2, ..read }]);
}

pub(crate) async fn a_granted_scope_cannot_be_removed(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    add(&*store, &account("a")).await;
    let mut without = resource(API);
    without.name = Some("Renamed".to_owned());
    without.scopes.remove("write");
    without.scopes.get_mut("admin").unwrap().implies.clear();
    assert_conflict(store.replace_resource(&without, &resource_entry(&without)).await, Conflict::InUse);
    assert_eq!(store.find_resource(&without.uri).await.unwrap(), Some(resource(API)));
}

pub(crate) async fn a_granted_scope_survives_a_replacement(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    let account = account("a");
    add(&*store, &account).await;
    let mut changed = resource(API);
    changed.scopes.remove("admin");
    changed.scopes.get_mut("read").unwrap().text.push_str("Look");
    store.replace_resource(&changed, &resource_entry(&changed)).await.unwrap();
    assert_eq!(found(&*store, &account.client_id).await, account);
}

pub(crate) async fn a_deleted_resource_is_no_longer_found(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let resource = resource(API);
    store.add_resource(&resource, &resource_entry(&resource)).await.unwrap();
    store.delete_resource(&resource, &resource_entry(&resource)).await.unwrap();
    assert_eq!(store.find_resource(&resource.uri).await.unwrap(), None);
    assert_eq!(store.list_resources().await.unwrap(), []);
    store.add_resource(&resource, &resource_entry(&resource)).await.unwrap();
}

pub(crate) async fn a_resource_in_use_cannot_be_deleted(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    let [mut granted, mut introspecting, mut defaulting] = ["a", "b", "c"].map(bare_account);
    granted.grants.insert(uri(API), scope("read"));
    introspecting.introspects.insert(uri(API));
    defaulting.default_resource = Some(uri(API));
    let resource = resource(API);
    for account in [granted, introspecting, defaulting] {
        add(&*store, &account).await;
        let refused = store.delete_resource(&resource, &resource_entry(&resource)).await;
        assert_conflict(refused, Conflict::InUse);
        store.delete_account(&account, &account_entry(&account)).await.unwrap();
    }
    assert_eq!(store.find_resource(&resource.uri).await.unwrap().as_ref(), Some(&resource));
    store.delete_resource(&resource, &resource_entry(&resource)).await.unwrap();
}

pub(crate) async fn the_users_of_a_resource_are_listed_and_counted(database: &dyn FreshDatabase) {
    let (store, elsewhere) = (us(database).await, eu(database).await);
    add_resources(&*store).await;
    let nobody = ResourceUsers {
        granted: Vec::new(),
        granted_count: 0,
        introspecting: Vec::new(),
        introspecting_count: 0,
    };
    assert_eq!(store.list_resource_users(&uri(API), 10).await.unwrap(), nobody);
    let [mut b, mut a, mut c, mut gone] = ["b", "a", "c", "gone"].map(bare_account);
    b.grants.insert(uri(API), scope("read write"));
    a.grants.insert(uri(API), scope("read"));
    a.introspects.insert(uri(API));
    c.grants.insert(uri(API), scope("admin"));
    gone.grants.insert(uri(API), scope("read"));
    gone.introspects.insert(uri(API));
    let mut other = bare_account("other");
    other.grants.insert(uri(OTHER_API), scope("read"));
    other.introspects.insert(uri(OTHER_API));
    for account in [&b, &a, &c, &gone, &other] {
        add(&*store, account).await;
    }
    add(&*elsewhere, &a).await;
    store.delete_account(&gone, &account_entry(&gone)).await.unwrap();
    let user = |id: &str| ResourceUser {
        client_id: id.parse().unwrap(),
        name: format!("name of {id}").parse().unwrap(),
        tenant: "default".parse().unwrap(),
    };
    let expected = ResourceUsers {
        granted: vec![
            (user("a"), scope("read")),
            (user("b"), scope("read write")),
            (user("c"), scope("admin")),
        ],
        granted_count: 3,
        introspecting: vec![user("a")],
        introspecting_count: 1,
    };
    assert_eq!(store.list_resource_users(&uri(API), 10).await.unwrap(), expected);
    let mut bounded = expected.clone();
    bounded.granted.truncate(2);
    assert_eq!(store.list_resource_users(&uri(API), 2).await.unwrap(), bounded);
    let theirs = elsewhere.list_resource_users(&uri(API), 10).await.unwrap();
    assert_eq!((theirs.granted_count, theirs.introspecting_count), (1, 1));
}

pub(crate) async fn a_deletion_of_an_older_resource_is_stale(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let read = resource(API);
    store.add_resource(&read, &resource_entry(&read)).await.unwrap();
    store.replace_resource(&read, &resource_entry(&read)).await.unwrap();
    assert_conflict(store.delete_resource(&read, &resource_entry(&read)).await, Conflict::Stale);
    assert_eq!(store.list_resources().await.unwrap().len(), 1);
}
