//! The whole command line as a tree of types, from which clap derives help, completions and errors.
//!
//! Decides the names of the commands. Must not know what they do.

use clap::{CommandFactory as _, Parser, Subcommand};

use crate::commands::{
    account::AccountCommand, audit::AuditCommand, backup::Backup, completions::Completions,
    config::ConfigCommand, dev::Dev, explain::Explain, import::ImportCommand, key::KeyCommand,
    migrate::Migrate, node::NodeCommand, panic::Panic, region::RegionCommand, resource::ResourceCommand,
    restore::Restore, secret::SecretCommand, serve::Serve, store::StoreCommand, tenant::TenantCommand,
    token::TokenCommand,
};
use crate::failure::Failure;
use crate::globals::Globals;

/// An OAuth 2.0 authorization server for machines: service accounts, scoped tokens, one endpoint per region.
#[derive(Debug, Parser)]
#[command(name = "jeton", version = VERSION, after_help = AFTER_HELP)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    pub(crate) globals: Globals,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Dev(Dev),
    Serve(Serve),
    Migrate(Migrate),
    Backup(Backup),
    Restore(Restore),
    #[command(subcommand)]
    Store(StoreCommand),
    #[command(subcommand)]
    Config(ConfigCommand),
    #[command(subcommand)]
    Resource(ResourceCommand),
    #[command(subcommand)]
    Account(AccountCommand),
    #[command(subcommand)]
    Secret(SecretCommand),
    Panic(Panic),
    #[command(subcommand)]
    Token(TokenCommand),
    #[command(subcommand)]
    Key(KeyCommand),
    #[command(subcommand)]
    Tenant(TenantCommand),
    #[command(subcommand)]
    Region(RegionCommand),
    #[command(subcommand)]
    Node(NodeCommand),
    #[command(subcommand)]
    Import(ImportCommand),
    Explain(Explain),
    #[command(subcommand)]
    Audit(AuditCommand),
    Completions(Completions),
}

impl Command {
    /// Runs the command.
    pub(crate) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        match self {
            Self::Dev(command) => Box::pin(command.run(globals)).await,
            Self::Serve(command) => Box::pin(command.run(globals)).await,
            Self::Migrate(command) => command.run(globals).await,
            Self::Backup(command) => command.run(globals).await,
            Self::Restore(command) => Box::pin(command.run(globals)).await,
            Self::Store(command) => Box::pin(command.run(globals)).await,
            Self::Config(command) => command.run(globals).await,
            Self::Resource(command) => command.run(globals).await,
            Self::Account(command) => command.run(globals).await,
            Self::Secret(command) => command.run(globals).await,
            Self::Panic(command) => command.run(globals).await,
            Self::Token(command) => Box::pin(command.run(globals)).await,
            Self::Key(command) => command.run(globals).await,
            Self::Tenant(command) => command.run(globals).await,
            Self::Region(command) => command.run(globals).await,
            Self::Node(command) => command.run(globals).await,
            Self::Import(command) => Box::pin(command.run(globals)).await,
            Self::Explain(command) => Box::pin(command.run(globals)).await,
            Self::Audit(command) => command.run(globals).await,
            Self::Completions(command) => command.run(CommandLine::command()),
        }
    }
}

/// Includes the commit, so that a bug report identifies the exact build (`build.rs`).
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), " (", env!("JETON_COMMIT"), ")");

const AFTER_HELP: &str = "\
Data goes to stdout, messages go to stderr. Use `--format json` for output that programs read.

Exit codes: 0 success, 1 failure, 2 usage or configuration, 3 not found, 4 conflict, 7 database unavailable.

First steps:
  jeton dev                                  run a server on this machine, with a sample account
  jeton account create billing --scope read:me --for curl
                                             in another terminal: create an account and print a curl command";
