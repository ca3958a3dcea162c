//! `jeton secret unused`, and the tenants of it and of `jeton secret expiring`.

use serde_json::{Value, json};

use crate::harness::{Outcome, Place};

/// Changes the database without any check.
fn change(place: &Place, statement: &str) {
    let script = format!(
        "import sqlite3; d = sqlite3.connect('jeton-data/jeton.db'); n = d.execute({statement:?}).rowcount; \
         d.commit(); d.close(); assert n == 1, n"
    );
    place.write("change.py", &script);
    place.shell("python3 change.py").done();
}

/// The secret of the account of this name was created this many days ago.
fn created_days_ago(place: &Place, account: &str, days: u32) {
    change(
        place,
        &format!(
            "UPDATE credentials SET created_at = created_at - {days} * 86400 \
             WHERE account = (SELECT id FROM accounts WHERE name = '{account}')"
        ),
    );
}

/// The secret of the account of this name was last used this many days ago.
fn used_days_ago(place: &Place, account: &str, days: u32) {
    change(
        place,
        &format!(
            "INSERT INTO credential_uses (credential, at, address) \
             SELECT number, unixepoch() - {days} * 86400, '192.0.2.7' FROM credentials \
             WHERE account = (SELECT id FROM accounts WHERE name = '{account}')"
        ),
    );
}

fn with_accounts(names: &[&str]) -> Place {
    let place = Place::with_resource();
    for name in names {
        place.create_account(name, &["--scope", "read:me"]);
    }
    place
}

fn names(outcome: &Outcome) -> Vec<String> {
    let listed: Value = serde_json::from_str(&outcome.stdout).unwrap();
    let name = |row: &Value| row["name"].as_str().unwrap().to_owned();
    listed.as_array().unwrap().iter().map(name).collect()
}

#[test]
fn secrets_that_were_not_used_for_long_are_listed() {
    let place = with_accounts(&["new", "old", "used", "idle"]);
    let silence = place.run(["secret", "unused", "--for", "90d"]).done();
    assert_eq!((silence.stdout.as_str(), silence.stderr.as_str()), ("", ""), "cron would mail it");
    assert_eq!(place.run("secret unused --for 90d --format json".split(' ')).json(), json!([]));
    for name in ["old", "used", "idle"] {
        created_days_ago(&place, name, 200);
    }
    used_days_ago(&place, "used", 89);
    used_days_ago(&place, "idle", 91);
    let alarm = place.run("secret unused --for 90d --format json".split(' '));
    assert_eq!((alarm.code, names(&alarm)), (1, vec!["old".to_owned(), "idle".to_owned()]), "{alarm:?}");
    assert!(alarm.stderr.contains(": 2. `jeton secret revoke ID SECRET_ID`"), "{alarm:?}");
    let table = place.run(["secret", "unused"]);
    assert_eq!((table.code, table.stdout.lines().count()), (1, 3), "{table:?}");
    assert!(table.stdout.contains("never"), "{table:?}");
    let all = place.run("secret unused --for 0s --format json".split(' '));
    assert_eq!(names(&all), ["old", "idle", "used", "new"]);
    // Accounts that cannot get tokens are left out.
    place.run(["account", "disable", "old", "idle"]).done();
    place.run(["secret", "unused"]).done();
}

#[test]
fn a_page_boundary_loses_no_secret() {
    let place = with_accounts(&["template"]);
    // More than one page, all created in the same second.
    place.write("many.py", MANY);
    place.shell("python3 many.py").done();
    let listed = place.run("secret unused --for 0s --format json".split(' '));
    let listed: Value = serde_json::from_str(&listed.stdout).unwrap();
    let mut ids: Vec<&str> =
        listed.as_array().unwrap().iter().map(|row| row["secret_id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((ids.len(), listed.as_array().unwrap().len()), (1101, 1101));
}

#[test]
fn both_lists_are_limited_to_a_tenant_that_must_exist() {
    let place = with_accounts(&["ours"]);
    place.run(["tenant", "create", "acme"]).done();
    let create = ["--tenant", "acme", "--scope", "read:me", "--secret-expires-in", "10d"];
    place.create_account("theirs", &create);
    for (command, of_default) in [("unused --for 0s", (1, 1)), ("expiring --within 30d", (0, 0))] {
        let of = |tenant: &str| {
            let words = format!("secret {command} --tenant {tenant} --format json");
            place.run(words.split(' '))
        };
        let theirs = of("acme");
        assert_eq!((theirs.code, names(&theirs)), (1, vec!["theirs".to_owned()]), "{command}");
        let ours = of("default");
        assert_eq!((ours.code, names(&ours).len()), of_default, "{command}");
        let line = of("nobody").refused(3);
        assert!(line.contains("no tenant \"nobody\"") && line.contains("jeton tenant list"), "{line}");
    }
}

/// Copies the only secret 1,100 times, and uses a third of the copies.
const MANY: &str = r#"
import sqlite3
d = sqlite3.connect('jeton-data/jeton.db')
for n in range(1100):
    d.execute("""INSERT INTO credentials (account, id, kind, hash, last_four, created_at)
                 SELECT account, 'sec_' || printf('%011d', ?), kind, hash, last_four, created_at
                 FROM credentials LIMIT 1""", (n,))
d.execute("""INSERT INTO credential_uses
             SELECT number, created_at, '192.0.2.7' FROM credentials WHERE number % 3 = 0""")
d.commit()
"#;
