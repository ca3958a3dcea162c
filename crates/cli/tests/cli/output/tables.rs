//! Tables, lists, help and completions.

use crate::harness::{Place, RESOURCE};

#[test]
fn a_list_has_a_header_and_one_line_per_item() {
    let (place, _) = Place::with_account();
    let list = place.run(["account", "list"]).done().stdout;
    let lines: Vec<Vec<&str>> =
        list.lines().map(|line| line.split("  ").filter(|cell| !cell.is_empty()).collect()).collect();
    assert_eq!(lines.len(), 2, "{list}");
    let header: Vec<&str> = lines[0].iter().map(|cell| cell.trim()).collect();
    assert_eq!(
        header,
        ["CLIENT ID", "NAME", "TENANT", "STATE", "GRANTS", "SECRETS", "EXPIRES", "CREATED", "LAST USED"]
    );
    let row: Vec<&str> = lines[1].iter().map(|cell| cell.trim()).collect();
    assert_eq!(row[1..7], ["nightly", "default", "enabled", "read:me", "1", "never"]);
    assert_eq!(row[8], "never");
}

#[test]
fn an_empty_list_prints_nothing_to_stdout_and_a_message_to_stderr() {
    let place = Place::with_resource();
    let outcome = place.run(["account", "list"]).done();
    assert_eq!(outcome.stdout, "");
    assert!(outcome.stderr.ends_with("no results\n"), "{outcome:?}");
}

#[test]
fn a_limit_truncates_the_list() {
    let (place, _) = Place::with_account();
    for name in ["a", "b"] {
        place.run(["account", "create", name, "--scope", "read:me", "--for", "env"]).done();
    }
    let two = place.run(["account", "list", "--limit", "2", "--format", "json"]).json();
    assert_eq!(two.as_array().unwrap().len(), 2);
    assert_eq!(place.accounts().as_array().unwrap().len(), 3);
}

#[test]
fn show_prints_fields_and_the_state_in_words() {
    let (place, _) = Place::with_account();
    place.run(["account", "disable", "nightly"]).done();
    let shown = place.run(["account", "show", "nightly"]).done().stdout;
    for line in ["Name:           nightly", "State:          disabled", "Networks:       any"] {
        assert!(shown.lines().any(|shown| shown == line), "{line}: {shown}");
    }
    place.run(["account", "enable", "nightly"]).done();
    place.run(["tenant", "update", "default", "--accounts", "deny", "--yes"]).done();
    let shown = place.run(["account", "show", "nightly"]).done().stdout;
    assert!(shown.contains("blocked by its tenant"), "{shown}");
}

#[test]
fn a_resource_is_shown_with_the_accounts_that_may_use_it() {
    let (place, _) = Place::with_account();
    let nightly = place.accounts()[0]["client_id"].as_str().unwrap().to_owned();
    place.run(["account", "create", "api", "--introspect", RESOURCE, "--format", "json"]).done();
    let shown = place.run(["resource", "show", RESOURCE]).done().stdout;
    for line in [
        "Granted to:     1 account".to_owned(),
        format!("Grant:          {nightly} (nightly of default): read:me"),
        "Introspected by: 1 account".to_owned(),
    ] {
        let line = line.split_whitespace().collect::<Vec<_>>();
        let is_there = shown.lines().any(|shown| shown.split_whitespace().collect::<Vec<_>>() == line);
        assert!(is_there, "{line:?}: {shown}");
    }
    assert!(shown.contains("(api of default)"), "{shown}");
    // Only the first hundred are listed.
    let row = |number: u32| {
        serde_json::json!({
            "id": format!("more-{number}"), "scope": "read:me", "audience": [RESOURCE],
            "client_secret": "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.",
            "grant_types": ["client_credentials"],
        })
    };
    let rows: Vec<String> = (0..100).map(|number| row(number).to_string()).collect();
    place.write("more.jsonl", &rows.join("\n"));
    place.run(["import", "hydra", "more.jsonl"]).done();
    let shown = place.run(["resource", "show", RESOURCE]).done().stdout;
    assert!(shown.contains("101 accounts") && shown.contains("… and 1 more"), "{shown}");
    let json = place.run(["resource", "show", RESOURCE, "--format", "json"]).json();
    assert_eq!((json["granted_to"].as_array().unwrap().len(), &json["granted_to_count"]), (100, &101.into()));
    assert_eq!(
        (json["introspected_by"][0]["name"].as_str(), &json["introspected_by_count"]),
        (Some("api"), &1.into())
    );
}

#[test]
fn a_closed_pipe_is_not_an_error() {
    let (place, _) = Place::with_account();
    for words in
        ["completions zsh", "account list", "account list --format json", "account show nightly", "--help"]
    {
        let outcome = place.run_with_closed_stdout(words.split(' ')).done();
        assert_eq!(outcome.stderr, "", "{words}");
    }
}

#[test]
fn help_goes_to_stdout_and_a_missing_command_is_a_usage_error() {
    let place = Place::empty();
    for words in ["--help", "account create --help", "dev --help", "token issue --help", "secret rotate -h"] {
        let help = place.run(words.split(' ')).done();
        assert!(help.stdout.contains("Usage: jeton") && help.stderr.is_empty(), "{help:?}");
    }
    let nothing = place.run([] as [&str; 0]);
    assert_eq!((nothing.code, nothing.stdout.as_str()), (2, ""));
}

#[test]
fn every_command_and_every_option_is_explained() {
    let place = Place::empty();
    let mut open = vec![String::new()];
    while let Some(command) = open.pop() {
        let help = place.run(command.split_whitespace().chain(["--help"])).done().stdout;
        let mut in_commands = false;
        let lines: Vec<&str> = help.lines().take_while(|line| !line.starts_with("Example")).collect();
        for (index, line) in lines.iter().enumerate() {
            in_commands = if line.starts_with("  ") { in_commands } else { *line == "Commands:" };
            let words: Vec<&str> = line.split_whitespace().collect();
            if in_commands && line.starts_with("  ") && !line.starts_with("   ") {
                assert!(words.len() > 1, "{command}: {line}");
                if words[0] != "help" {
                    open.push(format!("{command} {}", words[0]));
                }
            } else if line.trim_start().starts_with("--") {
                let explained = line.trim().contains("  ")
                    || lines.get(index + 1).is_some_and(|next| next.starts_with("          "));
                assert!(explained, "{command}: {line}");
            }
        }
    }
}

#[test]
fn completions_contain_the_commands() {
    let place = Place::empty();
    for shell in ["bash", "zsh", "fish"] {
        let script = place.run(["completions", shell]).done().stdout;
        assert!(script.contains("account") && script.contains("intercom"), "{shell}");
    }
}

#[test]
fn no_example_is_wider_than_79_columns() {
    let place = Place::empty();
    for words in [
        "resource create",
        "resource update",
        "account create",
        "account update",
        "token issue",
        "token revoke",
        "account revoke-tokens",
        "tenant revoke-tokens",
        "region revoke-tokens",
        "token simulate",
        "explain",
        "serve",
        "dev",
    ] {
        let help = place.run(words.split(' ').chain(["--help"])).done().stdout;
        let (_, examples) = help.split_once("Example").unwrap();
        for line in examples.lines() {
            assert!(line.chars().count() <= 79, "{words}: {line}");
        }
    }
}
