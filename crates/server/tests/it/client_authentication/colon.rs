//! Ids with a colon, which ends the id in HTTP Basic unless it is encoded (RFC 6749 §2.3.1, RFC 7617 §2).

use super::{GOOD, TOKEN};
use crate::support::{Client, World};

const SECRET: &str = "the-customers:old+secret";

async fn moved(world: &World, id: &str) -> Client {
    world.moved_client(id, SECRET, SECRET).await
}

const IDS: [&str; 4] = ["urn:example:client", "https://client.example/app?a=b", "a:b%3Ac+d", ":"];

#[tokio::test]
async fn a_client_that_encodes_its_id_gets_a_token_by_basic() {
    let world = World::new().await;
    for id in IDS {
        let client = moved(&world, id).await;
        world.post(TOKEN).basic(&client).form(&GOOD).send().await.token();
        // In the body, a colon has no meaning.
        world.token(&client).await;
        // Basic with the same id in the body is one method.
        let form = [GOOD[0], ("client_id", id)];
        world.post(TOKEN).basic(&client).form(&form).send().await.token();
        world.ask(&client.with_secret("the-customers:old+secreT"), &[]).await.refused(401, "invalid_client");
    }
}

#[tokio::test]
async fn a_client_that_does_not_encode_its_id_is_refused() {
    let world = World::new().await;
    let client = moved(&world, "urn:example:client").await;
    // It reads as the client `urn` with a longer secret, which may exist.
    let other = moved(&world, "urn").await;
    let raw = format!("{}:{SECRET}", client.id);
    world.post(TOKEN).raw_basic(&raw).form(&GOOD).send().await.refused(401, "invalid_client");
    world.token(&other).await;
}
