//! Counting the accounts of tenants, renaming and deleting tenants.

use serde_json::{Value, json};

use crate::harness::{Place, RESOURCE, Server};

/// A folder with the tenant `acme`, which has the account `crm`. Also returns what was printed about the account.
fn with_tenant() -> (Place, Value) {
    let place = Place::with_resource();
    place.run(["tenant", "create", "acme"]).done();
    let made = place.create_account("crm", &["--tenant", "acme", "--scope", "read:me"]);
    (place, made)
}

fn run(place: &Place, words: &str) -> Value {
    place.run(words.split(' ').chain(["--format", "json"])).json()
}

#[test]
fn tenants_are_listed_and_shown_with_the_number_of_their_accounts() {
    let (place, _) = with_tenant();
    let counts = |place: &Place| -> Vec<(String, u64, u64)> {
        let list = run(place, "tenant list");
        let count = |tenant: &Value, member: &str| tenant[member].as_u64().unwrap();
        let row = |tenant: &Value| {
            let name = tenant["name"].as_str().unwrap().to_owned();
            (name, count(tenant, "accounts"), count(tenant, "accounts_in_all_regions"))
        };
        list.as_array().unwrap().iter().map(row).collect()
    };
    assert_eq!(counts(&place), [("acme".to_owned(), 1, 1), ("default".to_owned(), 0, 0)]);
    place.run("--region eu account create crm --tenant acme --scope read:me --for env".split(' ')).done();
    assert_eq!(counts(&place)[0], ("acme".to_owned(), 1, 2));
    let table = place.run(["tenant", "list"]).done().stdout;
    assert!(table.contains("1 (2 in all regions)"), "{table}");
    let shown = place.run(["tenant", "show", "acme"]).done().stdout;
    assert!(shown.contains("Number of accounts: 1 (2 in all regions)\n"), "{shown}");
    place.run(["account", "delete", "acme/crm", "--yes"]).done();
    assert_eq!(counts(&place)[0], ("acme".to_owned(), 0, 1));
}

#[test]
fn only_a_tenant_without_accounts_is_deleted() {
    let (place, _) = with_tenant();
    let line = place.run(["tenant", "delete", "acme"]).refused(2);
    assert!(line.contains("--yes"), "{line}");
    let line = place.run(["tenant", "delete", "acme", "--yes"]).refused(4);
    assert!(line.contains("it has 1 account;") && line.contains("jeton account list --tenant"), "{line}");
    place.run(["account", "delete", "crm", "--yes"]).done();
    // The id of the deleted account keeps its meaning.
    let asked = place.run_at_terminal(["tenant", "delete", "acme"], "n\n");
    assert_eq!(asked.code, 1, "{asked:?}");
    let deleted = run(&place, "tenant delete acme --yes");
    assert_eq!(deleted, json!({ "deleted": "acme", "nodes": [] }));
    place.run(["tenant", "show", "acme"]).refused(3);
    place.run(["tenant", "delete", "acme", "--yes"]).refused(3);
    place.run(["tenant", "create", "acme"]).done();
    let line = place.run(["tenant", "delete", "default", "--yes"]).refused(4);
    assert!(line.contains("cannot be renamed or deleted"), "{line}");
    let record = &run(&place, "audit list --subject tenant:acme")[1];
    assert_eq!((&record["action"], &record["after"]), (&json!("delete"), &Value::Null));
}

#[test]
fn a_renamed_tenant_keeps_accounts_secrets_and_epoch() {
    let (place, made) = with_tenant();
    let before = run(&place, "tenant show acme");
    let renamed = run(&place, "tenant rename acme customer");
    assert_eq!((&renamed["name"], &renamed["epoch"]), (&json!("customer"), &before["epoch"]));
    assert_eq!(renamed["nodes"], json!([]));
    let account = run(&place, "account show customer/crm");
    assert_eq!((&account["client_id"], &account["tenant"]), (&made["client_id"], &json!("customer")));
    assert_eq!(account["secrets"][0]["secret_id"], made["secret_id"]);
    place.run(["account", "show", "acme/crm"]).refused(3);
    place.run(["tenant", "show", "acme"]).refused(3);
    let record = &run(&place, "audit list --subject tenant:acme")[0];
    assert_eq!(record["action"], "rename");
    assert_eq!((&record["before"]["name"], &record["after"]["name"]), (&json!("acme"), &json!("customer")));
    let told = place.run(["tenant", "rename", "customer", "acme"]).done();
    assert!(told.stderr.contains("have the old name customer until they expire"), "{told:?}");
}

#[test]
fn a_name_that_is_taken_or_in_tokens_or_the_default_is_refused() {
    let (place, _) = with_tenant();
    place.run(["tenant", "create", "other"]).done();
    assert!(place.run(["tenant", "rename", "acme", "other"]).refused(4).contains("already exists"));
    place.run(["tenant", "rename", "nobody", "new"]).refused(3);
    assert!(place.run(["tenant", "rename", "acme", "a\u{202e}b"]).refused(2).contains("invisible"));
    let line = place.run(["tenant", "rename", "default", "new"]).refused(4);
    assert!(line.contains("without naming a tenant"), "{line}");
    place.run(["tenant", "rename", "acme", "customer"]).done();
    for words in [["tenant", "create", "acme", "--format=json"], ["tenant", "rename", "other", "acme"]] {
        let line = place.run(words).refused(4);
        assert!(
            line.contains("\"customer\" had the name \"acme\"") && line.contains("try again after"),
            "{line}"
        );
    }
    // Nothing changes, which is no error.
    place.run(["tenant", "rename", "customer", "customer"]).done();
}

#[test]
fn a_running_server_issues_tokens_with_the_new_name_and_accepts_the_old_ones() {
    let (place, made) = with_tenant();
    let api = place.create_account("api", &["--introspect", RESOURCE]);
    let server = Server::start(&place, &["serve"]);
    let url = server.public_url();
    let (id, secret) = (made["client_id"].as_str().unwrap(), made["client_secret"].as_str().unwrap());
    let token_url = format!("{url}/oauth/v1/token");
    let issue = || {
        let issued = place.run_with_input(["token", "issue", id, "--url", &token_url], secret).done();
        issued.stdout.trim().to_owned()
    };
    let old = issue();
    let renamed = run(&place, "tenant rename acme customer");
    assert_eq!(renamed["nodes"][0]["state"], "confirmed", "{renamed}");
    let introspect = |token: &str| -> Value {
        let (id, secret) = (api["client_id"].as_str().unwrap(), api["client_secret"].as_str().unwrap());
        let script = format!("curl -s -u '{id}:{secret}' -d token={token} '{url}/oauth/v1/introspect'");
        place.shell(&script).json()
    };
    let new = issue();
    assert_eq!((&introspect(&old)["active"], &introspect(&old)["tenant"]), (&json!(true), &json!("acme")));
    assert_eq!(
        (&introspect(&new)["active"], &introspect(&new)["tenant"]),
        (&json!(true), &json!("customer"))
    );
    drop(server);
}
