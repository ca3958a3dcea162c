//! `jeton config check`

use clap::{Args, Subcommand};
use jeton_core::store::Migrate;
use jeton_server::check_start;
use jeton_server::config::LoadedConfig;
use serde_json::json;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::{configuration, endpoints, not_started};
use crate::print::output;
use crate::print::output::OutputArgs;

/// Check the configuration
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    Check(Check),
}

impl ConfigCommand {
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::Check(command) => command.run(globals).await,
        }
    }
}

/// Check whether `jeton serve` would start, and print its settings
#[derive(Debug, Args)]
#[command(
    after_help = "Runs the steps of a start that change nothing: reads the certificate and its key, inspects the \
    database, and compares the master key with it. Creates no files, runs no migrations and binds no addresses.\n\
    Prints one line for each fault. Exit code 2: the configuration or a file that it names is wrong; 7: the database \
    is unavailable.\n\n\
    Example:\n  jeton config check --config /etc/jeton/jeton.toml"
)]
pub(crate) struct Check {
    #[command(flatten)]
    output: OutputArgs,
}

impl Check {
    async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let loaded = configuration(globals)?;
        let config = &loaded.config;
        let findings = check_start(config, Migrate::Pending).await;
        let notes: Vec<String> = findings.notes.iter().map(ToString::to_string).collect();
        let faults: Vec<Failure> =
            findings.faults.into_iter().map(|fault| not_started(config, fault)).collect();
        self.show(&loaded, &faults, &notes)?;
        let Some(first) = faults.first() else { return Ok(()) };
        for line in faults.iter().filter_map(Failure::line) {
            output::say(&line);
        }
        Err(Failure::Silent { exit_code: first.exit_code() })
    }

    fn show(self, loaded: &LoadedConfig, faults: &[Failure], notes: &[String]) -> Result<(), Failure> {
        let (config, region) = (&loaded.config, loaded.config.this_region());
        let token_endpoint = endpoints(config).token();
        let in_environment = config.keys.master_key.is_some();
        let key_file = (!in_environment).then(|| config.keys.master_key_file.display().to_string());
        let others = config.regions().iter().filter(|other| other.name != region.name);
        let others: Vec<&str> = others.map(|other| other.name.as_str()).collect();
        let view = json!({
            "file": loaded.source.file(),
            "region": region.name,
            "issuer": region.issuer.as_str(),
            "token_endpoint": token_endpoint,
            "other_regions": others,
            "database": config.database.url.to_string(),
            "master_key_file": key_file,
            "listen_public": config.listen.public,
            "listen_operations": config.listen.operations,
            "tls": config.listen.tls.is_some(),
            "faults": faults.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "notes": notes,
        });
        let mut fields = vec![
            ("File", loaded.source.to_string()),
            ("Region", region.name.to_string()),
            ("Issuer", region.issuer.to_string()),
            ("Token endpoint", token_endpoint),
            ("Other regions", others.join(" ")),
            ("Database", config.database.url.to_string()),
            ("Master key", key_file.unwrap_or_else(|| "from JETON_KEYS__MASTER_KEY".to_owned())),
            ("Public listener", config.listen.public.to_string()),
            ("Operations listener", config.listen.operations.to_string()),
            (
                "TLS",
                if config.listen.tls.is_some() { "enabled" } else { "disabled; left to a proxy" }.to_owned(),
            ),
        ];
        fields.extend(notes.iter().map(|note| ("Note", note.clone())));
        let faults = if faults.is_empty() { "none".to_owned() } else { faults.len().to_string() };
        fields.push(("Faults", faults));
        self.output.show(&view, &fields)
    }
}
