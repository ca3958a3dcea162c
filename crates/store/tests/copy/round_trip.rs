//! A copy has every row of its source, and works on.

use jeton_core::admin::{AuditVerdict, verify_audit};
use jeton_core::store::transfer::TABLES;

use crate::place::{Place, assert_same, copy, fill, open, postgres, rows, source};

/// What only databases of early versions have.
const VERSION_1: &str = "
    INSERT INTO audit_records (chain, seq, at, actor, action, region, subject_kind, subject_id, before, after, digest)
        VALUES ('version-1', 1, 10, 'cli:root', 'create', 'us', 'account', 'a', NULL, '{\"b\":1, \"a\":\"\u{fc}\"}', NULL);
    INSERT INTO accounts (region, client_id, tenant, name, enabled, epoch, allow_cidr, created_at, version, labels)
        VALUES ('us', 'odd', 'default', 'odd', 0, 1, '[\"2001:db8::/32\",\"192.0.2.1/32\"]', 1, 1, '{\"aa\":\"1\",\"b\":\"2\"}')";

fn execute(url: &str, sql: &str) {
    let database = rusqlite::Connection::open(url.strip_prefix("sqlite:").unwrap()).unwrap();
    database.execute_batch(sql).unwrap();
}

#[tokio::test]
async fn everything_arrives_in_postgresql_and_back() {
    let place = Place::new();
    let (first, second, third) = (place.sqlite("first"), postgres(), place.sqlite("third"));
    fill(&first).await;
    execute(&first, VERSION_1);
    let before = rows(&first).await;
    for table in &TABLES {
        assert!(!before[table.name].is_empty(), "the test has no row of {}", table.name);
    }
    let copied = copy(&first, &second).await.unwrap();
    let count: usize = before.values().map(Vec::len).sum();
    assert_eq!((copied.rows, copied.changed), (u64::try_from(count).unwrap(), 0));
    assert_same(&rows(&second).await, &before);
    copy(&second, &third).await.unwrap();
    assert_same(&rows(&third).await, &before);
}

#[tokio::test]
async fn a_copy_accepts_changes_and_goes_on_with_numbers_and_chains() {
    let place = Place::new();
    for from in place.filled().await {
        for to in [place.sqlite(&format!("copy-of-{}", &from[..4])), postgres()] {
            // The fence of the copy before.
            source(&from).await.unfence().await.unwrap();
            let before = rows(&from).await;
            copy(&from, &to).await.unwrap();
            let store = open(&to, "us").await;
            jeton_store_contract::change(&*store).await;
            let AuditVerdict::Intact(intact) = verify_audit(&*store, &[], |_| {}).await.unwrap() else {
                panic!("the audit log of {to} is broken")
            };
            let records = before["audit_records"].len();
            assert!(intact.records > u64::try_from(records).unwrap(), "{to}");
            let after = rows(&to).await;
            for table in ["accounts", "credentials", "keys", "revocations"] {
                let number = |rows: &[crate::place::Shown]| rows.iter().map(|row| row.0[0].clone()).max();
                assert!(number(&after[table]) > number(&before[table]), "{to} {table}");
            }
        }
    }
}

#[tokio::test]
async fn a_store_with_only_what_a_migration_adds_is_empty() {
    let place = Place::new();
    let from = place.sqlite("from");
    fill(&from).await;
    for to in [place.sqlite("to"), postgres()] {
        jeton_store::migrate(&to, None).await.unwrap();
        source(&from).await.unfence().await.unwrap();
        copy(&from, &to).await.unwrap();
        assert_same(&rows(&to).await, &rows(&from).await);
    }
}
