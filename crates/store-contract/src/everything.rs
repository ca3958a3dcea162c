//! Stores at least one row of each kind, and writes of each kind: for tests that copy or fence whole stores.

use std::collections::{BTreeMap, BTreeSet};

use jeton_core::model::{Account, Algorithm, Key, KeyState, LastUse, Revocation, Tenant};
use jeton_core::store::{KeyChange, RevocationNumber, SecretUse, Store, StoreError, TenantRename};

use crate::samples::{
    API, MASTER_KEY, account, account_entry, add, add_key, add_resources, at, bare_account, foreign, found,
    generated, imported, key, key_entry, region_entry, resource, resource_entry, revocation,
    revocation_entry, summary_entry, tenant, tenant_entry, uri,
};

/// Fills a store with everything that it can hold, as two of its regions see it.
///
/// # Panics
/// If a call of the store fails that must not.
pub async fn fill(us: &dyn Store, eu: &dyn Store) {
    add_resources(us).await;
    let buyer = tenant("buyer");
    us.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    let full = Account { credentials: vec![generated(1), imported(2), foreign(3)], ..account("full") };
    add(us, &full).await;
    add(us, &Account { tenant: buyer.clone(), ..bare_account("of-buyer") }).await;
    let gone = bare_account("gone");
    add(us, &gone).await;
    us.delete_account(&gone, &account_entry(&gone)).await.unwrap();
    add(eu, &Account { credentials: vec![generated(4)], ..account("full") }).await;
    let renamed = Tenant { name: "customer".parse().unwrap(), ..buyer.clone() };
    let rename = TenantRename { from: buyer.name.clone(), tenant: renamed, longest_id: 255 };
    us.rename_tenant(&rename, &tenant_entry(&buyer)).await.unwrap();
    us.record_uses(&[last_use(&full)]).await.unwrap();
    for store in [us, eu] {
        add_key(store, &key("k1", Algorithm::Es256)).await.unwrap();
        store.replace_region_epoch(0, 700, &region_entry("us")).await.unwrap();
    }
    us.add_revocation(&revocation(1), &revocation_entry(&revocation(1))).await.unwrap();
    let mut by_clients = [revocation(2), revocation(3)];
    by_clients[0].audience = Some(uri(API));
    us.add_client_revocations(&by_clients).await.unwrap();
    eu.add_client_revocations(&[revocation(4)]).await.unwrap();
    us.add_revocation_summary(RevocationNumber(0), RevocationNumber(3), &summary_entry("us")).await.unwrap();
    // The last number that was given belongs to no row.
    let expired = Revocation { expires_at: at(800), ..revocation(11) };
    us.add_revocation(&expired, &revocation_entry(&expired)).await.unwrap();
    assert_eq!(us.remove_revocations(at(801), 10).await.unwrap(), 1);
}

fn last_use(account: &Account) -> SecretUse {
    SecretUse {
        client_id: account.client_id.clone(),
        credential: account.credentials[0].id.clone(),
        last_use: LastUse { at: at(1_000), from: "2001:db8::1".parse().unwrap() },
    }
}

/// Tries each kind of write at a store that [`fill`] has filled, and returns the results by the name of the write.
///
/// # Panics
/// If a call of the store fails that must not.
pub async fn write_everything(store: &dyn Store) -> BTreeMap<&'static str, Result<(), StoreError>> {
    let new = account("new");
    let full = account("full");
    let seller = tenant("seller");
    let customer = Tenant { name: "customer".parse().unwrap(), version: 2, ..tenant("customer") };
    let rename = TenantRename {
        from: customer.name.clone(),
        tenant: Tenant { name: seller.name.clone(), ..customer.clone() },
        longest_id: 255,
    };
    let other = resource("https://new.example.com");
    let changed = resource(API);
    let k2 = key("k2", Algorithm::EdDsa);
    let keys = KeyChange { added: vec![k2.clone()], ..KeyChange::new(MASTER_KEY) };
    let revoked = revocation(9);
    BTreeMap::from([
        ("add_account", store.add_account(&new, &account_entry(&new)).await),
        ("replace_account", store.replace_account(&full, &account_entry(&full)).await),
        ("delete_account", store.delete_account(&full, &account_entry(&full)).await),
        ("add_accounts", store.add_accounts(&[account("bulk")], &[account_entry(&new)]).await),
        ("add_accounts_without_records", store.add_accounts(&[account("bulk")], &[]).await),
        (
            "record_uses",
            store.record_uses(&[last_use(&Account { credentials: vec![generated(1)], ..full })]).await,
        ),
        ("add_tenant", store.add_tenant(&seller, &tenant_entry(&seller)).await),
        ("replace_tenant", store.replace_tenant(&customer, &tenant_entry(&customer)).await),
        ("rename_tenant", store.rename_tenant(&rename, &tenant_entry(&customer)).await),
        ("add_resource", store.add_resource(&other, &resource_entry(&other)).await),
        ("replace_resource", store.replace_resource(&changed, &resource_entry(&changed)).await),
        ("change_keys", store.change_keys(&keys, &key_entry(&k2)).await),
        ("claim_master_key", store.claim_master_key(&MASTER_KEY).await.map(drop)),
        ("check_writable", store.check_writable().await),
        ("replace_region_epoch", store.replace_region_epoch(700, 800, &region_entry("us")).await),
        ("add_revocation", store.add_revocation(&revoked, &revocation_entry(&revoked)).await),
        ("add_revocations", store.add_revocations(&[revocation(10)], &[revocation_entry(&revoked)]).await),
        ("add_client_revocations", store.add_client_revocations(&[revocation(8)]).await),
        ("remove_revocations", store.remove_revocations(at(99_000), 100).await.map(drop)),
        (
            "add_revocation_summary",
            store
                .add_revocation_summary(RevocationNumber(3), RevocationNumber(3), &summary_entry("us"))
                .await,
        ),
    ])
}

/// Changes a store that [`fill`] has filled: adds, changes and removes rows, and gives unique values of rows to
/// others.
///
/// # Panics
/// If a call of the store fails that must not.
pub async fn change(store: &dyn Store) {
    let full = found(store, &"full".parse().unwrap()).await;
    let buyers = found(store, &"of-buyer".parse().unwrap()).await;
    let late = Account { credentials: vec![generated(7)], ..account("late") };
    add(store, &late).await;
    // Two accounts swap their names.
    let late = found(store, &late.client_id).await;
    let names = (full.name.clone(), late.name.clone());
    let full = renamed(store, full, "between").await;
    let late = renamed(store, late, names.0.as_str()).await;
    let full = renamed(store, full, names.1.as_str()).await;
    let less = Account { grants: BTreeMap::new(), introspects: BTreeSet::new(), ..full };
    store.replace_account(&less, &account_entry(&less)).await.unwrap();
    store.delete_account(&buyers, &account_entry(&buyers)).await.unwrap();
    store.record_uses(&[last_use(&late)]).await.unwrap();
    // The next key becomes the active one of its kind.
    let old = Key { state: KeyState::Retiring, ..key("k1", Algorithm::Es256) };
    let new = key("k0", Algorithm::Es256);
    let change = KeyChange { replaced: vec![old], added: vec![new.clone()], ..KeyChange::new(MASTER_KEY) };
    store.change_keys(&change, &key_entry(&new)).await.unwrap();
    store.add_client_revocations(&[revocation(5)]).await.unwrap();
    store.remove_revocations(at(99_000), 1).await.unwrap();
}

async fn renamed(store: &dyn Store, account: Account, name: &str) -> Account {
    let account = Account { name: name.parse().unwrap(), ..account };
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    found(store, &account.client_id).await
}

/// As [`change`], once more.
///
/// # Panics
/// If a call of the store fails that must not.
pub async fn change_again(store: &dyn Store) {
    let late = found(store, &"late".parse().unwrap()).await;
    store.delete_account(&late, &account_entry(&late)).await.unwrap();
    // A deleted account's row is used again, and its name by another one.
    add(store, &Account { epoch: 900, ..account("gone") }).await;
    add(store, &Account { name: late.name.clone(), ..account("heir") }).await;
    store.add_client_revocations(&[revocation(6)]).await.unwrap();
}

/// Adds accounts with a secret and rights, whose ids are numbered.
///
/// # Panics
/// If a call of the store fails that must not.
pub async fn add_many(store: &dyn Store, count: u64) {
    let first = store.count_accounts().await.unwrap();
    let one = Account { credentials: vec![generated(1)], ..account("one") };
    let numbered = |number: u64| Account {
        client_id: format!("many-{number}").parse().unwrap(),
        name: format!("the account {number}").parse().unwrap(),
        ..one.clone()
    };
    let accounts: Vec<Account> = (first..first + count).map(numbered).collect();
    let records: Vec<_> = accounts.iter().map(account_entry).collect();
    store.add_accounts(&accounts, &records).await.unwrap();
}
