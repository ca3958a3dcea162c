//! `[log]`: what is logged, and in which format.
//!
//! Must not start logging.

use serde::{Deserialize, Deserializer, de::Error};
use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;

/// What is logged, and in which format.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogConfig {
    /// A level, or directives such as `info,jeton_server=debug`.
    #[serde(deserialize_with = "level")]
    pub level: String,
    /// The format of a line.
    pub format: LogFormat,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::default() }
    }
}

/// The format of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(try_from = "String")]
pub enum LogFormat {
    /// One flat JSON object.
    #[default]
    Json,
    /// Human-readable text.
    Text,
}

impl TryFrom<String> for LogFormat {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "json" => Ok(Self::Json),
            "text" => Ok(Self::Text),
            _ => Err("is not a log format; use \"json\" or \"text\""),
        }
    }
}

/// A single word must be a level: `EnvFilter` would take a mistyped `inof` for the name of a module and log no lines.
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
    "is not a log level; use \"info\", or directives, for example, \"info,jeton_server=debug\"";
