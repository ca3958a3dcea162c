//! Importing single accounts from other servers.

use serde_json::{Value, json};

use crate::harness::{Place, RESOURCE, Server};

const SECRET: &str = "the-customers-old-secret";
/// Its hashes by other servers; made with passlib, bcrypt and argon2-cffi for Python.
const HASHES: [(&str, &str); 5] = [
    (
        "argon2id",
        "$argon2id$v=19$m=1024,t=3,p=2$tFbK2ZsTYoxRyplz7h3jnA$Xz/O2aS0iIoFs8xPAKcsT501ujPgIU2bk29K7KKTsvg",
    ),
    ("bcrypt", "$2y$05$rjYQQh.RV03KhYayEHAfc.9IzR0FzLQZv.tyD.P/qlW4gZnqjcree"),
    ("bcrypt", "{bcrypt}$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY."),
    (
        "pbkdf2-sha256",
        "$pbkdf2-sha256$1000$5TyntBbifI.x1prTWguBUA$rXGfs.aSxo2QwRHbaQoExAAvzaFkMH5nJIS.aEiegZk",
    ),
    (
        "pbkdf2-sha256",
        "$pbkdf2-sha256$i=25000,l=32$cBKZGCbtAlDBkUwGy2tfCQ$r1DCixR7b97WQxcUQfYlK0hpgqmQXV38dr3owJbf+Gk",
    ),
];

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

fn show(place: &Place, id: &str) -> Value {
    place.run(["account", "show", id, "--format", "json"]).json()
}

#[test]
fn an_account_keeps_its_id_and_its_secret_for_each_kind_of_hash() {
    let place = Place::empty();
    let _server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    for (number, (kind, hash)) in HASHES.iter().enumerate() {
        let id = format!("moved-{number}");
        let import = ["account", "import", "--id", &id, "--scope", "read:me", "--stdin", "--format", "json"];
        let outcome = place.run_with_input(import, &format!("{hash}\n")).done();
        assert!(outcome.stderr.contains(&format!("as a hash of the kind {kind};")), "{outcome:?}");
        assert!(!format!("{outcome:?}").contains('$'), "{outcome:?}");
        let account = outcome.json();
        assert_eq!((&account["client_id"], &account["name"]), (&json!(id), &json!(id)));
        let secret = &account["secrets"][0];
        let shown = (&secret["kind"], &secret["hash"], &secret["last_four"]);
        assert_eq!(shown, (&json!("imported"), &json!(kind), &json!("")));
    }
    place.run_with_input(words("account import clear --id clear --scope read:me --stdin"), SECRET).done();

    for id in ["moved-0", "moved-1", "moved-2", "moved-3", "moved-4", "clear"] {
        place.run_with_input(["token", "issue", id], SECRET).done();
        let wrong = place.run_with_input(["token", "issue", id], "another-secret-of-theirs");
        assert!(wrong.refused(1).contains("401 invalid_client"));
    }
    // The server replaces them with its own hashes within a second.
    let rehashed = |id: &str| show(&place, id)["secrets"][0]["last_four"] == "cret";
    for id in ["moved-0", "moved-1", "moved-2", "moved-3", "moved-4"] {
        assert!((0..1_000).any(|_| rehashed(id)), "{id} keeps its old hash");
        assert_eq!(show(&place, id)["secrets"][0]["hash"], "argon2id");
        place.run_with_input(["token", "issue", id], SECRET).done();
    }
}

#[test]
fn the_options_are_those_of_a_new_account() {
    let place = Place::with_resource();
    place.run(["tenant", "create", "acme"]).done();
    let import = format!(
        "account import billing --id acme-7 --tenant acme --resource {RESOURCE} --scope read:me --introspect {RESOURCE} \
         --token-ttl 5m --expires-in 90d --secret-expires-in 30d --allow-cidr 192.0.2.0/24 --stdin --format json"
    );
    let account = place.run_with_input(words(&import), SECRET).json();
    for (member, value) in [
        ("client_id", json!("acme-7")),
        ("name", json!("billing")),
        ("tenant", json!("acme")),
        ("introspects", json!([RESOURCE])),
        ("token_ttl", json!(300)),
        ("allow_cidr", json!(["192.0.2.0/24"])),
    ] {
        assert_eq!(account[member], value, "{member}");
    }
    assert!(
        account["expires_at"].is_string() && account["secrets"][0]["expires_at"].is_string(),
        "{account}"
    );
    assert_eq!(account["secrets"][0]["last_four"], "cret");
}

#[test]
fn a_short_secret_is_accepted_with_a_warning_and_a_shorter_one_refused() {
    let place = Place::with_resource();
    let import = words("account import --id old --scope read:me --stdin");
    let line = place.run_with_input(import.clone(), "s3cr3t7").refused(2);
    assert!(line.contains("8 to 512") && !line.contains("s3cr3t"), "{line}");
    let outcome = place.run_with_input(import, "s3cr3t!8").done();
    assert!(outcome.stderr.contains("only 8 characters") && outcome.stderr.contains("rotate"), "{outcome:?}");
    assert!(!format!("{outcome:?}").contains("s3cr3t"));
    assert_eq!(show(&place, "old")["secrets"][0]["last_four"], "");
}

#[test]
fn a_hash_that_cannot_be_checked_is_refused_without_showing_it() {
    let place = Place::with_resource();
    for (hash, why) in [
        ("$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY", "may have been cut"),
        ("$2a$15$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.", "4 to 14"),
        ("$6$rounds=5000$salt$secrethash", "it verifies hashes that begin"),
        ("{noop}the-customers-old-secret", "it verifies hashes that begin"),
        (
            "$pbkdf2-sha256$2000001$5TyntBbifI.x1prTWguBUA$rXGfs.aSxo2QwRHbaQoExAAvzaFkMH5nJIS.aEiegZk",
            "2000000",
        ),
    ] {
        let import = words("account import --id old --scope read:me --stdin");
        let line = place.run_with_input(import, hash).refused(2);
        assert!(line.contains(why) && !line.contains(&hash[12..]), "{line}");
    }
    assert_eq!(place.accounts(), json!([]));
}

/// Texts that cannot be secrets, and a part of the error for each.
pub(crate) const NO_SECRETS: [(&str, &str); 24] = [
    ("****************", "a mask"),
    ("xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", "a mask"),
    ("<redacted>", "a mask"),
    ("CHANGE_ME", "never set"),
    ("undefined", "never set"),
    ("${CLIENT_SECRET}", "the form ${name}"),
    ("$(CLIENT_SECRET)", "the form $(name)"),
    ("{{client_secret}}", "the form {{name}}"),
    ("((client_secret))", "the form ((name))"),
    ("%CLIENT_SECRET%", "the form %name%"),
    ("$webhook:clientSecret", "$name:key"),
    ("vault:secret/data/acme", "the form vault:…"),
    ("ENC(8SDd3WHDOjf7mq69)", "the form enc(…"),
    ("arn:aws:secretsmanager:eu-west-1:1:secret:acme", "the form arn:…"),
    (r#"{"value":"k3yJ8fQzLw0aXc5V"}"#, "JSON"),
    ("\"k3yJ8fQzLw0aXc5V\"", "quotation marks"),
    ("'k3yJ8fQzLw0aXc5V'", "quotation marks"),
    ("client_secret=k3yJ8fQzLw0aXc5V", "name=value"),
    ("{SSHA}8SDd3WHDOjf7mq69", "the form {SCHEME}…"),
    ("$6$salt$8SDd3WHDOjf7mq69", "the form $scheme$…"),
    ("sha256:8SDd3WHDOjf7mq69", "the form algorithm:…"),
    ("pbkdf2_sha256$36000$salt$8SDd3WHDOjf7mq69", "the form algorithm$…"),
    ("AQAAAAEAACcQAAAAEJ7bQ1", "the form AQAAAA…"),
    ("jtnmk_8SDd3WHDOjf7mq698SDd3WHDOjf7mq69", "must not begin"),
];
/// Texts that look like digests; some secrets do too.
const DIGESTS: [&str; 3] = [
    "5f4dcc3b5aa765d61d8327deb882cf99",
    "5F4DCC3B5AA765D61D8327DEB882CF99AABBCCDD",
    "XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg=",
];

#[test]
fn a_text_that_cannot_be_a_secret_is_refused_by_class_and_never_shown() {
    let (place, _) = Place::with_account();
    let before = place.accounts();
    for (text, class) in NO_SECRETS {
        for clear in ["", " --clear"] {
            for command in ["account import --id old --scope read:me --stdin", "secret add nightly --stdin"] {
                let line = place.run_with_input(words(&format!("{command}{clear}")), text).refused(2);
                assert!(line.contains(class) && !line.contains(text), "{command}{clear}: {text}: {line}");
            }
        }
    }
    assert_eq!(place.accounts(), before);
}

#[test]
fn a_text_that_looks_like_a_digest_needs_the_clear_option() {
    let (place, _) = Place::with_account();
    for (number, digest) in DIGESTS.into_iter().enumerate() {
        let import = format!("account import --id old-{number} --scope read:me --stdin");
        let line = place.run_with_input(words(&import), digest).refused(2);
        assert!(line.contains("the shape of a digest") && line.contains("--clear"), "{line}");
        assert!(!line.contains(digest), "{line}");
        place.run_with_input(words(&format!("{import} --clear")), digest).done();
        assert_eq!(show(&place, &format!("old-{number}"))["secrets"][0]["kind"], "imported");
    }
    let add = words("secret add nightly --stdin");
    assert!(place.run_with_input(add.clone(), DIGESTS[0]).refused(2).contains("--clear"));
    place.run_with_input([&add[..], &["--clear"]].concat(), DIGESTS[0]).done();
    assert!(place.run(["secret", "add", "nightly", "--clear"]).refused(2).contains("--stdin"));
    // A hash stays a hash.
    let import = words("account import --id hashed --scope read:me --stdin --clear");
    assert!(place.run_with_input(import, HASHES[1].1).done().stderr.contains("a hash of the kind bcrypt"));
}

#[test]
fn a_byte_order_mark_is_not_part_of_a_secret() {
    let place = Place::empty();
    let _server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    let marked = format!("\u{feff}{SECRET}\r\n");
    place.run_with_input(words("account import --id old --scope read:me --stdin"), &marked).done();
    let token = place.run_with_input(["token", "issue", "old"], SECRET).done().stdout;
    let again = place.run_with_input(["token", "issue", "old"], &marked).done().stdout;
    assert!(token.len() > 100 && again.len() > 100);
    let inspected = place.run_with_input(["token", "inspect"], &format!("\u{feff}{token}")).done();
    assert!(inspected.stdout.contains("it is active"), "{inspected:?}");
    let introspect = place.run_with_input(["token", "introspect"], &format!("\u{feff}{token}")).json();
    assert_eq!(introspect["active"], true);
    place.run_with_input(["token", "revoke"], &format!("\u{feff}{token}")).done();
    place.run_with_input(["token", "inspect"], "\u{feff}\n").refused(2);
}

#[test]
fn an_id_is_imported_once_and_again_only_with_its_old_tokens_revoked() {
    let place = Place::with_resource();
    let import = || place.run_with_input(words("account import --id old --scope read:me --stdin"), SECRET);
    import().done();
    let line = import().refused(4);
    assert!(line.contains("account old already") && line.contains("jeton secret add"), "{line}");
    let epoch = show(&place, "old")["epoch"].as_i64().unwrap();
    place.run(["account", "delete", "old", "--yes"]).done();
    let outcome = import().done();
    assert!(outcome.stderr.contains("was deleted before"), "{outcome:?}");
    // Deleting raised the epoch by at least one, and the import starts above that.
    assert!(show(&place, "old")["epoch"].as_i64().unwrap() >= epoch + 2);
    let taken = words("account import old --id other --scope read:me --stdin");
    assert!(place.run_with_input(taken, SECRET).refused(4).contains("client id of another account"));
}

#[test]
fn an_id_of_another_region_is_imported_with_a_notice() {
    let place = Place::with_resource();
    let import = words("account import moved --id sa_eu_0000000000000000000000 --scope read:me --stdin");
    let outcome = place.run_with_input(import, SECRET).done();
    assert!(outcome.stderr.contains("names the region eu"), "{outcome:?}");
    let import = words("account import own --id sa_us_0000000000000000000000 --scope read:me --stdin");
    assert!(!place.run_with_input(import, SECRET).done().stderr.contains("region"));
}

#[test]
fn an_id_with_a_colon_is_imported_with_a_notice() {
    let place = Place::empty();
    let _server = Server::start(&place, &["dev", "--listen", "127.0.0.1:0"]);
    let made = place.create_account("any", &["--scope", "read:me"]);
    let url = made["token_endpoint"].as_str().unwrap();
    for id in ["urn:example:client", "https://client.example/app"] {
        let import = ["account", "import", "--id", id, "--scope", "read:me", "--stdin", "--format", "json"];
        let outcome = place.run_with_input(import, SECRET).done();
        for part in ["colon", "HTTP Basic", "percent-encode", "in the body"] {
            assert!(outcome.stderr.contains(part), "{part}: {outcome:?}");
        }
        let account = outcome.json();
        assert_eq!((&account["client_id"], &account["name"]), (&json!(id), &json!(id)));
        place.run_with_input(["token", "issue", id], SECRET).done();
        let curl =
            format!("curl -s -o /dev/null -w '%{{http_code}}' -d grant_type=client_credentials {url} -u");
        let encoded = id.replace(':', "%3A").replace('/', "%2F");
        assert_eq!(place.shell(&format!("{curl} '{encoded}:{SECRET}'")).done().stdout, "200");
        assert_eq!(place.shell(&format!("{curl} '{id}:{SECRET}'")).done().stdout, "401");
    }
    let import = words("account import --id plain --scope read:me --stdin");
    assert!(!place.run_with_input(import, SECRET).done().stderr.contains("colon"));
}

#[test]
fn missing_or_invalid_input_is_refused_before_anything_is_created() {
    let place = Place::with_resource();
    for (command, input, code, why) in [
        ("account import --id a --scope read:me", SECRET, 2, "--stdin"),
        ("account import --scope read:me --stdin", SECRET, 2, "--id"),
        ("account import --id a --stdin", SECRET, 2, "--introspect"),
        ("account import --id é --scope read:me --stdin", SECRET, 2, "visible ASCII"),
        ("account import --id a --scope nope --stdin", SECRET, 3, "read:me"),
        ("account import --id a --scope read:me --tenant nobody --stdin", SECRET, 3, "jeton tenant list"),
        ("account import --id a --scope read:me --stdin", "", 2, "stdin"),
        ("account import --id a --scope read:me --stdin", "jtnsk_looks_like_one_of_ours", 2, "jtnsk_"),
    ] {
        let line = place.run_with_input(words(command), input).refused(code);
        assert!(line.contains(why), "{command}: {line}");
    }
    let long = "x".repeat(101);
    let line = place
        .run_with_input(["account", "import", "--id", &long, "--scope", "read:me", "--stdin"], SECRET)
        .refused(2);
    assert!(line.contains("NAME"), "{line}");
    assert_eq!(place.accounts(), json!([]));
}
