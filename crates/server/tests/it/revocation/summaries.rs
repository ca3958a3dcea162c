//! The audit log summarizes revocations by clients.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jeton_admin::administration::AuditReading as _;
use jeton_admin::{Authority, Reach};
use jeton_core::Clock as _;
use jeton_core::admin::{AuditVerdict, BrokenLog, LogFault, StoreReading};
use jeton_core::model::{Actor, Chain, Timestamp};
use jeton_core::store::{AuditRecord, RevocationNumber, Store};
use jeton_server::background::summarize_revocations;
use serde_json::Value;

use crate::support::{Client, World};

async fn revoke(world: &World, client: &Client, count: usize) {
    let mut tokens = Vec::new();
    for _ in 0..count {
        tokens.push(world.token(client).await);
    }
    for answer in join_all(tokens.iter().map(|token| world.revoke(client, token))).await {
        answer.revoked();
    }
}

async fn summarize(world: &World) -> u64 {
    world.gateway.server().summarize_revocations().await.unwrap()
}

async fn summaries(world: &World) -> Vec<AuditRecord> {
    let mut records = world.records().await;
    records.retain(|record| record.action == "tokens.revoke.summary");
    records
}

fn document(record: &AuditRecord) -> Value {
    serde_json::from_str(record.after.as_ref().unwrap()).unwrap()
}

async fn verify(world: &World) -> AuditVerdict {
    let store = Arc::clone(&world.store) as Arc<dyn Store>;
    let reading = StoreReading::new(store, Arc::clone(&world.clock) as Arc<dyn jeton_core::Clock>);
    let authority = Authority::new(Actor::Cli("test".to_owned()), Reach::region());
    reading.verify_audit(&authority, &[], &mut |_| {}).await.unwrap()
}

#[track_caller]
fn assert_intact(verdict: &AuditVerdict) {
    assert!(matches!(verdict, AuditVerdict::Intact(_)), "{verdict:?}");
}

#[tokio::test]
async fn two_thousand_revocations_leave_one_record_that_says_how_many_are_whose() {
    let world = World::new().await;
    let mut clients = Vec::new();
    for _ in 0..11 {
        clients.push(world.client().await);
    }
    let before = world.records().await.len();
    for client in &clients[..9] {
        revoke(&world, client, 200).await;
    }
    revoke(&world, &clients[9], 150).await;
    revoke(&world, &clients[10], 50).await;
    assert_eq!(world.records().await.len(), before);
    assert_eq!(summarize(&world).await, 2_000);
    let records = world.records().await;
    assert_eq!(records.len(), before + 1);
    let record = &records[before];
    assert_eq!(
        (record.actor.as_str(), record.action.as_str(), record.region.as_deref(), record.at),
        ("server", "tokens.revoke.summary", Some("us"), world.clock.now())
    );
    assert_eq!((record.subject_kind.as_str(), record.subject_id.as_str()), ("region", "us"));
    assert_eq!(record.before, None);
    let document = document(record);
    assert_eq!(
        (&document["count"], &document["first"], &document["last"]),
        (&2_000.into(), &1.into(), &2_000.into())
    );
    assert_eq!(document["digest"].as_str().unwrap().len(), 64);
    let counts: Vec<_> =
        clients.iter().map(|client| document["by_account"][&client.id].as_u64().unwrap()).collect();
    assert_eq!(counts, [&[200; 9][..], &[150, 50]].concat());
    assert_eq!(document.get("others"), None);
    assert_intact(&verify(&world).await);
}

#[tokio::test]
async fn without_new_revocations_by_clients_there_is_no_record() {
    let world = World::new().await;
    let client = world.client().await;
    assert_eq!(summarize(&world).await, 0);
    revoke(&world, &client, 3).await;
    assert_eq!((summarize(&world).await, summarize(&world).await), (3, 0));
    revoke(&world, &client, 1).await;
    assert_eq!(summarize(&world).await, 1);
    let summaries: Vec<_> = summaries(&world).await.iter().map(document).collect();
    let [first, second] = &summaries[..] else { panic!("{summaries:?}") };
    assert_eq!((&first["last"], &second["first"], &second["last"]), (&3.into(), &4.into(), &4.into()));
    assert_intact(&verify(&world).await);
}

#[tokio::test]
async fn two_nodes_at_once_write_one_summary() {
    let world = World::new().await;
    let client = world.client().await;
    let other = world.another_gateway().await;
    revoke(&world, &client, 20).await;
    let (one, two) =
        tokio::join!(summarize(&world), async { other.server().summarize_revocations().await.unwrap() });
    assert_eq!(one + two, 20);
    let summaries = summaries(&world).await;
    assert_eq!((summaries.len(), &document(&summaries[0])["count"]), (1, &20.into()));
}

#[tokio::test]
async fn a_node_that_ends_before_or_while_it_summarizes_loses_no_revocation() {
    let world = World::new().await;
    let client = world.client().await;
    revoke(&world, &client, 20).await;
    // It reads the rows; then its store is gone.
    world.store.make_unavailable_after(2);
    world.gateway.server().summarize_revocations().await.unwrap_err();
    world.store.restore();
    revoke(&world, &client, 5).await;
    let other = world.another_gateway().await;
    assert_eq!(other.server().summarize_revocations().await.unwrap(), 25);
    assert_eq!(document(&summaries(&world).await[0])["count"], 25);
    assert_intact(&verify(&world).await);
}

#[tokio::test]
async fn each_region_summarizes_its_own_revocations() {
    let world = World::new().await;
    let client = world.client().await;
    let elsewhere = world.first_node_of_another_region().await;
    revoke(&world, &client, 2).await;
    assert_eq!(elsewhere.server().summarize_revocations().await.unwrap(), 0);
    assert_eq!(summarize(&world).await, 2);
    assert_intact(&verify(&world).await);
}

#[tokio::test]
async fn a_summary_is_no_change_that_nodes_apply() {
    let world = World::new().await;
    let client = world.client().await;
    revoke(&world, &client, 1).await;
    world.follow().await;
    summarize(&world).await;
    let calls = world.store.calls();
    let followed = world.gateway.server().directory().follow().await.unwrap();
    assert_eq!((followed.changes.len(), world.store.calls() - calls), (0, 1));
    // Commands that wait for all nodes compare with the end of the log.
    let end = world.admin.store().find_catalog().await.unwrap().position;
    assert_eq!(world.gateway.server().directory().position(), end);
}

#[tokio::test]
async fn verification_finds_a_removed_revocation_until_it_may_have_expired() {
    let world = World::new().await;
    let client = world.client().await;
    revoke(&world, &client, 3).await;
    summarize(&world).await;
    assert_intact(&verify(&world).await);
    let record = summaries(&world).await[0].sequence;
    // As if somebody had deleted it: 25 hours are not over.
    assert_eq!(world.admin.store().remove_revocations(Timestamp::from_unix(i64::MAX), 1).await.unwrap(), 1);
    let chain = Chain::Region("us".parse().unwrap());
    let broken = BrokenLog { chain, sequence: record, fault: LogFault::SummaryDiffers };
    assert_eq!(verify(&world).await, AuditVerdict::Broken(broken));
    world.clock.pass(Duration::from_hours(24));
    assert_intact(&verify(&world).await);
}

#[tokio::test]
async fn revocations_are_removed_only_after_a_summary_covers_them() {
    let world = World::new().await;
    let client = world.client().await;
    revoke(&world, &client, 3).await;
    world.pass(Duration::from_hours(27)).await;
    let remove = async || world.gateway.server().remove_expired_revocations().await.unwrap();
    assert_eq!(remove().await, 0);
    assert_eq!((summarize(&world).await, remove().await), (3, 3));
    let left = world.admin.store().list_revocations(RevocationNumber::default(), 10).await.unwrap();
    assert_eq!(left.tokens, []);
    world.clock.pass(Duration::from_hours(24));
    assert_intact(&verify(&world).await);
}

/// Not at the start, when the clock of a machine may still be wrong.
#[tokio::test]
async fn the_task_summarizes_every_minute_also_after_a_failure() {
    let world = World::new().await;
    world.store.make_unavailable();
    let calls = world.store.calls();
    // Paused time advances at once.
    tokio::time::pause();
    let task = tokio::spawn(summarize_revocations(Arc::clone(&world.gateway)));
    tokio::time::sleep(Duration::from_secs(1)).await;
    for tries in 1..=3 {
        tokio::time::sleep(Duration::from_secs(58)).await;
        assert_eq!(world.store.calls() - calls, tries - 1);
        tokio::time::sleep(Duration::from_secs(2)).await;
        assert_eq!(world.store.calls() - calls, tries);
    }
    task.abort();
}
