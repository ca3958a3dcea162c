//! `jeton account import [NAME] --id ID --stdin` and `jeton account import --from FILE`

use std::path::PathBuf;

use clap::Args;
use jeton_admin::error::AdminError;
use jeton_admin::request::{AccountToImport, SecretToImport};
use jeton_admin::value::AccountName;
use jeton_admin::view::{ImportedAccountView, ImportedForm};
use jeton_core::MigratedSecret;
use jeton_protocol::{ClientId, PresentedSecret, ResourceUri};
use jeton_server::config::Config;

use super::entitlement::EntitlementArgs;
use super::import_file::FileImport;
use super::new_account::NewAccountArgs;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::audience;
use crate::input::imported_secret::if_digest_shaped;
use crate::input::secret_input;
use crate::input::values;
use crate::open::AdminContext;
use crate::print::output::{OutputArgs, say};

/// Import accounts from another server, with their client ids and secrets
#[derive(Debug, Args)]
#[command(
    after_help = "For one account, the input is the secret itself, 8 to 512 visible ASCII characters, or its hash from the other server: \
    a hash that begins with $argon2id$, $2a$, $2b$, $2y$ (also after {bcrypt}) or $pbkdf2-sha256$. At the first use of \
    the secret, Jeton replaces the hash with its own. Masks (********), placeholders (${SECRET}) and other hashes are \
    rejected. A text that looks like a digest, such as 64 hexadecimal digits, is rejected unless you add --clear.\n\n\
    For many accounts, --from reads a file with a JSON object in each line (docs/cli-json.md). The import stops at the \
    first bad line and names it. Accounts are written in batches of up to 1000: of the batch with the bad line, none is \
    imported, unless the line's id was deleted before, because such ids are imported after the others. The message says \
    how many were imported. After you have corrected the line, repeat the command with --continue.\n\n\
    Examples:\n  jeton account import acme --id acme-billing-7 \\\n    \
    --scope read:me --stdin < acme.hash\n  \
    jeton account import --id 5f3c0e1a --tenant acme \\\n    \
    --resource https://api.example.com --scope 'read write' --stdin\n  \
    jeton account import --from accounts.jsonl"
)]
pub(crate) struct Import {
    /// Account name, unique in its tenant [default: the client id]
    #[arg(value_parser = values::new_name::<AccountName>)]
    name: Option<AccountName>,
    /// Client id to keep: 1 to 255 visible ASCII characters
    #[arg(long, value_name = "ID", required_unless_present = "from")]
    id: Option<ClientId>,
    #[command(flatten)]
    entitlement: EntitlementArgs,
    #[command(flatten)]
    options: NewAccountArgs,
    /// Read the secret or its hash from stdin or a hidden prompt
    #[arg(long, required_unless_present = "from")]
    stdin: bool,
    /// Import many accounts from a file with a JSON object in each line, or from stdin with -
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = [
            "name", "id", "stdin", "EntitlementArgs", "tenant", "token_ttl", "expires_in", "allow_cidr",
            "secret_expires_in", "DetailsArgs",
        ]
    )]
    from: Option<PathBuf>,
    /// Skip accounts that exist with the same values, to resume an import
    #[arg(long = "continue", requires = "from", conflicts_with_all = ["id", "stdin"])]
    resume: bool,
    /// Accept a text that looks like a digest as the secret itself
    #[arg(long)]
    clear: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Import {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let Self { from, clear, resume, output, .. } = self;
        match (from, self.id) {
            (Some(path), _) => FileImport { path, clear, resume, output }.run(globals).await,
            (None, Some(id)) => {
                let name = self.name.map_or_else(|| name_of(&id), Ok)?;
                let named = self.entitlement.resources();
                let entitlement = self.entitlement.entitlement()?;
                let account = self.options.request(name, entitlement)?;
                let secret = read_secret(clear)?;
                let more_entitlements = Vec::new();
                let import =
                    AccountToImport { client_id: id, account, expires_at: None, more_entitlements, secret };
                import_one(globals, import, &named, output).await
            }
            // The command line requires one of them.
            (None, None) => {
                Err(Failure::Usage("name the account with --id, or a file with --from".to_owned()))
            }
        }
    }
}

async fn import_one(
    globals: &Globals,
    import: AccountToImport,
    named: &[ResourceUri],
    output: OutputArgs,
) -> Result<(), Failure> {
    let context = AdminContext::open_or_create(globals).await?;
    let imported = context.administration().import_account(context.by(), import).await?;
    say(&notice(imported.secret));
    say_warnings(&imported, &context.config);
    audience::say_differences(named, &imported.account);
    super::show(&imported.account, output)
}

fn name_of(id: &ClientId) -> Result<AccountName, Failure> {
    id.as_str().parse().map_err(|_| {
        Failure::Usage("the id is too long to be the account name too; add a NAME before --id".to_owned())
    })
}

/// Reads the secret. A text that cannot be one is refused here too, because the next step may create a database.
fn read_secret(clear: bool) -> Result<SecretToImport, Failure> {
    let mut text = secret_input::read("client secret or its hash")?;
    let text = PresentedSecret::new(std::mem::take(&mut *text));
    let if_digest = if_digest_shaped(clear);
    MigratedSecret::parse(text.clone(), if_digest).map_err(AdminError::from)?;
    Ok(SecretToImport { text, if_digest })
}

/// How the text was interpreted, so that the administrator notices a hash that was meant as a secret, or the reverse.
fn notice(secret: ImportedForm) -> String {
    match secret {
        ImportedForm::Hash { scheme } => {
            format!("Imported the text as a hash of the kind {scheme}; its secret works now.")
        }
        ImportedForm::Secret { length, short: true } => format!(
            "Imported the text as the secret itself. It has only {length} characters and could be guessed; rotate \
             it soon."
        ),
        ImportedForm::Secret { .. } => "Imported the text as the secret itself.".to_owned(),
    }
}

/// Prints warnings about what may be a mistake.
fn say_warnings(imported: &ImportedAccountView, config: &Config) {
    let id = &imported.account.client_id;
    if imported.was_deleted {
        say("An account with this id was deleted before. Its tokens stay revoked.");
    }
    if id.must_be_encoded_in_basic() {
        say(
            "The id has a colon. A client that uses HTTP Basic must percent-encode the id, as OAuth libraries do. \
             Other clients must send client_id and client_secret in the body. In HTTP Basic an unencoded colon ends \
             the id, and the client is rejected.",
        );
    }
    let region = id.region_tag().filter(|region| *region != config.this_region().name);
    if let Some(region) = region.filter(|tag| config.regions().iter().any(|known| known.name == *tag)) {
        say(&format!(
            "The id names the region {region}. From now on this region serves it, and no longer refers its client to \
             {region}."
        ));
    }
}
