//! Storing tenants.

use jeton_core::model::{Account, DEFAULT_TENANT, Tenant};
use jeton_core::store::{AccountCount, Conflict};

use crate::samples::{API, account_entry, add, bare_account, resource, resource_entry, tenant, tenant_entry};
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn a_new_store_has_the_default_tenant(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let default = store.find_tenant(&DEFAULT_TENANT.parse().unwrap()).await.unwrap().unwrap();
    assert!(default.admits_accounts());
    assert_eq!(store.list_tenants().await.unwrap(), [default]);
}

pub(crate) async fn a_tenant_is_found_as_it_was_added(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let open = tenant("Söhne & Töchter");
    let closed = Tenant { enabled: false, accounts_allowed: false, ..tenant("closed") };
    for tenant in [&open, &closed] {
        store.add_tenant(tenant, &tenant_entry(tenant)).await.unwrap();
        assert_eq!(store.find_tenant(&tenant.name).await.unwrap().as_ref(), Some(tenant));
    }
    assert_eq!(store.find_tenant(&"unknown".parse().unwrap()).await.unwrap(), None);
}

pub(crate) async fn tenants_are_listed_in_the_order_of_their_names(database: &dyn FreshDatabase) {
    let store = us(database).await;
    for name in ["b", "a", "z", "Z"] {
        store.add_tenant(&tenant(name), &tenant_entry(&tenant(name))).await.unwrap();
    }
    let listed = store.list_tenants().await.unwrap();
    let names: Vec<_> = listed.iter().map(|tenant| tenant.name.as_str()).collect();
    assert_eq!(names, ["Z", "a", "b", "default", "z"]);
}

pub(crate) async fn a_tenant_name_is_taken_once(database: &dyn FreshDatabase) {
    let store = us(database).await;
    for name in ["default", "buyer"] {
        let _first = store.add_tenant(&tenant(name), &tenant_entry(&tenant(name))).await;
        let before = store.find_tenant(&name.parse().unwrap()).await.unwrap();
        let second = Tenant { epoch: 999, ..tenant(name) };
        assert_conflict(store.add_tenant(&second, &tenant_entry(&second)).await, Conflict::Exists);
        assert_eq!(store.find_tenant(&second.name).await.unwrap(), before);
    }
}

pub(crate) async fn a_replaced_tenant_is_found_as_it_was_written(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut tenant = tenant("buyer");
    store.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    tenant.enabled = false;
    tenant.accounts_allowed = false;
    tenant.epoch = 101;
    store.replace_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    tenant.version += 1;
    assert_eq!(store.find_tenant(&tenant.name).await.unwrap(), Some(tenant));
}

pub(crate) async fn a_replacement_of_an_older_tenant_is_stale(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let read = tenant("buyer");
    store.add_tenant(&read, &tenant_entry(&read)).await.unwrap();
    store.replace_tenant(&read, &tenant_entry(&read)).await.unwrap();
    let slower = Tenant { enabled: false, ..read.clone() };
    assert_conflict(store.replace_tenant(&slower, &tenant_entry(&slower)).await, Conflict::Stale);
    let unknown = tenant("unknown");
    assert_conflict(store.replace_tenant(&unknown, &tenant_entry(&unknown)).await, Conflict::Stale);
    assert_eq!(store.find_tenant(&read.name).await.unwrap(), Some(Tenant { version: 2, ..read }));
}

pub(crate) async fn the_accounts_of_a_tenant_are_counted_in_all_regions(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let buyer = tenant("buyer");
    us.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    let theirs = |id: &str| Account { tenant: buyer.clone(), ..bare_account(id) };
    for (store, id) in [(&us, "a"), (&us, "b"), (&eu, "c")] {
        add(&**store, &theirs(id)).await;
    }
    add(&*us, &bare_account("d")).await;
    let disabled = Account { enabled: false, ..theirs("e") };
    add(&*us, &disabled).await;
    let deleted = theirs("b");
    us.delete_account(&deleted, &account_entry(&deleted)).await.unwrap();
    for store in [&us, &eu] {
        assert_eq!(store.count_tenant_accounts(&buyer.name).await.unwrap().in_all_regions, 3);
        let unknown = store.count_tenant_accounts(&"unknown".parse().unwrap()).await.unwrap();
        assert_eq!(unknown, AccountCount::default());
    }
}

pub(crate) async fn tenants_and_resources_are_shared_by_the_regions(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let (tenant, resource) = (tenant("buyer"), resource(API));
    us.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    us.add_resource(&resource, &resource_entry(&resource)).await.unwrap();
    assert_eq!(eu.find_tenant(&tenant.name).await.unwrap(), Some(tenant));
    assert_eq!(eu.find_resource(&resource.uri).await.unwrap(), Some(resource));
}
