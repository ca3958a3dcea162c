//! Accounts that are added in bulk while a node runs.

use jeton_core::Clock as _;
use jeton_core::model::Actor;
use jeton_core::store::{Action, AuditEntry, BulkStore as _, Subject};

use crate::support::World;

#[tokio::test]
async fn a_node_finds_an_account_of_a_batch_that_was_missing_before() {
    let world = World::new().await;
    for (id, subject) in [
        ("imported-1", Subject::Region("us".parse().unwrap())),
        ("imported-2", Subject::Account("imported-2".parse().unwrap())),
    ] {
        let client = world.client().await;
        let mut account = world.admin.find_account(&client.id).await.unwrap();
        world.admin.delete_account(&client.id).await.unwrap();
        world.follow().await;
        let client = client.with_id(id);
        // The node remembers that there is no such account.
        world.ask(&client, &[]).await.refused(401, "invalid_client");
        account.client_id = id.parse().unwrap();
        let audit = AuditEntry {
            at: world.clock.now(),
            actor: Actor::Cli("test".to_owned()),
            action: Action::Create,
            tenant: None,
            subject,
            before: None,
            after: None,
        };
        world.store.add_accounts(&[account], &[audit]).await.unwrap();
        world.follow().await;
        world.token(&client).await;
    }
}
