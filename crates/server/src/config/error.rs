//! Refusals of a configuration: one line that says where, what and how to cure it.
//!
//! Must never show a value that may be secret: of a text it says that it is a text.

use std::{
    io,
    path::{Path, PathBuf},
};

use figment::{
    Error, Figment,
    error::{Actual, Kind},
};

/// Why there is no configuration. Its text is one line.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No file was named, none is in the usual places, and no variable names a region.
    #[error(
        "there is no configuration: {looked_for} do not exist, neither --config nor JETON_CONFIG names a file, and \
         neither JETON_REGIONS nor JETON_ISSUER is set; run `jeton dev` for a first file, write jeton.toml, or set \
         JETON_REGION and JETON_ISSUER to configure it without a file"
    )]
    NotFound {
        /// The usual places.
        looked_for: String,
    },
    /// The file is not there, or not for us.
    #[error("{}: cannot be read ({source}); correct its name or its permissions", shown(.file))]
    Unreadable {
        /// The file as it was named.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("{}: line {line} is not TOML ({}); correct the line", shown(.file), one_line(.reason))]
    Syntax {
        /// The file as it was named.
        file: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What the parser said.
        reason: String,
    },
    /// A value, or what it is together with another, is wrong.
    #[error("{} {}", one_line(.place), one_line(.problem))]
    Value {
        /// File and key, or the variable, or the option.
        place: String,
        /// What is wrong and what to do.
        problem: String,
    },
}

/// What is to blame where neither a variable nor an option set the key.
pub(super) enum Blame<'a> {
    /// The file.
    File(&'a Path),
    /// The environment: there is no file.
    Environment,
}

impl Blame<'_> {
    /// The name of the file's layer.
    pub(super) fn layer(&self) -> String {
        match self {
            Self::File(file) => format!("file {}", file.display()),
            Self::Environment => "no file".to_owned(),
        }
    }

    /// Blames the file's key, or the variable that sets the key.
    pub(super) fn because(&self, key: &str, problem: impl Into<String>) -> ConfigError {
        let place = match self {
            Self::File(file) => format!("{}: `{}`", file.display(), indexed(key)),
            Self::Environment => format!("JETON_{}", key.to_ascii_uppercase().replace('.', "__")),
        };
        ConfigError::Value { place, problem: problem.into() }
    }

    /// Blames the layer that set the key.
    pub(super) fn at(&self, key: &str, layers: &Figment, problem: impl Into<String>) -> ConfigError {
        match setter(key, layers) {
            Some(name) if name != self.layer() => ConfigError::Value { place: name, problem: problem.into() },
            _ => self.because(key, problem),
        }
    }

    /// Says in our words what figment found wrong.
    pub(super) fn refuse(&self, error: &Error, layers: &Figment) -> ConfigError {
        let key = error.path.join(".");
        match &error.kind {
            Kind::MissingField(field) => {
                let key = if key.is_empty() { field.to_string() } else { format!("{key}.{field}") };
                self.because(&key, self.missing(&key))
            }
            Kind::UnknownField(_, known) => {
                let problem =
                    format!("is no key here (there are {}); correct or remove it", known.join(", "));
                self.at(&key, layers, problem)
            }
            Kind::InvalidType(actual, expected) | Kind::InvalidValue(actual, expected) => {
                self.at(&key, layers, format!("is {}; write {}", kind_of(actual), wanted(expected)))
            }
            Kind::Message(message) => self.at(&key, layers, message.as_str()),
            other => self.at(&key, layers, format!("is wrong ({other}); correct it")),
        }
    }

    fn missing(&self, key: &str) -> String {
        match (self, key) {
            (Self::File(_), "region") => {
                "is missing; name the region that this process serves here, in JETON_REGION or with --region"
            }
            (Self::File(_), "regions") => {
                "is missing; add a [[regions]] table with `name` and `issuer` for each region"
            }
            (Self::File(_), _) => "is missing; add it",
            (Self::Environment, "region") => {
                "is missing; set it to the region that this process serves, or name the region with --region"
            }
            (Self::Environment, _) => "is missing; set it",
        }
        .to_owned()
    }
}

/// The layer that set the key, or the nearest one above it: list items have no name of their own.
fn setter(key: &str, layers: &Figment) -> Option<String> {
    if let Some(metadata) = layers.find_metadata(key) {
        return Some(metadata.name.to_string());
    }
    key.rsplit_once('.').and_then(|(parent, _)| setter(parent, layers))
}

/// Never the text itself: it may be a secret that was put under the wrong key.
fn kind_of(actual: &Actual) -> String {
    match actual {
        Actual::Bool(value) => value.to_string(),
        Actual::Unsigned(value) => format!("the number {value}"),
        Actual::Signed(value) => format!("the number {value}"),
        Actual::Float(value) => format!("the number {value}"),
        Actual::Char(_) | Actual::Str(_) => "a text".to_owned(),
        Actual::Seq => "a list".to_owned(),
        Actual::Map => "a table".to_owned(),
        _ => "something else".to_owned(),
    }
}

/// What serde expected, in the words of the file's format.
fn wanted(expected: &str) -> String {
    match expected {
        "a string" | "path string" | "socket address" => "a text in quotes".to_owned(),
        "a sequence" => "a list".to_owned(),
        "u32" | "usize" | "a nonzero u32" | "a nonzero usize" => "a whole number above 0".to_owned(),
        table if table.starts_with("struct ") || table == "map" => "a table".to_owned(),
        other => other.to_owned(),
    }
}

/// `regions.0.name` as people write it: `regions[0].name`.
fn indexed(key: &str) -> String {
    key.split('.').fold(String::new(), |path, part| match part.parse::<usize>() {
        Ok(index) => format!("{path}[{index}]"),
        Err(_) if path.is_empty() => part.to_owned(),
        Err(_) => format!("{path}.{part}"),
    })
}

fn shown(file: &Path) -> String {
    one_line(&file.display().to_string())
}

/// The texts of others (a file's name, a parser) may hold line ends, which would break the promise of one line.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
