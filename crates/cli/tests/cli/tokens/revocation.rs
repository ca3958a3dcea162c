//! Revoking tokens: two servers of one region on one database, and the commands.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::harness::{Place, RESOURCE, Server};

/// Two servers of the region `us` on one database, an account that gets tokens, and an account that may introspect.
struct Fixture {
    place: Place,
    servers: [Server; 2],
    fin: Value,
    api: Value,
}

fn fixture() -> Fixture {
    let place = Place::with_resource();
    let fin = place.create_account("fin", &["--scope", "read:me"]);
    let api = place.create_account("api", &["--introspect", RESOURCE]);
    let servers = [Server::start(&place, &["serve"]), Server::start(&place, &["serve"])];
    Fixture { place, servers, fin, api }
}

impl Fixture {
    /// The status and body of a server's response.
    fn post(&self, server: usize, account: &Value, endpoint: &str, more: &str) -> (String, String) {
        let said = self.servers[server].startup_log();
        let address = said.split("Serving the region us on ").nth(1).unwrap().split(',').next().unwrap();
        let text = |member: &str| account[member].as_str().unwrap();
        let form = format!("client_id={}&client_secret={}&{more}", text("client_id"), text("client_secret"));
        let script = format!(
            "printf %s '{form}' | curl --silent --data @- --write-out ' %{{http_code}}' \
             'http://{address}/oauth/v1/{endpoint}'"
        );
        let answer = self.place.shell(&script).done().stdout;
        let (body, status) = answer.rsplit_once(' ').unwrap();
        (status.to_owned(), body.to_owned())
    }

    fn token(&self) -> String {
        let (_, body) = self.post(0, &self.fin, "token", "grant_type=client_credentials");
        let answer: Value = serde_json::from_str(&body).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    fn is_active(&self, server: usize, token: &str) -> bool {
        self.post(server, &self.api, "introspect", &format!("token={token}")).1 != r#"{"active":false}"#
    }

    /// Polls until the token is inactive there, and fails if that takes longer than documented. The duration of the
    /// last request does not count, because a busy machine starts processes slowly.
    #[track_caller]
    #[expect(clippy::disallowed_methods, reason = "the promise is about real time, of real processes")]
    fn inactive_within_a_second(&self, server: usize, token: &str) {
        let began = Instant::now();
        loop {
            let asked = Instant::now();
            if !self.is_active(server, token) {
                return;
            }
            assert!(asked - began < Duration::from_secs(1), "still active after {:?}", asked - began);
        }
    }
}

#[test]
fn a_revocation_takes_effect_at_once_on_its_server_and_within_a_second_on_the_other() {
    let fixture = fixture();
    let (token, kept) = (fixture.token(), fixture.token());
    assert!(fixture.is_active(0, &token) && fixture.is_active(1, &token));
    let answer = fixture.post(0, &fixture.fin, "revoke", &format!("token={token}"));
    assert_eq!(answer, ("200".to_owned(), String::new()));
    assert!(!fixture.is_active(0, &token));
    fixture.inactive_within_a_second(1, &token);
    assert!(fixture.is_active(0, &kept) && fixture.is_active(1, &kept));
}

#[test]
fn commands_revoke_tokens_on_running_servers_and_clients_get_new_ones() {
    let fixture = fixture();
    let place = &fixture.place;
    let one = fixture.token();
    let said = place.run_with_input(["token", "revoke"], &one).done();
    assert!(said.stderr.contains(fixture.fin["client_id"].as_str().unwrap()), "{said:?}");
    fixture.inactive_within_a_second(0, &one);
    fixture.inactive_within_a_second(1, &one);
    for command in
        ["account revoke-tokens fin", "tenant revoke-tokens default --yes", "region revoke-tokens --yes"]
    {
        let token = fixture.token();
        assert!(fixture.is_active(1, &token));
        let said = place.run(command.split(' ')).done();
        assert!(
            said.stdout.is_empty() && said.stderr.contains("Confirmed by every running server"),
            "{said:?}"
        );
        fixture.inactive_within_a_second(0, &token);
        fixture.inactive_within_a_second(1, &token);
    }
    let newer = fixture.token();
    assert!(fixture.is_active(0, &newer) && fixture.is_active(1, &newer));
}

#[test]
fn a_revocation_survives_a_killed_server() {
    let fixture = fixture();
    let token = fixture.token();
    assert_eq!(fixture.post(1, &fixture.fin, "revoke", &format!("token={token}")).0, "200");
    let Fixture { place, servers, fin, api } = fixture;
    servers.into_iter().for_each(Server::kill);
    let inspected = place.run_with_input(["token", "inspect", "--format", "json"], &token).json();
    assert_eq!((&inspected["active"], &inspected["verdict"]), (&false.into(), &"it was revoked".into()));
    let servers = [Server::start(&place, &["serve"]), Server::start(&place, &["serve"])];
    let again = Fixture { place, servers, fin, api };
    assert!(!again.is_active(0, &token) && !again.is_active(1, &token));
}

#[test]
fn a_single_token_is_revoked_without_a_server_and_its_account_is_printed() {
    let fixture = fixture();
    let token = fixture.token();
    let Fixture { place, servers, fin, .. } = fixture;
    servers.into_iter().for_each(Server::kill);
    let revoke = || place.run_with_input(["token", "revoke", "--format", "json"], &token).json();
    let first = revoke();
    assert_eq!((&first["client_id"], &first["revoked"]), (&fin["client_id"], &true.into()));
    assert_eq!(first["reason"], Value::Null);
    let inspected = place.run_with_input(["token", "inspect", "--format", "json"], &token).json();
    assert_eq!(first["token_id"], inspected["claims"]["jti"]);
    assert!(first["expires_at"].as_str().unwrap().ends_with('Z'));
    let mut members: Vec<&String> = first.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["client_id", "expires_at", "nodes", "reason", "revoked", "token_id"]);
    let second = revoke();
    assert_eq!((&second["revoked"], &second["reason"]), (&false.into(), &"it was revoked".into()));
    let said = place.run_with_input(["token", "revoke"], &token).done();
    assert!(said.stderr.contains("already inactive: it was revoked"), "{said:?}");
    assert!(said.stderr.contains("Not confirmed within 2 seconds"), "{said:?}");
}

#[test]
fn a_text_that_is_not_a_token_of_the_region_fails_with_the_reason() {
    let (place, secret) = Place::with_account();
    for text in ["garbage", &secret] {
        let line = place.run_with_input(["token", "revoke"], text).refused(1);
        assert!(line.contains("not a token of this server") && !line.contains(&secret), "{line}");
    }
    assert!(place.run(["token", "revoke"]).refused(2).contains("stdin"));
}
