//! Reading the audit log, and its hash chain.

use jeton_core::admin::{AuditVerdict, IntactLog, verify_audit};
use jeton_core::model::{Account, Algorithm};
use jeton_core::store::{
    Action, AuditEntry, AuditFilter, AuditOrder, AuditPage, AuditRecord, Conflict, Sequence, Store, Subject,
};
use serde_json::json;

use crate::samples::{
    API, account_entry, add, add_key, at, audit_entry, bare_account, key, resource, resource_entry, tenant,
    tenant_entry,
};
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn a_record_is_read_as_it_was_written(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let (account, tenant) = (bare_account("a"), tenant("buyer"));
    let entry = AuditEntry {
        actor: "cli:ünïcode \"quoted\"".to_owned(),
        action: Action::RotateSecret,
        before: Some(json!({"name": "ünïcode \"quoted\"\n", "epoch": 1, "secrets": [], "expires_at": null})),
        after: None,
        ..account_entry(&account)
    };
    store.add_account(&account, &entry).await.unwrap();
    store.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    let records = all(&*store).await;
    let expected = AuditRecord {
        sequence: Sequence(1),
        at: at(600),
        actor: entry.actor,
        action: "secret.rotate".to_owned(),
        region: Some("us".to_owned()),
        subject_kind: "account".to_owned(),
        subject_id: "a".to_owned(),
        before: entry.before.map(|before| before.to_string()),
        after: None,
        digest: records[0].digest,
    };
    assert_eq!(records[0], expected);
    assert_eq!((records[1].region.as_deref(), records[1].subject_id.as_str()), (None, "buyer"));
}

pub(crate) async fn records_come_in_both_orders_and_in_pages(database: &dyn FreshDatabase) {
    let store = us(database).await;
    for id in ["a", "b", "c", "d", "e"] {
        add(&*store, &bare_account(id)).await;
    }
    let expected = all(&*store).await;
    assert_eq!(expected.len(), 5);
    for order in [AuditOrder::OldestFirst, AuditOrder::NewestFirst] {
        let mut read = Vec::new();
        let mut page = AuditPage { order, after: None, limit: 2 };
        loop {
            let records = store.list_audit(&AuditFilter::default(), &page).await.unwrap();
            let Some(last) = records.last() else { break };
            assert!(records.len() <= 2);
            page.after = Some(last.sequence);
            read.extend(records);
        }
        if order == AuditOrder::NewestFirst {
            read.reverse();
        }
        assert_eq!(read, expected);
    }
}

pub(crate) async fn records_are_found_by_each_filter(database: &dyn FreshDatabase) {
    let store = us(database).await;
    for (id, actor, action, seconds) in
        [("a", "one", Action::Create, 10), ("b", "one", Action::Panic, 20), ("c", "two", Action::Create, 30)]
    {
        let account = bare_account(id);
        let entry =
            AuditEntry { at: at(seconds), actor: actor.to_owned(), action, ..account_entry(&account) };
        store.add_account(&account, &entry).await.unwrap();
    }
    // The kind is part of the filter: a resource is not found as an account.
    store.add_resource(&resource(API), &resource_entry(&resource(API))).await.unwrap();
    let none = AuditFilter::default;
    let account = |id: &str| Some(("account".to_owned(), id.to_owned()));
    for (filter, expected) in [
        (AuditFilter { subject: account("b"), ..none() }, vec!["b"]),
        (AuditFilter { subject: account(API), ..none() }, vec![]),
        (AuditFilter { actor: Some("one".to_owned()), ..none() }, vec!["a", "b"]),
        (AuditFilter { action: Some("create".to_owned()), ..none() }, vec!["a", "c"]),
        (AuditFilter { since: Some(at(20)), until: Some(at(30)), ..none() }, vec!["b"]),
        (AuditFilter { until: Some(at(20)), ..none() }, vec!["a"]),
        (
            AuditFilter { actor: Some("one".to_owned()), action: Some("create".to_owned()), ..none() },
            vec!["a"],
        ),
        (AuditFilter { subject: account("a"), action: Some("panic".to_owned()), ..none() }, vec![]),
    ] {
        for order in [AuditOrder::OldestFirst, AuditOrder::NewestFirst] {
            let page = AuditPage { order, after: None, limit: 10 };
            let records = store.list_audit(&filter, &page).await.unwrap();
            let mut ids: Vec<&str> = records.iter().map(|record| record.subject_id.as_str()).collect();
            ids.sort_unstable();
            assert_eq!(ids, expected, "{filter:?}");
        }
    }
}

pub(crate) async fn all_regions_write_one_chain(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    let empty = intact(&*us).await;
    assert_eq!((empty.records, empty.head), (0, None));
    let (mut account, tenant, key) = (bare_account("a"), tenant("buyer"), key("a", Algorithm::Es256));
    add(&*us, &account).await;
    add(&*eu, &account).await;
    eu.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    add_key(&*us, &key).await.unwrap();
    us.replace_account(&account, &account_entry(&account)).await.unwrap();
    account.version += 1;
    us.delete_account(&account, &account_entry(&account)).await.unwrap();
    let found = intact(&*eu).await;
    assert_eq!((found.records, found.unchained), (6, 0));
    let last = all(&*us).await.pop().unwrap();
    assert_eq!(found.head.map(|head| (head.sequence, Some(head.digest))), Some((last.sequence, last.digest)));
    assert_eq!(intact(&*us).await, found);
}

pub(crate) async fn a_refused_write_leaves_the_chain_whole(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let account = bare_account("a");
    add(&*store, &account).await;
    let before = intact(&*store).await;
    assert_conflict(store.add_account(&account, &account_entry(&account)).await, Conflict::Exists);
    let late = Account { version: 9, ..account.clone() };
    assert_conflict(store.replace_account(&late, &account_entry(&late)).await, Conflict::Stale);
    assert_eq!(intact(&*store).await, before);
    store.replace_account(&account, &audit_entry(Subject::Account(account.client_id.clone()))).await.unwrap();
    assert_eq!(intact(&*store).await.records, 2);
}

pub(crate) async fn concurrent_writers_write_one_chain(database: &dyn FreshDatabase) {
    let writers = ["us", "us", "eu"].map(|region| (region, database));
    let mut tasks = Vec::new();
    for (number, (region, database)) in writers.into_iter().enumerate() {
        let store = database.open(&region.parse().unwrap()).await;
        tasks.push(tokio::spawn(async move {
            for account in 0..20 {
                add(&*store, &bare_account(&format!("{number}-{account}"))).await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(intact(&*us(database).await).await.records, 60);
}

async fn intact(store: &dyn Store) -> IntactLog {
    match verify_audit(store, None, |_| {}).await.unwrap() {
        AuditVerdict::Intact(intact) => intact,
        AuditVerdict::Broken(broken) => panic!("{broken}"),
    }
}

async fn all(store: &dyn Store) -> Vec<AuditRecord> {
    let page = AuditPage { order: AuditOrder::OldestFirst, after: None, limit: 1_000 };
    store.list_audit(&AuditFilter::default(), &page).await.unwrap()
}
