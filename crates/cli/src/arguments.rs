//! What clap has to say, in the form of all our refusals: one line on stderr.
//!
//! Help and version are answers and go to stdout. Must not know the commands.

use clap::error::ErrorKind;

use crate::failure::Failure;
use crate::output;

/// Prints help or version; makes a refusal of everything else.
pub(crate) fn answer(refusal: &clap::Error) -> Result<(), Failure> {
    match refusal.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => output::text(&refusal.render().to_string()),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::say(refusal.render().to_string().trim_end());
            Err(Failure::Silent { exit_code: 2 })
        }
        _ => Err(Failure::Usage(one_line(&refusal.render().to_string()))),
    }
}

/// The paragraphs before the usage, on one line.
fn one_line(rendered: &str) -> String {
    let said: Vec<&str> = rendered
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    let text =
        said.join(" ").replace(" tip: ", "; tip: ").replace(" [possible values: ", "; possible values: [");
    let text = text.strip_prefix("error: ").unwrap_or(&text);
    format!("{text} (--help says more)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_of_several_lines_becomes_one() {
        let rendered = "error: the following required arguments were not provided:\n  --scope <NAME>\n\n\
                        Usage: jeton resource create --scope <NAME> <URI>\n\nFor more information, try '--help'.\n";
        assert_eq!(
            one_line(rendered),
            "the following required arguments were not provided: --scope <NAME> (--help says more)"
        );
    }
}
