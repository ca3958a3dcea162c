//! The chain that earlier versions wrote: it is closed, stays verified, and the new chains vouch for its end.

use std::fmt::Write as _;

use jeton_core::admin::{AuditVerdict, BrokenLog, ChainHead, LogFault, verify_audit};
use jeton_core::model::Chain;
use jeton_core::store::{
    AccountStore as _, AuditLog as _, AuditRecord, ChainEnd, ChainPage, Sequence, TenantStore as _,
};
use jeton_store_sqlite::{SqliteStore, migrate};
use sqlx::{AssertSqlSafe, raw_sql};

use crate::samples::{TestFolder, WITHOUT_0014, account, audit_entry, tenant, tenant_entry};

/// What the version before wrote: `records` records, the first `unchained` of them without a digest.
async fn earlier(records: usize, unchained: usize) -> (TestFolder, Vec<AuditRecord>) {
    let folder = TestFolder::new();
    migrate(&folder.url(), None).await.unwrap();
    let mut sql = format!("DELETE FROM _sqlx_migrations WHERE version >= 14; {WITHOUT_0014}");
    let (mut end, mut log) = (ChainEnd::empty(Chain::Version1), Vec::new());
    for number in 0..records {
        let mut record = end.next_record(&audit_entry(&account(&number.to_string())));
        record.actor_kind = None;
        if number < unchained {
            record.digest = None;
        }
        let digest = record.digest.map_or("NULL".to_owned(), |digest| format!("x'{digest}'"));
        let after = record.after.as_deref().unwrap();
        write!(
            sql,
            "INSERT INTO audit VALUES ({}, {}, 'cli:root', 'create', NULL, 'account', '{number}', NULL, '{after}', {digest});",
            record.sequence.0,
            record.at.unix()
        )
        .unwrap();
        end = ChainEnd::of(&record);
        log.push(record);
    }
    raw_sql(AssertSqlSafe(sql)).execute(&mut folder.connect().await).await.unwrap();
    (folder, log)
}

async fn verify(store: &SqliteStore, expected: &[ChainHead]) -> AuditVerdict {
    verify_audit(store, expected, |_| {}).await.unwrap()
}

fn head(record: &AuditRecord) -> ChainHead {
    ChainEnd::of(record).head().unwrap()
}

async fn first(store: &SqliteStore, chain: &str) -> AuditRecord {
    let page = ChainPage { chain: chain.parse().unwrap(), after: Sequence::START, limit: 10 };
    store.list_chain(&page).await.unwrap().remove(0)
}

async fn write_both_chains(store: &SqliteStore) {
    store.add_account(&account("b"), &audit_entry(&account("b"))).await.unwrap();
    store.add_tenant(&tenant("buyer"), &tenant_entry(&tenant("buyer"))).await.unwrap();
}

#[tokio::test]
async fn each_new_chain_begins_with_the_head_of_the_closed_one() {
    let (folder, log) = earlier(3, 1).await;
    let closed = head(&log[2]);
    let store = folder.open().await;
    write_both_chains(&store).await;
    for chain in ["us", "shared"] {
        let first = first(&store, chain).await;
        assert_eq!((first.action.as_str(), first.actor_kind.as_deref()), ("chain.start", Some("server")));
        assert_eq!(first.after.unwrap(), format!("{{\"continues\":\"{closed}\"}}"));
    }
    let page = ChainPage { chain: Chain::Version1, after: Sequence::START, limit: 10 };
    assert_eq!(store.list_chain(&page).await.unwrap(), log);
    // A head that the earlier version printed has no name of a chain.
    let printed = format!("{}@3", log[2].digest.unwrap()).parse().unwrap();
    let AuditVerdict::Intact(intact) = verify(&store, &[printed]).await else { panic!() };
    assert_eq!((intact.records, intact.unchained), (7, 1));
    let heads: Vec<_> = intact.heads.iter().map(|head| (head.chain.to_string(), head.sequence.0)).collect();
    let head = |chain: &str, number| (chain.to_owned(), number);
    assert_eq!(heads, [head("shared", 2), head("us", 2), head("version-1", 3)]);
}

#[tokio::test]
async fn the_closed_chain_cannot_be_cut_off_or_rewritten_unnoticed() {
    for (change, sequence, fault) in [
        ("UPDATE audit_records SET actor = 'x' WHERE chain = 'version-1' AND seq = 2", 2, LogFault::Changed),
        (
            "DELETE FROM audit_records WHERE chain = 'version-1';
             DELETE FROM audit_ends WHERE chain = 'version-1'",
            3,
            LogFault::CutOff { end: Sequence(0) },
        ),
        (
            "DELETE FROM audit_records WHERE chain = 'version-1' AND seq = 3;
             UPDATE audit_ends SET seq = 2 WHERE chain = 'version-1'",
            2,
            LogFault::Rewritten,
        ),
    ] {
        let (folder, _) = earlier(3, 0).await;
        let store = folder.open().await;
        write_both_chains(&store).await;
        raw_sql(change).execute(&mut folder.connect().await).await.unwrap();
        let expected = BrokenLog { chain: Chain::Version1, sequence: Sequence(sequence), fault };
        assert_eq!(verify(&store, &[]).await, AuditVerdict::Broken(expected), "{change}");
    }
}

#[tokio::test]
async fn a_log_without_digests_is_kept_and_nothing_continues_it() {
    let (folder, log) = earlier(2, 2).await;
    let store = folder.open().await;
    write_both_chains(&store).await;
    assert_eq!(first(&store, "us").await.action, "create");
    let AuditVerdict::Intact(intact) = verify(&store, &[]).await else { panic!() };
    assert_eq!((intact.records, intact.unchained, intact.heads.len()), (4, log.len() as u64, 2));
}
