//! `jeton dev`: a complete server on this machine with one command.
//!
//! The process may be killed after any step: the next start detects what exists and does the remaining steps.

mod address;
mod data_folder;
mod database;
mod environment;
mod sample;
mod settings_file;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use jeton_core::store::Migrate;
use jeton_server::config::{Config, ConfigError, Issuer, Overrides, ProcessEnvironment};
use jeton_server::listen::{
    ListenError, ListenOptions, Listener, Shutdown, stop_on_hang_up, stop_on_signals,
};
use jeton_server::start::StartError;
use jeton_server::{Node, logging};

use self::address::{loopback_issuer, operations_beside};
use self::database::{DatabaseOption, URL_VARIABLE};
use self::environment::DevEnvironment;
use self::settings_file::SettingsFile;
use super::serve::no_signal_handlers;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::{AdminContext, endpoints, not_started};
use crate::print::output;

/// Run a complete server on this machine, with a sample resource and account
#[derive(Debug, Args)]
#[command(
    after_help = "The first start creates a folder with jeton.toml, the database and the master key, and prints the \
    secret of the sample account. Later starts keep them, and change jeton.toml only according to the options.\n\
    In another terminal, in the same folder, every other command finds the database of this server.\n\
    The server stops at Ctrl-C or when its terminal is closed (SIGHUP), after it has finished open requests.\n\n\
    Examples:\n  jeton dev\n  \
    jeton dev --issuer https://tunnel.example.com   (for Intercom)\n  \
    jeton dev --data-dir /tmp/try --listen 127.0.0.1:0\n  \
    jeton dev --database postgres://jeton@db/jeton   (an existing database)"
)]
pub(crate) struct Dev {
    /// Folder for all data
    #[arg(long, value_name = "DIR", default_value = "jeton-data")]
    data_dir: PathBuf,
    /// Address for clients; port 0 takes any free port [default: that of the last start, or 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR", value_parser = address::parse)]
    listen: Option<SocketAddr>,
    /// URL that clients use: the https URL of a tunnel or proxy in front of the server [default: from the address]
    #[arg(long, value_name = "URL", value_parser = |text: &str| Issuer::parse(text).map_err(|error| error.to_string()))]
    issuer: Option<Issuer>,
    /// URL of an existing PostgreSQL database to use instead of a file; its password is kept in the folder for all data,
    /// in a file that only you can read [default: that of the last start, or the file jeton.db]
    #[arg(long, value_name = "URL")]
    database: Option<DatabaseOption>,
}

impl Dev {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        if globals.config.is_some() {
            return Err(Failure::Usage(
                "`jeton dev` keeps its own configuration; use --data-dir, or `jeton serve --config FILE`"
                    .to_owned(),
            ));
        }
        let database = self.database.as_ref().map(DatabaseOption::check).transpose()?;
        DevEnvironment::say_ignored_variables();
        let environment = DevEnvironment::new(database.as_ref().map(|database| database.url().clone()));
        let load = |file: &Path| load(file, globals, &environment);
        let file = self.data_dir.join("jeton.toml");
        self.refuse_plain_http(&file, load)?;
        data_folder::ensure(&self.data_dir)?;
        if SettingsFile::create_if_missing(&file, globals.region.as_deref())? {
            output::say(&format!("Created {}", file.display()));
        }
        let before = load(&file)?;
        let _log = logging::init(&before.log.level, before.log.format, io::stderr())
            .map_err(|error| Failure::Usage(error.to_string()))?;
        let stop = Shutdown::configured(&before.shutdown);
        stop_on_signals(&stop).map_err(|error| no_signal_handlers(&error))?;
        stop_on_hang_up(&stop).map_err(|error| no_signal_handlers(&error))?;
        let (public, operations) = self.bind(&before).await?;
        self.save_options(&file, &before, &public, &operations)?;
        let mut config = load(&file)?;
        if let Some(database) = &database {
            database.remove_old_password(&mut config.database, &self.data_dir);
        }
        let context = AdminContext::of(config, Migrate::Pending).await?;
        // Only now: a wrong URL must not replace the one that worked.
        if let Some(database) = &database {
            database.save(&file, &self.data_dir)?;
        }
        let sample = sample::ensure(&context).await?;
        let config = context.config;
        let node = Node::start_on(&config, Migrate::Pending, public, operations).await;
        sample.print(&config)?;
        let node = node.map_err(|error| not_started(&config, error))?;
        announce(&config, &node, &file);
        node.run(stop).await;
        Ok(())
    }

    /// Refuses an address and an issuer that would send secrets unencrypted. Runs before anything is created.
    fn refuse_plain_http(
        &self,
        file: &Path,
        load: impl Fn(&Path) -> Result<Config, Failure>,
    ) -> Result<(), Failure> {
        let known = if file.exists() { Some(load(file)?) } else { None };
        let listen = self.listen.or_else(|| known.as_ref().map(|config| config.listen.public));
        let Some(listen) = listen.filter(|listen| !listen.ip().is_loopback()) else { return Ok(()) };
        let issuer =
            self.issuer.as_ref().or_else(|| known.as_ref().map(|config| &config.this_region().issuer));
        if issuer.is_some_and(|issuer| issuer.as_str().starts_with("https://")) {
            return Ok(());
        }
        Err(Failure::Usage(format!(
            "other machines can reach --listen {listen}, and would send secrets unencrypted; set the https URL of a \
             proxy in front of the server with --issuer https://…, or listen on 127.0.0.1:{}",
            listen.port()
        )))
    }

    async fn bind(&self, config: &Config) -> Result<(Listener, Listener), Failure> {
        let (public, operations) = match self.listen {
            Some(address) => (address, operations_beside(address)),
            None => (config.listen.public, config.listen.operations),
        };
        let public = Listener::bind(public, ListenOptions::public(config)).await;
        let public = public.map_err(not_bound)?;
        let operations = Listener::bind(operations, ListenOptions::operations(&config.listen)).await;
        Ok((public, operations.map_err(not_bound)?))
    }

    /// Saves the options in the file, with the addresses that the server is really bound to.
    fn save_options(
        &self,
        file: &Path,
        before: &Config,
        public: &Listener,
        operations: &Listener,
    ) -> Result<(), Failure> {
        let mut settings = SettingsFile::read(file)?;
        if self.listen.is_some() {
            let old = settings.public_address();
            settings.set_listen("public", &public.local_addr().to_string());
            settings.set_listen("operations", &operations.local_addr().to_string());
            // An issuer derived from the old address follows the new address; a chosen issuer stays.
            let issuer = before.this_region().issuer.as_str();
            if old.is_some_and(|old| issuer == loopback_issuer(&old)) {
                let issuer = loopback_issuer(&public.local_addr().to_string());
                settings.set_issuer(before.this_region().name.as_str(), &issuer);
            }
        }
        if let Some(issuer) = &self.issuer {
            settings.set_issuer(before.this_region().name.as_str(), issuer.as_str());
        }
        settings.write_if_changed()
    }
}

/// For a port in use, names the option that helps.
fn not_bound(error: ListenError) -> Failure {
    match error {
        ListenError::InUse { address } => Failure::Failed(format!(
            "{address} is already in use; stop the program that listens there, or choose another address with \
             --listen, such as 127.0.0.1:8090 (probes take the next port), or 127.0.0.1:0 for any"
        )),
        other => StartError::from(other).into(),
    }
}

fn load(file: &Path, globals: &Globals, environment: &DevEnvironment) -> Result<Config, Failure> {
    let overrides = Overrides { config: Some(file.to_owned()), region: globals.region.clone() };
    match Config::load(&overrides, environment) {
        // An error about the option must not name the variable in its place.
        Err(ConfigError::Value { place, problem }) if place == URL_VARIABLE && environment.has_database() => {
            Err(Failure::Usage(format!("--database {problem}")))
        }
        loaded => Ok(loaded?.config),
    }
}

/// Prints the URLs and the next steps.
fn announce(config: &Config, node: &Node, file: &Path) {
    let issuer = &config.this_region().issuer;
    output::say(&format!("\n  Tokens  {}", endpoints(config).token()));
    output::say(&format!("  Probes  http://{}/readyz", node.operations_addr()));
    if !config.database.url.is_sqlite() {
        output::say(&format!("  Data    {}", config.database.url));
    }
    if issuer.as_str().starts_with("http://") {
        output::say(
            "  Intercom needs a public https URL: put a tunnel or proxy in front, and set its URL with --issuer URL.",
        );
    }
    let found = Config::load(&Overrides::default(), &ProcessEnvironment);
    if found.is_ok_and(|found| found.source.file() == Some(file)) {
        output::say("  In another terminal, in this folder: `jeton account list`");
    } else {
        output::say(&format!("  In another terminal: `jeton --config {} account list`", file.display()));
    }
    output::say(&format!("\nServing {issuer} on {}; stop with Ctrl-C.", node.public_addr()));
}
