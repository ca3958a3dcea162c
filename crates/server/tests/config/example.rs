//! The example file has every key with its default, and the documentation names the same keys.

use std::collections::BTreeSet;
use std::path::Path;

use jeton_server::config::{Config, Overrides, ProcessEnvironment};

fn load(file: &Path) -> Config {
    let overrides = Overrides { config: Some(file.to_owned()), region: None };
    Config::load(&overrides, &ProcessEnvironment).unwrap().config
}

#[test]
fn the_example_has_the_defaults() {
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/jeton.toml");
    let folder = tempfile::tempdir().unwrap();
    let minimal = folder.path().join("jeton.toml");
    let regions = "region = \"us\"\n[[regions]]\nname = \"us\"\nissuer = \"https://app.example.com\"\n[[regions]]\n\
                   name = \"eu\"\nissuer = \"https://app.eu.example.com\"\n";
    std::fs::write(&minimal, regions).unwrap();
    let shown = |file: &Path| {
        let folder = file.parent().unwrap().to_str().unwrap();
        format!("{:#?}", load(file)).replace(folder, "FOLDER")
    };
    assert_eq!(shown(&example), shown(&minimal));
}

#[test]
fn the_reference_names_every_key_of_the_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let example = std::fs::read_to_string(root.join("examples/jeton.toml")).unwrap();
    let reference = std::fs::read_to_string(root.join("docs/configuration.md")).unwrap();
    let keys = example.lines().map(|line| line.trim_start_matches("# "));
    let keys: BTreeSet<&str> = keys.filter_map(|line| line.split_once(" = ")).map(|(key, _)| key).collect();
    let keys =
        keys.into_iter().filter(|key| key.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_'));
    let missing: Vec<&str> = keys.filter(|key| !reference.contains(key)).collect();
    assert!(missing.is_empty(), "docs/configuration.md lacks {missing:?}");
}

#[test]
fn the_example_has_every_key_of_the_reference() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let example = std::fs::read_to_string(root.join("examples/jeton.toml")).unwrap();
    let reference = std::fs::read_to_string(root.join("docs/configuration.md")).unwrap();
    let rows = reference.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let is_key =
        |key: &&str| key.chars().all(|letter| letter.is_ascii_lowercase() || "._[]".contains(letter));
    let keys: Vec<&str> =
        rows.filter(is_key).filter_map(|key| key.rsplit_once('.').map(|(_, key)| key)).collect();
    assert!(keys.len() > 25, "{keys:?}");
    let missing: Vec<_> = keys.iter().filter(|key| !example.contains(&format!("{key} = "))).collect();
    assert!(missing.is_empty(), "examples/jeton.toml lacks {missing:?}");
}
