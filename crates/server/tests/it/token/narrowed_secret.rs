//! Secrets with fewer scopes than their account.

use std::time::Duration;

use jeton_core::admin::{
    AccountUpdate, AdminError, Change, NewAccount, ResourceUpdate, SecretRotation, SecretSource, SecretTerms,
};
use jeton_core::model::Restriction;

use super::OTHER;
use crate::support::{API, Client, World, granted, granted_on, introspecting, jwt, uri};

const POLICIES: [&str; 2] = ["", "[tokens]\nscope_policy = \"exact\""];

fn only(names: &str) -> SecretTerms {
    let restriction = Restriction { scope: Some(names.parse().unwrap()), ..Restriction::default() };
    SecretTerms { restriction, ..SecretTerms::default() }
}

/// An account that is granted `names` on [`API`].
async fn granted_client(world: &World, names: &str) -> Client {
    world.create(NewAccount { entitlement: granted(names), ..world.new_account() }).await
}

#[tokio::test]
async fn its_tokens_have_at_most_its_scopes_and_other_secrets_are_not_affected() {
    for policy in POLICIES {
        let world = World::with(policy).await;
        let whole = world.client().await;
        let narrow = world.second_secret(&whole, only("read:me")).await;
        let answer = world.ask(&narrow, &[]).await;
        assert_eq!(answer.scope(), "read:me");
        assert_eq!(jwt::claims(&answer.token())["scope"], "read:me");
        assert_eq!(world.ask(&narrow, &[("scope", "read:me")]).await.scope(), "read:me");
        world.ask(&narrow, &[("scope", "write:me")]).await.refused(400, "invalid_scope");
        assert_eq!(world.ask(&whole, &[]).await.scope(), "read:me write:me");
        assert_eq!(world.ask(&whole, &[("scope", "write:me")]).await.scope(), "read:me write:me");
    }
}

#[tokio::test]
async fn policy_narrow_omits_excluded_scopes_and_policy_exact_refuses_them() {
    let both = [("scope", "read:me write:me")];
    let world = World::with(POLICIES[0]).await;
    let narrow = world.second_secret(&world.client().await, only("read:me")).await;
    assert_eq!(world.ask(&narrow, &both).await.scope(), "read:me");
    let world = World::with(POLICIES[1]).await;
    let narrow = world.second_secret(&world.client().await, only("read:me")).await;
    world.ask(&narrow, &both).await.refused(400, "invalid_scope");
}

#[tokio::test]
async fn implied_scopes_count_for_grant_and_secret() {
    for policy in POLICIES {
        let world = World::with(policy).await;
        // The grant implies what the secret names.
        let admin = granted_client(&world, "admin").await;
        let writer = world.second_secret(&admin, only("write:me")).await;
        assert_eq!(world.ask(&writer, &[]).await.scope(), "read:me write:me");
        assert_eq!(world.ask(&writer, &[("scope", "read:me")]).await.scope(), "read:me");
        world.ask(&writer, &[("scope", "admin")]).await.refused(400, "invalid_scope");
        // The secret implies what is granted.
        let admin = granted_client(&world, "admin").await;
        let secret = world.second_secret(&admin, only("admin")).await;
        world.admin.grant(&admin.id, &granted("read:me")).await.unwrap();
        world.admin.ungrant(&admin.id, &granted("admin")).await.unwrap();
        world.follow().await;
        assert_eq!(world.ask(&secret, &[]).await.scope(), "read:me");
        world.ask(&secret, &[("scope", "write:me")]).await.refused(400, "invalid_scope");
    }
}

#[tokio::test]
async fn its_possible_resources_follow_from_its_scopes() {
    for policy in POLICIES {
        let world = World::with(policy).await;
        world.add_resource(OTHER).await;
        let reports = ResourceUpdate {
            scopes: vec![("reports".parse().unwrap(), String::new())],
            ..ResourceUpdate::default()
        };
        world.admin.update_resource(&uri(OTHER), &reports).await.unwrap();
        let whole = world.client().await;
        world.admin.grant(&whole.id, &granted_on(OTHER, "reports")).await.unwrap();
        let default = AccountUpdate { default_resource: Change::Set(uri(OTHER)), ..AccountUpdate::default() };
        world.admin.update_account(&whole.id, &default).await.unwrap();
        let reader = world.second_secret(&whole, only("read:me")).await;
        let audience = async |client: &Client, more: &[(&str, &str)]| {
            jwt::claims(&world.ask(client, more).await.token())["aud"].clone()
        };
        assert_eq!(audience(&whole, &[]).await, OTHER);
        // The default resource has no scope left for this secret, so the other one is used.
        assert_eq!(audience(&reader, &[]).await, API);
        assert_eq!(audience(&reader, &[("resource", API)]).await, API);
        world.ask(&reader, &[("resource", OTHER)]).await.refused(400, "invalid_scope");
        world.ask(&reader, &[("scope", "reports")]).await.refused(400, "invalid_scope");
    }
}

#[tokio::test]
async fn without_remaining_scopes_it_gets_no_token() {
    let world = World::new().await;
    world.add_resource(OTHER).await;
    let whole = granted_client(&world, "admin").await;
    let admin = world.second_secret(&whole, only("admin")).await;
    world.admin.ungrant(&whole.id, &granted("admin")).await.unwrap();
    world.admin.grant(&whole.id, &granted_on(OTHER, "read:me")).await.unwrap();
    world.follow().await;
    // On the other resource `admin` implies `read:me` too.
    assert_eq!(world.ask(&admin, &[]).await.scope(), "read:me");
    let update = ResourceUpdate {
        remove_implies: vec![("admin".parse().unwrap(), "write:me".parse().unwrap())],
        ..ResourceUpdate::default()
    };
    world.admin.update_resource(&uri(OTHER), &update).await.unwrap();
    world.follow().await;
    world.ask(&admin, &[]).await.refused(400, "invalid_scope");
    world.ask(&admin, &[("resource", OTHER)]).await.refused(400, "invalid_scope");
    assert_eq!(world.ask(&whole, &[]).await.scope(), "read:me");
}

#[tokio::test]
async fn the_right_to_introspect_is_not_narrowed() {
    let world = World::new().await;
    let owner = world.client().await;
    let token = world.token(&owner).await;
    let caller = world.client().await;
    world.admin.grant(&caller.id, &introspecting(API)).await.unwrap();
    let narrow = world.second_secret(&caller, only("read:me")).await;
    world.introspect(&narrow, &token).await.active();
}

#[tokio::test]
async fn a_scope_that_no_grant_of_the_account_has_is_refused() {
    let world = World::new().await;
    world.add_resource(OTHER).await;
    let client = world.client().await;
    for names in ["admin", "unheard:of", "read:me admin"] {
        let added = world.admin.add_secret(&client.id, SecretSource::Generate, only(names)).await;
        assert!(matches!(added, Err(AdminError::Conflict(_))), "{names}");
        let rotated = world
            .admin
            .rotate_secret(
                &client.id,
                SecretRotation { terms: only(names), ..SecretRotation::after(Duration::ZERO) },
            )
            .await;
        assert!(matches!(rotated, Err(AdminError::Conflict(_))), "{names}");
    }
    assert_eq!(world.admin.find_account(&client.id).await.unwrap().credentials.len(), 1);
}

#[tokio::test]
async fn a_rotated_secret_keeps_the_scopes_of_the_previous_one_unless_changed() {
    let world = World::new().await;
    let whole = world.client().await;
    let rotate = async |terms: SecretTerms| {
        let made = world
            .admin
            .rotate_secret(&whole.id, SecretRotation { terms, ..SecretRotation::after(Duration::ZERO) })
            .await
            .unwrap();
        world.follow().await;
        (whole.with_secret(made.secret.unwrap().expose()), made.grants)
    };
    let (narrow, grants) = rotate(only("read:me")).await;
    assert_eq!(world.ask(&narrow, &[]).await.scope(), "read:me");
    assert_eq!(grants[&uri(API)].to_string(), "read:me");
    let (next, grants) = rotate(SecretTerms::default()).await;
    assert_eq!(world.ask(&next, &[]).await.scope(), "read:me");
    assert_eq!(grants[&uri(API)].to_string(), "read:me");
    let (wider, _) = rotate(only("write:me")).await;
    assert_eq!(world.ask(&wider, &[]).await.scope(), "read:me write:me");
}

#[tokio::test]
async fn an_expired_narrowed_secret_is_rotated_to_a_narrowed_one() {
    let world = World::new().await;
    let whole = world.client().await;
    let terms = SecretTerms { expires_in: Change::Set(Duration::from_mins(1)), ..only("read:me") };
    world
        .admin
        .rotate_secret(&whole.id, SecretRotation { terms, ..SecretRotation::after(Duration::ZERO) })
        .await
        .unwrap();
    world.pass(Duration::from_mins(1)).await;
    let made = world.admin.rotate_secret(&whole.id, SecretRotation::after(Duration::ZERO)).await.unwrap();
    world.follow().await;
    let next = whole.with_secret(made.secret.unwrap().expose());
    assert_eq!(world.ask(&next, &[]).await.scope(), "read:me");
}
