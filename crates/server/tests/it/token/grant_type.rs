//! `grant_type`.

use crate::support::World;

#[tokio::test]
async fn a_missing_grant_type_is_an_invalid_request() {
    let world = World::new().await;
    let client = world.client().await;
    let call = world.post("/oauth/v1/token").basic(&client).form(&[("scope", "read:me")]);
    call.send().await.refused(400, "invalid_request");
}

#[tokio::test]
async fn any_grant_type_except_client_credentials_in_exact_letter_case_is_unsupported() {
    let world = World::new().await;
    let client = world.client().await;
    for grant_type in
        ["authorization_code", "password", "refresh_token", "Client_Credentials", "client_credentials "]
    {
        let call = world.post("/oauth/v1/token").basic(&client).form(&[("grant_type", grant_type)]);
        call.send().await.refused(400, "unsupported_grant_type");
    }
}
