//! The `jeton.toml` of `jeton dev`: created once, then changed key by key.
//!
//! Comments, order and all other content stay. The file is replaced atomically: a reader sees the old file or the new
//! one, never a part.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use jeton_protocol::RegionName;
use tempfile::NamedTempFile;
use toml_edit::{DocumentMut, Item, Table, Value};

use crate::failure::Failure;

/// The parsed file.
#[derive(Debug)]
pub(super) struct SettingsFile {
    path: PathBuf,
    before: String,
    document: DocumentMut,
}

impl SettingsFile {
    /// Returns whether the file was created.
    pub(super) fn create_if_missing(path: &Path, region: Option<&str>) -> Result<bool, Failure> {
        if path.exists() {
            return Ok(false);
        }
        let region = region.unwrap_or(REGION);
        RegionName::parse(region).map_err(|error| Failure::Usage(format!("--region {region:?}: {error}")))?;
        replace(path, &TEMPLATE.replace("REGION", region))?;
        Ok(true)
    }

    /// Reads and parses the file.
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(path)
            .map_err(|error| Failure::Usage(format!("{}: cannot be read ({error})", path.display())))?;
        let document =
            text.parse().map_err(|_| Failure::Usage(format!("{}: is not TOML", path.display())))?;
        Ok(Self { path: path.to_owned(), before: text, document })
    }

    /// The value of `listen.public`.
    pub(super) fn public_address(&self) -> Option<String> {
        self.document.get("listen")?.get("public")?.as_str().map(str::to_owned)
    }

    /// Changes a key of `[listen]`.
    pub(super) fn set_listen(&mut self, key: &str, address: &str) {
        let listen = self.document.entry("listen").or_insert_with(|| Item::Table(Table::new()));
        set(&mut listen[key], address);
    }

    /// Changes the issuer of a region, for regions written as tables or as an inline array.
    pub(super) fn set_issuer(&mut self, region: &str, issuer: &str) {
        let Some(regions) = self.document.get_mut("regions") else { return };
        if let Some(tables) = regions.as_array_of_tables_mut() {
            for table in tables.iter_mut().filter(|table| table["name"].as_str() == Some(region)) {
                set(&mut table["issuer"], issuer);
            }
        } else if let Some(array) = regions.as_array_mut() {
            let tables = array.iter_mut().filter_map(Value::as_inline_table_mut);
            for table in tables {
                if table.get("name").and_then(Value::as_str) == Some(region) {
                    table.insert("issuer", issuer.into());
                }
            }
        }
    }

    /// Changes `database.url` and `database.password_file`.
    pub(super) fn set_database(&mut self, url: &str, password: PasswordFile<'_>) {
        let database = self.document.entry("database").or_insert_with(|| Item::Table(Table::new()));
        set(&mut database["url"], url);
        match password {
            PasswordFile::Named(name) => set(&mut database["password_file"], name),
            PasswordFile::NoneOf(name) => {
                let is_named = database.get("password_file").and_then(Item::as_str) == Some(name);
                if let Some(table) = database.as_table_like_mut().filter(|_| is_named) {
                    table.remove("password_file");
                }
            }
        }
    }

    /// Writes the file if anything changed.
    pub(super) fn write_if_changed(self) -> Result<(), Failure> {
        let after = self.document.to_string();
        if after == self.before { Ok(()) } else { replace(&self.path, &after) }
    }
}

/// What `database.password_file` becomes.
#[derive(Debug, Clone, Copy)]
pub(super) enum PasswordFile<'a> {
    /// This file.
    Named(&'a str),
    /// Unset if it is this file. A file that the user chose stays.
    NoneOf(&'a str),
}

/// Changes the value and keeps the comment after it.
fn set(item: &mut Item, text: &str) {
    let decor = item.as_value().map(|value| value.decor().clone());
    let mut value = Value::from(text);
    if let Some(decor) = decor {
        *value.decor_mut() = decor;
    }
    *item = Item::Value(value);
}

/// Writes a file that only its owner may read, atomically.
pub(super) fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // Created with mode 0600, and renamed to its name only when it is complete.
    let written = NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)
    });
    written
        .map(drop)
        .map_err(|error| Failure::Failed(format!("{}: cannot be written ({error})", path.display())))
}

const REGION: &str = "local";

const TEMPLATE: &str = r#"# Created by `jeton dev`, which changes only what its options set. Paths are relative to the file.
region = "REGION"

[[regions]]
name = "REGION"
issuer = "http://127.0.0.1:8080"

[listen]
public = "127.0.0.1:8080"
operations = "127.0.0.1:8081"

[database]
url = "sqlite:jeton.db"

[keys]
master_key_file = "master.key"

[shutdown]
lame_duck = "0s"
drain = "5s"

[log]
format = "text"
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_keeps_comments_and_order() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("jeton.toml");
        fs::write(
            &path,
            "# mine\nregion = \"eu\"\nregions = [{ name = \"us\", issuer = \"https://us.example\" }, { name = \"eu\", issuer = \"http://127.0.0.1:1\" }]\n[listen]\npublic = \"127.0.0.1:1\" # why\n",
        )
        .unwrap();
        let mut file = SettingsFile::read(&path).unwrap();
        file.set_listen("public", "127.0.0.1:2");
        file.set_issuer("eu", "http://127.0.0.1:2");
        file.write_if_changed().unwrap();
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            "# mine\nregion = \"eu\"\nregions = [{ name = \"us\", issuer = \"https://us.example\" }, { name = \"eu\", issuer = \"http://127.0.0.1:2\" }]\n[listen]\npublic = \"127.0.0.1:2\" # why\n"
        );
    }
}
