//! The configuration, read from real files with an environment that only the test sees.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a failure in shared test code fails the test")]

mod changes;
mod environment;
mod example;
mod layers;
mod paths;
mod refusals;
mod search;

use std::{ffi::OsString, path::PathBuf};

use jeton_server::config::{Config, ConfigError, Environment, LoadedConfig, Overrides};
use tempfile::TempDir;

/// A folder and variables for one test.
struct TestEnvironment {
    folder: TempDir,
    variables: Vec<(OsString, OsString)>,
}

impl TestEnvironment {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap(), variables: Vec::new() }
    }

    /// With a `jeton.toml` that has this text.
    fn with(text: &str) -> Self {
        Self::new().file("jeton.toml", text)
    }

    fn file(self, name: &str, text: &str) -> Self {
        let file = self.folder.path().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
        self
    }

    fn variable(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    fn load(&self) -> Result<LoadedConfig, ConfigError> {
        self.load_with(&Overrides::default())
    }

    fn load_with(&self, overrides: &Overrides) -> Result<LoadedConfig, ConfigError> {
        Config::load(overrides, self)
    }

    fn config(&self) -> Config {
        self.load().unwrap_or_else(|error| panic!("{error}")).config
    }

    /// The error message, without the path of the test's folder.
    fn refusal(&self) -> String {
        self.refusal_with(&Overrides::default())
    }

    fn refusal_with(&self, overrides: &Overrides) -> String {
        let text = self.load_with(overrides).expect_err("the configuration was accepted").to_string();
        assert!(!text.contains(char::is_control), "more than one line: {text:?}");
        text.replace(&format!("{}/", self.folder.path().display()), "")
    }
}

impl Environment for TestEnvironment {
    fn variables(&self) -> Vec<(OsString, OsString)> {
        self.variables.clone()
    }

    fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

/// The smallest complete configuration.
const MINIMAL: &str = r#"
region = "us"
[[regions]]
name = "us"
issuer = "https://app.example.com"
"#;

/// The configuration in the manual.
const MANUAL: &str = r#"
region = "us"                          # which of the regions this process serves
[[regions]]
name = "us"                            # [a-z0-9]{1,10}
issuer = "https://app.example.com"
[[regions]]
name = "eu"
issuer = "https://app.eu.example.com"
[listen]
public = "127.0.0.1:8080"
operations = "127.0.0.1:8081"
trusted_proxies = []                   # networks whose X-Forwarded-For is trusted
[database]
url = "sqlite:jeton-data/jeton.db"     # or postgres://…
[keys]
master_key_file = "jeton-data/master.key"   # created with mode 0600; refused if readable by all; or JETON_KEYS__MASTER_KEY
[tokens]
default_ttl = "1h"
scope_policy = "narrow"                # or "exact": see protocol.md
[outage]
serve_stale_for = "5m"                 # how long cached accounts are served while the store is unavailable
[limits]
failures = 20                          # per client id and address, in
per = "60s"
in_flight = 4096                       # more than that: 503 at once
[shutdown]
lame_duck = "5s"                       # not ready, still serving
drain = "25s"
"#;
