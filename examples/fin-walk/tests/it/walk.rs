//! The walk as a program.

use std::process::Command;

use crate::site::PROGRAM;

#[test]
fn the_walk_succeeds_and_prints_each_step_without_a_secret_or_a_token() {
    let output = Command::new(PROGRAM).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    let mut from = 0;
    for expected in [
        " 1. Jeton starts",
        "$ jeton resource create http://127.0.0.1:",
        "$ jeton account create fin-customer",
        "401. WWW-Authenticate: Bearer resource_metadata=",
        "Found token under the path \"access_token\": Bearer, for 5 s, scope read:me.",
        "GetSessionActivity: Get a visitor's recent activity in the product",
        "visitor-1001: 5 recent pages, 2 features and 3 frustration signals are recorded.",
        "error=\"invalid_token\"",
        "11. Fin fetches a new token",
        "Found token under the path",
        "visitor-1001: 5 recent pages",
        "The walk is done",
    ] {
        let found = stdout[from..].find(expected);
        from += found.unwrap_or_else(|| panic!("{expected} is missing or in the wrong place in:\n{stdout}"));
    }
    assert!(!stdout.contains("jtnsk_") && !stdout.contains("eyJ"), "{stdout}");
}

#[test]
fn the_program_runs_jeton_s_commands() {
    let output = Command::new(PROGRAM).args(["jeton", "--version"]).output().unwrap();
    assert!(output.status.success());
    assert!(output.stdout.starts_with(b"jeton "), "{output:?}");
}

#[test]
fn an_unexpected_argument_is_refused() {
    let output = Command::new(PROGRAM).arg("jetton").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("unexpected argument jetton"));
}
