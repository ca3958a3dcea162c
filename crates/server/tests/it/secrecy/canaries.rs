//! Secrets are sent through every path while everything is logged, and must not appear in any output.

use jeton_core::model::TokenFormat;

use crate::support::{Client, Setup, World, everything_logged};

const IMPORTED: &str = "canary+imported%41secret-0123456789";

const MOVED: &str = "the-customers-old-secret";
const MOVED_HASH: &str = "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.";

/// Values that must not appear, with their names.
type Canaries = Vec<(&'static str, String)>;

fn assert_absent(canaries: &Canaries, place: &str, text: &str) {
    for (name, canary) in canaries {
        let line = text.lines().find(|line| line.contains(canary.as_str()));
        assert_eq!(line, None, "{name} in {place}");
    }
}

/// Good and bad requests with secrets in right and wrong places; returns the tokens that were issued.
async fn everything(world: &World, client: &Client, imported: &Client, wrong: &str) -> Canaries {
    let mut canaries = vec![("token", world.token(client).await)];
    canaries.push(("token for basic", {
        let form = [("grant_type", "client_credentials")];
        world.post("/oauth/v1/token").basic(client).form(&form).send().await.token()
    }));
    world.set_format(TokenFormat::Opaque).await;
    let opaque = world.token(client).await;
    world.introspect(client, &opaque).await.active();
    world.introspect(client, &format!("{opaque}x")).await.inactive();
    canaries.push(("opaque token", opaque));
    world.set_format(TokenFormat::Jwt).await;
    world.token(imported).await;
    let token = canaries[0].1.clone();
    world.introspect(client, &token).await.active();
    world.introspect(client, &format!("{token}x")).await.inactive();
    world.introspect(client, &client.secret).await.inactive();
    world.get("/oauth/v1/revocations").basic(client).send().await.refused(403, "unauthorized_client");
    world.introspect(&client.with_secret(wrong), &token).await.refused(401, "invalid_client");
    for secret in [wrong, imported.secret.as_str(), token.as_str()] {
        world.ask(&client.with_secret(secret), &[]).await.refused(401, "invalid_client");
    }
    // Secrets where something else belongs.
    for swapped in [client.secret.as_str(), wrong] {
        world.ask(&client.with_id(swapped), &[]).await.refused(401, "invalid_client");
        world.ask(client, &[("scope", swapped)]).await.refused(400, "invalid_scope");
        world.ask(client, &[("resource", swapped)]).await.refused(400, "invalid_target");
        for uri in [
            "urn:",
            "https://api.example.com/",
            "https://api.example.com/?key=",
            "https://api.example.com/v1/",
        ] {
            let uri = format!("{uri}{swapped}");
            world.ask(client, &[("resource", &uri), ("scope", swapped)]).await.refused(400, "invalid_target");
        }
        let uri = format!("https://{swapped}:{swapped}@api.example.com");
        world.ask(client, &[("audience", &uri)]).await.refused(400, "invalid_target");
        world.ask(client, &[("client_assertion", swapped)]).await.refused(400, "invalid_request");
        world.ask(client, &[(swapped, "x"), (swapped, "x")]).await.refused(400, "invalid_request");
        let path = format!("/oauth/v1/token?client_secret={swapped}");
        world
            .post(&path)
            .form(&[("grant_type", "client_credentials")])
            .send()
            .await
            .refused(400, "invalid_request");
        let path = format!("/oauth/v1/revocations?client_secret={swapped}");
        world.get(&path).basic(client).send().await.refused(400, "invalid_request");
        let path = format!("/oauth/v1/revocations?wait={swapped}");
        world.get(&path).header("if-none-match", swapped).send().await.refused(400, "invalid_request");
        let swapped_call = world.get("/oauth/v1/revocations").basic(&client.with_id(swapped));
        swapped_call.header("if-none-match", swapped).send().await.refused(401, "invalid_client");
        let path = format!("/oauth/v1/{swapped}");
        world.get(&path).send().await.refused(404, "invalid_request");
        let bearer = world.post("/oauth/v1/token").header("authorization", &format!("Bearer {swapped}"));
        bearer.form(&[("grant_type", swapped)]).send().await.refused(400, "unsupported_grant_type");
        let broken = format!("client_secret={swapped}&client_secret=%zz");
        let call = world.post("/oauth/v1/token").body("application/x-www-form-urlencoded", broken);
        call.send().await.refused(400, "invalid_request");
        let call =
            world.post("/oauth/v1/token").body("application/json", format!(r#"{{"{swapped}":"{swapped}""#));
        call.send().await.refused(400, "invalid_request");
    }
    world.revoke(client, &token).await.revoked();
    world.revoke(client, &format!("{token}x")).await.revoked();
    world.revoke(imported, &canaries[1].1).await.refused(400, "unauthorized_client");
    world.store.make_unavailable();
    world.revoke(client, &canaries[1].1).await.refused(503, "temporarily_unavailable");
    world.ask(&client.with_id("cold"), &[]).await.refused(503, "temporarily_unavailable");
    world.store.restore();
    canaries
}

/// The explanation of every refusal that the node has logged.
pub(super) async fn every_explanation(world: &World, log: &str) -> String {
    let tag = format!("error_id=\"{}-", world.gateway.tag());
    let mut explanations = Vec::new();
    for rest in log.split(&tag).skip(1) {
        let (id, _) = rest.split_once('"').unwrap();
        let answer = world.operations(&format!("/refusals/{}-{id}", world.gateway.tag())).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        explanations.push(answer.body);
    }
    assert!(explanations.len() > 20, "there are too few refusals: {}", explanations.len());
    explanations.join("\n")
}

#[tokio::test]
async fn no_secret_token_or_key_is_in_a_log_at_trace_an_explanation_a_metric_or_a_debug_form() {
    // Its own seed, so that its log lines cannot be confused with those of other tests.
    let world = World::set_up(Setup { seed: 4_711, ..Setup::default() }).await;
    let client = world.client().await;
    let imported = world.client_with_imported(IMPORTED).await;
    let moved = world.moved_client("moved", MOVED, MOVED_HASH).await;
    world.token(&moved).await;
    let waiting = format!("{:?}", world.gateway.server());
    world.gateway.server().rehash().await.unwrap();
    let wrong = "jtnsk_canaryWrongSecret0000000000000000000000000000000";
    let mut canaries = everything(&world, &client, &imported, wrong).await;
    canaries.extend([
        ("secret", client.secret.clone()),
        ("imported secret", IMPORTED.to_owned()),
        ("decoded imported secret", "canary imported".to_owned()),
        ("moved secret", MOVED.to_owned()),
        ("wrong secret", wrong.to_owned()),
        ("master key", world.master_key.to_text().trim_start_matches("jtnmk_").to_owned()),
    ]);
    for id in [&client.id, &moved.id] {
        for credential in world.admin.find_account(id).await.unwrap().credentials {
            canaries.push(("hash", credential.secret().unwrap().hash.as_stored().to_owned()));
        }
    }
    canaries.push(("hash", MOVED_HASH.to_owned()));

    let log = everything_logged();
    assert!(log.contains("DEBUG") && log.contains(&client.id), "the log is incomplete: {log}");
    assert_absent(&canaries, "the log", &log);
    assert_absent(&canaries, "an explanation", &every_explanation(&world, &log).await);
    assert_absent(&canaries, "the metrics", &world.operations("/metrics").await.body);
    let account = world.admin.find_account(&client.id).await.unwrap();
    for (place, text) in [
        ("Debug of the server", format!("{:?}", world.gateway.server())),
        ("Debug of the server with a secret to be rehashed", waiting),
        ("Debug of the gateway", format!("{:?}", world.gateway)),
        ("Debug of the administrator", format!("{:?}", world.admin)),
        ("Debug of the account", format!("{account:?}")),
        ("Debug of the master key", format!("{:?}", world.master_key)),
        ("Debug of the keys", format!("{:?}", world.admin.store().list_keys().await.unwrap())),
    ] {
        assert_absent(&canaries, place, &text);
    }
    for entry in std::fs::read_dir(world.folder.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let text = String::from_utf8_lossy(&bytes);
        let kept: Canaries = canaries.iter().filter(|(name, _)| *name != "hash").cloned().collect();
        assert_absent(&kept, &format!("the file {}", path.display()), &text);
    }
}
