//! Sets `JETON_COMMIT`, the commit that `jeton --version` prints.
//!
//! Reads the repository's files instead of running git, which a build machine may not have. Watches only paths that
//! exist: with a missing path, Cargo would rerun this script and recompile the program in every build.

use std::fs;
use std::path::{Path, PathBuf};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // This workspace's own repository, never a repository that it was unpacked into. Cargo runs this in the package's
    // folder.
    let commit = git_folder(Path::new("../../.git")).and_then(|git| commit(&git));
    let shown = commit.map_or_else(
        || "commit unknown: built from a source archive".to_owned(),
        |commit| format!("commit {}", &commit[..SHOWN_DIGITS]),
    );
    println!("cargo:rustc-env=JETON_COMMIT={shown}");
}

/// The folder itself, or the folder that the `.git` file of a worktree or submodule names.
fn git_folder(dot_git: &Path) -> Option<PathBuf> {
    if dot_git.is_dir() {
        return Some(dot_git.to_owned());
    }
    let text = fs::read_to_string(dot_git).ok()?;
    Some(dot_git.parent()?.join(text.strip_prefix("gitdir:")?.trim()))
}

/// The commit that `HEAD` names, directly or through a branch.
fn commit(git: &Path) -> Option<String> {
    let head = read_watched(&git.join("HEAD"))?;
    // A commit to a packed branch creates a new file and changes none of the watched ones, except this log.
    watch(&git.join("logs/HEAD"));
    let Some(branch) = head.strip_prefix("ref:").map(str::trim) else { return checked(&head) };
    // Worktrees share the branches of their repository.
    let common = fs::read_to_string(git.join("commondir"));
    let common = common.map_or_else(|_| git.to_owned(), |folder| git.join(folder.trim()));
    if let Some(commit) = read_watched(&common.join(branch)) {
        return checked(&commit);
    }
    let packed = read_watched(&common.join("packed-refs"))?;
    packed.lines().find_map(|line| checked(line.strip_suffix(branch)?.strip_suffix(' ')?))
}

fn read_watched(path: &Path) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    watch(path);
    Some(text)
}

fn watch(path: &Path) {
    if path.is_file() {
        println!("cargo:rerun-if-changed={}", path.display());
    }
}

/// SHA-1 or SHA-256 in hexadecimal.
fn checked(text: &str) -> Option<String> {
    let text = text.trim();
    let is_id = matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_id.then(|| text.to_owned())
}

const SHOWN_DIGITS: usize = 12;
