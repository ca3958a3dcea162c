//! Runs the contract tests on the newest version of PostgreSQL too.

use crate::cluster::Version;
use crate::samples::TestDatabase;

jeton_store_contract::store_contract!(TestDatabase::new_on(Version::Newest).await);

#[tokio::test]
async fn it_is_another_version() {
    let database = TestDatabase::new_on(Version::Newest).await;
    let version: String =
        sqlx::query_scalar("SHOW server_version").fetch_one(&mut database.connect().await).await.unwrap();
    assert!(version.starts_with("18."), "{version}");
}
