//! Configuration errors: one line that says where the error is, what is wrong and how to fix it.
//!
//! Must never show a value that may be secret: a string is shown only as "a string".

use std::{
    io,
    path::{Path, PathBuf},
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

fn shown(file: &Path) -> String {
    one_line(&file.display().to_string())
}

/// File names and parser messages may contain line ends, which would break the promise of one line.
fn one_line(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
