//! `jeton serve`: start, log and stop.

use crate::harness::{Place, Server};

#[test]
fn it_logs_where_it_listens_and_stops_on_a_signal() {
    let place = Place::configured();
    let server = Server::start(&place, &["serve"]);
    assert!(server.startup_log().contains("Serving the region us on 127.0.0.1:"), "{}", server.startup_log());
    assert!(
        server.startup_log().contains("https://app.example.com/oauth/v1/token"),
        "{}",
        server.startup_log()
    );
    assert!(!place.run(["key", "list", "--format", "json"]).json().as_array().unwrap().is_empty());
    let (code, said) = server.stop();
    assert_eq!(code, 0, "{said}");
}

#[test]
fn a_port_in_use_is_an_error_that_names_the_port() {
    let place = Place::configured();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let mut command = place.command(["serve"]);
    command.env("JETON_LISTEN__PUBLIC", &address);
    let line = crate::harness::Outcome::of(command, "").refused(1);
    assert!(line.contains(&address) && line.contains("already in use"), "{line}");
    assert!(!place.file("jeton-data").exists());
    let line = place.run(["dev", "--listen", &address]).refused_after_messages(1);
    assert!(line.contains(&address) && line.contains("--listen"), "{line}");
}

#[test]
fn the_log_is_json_and_goes_to_stderr() {
    let place = Place::configured();
    let server = Server::start(&place, &["serve"]);
    assert_eq!(server.printed(), "");
    let (_, said) = server.stop();
    let started = said.lines().find(|line| line.contains("\"started\"")).unwrap();
    let line: serde_json::Value = serde_json::from_str(started).unwrap();
    assert_eq!(line["region"], "us");
}
