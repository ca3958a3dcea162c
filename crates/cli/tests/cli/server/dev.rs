//! `jeton dev`: the first start on a fresh machine, and later starts.

use crate::harness::{Place, Server};

const ANY: [&str; 3] = ["dev", "--listen", "127.0.0.1:0"];

fn secret_in(printed: &str) -> String {
    let line = printed.lines().find_map(|line| line.strip_prefix("Client secret:")).unwrap();
    line.trim().to_owned()
}

#[test]
fn the_first_start_prints_settings_to_paste_and_they_work() {
    let place = Place::empty();
    let server = Server::start(&place, &ANY);
    let printed = server.printed();
    for part in [
        "Token name:     sample",
        "Type:           OAuth",
        "Request format: Form Encoded",
        "Client ID:      sa_local_",
        "Client secret:  jtnsk_",
        "Scope:          read:me",
    ] {
        assert!(printed.contains(part), "{printed}");
    }
    let (_, pasted) = printed.split_once("For a shell:\n\n").unwrap();
    let token = place.shell(pasted).json();
    assert_eq!((token["token_type"].as_str(), token["scope"].as_str()), (Some("Bearer"), Some("read:me")));
    assert!(server.startup_log().contains("--issuer URL"), "{}", server.startup_log());
    assert!(!server.startup_log().contains("jtnsk_"));
}

#[test]
fn other_commands_find_the_store_and_the_server_without_options() {
    let place = Place::empty();
    let server = Server::start(&place, &ANY);
    assert!(server.startup_log().contains("In another terminal, in this folder"), "{}", server.startup_log());
    let token = place.run_with_input(["token", "issue", "sample"], &secret_in(&server.printed())).done();
    assert!(token.stdout.starts_with("eyJ"), "{token:?}");
    assert_eq!(token.stderr, "expires in 3600 s, scope read:me\n");
    assert_eq!(place.accounts()[0]["name"], "sample");
}

#[test]
fn later_starts_keep_everything_and_show_no_secret() {
    let place = Place::empty();
    let first = Server::start(&place, &ANY);
    let secret = secret_in(&first.printed());
    first.kill();
    let settings = place.read("jeton-data/jeton.toml");
    let accounts = place.accounts();
    let second = Server::start(&place, &["dev"]);
    assert!(second.printed().contains("jeton secret rotate sample"), "{}", second.printed());
    assert!(!second.printed().contains("jtnsk_") && !second.startup_log().contains("jtnsk_"));
    assert_eq!((place.read("jeton-data/jeton.toml"), place.accounts()), (settings, accounts));
    place.run_with_input(["token", "issue", "sample"], &secret).done();
}

#[test]
fn changes_and_deletions_survive_a_restart() {
    let place = Place::empty();
    let first = Server::start(&place, &ANY);
    place.run(["account", "create", "mine", "--scope", "read:me", "--for", "env"]).done();
    place.run(["account", "delete", "sample", "--yes"]).done();
    first.kill();
    let edited = place.read("jeton-data/jeton.toml") + "\n# mine\n[tokens]\ndefault_ttl = \"5m\"\n";
    place.write("jeton-data/jeton.toml", &edited);
    let second = Server::start(&place, &["dev"]);
    assert_eq!(second.printed(), "");
    assert_eq!(place.read("jeton-data/jeton.toml"), edited);
    assert_eq!(place.accounts().as_array().unwrap().len(), 1);
}

#[test]
fn options_change_only_their_keys() {
    let place = Place::empty();
    Server::start(&place, &ANY).kill();
    let before = place.read("jeton-data/jeton.toml");
    let edited = before.replace("[database]", "# keep me\n[database]");
    place.write("jeton-data/jeton.toml", &edited);
    let server = Server::start(&place, &["dev", "--issuer", "https://jeton.example.com"]);
    let after = place.read("jeton-data/jeton.toml");
    let changed: Vec<_> = edited.lines().zip(after.lines()).filter(|(old, new)| old != new).collect();
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert_eq!(changed[0].1, "issuer = \"https://jeton.example.com\"");
    assert!(!server.startup_log().contains("--issuer URL"), "{}", server.startup_log());
    let fields = place.run(["secret", "rotate", "sample", "--for", "intercom"]).done();
    assert!(fields.stdout.contains("https://jeton.example.com/oauth/v1/token"), "{fields:?}");
    assert!(!fields.stderr.contains("public https URL"), "{fields:?}");
    server.kill();
    let _moved = Server::start(&place, &ANY);
    assert!(place.read("jeton-data/jeton.toml").contains("issuer = \"https://jeton.example.com\""));
}

#[test]
fn a_new_address_changes_the_derived_issuer() {
    let place = Place::empty();
    Server::start(&place, &ANY).kill();
    let before = place.run(["config", "check", "--format", "json"]).json();
    let _server = Server::start(&place, &ANY);
    let after = place.run(["config", "check", "--format", "json"]).json();
    assert_ne!(before["listen_public"], after["listen_public"]);
    assert_eq!(after["issuer"], format!("http://{}", after["listen_public"].as_str().unwrap()));
}

#[test]
fn an_interrupted_start_is_completed_by_the_next() {
    let place = Place::empty();
    Server::start(&place, &ANY).kill();
    // As after a kill between two steps: the resource exists, the account does not.
    place.run(["account", "delete", "sample", "--yes"]).done();
    let second = Server::start(&place, &ANY);
    assert!(second.printed().contains("Client secret:  jtnsk_"), "{}", second.printed());
    drop(second);
    // Only the folder exists.
    let place = Place::empty();
    std::fs::create_dir(place.file("jeton-data")).unwrap();
    let server = Server::start(&place, &ANY);
    assert!(server.printed().contains("Client secret:  jtnsk_"), "{}", server.printed());
}

#[test]
fn a_public_address_with_an_http_issuer_is_refused_and_nothing_is_created() {
    let place = Place::empty();
    for arguments in [
        &["dev", "--listen", "0.0.0.0:0"][..],
        &["dev", "--listen", "0.0.0.0:0", "--issuer", "http://127.0.0.1:8080"],
    ] {
        let line = place.run(arguments).refused(2);
        assert!(line.contains("0.0.0.0:0") && line.contains("--issuer https://"), "{line}");
    }
    assert!(!place.file("jeton-data").exists());
    let _server =
        Server::start(&place, &["dev", "--listen", "0.0.0.0:0", "--issuer", "https://jeton.example.com"]);
    let check = place.run(["config", "check", "--format", "json"]).json();
    assert!(check["listen_operations"].as_str().unwrap().starts_with("127.0.0.1:"), "{check}");
}

#[test]
fn another_data_folder_is_shown_with_the_option_that_finds_it() {
    let place = Place::empty();
    let server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0", "--data-dir", "a/b"]);
    assert!(
        server.startup_log().contains("jeton --config a/b/jeton.toml account list"),
        "{}",
        server.startup_log()
    );
    place.run(["--config", "a/b/jeton.toml", "account", "show", "sample"]).done();
}

#[test]
fn bad_options_are_refused_in_one_line() {
    let place = Place::empty();
    for (words, part) in [
        ("dev --issuer http://app.example.com", "https://"),
        ("dev --issuer https://app.example.com/", "slash"),
        ("dev --issuer https://App.example.com:443", "use https://app.example.com"),
        ("dev --listen nowhere", "127.0.0.1:8080"),
        ("dev --config jeton.toml", "--data-dir"),
        ("dev --region EU --listen 127.0.0.1:0", "lower-case"),
    ] {
        let line = place.run(words.split(' ')).refused(2);
        assert!(line.contains(part), "{words}: {line}");
    }
}

#[test]
fn it_stops_on_a_signal() {
    let place = Place::empty();
    let (code, said) = Server::start(&place, &ANY).stop();
    assert_eq!(code, 0, "{said}");
}
