//! Reading the audit log, and its hash chain.

use jeton_core::admin::{AuditVerdict, IntactLog, verify_audit};
use jeton_core::model::{Account, Actor, Algorithm, Chain};
use jeton_core::store::{
    Action, AuditEntry, AuditFilter, AuditOrder, AuditPage, AuditRecord, ChainEnd, ChainPage, Conflict,
    Sequence, Store, Subject,
};
use serde_json::json;

use crate::samples::{
    API, account_entry, add, add_beside_others, add_key, at, audit_entry, bare_account, key, resource,
    resource_entry, tenant, tenant_entry,
};
use crate::{FreshDatabase, assert_conflict, eu, us};

pub(crate) async fn a_record_is_read_as_it_was_written(database: &dyn FreshDatabase) {
    let store = us(database).await;
    let (account, tenant) = (bare_account("a"), tenant("buyer"));
    let entry = AuditEntry {
        actor: Actor::Cli("ünïcode \"quoted\"".to_owned()),
        action: Action::RotateSecret,
        before: Some(json!({"name": "ünïcode \"quoted\"\n", "epoch": 1, "secrets": [], "expires_at": null})),
        after: None,
        ..account_entry(&account)
    };
    store.add_account(&account, &entry).await.unwrap();
    let records = all(&*store).await;
    let expected = AuditRecord {
        chain: Chain::Region("us".parse().unwrap()),
        sequence: Sequence(1),
        at: at(600),
        actor_kind: Some("cli".to_owned()),
        actor: entry.actor.to_string(),
        action: "secret.rotate".to_owned(),
        region: Some("us".to_owned()),
        tenant: Some("default".to_owned()),
        subject_kind: "account".to_owned(),
        subject_id: "a".to_owned(),
        before: entry.before.map(|before| before.to_string()),
        after: None,
        digest: records[0].digest,
    };
    assert_eq!(records, [expected]);
    store.add_tenant(&tenant, &tenant_entry(&tenant)).await.unwrap();
    let shared = &chain(&*store, Chain::Shared).await[0];
    assert_eq!((shared.sequence, shared.region.as_deref()), (Sequence(1), None));
    assert_eq!((shared.subject_id.as_str(), shared.tenant.as_deref()), ("buyer", Some("buyer")));
}

pub(crate) async fn records_come_in_both_orders_and_in_pages(database: &dyn FreshDatabase) {
    let store = us(database).await;
    // Two of one second in each chain, and one that a slow clock wrote last.
    for (number, seconds) in [10, 20, 20, 5].into_iter().enumerate() {
        let (account, tenant) = (bare_account(&number.to_string()), tenant(&number.to_string()));
        let entry = AuditEntry { at: at(seconds), ..account_entry(&account) };
        store.add_account(&account, &entry).await.unwrap();
        let entry = AuditEntry { at: at(seconds), ..tenant_entry(&tenant) };
        store.add_tenant(&tenant, &entry).await.unwrap();
    }
    let expected = all(&*store).await;
    let places: Vec<_> =
        expected.iter().map(|record| (record.chain.to_string(), record.sequence.0)).collect();
    let place = |chain: &str, number| (chain.to_owned(), number);
    assert_eq!(
        places,
        [
            place("shared", 4),
            place("us", 4),
            place("shared", 1),
            place("us", 1),
            place("shared", 2),
            place("shared", 3),
            place("us", 2),
            place("us", 3),
        ]
    );
    for order in [AuditOrder::OldestFirst, AuditOrder::NewestFirst] {
        let mut read = Vec::new();
        let mut page = AuditPage { order, after: None, limit: 2 };
        loop {
            let records = store.list_audit(&AuditFilter::default(), &page).await.unwrap();
            let Some(last) = records.last() else { break };
            assert!(records.len() <= 2);
            page.after = Some(last.into());
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
        let entry = AuditEntry {
            at: at(seconds),
            actor: Actor::Cli(actor.to_owned()),
            action,
            ..account_entry(&account)
        };
        store.add_account(&account, &entry).await.unwrap();
    }
    // The kind is part of the filter: a resource is not found as an account.
    store.add_resource(&resource(API), &resource_entry(&resource(API))).await.unwrap();
    let none = AuditFilter::default;
    let account = |id: &str| Some(("account".to_owned(), id.to_owned()));
    for (filter, expected) in [
        (AuditFilter { subject: account("b"), ..none() }, vec!["b"]),
        (AuditFilter { subject: account(API), ..none() }, vec![]),
        (AuditFilter { actor: Some("cli:one".to_owned()), ..none() }, vec!["a", "b"]),
        (AuditFilter { action: Some("create".to_owned()), ..none() }, vec!["a", "c"]),
        (AuditFilter { since: Some(at(20)), until: Some(at(30)), ..none() }, vec!["b"]),
        (AuditFilter { until: Some(at(20)), ..none() }, vec!["a"]),
        (
            AuditFilter { actor: Some("cli:one".to_owned()), action: Some("create".to_owned()), ..none() },
            vec!["a"],
        ),
        (AuditFilter { subject: account("a"), action: Some("panic".to_owned()), ..none() }, vec![]),
        (AuditFilter { tenant: Some("default".parse().unwrap()), ..none() }, vec!["a", "b", "c"]),
        (AuditFilter { tenant: Some("buyer".parse().unwrap()), ..none() }, vec![]),
        (AuditFilter { chain: Some(Chain::Shared), ..none() }, vec![API]),
        (AuditFilter { chain: Some(Chain::Version1), ..none() }, vec![]),
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

pub(crate) async fn each_region_has_a_chain_and_one_is_shared(database: &dyn FreshDatabase) {
    let (us, eu) = (us(database).await, eu(database).await);
    assert_eq!(intact(&*us).await, IntactLog::default());
    assert_eq!(us.list_chains().await.unwrap(), []);
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
    let heads: Vec<_> = found.heads.iter().map(|head| (head.chain.to_string(), head.sequence.0)).collect();
    assert_eq!(heads, [("eu".to_owned(), 1), ("shared".to_owned(), 1), ("us".to_owned(), 4)]);
    let chains = us.list_chains().await.unwrap();
    let names: Vec<_> = chains.iter().map(|chain| chain.end.chain.to_string()).collect();
    assert_eq!(names, ["eu", "shared", "us"]);
    for chain in chains {
        let last = self::chain(&*us, chain.end.chain.clone()).await.pop().unwrap();
        assert_eq!((chain.end, chain.last_at), (ChainEnd::of(&last), Some(at(600))));
    }
    assert_eq!(intact(&*us).await, found);
}

pub(crate) async fn a_chain_comes_in_pages(database: &dyn FreshDatabase) {
    let store = us(database).await;
    for id in ["a", "b", "c"] {
        add(&*store, &bare_account(id)).await;
    }
    let us = Chain::Region("us".parse().unwrap());
    let mut page = ChainPage { chain: us.clone(), after: Sequence::START, limit: 2 };
    let mut read = Vec::new();
    for expected in [2, 1, 0] {
        let records = store.list_chain(&page).await.unwrap();
        assert_eq!(records.len(), expected);
        page.after = records.last().map_or(page.after, |last| last.sequence);
        read.extend(records);
    }
    assert_eq!(read, chain(&*store, us).await);
    assert!(read.iter().map(|record| record.sequence).eq([1, 2, 3].map(Sequence)));
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

pub(crate) async fn concurrent_writers_write_whole_chains(database: &dyn FreshDatabase) {
    let writers = ["us", "us", "eu"].map(|region| (region, database));
    let mut tasks = Vec::new();
    for (number, (region, database)) in writers.into_iter().enumerate() {
        let store = database.open(&region.parse().unwrap()).await;
        tasks.push(tokio::spawn(async move {
            for account in 0..20 {
                add_beside_others(&*store, &bare_account(&format!("{number}-{account}"))).await;
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(intact(&*us(database).await).await.records, 60);
}

async fn intact(store: &dyn Store) -> IntactLog {
    match verify_audit(store, &[], |_| {}).await.unwrap() {
        AuditVerdict::Intact(intact) => intact,
        AuditVerdict::Broken(broken) => panic!("{broken}"),
    }
}

async fn all(store: &dyn Store) -> Vec<AuditRecord> {
    let page = AuditPage { order: AuditOrder::OldestFirst, after: None, limit: 1_000 };
    store.list_audit(&AuditFilter::default(), &page).await.unwrap()
}

async fn chain(store: &dyn Store, chain: Chain) -> Vec<AuditRecord> {
    store.list_chain(&ChainPage { chain, after: Sequence::START, limit: 1_000 }).await.unwrap()
}
