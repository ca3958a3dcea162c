//! Listing the accounts whose last secret expires soon.

use jeton_core::model::{Account, Credential, CredentialId, LastUse, Timestamp};
use jeton_core::store::{ExpiringSecret, ExpiringSecretPage, SecretUse, Store};

use crate::samples::{add, at, bare_account, foreign, generated, imported, tenant, tenant_entry};
use crate::{FreshDatabase, eu, us};

pub(crate) async fn an_account_is_listed_with_its_last_active_secret(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let mut accounts = [
        account("one secret", [generated(1)]),
        account("a grace period beside a longer one", [generated(2), generated(3)]),
        account("a grace period beside one without expiry", [generated(4), imported(5)]),
        account("a grace period beside a revoked one", [generated(6), imported(7)]),
        account("two that expire", [generated(8), imported(9)]),
        account("two that expire together", [generated(10), generated(11)]),
        account("already expired", [generated(12)]),
        account("later", [generated(13)]),
        account("never", [imported(14)]),
        account("none", []),
        account("an unrestricted one beside a restricted one", [imported(15), generated(16)]),
        account("a hash from elsewhere", [foreign(17)]),
        account("beside a hash from elsewhere", [generated(18), foreign(19)]),
    ];
    accounts[1].credentials[1].expires_at = Some(at(UNTIL + 1));
    accounts[3].credentials[1].revoked_at = Some(at(1));
    accounts[4].credentials[1].expires_at = Some(at(UNTIL));
    accounts[6].credentials[0].expires_at = Some(at(NOW));
    accounts[7].credentials[0].expires_at = Some(at(UNTIL + 1));
    accounts[10].credentials[0].expires_at = Some(at(END));
    accounts[10].credentials[1].expires_at = None;
    accounts[11].credentials[0].expires_at = Some(at(END));
    for account in &accounts {
        add(&*store, account).await;
    }
    let together = accounts[5].credentials.iter().map(|secret| secret.id.clone()).max().unwrap();
    let expected = [
        ("one secret", id(1), END),
        ("a grace period beside a revoked one", id(6), END),
        ("two that expire", id(9), UNTIL),
        ("two that expire together", together, END),
        ("an unrestricted one beside a restricted one", id(15), END),
        ("a hash from elsewhere", id(17), END),
    ];
    let mut listed = list(&*store, None, 100).await;
    assert!(listed.is_sorted_by_key(|expiring| expiring.expires_at));
    listed.sort_by(|one, two| one.client_id.cmp(&two.client_id));
    let mut expected: Vec<_> = expected
        .into_iter()
        .map(|(client_id, secret, end)| (client_id.replace(' ', "_"), secret, at(end)))
        .collect();
    expected.sort();
    let listed: Vec<_> = listed
        .into_iter()
        .map(|expiring| (expiring.client_id.as_str().to_owned(), expiring.credential, expiring.expires_at))
        .collect();
    assert_eq!(listed, expected);
}

pub(crate) async fn an_expiring_secret_is_listed_with_its_names(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let buyer = tenant("buyer");
    store.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    let account = Account { tenant: buyer, ..account("a", [generated(1)]) };
    add(&*store, &account).await;
    let last_use = LastUse { at: at(NOW - 1), from: "192.0.2.1".parse().unwrap() };
    let used = SecretUse { client_id: account.client_id.clone(), credential: id(1), last_use };
    store.record_uses(&[used]).await.unwrap();
    let expected = ExpiringSecret {
        client_id: account.client_id,
        name: account.name,
        tenant: "buyer".parse().unwrap(),
        credential: id(1),
        label: generated(1).label,
        last_four: generated(1).secret().unwrap().last_four.clone(),
        expires_at: at(END),
        last_used: Some(last_use),
    };
    assert_eq!(list(&*store, None, 100).await, [expected]);
}

pub(crate) async fn accounts_that_cannot_get_tokens_are_not_listed(database: &dyn FreshDatabase) {
    let (store, elsewhere) = (us(database).await, eu(database).await);
    for (name, enabled, accounts_allowed) in [("disabled", false, true), ("forbidden", true, false)] {
        let mut tenant = tenant(name);
        (tenant.enabled, tenant.accounts_allowed) = (enabled, accounts_allowed);
        store.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    }
    let in_tenant =
        |name: &str, number| Account { tenant: tenant(name), ..account(name, [generated(number)]) };
    let ended = |end, number| Account {
        expires_at: Some(at(end)),
        ..account(&format!("ends {end}"), [generated(number)])
    };
    let off = Account { enabled: false, ..account("off", [generated(1)]) };
    for account in
        [off, ended(NOW, 2), ended(NOW + 1, 3), in_tenant("disabled", 4), in_tenant("forbidden", 5)]
    {
        add(&*store, &account).await;
    }
    let listed = list(&*store, None, 100).await;
    assert_eq!(listed.iter().map(|expiring| expiring.credential.clone()).collect::<Vec<_>>(), [id(3)]);
    assert_eq!(list(&*elsewhere, None, 100).await, []);
}

pub(crate) async fn expiring_secrets_are_listed_in_pages_ordered_by_expiry(database: &dyn FreshDatabase) {
    let store = us(database).await;
    // Some expire at the same second.
    for number in 1..=7 {
        let mut secret = generated(number);
        secret.expires_at = Some(at(END + i64::from(number / 3)));
        add(&*store, &account(&format!("account {number}"), [secret])).await;
    }
    let all = list(&*store, None, 100).await;
    assert_eq!(all.len(), 7);
    assert!(all.is_sorted_by_key(|expiring| expiring.expires_at));
    let (mut pages, mut after) = (Vec::new(), None);
    loop {
        let page = list(&*store, after, 2).await;
        let Some(last) = page.last() else { break };
        assert!(page.len() <= 2);
        after = Some((last.expires_at, last.credential.clone()));
        pages.extend(page);
    }
    assert_eq!(pages, all);
}

pub(crate) async fn expiring_secrets_are_listed_by_tenant(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let buyer = tenant("buyer");
    store.add_tenant(&buyer, &tenant_entry(&buyer)).await.unwrap();
    add(&*store, &Account { tenant: buyer, ..account("theirs", [generated(1)]) }).await;
    add(&*store, &account("ours", [generated(2)])).await;
    for (tenant, expected) in [("buyer", vec![id(1)]), ("default", vec![id(2)]), ("unknown", vec![])] {
        let tenant = Some(tenant.parse().unwrap());
        let page = ExpiringSecretPage { now: at(NOW), until: at(UNTIL), tenant, after: None, limit: 100 };
        let listed = store.list_expiring_secrets(&page).await.unwrap();
        assert_eq!(listed.into_iter().map(|secret| secret.credential).collect::<Vec<_>>(), expected);
    }
}

async fn list(
    store: &dyn Store,
    after: Option<(Timestamp, CredentialId)>,
    limit: u32,
) -> Vec<ExpiringSecret> {
    let page = ExpiringSecretPage { now: at(NOW), until: at(UNTIL), tenant: None, after, limit };
    store.list_expiring_secrets(&page).await.unwrap()
}

fn account(name: &str, credentials: impl Into<Vec<Credential>>) -> Account {
    Account { credentials: credentials.into(), ..bare_account(&name.replace(' ', "_")) }
}

fn id(number: u8) -> CredentialId {
    generated(number).id
}

/// When the generated secrets of the samples expire.
const END: i64 = 5_000;
const NOW: i64 = 4_000;
const UNTIL: i64 = 6_000;
