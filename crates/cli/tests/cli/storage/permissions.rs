//! Only the owner can access the files, with any umask.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::harness::{JETON, Place, Server};

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn the_first_command_creates_folder_database_and_key_only_for_the_owner() {
    for umask in ["000", "022", "077"] {
        let place = Place::configured();
        place.shell(&format!("umask {umask}; jeton tenant create customer")).done();
        let folder = place.file("jeton-data");
        assert_eq!(mode(&folder), 0o700);
        for entry in folder.read_dir().unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(mode(&path), 0o600, "{}", path.display());
        }
    }
}

#[test]
fn dev_creates_folder_and_files_only_for_the_owner() {
    let place = Place::empty();
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "umask 000; exec \"$0\" dev --listen 127.0.0.1:0", JETON]).current_dir(place.path());
    command.stderr(std::process::Stdio::piped());
    let _server = Server::of(&place, command);
    let folder = place.file("jeton-data");
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = folder.read_dir().unwrap().map(|entry| entry.unwrap().path()).collect();
    for path in &files {
        assert_eq!(mode(path), 0o600, "{}", path.display());
    }
    for name in ["jeton.toml", "jeton.db", "master.key"] {
        assert!(files.contains(&folder.join(name)), "{files:?}");
    }
}

#[test]
fn a_secret_file_is_accessible_only_to_the_owner() {
    for umask in ["000", "777"] {
        let (place, _) = Place::with_account();
        place.shell(&format!("umask {umask}; jeton secret add nightly --secret-file s")).done();
        assert_eq!(mode(&place.file("s")), 0o600);
    }
}
