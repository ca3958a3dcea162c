//! The place that an error names: file and key, a variable, or an option.

use super::error::ConfigError;
use super::search::ConfigSource;
use super::setting::Setter;

impl ConfigSource {
    /// An error at the file's key, or at the variable that sets the key if there is no file.
    pub(super) fn error(&self, key: &str, problem: impl Into<String>) -> ConfigError {
        let place = match self {
            Self::File(file) => format!("{}: `{}`", file.display(), indexed(key)),
            Self::Environment => format!("JETON_{}", key.to_ascii_uppercase().replace('.', "__")),
        };
        ConfigError::Value { place, problem: problem.into() }
    }

    /// An error at the layer that set the key.
    pub(super) fn error_by(&self, setter: &Setter, key: &str, problem: impl Into<String>) -> ConfigError {
        match setter {
            Setter::Named(name) => ConfigError::Value { place: name.clone(), problem: problem.into() },
            Setter::Base => self.error(key, problem),
        }
    }

    /// The error for a required key that no layer sets.
    pub(super) fn missing(&self, key: &str) -> ConfigError {
        let problem = match (self, key) {
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
        };
        self.error(key, problem)
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
