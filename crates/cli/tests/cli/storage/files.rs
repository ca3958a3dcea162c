//! Files and folders of another user: the error names them, their owner and the command that fixes it.
//!
//! As root, the tests run the command as another user. As another user, they remove their own permissions instead.

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::geteuid;

use crate::harness::{JETON, Outcome, Place};

/// The folder of a service.
struct Service {
    place: Place,
    uid: u32,
}

impl Service {
    fn new() -> Self {
        let uid = if geteuid().is_root() { 4_242 } else { geteuid().as_raw() };
        let service = Self { place: Place::configured(), uid };
        // The service's user may have no access to the build folder.
        let binary = service.place.file("jeton");
        if fs::hard_link(JETON, &binary).is_err() {
            fs::copy(JETON, &binary).unwrap();
        }
        service.owns(service.place.path());
        service.owns(&service.place.file("jeton.toml"));
        service
    }

    /// With a store and a master key.
    fn started() -> Self {
        let service = Self::new();
        service.run(&["tenant", "create", "customer"]).done();
        service
    }

    fn owns(&self, path: &Path) {
        if geteuid().is_root() {
            chown(path, Some(self.uid), Some(self.uid)).unwrap();
        }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = self.place.command(words);
        if geteuid().is_root() {
            let mut service = Command::new(self.place.file("jeton"));
            service.args(words).current_dir(self.place.path()).env_clear();
            service.stdin(std::process::Stdio::null()).stdout(std::process::Stdio::piped());
            service.stderr(std::process::Stdio::piped()).uid(self.uid).gid(self.uid);
            command = service;
        }
        command
    }

    fn run(&self, words: &[&str]) -> Outcome {
        Outcome::of(self.command(words), "")
    }

    /// Gives a file or folder to root, or removes its permissions. Returns the start of the command that must be shown.
    fn taken(&self, path: &Path) -> String {
        let (open, closed) = if path.is_dir() { (0o755, 0o500) } else { (0o600, 0o000) };
        if geteuid().is_root() {
            chown(path, Some(0), Some(0)).unwrap();
            fs::set_permissions(path, Permissions::from_mode(open)).unwrap();
            format!("`chown {} ", self.uid)
        } else {
            fs::set_permissions(path, Permissions::from_mode(closed)).unwrap();
            "`chmod ".to_owned()
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.place.file(name)
    }
}

fn owner() -> String {
    if geteuid().is_root() { "owner root".to_owned() } else { format!("owner uid {}", geteuid().as_raw()) }
}

#[test]
fn an_unreadable_master_key_is_reported_with_owner_and_fix() {
    let service = Service::started();
    let cure = service.taken(&service.file("jeton-data/master.key"));
    for words in [&["tenant", "list"][..], &["serve"]] {
        let line = service.run(words).refused(2);
        assert!(line.contains("jeton-data/master.key") && line.contains(&owner()), "{line}");
        assert!(line.contains(&cure) && line.contains("mode 0"), "{line}");
    }
}

#[test]
fn an_unreadable_database_is_reported_with_owner_and_fix() {
    let service = Service::started();
    let cure = service.taken(&service.file("jeton-data/jeton.db"));
    for words in [&["tenant", "list"][..], &["serve"], &["migrate"]] {
        let line = service.run(words).refused(7);
        assert!(line.contains("jeton-data/jeton.db") && line.contains(&owner()), "{line}");
        assert!(line.contains(&cure) && !line.contains("code"), "{line}");
    }
}

#[test]
fn a_folder_without_write_permission_is_named() {
    let service = Service::new();
    fs::create_dir(service.file("jeton-data")).unwrap();
    let cure = service.taken(&service.file("jeton-data"));
    for words in [&["tenant", "create", "customer"][..], &["serve"], &["migrate"]] {
        let line = service.run(words).refused(7);
        assert!(line.contains("the folder") && line.contains("jeton-data (mode 0"), "{line}");
        assert!(line.contains(&cure) && line.contains(&owner()), "{line}");
    }
    // The owner of the folder must be able to remove it.
    fs::set_permissions(service.file("jeton-data"), Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_folder_for_the_master_key_that_is_missing_or_closed_is_named() {
    let service = Service::new();
    let before = service.place.read("jeton.toml");
    service.place.write("jeton.toml", &format!("{before}[keys]\nmaster_key_file = \"keys/master.key\"\n"));
    let line = service.run(&["tenant", "create", "customer"]).refused(2);
    assert!(line.contains("keys/master.key") && line.contains("keys does not exist"), "{line}");
    fs::create_dir(service.file("keys")).unwrap();
    let cure = service.taken(&service.file("keys"));
    let line = service.run(&["tenant", "create", "customer"]).refused(2);
    assert!(line.contains("the folder keys (mode 0") && line.contains(&cure), "{line}");
    fs::set_permissions(service.file("keys"), Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn a_master_key_readable_by_the_services_group_is_accepted() {
    let service = Service::started();
    let key = service.file("jeton-data/master.key");
    if geteuid().is_root() {
        // As in Kubernetes: the file belongs to root, and its group is a group of the service.
        chown(&key, Some(0), Some(service.uid)).unwrap();
    }
    for mode in [0o440, 0o400] {
        if mode == 0o400 {
            service.owns(&key);
        }
        fs::set_permissions(&key, Permissions::from_mode(mode)).unwrap();
        service.run(&["tenant", "list"]).done();
    }
    fs::set_permissions(&key, Permissions::from_mode(0o640)).unwrap();
    let line = service.run(&["tenant", "list"]).refused(2);
    assert!(line.contains("mode 0640") && line.contains("chmod 600"), "{line}");
}

#[test]
fn a_master_key_created_by_root_in_a_services_folder_comes_with_a_chown_command() {
    let service = Service::new();
    fs::create_dir(service.file("jeton-data")).unwrap();
    service.owns(&service.file("jeton-data"));
    let done = service.place.run(["tenant", "create", "customer"]).done();
    assert!(done.stderr.contains("Created the master key"), "{done:?}");
    let is_shown = done.stderr.contains("Run `chown 4242:4242 ") && done.stderr.contains("belongs to root");
    // A user who is not root owns the folder, so there is no command to run.
    assert_eq!(is_shown, geteuid().is_root(), "{done:?}");
}
