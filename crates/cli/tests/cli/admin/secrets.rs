//! Adding, importing, restricting, rotating and revoking secrets.

use serde_json::Value;

use crate::harness::{Place, Server};

fn secrets(place: &Place) -> Vec<Value> {
    place.run(["secret", "list", "nightly", "--format", "json"]).json().as_array().unwrap().clone()
}

#[test]
fn a_second_rotation_fails_until_the_first_is_finished() {
    let (place, _) = Place::with_account();
    let rotate = ["secret", "rotate", "nightly", "--format", "json"];
    let first = place.run(rotate).done();
    assert!(first.stderr.contains("works until"), "{first:?}");
    let line = place.run(rotate).refused(4);
    assert!(line.contains("two active secrets") && line.contains("jeton secret revoke"), "{line}");
    let old = secrets(&place)[0]["secret_id"].as_str().unwrap().to_owned();
    place.run(["secret", "revoke", "nightly", &old]).done();
    place.run(rotate).done();
    let states: Vec<_> = secrets(&place).iter().map(|secret| secret["state"].clone()).collect();
    assert_eq!(states, ["revoked", "live", "live"]);
}

#[test]
fn the_old_secret_expires_after_the_grace_and_the_new_one_as_requested() {
    let (place, _) = Place::with_account();
    place.run("secret rotate nightly --grace 0s --label next --expires-in 90d --for env".split(' ')).done();
    let all = secrets(&place);
    assert_eq!((all[0]["state"].as_str(), all[1]["state"].as_str()), (Some("expired"), Some("live")));
    assert_eq!(all[1]["label"], "next");
    assert!(all[1]["expires_at"].is_string());
}

#[test]
fn a_rotated_secret_expires_after_as_long_as_the_old_one_unless_asked_otherwise() {
    let place = Place::with_resource();
    for (option, days) in [
        (None, Some(40)),
        (Some("--expires-in=10d"), Some(10)),
        (Some("--secret-expires-in=20d"), Some(20)),
        (Some("--secret-expires-in=never"), None),
    ] {
        let created =
            place.run("account create nightly --scope read:me --secret-expires-in 40d --for env".split(' '));
        created.done();
        let rotate = "secret rotate nightly --grace 1h --format json".split(' ').chain(option);
        let rotated = place.run(rotate).done();
        let new = secrets(&place)[1].clone();
        let seconds = |member: &str| {
            let time = humantime::parse_rfc3339(new[member].as_str()?).unwrap();
            Some(time.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs())
        };
        let lifetime = seconds("expires_at").map(|end| end - seconds("created_at").unwrap());
        assert_eq!(lifetime, days.map(|days: u64| days * 86_400), "{option:?}");
        assert_eq!(rotated.stderr.contains("The new secret expires at"), days.is_some(), "{rotated:?}");
        place.run(["account", "delete", "nightly", "--yes"]).done();
    }
}

#[test]
fn never_is_an_expiry_of_every_new_secret() {
    let place = Place::with_resource();
    let create = "account create nightly --scope read:me --secret-expires-in never --format json";
    assert_eq!(place.run(create.split(' ')).json()["secret_expires_at"], Value::Null);
    let add = place.run("secret add nightly --expires-in never --format json".split(' ')).json();
    assert_eq!(add["secret_expires_at"], Value::Null);
    place.run(["panic", "nightly"]).done();
    let recover = place.run("account recover nightly --secret-expires-in never --format json".split(' '));
    assert_eq!(recover.json()["secret_expires_at"], Value::Null);
    let line = place.run("secret rotate nightly --expires-in always --format json".split(' ')).refused(2);
    assert!(line.contains("\"never\""), "{line}");
}

#[test]
fn a_secret_in_use_is_expired_at_once_only_with_force() {
    let (place, _) = Place::with_account();
    place.write(
        "use.py",
        "import sqlite3; d = sqlite3.connect('jeton-data/jeton.db'); d.execute(\"INSERT INTO credential_uses \
         SELECT number, unixepoch(), '192.0.2.7' FROM credentials\"); d.commit()",
    );
    place.shell("python3 use.py").done();
    let old = secrets(&place)[0]["secret_id"].as_str().unwrap().to_owned();
    let rotate = ["secret", "rotate", "nightly", "--grace", "0s", "--secret-file", "new"];
    let line = place.run(rotate).refused(4);
    assert_eq!(line, place.run(["secret", "revoke", "nightly", &old]).refused(4));
    assert!(line.contains("192.0.2.7") && line.contains("--force"), "{line}");
    assert!(!place.file("new").exists() && secrets(&place).len() == 1);
    place.run(rotate.into_iter().chain(["--force"])).done();
    let states: Vec<_> = secrets(&place).iter().map(|secret| secret["state"].clone()).collect();
    assert_eq!(states, ["expired", "live"]);
}

#[test]
fn an_imported_secret_is_read_from_stdin_and_not_shown() {
    let (place, _) = Place::with_account();
    let imported = "an-old-secret-of-the-customer";
    let add = ["secret", "add", "nightly", "--stdin", "--label", "old", "--format", "json"];
    let outcome = place.run_with_input(add, &format!("{imported}\n")).done();
    assert!(!format!("{outcome:?}").contains(imported));
    let view = outcome.json();
    assert_eq!((view["kind"].as_str(), view["last_four"].as_str()), (Some("imported"), Some("omer")));
}

#[test]
fn an_invalid_imported_secret_is_refused_without_showing_it() {
    let (place, _) = Place::with_account();
    for imported in ["short", "with a space in it which is no good", "jtnsk_looks_like_one_of_ours"] {
        let line = place.run_with_input(["secret", "add", "nightly", "--stdin"], imported).refused(2);
        assert!(line.contains("16 to 512") && !line.contains(imported), "{line}");
    }
    let hash = "$2a$05$SHHx1hEV1O8xh6gP6H8bmeznWaY7LRPHSwHdlljimMNIk8wegoYY.";
    let line = place.run_with_input(["secret", "add", "nightly", "--stdin"], hash).refused(2);
    assert!(line.contains("jeton account import") && !line.contains("$2a$"), "{line}");
    assert!(place.run(["secret", "add", "nightly", "--stdin"]).refused(2).contains("stdin"));
    for option in ["--for=env", "--secret-file=x"] {
        place
            .run_with_input(["secret", "add", "nightly", "--stdin", option], "an-old-secret-of-the-customer")
            .refused(2);
    }
    assert_eq!(secrets(&place).len(), 1);
}

#[test]
fn a_rotation_is_finished_by_one_command() {
    let (place, _) = Place::with_account();
    let finish = ["secret", "finish", "nightly", "--format", "json"];
    let line = place.run(finish).refused(4);
    assert!(line.contains("no rotation to finish") && line.contains("one active secret"), "{line}");
    place.run(["secret", "rotate", "nightly", "--label", "next", "--format", "json"]).done();
    let all = secrets(&place);
    let outcome = place.run(finish).done();
    assert!(outcome.stderr.contains(all[1]["secret_id"].as_str().unwrap()), "{outcome:?}");
    assert!(outcome.stderr.contains("\"next\") stays active."), "{outcome:?}");
    let revoked = outcome.json();
    assert_eq!((&revoked[0]["secret_id"], revoked.as_array().unwrap().len()), (&all[0]["secret_id"], 1));
    assert_eq!(revoked[0]["state"], "revoked");
    place.run(finish).refused(4);
    place.run(["secret", "finish", "nobody"]).refused(3);
}

#[test]
fn a_secret_in_use_is_detected_and_not_revoked() {
    let (place, secret) = Place::with_account();
    let server = Server::start(&place, &["serve"]);
    let (_, address) = server.startup_log().split_once("Serving the region us on ").unwrap();
    let url = format!("http://{}/oauth/v1/token", address.split(',').next().unwrap());
    let id = place.accounts()[0]["client_id"].as_str().unwrap().to_owned();
    place.run_with_input(["token", "issue", &id, "--url", &url], &secret).done();
    assert_eq!(secrets(&place)[0]["last_used_at"], Value::Null, "written while the request waited");
    // A graceful stop writes the remaining uses to the database.
    assert_eq!(server.stop().0, 0);
    let used = &secrets(&place)[0];
    assert_eq!(used["last_used_from"], "127.0.0.1");
    let at = used["last_used_at"].as_str().unwrap();

    let id = used["secret_id"].as_str().unwrap();
    let line = place.run(["secret", "revoke", "nightly", id]).refused(4);
    for part in [id, at, "127.0.0.1", "--force", used["last_four"].as_str().unwrap()] {
        assert!(line.contains(part), "{part}: {line}");
    }
    let shown = place.run(["account", "show", "nightly"]).done().stdout;
    assert!(shown.contains(&format!("last used {at} from 127.0.0.1")), "{shown}");
    place.run(["secret", "rotate", "nightly", "--format", "json"]).done();
    assert!(place.run(["secret", "finish", "nightly"]).refused(4).contains("--force"));
    place.run(["secret", "finish", "nightly", "--force"]).done();
    assert_eq!(secrets(&place)[0]["state"], "revoked");
}

#[test]
fn a_restricted_secret_is_printed_and_listed_with_its_restrictions() {
    let place = Place::with_resource();
    let create = ["account", "create", "nightly", "--scope", "read:me write:me", "--format", "json"];
    place.run(create).done();
    let add =
        "secret add nightly --scope write:me --allow-cidr 192.0.2.7 --allow-cidr 10.0.0.0/8 --format json";
    let made = place.run(add.split(' ')).json();
    assert_eq!(made["scopes"], serde_json::json!(["write:me"]));
    let all = secrets(&place);
    assert_eq!((&all[0]["scopes"], &all[0]["allow_cidr"]), (&Value::Null, &serde_json::json!([])));
    assert_eq!(all[1]["scopes"], serde_json::json!(["write:me"]));
    assert_eq!(all[1]["allow_cidr"], serde_json::json!(["192.0.2.7/32", "10.0.0.0/8"]));
    let limits = "only write:me, only from 192.0.2.7/32 10.0.0.0/8";
    for words in ["account show nightly", "secret list nightly"] {
        let shown = place.run(words.split(' ')).done().stdout;
        assert!(shown.contains(limits), "{words}: {shown}");
    }
    // A rotated secret inherits the restrictions.
    let first = all[0]["secret_id"].as_str().unwrap();
    place.run(["secret", "revoke", "nightly", first]).done();
    let rotated = place.run(["secret", "rotate", "nightly", "--for", "env"]).done().stdout;
    assert!(rotated.contains("OAUTH_SCOPE=write:me\n"), "{rotated}");
    assert_eq!(secrets(&place)[2]["allow_cidr"], all[1]["allow_cidr"]);
}

#[test]
fn a_scope_that_is_not_granted_to_the_account_is_refused() {
    let (place, _) = Place::with_account();
    for verb in ["add", "rotate"] {
        let line =
            place.run(["secret", verb, "nightly", "--scope", "write:me", "--format", "json"]).refused(4);
        assert!(line.contains("not granted write:me") && line.contains("jeton account grant"), "{line}");
    }
    assert_eq!(secrets(&place).len(), 1);
}

#[test]
fn only_accounts_whose_last_secret_expires_soon_are_listed() {
    let (place, _) = Place::with_account();
    let expiring = |within: &str| place.run(["secret", "expiring", "--within", within, "--format", "json"]);
    assert_eq!(expiring("30d").json(), serde_json::json!([]));
    let silence = place.run(["secret", "expiring"]).done();
    assert_eq!((silence.stdout.as_str(), silence.stderr.as_str()), ("", ""), "cron would mail it");
    let create = "account create mortal --scope read:me --secret-expires-in 10d --format json";
    let made = place.run(create.split(' ')).json();
    assert_eq!(expiring("9d").json(), serde_json::json!([]));
    let alarm = expiring("11d");
    assert_eq!(alarm.code, 1, "{alarm:?}");
    assert!(alarm.stderr.contains(": 1. `jeton secret rotate ID`"), "{alarm:?}");
    let listed: Value = serde_json::from_str(&alarm.stdout).unwrap();
    assert_eq!((&listed[0]["client_id"], &listed[0]["secret_id"]), (&made["client_id"], &made["secret_id"]));
    assert_eq!(listed[0]["expires_at"], made["secret_expires_at"]);
    let table = place.run(["secret", "expiring"]);
    assert_eq!((table.code, table.stdout.lines().count()), (1, 2), "{table:?}");
    // The old secret in its grace period is not listed if the new one lasts longer.
    place.run(["secret", "rotate", "mortal", "--expires-in", "90d", "--format", "json"]).done();
    assert_eq!(expiring("30d").json(), serde_json::json!([]));
}
