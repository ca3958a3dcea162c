//! Listing raised epochs.

use jeton_core::model::{Account, Tenant};
use jeton_core::store::{RaisedEpochs, Store};

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

async fn accounts(store: &dyn Store, since: i64, limit: u32) -> Vec<(String, i64)> {
    texts(&store.list_raised_epochs(since, limit).await.unwrap().accounts)
}

fn texts(epochs: &[(impl ToString, i64)]) -> Vec<(String, i64)> {
    epochs.iter().map(|(name, epoch)| (name.to_string(), *epoch)).collect()
}
