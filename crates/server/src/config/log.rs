//! `[log]`: what is logged, and how.
//!
//! Must not start the logging.

use serde::{Deserialize, Deserializer, de::Error};
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

fn level<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    EnvFilter::builder().parse(&text).map(|_| text).map_err(|_| {
        D::Error::custom(
            "is not a log level; write \"info\", or directives such as \"info,jeton_server=debug\"",
        )
    })
}
