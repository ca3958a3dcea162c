//! `jeton key rewrap --new-master-key-file PATH`

use std::path::PathBuf;

use clap::Args;
use jeton_admin::request::NewMasterKey;
use jeton_server::start::open_master_key_file;
use serde_json::json;

use crate::failure::Failure;
use crate::globals::Globals;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::OutputArgs;

/// Re-encrypt the keys of the region under a new master key
#[derive(Debug, Args)]
#[command(
    after_help = "Tokens and secrets stay valid. Running servers keep working. Give them the new master key before they \
    start again and before the next key rotation. If several regions share a database, run the command for each \
    region.\n\n\
    Example:\n  jeton key rewrap --new-master-key-file jeton-data/master.key.new"
)]
pub(crate) struct Rewrap {
    /// File of the new master key; created with mode 0600 if it does not exist
    #[arg(long, value_name = "PATH")]
    new_master_key_file: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

impl Rewrap {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let new_key = open_master_key_file(&self.new_master_key_file, &context.randomness)?;
        let new_key = NewMasterKey::new(new_key.to_text());
        let rewrapped = context.administration().rewrap_keys(context.by(), &new_key).await?;
        let (path, region) = (self.new_master_key_file.display().to_string(), context.region());
        self.output.show(
            &json!({ "region": region, "rewrapped": rewrapped, "master_key_file": path }),
            &[
                ("Region", region.to_string()),
                ("Re-encrypted keys", rewrapped.to_string()),
                ("Master key", path),
            ],
        )?;
        if rewrapped == 0 {
            output::say("The keys are already encrypted under this master key; nothing was changed.");
            return Ok(());
        }
        output::say(
            "The database now needs the new master key: move it to the configured path, back it up separately from the \
             database, and restart every server of the region.",
        );
        Ok(())
    }
}
