//! `GET /oauth/v1/jwks`.

use std::collections::BTreeSet;

use aws_lc_rs::digest;
use jeton_core::admin::ResourceUpdate;
use jeton_core::model::Algorithm;

use crate::support::{API, World, jwt, uri};

const PATH: &str = "/oauth/v1/jwks";

async fn with_every_algorithm() -> World {
    let world = World::new().await;
    for algorithm in Algorithm::ALL {
        let uri = format!("https://{algorithm}.example.com").to_lowercase();
        world.add_resource(&uri).await;
        let update = ResourceUpdate { algorithm: Some(algorithm), ..ResourceUpdate::default() };
        world.admin.update_resource(&self::uri(&uri), &update).await.unwrap();
    }
    world.maintain_keys().await;
    world
}

#[tokio::test]
async fn keys_have_the_public_members_of_their_type_and_no_others() {
    let world = with_every_algorithm().await;
    let set = world.get(PATH).send().await.json();
    let members: BTreeSet<_> = set.as_object().unwrap().keys().collect();
    assert_eq!(members.into_iter().collect::<Vec<_>>(), ["keys"]);
    let keys = set["keys"].as_array().unwrap();
    // One key for each other algorithm, and an active and a standby key of the default algorithm.
    assert_eq!(keys.len(), 6);
    for key in keys {
        let members: Vec<_> = key.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = match key["kty"].as_str().unwrap() {
            "EC" => vec!["alg", "crv", "kid", "kty", "use", "x", "y"],
            "OKP" => vec!["alg", "crv", "kid", "kty", "use", "x"],
            "RSA" => vec!["alg", "e", "kid", "kty", "n", "use"],
            other => panic!("{other}"),
        };
        expected.sort_unstable();
        assert_eq!(members, expected);
        assert_eq!(key["use"], "sig");
    }
}

#[tokio::test]
async fn the_key_id_is_the_rfc_7638_thumbprint() {
    let world = World::new().await;
    let key = &world.get(PATH).send().await.json()["keys"][0];
    let input = format!(r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#, key["x"], key["y"]);
    let digest = digest::digest(&digest::SHA256, input.as_bytes());
    assert_eq!(key["kid"], jwt::encode_bytes(digest.as_ref()));
}

#[tokio::test]
async fn the_set_may_be_cached_for_five_minutes_and_has_a_strong_etag() {
    let world = World::new().await;
    let answer = world.get(PATH).send().await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    let etag = answer.header("etag").unwrap();
    assert!(etag.len() > 2 && etag.starts_with('"') && etag.ends_with('"'), "{etag}");
}

#[tokio::test]
async fn a_caller_that_has_the_set_gets_304_without_a_body() {
    let world = World::new().await;
    let etag = world.get(PATH).send().await.header("etag").unwrap().to_owned();
    for known in [etag.clone(), format!("W/{etag}"), format!("\"other\", {etag}"), "*".to_owned()] {
        let answer = world.get(PATH).header("if-none-match", &known).send().await;
        assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{known}");
        assert_eq!(answer.header("etag"), Some(etag.as_str()));
        assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    }
    assert_eq!(world.get(PATH).header("if-none-match", "\"other\"").send().await.status, 200);
}

#[tokio::test]
async fn a_new_key_changes_the_etag() {
    let world = World::new().await;
    let before = world.get(PATH).send().await;
    let update = ResourceUpdate { algorithm: Some(Algorithm::EdDsa), ..ResourceUpdate::default() };
    world.admin.update_resource(&uri(API), &update).await.unwrap();
    world.maintain_keys().await;
    let after = world.get(PATH).header("if-none-match", before.header("etag").unwrap()).send().await;
    assert_eq!(after.status, 200);
    assert_ne!(after.header("etag"), before.header("etag"));
    assert_eq!(after.json()["keys"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn every_node_publishes_the_same_set() {
    let world = World::new().await;
    let here = world.get(PATH).send().await;
    let there = crate::support::Call::new(world.another_node().await, http::Method::GET, PATH).send().await;
    assert_eq!(here.body, there.body);
    assert_eq!(here.header("etag"), there.header("etag"));
}
