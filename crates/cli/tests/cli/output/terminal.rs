//! Commands at a terminal.

use crate::harness::{Place, Server};

#[test]
fn deleting_asks_for_confirmation_and_only_yes_deletes() {
    let (place, _) = Place::with_account();
    for answer in ["n\n", "\n", "maybe\n"] {
        let outcome = place.run_at_terminal(["account", "delete", "nightly"], answer);
        assert_eq!(outcome.code, 1, "{outcome:?}");
        assert!(outcome.stderr.contains("Delete the account sa_us_"), "{outcome:?}");
        assert!(outcome.stderr.contains("nothing was changed"), "{outcome:?}");
    }
    assert_eq!(place.accounts().as_array().unwrap().len(), 1);
    place.run_at_terminal(["account", "delete", "nightly"], "y\n").done();
    assert_eq!(place.accounts(), serde_json::json!([]));
}

/// A place with two accounts of the tenant `customer` in each of two regions, and one of another tenant.
fn with_customer() -> Place {
    let (place, _) = Place::with_account();
    place.run(["tenant", "create", "customer"]).done();
    for (name, region) in [("a", "us"), ("b", "us"), ("c", "eu"), ("d", "eu")] {
        place.create_account(name, &["--scope", "read:me", "--tenant", "customer", "--region", region]);
    }
    place
}

fn records(place: &Place) -> usize {
    place.run(["audit", "export"]).done().stdout.lines().count()
}

#[test]
fn a_command_that_affects_many_accounts_says_how_many_and_asks() {
    let place = with_customer();
    for (words, effect) in [
        (
            "region revoke-tokens",
            "This revokes all tokens of the region us, which has 3 accounts. Continue? [y/N]",
        ),
        (
            "region revoke-tokens --region eu",
            "This revokes all tokens of the region eu, which has 2 accounts. Continue? [y/N]",
        ),
        (
            "tenant revoke-tokens customer",
            "This revokes all tokens of the tenant customer, which has 4 accounts in all regions. Continue? [y/N]",
        ),
        (
            "tenant revoke-tokens default",
            "This revokes all tokens of the tenant default, which has 1 account in all regions. Continue? [y/N]",
        ),
        (
            "tenant update customer --accounts deny",
            "This rejects the requests and revokes the tokens of the tenant customer, which has 4 accounts in all regions.",
        ),
        (
            "tenant disable customer",
            "This rejects the requests and revokes the tokens of the tenant customer, which has 4 accounts in all regions.",
        ),
    ] {
        let before = records(&place);
        let outcome = place.run_at_terminal(words.split(' '), "n\n");
        assert_eq!(outcome.code, 1, "{outcome:?}");
        assert!(outcome.stderr.contains(effect), "{outcome:?}");
        assert!(outcome.stderr.contains("not confirmed; nothing was changed"), "{outcome:?}");

        let line = place.run(words.split(' ')).refused(2);
        let effect = effect.trim_start_matches("This").trim_end_matches(" Continue? [y/N]");
        let effect = effect.trim_end_matches('.');
        assert!(line.starts_with(&format!("this{effect}; stdin is not a terminal")), "{line}");
        assert!(line.ends_with("add --yes"), "{line}");
        assert_eq!(records(&place), before, "{words}");

        place.run_at_terminal(words.split(' '), "y\n").done();
        let done = place.run(words.split(' ').chain(["--yes"])).done();
        assert!(!done.stderr.contains("Continue?"), "{done:?}");
        assert!(records(&place) > before, "{words}");
    }
}

#[test]
fn a_command_that_changes_nothing_or_only_loosens_does_not_ask() {
    let place = with_customer();
    for words in ["tenant update customer --accounts deny --yes", "tenant disable customer --yes"] {
        place.run(words.split(' ')).done();
    }
    let before = records(&place);
    for words in ["tenant disable customer", "tenant update customer --accounts deny"] {
        place.run(words.split(' ')).done();
    }
    for words in [
        "tenant disable nix",
        "tenant update nix --accounts deny",
        "tenant revoke-tokens nix",
        "key revoke nix",
    ] {
        place.run(words.split(' ')).refused(3);
    }
    assert_eq!(records(&place), before);
    for words in ["tenant update customer --accounts allow", "tenant enable customer"] {
        place.run(words.split(' ')).done();
    }
}

#[test]
fn only_the_revocation_of_an_active_key_asks() {
    let place = with_customer();
    Server::start(&place, &["serve"]).kill();
    let key = |state: &str| {
        let keys = place.run(["key", "list", "--format", "json"]).json();
        let mut found = keys.as_array().unwrap().iter().filter(|key| key["algorithm"] == "ES256");
        found.find(|key| key["state"] == state).unwrap()["kid"].as_str().unwrap().to_owned()
    };
    let active = key("active");
    let outcome = place.run_at_terminal(["key", "revoke", &active], "n\n");
    assert_eq!(outcome.code, 1, "{outcome:?}");
    let effect = "revokes the active key and all tokens made with it, in the region us, which has 3 accounts";
    assert!(outcome.stderr.contains(&format!("This {effect}. Continue? [y/N]")), "{outcome:?}");
    let line = place.run(["key", "revoke", &active]).refused(2);
    assert!(line.starts_with(&format!("this {effect}; ")) && line.ends_with("add --yes"), "{line}");
    assert_eq!(key("active"), active);
    place.run(["key", "revoke", &key("published")]).done();
    place.run(["key", "revoke", "--yes", &active]).done();
    assert_ne!(key("active"), active);
    place.run(["key", "revoke", &key("active"), "--yes"]).done();
}
