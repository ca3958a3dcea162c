//! The warm path: requests about accounts and tokens in memory need no store, so nodes share nothing when they serve them.

use std::sync::Arc;

use axum::Router;
use http::Method;
use jeton_core::admin::ResourceUpdate;
use jeton_core::model::{Algorithm, TokenFormat};

use crate::support::{API, Call, Client, World, token_call, uri};

/// Each request that a client sends again and again. Returns the token.
async fn serve(node: &Router, client: &Client) -> String {
    let token = token_call(node.clone(), client, &[]).send().await.token();
    introspect(node, client, &token).await;
    for document in ["/oauth/v1/jwks", "/.well-known/oauth-authorization-server"] {
        let answer = Call::new(node.clone(), Method::GET, document).send().await;
        assert_eq!(answer.status, 200, "{document}");
    }
    token
}

async fn introspect(node: &Router, client: &Client, token: &str) {
    let call = Call::new(node.clone(), Method::POST, "/oauth/v1/introspect");
    call.basic(client).form(&[("token", token)]).send().await.active();
}

#[tokio::test]
async fn two_nodes_serve_warm_requests_of_every_format_and_algorithm_without_a_store_call() {
    for (token_format, algorithm) in [
        (TokenFormat::Opaque, Algorithm::Es256),
        (TokenFormat::Jwt, Algorithm::Es256),
        (TokenFormat::Jwt, Algorithm::EdDsa),
        (TokenFormat::Jwt, Algorithm::Rs256),
    ] {
        let world = World::new().await;
        let update = ResourceUpdate {
            token_format: Some(token_format),
            algorithm: Some(algorithm),
            ..ResourceUpdate::default()
        };
        world.admin.update_resource(&uri(API), &update).await.unwrap();
        world.maintain_keys().await;
        let nodes = [world.app.clone(), world.another_node().await];
        let client = world.client().await;
        for node in &nodes {
            serve(node, &client).await;
        }
        let calls = world.store.calls();
        for _ in 0..20 {
            for (node, other) in [(&nodes[0], &nodes[1]), (&nodes[1], &nodes[0])] {
                let token = serve(node, &client).await;
                introspect(other, &client, &token).await;
            }
        }
        assert_eq!(world.store.calls() - calls, 0, "{token_format:?} {algorithm:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn warm_requests_at_once_make_no_store_call_even_while_the_store_hangs() {
    let world = Arc::new(World::new().await);
    let client = world.client().await;
    serve(&world.app, &client).await;
    world.store.hang();
    let calls = world.store.calls();
    let tasks = (0..64).map(|_| {
        let (world, client) = (Arc::clone(&world), client.clone());
        tokio::spawn(async move {
            for _ in 0..10 {
                serve(&world.app, &client).await;
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    assert_eq!(world.store.calls() - calls, 0);
}
