//! An operator can look up the reason of a refusal by its error id.

mod callers;
mod keeping;
mod latest;
mod policy;
mod requests;
mod server_faults;
mod simulation;

use serde_json::Value;

use crate::support::{Answer, World};

/// The record of this refusal on the operations listener. Asserts that it contains what the caller got.
async fn explained(world: &World, refusal: &Answer) -> Value {
    let body = refusal.json();
    let answer = world.operations(&format!("/refusals/{}", error_id(refusal))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let known = answer.json();
    assert_eq!(known["status"], refusal.status, "{known}");
    for member in ["error", "error_description", "error_id"] {
        assert_eq!(known[member], body[member], "{known}");
    }
    for sentence in ["why", "rule", "cure"] {
        let text = known[sentence].as_str().unwrap();
        assert!(text.ends_with('.') && !text.contains(['!', '\n']), "{text}");
    }
    known
}

/// Asserts that a refusal has this reason; returns its explanation.
pub(crate) async fn reason(world: &World, refusal: &Answer, reason: &str) -> Value {
    let known = explained(world, refusal).await;
    assert_eq!(known["reason"], reason, "{known}");
    known
}

fn error_id(refusal: &Answer) -> String {
    refusal.json()["error_id"].as_str().unwrap().to_owned()
}

#[track_caller]
fn assert_says(known: &Value, member: &str, words: &str) {
    assert!(known[member].as_str().unwrap().contains(words), "{words} is not in {member}: {known}");
}
