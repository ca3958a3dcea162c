//! An audience is spelled as its resource was registered; another spelling is never used silently.

use serde_json::{Value, json};

use crate::harness::{Place, Server};

const REGISTERED: &str = "https://API.example.com/";
const OTHER: &str = "https://api.example.com";
const SECRET: &str = "the-customers-old-secret";

fn with_resource() -> Place {
    let place = Place::configured();
    place.run(["resource", "create", REGISTERED, "--scope", "read", "--scope", "write"]).done();
    place
}

fn audience(place: &Place, account: &str) -> Value {
    place.run(["token", "simulate", account, "--format", "json"]).json()["claims"]["aud"].clone()
}

#[test]
fn a_resource_keeps_its_spelling_and_a_notice_shows_the_aud() {
    let place = Place::configured();
    for (uri, likely) in [
        (REGISTERED, Some(OTHER)),
        ("https://mcp.example.com", Some("https://mcp.example.com/")),
        ("HTTPS://Host.example/Path/", Some("https://host.example/Path/")),
        ("https://api.example.com/v1/", None),
        ("urn:example:api", None),
    ] {
        let outcome = place.run(["resource", "create", uri, "--scope", "read", "--format", "json"]).done();
        match likely {
            Some(other) => assert!(
                outcome.stderr.contains(&format!("exactly {uri} in `aud`"))
                    && outcome.stderr.contains(&format!("not with {other}.")),
                "{outcome:?}"
            ),
            None => assert!(!outcome.stderr.contains("`aud`"), "{outcome:?}"),
        }
        assert_eq!(outcome.json()["uri"], uri);
        assert_eq!(place.run(["resource", "show", uri, "--format", "json"]).json()["uri"], uri);
    }
    let list = place.run(["resource", "list"]).done().stdout;
    assert!(list.contains(REGISTERED) && list.contains("HTTPS://Host.example/Path/"), "{list}");
}

#[test]
fn one_resource_has_one_spelling() {
    let place = with_resource();
    let line = place.run(["resource", "create", OTHER, "--scope", "read"]).refused(4);
    assert!(line.contains(OTHER) && line.contains(&format!("spelling {REGISTERED}")), "{line}");
}

#[test]
fn another_spelling_finds_the_resource_and_a_notice_shows_the_aud() {
    let place = with_resource();
    let notice = format!("registered as {REGISTERED}: its tokens have exactly {REGISTERED} in `aud`");
    let import = format!("account import old --id old --resource {OTHER} --scope read --stdin");
    let imported = place.run_with_input(import.split(' '), SECRET).done();
    assert!(imported.stderr.contains(&notice), "{imported:?}");
    for words in [
        format!("account create a --resource {OTHER} --scope read --format json"),
        format!("account create b --introspect {OTHER} --format json"),
        format!("account grant a --resource {OTHER} --scope write --format json"),
        format!("account update a --default-resource {OTHER} --format json"),
        format!("resource update {OTHER} --scope list --format json"),
        format!("resource show {OTHER} --format json"),
    ] {
        let outcome = place.run(words.split(' ')).done();
        assert!(outcome.stderr.contains(&notice), "{words}: {outcome:?}");
        assert!(!outcome.stdout.contains(&format!("{OTHER}\"")), "{words}: {outcome:?}");
        let same = place.run(["resource", "update", REGISTERED, "--name", &words[..9]]).done();
        assert!(!same.stderr.contains("registered as"), "{same:?}");
    }
    for account in ["old", "a"] {
        assert_eq!(audience(&place, account), REGISTERED);
    }
    let account = place.run(["account", "show", "a", "--format", "json"]).json();
    assert_eq!(account["grants"], json!([{"resource": REGISTERED, "scopes": ["read", "write"]}]));
    assert_eq!(account["default_resource"], REGISTERED);
    let less = format!("account ungrant a --resource {OTHER} --scope write --format json");
    let account = place.run(less.split(' ')).json();
    assert_eq!(account["grants"], json!([{"resource": REGISTERED, "scopes": ["read"]}]));
    place.run(["account", "ungrant", "b", "--introspect", OTHER]).done();
    for account in ["a", "b", "old"] {
        place.run(["account", "delete", account, "--yes"]).done();
    }
    let deleted = place.run(["resource", "delete", OTHER, "--yes", "--format", "json"]).json();
    assert_eq!(deleted["deleted"], REGISTERED);
}

#[test]
fn the_changes_of_a_resource_are_found_by_any_spelling() {
    let place = with_resource();
    for uri in [REGISTERED, OTHER] {
        let subject = format!("resource:{uri}");
        let list = place.run(["audit", "list", "--subject", &subject, "--format", "json"]).json();
        assert_eq!(list[0]["after"]["uri"], REGISTERED, "{uri}");
    }
}

#[test]
fn a_token_may_be_requested_in_any_spelling_and_has_the_registered_one() {
    let place = Place::empty();
    let _server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    place.run(["resource", "create", REGISTERED, "--scope", "read"]).done();
    let made = place.create_account("a", &["--resource", REGISTERED, "--scope", "read"]);
    for uri in [REGISTERED, OTHER] {
        let issue = ["token", "issue", "a", "--resource", uri];
        let token = place.run_with_input(issue, made["client_secret"].as_str().unwrap()).done().stdout;
        let inspected = place.run_with_input(["token", "inspect", "--format", "json"], &token).done();
        assert!(inspected.stdout.contains(&format!("\"{REGISTERED}\"")), "{inspected:?}");
    }
}

#[test]
fn hydras_spelling_of_an_audience_is_kept_or_a_note_shows_the_difference() {
    let place = with_resource();
    let row = |id: &str, audience: &[&str]| {
        json!({
            "id": id, "scope": "read", "audience": audience, "grant_types": ["client_credentials"],
            "client_secret": "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.",
        })
        .to_string()
    };
    let rows = [
        row("a", &[OTHER, REGISTERED]),
        row("b", &["https://New.example/"]),
        row("c", &["https://new.example"]),
        row("urn:d", &[REGISTERED]),
    ];
    place.write("clients.jsonl", &rows.join("\n"));
    let outcome = place.run(["import", "hydra", "clients.jsonl", "--create-resources"]).done();
    let said: Vec<&str> = outcome.stderr.lines().filter(|line| line.starts_with("line")).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    assert!(said[0].starts_with("line 1 (a): ") && said[0].contains(REGISTERED), "{said:?}");
    assert!(said[1].starts_with("line 3 (c): ") && said[1].contains("https://New.example/"), "{said:?}");
    assert!(said[2].starts_with("line 4 (urn:d): ") && said[2].contains("percent-encode"), "{said:?}");
    for (account, spelled) in
        [("a", REGISTERED), ("b", "https://New.example/"), ("c", "https://New.example/")]
    {
        assert_eq!(audience(&place, account), spelled);
    }
}
