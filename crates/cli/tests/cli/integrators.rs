//! What `--for` prints works where it is pasted.

use crate::harness::{Place, RESOURCE, Server};

fn serving() -> (Place, Server) {
    let place = Place::empty();
    let server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    (place, server)
}

#[test]
fn the_curl_pipeline_gets_a_token_when_it_is_pasted() {
    let (place, _server) = serving();
    let pasted =
        place.run(["account", "create", "pasted", "--scope", "read:me", "--for", "curl"]).done().stdout;
    assert!(pasted.starts_with("printf "), "{pasted}");
    let after_pipe = pasted.split_once('|').unwrap().1;
    assert!(!after_pipe.contains("jtnsk_"), "an argument of curl shows the secret: {pasted}");
    let token = place.shell(&pasted).json();
    assert_eq!(token["scope"], "read:me");
}

#[test]
fn the_curl_pipeline_of_an_introspecting_account_asks_about_a_token() {
    let (place, _server) = serving();
    let pasted =
        place.run(["account", "create", "api", "--introspect", RESOURCE, "--for", "curl"]).done().stdout;
    assert_eq!(place.shell(&pasted).json(), serde_json::json!({ "active": false }));
}

#[test]
fn the_env_lines_mean_the_same_to_a_shell() {
    let (place, _server) = serving();
    place.run(["resource", "update", RESOURCE, "--scope", "write:me"]).done();
    let lines =
        place.run(["account", "create", "env", "--scope", "read:me write:me", "--for", "env"]).done().stdout;
    let names: Vec<&str> = lines.lines().map(|line| line.split_once('=').unwrap().0).collect();
    assert_eq!(
        names,
        ["OAUTH_TOKEN_URL", "OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPE", "OAUTH_RESOURCE"]
    );
    place.write(".env", &lines);
    let token = place
        .shell(
            ". ./.env\ncurl -s -u \"$OAUTH_CLIENT_ID:$OAUTH_CLIENT_SECRET\" -d grant_type=client_credentials \
             --data-urlencode \"scope=$OAUTH_SCOPE\" --data-urlencode \"resource=$OAUTH_RESOURCE\" \"$OAUTH_TOKEN_URL\"",
        )
        .json();
    assert_eq!(token["scope"], "read:me write:me");
}

#[test]
fn intercom_gets_its_seven_fields_in_order_and_a_word_about_https() {
    let (place, _server) = serving();
    let outcome = place.run(["account", "create", "Fin", "--scope", "read:me", "--for", "intercom"]).done();
    let names: Vec<&str> =
        outcome.stdout.lines().map_while(|line| line.split_once(':')).map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["Token name", "Type", "HTTPS URL", "Client ID", "Client secret", "Scope", "Request format"]
    );
    assert!(outcome.stdout.ends_with("200 OK. Found token under the path \"access_token\"\n"), "{outcome:?}");
    assert!(outcome.stderr.contains("only a public https URL"), "{outcome:?}");
}

#[test]
fn an_mcp_client_gets_its_server_and_how_to_authenticate() {
    let (place, _server) = serving();
    let json = place.run(["account", "create", "visitor", "--scope", "read:me", "--for", "mcp"]).json();
    let server = &json["mcpServers"]["visitor"];
    assert_eq!(server["url"], RESOURCE);
    let oauth = &server["oauth"];
    assert!(oauth["client_id"].as_str().unwrap().starts_with("sa_local_"));
    assert!(oauth["client_secret"].as_str().unwrap().starts_with("jtnsk_"));
    assert!(oauth["token_endpoint"].as_str().unwrap().ends_with("/oauth/v1/token"));
    assert_eq!(oauth["scope"], "read:me");
}
