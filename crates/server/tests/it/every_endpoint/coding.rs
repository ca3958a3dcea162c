//! Bodies with a content coding, which are not decoded.

use super::{INTROSPECT, REVOKE, TOKEN};
use crate::support::World;

#[tokio::test]
async fn a_body_with_a_content_coding_is_415_and_the_coding_is_named() {
    let world = World::new().await;
    let client = world.client().await;
    for path in [TOKEN, INTROSPECT, REVOKE] {
        for (coding, name) in [("gzip", "gzip"), ("GZip", "gzip"), ("identity, br", "br"), ("x-own", "x-own")]
        {
            let call = world.post(path).basic(&client).form(&[("token", "x")]);
            let answer = call.header("content-encoding", coding).send().await;
            let description = answer.refused(415, "invalid_request");
            assert!(description.contains(&format!("coding {name} is not supported")), "{description}");
            assert_eq!(answer.header("accept-encoding"), Some("identity"));
        }
    }
}

#[tokio::test]
async fn an_invalid_name_of_a_coding_is_not_repeated() {
    let world = World::new().await;
    for coding in ["canary=canary", "\"canary\"", "canary canary", "canary-canary-canary"] {
        let call = world.post(TOKEN).form(&[]).header("content-encoding", coding);
        let description = call.send().await.refused(415, "invalid_request");
        assert!(!description.contains("canary"), "{description}");
    }
}

#[tokio::test]
async fn identity_means_no_coding() {
    let world = World::new().await;
    let client = world.client().await;
    for coding in ["identity", "Identity", ""] {
        world.token_call(&client, &[]).header("content-encoding", coding).send().await.token();
    }
}
