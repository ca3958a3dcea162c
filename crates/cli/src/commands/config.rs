//! `jeton config check`

use clap::{Args, Subcommand};
use serde_json::json;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::{configuration, endpoints};
use crate::output::OutputArgs;

/// Look at the configuration
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    Check(Check),
}

impl ConfigCommand {
    pub(crate) fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::Check(command) => command.run(globals),
        }
    }
}

/// Check the configuration and print what is in force, environment and options included
#[derive(Debug, Args)]
#[command(
    after_help = "Opens neither the database nor the master key. A wrong configuration ends with exit code 2.\n\n\
    Example:\n  jeton config check --config /etc/jeton/jeton.toml"
)]
pub(crate) struct Check {
    #[command(flatten)]
    output: OutputArgs,
}

impl Check {
    fn run(self, globals: &Globals) -> Result<(), Failure> {
        let loaded = configuration(globals)?;
        let (config, region) = (&loaded.config, loaded.config.this_region());
        let token_endpoint = endpoints(config).token();
        let in_environment = config.keys.master_key.is_some();
        let key_file = (!in_environment).then(|| config.keys.master_key_file.display().to_string());
        let others: Vec<_> = config.regions().iter().filter(|other| other.name != region.name).collect();
        let view = json!({
            "file": loaded.source.file(),
            "region": region.name,
            "issuer": region.issuer.as_str(),
            "token_endpoint": token_endpoint,
            "other_regions": others.iter().map(|other| other.name.as_str()).collect::<Vec<_>>(),
            "database": config.database.url.to_string(),
            "master_key_file": key_file,
            "listen_public": config.listen.public,
            "listen_operations": config.listen.operations,
            "tls": config.listen.tls.is_some(),
        });
        let fields = [
            ("File", loaded.source.to_string()),
            ("Region", region.name.to_string()),
            ("Issuer", region.issuer.to_string()),
            ("Token endpoint", token_endpoint),
            ("Other regions", others.iter().map(|other| other.name.as_str()).collect::<Vec<_>>().join(" ")),
            ("Database", config.database.url.to_string()),
            ("Master key", key_file.unwrap_or_else(|| "from JETON_KEYS__MASTER_KEY".to_owned())),
            ("Listens for clients", config.listen.public.to_string()),
            ("Listens for probes", config.listen.operations.to_string()),
            (
                "TLS",
                if config.listen.tls.is_some() { "here" } else { "not here; a proxy does it" }.to_owned(),
            ),
        ];
        self.output.show(&view, &fields)
    }
}
