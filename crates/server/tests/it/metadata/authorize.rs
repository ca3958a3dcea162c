//! `GET /oauth/v1/authorize`.

use crate::support::World;

#[tokio::test]
async fn an_authorization_request_is_always_refused_and_never_redirected() {
    let world = World::new().await;
    for query in ["", "?response_type=code&client_id=x&redirect_uri=https://x.example.com&state=s"] {
        let answer = world.get(&format!("/oauth/v1/authorize{query}")).send().await;
        answer.refused(400, "unsupported_response_type");
        assert_eq!(answer.header("location"), None);
    }
}
