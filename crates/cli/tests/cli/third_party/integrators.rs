//! The output of `--for` works where it is pasted.

use std::collections::HashMap;

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
fn the_curl_pipeline_of_an_introspecting_account_introspects_a_token() {
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
fn intercom_gets_its_seven_fields_in_order_and_a_note_about_https() {
    let (place, _server) = serving();
    let outcome = place.run(["account", "create", "Fin", "--scope", "read:me", "--for", "intercom"]).done();
    let names: Vec<&str> =
        outcome.stdout.lines().map_while(|line| line.split_once(':')).map(|(name, _)| name).collect();
    assert_eq!(
        names,
        ["Token name", "Type", "HTTPS URL", "Client ID", "Client secret", "Scope", "Request format"]
    );
    let json = place.accounts();
    let account = json.as_array().unwrap().iter().find(|account| account["name"] == "Fin").unwrap();
    let values = intercom_fields(&outcome.stdout);
    assert_eq!(values["Token name"], "Fin");
    assert_eq!(values["Type"], "OAuth");
    assert!(values["HTTPS URL"].ends_with("/oauth/v1/token"), "{values:?}");
    assert_eq!(values["Client ID"], account["client_id"].as_str().unwrap());
    assert!(values["Client secret"].starts_with("jtnsk_"), "{outcome:?}");
    assert_eq!(values["Scope"], "read:me");
    assert_eq!(values["Request format"], "Form Encoded");
    assert!(outcome.stdout.ends_with("200 OK. Found token under the path \"access_token\"\n"), "{outcome:?}");
    assert!(outcome.stderr.contains("only a public https URL"), "{outcome:?}");
}

#[test]
fn every_command_that_creates_a_secret_prints_intercoms_form_with_the_scopes_of_the_account() {
    let (place, server) = serving();
    place.run(["resource", "update", RESOURCE, "--scope", "write:me"]).done();
    let sample = server.printed();
    let form = sample.split_once("For Intercom:\n\n").unwrap().1.split_once("\n\n").unwrap().0;
    assert_eq!(intercom_fields(form)["Scope"], "read:me");
    let create = ["account", "create", "two", "--scope", "write:me read:me", "--for", "intercom"];
    let printed = [
        place.run(create).done().stdout,
        place.run(["secret", "add", "two", "--for", "intercom"]).done().stdout,
    ];
    for form in printed.iter().map(String::as_str) {
        assert_eq!(intercom_fields(form)["Scope"], "read:me write:me");
    }
    for form in printed.iter().map(String::as_str).chain([form]) {
        let values = intercom_fields(form);
        assert_eq!((values["Type"], values["Request format"]), ("OAuth", "Form Encoded"), "{form}");
    }
}

#[test]
fn the_values_of_intercoms_form_get_a_token_in_both_request_formats() {
    let (place, _server) = serving();
    let printed =
        place.run(["account", "create", "Fin", "--scope", "read:me", "--for", "intercom"]).done().stdout;
    let values = intercom_fields(&printed);
    let (url, id, secret, scope) =
        (values["HTTPS URL"], values["Client ID"], values["Client secret"], values["Scope"]);
    let form = format!(
        "curl -s -d grant_type=client_credentials -d client_id={id} -d client_secret={secret} -d scope={scope} {url}"
    );
    let json = serde_json::json!({
        "grant_type": "client_credentials", "client_id": id, "client_secret": secret, "scope": scope,
    });
    let json = format!("curl -s -H 'Content-Type: application/json' -d '{json}' {url}");
    for command in [form, json] {
        assert_eq!(place.shell(&command).json()["scope"], "read:me");
    }
}

#[test]
fn the_guide_has_the_printed_fields_and_every_step() {
    let guide = include_str!("../../../../../docs/connect-intercom.md");
    let (place, _server) = serving();
    let printed =
        place.run(["account", "create", "Fin", "--scope", "read:me", "--for", "intercom"]).done().stdout;
    let values = intercom_fields(&printed);
    let mut from = guide;
    for name in ["Token name", "Type", "HTTPS URL", "Client ID", "Client secret", "Scope", "Request format"] {
        let row = match name {
            "Type" | "Scope" | "Request format" => format!("| {name} | `{}` |", values[name]),
            _ => format!("| {name} | "),
        };
        from = from.split_once(&row).unwrap_or_else(|| panic!("{row} is missing, or not in its place")).1;
    }
    let mut from = guide;
    for step in [
        "*Settings > Authentication > New token*",
        "*Settings > Data connectors > New data connector*",
        "| Name |",
        "| URL | the URL of the MCP endpoint",
        "| Authentication | `Existing Token or API Key` |",
        "| Token |",
        "`GetSessionActivity`",
        "*Add connectors*",
        "*Data inputs*",
        "attribute that holds your visitor's id",
        "\"arguments\":{\"visitorId\":\"…\"}",
        "Test the connector",
        "*Directly* toggle",
        "*Set live*",
    ] {
        from = from.split_once(step).unwrap_or_else(|| panic!("{step} is missing, or not in its place")).1;
    }
}

/// The fields that `--for intercom` prints, by name.
fn intercom_fields(printed: &str) -> HashMap<&str, &str> {
    let fields = printed.lines().map_while(|line| line.split_once(':'));
    fields.map(|(name, value)| (name, value.trim())).collect()
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
