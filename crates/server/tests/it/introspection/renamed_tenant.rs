//! Tokens of a tenant that is renamed after they were issued.

use std::time::Duration;

use jeton_admin::error::StateConflict;
use jeton_core::admin::{AccountImport, AdminError, NewAccount};
use jeton_core::model::TenantName;
use jeton_core::{IfDigestShaped, MigratedSecret};
use jeton_protocol::{ClientId, PresentedSecret};

use crate::support::{Client, World, in_both_formats};

fn name(text: &str) -> TenantName {
    text.parse().unwrap()
}

/// An account of the tenant `buyer`, which the node has in memory.
async fn member(world: &World) -> Client {
    world.admin.create_tenant(name("buyer")).await.unwrap();
    let client = world.create(NewAccount { tenant: name("buyer"), ..world.new_account() }).await;
    world.token(&client).await;
    client
}

#[tokio::test]
async fn tokens_and_secrets_stay_valid_and_new_tokens_have_the_new_name() {
    in_both_formats(async |world| {
        let caller = world.introspector().await;
        let client = member(&world).await;
        let old = world.token(&client).await;
        let epoch = world.admin.find_tenant(&name("buyer")).await.unwrap().epoch;
        let renamed = world.admin.rename_tenant(&name("buyer"), &name("customer")).await.unwrap();
        assert_eq!((renamed.name, renamed.epoch), (name("customer"), epoch));
        world.follow().await;
        let id: ClientId = client.id.parse().unwrap();
        assert!(world.gateway.server().directory().cached_account(&id).is_none());
        let new = world.token(&client).await;
        for (token, tenant) in [(&old, "buyer"), (&new, "customer")] {
            let answer = world.introspect(&caller, token).await;
            assert_eq!(answer.active()["tenant"], tenant);
        }
    })
    .await;
}

#[tokio::test]
async fn a_revocation_after_the_rename_revokes_the_tokens_issued_before() {
    in_both_formats(async |world| {
        let caller = world.introspector().await;
        let client = member(&world).await;
        let old = world.token(&client).await;
        world.admin.rename_tenant(&name("buyer"), &name("customer")).await.unwrap();
        world.admin.revoke_tenant_tokens(&name("customer")).await.unwrap();
        world.follow().await;
        world.introspect(&caller, &old).await.inactive();
    })
    .await;
}

#[tokio::test]
async fn a_name_that_is_too_long_for_the_tokens_of_an_account_is_refused() {
    let world = World::new().await;
    member(&world).await;
    let secret = PresentedSecret::new("a-secret-of-another-server".to_owned());
    let import = AccountImport {
        client_id: "c".repeat(255).parse().unwrap(),
        account: NewAccount { tenant: name("buyer"), ..world.new_account() },
        expires_at: None,
        more_entitlements: Vec::new(),
        secret: MigratedSecret::parse(secret, IfDigestShaped::Refuse).unwrap(),
    };
    world.admin.import_account(&import).await.unwrap();
    // Twice the id and the name may have 600 bytes together.
    let refused = world.admin.rename_tenant(&name("buyer"), &name(&"é".repeat(46))).await;
    let Err(error @ AdminError::Invalid(_)) = refused else { panic!("{refused:?}") };
    assert!(error.to_string().contains(&"c".repeat(255)), "{error}");
    world.admin.rename_tenant(&name("buyer"), &name(&"é".repeat(45))).await.unwrap();
}

#[tokio::test]
async fn a_tenant_gets_no_name_whose_tokens_were_revoked_later_than_its_own() {
    let world = World::new().await;
    for tenant in ["older", "newer"] {
        world.admin.create_tenant(name(tenant)).await.unwrap();
        world.pass(Duration::from_secs(1)).await;
    }
    world.admin.delete_tenant(&name("newer")).await.unwrap();
    let rename = async || world.admin.rename_tenant(&name("older"), &name("newer")).await;
    let refused = rename().await;
    assert!(
        matches!(refused, Err(AdminError::Conflict(StateConflict::NameWithLaterEpoch { .. }))),
        "{refused:?}"
    );
    world.admin.revoke_tenant_tokens(&name("older")).await.unwrap();
    rename().await.unwrap();
}

#[tokio::test]
async fn the_old_name_is_given_to_another_tenant_when_no_token_has_it() {
    let world = World::new().await;
    member(&world).await;
    world.admin.rename_tenant(&name("buyer"), &name("customer")).await.unwrap();
    world.admin.revoke_tenant_tokens(&name("customer")).await.unwrap();
    let epoch = world.admin.find_tenant(&name("customer")).await.unwrap().epoch;
    world.pass(Duration::from_hours(25) - Duration::from_secs(1)).await;
    let refused = world.admin.create_tenant(name("buyer")).await;
    let Err(AdminError::Conflict(StateConflict::NameInTokens { tenant, free_at, .. })) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((tenant, free_at), (name("customer"), world.admin.now().after(Duration::from_secs(1))));
    world.pass(Duration::from_secs(1)).await;
    assert!(world.admin.create_tenant(name("buyer")).await.unwrap().epoch > epoch);
}
