//! Listing accounts: filters, orders and positions.

use jeton_core::model::{Account, AccountDetails, LastUse, TenantName, Timestamp};
use jeton_core::store::{
    AccountCursor, AccountFilter, AccountList, AccountPage, AccountSort, SecretUse, StateFilter, Store,
};

use jeton_protocol::ClientId;

use crate::samples::{
    API, OTHER_API, account, add, add_resources, at, bare_account, generated, tenant, tenant_entry, uri,
};
use crate::{FreshDatabase, eu, us};

pub(crate) async fn accounts_are_listed_in_pages_in_the_order_of_their_ids(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    for id in ["b", "d", "B", "a", "c", "_"] {
        add(&*store, &account(id)).await;
    }
    let mut page = AccountPage { limit: 4, ..AccountPage::default() };
    let first = list(&*store, &page).await;
    assert_eq!(ids(&first), ["B", "_", "a", "b"]);
    assert_eq!(first.accounts[2].grants, account("a").grants);
    assert_eq!(first.accounts[2].credentials, account("a").credentials);
    assert_eq!(first.next, Some(AccountCursor { at: None, client_id: "b".parse().unwrap() }));
    page.after = first.next;
    let last = list(&*store, &page).await;
    assert_eq!((ids(&last), &last.next), (vec!["c", "d"], &None));
    page.after = Some(AccountCursor { at: None, client_id: "d".parse().unwrap() });
    assert_eq!(list(&*store, &page).await.accounts, []);
}

pub(crate) async fn a_full_last_page_has_no_next_one(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add(&*store, &bare_account("a")).await;
    add(&*store, &bare_account("b")).await;
    for sort in [AccountSort::Id, AccountSort::Name, AccountSort::Created, AccountSort::LastUsed] {
        let page = AccountPage { limit: 2, sort, count: true, ..AccountPage::default() };
        let list = list(&*store, &page).await;
        assert_eq!((list.accounts.len(), list.next, list.total), (2, None, Some(2)), "{sort:?}");
    }
}

pub(crate) async fn accounts_are_listed_by_tenant(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let buyer = tenant("buyer");
    store.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    for id in ["a", "c"] {
        add(&*store, &bare_account(id)).await;
    }
    for id in ["b", "d", "e"] {
        add(&*store, &Account { tenant: buyer.clone(), ..bare_account(id) }).await;
    }
    for sort in [AccountSort::Id, AccountSort::Name] {
        let filter = of_tenant(&buyer.name);
        let mut page = AccountPage { filter, sort, limit: 2, count: true, ..AccountPage::default() };
        let first = list(&*store, &page).await;
        assert_eq!((ids(&first), first.total), (vec!["b", "d"], Some(3)), "{sort:?}");
        page.after = first.next;
        let last = list(&*store, &page).await;
        assert_eq!((ids(&last), last.total, &last.next), (vec!["e"], Some(3), &None), "{sort:?}");
    }
}

pub(crate) async fn accounts_are_listed_in_the_order_of_their_names(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let buyer = tenant("buyer");
    store.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    for (id, name) in [("1", "crm"), ("2", "billing"), ("3", "Zebra"), ("4", "nightly")] {
        add(&*store, &Account { name: name.parse().unwrap(), ..bare_account(id) }).await;
    }
    add(&*store, &Account { name: "crm".parse().unwrap(), tenant: buyer, ..bare_account("0") }).await;
    assert_eq!(
        walked(&*store, AccountSort::Name, &AccountFilter::default()).await,
        ["3", "2", "0", "1", "4"]
    );
}

pub(crate) async fn the_newest_accounts_are_listed_first(database: &dyn FreshDatabase) {
    let store = us(database).await;
    for (id, created_at) in [("a", 20), ("b", 10), ("c", 20), ("d", 30)] {
        add(&*store, &Account { created_at: at(created_at), ..bare_account(id) }).await;
    }
    assert_eq!(walked(&*store, AccountSort::Created, &AccountFilter::default()).await, ["d", "c", "a", "b"]);
}

pub(crate) async fn the_accounts_used_last_are_listed_first(database: &dyn FreshDatabase) {
    let store = us(database).await;
    for id in ["a", "b", "c", "d"] {
        add(&*store, &Account { credentials: vec![generated(1), generated(2)], ..bare_account(id) }).await;
    }
    // The last use of an account is that of any of its secrets, and a late report does not set it back.
    store.record_uses(&[used("b", 1, 1_000), used("c", 1, 500), used("a", 2, 700)]).await.unwrap();
    store.record_uses(&[used("c", 2, 2_000), used("b", 1, 10)]).await.unwrap();
    assert_eq!(walked(&*store, AccountSort::LastUsed, &AccountFilter::default()).await, ["c", "b", "a", "d"]);
    let page = AccountPage { sort: AccountSort::LastUsed, limit: 1, ..AccountPage::default() };
    let next = AccountCursor { at: Some(at(2_000)), client_id: "c".parse().unwrap() };
    assert_eq!(list(&*store, &page).await.next, Some(next));
}

pub(crate) async fn accounts_are_found_by_what_they_have(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    let buyer = tenant("buyer");
    store.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    let labelled = |labels: &[(&str, &str)]| AccountDetails {
        labels: crate::samples::labels(labels),
        ..AccountDetails::default()
    };
    let all = [
        Account { details: labelled(&[("env", "prod"), ("a.b/c", "it's 1")]), ..account("granted") },
        Account { details: labelled(&[("env", "test")]), enabled: false, ..bare_account("Disabled") },
        Account { expires_at: Some(at(50)), ..bare_account("expired") },
        Account { tenant: buyer.clone(), ..bare_account("of buyer".replace(' ', "-").as_str()) },
    ];
    for account in &all {
        add(&*store, account).await;
    }
    let blocked = jeton_core::model::Tenant { enabled: false, ..buyer.clone() };
    store.replace_tenant(&blocked, &tenant_entry(&blocked)).await.unwrap();
    let none = AccountFilter::default;
    let state = |state| AccountFilter { state: Some(state), ..none() };
    let name = |name: &str| AccountFilter { name: Some(name.to_owned()), ..none() };
    let labels = |labels: &[(&str, &str)]| AccountFilter { labels: crate::samples::labels(labels), ..none() };
    let resource = |text: &str| AccountFilter { resource: Some(uri(text)), ..none() };
    let scope = |text: &str| AccountFilter { scope: Some(text.parse().unwrap()), ..none() };
    for (filter, expected) in [
        (none(), &["Disabled", "expired", "granted", "of-buyer"][..]),
        (state(StateFilter::Enabled), &["granted"]),
        (state(StateFilter::Disabled), &["Disabled"]),
        (state(StateFilter::Expired), &["expired"]),
        (state(StateFilter::Blocked), &["of-buyer"]),
        (of_tenant(&buyer.name), &["of-buyer"]),
        (name("OF DIS"), &["Disabled"]),
        (name("name of"), &["Disabled", "expired", "granted", "of-buyer"]),
        (name("%"), &[]),
        (labels(&[("env", "prod")]), &["granted"]),
        (labels(&[("env", "prod"), ("a.b/c", "it's 1")]), &["granted"]),
        (labels(&[("env", "prod"), ("a.b/c", "other")]), &[]),
        (labels(&[("env", "")]), &[]),
        (resource(API), &["granted"]),
        (scope("write"), &["granted"]),
        (AccountFilter { resource: Some(uri(OTHER_API)), ..scope("read") }, &["granted"]),
        (AccountFilter { resource: Some(uri(OTHER_API)), ..scope("write") }, &[]),
        (AccountFilter { state: Some(StateFilter::Disabled), ..labels(&[("env", "prod")]) }, &[]),
    ] {
        for sort in [AccountSort::Id, AccountSort::Name, AccountSort::Created, AccountSort::LastUsed] {
            let mut found = walked(&*store, sort, &filter).await;
            found.sort_unstable();
            assert_eq!(found, expected, "{sort:?} {filter:?}");
        }
    }
}

pub(crate) async fn deleted_accounts_are_not_listed_and_are_positions(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    for id in ["a", "b", "c"] {
        add(&*us, &bare_account(id)).await;
    }
    let page = AccountPage { sort: AccountSort::Name, limit: 2, ..AccountPage::default() };
    let first = list(&*us, &page).await;
    us.delete_account(&bare_account("b"), &crate::samples::account_entry(&bare_account("b"))).await.unwrap();
    let rest = list(&*us, &AccountPage { after: first.next, ..page }).await;
    assert_eq!(ids(&rest), ["c"]);
    assert_eq!(walked(&*us, AccountSort::Created, &AccountFilter::default()).await, ["c", "a"]);
    assert_eq!(walked(&*eu, AccountSort::Name, &AccountFilter::default()).await, Vec::<String>::new());
}

pub(crate) async fn the_ids_of_existing_accounts_are_listed_in_pages(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    for id in ["b", "a", "d", "c"] {
        add(&*us, &bare_account(id)).await;
    }
    add(&*eu, &bare_account("elsewhere")).await;
    us.delete_account(&bare_account("b"), &crate::samples::account_entry(&bare_account("b"))).await.unwrap();
    let ids = us.list_client_ids(None, 2).await.unwrap();
    assert_eq!(ids.iter().map(ClientId::as_str).collect::<Vec<_>>(), ["a", "c"]);
    let ids = us.list_client_ids(ids.last(), 2).await.unwrap();
    assert_eq!(ids.iter().map(ClientId::as_str).collect::<Vec<_>>(), ["d"]);
}

/// The ids of all pages of two accounts, which must give each account once.
async fn walked(store: &dyn Store, sort: AccountSort, filter: &AccountFilter) -> Vec<String> {
    let mut page = AccountPage { filter: filter.clone(), sort, after: None, limit: 2, count: true };
    let mut all = Vec::new();
    loop {
        let list = list(store, &page).await;
        all.extend(list.accounts.iter().map(|account| account.client_id.to_string()));
        if list.next.is_none() {
            assert_eq!(list.total, u64::try_from(all.len()).ok(), "{sort:?} {filter:?}");
            return all;
        }
        page.after = list.next;
    }
}

async fn list(store: &dyn Store, page: &AccountPage) -> AccountList<Account> {
    store.list_accounts(page, NOW).await.unwrap()
}

fn ids(list: &AccountList<Account>) -> Vec<&str> {
    list.accounts.iter().map(|account| account.client_id.as_str()).collect()
}

fn of_tenant(name: &TenantName) -> AccountFilter {
    AccountFilter { tenant: Some(name.clone()), ..AccountFilter::default() }
}

fn used(id: &str, number: u8, seconds: i64) -> SecretUse {
    SecretUse {
        client_id: id.parse().unwrap(),
        credential: generated(number).id,
        last_use: LastUse { at: at(seconds), from: "192.0.2.1".parse().unwrap() },
    }
}

const NOW: Timestamp = Timestamp::from_unix(100);
