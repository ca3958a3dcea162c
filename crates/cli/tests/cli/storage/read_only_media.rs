//! A database on read-only media. Needs root, for a mount.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::{Outcome, Place};

/// A folder that is read-only until it is dropped.
struct ReadOnlyMedia(PathBuf);

impl ReadOnlyMedia {
    fn mount(folder: &Path) -> Self {
        let mount = |arguments: &[&str]| {
            let mounted = Command::new("mount").args(arguments).arg(folder).status().unwrap();
            assert!(mounted.success(), "this test needs root and mount");
        };
        mount(&["--bind", folder.to_str().unwrap()]);
        let media = Self(folder.to_owned());
        mount(&["-o", "remount,bind,ro"]);
        media
    }
}

impl Drop for ReadOnlyMedia {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_database_on_read_only_media_can_be_read_and_a_change_fails_with_the_reason() {
    let (place, _) = Place::with_account();
    let accounts = place.accounts();
    let id = accounts[0]["client_id"].as_str().unwrap();
    let media = place.file("media");
    std::fs::create_dir(&media).unwrap();
    place.run(["backup", "media/jeton.db"]).done();
    let _mounted = ReadOnlyMedia::mount(&media);
    let run = |arguments: &[&str]| {
        let mut command = place.command(arguments);
        command.env("JETON_DATABASE__URL", "sqlite:media/jeton.db");
        Outcome::of(command, "")
    };

    for read in
        [&["account", "list"][..], &["account", "show", id], &["resource", "list"], &["audit", "verify"]]
    {
        run(read).done();
    }
    assert!(run(&["account", "list"]).done().stdout.contains(id));

    for change in [&["account", "disable", id][..], &["tenant", "create", "acme"]] {
        let line = run(change).refused(7);
        assert!(line.contains("read-only file system"), "{line}");
    }
    assert_eq!(run(&["account", "list", "--format", "json"]).json()[0]["enabled"], true);
    let names: Vec<_> = std::fs::read_dir(&media).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(names, ["jeton.db"], "no file was created beside it");
}
