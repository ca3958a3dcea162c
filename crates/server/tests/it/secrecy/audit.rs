//! What the audit log must not contain, whatever is done to an account.

use std::time::Duration;

use jeton_core::admin::{IfInUse, SecretRotation, SecretSource, SecretTerms};
use jeton_core::store::{AuditFilter, AuditOrder, AuditPage};
use jeton_core::{IfDigestShaped, ImportedSecret};
use jeton_protocol::PresentedSecret;

use crate::support::World;

const IMPORTED: &str = "canary-of-an-imported-secret-0123456789";

#[tokio::test]
async fn no_secret_hash_lookup_or_key_is_in_the_audit_log() {
    let world = World::new().await;
    let (admin, client) = (&world.admin, world.client().await);
    let text = PresentedSecret::new(IMPORTED.to_owned());
    let imported = ImportedSecret::parse(text, IfDigestShaped::Refuse).unwrap();
    admin.add_secret(&client.id, SecretSource::Import(&imported), SecretTerms::default()).await.unwrap();
    admin.panic(&client.id, Duration::from_hours(1)).await.unwrap();
    let recovered = admin.recover_account(&client.id, SecretTerms::default()).await.unwrap();
    let rotated =
        admin.rotate_secret(&client.id, SecretRotation::after(Duration::from_hours(1))).await.unwrap();
    admin.revoke_secret(&client.id, &recovered.credential.id, IfInUse::Revoke).await.unwrap();
    let account = admin.disable_account(&client.id).await.unwrap();
    admin.enable_account(&client.id).await.unwrap();
    admin.delete_account(&client.id).await.unwrap();

    let mut canaries = vec![("imported secret", IMPORTED.to_owned()), ("hash", "$argon2".to_owned())];
    for secret in
        [client.secret.as_str(), recovered.secret.unwrap().expose(), rotated.secret.unwrap().expose()]
    {
        // Without the checksum, because its last characters are shown.
        canaries.push(("secret", secret[6..49].to_owned()));
    }
    for credential in &account.credentials {
        let proof = credential.secret().unwrap();
        let stored = proof.hash.as_stored();
        canaries.extend(stored.rsplit('$').take(2).map(|part| ("hash or salt", part.to_owned())));
        if let Some(lookup) = proof.lookup() {
            let lookup = format!("{:032x}", u128::from_be_bytes(lookup.0));
            canaries.push(("lookup", lookup.to_uppercase()));
            canaries.push(("lookup", lookup));
        }
    }
    assert_eq!(canaries.len(), 2 + 3 + 4 * 2 + 3 * 2);

    let page = AuditPage { order: AuditOrder::OldestFirst, after: None, limit: 1_000 };
    let records = admin.store().list_audit(&AuditFilter::default(), &page).await.unwrap();
    let actions: Vec<&str> = records.iter().map(|record| record.action.as_str()).collect();
    assert!(
        actions.ends_with(&[
            "create",
            "secret.add",
            "panic",
            "recover",
            "secret.rotate",
            "secret.revoke",
            "disable",
            "enable",
            "delete",
        ]),
        "{actions:?}"
    );
    assert!(records.iter().any(|record| record.subject_kind == "key" && record.actor == "server"));
    for record in &records {
        let text = format!("{record:?}");
        for (name, canary) in &canaries {
            assert!(!text.contains(canary.as_str()), "{name} in {text}");
        }
    }
}
