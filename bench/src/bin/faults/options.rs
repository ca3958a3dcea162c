//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use jeton_bench::Error;

use crate::commands::Program;

/// Break the database, the network and the nodes under load, and print what clients noticed
#[derive(Debug, Parser)]
pub(crate) struct Options {
    /// The program `jeton` to test [default: the commands in this program]
    #[arg(long, value_name = "FILE")]
    jeton: Option<PathBuf>,
    /// Run only these scenarios
    #[arg(long, value_name = "SCENARIO", value_delimiter = ',')]
    only: Vec<Scenario>,
    /// How long the database is away in the scenario `outage`
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    seconds: u16,
    /// How long the database is frozen in the scenario `freeze`
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    frozen: u16,
    /// How often a node is killed in the scenario `kills`
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub(crate) cycles: u32,
    /// How many accounts are not in memory at first
    #[arg(long, value_name = "N", default_value_t = 400)]
    pub(crate) cold: usize,
    /// Allow N times the promised times, for a machine that does other work
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) slack: u32,
}

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Scenario {
    /// The database is stopped for a while
    Outage,
    /// The database crashes and is started again
    Crash,
    /// All processes of the database stop where they are
    Freeze,
    /// The packets between one node and the database vanish
    Partition,
    /// The primary is lost and a synchronous standby is promoted; then the old primary returns
    Promotion,
    /// Several nodes start at once on an empty database
    FirstStart,
    /// Nodes are killed under a stream of changes
    Kills,
    /// The disk of the database is full
    FullDisk,
}

impl Options {
    /// Whether the user wants this scenario.
    pub(crate) fn includes(&self, scenario: Scenario) -> bool {
        self.only.is_empty() || self.only.contains(&scenario)
    }

    /// The program under test.
    pub(crate) fn program(&self) -> Result<Program, Error> {
        match &self.jeton {
            Some(file) => Ok(Program::jeton(
                file.canonicalize().map_err(|error| format!("{}: {error}", file.display()))?,
            )),
            None => Ok(Program::this()?),
        }
    }

    /// How long the database is away.
    pub(crate) fn outage(&self) -> Duration {
        Duration::from_secs(self.seconds.into())
    }

    /// How long the database is frozen.
    pub(crate) fn frozen(&self) -> Duration {
        Duration::from_secs(self.frozen.into())
    }

    /// A promised time, with what the user allows.
    pub(crate) fn allow(&self, promised: Duration) -> Duration {
        promised * self.slack.max(1)
    }
}
