//! Adds many accounts or revocations at once.

use jeton_core::model::{Account, Revocation, Timestamp, TokenId};
use jeton_core::store::{
    AccountPage, AccountStore as _, ChangeFeed as _, Conflict, ListedRevocation, RevocationNumber,
    RevocationStore as _, Sequence, StoreError,
};

use crate::samples::{TestFolder, account, audit_entry};

#[tokio::test]
async fn many_accounts_are_added_in_one_change() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let accounts: Vec<_> = (0..2_500).map(|number| account(&format!("{number:04}"))).collect();
    store.add_accounts(&accounts, &audit_entry(&accounts[0])).await.unwrap();
    let page = AccountPage { limit: 10_000, ..AccountPage::default() };
    let listed = store.list_accounts(&page).await.unwrap();
    assert_eq!(listed.len(), accounts.len());
    assert!(
        listed.iter().zip(&accounts).all(|(one, two)| one.client_id == two.client_id && one.name == two.name)
    );
    assert_eq!(store.list_changes(Sequence(0), 10).await.unwrap().changes.len(), 1);
}

#[tokio::test]
async fn either_all_accounts_are_added_or_none() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let accounts = [account("a"), account("b"), account("a")];
    let result = store.add_accounts(&accounts, &audit_entry(&accounts[0])).await;
    assert!(matches!(result, Err(StoreError::Conflict(Conflict::Exists))), "{result:?}");
    assert_eq!(store.find_account(&accounts[0].client_id, Sequence::START).await.unwrap().value, None);
}

#[tokio::test]
async fn an_account_named_like_the_id_of_another_is_rejected() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let named = |id: &str, name: &str| Account { name: name.parse().unwrap(), ..account(id) };
    for (accounts, expected) in [
        ([account("a"), account("x"), named("b", "x")], Conflict::NameIsAnId),
        ([named("b", "x"), account("x"), account("a")], Conflict::NameIsAnId),
    ] {
        let result = store.add_accounts(&accounts, &audit_entry(&accounts[0])).await;
        let conflict = match result {
            Err(StoreError::Conflict(conflict)) => conflict,
            other => panic!("{other:?}"),
        };
        assert_eq!(conflict, expected);
    }
    let accounts = [named("own", "own"), named("b", "x")];
    store.add_accounts(&accounts, &audit_entry(&accounts[0])).await.unwrap();
    let later = [account("c"), account("x")];
    let result = store.add_accounts(&later, &audit_entry(&later[0])).await;
    assert!(matches!(result, Err(StoreError::Conflict(Conflict::IdIsAName))), "{result:?}");
}

#[tokio::test]
async fn many_revocations_are_added_in_one_change() {
    let folder = TestFolder::new();
    let store = folder.open().await;
    let revocation = |number: u128| Revocation {
        token: TokenId::from_bytes(number.to_be_bytes()),
        client_id: "a".parse().unwrap(),
        audience: Some("https://api.example.com".parse().unwrap()),
        expires_at: Timestamp::from_unix(2),
        revoked_at: Timestamp::from_unix(1),
    };
    let revocations: Vec<_> = (0..1_200).map(revocation).collect();
    store.add_revocations(&revocations, &audit_entry(&account("a"))).await.unwrap();
    let listed = store.list_revocations(RevocationNumber::default(), 10_000).await.unwrap();
    assert_eq!(listed.tokens.len(), 1_200);
    let listed_as = |one: &Revocation| ListedRevocation {
        token: one.token,
        expires_at: one.expires_at,
        audience: one.audience.clone(),
    };
    assert!(revocations.iter().all(|one| listed.tokens.contains(&listed_as(one))));
    assert_eq!(store.list_changes(Sequence(0), 10).await.unwrap().changes.len(), 1);
}
