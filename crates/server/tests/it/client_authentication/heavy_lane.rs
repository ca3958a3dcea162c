//! Heavy hashes when one network requests more than the lane can take.

use std::pin::Pin;

use futures_util::future::{join, join_all};
use jeton_protocol::ClientSecret;

use crate::explain::reason;
use crate::support::{Answer, Client, World, at_once};

const SECRET: &str = "an-imported-secret-0123456789";
const FLOODER: &str = "192.0.2.1";

type Waiting<'a> = Pin<Box<dyn Future<Output = Answer> + 'a>>;

/// An id without an account; the node has already looked it up.
async fn stranger(world: &World, number: usize) -> Client {
    let made_up = ClientSecret::from_entropy([9; 32]);
    let stranger = Client { id: format!("stranger-{number}"), secret: made_up.expose().to_owned() };
    world.token_call(&stranger, &[]).from("203.0.113.9").send().await.refused(401, "invalid_client");
    stranger.with_secret("some-other-string-9876543210")
}

/// Sends requests with new ids from one host until one is refused. Returns the requests that wait for a hash, and the
/// refusal.
async fn flood<'a>(world: &'a World, from: &'a str) -> (Vec<Waiting<'a>>, Answer) {
    let mut waiting: Vec<Waiting<'a>> = Vec::new();
    for number in 0..10_000 {
        let stranger = stranger(world, number).await;
        let mut call: Waiting<'a> = Box::pin(world.token_call(&stranger, &[]).from(from).send());
        match at_once(&mut call).await {
            None => waiting.push(call),
            Some(refused) => return (waiting, refused),
        }
    }
    panic!("{} requests wait, and none was refused", waiting.len());
}

#[tokio::test]
async fn a_host_with_random_ids_does_not_block_the_first_use_of_an_imported_secret() {
    let world = World::new().await;
    let client = world.client_with_imported(SECRET).await;
    let (waiting, refused) = flood(&world, FLOODER).await;
    refused.refused(503, "temporarily_unavailable");
    reason(&world, &refused, "network_hashing_overloaded").await;
    assert!(!waiting.is_empty());
    // All of them are polled: a waiting request that is never polled would keep its turn.
    let good = world.token_call(&client, &[]).from("198.51.100.1").send();
    join(join_all(waiting), good).await.1.token();
}

#[tokio::test]
async fn an_ipv6_network_is_a_64_and_its_refused_guesses_do_not_count_as_failures() {
    let world = World::with("[limits]\nfailures = 1").await;
    let client = world.client_with_imported(SECRET).await;
    let wrong = client.with_secret("some-other-string-9876543210");
    let from = |client: &Client, address: &str| world.token_call(client, &[]).from(address).send();
    // Loads the account, so that the next request reaches the hash at once.
    from(&wrong, "203.0.113.9").await.refused(401, "invalid_client");
    let (waiting, _) = flood(&world, "2001:db8::1").await;
    for _ in 0..3 {
        let refused = at_once(Box::pin(from(&wrong, "2001:db8::ffff"))).await.expect("at once");
        refused.refused(503, "temporarily_unavailable");
        from(&client.with_secret("jtnsk_broken"), "198.51.100.7").await;
    }
    drop(waiting);
    // The hash that is running may still hold its place.
    while from(&wrong, "2001:db8::ffff").await.status == 503 {
        tokio::task::yield_now().await;
    }
    from(&wrong, "2001:db8::ffff").await.refused(429, "temporarily_unavailable");
}

#[tokio::test]
async fn a_generated_secret_needs_no_place_in_the_heavy_lane() {
    let world = World::new().await;
    let client = world.client().await;
    let _other = world.client_with_imported(SECRET).await;
    let (_waiting, _) = flood(&world, FLOODER).await;
    world.token_call(&client, &[]).from(FLOODER).send().await.token();
}
