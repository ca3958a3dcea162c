//! Revocations by clients, and their summaries.

use jeton_core::model::{Revocation, TokenId};
use jeton_core::store::{
    AuditFilter, AuditOrder, AuditPage, ClientRevocation, Conflict, ListedRevocation, Position,
    RevocationNumber, RevocationRange, Sequence, Store,
};

use crate::samples::{API, at, revocation, revocation_entry, summary_entry, uri};
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn revocations_by_clients_are_listed_with_all_others_and_leave_no_record(
    database: &dyn FreshDatabase,
) {
    let store = us(database).await;
    let mut all = many(1_200);
    all[1].audience = Some(uri(API));
    // Every character that an id may have.
    all[2].client_id = ('!'..='~').collect::<String>().parse().unwrap();
    let (by_administrator, by_clients) = all.split_first().unwrap();
    store.add_revocation(by_administrator, &revocation_entry(by_administrator)).await.unwrap();
    store.add_client_revocations(by_clients).await.unwrap();
    store.add_client_revocations(&[]).await.unwrap();
    let page = store.list_revocations(RevocationNumber::default(), 2_000).await.unwrap();
    assert_eq!(page.tokens.len(), 1_200);
    for expected in &all {
        assert!(page.tokens.contains(&ListedRevocation::from(expected)), "{expected:?}");
    }
    assert_eq!(records(&*store).await, 1);
    // In the order of the list.
    let listed = by_region(&*store, "us", EVERYTHING).await;
    assert!(listed.iter().map(|one| one.token).eq(by_clients.iter().map(|one| one.token)));
    assert!(listed.is_sorted_by(|one, two| one.number < two.number));
    assert_eq!(listed.last().unwrap().number, page.last);
    assert_eq!(listed[0].client_id, all[1].client_id);
    assert_eq!((listed[0].expires_at, listed[0].revoked_at), (all[1].expires_at, all[1].revoked_at));
}

pub(crate) async fn a_token_that_is_already_revoked_is_no_error_for_a_client(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let [one, two, three] = [1, 2, 3].map(revocation);
    store.add_revocation(&one, &revocation_entry(&one)).await.unwrap();
    store.add_client_revocations(std::slice::from_ref(&two)).await.unwrap();
    let later = |first: &Revocation| Revocation { expires_at: at(9_999), ..first.clone() };
    let again = [later(&one), later(&two), three.clone(), later(&three)];
    store.add_client_revocations(&again).await.unwrap();
    let mut listed = store.list_revocations(RevocationNumber::default(), 10).await.unwrap().tokens;
    listed.sort();
    assert_eq!(listed, [&one, &two, &three].map(ListedRevocation::from));
    assert_conflict(store.add_revocation(&two, &revocation_entry(&two)).await, Conflict::Exists);
    // The first is the administrator's, which has a record.
    let tokens: Vec<_> = by_region(&*store, "us", EVERYTHING).await.iter().map(|one| one.token).collect();
    assert_eq!(tokens, [two.token, three.token]);
}

pub(crate) async fn the_number_of_the_last_revocation_of_any_region_comes_with_the_changes(
    database: &dyn FreshDatabase,
) {
    let (us, eu) = (us(database).await, eu(database).await);
    assert_eq!(last_revocation(&*us).await, RevocationNumber(0));
    us.add_client_revocations(&many(2)).await.unwrap();
    let ours = us.list_revocations(RevocationNumber::default(), 10).await.unwrap().last;
    assert_eq!(last_revocation(&*us).await, ours);
    eu.add_client_revocations(&many(3)).await.unwrap();
    let theirs = eu.list_revocations(RevocationNumber::default(), 10).await.unwrap().last;
    assert!(theirs > ours);
    assert_eq!((last_revocation(&*us).await, last_revocation(&*eu).await), (theirs, theirs));
    let one = revocation(99);
    us.add_revocation(&one, &revocation_entry(&one)).await.unwrap();
    let last = us.list_revocations(ours, 10).await.unwrap().last;
    assert_eq!(last_revocation(&*us).await, last);
    // A removal does not lower it.
    us.remove_revocations(at(i64::MAX), 10).await.unwrap();
    assert_eq!(last_revocation(&*us).await, last);
}

pub(crate) async fn revocations_by_clients_are_listed_by_region_and_range(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    us.add_client_revocations(&many(3)).await.unwrap();
    eu.add_client_revocations(&many(2)).await.unwrap();
    us.add_client_revocations(&many(5)[..2]).await.unwrap();
    let all = by_region(&*us, "us", EVERYTHING).await;
    assert_eq!((all.len(), by_region(&*us, "eu", EVERYTHING).await.len()), (5, 2));
    // Seen from the other region as well: the log that they verify is that of all regions.
    assert_eq!(by_region(&*eu, "us", EVERYTHING).await, all);
    assert_eq!(by_region(&*us, "ap", EVERYTHING).await, []);
    let range = RevocationRange { after: all[0].number, through: all[3].number };
    assert_eq!(by_region(&*us, "us", range).await, all[1..4]);
    let limited = us.list_client_revocations(&"us".parse().unwrap(), range, 2).await.unwrap();
    assert_eq!(limited, all[1..3]);
}

pub(crate) async fn a_summary_is_written_once_for_the_same_revocations(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let (start, entry) = (RevocationNumber(0), summary_entry("us"));
    assert_eq!(store.find_summarized().await.unwrap(), start);
    store.add_revocation_summary(start, RevocationNumber(3), &entry).await.unwrap();
    assert_eq!(store.find_summarized().await.unwrap(), RevocationNumber(3));
    for outdated in [start, RevocationNumber(2), RevocationNumber(4)] {
        let again = store.add_revocation_summary(outdated, RevocationNumber(5), &entry).await;
        assert_conflict(again, Conflict::Stale);
    }
    assert_eq!((store.find_summarized().await.unwrap(), records(&*store).await), (RevocationNumber(3), 1));
    store.add_revocation_summary(RevocationNumber(3), RevocationNumber(5), &entry).await.unwrap();
    assert_eq!((store.find_summarized().await.unwrap(), records(&*store).await), (RevocationNumber(5), 2));
}

pub(crate) async fn a_summary_of_one_region_leaves_those_of_others(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let start = RevocationNumber(0);
    assert_conflict(
        us.add_revocation_summary(RevocationNumber(1), RevocationNumber(2), &summary_entry("us")).await,
        Conflict::Stale,
    );
    us.add_revocation_summary(start, RevocationNumber(3), &summary_entry("us")).await.unwrap();
    assert_eq!(eu.find_summarized().await.unwrap(), start);
    eu.add_revocation_summary(start, RevocationNumber(2), &summary_entry("eu")).await.unwrap();
    assert_eq!(us.find_summarized().await.unwrap(), RevocationNumber(3));
}

pub(crate) async fn a_summary_is_not_a_change_for_nodes(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let before = store.find_catalog().await.unwrap().position;
    store
        .add_revocation_summary(RevocationNumber(0), RevocationNumber(1), &summary_entry("us"))
        .await
        .unwrap();
    let read = store.list_changes(before, 10).await.unwrap();
    assert_eq!((read.changes.as_slice(), read.gap, read.more), ([].as_slice(), false, false));
    // A node that has read this far has applied it: commands compare with the end of the chain.
    assert_eq!(read.reached, Position { region: Sequence(before.region.0 + 1), ..before });
    // The next change is found behind it, and a full page of summaries is not the end.
    let one = revocation(1);
    store.add_revocation(&one, &revocation_entry(&one)).await.unwrap();
    let read = store.list_changes(before, 1).await.unwrap();
    assert_eq!((read.changes.len(), read.gap, read.more), (0, false, true));
    let read = store.list_changes(read.reached, 1).await.unwrap();
    assert_eq!((read.changes.len(), read.gap, read.more), (1, false, false));
}

pub(crate) async fn a_revocation_that_is_not_summarized_is_kept(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let by_administrator = revocation(99);
    us.add_revocation(&by_administrator, &revocation_entry(&by_administrator)).await.unwrap();
    us.add_client_revocations(&many(3)).await.unwrap();
    eu.add_client_revocations(&many(1)).await.unwrap();
    let listed = by_region(&*us, "us", EVERYTHING).await;
    assert_eq!(us.remove_revocations(at(i64::MAX), 10).await.unwrap(), 1);
    us.add_revocation_summary(RevocationNumber(0), listed[1].number, &summary_entry("us")).await.unwrap();
    assert_eq!(eu.remove_revocations(at(i64::MAX), 10).await.unwrap(), 0);
    assert_eq!(us.remove_revocations(at(i64::MAX), 10).await.unwrap(), 2);
    assert_eq!(by_region(&*us, "us", EVERYTHING).await, listed[2..]);
    assert_eq!(us.list_revocations(RevocationNumber::default(), 10).await.unwrap().tokens.len(), 1);
}

/// Revocations of `count` different tokens.
fn many(count: u16) -> Vec<Revocation> {
    let numbered = |number: u16| Revocation {
        token: TokenId::from_bytes(u128::from(number).to_be_bytes()),
        ..revocation(0)
    };
    // Not in the order of their tokens.
    (1..=count).rev().map(numbered).collect()
}

async fn by_region(store: &dyn Store, region: &str, range: RevocationRange) -> Vec<ClientRevocation> {
    store.list_client_revocations(&region.parse().unwrap(), range, 2_000).await.unwrap()
}

async fn last_revocation(store: &dyn Store) -> RevocationNumber {
    store.list_changes(Position::START, 10).await.unwrap().last_revocation
}

/// The number of audit records.
async fn records(store: &dyn Store) -> usize {
    let page = AuditPage { order: AuditOrder::OldestFirst, after: None, limit: 10 };
    store.list_audit(&AuditFilter::default(), &page).await.unwrap().len()
}

const EVERYTHING: RevocationRange =
    RevocationRange { after: RevocationNumber(0), through: RevocationNumber(i64::MAX) };
