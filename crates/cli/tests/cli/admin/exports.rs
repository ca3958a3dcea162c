//! `docs/move-from-another-server.md`: its commands turn the exports of Keycloak, UAA and Auth0 into accounts.
//!
//! The exports in `tests/exports` have the form that these servers write, with invented values.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;

use serde_json::{Value, json};

use crate::harness::{JETON, Outcome, Place, Server};
use crate::page::{blocks, section};
use crate::stub::{Prepared, Stub};

const PAGE: &str = include_str!("../../../../../docs/move-from-another-server.md");
const REALM: &str = include_str!("../../exports/keycloak-realm.json");
const API: &str = "https://api.example.com";

/// A server that was set up as the page says, with the commands of the other servers in the folder `bin`.
struct Move {
    place: Place,
    _server: Server,
}

impl Move {
    fn start() -> Self {
        let place = Place::empty();
        let server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
        fs::create_dir(place.file("bin")).unwrap();
        symlink(JETON, place.file("bin/jeton")).unwrap();
        Self { place, _server: server }
    }

    /// Adds a command that stands for one of another server.
    fn add_command(&self, name: &str, script: &str) {
        let file = format!("bin/{name}");
        self.place.write(&file, &format!("#!/bin/sh\n{script}"));
        fs::set_permissions(self.place.file(&file), fs::Permissions::from_mode(0o700)).unwrap();
    }

    /// Runs commands of the page that create `import.sh`, between the common ones before and after them.
    fn import(&self, commands: &str) -> Outcome {
        let [resource, umask, run] = blocks(section(PAGE, "Import from an export"), "console")[..] else {
            panic!("the page has other commands")
        };
        self.shell(&format!("{resource}{umask}{commands}{run}"))
    }

    fn shell(&self, script: &str) -> Outcome {
        let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/python/bin");
        assert!(python.exists(), "Python is not set up; run scripts/setup");
        let path = format!("PATH=\"$PWD/bin:{}:$PATH\"", python.display());
        // The function of the harness would hide the command from `sh import.sh`.
        self.place.shell(&format!("unset -f jeton\n{path}\nset -e\n{script}")).done()
    }

    fn account(&self, id: &str) -> Value {
        self.place.run(["account", "show", id, "--format", "json"]).json()
    }

    #[track_caller]
    fn assert_absent(&self, ids: &[&str]) {
        for id in ids {
            self.place.run(["account", "show", id]).refused(3);
        }
    }

    /// The token of a client that uses its old secret. Repeats until the server has applied the changes of the
    /// commands, a second at most.
    #[track_caller]
    fn assert_gets_token(&self, id: &str, secret: &str, scope: &str) {
        let issue = ["token", "issue", id, "--scope", scope, "--resource", API];
        let mut answers = (0..200).map(|_| self.place.run_with_input(issue, secret));
        let issued = answers.find(|answer| answer.code == 0).unwrap();
        let token = self.place.run_with_input(["token", "introspect"], issued.stdout.trim_end()).json();
        let found = [&token["active"], &token["client_id"], &token["scope"], &token["aud"]];
        assert_eq!(found, [&json!(true), &json!(id), &json!(scope), &json!(API)]);
        let wrong = self.place.run_with_input(issue, &format!("{secret}x")).refused(1);
        assert!(wrong.contains("401 invalid_client"), "{wrong}");
    }
}

fn grants(scopes: &[&str]) -> Value {
    json!([{ "resource": API, "scopes": scopes }])
}

fn keycloak(realm: &str) -> (Move, Outcome) {
    let moved = Move::start();
    moved.place.write("realm.json", realm);
    moved.add_command(
        "kc.sh",
        "[ \"$*\" = 'export --dir export --realm example --users skip' ] && mkdir export &&
         cp realm.json export/example-realm.json",
    );
    moved.add_command(
        "kcadm.sh",
        "case \"$*\" in
         'get clients -r REALM --fields id,clientId,serviceAccountsEnabled') echo '[]' ;;
         'get clients/ID/client-secret -r REALM') echo '{\"type\":\"secret\",\"value\":\"Xb5nRq8ZtK2wVm4Y\"}' ;;
         *) exit 9 ;;
         esac",
    );
    let outcome = moved.import(&blocks(section(PAGE, "Import from Keycloak"), "console").concat());
    (moved, outcome)
}

#[test]
fn clients_of_a_keycloak_realm_keep_their_ids_secrets_scopes_and_lifetimes() {
    let (moved, outcome) = keycloak(REALM);
    let billing = moved.account("nightly-billing");
    assert_eq!(billing["grants"], grants(&["billing.read", "billing.write"]));
    assert_eq!(billing["token_ttl"], 600);
    let reports = moved.account("o'hara-reports");
    assert_eq!((&reports["grants"], &reports["token_ttl"]), (&grants(&["billing.read"]), &Value::Null));
    moved.assert_gets_token(
        "nightly-billing",
        "dY7kPq2mXw9RtLz4Vb6NcJ8sHf3GaE1u",
        "billing.read billing.write",
    );
    moved.assert_gets_token("o'hara-reports", "6f2a41c8-9d3e-4b70-8c15-e2a7d90b64f3", "billing.read");
    moved.assert_gets_token("CLIENT_ID", "Xb5nRq8ZtK2wVm4Y", "billing.read");
    moved.assert_absent(&["account", "disabled-export", "signed-export", "mail-gateway"]);
    let reason = format!("mail-gateway: none of its scopes is a scope of {API}\n");
    assert!(outcome.stderr.contains(&reason), "{outcome:?}");
    let mode = fs::metadata(moved.place.file("import.sh")).unwrap().permissions().mode();
    assert_eq!(mode & 0o077, 0, "others can read the secrets");
}

#[test]
fn running_the_generated_file_again_changes_no_account() {
    let (moved, _) = keycloak(REALM);
    let before = moved.place.accounts();
    let again = moved.shell("sh import.sh");
    assert_eq!(again.stderr.matches("error: ").count(), 2, "{again:?}");
    assert_eq!(moved.place.accounts(), before);
}

#[test]
fn a_masked_secret_is_refused_and_the_other_clients_are_imported() {
    let (moved, outcome) = keycloak(&REALM.replace("dY7kPq2mXw9RtLz4Vb6NcJ8sHf3GaE1u", "**********"));
    assert!(outcome.stderr.contains("a mask"), "{outcome:?}");
    moved.assert_absent(&["nightly-billing"]);
    moved.account("o'hara-reports");
}

#[test]
fn clients_of_the_database_of_uaa_keep_their_secrets_by_their_hashes() {
    let moved = Move::start();
    moved.place.write("rows.jsonl", include_str!("../../exports/uaa-clients.jsonl"));
    moved.add_command(
        "psql",
        "[ \"$1 $2 $3\" = 'postgres://uaa -AtX -c' ] && case \"$4\" in
         *row_to_json*oauth_client_details*\"identity_zone_id = 'uaa'\") cat rows.jsonl ;; *) exit 9 ;; esac",
    );
    let [database, _, generate] = blocks(section(PAGE, "Import from UAA"), "console")[..] else {
        panic!("the page has other commands")
    };
    moved.import(&format!("UAA_DSN=postgres://uaa\n{database}{generate}"));
    let billing = moved.account("nightly-billing");
    assert_eq!(billing["grants"], grants(&["billing.read", "billing.write"]));
    assert_eq!((&billing["token_ttl"], &billing["secrets"][0]["hash"]), (&json!(600), &json!("bcrypt")));
    let reports = moved.account("rotated-reports");
    assert_eq!((&reports["grants"], &reports["token_ttl"]), (&grants(&["billing.read"]), &Value::Null));
    moved.assert_gets_token("nightly-billing", "the-customers-old-secret", "billing.read billing.write");
    moved.assert_gets_token("rotated-reports", "the-customers-old-secret", "billing.read");
    moved.assert_absent(&["login"]);
}

#[test]
fn clients_of_the_yaml_file_of_uaa_keep_their_secrets() {
    let moved = Move::start();
    moved.place.write("uaa.yml", include_str!("../../exports/uaa.yml"));
    let [_, yaml, generate] = blocks(section(PAGE, "Import from UAA"), "console")[..] else {
        panic!("the page has other commands")
    };
    let outcome = moved.import(&format!("{yaml}{generate}"));
    assert_eq!(moved.account("nightly-billing")["token_ttl"], 600);
    assert_eq!(moved.account("rotated-reports")["token_ttl"], 86_400);
    moved.assert_gets_token("nightly-billing", "k8Qm2ZxW5tRv", "billing.read billing.write");
    moved.assert_gets_token("rotated-reports", "the-secret-after", "billing.read");
    moved.assert_gets_token("numbered-export", "31415926535", "billing.write");
    moved.assert_absent(&["login", "scim-reader"]);
    let reason = format!("scim-reader: none of its authorities is a scope of {API}\n");
    assert!(outcome.stderr.contains(&reason), "{outcome:?}");
}

#[test]
fn clients_of_auth0_keep_their_ids_names_secrets_and_grants() {
    let moved = Move::start();
    let auth0 = Stub::start(|_, request| {
        if request.authorization != "Bearer management-token" {
            return Prepared::new(401, "{}");
        }
        let list = request.target.strip_prefix("/api/v2/").unwrap();
        Prepared::new(
            200,
            match list.strip_suffix("?per_page=100&page=0") {
                Some("clients") => AUTH0_CLIENTS,
                Some("client-grants") => include_str!("../../exports/auth0-client-grants.json"),
                Some("resource-servers") => include_str!("../../exports/auth0-resource-servers.json"),
                Some(list) => panic!("unknown list {list}"),
                None => "[]",
            },
        )
    });
    let [.., run] = blocks(section(PAGE, "Import from an export"), "console")[..] else { panic!() };
    let commands = blocks(section(PAGE, "Import from Auth0"), "console").concat();
    let variables = format!("AUTH0_TOKEN=management-token AUTH0_URL={}", auth0.url());
    let outcome = moved.shell(&format!("umask 077\n{variables}\n{commands}{run}"));

    let resource = |uri: &str| moved.place.run(["resource", "show", uri, "--format", "json"]).json();
    let billing = resource(API);
    assert_eq!((&billing["name"], &billing["token_ttl"]), (&json!("Billing"), &json!(1_800)));
    assert_eq!(billing["scopes"][0]["text"], "Read the customer's bills");
    assert_eq!(resource(REPORTS)["token_ttl"], 86_400);
    let clients: Value = serde_json::from_str(AUTH0_CLIENTS).unwrap();
    let member = |at: usize, name: &str| clients[at][name].as_str().unwrap();
    let nightly = moved.account(member(1, "client_id"));
    assert_eq!(nightly["name"], "Nightly billing");
    assert_eq!(
        nightly["grants"],
        json!([
            { "resource": API, "scopes": ["read:bills", "write:bills"] },
            { "resource": REPORTS, "scopes": ["run:reports"] },
        ])
    );
    let reports = moved.account("Reports");
    assert_eq!(reports["client_id"], member(2, "client_id"));
    assert_eq!(
        reports["grants"],
        json!([{ "resource": REPORTS, "scopes": ["list:reports", "run:reports"] }])
    );
    moved.assert_gets_token(member(1, "client_id"), member(1, "client_secret"), "read:bills write:bills");
    moved.assert_absent(&[0, 3, 4].map(|at| member(at, "client_id")));
    assert!(outcome.stderr.contains("(Key holder): it has no secret"), "{outcome:?}");
}

const AUTH0_CLIENTS: &str = include_str!("../../exports/auth0-clients.json");
const REPORTS: &str = "urn:example:reports";
