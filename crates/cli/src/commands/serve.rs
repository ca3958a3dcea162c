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

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::{configuration, endpoints, not_started};

/// Run the server for one region until SIGTERM or SIGINT
#[derive(Debug, Args)]
#[command(after_help = "The log goes to stderr.\n\n\
    Signals:\n  \
    SIGTERM, SIGINT   finish open requests, then stop; a second signal stops at once\n  \
    SIGHUP            reload the log level and the TLS certificate from the configuration file\n  \
    SIGUSR1, SIGUSR2  ignored\n\
    The server also loads a renewed TLS certificate without a signal, within 30 seconds.\n\n\
    Examples:\n  jeton serve --config /etc/jeton/jeton.toml\n  \
    JETON_DATABASE__URL=sqlite:/var/lib/jeton/jeton.db \\\n    \
    jeton serve --region eu")]
pub(crate) struct Serve {
    /// Refuse to start if the database needs a migration
    #[arg(long)]
    no_migrate: bool,
}

impl Serve {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let LoadedConfig { config, source } = configuration(globals)?;
        let log = logging::init(&config.log.level, config.log.format, io::stderr())
            .map_err(|error| Failure::Usage(error.to_string()))?;
        let stop = Shutdown::configured(&config.shutdown);
        stop_on_signals(&stop).map_err(|error| no_signal_handlers(&error))?;
        let hang_ups = HangUps::catch().map_err(|error| no_signal_handlers(&error))?;
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
        // Reload the same file as at the start, even if another file would be found by default now.
        let overrides = Overrides { config: source.file().map(Path::to_owned), ..globals.overrides() };
        let reloads = tokio::spawn(reload(node.reloader(config, log.level()), overrides, hang_ups));
        node.run(stop).await;
        reloads.abort();
        Ok(())
    }
}

/// Reloads the settings at each SIGHUP.
async fn reload(mut node: Reloader, overrides: Overrides, mut hang_ups: HangUps) {
    loop {
        hang_ups.next().await;
        block_in_place(|| {
            node.reload(Config::load(&overrides, &ProcessEnvironment).map(|read| read.config));
        });
    }
}

/// Without signal handlers, a server would lose requests at each stop, so it does not start.
pub(crate) fn no_signal_handlers(error: &io::Error) -> Failure {
    Failure::Failed(format!("cannot install the signal handlers ({error})"))
}
