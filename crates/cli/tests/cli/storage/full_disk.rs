//! The disk becomes full while a server runs. Needs root, for a small file system in memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use crate::harness::{Place, RESOURCE, Server};

/// A file system of eight megabytes, until it is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: &Path) -> Self {
        fs::create_dir(at).unwrap();
        let arguments = ["-t", "tmpfs", "-o", "size=8m,mode=700", "tmpfs"];
        let mounted = Command::new("mount").args(arguments).arg(at).status().unwrap();
        assert!(mounted.success(), "this test needs root and mount");
        Self(at.to_owned())
    }

    /// Fills the disk.
    fn fill(&self) {
        let filler = format!("dd if=/dev/zero of='{}' bs=4k 2>/dev/null", self.0.join("filler").display());
        assert!(!Command::new("sh").args(["-c", &filler]).status().unwrap().success(), "it is full");
    }

    fn clear(&self) {
        fs::remove_file(self.0.join("filler")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily: the server may still be stopping.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_degrades_a_server_which_keeps_running_and_recovers() {
    let place = Place::configured();
    let disk = SmallDisk::mount(&place.file("jeton-data"));
    place.run(["resource", "create", RESOURCE, "--scope", "read:me=Read"]).done();
    let account = place.create_account("full", &["--scope", "read:me"]);
    let server = Server::start(&place, &["serve"]);
    let text = |member: &str| account[member].as_str().unwrap();
    let credentials = format!("{}:{}", text("client_id"), text("client_secret"));
    let call = |path: &str, data: &str| {
        let url = server.public_url();
        let script = format!("curl --silent --user '{credentials}' {data} '{url}/oauth/v1/{path}'");
        place.shell(&script).done().stdout
    };
    let token = || {
        let answer = call("token", "--data grant_type=client_credentials");
        serde_json::from_str::<serde_json::Value>(&answer).unwrap()["access_token"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let readyz = || {
        let url = server.operations_url();
        place.shell(&format!("curl --silent --write-out '%{{http_code}}' '{url}/readyz'")).done().stdout
    };
    assert_eq!(readyz(), "ready\n200");

    disk.fill();
    let mut degraded = String::new();
    for _ in 0..400 {
        // Each revocation adds to the write-ahead log of the database until the disk is full.
        call("revoke", &format!("--data token={}", token()));
        degraded = readyz();
        if degraded.contains("degraded") {
            break;
        }
    }
    assert!(degraded.starts_with("ready\ndegraded: writes to the database fail: "), "{degraded}");
    assert!(degraded.ends_with("\n200"), "{degraded}");
    token();

    disk.clear();
    for _ in 0..60 {
        if readyz() == "ready\n200" {
            call("revoke", &format!("--data token={}", token()));
            assert_eq!(readyz(), "ready\n200");
            return;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    panic!("it did not recover: {}", readyz());
}
