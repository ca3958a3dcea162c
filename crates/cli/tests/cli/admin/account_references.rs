//! Which account an `ID` refers to, in every command that takes one.

use serde_json::{Value, json};

use crate::harness::{Outcome, Place, RESOURCE};

const SECRET: &str = "the-customers-old-secret";

fn import(place: &Place, arguments: &str) -> Outcome {
    let words = format!("account import {arguments} --scope read:me --stdin");
    place.run_with_input(words.split(' '), SECRET)
}

fn create(place: &Place, name: &str, tenant: &str) -> Outcome {
    place.run(["account", "create", name, "--tenant", tenant, "--scope", "read:me", "--format", "json"])
}

fn client_id(outcome: Outcome) -> String {
    outcome.json()["client_id"].as_str().unwrap().to_owned()
}

/// The client id of the account that a reference refers to.
fn meant(place: &Place, reference: &str) -> String {
    client_id(place.run(["account", "show", reference, "--format", "json"]))
}

/// An account whose name is the id of a deleted account, which earlier versions allowed.
fn with_a_name_that_was_an_id() -> (Place, Value) {
    let place = Place::with_resource();
    let made = place.create_account("to-be-renamed", &["--scope", "read:me"]);
    import(&place, "original --id acme-old").done();
    place.run(["account", "delete", "acme-old", "--yes"]).done();
    set_name(&place, "to-be-renamed", "acme-old");
    (place, made)
}

/// Writes a name into the database without any check.
fn set_name(place: &Place, from: &str, to: &str) {
    let script = format!(
        "import sqlite3; d = sqlite3.connect('jeton-data/jeton.db'); \
         n = d.execute('UPDATE accounts SET name = ? WHERE name = ?', ({to:?}, {from:?})).rowcount; \
         d.commit(); d.close(); assert n == 1"
    );
    place.write("set_name.py", &script);
    place.shell("python3 set_name.py").done();
}

#[test]
fn the_id_of_a_deleted_account_never_means_another_account() {
    let (place, _) = with_a_name_that_was_an_id();
    let before = place.accounts();
    for words in [
        "panic acme-old",
        "account show acme-old",
        "account update acme-old --token-ttl 5m",
        "account disable acme-old",
        "account enable acme-old",
        "account delete acme-old --yes",
        "account grant acme-old --scope write:me",
        "account ungrant acme-old --scope read:me",
        "account revoke-tokens acme-old",
        "account recover acme-old --format json",
        "secret list acme-old",
        "secret add acme-old --format json",
        "secret rotate acme-old --format json",
        "secret revoke acme-old sec_00000000000",
        "secret finish acme-old",
        "token simulate acme-old",
        "token issue acme-old",
    ] {
        let line = place.run(words.split(' ')).refused(3);
        assert_eq!(line, "the account acme-old was deleted", "{words}");
    }
    assert_eq!(place.accounts(), before);
}

#[test]
fn the_changes_of_a_deleted_account_are_found_by_its_id_and_not_by_a_name() {
    let (place, _) = with_a_name_that_was_an_id();
    let list = place.run(["audit", "list", "--account", "acme-old", "--format", "json"]).json();
    let subjects: Vec<_> = list.as_array().unwrap().iter().map(|record| &record["subject_id"]).collect();
    assert_eq!(subjects, ["acme-old", "acme-old"]);
}

#[test]
fn deleting_the_same_id_again_deletes_no_other_account() {
    let place = Place::with_resource();
    import(&place, "original --id acme-old").done();
    create(&place, "other", "default").done();
    set_name(&place, "other", "acme-old");
    place.run(["account", "delete", "acme-old", "--yes"]).done();
    place.run(["account", "delete", "acme-old", "--yes"]).refused(3);
    assert_eq!(place.accounts()[0]["name"], "acme-old");
}

#[test]
fn an_account_named_like_an_id_is_reached_by_its_id_and_by_tenant_and_name() {
    let (place, made) = with_a_name_that_was_an_id();
    let id = made["client_id"].as_str().unwrap();
    assert_eq!(meant(&place, id), id);
    assert_eq!(meant(&place, "default/acme-old"), id);
    // Other commands work with that name, and the account can be renamed.
    place.run(["account", "disable", "default/acme-old"]).done();
    place.run(["account", "update", "default/acme-old", "--name", "acme"]).done();
    assert_eq!(meant(&place, "acme"), id);
}

#[test]
fn a_text_with_the_form_of_a_client_id_is_never_a_name() {
    let place = Place::with_resource();
    let id = "sa_eu_0000000000000000000000";
    create(&place, "other", "default").done();
    set_name(&place, "other", id);
    let line = place.run(["panic", id]).refused(3);
    assert!(line.contains(id) && line.contains("region us") && !line.contains("default/"), "{line}");
    assert!(line.contains("belongs to region eu") && line.ends_with("add --region eu"), "{line}");
    assert_eq!(meant(&place, &format!("default/{id}")), place.accounts()[0]["client_id"]);
    for outcome in [
        create(&place, "sa_us_0000000000000000000001", "default"),
        place.run(["account", "update", &format!("default/{id}"), "--name", "sa_us_0000000000000000000001"]),
        import(&place, "sa_us_0000000000000000000001 --id old"),
    ] {
        assert!(outcome.refused(4).contains("the form of a client id"));
    }
    // As its own id it conflicts with no other account.
    import(&place, "--id sa_us_0000000000000000000001").done();
}

#[test]
fn a_name_that_is_or_was_another_accounts_id_is_refused() {
    let place = Place::with_resource();
    import(&place, "one --id live").done();
    import(&place, "two --id former").done();
    place.run(["account", "delete", "former", "--yes"]).done();
    place.run(["tenant", "create", "acme"]).done();
    create(&place, "three", "default").done();
    for id in ["live", "former"] {
        for outcome in [
            create(&place, id, "default"),
            create(&place, id, "acme"),
            import(&place, &format!("{id} --id another")),
            place.run(["account", "update", "three", "--name", id]),
        ] {
            let line = outcome.refused(4);
            assert!(
                line.contains("client id of another account") && line.contains("a different name"),
                "{line}"
            );
        }
    }
    assert_eq!(place.accounts().as_array().unwrap().len(), 2);
    // Its own id is a valid name, and a former id can be imported again.
    place.run(["account", "update", "live", "--name", "live"]).done();
    import(&place, "--id former").done();
}

#[test]
fn an_id_that_is_another_accounts_name_is_refused() {
    let place = Place::with_resource();
    let id = client_id(create(&place, "crm", "default"));
    let line = import(&place, "other --id crm").refused(4);
    let rename = format!("jeton account update {id} --name NAME");
    assert!(line.contains("the client id crm is the name of") && line.contains(&rename), "{line}");
    place.run(["account", "update", &id, "--name", "crm 1"]).done();
    import(&place, "other --id crm").done();
    assert_eq!(meant(&place, "crm"), "crm");
}

#[test]
fn a_name_is_a_reference_while_only_one_account_has_it_and_tenant_and_name_always() {
    let place = Place::with_resource();
    place.run(["tenant", "create", "acme"]).done();
    let ours = client_id(create(&place, "crm", "default"));
    assert_eq!(meant(&place, "crm"), ours);
    let theirs = client_id(create(&place, "crm", "acme"));
    let line = place.run(["panic", "crm"]).refused(4);
    for part in ["TENANT/NAME", "default/crm", "acme/crm", &ours, &theirs] {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert_eq!(meant(&place, "default/crm"), ours);
    assert_eq!(meant(&place, "acme/crm"), theirs);
    assert!(place.run(["account", "show", "nix/crm"]).refused(3).contains("\"nix/crm\""));
    place.run(["account", "show", "/crm"]).refused(3);
    place.run(["account", "show", "acme/"]).refused(3);
}

#[test]
fn names_tenants_and_ids_may_have_slashes_and_ambiguity_is_an_error() {
    let place = Place::with_resource();
    for tenant in ["a", "a/b"] {
        place.run(["tenant", "create", tenant]).done();
    }
    let slash = client_id(create(&place, "team/ci", "default"));
    assert_eq!(meant(&place, "team/ci"), slash);
    assert_eq!(meant(&place, "default/team/ci"), slash);
    let one = client_id(create(&place, "b/c", "a"));
    assert_eq!(meant(&place, "a/b/c"), one);
    let two = client_id(create(&place, "c", "a/b"));
    let line = place.run(["account", "disable", "a/b/c"]).refused(4);
    assert!(line.contains(&one) && line.contains(&two), "{line}");
    assert_eq!((meant(&place, "b/c"), meant(&place, "c")), (one, two));
    // An id takes precedence over names.
    place.run(["tenant", "create", "https:"]).done();
    import(&place, "app --id https://client.example/app").done();
    create(&place, "/client.example/app", "https:").done();
    assert_eq!(meant(&place, "https://client.example/app"), "https://client.example/app");
    place.run(["account", "delete", "https://client.example/app", "--yes"]).done();
    place.run(["account", "delete", "https://client.example/app", "--yes"]).refused(3);
}

#[test]
fn an_id_of_one_region_means_no_name_in_another_of_the_same_database() {
    let place = Place::with_resource();
    import(&place, "original --id billing").done();
    let eu = |words: &str| {
        place.run([&["--region", "eu"], words.split(' ').collect::<Vec<_>>().as_slice()].concat())
    };
    let line = eu("account create billing --scope read:me --format json").refused(4);
    assert!(line.contains("client id of another account"), "{line}");
    eu("account create other --scope read:me --format json").done();
    set_name(&place, "other", "billing");
    let line = eu("panic billing").refused(3);
    assert!(line.contains("billing belongs to region us, not to region eu; add --region us"), "{line}");
    let named = client_id(eu("account create crm --scope read:me --format json"));
    let line = import(&place, "other --id crm").refused(4);
    assert!(line.contains("an account of another region") && !line.contains(&named), "{line}");
}

#[test]
fn every_command_says_to_which_region_of_the_database_or_configuration_an_id_belongs() {
    let place = Place::with_resource();
    let eu = place.create_account("fin", &["--scope", "read:me", "--region", "eu"]);
    let eu = eu["client_id"].as_str().unwrap();
    for words in ["account show ID", "secret list ID", "account delete ID --yes", "token simulate ID"] {
        let line = place.run(words.replace("ID", eu).split(' ')).refused(3);
        let expected = format!("the client id {eu} belongs to region eu, not to region us; add --region eu");
        assert_eq!(line, expected, "{words}");
    }
    place.run(["account", "show", eu, "--region", "eu"]).done();
    // The region is configured, and its accounts may be in another database.
    let elsewhere = "sa_eu_0000000000000000000000";
    let line = place.run(["account", "show", elsewhere]).refused(3);
    assert!(line.contains("belongs to region eu"), "{line}");
    // No configured region: `--region` would not help.
    let line = place.run(["account", "show", "sa_mars_0000000000000000000000"]).refused(3);
    assert!(line.contains("no account with the client id sa_mars_") && !line.contains("--region"), "{line}");
    place.run(["account", "delete", eu, "--yes", "--region", "eu"]).done();
    assert!(place.run(["account", "show", eu, "--region", "eu"]).refused(3).contains("was deleted"));
}

#[test]
fn names_and_ids_from_hydra_do_not_collide() {
    let place = Place::with_resource();
    let crm = client_id(create(&place, "crm", "default"));
    import(&place, "one --id live").done();
    let row = |id: &str, name: &str| {
        json!({
            "id": id, "client_name": name, "scope": "read:me", "audience": [RESOURCE],
            "client_secret": "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.",
            "grant_types": ["client_credentials"],
        })
        .to_string()
    };
    let rows =
        [row("a", "b"), row("b", "live"), row("c", "sa_us_0000000000000000000000"), row("d", "x\u{202e}")];
    place.write("good.jsonl", &rows.join("\n"));
    let outcome = place.run(["import", "hydra", "good.jsonl", "--format", "json"]).done();
    for (line, why) in [
        ("1 (a)", "the id of another row"),
        ("2 (b)", "client id of another"),
        ("3 (c)", "form"),
        ("4 (d)", "U+202E"),
    ] {
        let said = outcome.stderr.lines().find(|said| said.starts_with(&format!("line {line}"))).unwrap();
        assert!(said.contains("client_name cannot be") && said.contains(why), "{said}");
    }
    for id in ["a", "b", "c", "d"] {
        assert_eq!(place.run(["account", "show", id, "--format", "json"]).json()["name"], id);
    }
    place.write("bad.jsonl", &row("crm", ""));
    let outcome = place.run(["import", "hydra", "bad.jsonl"]);
    assert!(outcome.stderr.contains(&format!("jeton account update {crm} --name")), "{outcome:?}");
    assert_eq!(outcome.code, 1);
}
