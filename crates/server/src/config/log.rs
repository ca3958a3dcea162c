//! `[log]`: what is logged, and how.
//!
//! Must not start the logging.

use serde::{Deserialize, Deserializer, de::Error};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

/// What is logged, and how.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// A level, or directives such as `info,jeton_server=debug`.
    #[serde(deserialize_with = "level")]
    pub level: String,
    /// What a line looks like.
    pub format: LogFormat,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::default() }
    }
}

/// What a line of the log looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum LogFormat {
    /// One flat JSON object.
    #[default]
    Json,
    /// For people.
    Text,
}

impl TryFrom<String> for LogFormat {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            _ => Err("is not a log format; write \"json\" or \"text\""),
        }
    }
}

/// A word alone must be a level: `EnvFilter` takes a mistyped `inof` for the name of a module and then
/// logs nothing.
fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    let is_known = |directive: &str| {
        let directive = directive.trim();
        directive.contains(['=', '[']) || (!directive.is_empty() && directive.parse::<LevelFilter>().is_ok())
    };
    let is_good = text.split(',').all(is_known) && EnvFilter::builder().parse(&text).is_ok();
    if is_good { Ok(text) } else { Err(D::Error::custom(NOT_A_LEVEL)) }
}

const NOT_A_LEVEL: &str =
    "is not a log level; write \"info\", or directives such as \"info,jeton_server=debug\"";
