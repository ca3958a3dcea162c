//! A database file that an earlier version wrote: it is migrated, and everything in it keeps working.
//!
//! `tests/fixtures/earlier_database/README.md` tells how the file was made.

use std::path::Path;
use std::time::Duration;

use jeton_core::admin::{AuditVerdict, IfInUse, SecretRotation, verify_audit};
use jeton_core::model::{Credential, CredentialState};
use jeton_core::store::{AuditLog as _, ChainPage, Sequence};

use crate::support::{Client, World};

const BILLING: &str = "sa_us_7Hdb7NHW0CKpv3L5hwr6Jv";
const BILLING_SECRET: &str = "jtnsk_TEYwFrmKqEOP1WdjFqklVz6pNugX49p6LDEg9GvCRoA40d9hE";
const REVOKED_SECRET: &str = "jtnsk_JgR1BwT5j7fLRROtmcBy6z9EU1cxlODa5ZnoJcAFdM8408R5u";
/// Stored with an Argon2id hash.
const LEGACY: (&str, &str) = ("legacy-7", "the-secret-it-had-before");
/// Stored with the bcrypt hash of another server.
const MOVED: (&str, &str) = ("moved-7", "the-customers-old-secret");

async fn earlier_world() -> World {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/earlier_database");
    let world = World::on_copy_of(Path::new(folder)).await;
    // The database was written five days after the test clock begins.
    world.pass(Duration::from_hours(5 * 24)).await;
    world
}

fn client((id, secret): (&str, &str)) -> Client {
    Client { id: id.to_owned(), secret: secret.to_owned() }
}

async fn credentials(world: &World, id: &str) -> Vec<Credential> {
    world.admin.find_account(id).await.unwrap().credentials
}

#[tokio::test]
async fn secrets_of_an_earlier_version_get_tokens_and_a_revoked_one_does_not() {
    let world = earlier_world().await;
    for known in [(BILLING, BILLING_SECRET), LEGACY, MOVED] {
        world.token(&client(known)).await;
        let wrong = client(known).with_secret("the-secret-of-somebody-else");
        world.ask(&wrong, &[]).await.refused(401, "invalid_client");
    }
    world.ask(&client((BILLING, REVOKED_SECRET)), &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn credentials_of_an_earlier_version_are_read_completely() {
    let world = earlier_world().await;
    let billing = credentials(&world, BILLING).await;
    let titles: Vec<String> = billing.iter().map(Credential::title).collect();
    assert_eq!(titles, ["sec_IKjpWVNrupH (…8R5u)", "sec_BmNlKfuJh4i (…d9hE, \"spare\")"]);
    let states = billing.iter().map(|one| one.state(one.created_at));
    assert!(states.eq([CredentialState::Revoked, CredentialState::Active]));
    assert!(billing.iter().all(|one| one.secret().is_some_and(|proof| proof.lookup().is_some())));
    assert_eq!(billing.iter().map(|one| one.last_used.is_some()).collect::<Vec<_>>(), [false, true]);
    for ((id, secret), last_four) in [(LEGACY, "fore"), (MOVED, "")] {
        let imported = credentials(&world, id).await;
        let proof = imported[0].secret().unwrap();
        assert!(imported.len() == 1 && proof.is_imported() && proof.hash.matches(secret));
        assert_eq!(proof.last_four, last_four);
    }
}

#[tokio::test]
async fn the_audit_log_of_an_earlier_version_is_intact_and_continues() {
    let world = earlier_world().await;
    world.token(&client(MOVED)).await;
    assert_eq!(world.gateway.server().rehash().await.unwrap().len(), 1);
    let active = credentials(&world, BILLING).await.remove(1).id;
    let rotated = world.admin.rotate_secret(BILLING, SecretRotation::after(Duration::from_hours(1))).await;
    world.admin.revoke_secret(BILLING, &active, IfInUse::Revoke).await.unwrap();
    world.follow().await;
    world.ask(&client((BILLING, BILLING_SECRET)), &[]).await.refused(401, "invalid_client");
    world.token(&client((BILLING, rotated.unwrap().secret.unwrap().expose()))).await;
    for imported in [LEGACY, MOVED] {
        world.token(&client(imported)).await;
    }
    let verdict = verify_audit(&*world.store, &[], |_| {}).await.unwrap();
    let AuditVerdict::Intact(intact) = verdict else { panic!("{verdict:?}") };
    let chains: Vec<_> = intact.heads.iter().map(|head| head.chain.to_string()).collect();
    assert_eq!(chains, ["us", "version-1"]);
    // The new chain begins with the head of the closed one.
    let page = ChainPage { chain: "us".parse().unwrap(), after: Sequence::START, limit: 1 };
    let first = world.store.list_chain(&page).await.unwrap().remove(0);
    assert_eq!(first.action, "chain.start");
    assert!(first.after.unwrap().contains(&intact.heads[1].to_string()));
}
