//! The crates that are published can be packaged: this crate and those that it depends on.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PUBLISHED: [&str; 4] = ["protocol", "jose", "fetch", "resource"];

#[test]
fn the_published_crates_can_be_packaged() {
    let target = workspace().join("target/packaging");
    let output = Command::new(env!("CARGO"))
        .args(["package", "--no-verify", "--locked", "--offline", "--allow-dirty"])
        .args(PUBLISHED.iter().flat_map(|name| ["-p".to_owned(), format!("jeton-{name}")]))
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for name in PUBLISHED {
        let archive = format!("package/jeton-{name}-{}.crate", env!("CARGO_PKG_VERSION"));
        assert!(target.join(&archive).is_file(), "{archive}");
    }
}

#[test]
fn a_published_crate_includes_only_files_of_its_own() {
    for name in PUBLISHED {
        let folder = workspace().join("crates").join(name);
        for file in sources(&folder.join("src")) {
            let text = fs::read_to_string(&file).unwrap();
            for included in text.split("include_str!(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let parents = included.matches("../").count();
                let depth = file.strip_prefix(&folder).unwrap().components().count() - 1;
                assert!(parents <= depth, "{}: {included}", file.display());
                assert!(file.parent().unwrap().join(included).is_file(), "{}: {included}", file.display());
            }
        }
    }
}

#[test]
fn a_published_crate_has_the_metadata_that_a_registry_shows() {
    for name in PUBLISHED {
        let folder = workspace().join("crates").join(name);
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        for key in
            ["description", "readme", "keywords", "categories", "license.workspace", "rust-version.workspace"]
        {
            assert!(manifest.lines().any(|line| line.starts_with(&format!("{key} = "))), "{name}: {key}");
        }
        assert!(!manifest.lines().any(|line| line.starts_with("publish")), "{name}");
        assert!(folder.join("README.md").is_file(), "{name}");
    }
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}
