//! How often a read goes to the server and back: the database may be far away, and the time must not reveal which ids
//! exist.

use jeton_core::store::{AccountStore as _, Migrate, Position};
use jeton_protocol::ClientId;
use jeton_store_postgres::PostgresStore;

use crate::proxy::Proxy;
use crate::samples::{TestDatabase, account, account_entry};

#[tokio::test]
async fn an_account_and_its_absence_take_one_round_trip_each() {
    let database = TestDatabase::new().await;
    let proxy = Proxy::start(database.url()).await;
    let store = PostgresStore::open(&proxy.url(), &"us".parse().unwrap(), Migrate::Never).await.unwrap();
    for id in ["there", "deleted"] {
        store.add_account(&account(id), &account_entry(&account(id))).await.unwrap();
    }
    let deleted = account("deleted");
    store.delete_account(&deleted, &account_entry(&deleted)).await.unwrap();
    let find = |id: &str| {
        let (store, id): (_, ClientId) = (store.clone(), id.parse().unwrap());
        async move { store.find_account(&id, Position::START).await.unwrap().value.is_some() }
    };
    // The first time, the server prepares the statement.
    assert!(find("there").await);
    // The last two sort before the first id and after the last one.
    for (id, is_there) in
        [("there", true), ("deleted", false), ("nowhere", false), ("aaa", false), ("zzz", false)]
    {
        let before = proxy.requests();
        assert_eq!(find(id).await, is_there, "{id}");
        assert_eq!(proxy.requests() - before, 1, "{id}");
    }
}
