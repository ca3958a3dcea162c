//! `jeton key rewrap --new-master-key-file PATH`

use std::path::PathBuf;

use clap::Args;
use jeton_server::start::open_master_key_file;
use serde_json::json;

use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::{self, OutputArgs};

/// Encrypt the region's keys anew under another master key
#[derive(Debug, Args)]
#[command(
    after_help = "Nobody's tokens or secrets change. Servers that run go on; before they start again, and before the \
    next rotation, give them the new master key. Where several regions share a database, run it for each.\n\n\
    Example:\n  jeton key rewrap --new-master-key-file jeton-data/master.key.new"
)]
pub(crate) struct Rewrap {
    /// The file of the new master key; made, mode 0600, where it is missing
    #[arg(long, value_name = "PATH")]
    new_master_key_file: PathBuf,
    #[command(flatten)]
    output: OutputArgs,
}

impl Rewrap {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let new_key = open_master_key_file(&self.new_master_key_file, &opened.randomness)?;
        let rewrapped = super::keeper(&opened).rewrap(&new_key).await?;
        let (path, region) = (self.new_master_key_file.display().to_string(), opened.administrator.region());
        self.output.show(
            &json!({ "region": region, "rewrapped": rewrapped, "master_key_file": path }),
            &[
                ("Region", region.to_string()),
                ("Keys encrypted anew", rewrapped.to_string()),
                ("Master key", path),
            ],
        )?;
        if rewrapped == 0 {
            output::say("The database has this master key already; nothing was changed.");
            return Ok(());
        }
        output::say(
            "From now on the database wants the new master key: put it where the configuration looks, keep a copy apart \
             from the database, and start every server of the region again.",
        );
        Ok(())
    }
}
