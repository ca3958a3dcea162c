//! Writes of two nodes at the same time. `SQLite` has one writer at a time, so only this adapter can break these rules.

use jeton_core::model::{Credential, LastUse, Timestamp};
use jeton_core::store::{
    AccountStore as _, Action, AuditEntry, Conflict, Position, RegionStore as _, RevocationNumber,
    RevocationStore as _, RevocationSummaryStore as _, SecretUse, StoreError, Subject, TenantRename,
    TenantStore as _,
};
use jeton_store_postgres::PostgresStore;
use sqlx::{AssertSqlSafe, raw_sql};

use crate::samples::{TestDatabase, account, account_entry, imported, revocation, tenant};
use crate::wait_until;

async fn two(database: &TestDatabase) -> [PostgresStore; 2] {
    let region = "us".parse().unwrap();
    [database.open_patient(&region).await, database.open_patient(&region).await]
}

#[tokio::test]
async fn of_two_first_summaries_of_the_same_revocations_one_is_stale() {
    for _ in 0..5 {
        let database = TestDatabase::new().await;
        let [one, two] = two(&database).await;
        let region = Subject::Region("us".parse().unwrap());
        let entry = AuditEntry {
            action: Action::SummarizeRevocations,
            subject: region,
            ..account_entry(&account("a"))
        };
        let (start, last) = (RevocationNumber(0), RevocationNumber(3));
        let results = tokio::join!(
            one.add_revocation_summary(start, last, &entry),
            two.add_revocation_summary(start, last, &entry)
        );
        match results {
            (Ok(()), Err(error)) | (Err(error), Ok(())) => {
                assert!(matches!(error, StoreError::Conflict(Conflict::Stale)), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn two_nodes_may_record_uses_of_the_same_secrets_in_any_order() {
    let database = TestDatabase::new().await;
    let [one, two] = two(&database).await;
    let mut secrets = Vec::new();
    for number in 0..20 {
        let mut account = account(&format!("a{number}"));
        account.credentials = vec![imported(number)];
        one.add_account(&account, &account_entry(&account)).await.unwrap();
        secrets.push((account.client_id, account.credentials.remove(0)));
    }
    let backwards: Vec<_> = secrets.iter().rev().cloned().collect();
    for second in 0..10 {
        let (a, b) = (uses(&secrets, second), uses(&backwards, second));
        let (first, second) = tokio::join!(one.record_uses(&a), two.record_uses(&b));
        first.unwrap();
        second.unwrap();
    }
    let found = one.find_account(&secrets[0].0, Position::START).await.unwrap().value.unwrap();
    assert_eq!(found.credentials[0].last_used.as_ref().unwrap().at, Timestamp::from_unix(9));
}

fn uses(secrets: &[(jeton_protocol::ClientId, Credential)], second: i64) -> Vec<SecretUse> {
    let last_use =
        LastUse { at: Timestamp::from_unix(second), from: std::net::IpAddr::from([192, 0, 2, 1]).into() };
    let one = |(client_id, credential): &(jeton_protocol::ClientId, Credential)| SecretUse {
        client_id: client_id.clone(),
        credential: credential.id.clone(),
        last_use,
    };
    secrets.iter().map(one).collect()
}

#[tokio::test]
async fn an_account_is_not_lost_when_its_tenant_is_renamed_at_the_same_time() {
    let database = TestDatabase::new().await;
    let [one, two] = two(&database).await;
    let entry = |name: &str| {
        let subject = Subject::Tenant(name.parse().unwrap());
        AuditEntry { action: Action::Rename, subject, ..account_entry(&account("a")) }
    };
    one.add_tenant(&tenant("t0"), &entry("t0")).await.unwrap();
    for number in 0..10 {
        let (old, new) = (format!("t{number}"), format!("t{}", number + 1));
        let mut account = account(&format!("a{number}"));
        account.tenant = tenant(&old);
        let renamed = jeton_core::model::Tenant { version: number + 1, ..tenant(&new) };
        let rename = TenantRename { from: old.parse().unwrap(), tenant: renamed, longest_id: 255 };
        let (audit, rename_audit) = (account_entry(&account), entry(&old));
        let (added, renamed) =
            tokio::join!(one.add_account(&account, &audit), two.rename_tenant(&rename, &rename_audit));
        renamed.unwrap();
        let found = one.find_account(&account.client_id, Position::START).await.unwrap().value;
        match added {
            Ok(()) => assert_eq!(found.unwrap().tenant.name.as_str(), new),
            // The tenant of this name no longer existed.
            Err(error) => {
                assert!(matches!(error, StoreError::Conflict(Conflict::Missing)), "{error}");
                assert_eq!(found, None);
            }
        }
    }
}

/// The test write of a node that waits for the row of the region must not undo what it waited for.
#[tokio::test]
async fn a_test_write_does_not_lower_an_epoch_that_is_raised_at_the_same_time() {
    let database = TestDatabase::new().await;
    let [store, _] = two(&database).await;
    let mut other = database.connect().await;
    for raised in 1..=6 {
        let sql = format!("BEGIN; UPDATE regions SET epoch = {raised} WHERE name = 'us'");
        raw_sql(AssertSqlSafe(sql)).execute(&mut other).await.unwrap();
        let writing = tokio::spawn({
            let store = store.clone();
            async move { store.check_writable().await }
        });
        wait_until(|| async { database.waiting().await == 1 }).await;
        raw_sql("COMMIT").execute(&mut other).await.unwrap();
        writing.await.unwrap().unwrap();
        assert_eq!(store.find_region_epoch().await.unwrap(), raised);
    }
}

/// Revocations that were refused are an error, also if the fence is lifted right after they were refused.
#[tokio::test]
async fn a_revocation_that_a_fence_refused_is_never_a_success() {
    let database = TestDatabase::new().await;
    let [store, _] = two(&database).await;
    // A fence that is there for the first statement that looks for it.
    let fleeting = "CREATE SEQUENCE looks;
        CREATE FUNCTION fence() RETURNS SETOF store_fence LANGUAGE sql VOLATILE AS
            'SELECT true, now(), ''elsewhere'' WHERE nextval(''looks'') = 1';
        ALTER TABLE store_fence RENAME TO unused;
        CREATE VIEW store_fence AS SELECT * FROM fence()";
    raw_sql(fleeting).execute(&mut database.connect().await).await.unwrap();
    let fenced = store.add_client_revocations(&[revocation(1)]).await;
    assert!(matches!(fenced, Err(StoreError::Fenced(_))), "{fenced:?}");
    store.add_client_revocations(&[revocation(1)]).await.unwrap();
    assert_eq!(store.list_revocations(RevocationNumber(0), 10).await.unwrap().tokens.len(), 1);
    raw_sql("SELECT setval('looks', 1, false)").execute(&mut database.connect().await).await.unwrap();
    let fenced = store.add_revocation(&revocation(1), &account_entry(&account("a"))).await;
    assert!(matches!(fenced, Err(StoreError::Fenced(_))), "{fenced:?}");
}
