//! Which caller may introspect which token.

use jeton_core::admin::NewAccount;

use crate::support::{API, Client, World, granted_on, in_both_formats, introspecting};

const OTHER: &str = "https://other.example.com/api";

#[tokio::test]
async fn a_caller_sees_its_own_tokens_and_those_of_the_audiences_it_may_introspect() {
    in_both_formats(async |world| {
        world.add_resource(OTHER).await;
        let create =
            async |entitlement| world.create(NewAccount { entitlement, ..world.new_account() }).await;
        let owner = world.client().await;
        let same_grants = world.client().await;
        let other_owner = create(granted_on(OTHER, "read:me")).await;
        let api_server = create(introspecting(API)).await;
        let other_server = create(introspecting(OTHER)).await;
        let both = create(introspecting(API)).await;
        world.admin.grant(&both.id, &introspecting(OTHER)).await.unwrap();
        world.follow().await;

        let api_token = world.token(&owner).await;
        let other_token = world.token(&other_owner).await;
        let cases: [(&str, &Client, bool, bool); 6] = [
            ("the owner", &owner, true, false),
            ("an account with the same grants", &same_grants, false, false),
            ("the owner of the other", &other_owner, false, true),
            ("the API", &api_server, true, false),
            ("the other API", &other_server, false, true),
            ("both", &both, true, true),
        ];
        // Twice: the answer for one caller must not be cached for another.
        for _ in 0..2 {
            for (name, caller, sees_api, sees_other) in cases {
                for (token, sees) in [(&api_token, sees_api), (&other_token, sees_other)] {
                    let answer = world.introspect(caller, token).await;
                    assert_eq!(answer.json()["active"], sees, "{name}");
                    if !sees {
                        answer.inactive();
                    }
                }
            }
        }
    })
    .await;
}

#[tokio::test]
async fn every_reason_to_be_inactive_gives_the_same_response_with_the_same_headers() {
    in_both_formats(async |world| {
        let caller = world.introspector().await;
        let gone = world.client().await;
        let revoked = world.token(&gone).await;
        world.admin.disable_account(&gone.id).await.unwrap();
        world.follow().await;
        let foreign = {
            let elsewhere = World::new().await;
            let client = elsewhere.client().await;
            elsewhere.token(&client).await
        };
        let mut answers = Vec::new();
        for token in
            [revoked.as_str(), &foreign, "garbage", "jtnat_0000", &gone.secret, "\u{e9}", "a.b.c", ".."]
        {
            let answer = world.introspect(&caller, token).await;
            answer.inactive();
            answers.push(format!("{answer:?}"));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "{answers:#?}");
    })
    .await;
}

#[tokio::test]
async fn the_right_to_introspect_ends_when_it_is_removed() {
    in_both_formats(async |world| {
        let caller = world.introspector().await;
        let owner = world.client().await;
        let token = world.token(&owner).await;
        world.introspect(&caller, &token).await.active();
        world.admin.ungrant(&caller.id, &introspecting(API)).await.unwrap();
        world.follow().await;
        world.introspect(&caller, &token).await.inactive();
        world.introspect(&owner, &token).await.active();
    })
    .await;
}
