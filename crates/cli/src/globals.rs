//! The options that every command takes: which configuration and which region.
//!
//! Must not know any command.

use std::path::PathBuf;

use clap::Args;
use jeton_server::config::Overrides;

/// The options that every command takes, before or after its name.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Globals {
    /// Configuration file [default: `JETON_CONFIG`, else jeton.toml, else jeton-data/jeton.toml, else environment only]
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Region to work in [default: the `region` of the configuration]
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) region: Option<String>,
}

impl Globals {
    /// The overrides that these options put on the configuration.
    pub(crate) fn overrides(&self) -> Overrides {
        Overrides { config: self.config.clone(), region: self.region.clone() }
    }
}
