//! The change feed. It has one change per audit record of two chains.

use jeton_core::model::{Account, Algorithm, Resource, Tenant};
use jeton_core::store::{Change, Changes, Conflict, Position, RevocationNumber, Sequence, Store, Subject};
use tokio::task::JoinHandle;

use crate::samples::{
    API, OTHER_API, account, account_entry, add, add_beside_others, add_key, add_resources, at, bare_account,
    key, region_entry, resource, resource_entry, revocation, revocation_entry, tenant, tenant_entry,
};
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn a_new_store_has_no_changes(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let start = store.find_catalog().await.unwrap().position;
    assert_eq!(start, Position::START);
    assert_eq!(store.list_changes(start, 10).await.unwrap(), no_changes(start));
}

pub(crate) async fn each_write_is_one_change_in_order(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let (mut tenant, mut resource, mut account) = (tenant("buyer"), resource(API), bare_account("a"));
    let (key, revocation) = (key("a", Algorithm::Es256), revocation(1));
    store.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    store.replace_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    tenant.version += 1;
    store.add_resource(&resource, &resource_entry(&resource)).await.unwrap();
    store.replace_resource(&resource, &resource_entry(&resource)).await.unwrap();
    resource.version += 1;
    store.delete_resource(&resource, &resource_entry(&resource)).await.unwrap();
    store.add_account(&account, &account_entry(&account)).await.unwrap();
    store.replace_account(&account, &account_entry(&account)).await.unwrap();
    account.version += 1;
    store.delete_account(&account, &account_entry(&account)).await.unwrap();
    add_key(&*store, &key).await.unwrap();
    store.add_revocation(&revocation, &revocation_entry(&revocation)).await.unwrap();
    store.replace_region_epoch(0, 1, &region_entry("us")).await.unwrap();
    let changes = all(&*store).await;
    let subjects: Vec<_> = changes.iter().map(|change| change.subject.clone()).collect();
    let (tenant, resource, account) =
        (Subject::Tenant(tenant.name), Subject::Resource(resource.uri), Subject::Account(account.client_id));
    // Those of the region, then those of what the regions share.
    let mut expected = vec![account; 3];
    expected.push(Subject::Key(key.id));
    expected.push(Subject::Token(revocation.token));
    expected.push(Subject::Region("us".parse().unwrap()));
    expected.extend(vec![tenant; 2]);
    expected.extend(vec![resource; 3]);
    assert_eq!(subjects, expected);
    assert!(changes.iter().all(|change| change.at == at(600)));
    assert!(changes.iter().map(|change| change.sequence).eq((1..=6).chain(1..=5).map(Sequence)));
}

pub(crate) async fn changes_come_in_pages(database: &dyn FreshDatabase) {
    let store = us(database).await;
    for id in ["a", "b", "c", "d", "e"] {
        add(&*store, &bare_account(id)).await;
    }
    let expected = all(&*store).await;
    let mut position = Position::START;
    for page in expected.chunks(2) {
        let read = store.list_changes(position, 2).await.unwrap();
        let last = page[page.len() - 1].sequence;
        let reached = Position { region: last, shared: Sequence::START };
        assert_eq!(read, Changes { changes: page.to_vec(), more: last.0 < 5, ..no_changes(reached) });
        position = reached;
    }
    assert_eq!(store.list_changes(position, 2).await.unwrap(), no_changes(position));
    assert_eq!(store.find_catalog().await.unwrap().position, position);
}

pub(crate) async fn both_chains_come_in_pages(database: &dyn FreshDatabase) {
    let store = us(database).await;
    for name in ["a", "b", "c"] {
        add(&*store, &bare_account(name)).await;
    }
    store.add_tenant(&tenant("a"), &tenant_entry(&tenant("a"))).await.unwrap();
    let first = store.list_changes(Position::START, 2).await.unwrap();
    let reached = Position { region: Sequence(2), shared: Sequence(1) };
    assert_eq!((first.changes.len(), first.reached, first.more, first.gap), (3, reached, true, false));
    let rest = store.list_changes(reached, 2).await.unwrap();
    let end = Position { region: Sequence(3), shared: Sequence(1) };
    assert_eq!((rest.changes.len(), rest.reached, rest.more, rest.gap), (1, end, false, false));
}

pub(crate) async fn a_refused_write_leaves_no_change(database: &dyn FreshDatabase) {
    let store = us(database).await;
    add_resources(&*store).await;
    let account = account("a");
    add(&*store, &account).await;
    let (key, revocation) = (key("a", Algorithm::Es256), revocation(1));
    add_key(&*store, &key).await.unwrap();
    store.add_revocation(&revocation, &revocation_entry(&revocation)).await.unwrap();
    let before = all(&*store).await;

    assert_conflict(store.add_account(&account, &account_entry(&account)).await, Conflict::Exists);
    let late = Account { version: 9, ..account };
    assert_conflict(store.replace_account(&late, &account_entry(&late)).await, Conflict::Stale);
    assert_conflict(store.delete_account(&late, &account_entry(&late)).await, Conflict::Stale);
    let without_tenant = Account { tenant: tenant("missing"), ..bare_account("b") };
    assert_conflict(
        store.add_account(&without_tenant, &account_entry(&without_tenant)).await,
        Conflict::Missing,
    );
    let used = resource(API);
    assert_conflict(store.add_resource(&used, &resource_entry(&used)).await, Conflict::Exists);
    assert_conflict(store.delete_resource(&used, &resource_entry(&used)).await, Conflict::InUse);
    let without_scopes = Resource { scopes: std::collections::BTreeMap::new(), ..resource(OTHER_API) };
    assert_conflict(
        store.replace_resource(&without_scopes, &resource_entry(&without_scopes)).await,
        Conflict::InUse,
    );
    let default = tenant("default");
    assert_conflict(store.add_tenant(&default, &tenant_entry(&default)).await, Conflict::Exists);
    let late = Tenant { version: 9, ..default };
    assert_conflict(store.replace_tenant(&late, &tenant_entry(&late)).await, Conflict::Stale);
    assert_conflict(add_key(&*store, &key).await, Conflict::Exists);
    let again = store.add_revocation(&revocation, &revocation_entry(&revocation)).await;
    assert_conflict(again, Conflict::Exists);
    assert_conflict(store.replace_region_epoch(9, 10, &region_entry("us")).await, Conflict::Stale);

    assert_eq!(all(&*store).await, before);
}

pub(crate) async fn a_position_beyond_the_end_is_a_gap(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let beyond = |position: Position| {
        let next = |Sequence(number)| Sequence(number + 1);
        [
            Position { region: next(position.region), ..position },
            Position { shared: next(position.shared), ..position },
        ]
    };
    for position in beyond(Position::START) {
        assert!(store.list_changes(position, 10).await.unwrap().gap);
    }
    add(&*store, &bare_account("a")).await;
    store.add_tenant(&tenant("a"), &tenant_entry(&tenant("a"))).await.unwrap();
    let last = store.find_catalog().await.unwrap().position;
    assert!(!store.list_changes(last, 10).await.unwrap().gap);
    for position in beyond(last) {
        assert!(store.list_changes(position, 10).await.unwrap().gap);
    }
}

pub(crate) async fn a_region_follows_its_own_changes_and_the_shared_ones(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let (tenant, ours, theirs) = (tenant("buyer"), bare_account("a"), bare_account("b"));
    let (key, revocation) = (key("a", Algorithm::Es256), revocation(1));
    add(&*us, &ours).await;
    add(&*eu, &theirs).await;
    add_key(&*us, &key).await.unwrap();
    us.add_revocation(&revocation, &revocation_entry(&revocation)).await.unwrap();
    eu.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    let seen = |changes: Vec<Change>| changes.into_iter().map(|change| change.subject).collect::<Vec<_>>();
    let shared = Subject::Tenant(tenant.name);
    let own = [
        Subject::Account(ours.client_id),
        Subject::Key(key.id),
        Subject::Token(revocation.token),
        shared.clone(),
    ];
    assert_eq!(seen(all(&*us).await), own);
    assert_eq!(seen(all(&*eu).await), [Subject::Account(theirs.client_id), shared]);
}

pub(crate) async fn concurrent_writers_lose_no_change(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let writers: Vec<_> = ["a", "b", "c"]
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in 0..20 {
                    add_beside_others(&*store, &bare_account(&format!("{writer}{number}"))).await;
                }
            })
        })
        .into();
    // A follower that reads during the writes sees the same changes as one that reads afterwards.
    let mut followed: Vec<Change> = Vec::new();
    loop {
        // Checked before the read: a read that then returns nothing has seen all changes.
        let are_finished = writers.iter().all(JoinHandle::is_finished);
        let region = followed.last().map_or(Sequence::START, |change| change.sequence);
        let position = Position { region, shared: Sequence::START };
        let read = store.list_changes(position, 7).await.unwrap();
        assert!(!read.gap);
        if are_finished && read.changes.is_empty() {
            break;
        }
        followed.extend(read.changes);
        tokio::task::yield_now().await;
    }
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(followed.len(), 60);
    assert_eq!(followed, all(&*store).await);
}

async fn all(store: &dyn Store) -> Vec<Change> {
    let read = store.list_changes(Position::START, 1_000).await.unwrap();
    assert!(!read.gap && !read.more);
    read.changes
}

fn no_changes(reached: Position) -> Changes {
    let last_revocation = RevocationNumber::default();
    Changes { changes: Vec::new(), reached, more: false, gap: false, last_revocation }
}
