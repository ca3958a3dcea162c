//! Configuration errors: one line that says where the error is, what is wrong and how to fix it.
//!
//! Must never show a value that may be secret: a string is shown only as "a string".

use std::{
    io,
    path::{Path, PathBuf},
};

use figment::{
    Error, Figment,
    error::{Actual, Kind},
};

/// Why the configuration could not be loaded. The message is one line.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No file was named, no file exists in the default places, and no variable names a region.
    #[error(
        "no configuration found: {looked_for} do not exist, --config and JETON_CONFIG name no file, and JETON_REGIONS \
         and JETON_ISSUER are not set; run `jeton dev` to create a first file, write jeton.toml, or set JETON_REGION \
         and JETON_ISSUER to run without a file"
    )]
    NotFound {
        /// The default places.
        looked_for: String,
    },
    /// The file does not exist or must not be read by this process.
    #[error("{}: cannot be read ({source}); correct the name or the permissions", shown(.file))]
    Unreadable {
        /// The file as it was named.
        file: PathBuf,
        /// The error of the system.
        source: io::Error,
    },
    /// The file is not TOML.
    #[error("{}: line {line} is not valid TOML ({}); correct the line", shown(.file), one_line(.reason))]
    Syntax {
        /// The file as it was named.
        file: PathBuf,
        /// Counted from 1.
        line: usize,
        /// The error of the parser.
        reason: String,
    },
    /// A value is wrong, alone or in combination with another value.
    #[error("{} {}", one_line(.place), one_line(.problem))]
    Value {
        /// File and key, or the variable, or the option.
        place: String,
        /// What is wrong and what to do.
        problem: String,
    },
}

/// The lowest layer: what an error names if neither a variable nor an option set the key.
pub(super) enum BaseLayer<'a> {
    /// The file.
    File(&'a Path),
    /// The environment: there is no file.
    Environment,
}

impl BaseLayer<'_> {
    /// The name of the layer.
    pub(super) fn name(&self) -> String {
        match self {
            Self::File(file) => format!("file {}", file.display()),
            Self::Environment => "no file".to_owned(),
        }
    }

    /// An error at the file's key, or at the variable that sets the key.
    pub(super) fn error(&self, key: &str, problem: impl Into<String>) -> ConfigError {
        let place = match self {
            Self::File(file) => format!("{}: `{}`", file.display(), indexed(key)),
            Self::Environment => format!("JETON_{}", key.to_ascii_uppercase().replace('.', "__")),
        };
        ConfigError::Value { place, problem: problem.into() }
    }

    /// An error at the layer that set the key.
    pub(super) fn error_at_setter(
        &self,
        key: &str,
        layers: &Figment,
        problem: impl Into<String>,
    ) -> ConfigError {
        match setting_layer(key, layers) {
            Some(name) if name != self.name() => ConfigError::Value { place: name, problem: problem.into() },
            _ => self.error(key, problem),
        }
    }

    /// Translates an error of figment.
    pub(super) fn translate(&self, error: &Error, layers: &Figment) -> ConfigError {
        let key = error.path.join(".");
        match &error.kind {
            Kind::MissingField(field) => {
                let key = if key.is_empty() { field.to_string() } else { format!("{key}.{field}") };
                self.error(&key, self.missing(&key))
            }
            Kind::UnknownField(_, known) => {
                let problem =
                    format!("is not a known key (known keys: {}); correct or remove it", known.join(", "));
                self.error_at_setter(&key, layers, problem)
            }
            Kind::InvalidType(actual, expected) | Kind::InvalidValue(actual, expected) => self
                .error_at_setter(
                    &key,
                    layers,
                    format!("is {}; use {}", kind_of(actual), expected_kind(expected)),
                ),
            Kind::Message(message) => self.error_at_setter(&key, layers, message.as_str()),
            other => self.error_at_setter(&key, layers, format!("is invalid ({other}); correct it")),
        }
    }

    fn missing(&self, key: &str) -> String {
        match (self, key) {
            (Self::File(_), "region") => {
                "is missing; set the region that this process serves here, in JETON_REGION or with --region"
            }
            (Self::File(_), "regions") => {
                "is missing; add a [[regions]] table with `name` and `issuer` for each region"
            }
            (Self::File(_), _) => "is missing; add it",
            (Self::Environment, "region") => {
                "is missing; set it to the region that this process serves, or use --region"
            }
            (Self::Environment, _) => "is missing; set it",
        }
        .to_owned()
    }
}

/// The layer that set the key or its nearest parent: list items have no layer of their own.
fn setting_layer(key: &str, layers: &Figment) -> Option<String> {
    if let Some(metadata) = layers.find_metadata(key) {
        return Some(metadata.name.to_string());
    }
    key.rsplit_once('.').and_then(|(parent, _)| setting_layer(parent, layers))
}

/// Never the string itself: it may be a secret under the wrong key.
fn kind_of(actual: &Actual) -> String {
    match actual {
        Actual::Bool(value) => value.to_string(),
        Actual::Unsigned(value) => format!("the number {value}"),
        Actual::Signed(value) => format!("the number {value}"),
        Actual::Float(value) => format!("the number {value}"),
        Actual::Char(_) | Actual::Str(_) => "a string".to_owned(),
        Actual::Seq => "a list".to_owned(),
        Actual::Map => "a table".to_owned(),
        _ => "something else".to_owned(),
    }
}

/// What serde expected, in TOML's terms.
fn expected_kind(expected: &str) -> String {
    match expected {
        "a string" | "path string" | "socket address" => "a string in quotes".to_owned(),
        "a sequence" => "a list".to_owned(),
        "u32" | "usize" | "a nonzero u32" | "a nonzero usize" => "a whole number above 0".to_owned(),
        table if table.starts_with("struct ") || table == "map" => "a table".to_owned(),
        other => other.to_owned(),
    }
}

/// Turns `regions.0.name` into `regions[0].name`.
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

/// File names and parser messages may contain line ends, which would break the promise of one line.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
