//! Adding, bringing along, rotating and revoking secrets.

use serde_json::Value;

use crate::harness::Place;

fn secrets(place: &Place) -> Vec<Value> {
    place.run(["secret", "list", "nightly", "--format", "json"]).json().as_array().unwrap().clone()
}

#[test]
fn a_second_rotation_waits_for_the_first_to_be_over() {
    let (place, _) = Place::with_account();
    let rotate = ["secret", "rotate", "nightly", "--format", "json"];
    let first = place.run(rotate).done();
    assert!(first.stderr.contains("works until"), "{first:?}");
    let line = place.run(rotate).refused(4);
    assert!(line.contains("two live secrets") && line.contains("jeton secret revoke"), "{line}");
    let old = secrets(&place)[0]["secret_id"].as_str().unwrap().to_owned();
    place.run(["secret", "revoke", "nightly", &old]).done();
    place.run(rotate).done();
    let states: Vec<_> = secrets(&place).iter().map(|secret| secret["state"].clone()).collect();
    assert_eq!(states, ["revoked", "live", "live"]);
}

#[test]
fn the_old_secret_ends_after_the_grace_and_the_new_one_as_said() {
    let (place, _) = Place::with_account();
    place.run("secret rotate nightly --grace 0s --label next --expires-in 90d --for env".split(' ')).done();
    let all = secrets(&place);
    assert_eq!((all[0]["state"].as_str(), all[1]["state"].as_str()), (Some("expired"), Some("live")));
    assert_eq!(all[1]["label"], "next");
    assert!(all[1]["expires_at"].is_string());
}

#[test]
fn a_secret_that_is_brought_along_is_read_from_stdin_and_not_shown() {
    let (place, _) = Place::with_account();
    let brought = "an-old-secret-of-the-customer";
    let add = ["secret", "add", "nightly", "--stdin", "--label", "old", "--format", "json"];
    let outcome = place.run_with_input(add, &format!("{brought}\n")).done();
    assert!(!format!("{outcome:?}").contains(brought));
    let view = outcome.json();
    assert_eq!((view["kind"].as_str(), view["last_four"].as_str()), (Some("imported"), Some("omer")));
}

#[test]
fn a_secret_that_breaks_the_rule_is_refused_without_showing_it() {
    let (place, _) = Place::with_account();
    for brought in ["short", "with a space in it which is no good", "jtnsk_looks_like_one_of_ours"] {
        let line = place.run_with_input(["secret", "add", "nightly", "--stdin"], brought).refused(2);
        assert!(line.contains("16 to 512") && !line.contains(brought), "{line}");
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
