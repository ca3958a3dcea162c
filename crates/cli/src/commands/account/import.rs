//! `jeton account import [NAME] --id ID --stdin`

use clap::Args;
use jeton_core::admin::{AccountImport, ImportedAccount};
use jeton_core::model::AccountName;
use jeton_core::{MigratedSecret, SHORTEST_SECRET};
use jeton_protocol::{ClientId, PresentedSecret};
use jeton_server::config::Config;

use super::entitlement::EntitlementArgs;
use super::terms::TermsArgs;
use crate::audience;
use crate::command_line::Globals;
use crate::failure::Failure;
use crate::imported_secret::{if_digest_shaped, refused};
use crate::open::Opened;
use crate::output::{OutputArgs, say};
use crate::secret_input;
use crate::values;

/// Take an account over from another server with the id and the secret that its system uses
#[derive(Debug, Args)]
#[command(
    after_help = "The secret itself, 8 to 512 visible ASCII characters, or what the other server kept of it: a hash \
    that begins $argon2id$, $2a$, $2b$, $2y$ (also after {bcrypt}) or $pbkdf2-sha256$. A hash is replaced by \
    one of ours at the secret's first use. Refused are masks (********), placeholders (${SECRET}), other hashes, and \
    what looks like a digest, such as 64 hexadecimal digits; --clear says that this is the secret itself.\n\n\
    Examples:\n  jeton account import acme --id acme-billing-7 \\\n    \
    --scope read:me --stdin < acme.hash\n  \
    jeton account import --id 5f3c0e1a --tenant acme \\\n    \
    --resource https://api.example.com --scope 'read write' --stdin"
)]
pub(crate) struct Import {
    /// What people call it; unique in its tenant [default: its id]
    #[arg(value_parser = values::new_name::<AccountName>)]
    name: Option<AccountName>,
    /// The client id that it keeps: 1 to 255 visible ASCII characters
    #[arg(long, value_name = "ID")]
    id: ClientId,
    #[command(flatten)]
    entitlement: EntitlementArgs,
    #[command(flatten)]
    terms: TermsArgs,
    /// Take the secret, or its hash, from stdin or a hidden prompt
    #[arg(long, required = true)]
    stdin: bool,
    /// Take a text that looks like a digest as the secret itself
    #[arg(long)]
    clear: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Import {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let name = self.name.map_or_else(|| name_of(&self.id), Ok)?;
        let named = self.entitlement.resources();
        let entitlement = self.entitlement.entitlement()?;
        let secret = read_secret(self.clear)?;
        let opened = Opened::open_or_make(globals).await?;
        let account = self.terms.account(name, entitlement);
        let import = AccountImport { client_id: self.id, account, more_entitlements: Vec::new(), secret };
        let imported = opened.administrator.import_account(&import).await?;
        say(&notice(&import.secret));
        say_what_to_know(&imported, &opened.config);
        audience::say_differences(&named, &imported.account);
        super::show(&opened, &imported.account, self.output)
    }
}

fn name_of(id: &ClientId) -> Result<AccountName, Failure> {
    id.as_str().parse().map_err(|_| {
        Failure::Usage("the id is too long to be the account's name too; give a NAME before --id".to_owned())
    })
}

fn read_secret(clear: bool) -> Result<MigratedSecret, Failure> {
    let mut text = secret_input::read("client secret or its hash")?;
    let text = PresentedSecret::new(std::mem::take(&mut *text));
    MigratedSecret::parse(text, if_digest_shaped(clear)).map_err(|unusable| refused(&unusable))
}

/// What the text was taken for: a hash that was meant as a secret, or the reverse, is seen at once.
fn notice(secret: &MigratedSecret) -> String {
    if let Some(scheme) = secret.hash_scheme() {
        return format!(
            "The text was taken for a hash of the kind {scheme}; the secret behind it works from now on."
        );
    }
    match secret.plaintext_length() {
        Some(length @ ..SHORTEST_SECRET) => format!(
            "The text was taken for the secret itself. It has only {length} characters, which can be guessed; plan to rotate it."
        ),
        _ => "The text was taken for the secret itself.".to_owned(),
    }
}

/// What may be meant so and may be a mistake.
fn say_what_to_know(imported: &ImportedAccount, config: &Config) {
    let id = &imported.account.client_id;
    if imported.was_deleted {
        say("An account of this id was deleted before. The tokens that it had stay dead.");
    }
    if id.must_be_encoded_in_basic() {
        say(
            "The id has a colon. A client that sends it by HTTP Basic must percent-encode it, as OAuth libraries do; \
             for any other, send client_id and client_secret in the body. Unencoded, the colon ends the id in HTTP \
             Basic, and the client is refused.",
        );
    }
    let region = id.region_tag().filter(|region| *region != config.this_region().name);
    if let Some(region) = region.filter(|tag| config.regions().iter().any(|known| known.name == *tag)) {
        say(&format!(
            "The id names the region {region}. From now on it is served here too, and no longer sent to {region}."
        ));
    }
}
