//! The walk, as the program that a person starts.

use std::process::Command;

use crate::site::PROGRAM;

#[test]
fn the_walk_succeeds_and_tells_each_step_without_a_secret_or_a_token() {
    let output = Command::new(PROGRAM).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}{}", String::from_utf8_lossy(&output.stderr));
    let mut from = 0;
    for said in [
        " 1. Jeton starts",
        "$ jeton resource create http://127.0.0.1:",
        "$ jeton account create fin-customer",
        "401. WWW-Authenticate: Bearer resource_metadata=",
        "Found token under the path \"access_token\": Bearer, for 5 s, scope read:me.",
        "GetSessionActivity: What a visitor of the product did lately",
        "visitor-1001: 5 recent pages, 2 features and 3 frustration signals are recorded.",
        "error=\"invalid_token\"",
        "11. Fin fetches a new token",
        "Found token under the path",
        "visitor-1001: 5 recent pages",
        "The walk is done",
    ] {
        let found = told[from..].find(said);
        from += found.unwrap_or_else(|| panic!("{said} is missing, or not in its place, in:\n{told}"));
    }
    assert!(!told.contains("jtnsk_") && !told.contains("eyJ"), "{told}");
}

#[test]
fn the_program_carries_jeton_s_commands() {
    let output = Command::new(PROGRAM).args(["jeton", "--version"]).output().unwrap();
    assert!(output.status.success());
    assert!(output.stdout.starts_with(b"jeton "), "{output:?}");
}

#[test]
fn an_argument_that_means_nothing_is_refused() {
    let output = Command::new(PROGRAM).arg("jetton").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8(output.stderr).unwrap().contains("the walk takes no arguments, so not jetton"));
}
