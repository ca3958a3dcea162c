//! Renaming and deleting tenants, and who can get their names afterwards.

use jeton_core::model::{Account, Tenant, TenantName};
use jeton_core::store::{
    AccountCount, AuditEntry, Conflict, FORMER_NAME_IN_TOKENS, FormerTenantName, Position, Store, StoreError,
    TenantRename,
};

use crate::samples::{account_entry, add, at, bare_account, found, generated, tenant, tenant_entry};
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn a_renamed_tenant_keeps_its_accounts_in_all_regions(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let old = Tenant { enabled: false, accounts_allowed: false, ..added(&*us, "old").await };
    us.replace_tenant(&old, &tenant_entry(&old)).await.unwrap();
    let old = Tenant { version: 2, ..old };
    let ours = Account { credentials: vec![generated(1)], ..member(&old, "ours") };
    let (theirs, gone) = (member(&old, "theirs"), member(&old, "gone"));
    for (store, account) in [(&us, &ours), (&eu, &theirs), (&us, &gone)] {
        add(&**store, account).await;
    }
    us.delete_account(&gone, &account_entry(&gone)).await.unwrap();
    let before = us.find_account(&ours.client_id, Position::START).await.unwrap().position;

    rename(&*us, &old, "new", 600).await.unwrap();
    let new = Tenant { name: name("new"), version: 3, ..old.clone() };
    assert_eq!(us.find_tenant(&new.name).await.unwrap().as_ref(), Some(&new));
    assert_eq!(us.find_tenant(&old.name).await.unwrap(), None);
    for (store, account) in [(&us, ours), (&eu, theirs)] {
        let expected = Account { tenant: new.clone(), ..account };
        assert_eq!(found(&**store, &expected.client_id).await, expected);
    }
    assert_eq!(us.find_deleted_epoch(&gone.client_id).await.unwrap(), Some(gone.epoch));
    // Nodes learn of it by the old name.
    let changes = us.list_changes(before, 10).await.unwrap().changes;
    assert_eq!(
        changes.iter().map(|change| &change.subject).collect::<Vec<_>>(),
        [&tenant_entry(&old).subject]
    );
    let listed: Vec<_> = us.list_tenants().await.unwrap().into_iter().map(|tenant| tenant.name).collect();
    assert_eq!(listed, [name("default"), name("new")]);
}

pub(crate) async fn a_renamed_tenant_takes_no_name_that_is_taken(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let (one, two) = (added(&*store, "one").await, added(&*store, "two").await);
    add(&*store, &member(&one, "a")).await;
    assert_conflict(rename(&*store, &one, "two", 600).await, Conflict::Exists);
    assert_eq!(store.find_tenant(&one.name).await.unwrap().as_ref(), Some(&one));
    assert_eq!(store.find_tenant(&two.name).await.unwrap().as_ref(), Some(&two));
    assert_eq!(found(&*store, &"a".parse().unwrap()).await.tenant, one);
    assert_eq!(store.find_former_tenant_name(&one.name).await.unwrap(), None);
}

pub(crate) async fn a_rename_or_deletion_of_an_older_tenant_is_stale(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let read = added(&*store, "buyer").await;
    store.replace_tenant(&read, &tenant_entry(&read)).await.unwrap();
    assert_conflict(rename(&*store, &read, "new", 600).await, Conflict::Stale);
    assert_conflict(store.delete_tenant(&read, &tenant_entry(&read)).await, Conflict::Stale);
    let unknown = tenant("unknown");
    assert_conflict(rename(&*store, &unknown, "new", 600).await, Conflict::Stale);
    assert_conflict(store.delete_tenant(&unknown, &tenant_entry(&unknown)).await, Conflict::Stale);
    assert_eq!(store.find_tenant(&read.name).await.unwrap(), Some(Tenant { version: 2, ..read }));
}

pub(crate) async fn a_tenant_with_a_longer_client_id_is_not_renamed(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let buyer = added(&*us, "buyer").await;
    assert_eq!(us.find_longest_client_id(&buyer.name).await.unwrap(), None);
    // Quotation marks and backslashes count twice, so the second id is the longest one: 9 bytes.
    for (store, id) in [(&us, "12345678"), (&eu, r#""23\5""#), (&us, "1")] {
        add(&**store, &member(&buyer, id)).await;
    }
    let deleted = member(&buyer, "the-longest-of-all");
    add(&*us, &deleted).await;
    us.delete_account(&deleted, &account_entry(&deleted)).await.unwrap();
    assert_eq!(us.find_longest_client_id(&buyer.name).await.unwrap(), r#""23\5""#.parse().ok());
    let rename = |longest_id| TenantRename {
        from: buyer.name.clone(),
        tenant: Tenant { name: name("new"), ..buyer.clone() },
        longest_id,
    };
    assert_conflict(us.rename_tenant(&rename(8), &tenant_entry(&buyer)).await, Conflict::TooLong);
    assert_eq!(us.find_tenant(&buyer.name).await.unwrap().as_ref(), Some(&buyer));
    us.rename_tenant(&rename(9), &tenant_entry(&buyer)).await.unwrap();
}

pub(crate) async fn a_name_that_tokens_may_have_is_given_to_no_other_tenant(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let one = Tenant { epoch: 500, ..tenant("one") };
    store.add_tenant(&one, &tenant_entry(&one)).await.unwrap();
    rename(&*store, &one, "two", 600).await.unwrap();
    let two = Tenant { name: name("two"), version: 2, ..one.clone() };
    let former = FormerTenantName { tenant: Some(name("two")), epoch: 500, given_up_at: at(600) };
    assert_eq!(store.find_former_tenant_name(&one.name).await.unwrap(), Some(former));

    let free_at = at(600).after(FORMER_NAME_IN_TOKENS).unix();
    let other = Tenant { epoch: 900, ..added(&*store, "other").await };
    store.replace_tenant(&other, &tenant_entry(&other)).await.unwrap();
    let other = Tenant { version: 2, ..other };
    let new = Tenant { epoch: 900, ..tenant("one") };
    let add_at = async |tenant: &Tenant, seconds| {
        store.add_tenant(tenant, &AuditEntry { at: at(seconds), ..tenant_entry(tenant) }).await
    };
    assert_conflict(add_at(&new, free_at - 1).await, Conflict::Exists);
    assert_conflict(rename(&*store, &other, "one", free_at - 1).await, Conflict::Exists);
    // The epoch of the renamed tenant counts as it is now.
    let raised = Tenant { epoch: 700, ..two.clone() };
    store.replace_tenant(&raised, &tenant_entry(&raised)).await.unwrap();
    let two = Tenant { version: 3, ..raised };
    assert_conflict(add_at(&Tenant { epoch: 700, ..new.clone() }, free_at).await, Conflict::Stale);
    add_at(&Tenant { epoch: 701, ..new }, free_at).await.unwrap();
    assert_eq!(store.find_former_tenant_name(&one.name).await.unwrap(), None);
    // Its own former name is taken by another tenant now, so it cannot have it back.
    assert_conflict(rename(&*store, &two, "one", free_at).await, Conflict::Exists);
}

pub(crate) async fn a_renamed_tenant_can_have_its_own_name_back(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let one = added(&*store, "one").await;
    rename(&*store, &one, "two", 600).await.unwrap();
    let two = Tenant { name: name("two"), version: 2, ..one.clone() };
    rename(&*store, &two, "three", 601).await.unwrap();
    let three = Tenant { name: name("three"), version: 3, ..one.clone() };
    rename(&*store, &three, "one", 602).await.unwrap();
    let back = Tenant { version: 4, ..one.clone() };
    assert_eq!(store.find_tenant(&one.name).await.unwrap(), Some(back));
    assert_eq!(store.find_former_tenant_name(&one.name).await.unwrap(), None);
    for (former, given_up_at) in [("two", 601), ("three", 602)] {
        let found = store.find_former_tenant_name(&name(former)).await.unwrap().unwrap();
        assert_eq!((found.tenant, found.given_up_at), (Some(name("one")), at(given_up_at)), "{former}");
    }
}

pub(crate) async fn a_deleted_tenant_leaves_the_ids_of_its_deleted_accounts(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let buyer = added(&*store, "buyer").await;
    let gone = member(&buyer, "gone");
    add(&*store, &gone).await;
    store.delete_account(&gone, &account_entry(&gone)).await.unwrap();
    store.delete_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    assert_eq!(store.find_tenant(&buyer.name).await.unwrap(), None);
    assert_eq!(store.list_tenants().await.unwrap().len(), 1);
    assert!(store.is_account_id(&gone.client_id).await.unwrap());
    assert_eq!(store.find_deleted_epoch(&gone.client_id).await.unwrap(), Some(gone.epoch));
    let again = Account { epoch: gone.epoch, ..bare_account("gone") };
    assert_conflict(store.add_account(&again, &account_entry(&again)).await, Conflict::Stale);
    let again = Account { epoch: gone.epoch + 1, ..again };
    add(&*store, &again).await;
    assert_eq!(found(&*store, &again.client_id).await.tenant.name, name("default"));
}

pub(crate) async fn a_tenant_with_accounts_in_any_region_is_not_deleted(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let buyer = added(&*us, "buyer").await;
    let (ours, theirs) = (member(&buyer, "ours"), member(&buyer, "theirs"));
    add(&*us, &ours).await;
    add(&*eu, &theirs).await;
    for (store, account) in [(&us, &ours), (&eu, &theirs)] {
        assert_conflict(us.delete_tenant(&buyer, &tenant_entry(&buyer)).await, Conflict::InUse);
        assert_eq!(us.find_tenant(&buyer.name).await.unwrap().as_ref(), Some(&buyer));
        assert_eq!(us.find_former_tenant_name(&buyer.name).await.unwrap(), None);
        store.delete_account(account, &account_entry(account)).await.unwrap();
    }
    us.delete_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
}

pub(crate) async fn the_name_of_a_deleted_tenant_is_free_with_a_higher_epoch(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let one = added(&*store, "one").await;
    rename(&*store, &one, "two", 600).await.unwrap();
    let two = Tenant { name: name("two"), version: 2, ..one.clone() };
    store.delete_tenant(&two, &tenant_entry(&two)).await.unwrap();
    for former in [&one, &two] {
        let found = store.find_former_tenant_name(&former.name).await.unwrap().unwrap();
        assert_eq!((found.tenant, found.epoch), (None, one.epoch));
        let again = Tenant { version: 1, ..former.clone() };
        assert_conflict(store.add_tenant(&again, &tenant_entry(&again)).await, Conflict::Stale);
        let again = Tenant { epoch: one.epoch + 1, ..again };
        store.add_tenant(&again, &tenant_entry(&again)).await.unwrap();
        assert_eq!(store.find_former_tenant_name(&former.name).await.unwrap(), None);
    }
}

pub(crate) async fn accounts_of_tenants_are_counted_without_deleted_ones(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let (buyer, empty) = (added(&*us, "buyer").await, added(&*us, "empty").await);
    let gone = member(&empty, "gone");
    for (store, account) in [
        (&us, member(&buyer, "a")),
        (&us, member(&buyer, "b")),
        (&eu, member(&buyer, "a")),
        (&eu, bare_account("c")),
        (&us, gone.clone()),
    ] {
        add(&**store, &account).await;
    }
    us.delete_account(&gone, &account_entry(&gone)).await.unwrap();
    let count = |in_region, in_all_regions| AccountCount { in_region, in_all_regions };
    let expected = [("buyer", count(2, 3)), ("default", count(0, 1))];
    let all = us.count_accounts_by_tenant().await.unwrap();
    let listed: Vec<_> = all.iter().map(|(name, count)| (name.as_str(), *count)).collect();
    assert_eq!(listed, expected);
    for (tenant, expected) in expected.into_iter().chain([("empty", count(0, 0))]) {
        assert_eq!(us.count_tenant_accounts(&name(tenant)).await.unwrap(), expected, "{tenant}");
    }
    assert_eq!(eu.count_tenant_accounts(&buyer.name).await.unwrap(), count(1, 3));
}

async fn added(store: &dyn Store, name: &str) -> Tenant {
    let tenant = tenant(name);
    store.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    tenant
}

/// Renames the tenant as it was read, at this second.
async fn rename(store: &dyn Store, tenant: &Tenant, to: &str, seconds: i64) -> Result<(), StoreError> {
    let renamed = Tenant { name: name(to), ..tenant.clone() };
    let rename = TenantRename { from: tenant.name.clone(), tenant: renamed, longest_id: 255 };
    store.rename_tenant(&rename, &AuditEntry { at: at(seconds), ..tenant_entry(tenant) }).await
}

fn member(tenant: &Tenant, id: &str) -> Account {
    Account { tenant: tenant.clone(), ..bare_account(id) }
}

fn name(text: &str) -> TenantName {
    text.parse().unwrap()
}
