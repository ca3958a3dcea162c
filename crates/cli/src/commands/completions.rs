//! `jeton completions SHELL`

use clap::Args;
use clap_complete::Shell;

use crate::failure::Failure;
use crate::print::output;

/// Print the completion script for a shell
#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  \
    jeton completions bash > ~/.local/share/bash-completion/completions/jeton\n  \
    jeton completions zsh  > ~/.zfunc/_jeton\n  \
    jeton completions fish > ~/.config/fish/completions/jeton.fish")]
pub(crate) struct Completions {
    /// Shell to complete in
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    /// `command_line` is the whole command line that the script completes.
    pub(crate) fn run(self, mut command_line: clap::Command) -> Result<(), Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command_line, "jeton", &mut script);
        output::text(&String::from_utf8_lossy(&script))
    }
}
