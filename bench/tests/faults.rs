//! The program of `bench/faults`, with short faults and few kills. Asserts what it promises; times have a wide margin,
//! because the machine of a test does other work.

use std::process::Command;

#[test]
fn no_fault_breaks_a_promise() {
    let short = ["--seconds", "2", "--frozen", "2", "--cycles", "8", "--cold", "60", "--slack", "5"];
    let folder = tempfile::tempdir().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_faults"));
    let output = program.args(short).env("TMPDIR", folder.path()).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{stdout}{}", String::from_utf8_lossy(&output.stderr));
    eprintln!("{stdout}");
    let mut from = 0;
    for row in ROWS {
        let found = stdout[from..].find(&format!("\n{row}  "));
        from += found.unwrap_or_else(|| panic!("{row} is missing or in the wrong place in:\n{stdout}"));
    }
    for row in ROWS.iter().filter(|row| !["first start", "kills"].contains(row)) {
        let line = stdout.lines().find(|line| line.starts_with(&format!("{row}  "))).unwrap();
        assert!(line.contains(" 100.00 % "), "{line}");
    }
    assert!(stdout.contains("audit log intact") && !stdout.contains("BROKEN"), "{stdout}");
    assert!(!stdout.contains("jtnsk_") && !stdout.contains("eyJ"), "{stdout}");
    assert_eq!(folder.path().read_dir().unwrap().count(), 0, "files are left behind");
}

const ROWS: [&str; 9] =
    ["outage", "crash", "freeze", "partition", "first start", "kills", "promotion", "returned", "full disk"];
