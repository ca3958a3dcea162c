//! Bodies that do not arrive.

use axum::body::Body;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use super::{INTROSPECT, REVOKE, TOKEN};
use crate::support::World;

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_body_that_never_arrives_is_408_and_closes_the_connection() {
    let world = World::new().await;
    tokio::time::pause();
    for path in [TOKEN, INTROSPECT, REVOKE] {
        let never = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
        let answer = world.post(path).body(FORM, never).send().await;
        answer.refused(408, "invalid_request");
        assert_eq!(answer.header("connection"), Some("close"));
    }
}

#[tokio::test]
async fn a_body_that_arrives_slowly_gets_no_more_time_than_one_that_never_arrives() {
    let world = World::with("[listen]\nbody_timeout = \"10s\"").await;
    tokio::time::pause();
    let began = tokio::time::Instant::now();
    let slow_body = stream::repeat(()).then(async |()| {
        tokio::time::sleep(std::time::Duration::from_secs(3)).await;
        Ok::<_, std::io::Error>(Bytes::from_static(b"a"))
    });
    world.post(TOKEN).body(FORM, Body::from_stream(slow_body)).send().await.refused(408, "invalid_request");
    assert_eq!(began.elapsed().as_secs(), 10);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_refused() {
    let world = World::new().await;
    let client = world.client().await;
    let broken = stream::iter([Ok(Bytes::from_static(b"grant_type=")), Err(std::io::Error::other("gone"))]);
    let call = world.post(TOKEN).basic(&client).body(FORM, Body::from_stream(broken));
    call.send().await.refused(400, "invalid_request");
    world.token(&client).await;
}
