//! The walk as a program.

use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_many-nodes");

#[test]
fn the_walk_succeeds_prints_each_claim_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM).env("TMPDIR", folder.path()).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    let mut from = 0;
    for expected in [
        " 1. Jeton runs on one machine, with SQLite",
        " 2. It moves to PostgreSQL",
        "$ jeton store copy --from sqlite:",
        "Node 2 serves http://127.0.0.1:",
        "tokens and nothing else",
        "A token from before the move is active.",
        "$ jeton account create nightly",
        "Both nodes issue tokens to it",
        "both nodes had confirmed it",
        "Both refuse the account with 401.",
        "Node 2 is killed",
        "tokens and nothing else",
        "Node 2 starts again",
        "PostgreSQL crashes",
        "gets 503 with Retry-After",
        "tokens and nothing else",
        "The walk is done: every claim held.",
    ] {
        let found = stdout[from..].find(expected);
        from += found.unwrap_or_else(|| panic!("{expected} is missing or in the wrong place in:\n{stdout}"));
    }
    assert!(!stdout.contains("jtnsk_") && !stdout.contains("eyJ"), "{stdout}");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[test]
fn an_unexpected_argument_is_refused() {
    let output = Command::new(PROGRAM).arg("jetton").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("unexpected argument jetton"));
}
