//! Concurrent guesses at an imported secret, and how their failures affect others.

use futures_util::future::{join_all, poll_immediate};
use jeton_core::HashCost;
use jeton_core::admin::NewAccount;
use jeton_protocol::ClientSecret;

use super::{GOOD, TOKEN};
use crate::support::{Answer, Client, World, resource};

const SECRET: &str = "an-imported-secret-0123456789";
const ONE: &str = "[limits]\nfailures = 1";
const TWO: &str = "[limits]\nfailures = 2";

fn heavy(world: &World) -> u64 {
    world.gateway.server().hashes().started(HashCost::Heavy)
}

/// Sends one guess for each number, all at once.
async fn guess(world: &World, client: &Client, numbers: std::ops::Range<u32>) -> Vec<Answer> {
    let guesses = numbers.map(|number| {
        let guess = client.with_secret(&format!("some-guess-at-the-secret-{number}"));
        async move { world.ask(&guess, &[]).await }
    });
    join_all(guesses).await
}

/// The number of guesses that were checked. All others were told to wait.
fn checked(answers: &[Answer]) -> u64 {
    let mut checked = 0;
    for answer in answers {
        match answer.status {
            401 => checked += 1,
            status => drop(answer.refused(status, "temporarily_unavailable")),
        }
    }
    checked
}

#[tokio::test]
async fn guesses_at_the_same_time_cost_no_more_hashes_than_failures_are_allowed() {
    let world = World::new().await;
    let client = world.client_with_imported(SECRET).await;
    let (before, mut checked_so_far) = (heavy(&world), 0);
    for wave in 0..3 {
        checked_so_far += checked(&guess(&world, &client, wave * 300..(wave + 1) * 300).await);
    }
    assert_eq!((heavy(&world) - before, checked_so_far), (20, 20));
    for answer in guess(&world, &client, 900..910).await {
        answer.refused(429, "temporarily_unavailable");
    }
    assert_eq!(heavy(&world) - before, 20);
}

#[tokio::test]
async fn the_same_guess_many_times_at_once_is_limited_too() {
    let world = World::new().await;
    let client = world.client_with_imported(SECRET).await.with_secret("some-guess-at-the-secret");
    let before = heavy(&world);
    let answers = join_all((0..300).map(|_| world.ask(&client, &[]))).await;
    assert!(checked(&answers) <= 20 && heavy(&world) - before <= 20);
}

#[tokio::test]
async fn guesses_in_basic_that_can_be_read_in_two_ways_count_as_two() {
    let world = World::new().await;
    let client = world.client_with_imported(SECRET).await;
    let before = heavy(&world);
    for wave in 0..3 {
        let guesses = (0..300).map(|number| {
            let pair = format!("{}:some+guess+{wave}+{number}", client.id);
            world.post(TOKEN).raw_basic(&pair).form(&GOOD).send()
        });
        checked(&join_all(guesses).await);
    }
    assert_eq!(heavy(&world) - before, 20);
}

#[tokio::test]
async fn a_correct_generated_secret_is_never_limited_even_at_its_first_use() {
    let world = World::with(ONE).await;
    let client = world.client().await;
    let wrong = client.with_secret(ClientSecret::from_entropy([9; 32]).expose());
    world.ask(&wrong, &[]).await.refused(401, "invalid_client");
    world.ask(&wrong, &[]).await.refused(429, "temporarily_unavailable");
    world.token(&client).await;
    world.post(TOKEN).basic(&client).form(&GOOD).send().await.token();
}

#[tokio::test]
async fn a_correct_generated_secret_of_a_disabled_account_is_401_and_not_limited() {
    let world = World::with(ONE).await;
    let client = world.client().await;
    world.admin.disable_account(&client.id).await.unwrap();
    for _ in 0..3 {
        world.ask(&client, &[]).await.refused(401, "invalid_client");
    }
}

#[tokio::test]
async fn an_imported_secret_at_its_first_use_is_limited_like_wrong_ones() {
    let world = World::with(ONE).await;
    let client = world.client_with_imported(SECRET).await;
    world.ask(&client.with_secret("wrong"), &[]).await.refused(401, "invalid_client");
    world.ask(&client, &[]).await.refused(429, "temporarily_unavailable");
    world.token_call(&client, &[]).from("198.51.100.1").send().await.token();
}

#[tokio::test]
async fn a_hundred_first_uses_of_an_imported_secret_at_once_all_succeed_however_it_is_sent() {
    let tricky = "an+imported%41secret:0123456789";
    let encoded = "an%2Bimported%2541secret%3A0123456789";
    for secret in [tricky, encoded] {
        let world = World::with(ONE).await;
        let client = world.client_with_imported(tricky).await;
        let pair = format!("{}:{secret}", client.id);
        let uses = (0..100).map(|_| world.post(TOKEN).raw_basic(&pair).form(&GOOD).send());
        for answer in join_all(uses).await {
            answer.token();
        }
        assert!(heavy(&world) <= 2, "{secret}: {}", heavy(&world));
    }
    let world = World::with(ONE).await;
    let client = world.client_with_imported(tricky).await;
    for answer in join_all((0..100).map(|_| world.ask(&client, &[]))).await {
        answer.token();
    }
    assert_eq!(heavy(&world), 1);
}

#[tokio::test]
async fn a_success_releases_its_reserved_failure() {
    let world = World::with(TWO).await;
    let client = world.client_with_imported(SECRET).await;
    world.ask(&client.with_secret("wrong"), &[]).await.refused(401, "invalid_client");
    world.token(&client).await;
    world.ask(&client.with_secret("wrong again"), &[]).await.refused(401, "invalid_client");
    world.ask(&client.with_secret("and again"), &[]).await.refused(429, "temporarily_unavailable");
}

#[tokio::test]
async fn a_guess_whose_caller_hangs_up_while_it_is_hashed_counts() {
    let world = World::with(ONE).await;
    let client = world.client_with_imported(SECRET).await;
    let caller = || world.token_call(&client.with_secret("wrong"), &[]).from("198.51.100.1");
    // Loads the account into memory, so that the first poll reaches the hash.
    world.token_call(&client, &[]).from("198.51.100.2").send().await.token();
    let before = heavy(&world);
    assert!(poll_immediate(Box::pin(caller().send())).await.is_none());
    assert_eq!(heavy(&world) - before, 1, "it was being hashed");
    caller().send().await.refused(429, "temporarily_unavailable");
    assert_eq!(heavy(&world) - before, 1);
}

#[tokio::test]
async fn an_outage_of_the_store_does_not_count_as_a_failure() {
    let world = World::with(ONE).await;
    let client = world.client_with_imported(SECRET).await;
    world.store.make_unavailable();
    for _ in 0..3 {
        world.ask(&client.with_secret("wrong"), &[]).await.refused(503, "temporarily_unavailable");
    }
    world.store.restore();
    world.ask(&client.with_secret("wrong"), &[]).await.refused(401, "invalid_client");
    world.ask(&client.with_secret("wrong"), &[]).await.refused(429, "temporarily_unavailable");
}

#[tokio::test]
async fn an_account_of_a_resource_that_is_new_to_the_node_gets_its_token() {
    let world = World::new().await;
    world.admin.create_resource(resource("https://new.example.com")).await.unwrap();
    let entitlement = crate::support::granted_on("https://new.example.com", "read:me");
    let client = world.create(NewAccount { entitlement, ..world.new_account() }).await;
    world.token(&client).await;
}
