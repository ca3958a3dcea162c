//! Forms and JSON, and the accepted values of `Content-Type`.

use serde_json::json;

use super::{INTROSPECT, REVOKE, TOKEN};
use crate::support::World;

#[tokio::test]
async fn a_form_is_read_in_any_letter_case_and_with_any_charset() {
    let world = World::new().await;
    let client = world.client().await;
    for content_type in [
        "application/x-www-form-urlencoded",
        "Application/X-WWW-Form-Urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
        "application/x-www-form-urlencoded;charset=ISO-8859-1",
    ] {
        let body = "grant_type=client_credentials";
        world.post(TOKEN).basic(&client).body(content_type, body).send().await.token();
    }
}

#[tokio::test]
async fn a_json_object_is_read_at_each_endpoint() {
    let world = World::new().await;
    let client = world.client().await;
    let token = json!({
        "grant_type": "client_credentials", "client_id": client.id, "client_secret": client.secret,
        "scope": "read:me", "audience": null, "extra": { "any": ["thing"] },
    });
    let token = world.post(TOKEN).json(&token).send().await.token();
    let question = json!({ "token": token, "client_id": client.id, "client_secret": client.secret });
    world.post(INTROSPECT).json(&question).send().await.active();
    world.post(REVOKE).json(&question).send().await.revoked();
    world.post(INTROSPECT).json(&question).send().await.inactive();
}

#[tokio::test]
async fn a_byte_order_mark_in_front_of_json_is_skipped_at_each_endpoint() {
    let world = World::new().await;
    let client = world.client().await;
    let send = |path, body: serde_json::Value| {
        world.post(path).basic(&client).body("application/json", format!("\u{feff}{body}")).send()
    };
    let token = send(TOKEN, json!({ "grant_type": "client_credentials" })).await.token();
    send(INTROSPECT, json!({ "token": token })).await.active();
    send(REVOKE, json!({ "token": token })).await.revoked();
}

#[tokio::test]
async fn the_refusal_of_a_body_with_the_other_content_type_says_which_header_to_send() {
    let world = World::new().await;
    let client = world.client().await;
    let (form, json) = ("application/x-www-form-urlencoded", "application/json");
    for path in [TOKEN, INTROSPECT, REVOKE] {
        for (sent_as, body, needed) in [
            (form, r#"{"grant_type":"client_credentials","token":"x"}"#, json),
            (json, "grant_type=client_credentials&token=x", form),
        ] {
            let answer = world.post(path).basic(&client).body(sent_as, body).send().await;
            let description = answer.refused(400, "invalid_request");
            assert!(description.contains("looks like"), "{description}");
            assert!(
                description.ends_with(&format!("Send the header Content-Type: {needed}.")),
                "{description}"
            );
        }
    }
}

#[tokio::test]
async fn json_of_another_shape_is_refused() {
    let world = World::new().await;
    let client = world.client().await;
    for body in [
        "",
        "[]",
        "{",
        r#"{"grant_type":"client_credentials"}x"#,
        r#"{"grant_type":1}"#,
        r#"{"grant_type":"client_credentials","scope":["read:me"]}"#,
        r#"{"grant_type":"client_credentials","resource":[1]}"#,
        r#"{"grant_type":"client_credentials","grant_type":"client_credentials"}"#,
        r#"{"grant_type":"client_credentials","x":1,"x":1}"#,
    ] {
        let answer = world.post(TOKEN).basic(&client).body("application/json", body).send().await;
        answer.refused(400, "invalid_request");
    }
}

#[tokio::test]
async fn another_content_type_or_none_is_refused_with_the_names_of_the_two() {
    let world = World::new().await;
    let client = world.client().await;
    for path in [TOKEN, INTROSPECT, REVOKE] {
        for content_type in [Some("text/plain"), Some("multipart/form-data"), Some("application/jsonp"), None]
        {
            let call = world.post(path).basic(&client);
            let call = match content_type {
                Some(content_type) => call.body(content_type, "grant_type=client_credentials&token=x"),
                None => call,
            };
            let description = call.send().await.refused(400, "invalid_request");
            assert!(description.contains("application/x-www-form-urlencoded"), "{description}");
            assert!(description.contains("application/json"), "{description}");
        }
    }
}

#[tokio::test]
async fn the_response_does_not_depend_on_accept() {
    let world = World::new().await;
    let client = world.client().await;
    for accept in ["text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/plain", "nonsense", ""] {
        world.token_call(&client, &[]).header("accept", accept).send().await.token();
        let wrong = client.with_secret("wrong");
        world.token_call(&wrong, &[]).header("accept", accept).send().await.refused(401, "invalid_client");
    }
}
