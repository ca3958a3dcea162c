//! Commands at a terminal.

use crate::harness::Place;

#[test]
fn deleting_asks_for_confirmation_and_only_yes_deletes() {
    let (place, _) = Place::with_account();
    for answer in ["n\n", "\n", "maybe\n"] {
        let outcome = place.run_at_terminal(["account", "delete", "nightly"], answer);
        assert_eq!(outcome.code, 1, "{outcome:?}");
        assert!(outcome.stderr.contains("Delete the account sa_us_"), "{outcome:?}");
        assert!(outcome.stderr.contains("nothing was deleted"), "{outcome:?}");
    }
    assert_eq!(place.accounts().as_array().unwrap().len(), 1);
    place.run_at_terminal(["account", "delete", "nightly"], "y\n").done();
    assert_eq!(place.accounts(), serde_json::json!([]));
}
