//! `jeton serve`

use std::io;
use std::path::Path;

use clap::Args;
use jeton_core::store::Migrate;
use jeton_server::config::{Config, LoadedConfig, Overrides, ProcessEnvironment};
use jeton_server::listen::{HangUps, Shutdown, stop_on_signals};
use jeton_server::start::created_master_key_notice;
use jeton_server::{Node, Reloader, logging};
use tokio::task::block_in_place;
use tracing::{info, warn};

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::{configuration, endpoints, not_started};

/// Serve one region until SIGTERM or SIGINT
#[derive(Debug, Args)]
#[command(after_help = "The log goes to stderr.\n\n\
    Signals:\n  \
    SIGTERM, SIGINT   stop without losing a request; a second one stops at once\n  \
    SIGHUP            reload the log level and the TLS certificate from the configuration file\n  \
    SIGUSR1, SIGUSR2  ignored\n\
    A renewed TLS certificate is also noticed without a signal, within half a minute.\n\n\
    Examples:\n  jeton serve --config /etc/jeton/jeton.toml\n  \
    JETON_DATABASE__URL=sqlite:/var/lib/jeton/jeton.db \\\n    \
    jeton serve --region eu")]
pub(crate) struct Serve {
    /// Refuse to start where the database needs a migration, instead of doing it
    #[arg(long)]
    no_migrate: bool,
}

impl Serve {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let LoadedConfig { config, source } = configuration(globals)?;
        let log = logging::init(&config.log.level, config.log.format, io::stderr())
            .map_err(|error| Failure::Usage(error.to_string()))?;
        let stop = Shutdown::configured(&config.shutdown);
        stop_on_signals(&stop).map_err(|error| uncaught(&error))?;
        let hang_ups = HangUps::catch().map_err(|error| uncaught(&error))?;
        let migrate = if self.no_migrate { Migrate::Never } else { Migrate::Pending };
        let node = Node::start(&config, migrate).await.map_err(|error| not_started(&config, error))?;
        if let Some(path) = node.created_master_key() {
            warn!("{}", created_master_key_notice(path));
        }
        info!(
            "Serving the region {} on {}, probes and metrics on {}. Tokens are at {}",
            config.this_region().name,
            node.public_addr(),
            node.operations_addr(),
            endpoints(&config).token()
        );
        // The file of the start, wherever the usual places would lead now.
        let overrides = Overrides { config: source.file().map(Path::to_owned), ..globals.overrides() };
        let reloads = tokio::spawn(reload(node.reloader(config, log.level()), overrides, hang_ups));
        node.run(stop).await;
        reloads.abort();
        Ok(())
    }
}

/// Reads the settings again at each SIGHUP.
async fn reload(mut node: Reloader, overrides: Overrides, mut hang_ups: HangUps) {
    loop {
        hang_ups.next().await;
        block_in_place(|| {
            node.reload(Config::load(&overrides, &ProcessEnvironment).map(|read| read.config));
        });
    }
}

/// Without its signals a server would lose requests at each stop.
pub(crate) fn uncaught(error: &io::Error) -> Failure {
    Failure::Failed(format!("the signals that stop the server cannot be caught ({error})"))
}
