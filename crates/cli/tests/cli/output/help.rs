//! `jeton help` and `jeton --version`.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::harness::Place;

#[test]
fn the_help_command_prints_the_same_as_the_option() {
    let place = Place::empty();
    for words in ["", "account", "account create", "serve", "secret rotate"] {
        let of_option = place.run(words.split_whitespace().chain(["--help"])).done();
        let of_command = place.run(["help"].into_iter().chain(words.split_whitespace())).done();
        assert!(of_command.stderr.is_empty(), "{of_command:?}");
        assert_eq!(of_command.stdout, of_option.stdout, "{words}");
    }
    assert!(place.run(["account", "help", "create"]).done().stdout.contains("Usage: jeton account create"));
}

#[test]
fn help_on_a_command_that_does_not_exist_is_a_usage_error() {
    let place = Place::empty();
    for words in ["help acount", "help account crate"] {
        let line = place.run(words.split(' ')).refused(2);
        assert!(line.contains("unknown command") && line.contains("--help"), "{line}");
    }
}

#[test]
fn the_version_names_the_commit() {
    let place = Place::empty();
    for option in ["--version", "-V"] {
        let said = place.run([option]).done().stdout;
        assert_eq!(said, format!("jeton {} ({})\n", env!("CARGO_PKG_VERSION"), env!("JETON_COMMIT")));
    }
    // A build from a source archive has no repository to compare to.
    if let Some(commit) = head_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")) {
        assert_eq!(env!("JETON_COMMIT"), format!("commit {}", &commit[..12]));
    }
}

#[test]
fn the_build_finds_the_commit_in_every_git_layout() {
    let fixture = Fixture::new();
    let Some(commit) = fixture.repository() else { return };
    let commit = format!("commit {}", &commit[..12]);
    fixture.assert_says("source", &commit);
    fixture.git(&["pack-refs", "--all"]);
    fixture.assert_says("source", &commit);
    // The `.git` of a worktree is a file, and its branches are stored with those of the repository.
    fixture.git(&["worktree", "add", "--quiet", "-b", "other", "../tree"]);
    fixture.assert_says("tree", &commit);
    fixture.git(&["checkout", "--quiet", "--detach"]);
    fixture.assert_says("source", &commit);
}

#[test]
fn an_archive_has_no_commit_even_inside_another_repository() {
    let fixture = Fixture::new();
    fixture.assert_says("archive", "commit unknown: built from a source archive");
    fs::create_dir(fixture.place.file(".git")).unwrap();
    fs::write(fixture.place.file(".git/HEAD"), "0123456789012345678901234567890123456789\n").unwrap();
    fixture.assert_says("archive", "commit unknown: built from a source archive");
}

/// The compiled build script, and folders to run it for.
struct Fixture {
    place: Place,
}

impl Fixture {
    fn new() -> Self {
        let place = Place::empty();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("build.rs");
        let mut rustc = Command::new("rustc");
        rustc.args(["--edition", "2024", "-o"]).arg(place.file("script")).arg(source);
        assert!(rustc.current_dir(place.path()).status().unwrap().success());
        Self { place }
    }

    /// Makes `source` a repository with one commit. Returns its id, or `None` if git is not installed.
    fn repository(&self) -> Option<String> {
        Command::new("git").arg("--version").output().ok()?;
        fs::create_dir(self.place.file("source")).unwrap();
        self.git(&["init", "--quiet"]);
        let who = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
        self.git(&[&who[..], &["commit", "--quiet", "--allow-empty", "-m", "first"]].concat());
        head_of(&self.place.file("source"))
    }

    fn git(&self, arguments: &[&str]) {
        let mut git = Command::new("git");
        git.args(arguments).current_dir(self.place.file("source"));
        assert!(git.status().unwrap().success(), "git {arguments:?}");
    }

    /// Checks the output for Cargo for the package in `workspace`. Each watched path must exist, or Cargo would rebuild
    /// every time.
    #[track_caller]
    fn assert_says(&self, workspace: &str, commit: &str) {
        let package = self.place.file(workspace).join("crates/cli");
        fs::create_dir_all(&package).unwrap();
        fs::write(package.join("build.rs"), "").unwrap();
        let output = Command::new(self.place.file("script")).current_dir(&package).output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.contains(&format!("cargo:rustc-env=JETON_COMMIT={commit}\n")), "{said}");
        for path in said.lines().filter_map(|line| line.strip_prefix("cargo:rerun-if-changed=")) {
            assert!(package.join(path).exists(), "{path}");
        }
    }
}

fn head_of(repository: &Path) -> Option<String> {
    if !repository.join(".git").exists() {
        return None;
    }
    let mut git = Command::new("git");
    git.arg("--git-dir").arg(repository.join(".git")).args(["rev-parse", "HEAD"]);
    let output = git.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).unwrap().trim().to_owned())
}
