//! Adding many accounts or revocations at once.

use jeton_core::admin::{AuditVerdict, verify_audit};
use jeton_core::model::{Account, Restriction, Revocation, TokenId};
use jeton_core::store::{
    AccountPage, AuditEntry, AuditFilter, AuditOrder, AuditPage, Conflict, ListedRevocation, Position,
    RevocationNumber, Store, Subject,
};

use crate::samples::{
    API, account, account_entry, add, add_resources, at, bare_account, foreign, found, generated, imported,
    lookup, region_entry, revocation, revocation_entry, tenant, tenant_entry, uri,
};
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn accounts_of_a_batch_are_found_as_they_were_added(database: &dyn FreshDatabase) {
    let (store, elsewhere) = (us(database).await, eu(database).await);
    add_resources(&*store).await;
    let mut accounts: Vec<_> = (0..1_200).map(|number| bare_account(&format!("{number:04}"))).collect();
    accounts[0] = account("0000");
    accounts[700] = Account { epoch: 7, enabled: false, ..account("0700") };
    accounts[700].credentials = vec![foreign(4), generated(5), imported(6)];
    accounts[700].credentials[1].revoked_at = Some(at(700));
    accounts[700].credentials[1].restriction = Restriction::default();
    store.add_accounts(&accounts, &[region_entry("us")]).await.unwrap();
    for expected in [&accounts[0], &accounts[1], &accounts[700], &accounts[1_199]] {
        assert_eq!(&found(&*store, &expected.client_id).await, expected);
    }
    let page = AccountPage { limit: 10_000, ..AccountPage::default() };
    let listed = store.list_accounts(&page, at(0)).await.unwrap().accounts;
    assert!(
        listed
            .iter()
            .map(|one| (&one.client_id, &one.name))
            .eq(accounts.iter().map(|one| (&one.client_id, &one.name)))
    );
    assert_eq!(elsewhere.list_accounts(&page, at(0)).await.unwrap().accounts, []);
    let by_lookup = store.find_account_by_lookup(&lookup(5)).await.unwrap().unwrap();
    assert_eq!(by_lookup.client_id, accounts[700].client_id);
    // They are written like any other account from now on.
    let changed = Account { enabled: true, ..accounts[700].clone() };
    store.replace_account(&changed, &account_entry(&changed)).await.unwrap();
}

pub(crate) async fn a_batch_of_accounts_is_added_whole_or_not_at_all(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add(&*store, &bare_account("taken")).await;
    let same_name = Account { name: bare_account("a").name, ..bare_account("b") };
    let mut no_resource = bare_account("b");
    no_resource.introspects.insert(uri(API));
    for (bad, expected) in [
        (bare_account("a"), Conflict::Exists),
        (bare_account("taken"), Conflict::Exists),
        (same_name, Conflict::Exists),
        (Account { tenant: tenant("missing"), ..bare_account("b") }, Conflict::Missing),
        (Account { default_resource: Some(uri(API)), ..bare_account("b") }, Conflict::Missing),
        (no_resource, Conflict::Missing),
        (Account { grants: account("b").grants, ..bare_account("b") }, Conflict::Missing),
    ] {
        let accounts = [bare_account("a"), bad];
        assert_conflict(store.add_accounts(&accounts, &[region_entry("us")]).await, expected);
        assert_eq!(store.find_account(&accounts[0].client_id, Position::START).await.unwrap().value, None);
    }
    assert_eq!(changes(&*store).await.len(), 1);
    store.add_accounts(&[bare_account("a")], &[region_entry("us")]).await.unwrap();
}

pub(crate) async fn a_batch_of_accounts_obeys_the_rules_of_names_and_ids(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let named = |id: &str, name: &str| Account { name: name.parse().unwrap(), ..bare_account(id) };
    for accounts in [
        [bare_account("a"), bare_account("x"), named("b", "x")],
        [named("b", "x"), bare_account("x"), bare_account("a")],
    ] {
        let result = store.add_accounts(&accounts, &[region_entry("us")]).await;
        assert_conflict(result, Conflict::NameIsAnId);
    }
    store.add_accounts(&[named("own", "own"), named("b", "x")], &[region_entry("us")]).await.unwrap();
    let later = [bare_account("c"), bare_account("x")];
    assert_conflict(store.add_accounts(&later, &[region_entry("us")]).await, Conflict::IdIsAName);
}

pub(crate) async fn the_id_of_a_deleted_account_is_taken_in_a_batch(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let deleted = bare_account("a");
    add(&*store, &deleted).await;
    store.delete_account(&deleted, &account_entry(&deleted)).await.unwrap();
    let again = [bare_account("b"), Account { epoch: deleted.epoch + 1, ..deleted }];
    assert_conflict(store.add_accounts(&again, &[region_entry("us")]).await, Conflict::Exists);
    let page = AccountPage { limit: 10, ..AccountPage::default() };
    assert_eq!(store.list_accounts(&page, at(0)).await.unwrap().accounts, []);
}

pub(crate) async fn a_batch_is_one_change_for_each_of_its_audit_entries(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let accounts = ["c", "a", "b"].map(bare_account);
    let entries: Vec<_> = accounts.iter().map(account_entry).collect();
    store.add_accounts(&accounts, &entries).await.unwrap();
    let revocations = [1, 2].map(revocation);
    store.add_revocations(&revocations, &[revocation_entry(&revocations[1])]).await.unwrap();
    let mut expected = accounts.map(|account| Subject::Account(account.client_id)).to_vec();
    expected.push(Subject::Token(revocations[1].token));
    assert_eq!(changes(&*store).await, expected);
    let page = AuditPage { order: AuditOrder::OldestFirst, after: None, limit: 10 };
    let records = store.list_audit(&AuditFilter::default(), &page).await.unwrap();
    assert_eq!(records.len(), 4);
    let verdict = verify_audit(&*store, &[], |_| {}).await.unwrap();
    assert!(matches!(verdict, AuditVerdict::Intact(_)), "{verdict:?}");
}

pub(crate) async fn the_audit_entries_of_a_batch_continue_their_chains(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let tenants = [tenant("one"), tenant("two")];
    // Texts that an encoding could change: the digests are over the exact text.
    let odd = "quote \" backslash \\ \u{e9} \u{1f600} \t </x> \u{2028}";
    let account = |number: usize| {
        let entry = account_entry(&bare_account(&format!("{number:04}")));
        AuditEntry { after: Some(serde_json::json!({ "b": odd, "a": number, "f": 1.0 })), ..entry }
    };
    let mut entries: Vec<_> = (0..1_100).map(account).collect();
    entries.extend(tenants.iter().map(tenant_entry));
    entries.extend((1_100..1_102).map(account));
    entries.push(tenant_entry(&tenants[0]));
    // The first batch starts the chains, the second one continues them.
    for _ in 0..2 {
        store.add_accounts(&[], &entries).await.unwrap();
    }
    add(&*store, &bare_account("last")).await;
    let verdict = verify_audit(&*store, &[], |_| {}).await.unwrap();
    let AuditVerdict::Intact(log) = verdict else { panic!("{verdict:?}") };
    assert_eq!(log.records, 2 * 1_105 + 1);
    let subject = Some(("account".to_owned(), bare_account("1101").client_id.to_string()));
    let filter = AuditFilter { subject, ..AuditFilter::default() };
    let page = AuditPage { order: AuditOrder::OldestFirst, after: None, limit: 10 };
    let records = store.list_audit(&filter, &page).await.unwrap();
    assert_eq!(records.len(), 2);
    assert_eq!(records[0].after, records[1].after);
    assert!(records[0].after.as_deref().is_some_and(|text| text.contains("backslash \\\\ ")), "{records:?}");
}

pub(crate) async fn revocations_of_a_batch_are_listed_as_they_were_added(database: &dyn FreshDatabase) {
    let (store, elsewhere) = (us(database).await, eu(database).await);
    let numbered = |number: u128| Revocation {
        token: TokenId::from_bytes(number.to_be_bytes()),
        audience: number.is_multiple_of(2).then(|| uri(API)),
        ..revocation(1)
    };
    let revocations: Vec<_> = (0..1_200).map(numbered).collect();
    store.add_revocations(&revocations, &[revocation_entry(&revocations[0])]).await.unwrap();
    let expected: Vec<_> = revocations.iter().map(ListedRevocation::from).collect();
    assert_eq!(listed(&*store).await, expected);
    assert_eq!(listed(&*elsewhere).await, []);
}

pub(crate) async fn a_batch_of_revocations_is_added_whole_or_not_at_all(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let known = revocation(1);
    store.add_revocation(&known, &revocation_entry(&known)).await.unwrap();
    for batch in [[revocation(2), revocation(1)], [revocation(2), revocation(2)]] {
        let result = store.add_revocations(&batch, &[revocation_entry(&batch[0])]).await;
        assert_conflict(result, Conflict::Exists);
    }
    assert_eq!(listed(&*store).await.len(), 1);
    assert_eq!(changes(&*store).await.len(), 1);
}

async fn changes(store: &dyn Store) -> Vec<Subject> {
    let page = store.list_changes(Position::START, 100).await.unwrap();
    page.changes.into_iter().map(|change| change.subject).collect()
}

async fn listed(store: &dyn Store) -> Vec<ListedRevocation> {
    let mut tokens = store.list_revocations(RevocationNumber::default(), 10_000).await.unwrap().tokens;
    tokens.sort();
    tokens
}
