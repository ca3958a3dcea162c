//! Failed client authentication gets the same response for every reason.

use std::time::Duration;

use insta::assert_json_snapshot;
use jeton_core::admin::{IfInUse, NewAccount, SecretRotation};

use super::{GOOD, TOKEN};
use crate::support::{API, Client, World, introspecting};

#[tokio::test]
async fn every_reason_gives_the_same_body_except_for_the_error_id() {
    let world = World::new().await;
    let wrong = world.client().await;
    let other = world.client().await;
    let disabled = world.client().await;
    world.admin.disable_account(&disabled.id).await.unwrap();
    let deleted = world.client().await;
    world.admin.delete_account(&deleted.id).await.unwrap();
    let revoked = world.client().await;
    let secret = world.admin.find_account(&revoked.id).await.unwrap().credentials[0].id.clone();
    world.admin.revoke_secret(&revoked.id, &secret, IfInUse::Refuse).await.unwrap();
    let expiring = |new: NewAccount| NewAccount { secret_expires_in: Some(Duration::from_mins(1)), ..new };
    let expired_secret = world.create(expiring(world.new_account())).await;
    let expiring_account = NewAccount { expires_in: Some(Duration::from_mins(1)), ..world.new_account() };
    let expired_account = world.create(expiring_account).await;
    world.admin.create_tenant("closed".parse().unwrap()).await.unwrap();
    world.admin.create_tenant("denied".parse().unwrap()).await.unwrap();
    let of = |tenant: &str| NewAccount { tenant: tenant.parse().unwrap(), ..world.new_account() };
    let of_disabled_tenant = world.create(of("closed")).await;
    world.admin.disable_tenant(&"closed".parse().unwrap()).await.unwrap();
    let of_denied_tenant = world.create(of("denied")).await;
    world.admin.allow_accounts(&"denied".parse().unwrap(), false).await.unwrap();
    let elsewhere = NewAccount { allow_cidr: vec!["10.0.0.0/8".parse().unwrap()], ..world.new_account() };
    let elsewhere = world.create(elsewhere).await;
    world.clock.pass(Duration::from_mins(1));
    world.follow().await;

    let reasons: Vec<(&str, Client)> = vec![
        ("another account's secret", wrong.with_secret(&other.secret)),
        (
            "a secret that no account has",
            wrong.with_secret("jtnsk_0000000000000000000000000000000000000000000"),
        ),
        ("a secret of another form", wrong.with_secret("hunter2hunter2hunter2")),
        ("an unknown id", wrong.with_id("sa_us_0000000000000000000000")),
        ("an id of another form", wrong.with_id("somebody")),
        ("an id that cannot be one", wrong.with_id("some body")),
        ("disabled", disabled),
        ("deleted", deleted),
        ("revoked", revoked),
        ("expired secret", expired_secret),
        ("expired account", expired_account),
        ("disabled tenant", of_disabled_tenant),
        ("tenant without accounts", of_denied_tenant),
        ("address", elsewhere),
    ];
    let mut bodies = Vec::new();
    for (reason, client) in &reasons {
        let answer = world.ask(client, &[]).await;
        answer.refused(401, "invalid_client");
        let mut body = answer.json();
        body.as_object_mut().unwrap().remove("error_id").unwrap_or_else(|| panic!("{reason}"));
        bodies.push(body);
        world
            .post("/oauth/v1/introspect")
            .basic(client)
            .form(&[("token", "x")])
            .send()
            .await
            .refused(401, "invalid_client");
    }
    bodies.dedup();
    assert_json_snapshot!(bodies, @r#"
    [
      {
        "error": "invalid_client",
        "error_description": "The client id or secret is wrong, or is not allowed now. Check both. The administrator can look up the reason with the error_id."
      }
    ]
    "#);
}

#[tokio::test]
async fn every_401_has_the_challenge_whatever_the_method() {
    let world = World::new().await;
    let wrong = world.client().await.with_secret("wrong");
    for answer in [
        world.ask(&wrong, &[]).await,
        world.post(TOKEN).basic(&wrong).form(&GOOD).send().await,
        world.post(TOKEN).form(&GOOD).send().await,
        world.introspect(&wrong, "x").await,
    ] {
        answer.refused(401, "invalid_client");
        assert_eq!(answer.header("www-authenticate"), Some(r#"Basic realm="jeton", charset="UTF-8""#));
    }
}

#[tokio::test]
async fn a_secret_is_refused_from_the_second_of_its_expiry_on() {
    let world = World::new().await;
    let new = NewAccount { secret_expires_in: Some(Duration::from_secs(90)), ..world.new_account() };
    let client = world.create(new).await;
    world.pass(Duration::from_secs(89)).await;
    world.token(&client).await;
    world.pass(Duration::from_secs(1)).await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn an_account_is_refused_from_the_second_of_its_expiry_on() {
    let world = World::new().await;
    let new = NewAccount { expires_in: Some(Duration::from_secs(90)), ..world.new_account() };
    let client = world.create(new).await;
    world.pass(Duration::from_secs(89)).await;
    world.token(&client).await;
    world.pass(Duration::from_secs(1)).await;
    world.ask(&client, &[]).await.refused(401, "invalid_client");
}

#[tokio::test]
async fn after_a_rotation_both_secrets_work_until_the_grace_is_over() {
    let world = World::new().await;
    let old = world.client().await;
    world.token(&old).await;
    let made =
        world.admin.rotate_secret(&old.id, SecretRotation::after(Duration::from_mins(1))).await.unwrap();
    world.follow().await;
    let new = old.with_secret(made.secret.unwrap().expose());
    world.pass(Duration::from_secs(59)).await;
    world.token(&old).await;
    world.token(&new).await;
    world.pass(Duration::from_secs(1)).await;
    world.ask(&old, &[]).await.refused(401, "invalid_client");
    world.token(&new).await;
}

#[tokio::test]
async fn a_caller_without_any_grant_still_authenticates() {
    let world = World::new().await;
    let caller = world.create(NewAccount { entitlement: introspecting(API), ..world.new_account() }).await;
    world.introspect(&caller, "x").await.inactive();
    world.ask(&caller, &[]).await.refused(400, "invalid_target");
}
