//! Invalid input: the exit code, and one line that names the value and what is accepted.

use crate::harness::{Place, RESOURCE};

/// Runs the words, separated by spaces.
fn refused(place: &Place, words: &str, code: i32) -> String {
    place.run(words.split(' ')).refused(code)
}

#[test]
fn unknown_names_are_not_found_and_the_error_says_where_to_look() {
    let (place, _) = Place::with_account();
    for (words, hint) in [
        ("account show nope", "jeton account list"),
        ("account disable sa_us_0000000000000000000000", "jeton account list"),
        ("account delete nope --yes", "jeton account list"),
        ("account create new --scope nope --format json", "it has read:me, write:me"),
        ("account create new --scope read:me --tenant nix --format json", "jeton tenant list"),
        (
            "account create new --scope read:me --resource https://x.example --format json",
            "jeton resource list",
        ),
        ("account create new --introspect https://x.example --format json", "jeton resource list"),
        ("account grant nightly --scope nope", "it has read:me, write:me"),
        ("account ungrant nightly --scope write:me", "jeton account show"),
        ("account list --tenant nix", "jeton tenant list"),
        ("resource show https://x.example", "jeton resource list"),
        ("resource delete https://x.example --yes", "jeton resource list"),
        ("secret list nope", "jeton account list"),
        ("secret add nope --format json", "jeton account list"),
        ("secret rotate nope --format json", "jeton account list"),
        ("secret revoke nightly sec_00000000000", "jeton secret list"),
        ("key revoke -1JqDAEqSrhW", "jeton key list"),
        ("tenant show nix", "jeton tenant list"),
        ("tenant disable nix", "jeton tenant list"),
        ("tenant revoke-tokens nix", "jeton tenant list"),
        ("account revoke-tokens nope", "jeton account list"),
    ] {
        let line = refused(&place, words, 3);
        assert!(line.contains(hint), "{words}: {line}");
    }
}

#[test]
fn invalid_values_are_usage_errors_that_name_the_value_and_the_rule() {
    let (place, _) = Place::with_account();
    for (words, value, hint) in [
        ("account create new --scope read:me --allow-cidr 10.0.0.0/33", "10.0.0.0/33", "192.0.2.0/24"),
        ("account create new --scope read:me --token-ttl 5", "'5'", "15m"),
        ("account create new --scope read:me --expires-in soon", "'soon'", "90d"),
        ("account create new --scope read:me --secret-expires-in 0s", "'0s'", "longer than 0"),
        ("account create new --scope read:me --expires-in 3M", "'3M'", "month or minute"),
        ("account update nightly --token-ttl 5M", "'5M'", "use m for minutes"),
        ("audit list --since 1M", "'1M'", "or days such as 30d"),
        ("account update nightly --scope read:me", "'--scope'", "jeton account ungrant ID"),
        ("account list --limit", "--limit", "a value is required"),
        ("account create new --scope read:me,write:me", "'read:me,write:me'", "spaces, not commas"),
        ("account create new", "--scope", "--introspect"),
        ("account create new --scope read:me --token-ttl 25h --format json", "90000s", "24h"),
        ("account create new --resource not-a-uri --scope read:me", "'not-a-uri'", "https://api.example.com"),
        ("account create new --scope read:me --for netscape", "'netscape'", "intercom"),
        ("account update nightly --allow-cidr any --allow-cidr 192.0.2.1", "any", "excludes other networks"),
        ("account update nightly --token-ttl nothing", "'nothing'", "\"none\""),
        ("account list --limit 0", "'0'", "1.."),
        ("resource create example --scope a", "'example'", "https://api.example.com"),
        ("resource create https://x.example#a --scope a", "https://x.example#a", "fragment"),
        ("resource create https://x.example", "--scope", "--help"),
        ("resource create https://x.example --scope a --alg HS256", "'HS256'", "ES256, ES384, EdDSA"),
        ("resource create https://x.example --scope a --implies ab", "'ab'", "admin=read:me"),
        ("secret revoke nightly nope", "<SECRET_ID>", "sec_"),
        ("secret rotate nightly --grace=-1h", "'-1h'", "90d"),
        ("tenant update default --accounts maybe", "'maybe'", "allow"),
        ("token issue nightly --url http://app.example.com", "http://app.example.com", "unencrypted"),
        ("completions tcsh", "'tcsh'", "bash"),
        ("acount list", "'acount'", "account"),
    ] {
        let line = refused(&place, words, 2);
        assert!(line.contains(value) && line.contains(hint), "{words}: {line}");
    }
    assert_eq!(place.accounts().as_array().unwrap().len(), 1);
}

#[test]
fn what_exists_already_is_a_conflict() {
    let (place, _) = Place::with_account();
    place.run(["tenant", "create", "customer"]).done();
    for words in [
        "account create nightly --scope read:me --format json",
        "tenant create customer",
        &format!("resource create {RESOURCE} --scope a"),
        &format!("resource delete {RESOURCE} --yes"),
        &format!("resource update {RESOURCE} --remove-scope read:me"),
        &format!("account update nightly --default-resource {}", "https://x.example"),
    ] {
        refused(&place, words, 4);
    }
}

#[test]
fn a_name_of_two_tenants_is_ambiguous() {
    let (place, _) = Place::with_account();
    place.run(["tenant", "create", "customer"]).done();
    place
        .run([
            "account", "create", "nightly", "--scope", "read:me", "--tenant", "customer", "--format", "json",
        ])
        .done();
    let line = refused(&place, "account show nightly", 4);
    assert!(line.matches("sa_us_").count() == 2, "{line}");
}

#[test]
fn deleting_without_a_terminal_needs_the_yes_option() {
    let (place, _) = Place::with_account();
    assert!(refused(&place, "account delete nightly", 2).contains("--yes"));
    assert!(refused(&place, &format!("resource delete {RESOURCE}"), 2).contains("--yes"));
    place.run(["account", "delete", "nightly", "--yes"]).done();
    place.run(["resource", "delete", RESOURCE, "--yes"]).done();
    assert_eq!(place.accounts(), serde_json::json!([]));
}
