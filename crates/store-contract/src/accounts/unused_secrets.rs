//! Listing the active secrets that were not used for some time.

use jeton_core::model::{Account, Credential, CredentialId, LastUse};
use jeton_core::store::{SecretUse, Store, UnusedSecret, UnusedSecretPage};

use crate::samples::{
    account_entry, add, at, bare_account, foreign, generated, imported, tenant, tenant_entry,
};
use crate::{FreshDatabase, eu, us};

pub(crate) async fn active_secrets_are_listed_the_longest_unused_first(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut accounts = [
        account("never used", [created(1, 700), created(2, SINCE), created(3, SINCE + 1)]),
        account("used", [created(4, 100), created(5, 100), created(6, 100)]),
        account("of every kind", [at_creation(imported(7), 600), at_creation(foreign(8), 500)]),
        account("inactive", [created(9, 100), created(10, 100), created(11, 100)]),
    ];
    accounts[3].credentials[0].revoked_at = Some(at(200));
    accounts[3].credentials[1].expires_at = Some(at(NOW));
    accounts[3].credentials[2].expires_at = Some(at(NOW + 1));
    for account in &accounts {
        add(&*store, account).await;
    }
    let used = &accounts[1];
    use_secret(&*store, used, 0, 400).await;
    use_secret(&*store, used, 0, 800).await;
    use_secret(&*store, used, 1, SINCE).await;
    use_secret(&*store, used, 2, SINCE + 1).await;
    use_secret(&*store, &accounts[3], 0, 300).await;
    let listed = ids(&list(&*store, 100).await);
    assert_eq!(listed[..4], [id(11), id(8), id(7), id(1)]);
    assert_eq!(listed[4], id(4), "its last use counts, not the first one");
    // These two are of the same second.
    assert!(listed.len() == 7 && listed.contains(&id(2)) && listed.contains(&id(5)), "{listed:?}");
}

pub(crate) async fn an_unused_secret_is_listed_with_its_names(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let buyer = tenant("buyer");
    store.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    let account = Account { tenant: buyer, ..account("a", [created(1, 100), created(2, 200)]) };
    add(&*store, &account).await;
    let last_use = use_secret(&*store, &account, 1, 900).await;
    let expected = |number: u8, created_at: i64| UnusedSecret {
        client_id: account.client_id.clone(),
        name: account.name.clone(),
        tenant: "buyer".parse().unwrap(),
        credential: id(number),
        label: generated(number).label,
        last_four: generated(number).secret().unwrap().last_four.clone(),
        created_at: at(created_at),
        expires_at: generated(number).expires_at,
        last_used: None,
    };
    let used = UnusedSecret { last_used: Some(last_use), ..expected(2, 200) };
    assert_eq!(list(&*store, 100).await, [expected(1, 100), used]);
}

pub(crate) async fn unused_secrets_of_accounts_that_cannot_get_tokens_are_not_listed(
    database: &dyn FreshDatabase,
) {
    let (store, elsewhere) = (us(database).await, eu(database).await);
    for (name, enabled, accounts_allowed) in [("disabled", false, true), ("forbidden", true, false)] {
        let mut tenant = tenant(name);
        (tenant.enabled, tenant.accounts_allowed) = (enabled, accounts_allowed);
        store.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    }
    let secrets = |number| [created(number, 100), created(number + 1, 200)];
    let in_tenant = |name: &str, number| Account { tenant: tenant(name), ..account(name, secrets(number)) };
    let ended = |end, number| Account {
        expires_at: Some(at(end)),
        ..account(&format!("ends {end}"), secrets(number))
    };
    let off = Account { enabled: false, ..account("off", secrets(1)) };
    let gone = account("gone", secrets(11));
    for account in [
        &off,
        &ended(NOW, 3),
        &ended(NOW + 1, 5),
        &in_tenant("disabled", 7),
        &in_tenant("forbidden", 9),
        &gone,
    ] {
        add(&*store, account).await;
        // One secret of each was used, and one was not.
        use_secret(&*store, account, 1, 300).await;
    }
    store.delete_account(&gone, &account_entry(&gone)).await.unwrap();
    assert_eq!(ids(&list(&*store, 100).await), [id(5), id(6)]);
    assert_eq!(list(&*elsewhere, 100).await, []);
}

pub(crate) async fn unused_secrets_come_in_pages(database: &dyn FreshDatabase) {
    let store = us(database).await;
    // Some are of the same second, and some were used.
    for number in 1..=9 {
        let account = account(&format!("account {number}"), [created(number, 100 + i64::from(number / 3))]);
        add(&*store, &account).await;
        if number % 2 == 0 {
            use_secret(&*store, &account, 0, 100 + i64::from(number / 4)).await;
        }
    }
    let all = list(&*store, 100).await;
    assert_eq!(all.len(), 9);
    let since = |secret: &UnusedSecret| secret.last_used.map_or(secret.created_at, |last_use| last_use.at);
    assert!(all.is_sorted_by_key(since));
    for limit in [1, 2, 3, 9] {
        let (mut pages, mut page) = (Vec::new(), page(limit));
        loop {
            let found = store.list_unused_secrets(&page).await.unwrap();
            assert!(found.secrets.len() <= limit as usize);
            pages.extend(found.secrets);
            page.after = found.next;
            if page.after.is_none() {
                break;
            }
        }
        assert_eq!(pages, all, "{limit}");
    }
}

pub(crate) async fn unused_secrets_are_listed_by_tenant(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let buyer = tenant("buyer");
    store.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    let theirs = Account { tenant: buyer, ..account("theirs", [created(1, 100), created(2, 100)]) };
    for account in [&theirs, &account("ours", [created(3, 100)])] {
        add(&*store, account).await;
    }
    use_secret(&*store, &theirs, 1, 300).await;
    let of = async |tenant: &str| {
        let page = UnusedSecretPage { tenant: Some(tenant.parse().unwrap()), ..page(100) };
        ids(&store.list_unused_secrets(&page).await.unwrap().secrets)
    };
    assert_eq!(of("buyer").await, [id(1), id(2)]);
    assert_eq!(of("default").await, [id(3)]);
    assert_eq!(of("unknown").await, []);
}

fn page(limit: u32) -> UnusedSecretPage {
    UnusedSecretPage { now: at(NOW), unused_since: at(SINCE), tenant: None, after: None, limit }
}

async fn list(store: &dyn Store, limit: u32) -> Vec<UnusedSecret> {
    store.list_unused_secrets(&page(limit)).await.unwrap().secrets
}

fn ids(secrets: &[UnusedSecret]) -> Vec<CredentialId> {
    secrets.iter().map(|secret| secret.credential.clone()).collect()
}

async fn use_secret(store: &dyn Store, account: &Account, index: usize, seconds: i64) -> LastUse {
    let (client_id, credential) = (account.client_id.clone(), account.credentials[index].id.clone());
    let last_use = LastUse { at: at(seconds), from: "192.0.2.1".parse().unwrap() };
    store.record_uses(&[SecretUse { client_id, credential, last_use }]).await.unwrap();
    last_use
}

fn account(name: &str, credentials: impl Into<Vec<Credential>>) -> Account {
    Account { credentials: credentials.into(), ..bare_account(&name.replace(' ', "_")) }
}

fn created(number: u8, seconds: i64) -> Credential {
    at_creation(generated(number), seconds)
}

fn at_creation(secret: Credential, seconds: i64) -> Credential {
    Credential { created_at: at(seconds), ..secret }
}

fn id(number: u8) -> CredentialId {
    generated(number).id
}

const NOW: i64 = 4_000;
const SINCE: i64 = 1_000;
