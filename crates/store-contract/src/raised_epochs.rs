//! Listing raised epochs.

use jeton_core::model::{Account, Tenant};
use jeton_core::store::{AuditEntry, RaisedEpochs, Store, TenantRename};

use crate::samples::{account_entry, add, at, bare_account, found, tenant, tenant_entry};
use crate::{FreshDatabase, eu, us};

pub(crate) async fn an_account_is_listed_once_its_epoch_is_above_that_of_its_creation(
    database: &dyn FreshDatabase,
) {
    let store = us(database).await;
    for (id, epoch) in [("new", 300), ("raised", 301), ("raised-again", 400)] {
        add(&*store, &Account { epoch, created_at: at(300), ..bare_account(id) }).await;
    }
    assert_eq!(
        accounts(&*store, 0, 10).await,
        [("raised-again".to_owned(), 400), ("raised".to_owned(), 301)]
    );
}

pub(crate) async fn only_epochs_at_or_above_the_bound_are_listed_highest_first(database: &dyn FreshDatabase) {
    let store = us(database).await;
    for epoch in [1_003, 1_001, 1_004, 1_002] {
        add(&*store, &Account { epoch, ..bare_account(&format!("a-{epoch}")) }).await;
        let tenant = Tenant { epoch, ..tenant(&format!("t-{epoch}")) };
        store.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    }
    let listed = store.list_raised_epochs(1_002, 2).await.unwrap();
    let expected = |letter: &str| [1_004, 1_003].map(|epoch| (format!("{letter}-{epoch}"), epoch));
    assert_eq!(texts(&listed.accounts), expected("a"));
    assert_eq!(texts(&listed.tenants), expected("t"));
    let listed = store.list_raised_epochs(1_002, 10).await.unwrap();
    assert_eq!((listed.accounts.len(), listed.tenants.len()), (3, 3));
    assert_eq!(store.list_raised_epochs(1_005, 10).await.unwrap(), RaisedEpochs::default());
}

pub(crate) async fn the_epoch_of_a_deleted_account_is_listed(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add(&*store, &bare_account("gone")).await;
    let account = found(&*store, &"gone".parse().unwrap()).await;
    let account = Account { epoch: 900, ..account };
    store.delete_account(&account, &account_entry(&account)).await.unwrap();
    assert_eq!(accounts(&*store, 900, 10).await, [("gone".to_owned(), 900)]);
}

pub(crate) async fn tenants_are_listed_in_every_region_and_accounts_in_their_own(
    database: &dyn FreshDatabase,
) {
    let (us, eu) = (us(database).await, eu(database).await);
    add(&*us, &Account { epoch: 900, ..bare_account("american") }).await;
    let tenant = Tenant { epoch: 900, ..tenant("acme") };
    us.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    let listed = eu.list_raised_epochs(900, 10).await.unwrap();
    assert_eq!(listed.accounts, []);
    assert_eq!(texts(&listed.tenants), [("acme".to_owned(), 900)]);
}

pub(crate) async fn a_renamed_tenant_is_listed_with_its_recent_names(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let one = Tenant { epoch: 900, ..tenant("one") };
    store.add_tenant(&one, &tenant_entry(&one)).await.unwrap();
    let rename_at = async |from: &Tenant, to: &str, seconds| {
        let tenant = Tenant { name: to.parse().unwrap(), ..from.clone() };
        let rename = TenantRename { from: from.name.clone(), tenant: tenant.clone(), longest_id: 255 };
        let audit = AuditEntry { at: at(seconds), ..tenant_entry(from) };
        store.rename_tenant(&rename, &audit).await.unwrap();
        Tenant { version: from.version + 1, ..tenant }
    };
    let two = rename_at(&one, "two", 1_000).await;
    let three = rename_at(&two, "three", 2_000).await;
    let tenants = async |since, limit| {
        let mut listed = texts(&store.list_raised_epochs(since, limit).await.unwrap().tenants);
        listed.sort();
        listed
    };
    let names = |names: &[&str], epoch: i64| -> Vec<_> {
        names.iter().map(|name| ((*name).to_owned(), epoch)).collect()
    };
    assert_eq!(tenants(900, 10).await, names(&["one", "three", "two"], 900));
    assert_eq!(tenants(900, 2).await.len(), 2);
    assert_eq!(tenants(901, 10).await, []);
    let raised = Tenant { epoch: 1_500, ..three };
    store.replace_tenant(&raised, &tenant_entry(&raised)).await.unwrap();
    assert_eq!(tenants(1_000, 10).await, names(&["one", "three", "two"], 1_500));
    assert_eq!(tenants(1_001, 10).await, names(&["three", "two"], 1_500), "no token has the first name");
}

async fn accounts(store: &dyn Store, since: i64, limit: u32) -> Vec<(String, i64)> {
    texts(&store.list_raised_epochs(since, limit).await.unwrap().accounts)
}

fn texts(epochs: &[(impl ToString, i64)]) -> Vec<(String, i64)> {
    epochs.iter().map(|(name, epoch)| (name.to_string(), *epoch)).collect()
}
