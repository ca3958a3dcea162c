//! Parameters in the query string, which logs and proxies record.

use super::{INTROSPECT, REVOKE, TOKEN};
use crate::support::World;

#[tokio::test]
async fn a_parameter_that_the_endpoint_knows_is_refused_in_the_query_string() {
    let world = World::new().await;
    let client = world.client().await;
    let good = [("grant_type", "client_credentials")];
    for query in
        ["client_secret=x", "grant_type=client_credentials", "%73cope=x", "resource", "a=b&client_id=x"]
    {
        let path = format!("{TOKEN}?{query}");
        world.post(&path).basic(&client).form(&good).send().await.refused(400, "invalid_request");
    }
    for path in [INTROSPECT, REVOKE] {
        let path = format!("{path}?token=x");
        let form = [("token", "x")];
        world.post(&path).basic(&client).form(&form).send().await.refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn other_parameters_in_the_query_string_are_ignored() {
    let world = World::new().await;
    let client = world.client().await;
    let good = [("grant_type", "client_credentials")];
    let path = format!("{TOKEN}?utm_source=docs&broken=%zz&token=x");
    world.post(&path).basic(&client).form(&good).send().await.token();
}
