//! Errors of the command line, in the form of every error: one line on stderr.
//!
//! Help and version go to stdout. Decides which arguments an error may repeat: none that may be a secret. Must not know
//! the commands; `hints` does.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use jeton_protocol::SecretScanner;

use super::hints;
use crate::failure::Failure;
use crate::print::output;

/// Rejects a command line that contains a secret, a token or a master key, for every command: several commands repeat
/// their arguments in output and in errors.
pub(crate) fn refuse_secrets(arguments: &[OsString]) -> Result<(), Failure> {
    match arguments.iter().skip(1).position(|argument| holds_secret(argument.as_encoded_bytes())) {
        None => Ok(()),
        Some(position) => Err(Failure::Usage(format!(
            "argument {} contains a secret or a token, which is not shown. Other users of the machine and the shell \
             history can see arguments: treat it as leaked. {PIPE}",
            position + 1
        ))),
    }
}

fn holds_secret(argument: &[u8]) -> bool {
    let (mut scanner, mut is_found) = (SecretScanner::new(), false);
    scanner.push(argument, |_| is_found = true);
    scanner.finish(|_| is_found = true);
    is_found
}

/// Prints help or version; turns everything else into a [`Failure`]. `program` has all commands.
pub(crate) fn answer(refusal: &clap::Error, program: &clap::Command) -> Result<(), Failure> {
    match refusal.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => output::text(&refusal.render().to_string()),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::say(refusal.render().to_string().trim_end());
            Err(Failure::Silent { exit_code: 2 })
        }
        _ => {
            let text = without_value(refusal).unwrap_or_else(|| with_tip(refusal, program));
            Err(Failure::Usage(text))
        }
    }
}

/// The error for a value that may be an imported secret, without the value: an imported secret looks like any text.
fn without_value(refusal: &clap::Error) -> Option<String> {
    let argument = text(refusal, ContextKind::InvalidArg);
    let value = text(refusal, ContextKind::InvalidValue);
    match refusal.kind() {
        ErrorKind::UnknownArgument if !argument.is_some_and(is_option) => Some(format!(
            "unexpected argument; it is not shown because it may be a secret. {PIPE} (see --help)"
        )),
        ErrorKind::InvalidSubcommand if refusal.get(ContextKind::SuggestedSubcommand).is_none() => Some(
            "unknown command; its name is not shown because it may be a secret (--help lists the commands)"
                .to_owned(),
        ),
        ErrorKind::TooManyValues => Some(format!(
            "{} takes no value; the given value is not shown because it may be a secret. {PIPE} (see --help)",
            argument.unwrap_or("the option")
        )),
        ErrorKind::ValueValidation if argument?.contains("SECRET_ID") && !value?.starts_with("sec_") => {
            Some(format!(
                "the value of {} is not the id of a secret; it is not shown because it may be the secret itself. An id \
                 begins with sec_; `jeton secret list ID` shows the ids (see --help)",
                argument?
            ))
        }
        _ => None,
    }
}

fn text(refusal: &clap::Error, kind: ContextKind) -> Option<&str> {
    match refusal.get(kind) {
        Some(ContextValue::String(text)) => Some(text),
        _ => None,
    }
}

/// `--name` or `-n`: a mistyped option, which the error must name. Other texts with a hyphen in front, after `--` or as
/// a group of letters, may be secrets.
fn is_option(argument: &str) -> bool {
    let name = argument.trim_start_matches('-');
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    match argument.len() - name.len() {
        1 => name.chars().count() == 1,
        2 => name.len() <= LONGEST_OPTION && name.bytes().all(is_name),
        _ => false,
    }
}

/// The error on one line, with a tip if there is one that helps.
fn with_tip(refusal: &clap::Error, program: &clap::Command) -> String {
    let (text, tip) = (one_line(&refusal.render().to_string()), tip(refusal, program));
    let tip = tip.map(|tip| format!("; tip: {tip}")).unwrap_or_default();
    format!("{text}{tip} (see --help)")
}

fn tip(refusal: &clap::Error, program: &clap::Command) -> Option<String> {
    let command = command_of(refusal)?;
    match refusal.kind() {
        ErrorKind::UnknownArgument => {
            let option = text(refusal, ContextKind::InvalidArg)?;
            let hint = hints::for_unknown_option(&command, option).map(str::to_owned);
            let similar = || similar_option(refusal, option).map(|name| format!("did you mean '{name}'?"));
            hint.or_else(|| positional_tip(&command, option, program)).or_else(similar)
        }
        ErrorKind::MissingRequiredArgument => match refusal.get(ContextKind::InvalidArg) {
            Some(ContextValue::Strings(missing)) => {
                let mut tips = missing.iter().filter_map(|one| hints::for_missing_argument(&command, one));
                tips.next().map(str::to_owned)
            }
            _ => None,
        },
        _ => None,
    }
}

/// The words of the command whose arguments are wrong, such as `account update`, from the usage line.
fn command_of(refusal: &clap::Error) -> Option<String> {
    let Some(ContextValue::StyledStr(usage)) = refusal.get(ContextKind::Usage) else { return None };
    let usage = usage.to_string();
    // The first two words are `Usage:` and the name of the program.
    let words = usage.split_whitespace().skip(2);
    let words: Vec<&str> = words.take_while(|word| !word.starts_with(['[', '<', '-'])).collect();
    Some(words.join(" "))
}

/// The tip for `--name x` where the command takes NAME as an argument.
fn positional_tip(command: &str, option: &str, program: &clap::Command) -> Option<String> {
    let found = command.split(' ').try_fold(program, |command, word| command.find_subcommand(word))?;
    let wanted = option.strip_prefix("--")?.replace('-', "_").to_ascii_uppercase();
    let names = |argument: &clap::Arg| argument.get_value_names().and_then(|names| names.first()).cloned();
    let mut positionals = found.get_positionals().filter_map(names);
    let name = positionals.find(|name| name.as_str() == wanted)?;
    Some(format!("{name} is given without an option: `jeton {command} {name}`"))
}

/// The option that clap suggests, if it is similar enough to be the one that was meant.
fn similar_option<'a>(refusal: &'a clap::Error, option: &str) -> Option<&'a str> {
    let suggested = text(refusal, ContextKind::SuggestedArg)?;
    let (given, name) = (option.trim_start_matches('-'), suggested.trim_start_matches('-'));
    let is_beginning = given.len() >= 4 && name.starts_with(given);
    let is_typo = strsim::osa_distance(given, name) <= given.len().max(name.len()) / 3;
    (is_beginning || is_typo).then_some(suggested)
}

/// The paragraphs before the usage line and the tips of clap, joined into one line.
fn one_line(rendered: &str) -> String {
    let paragraphs: Vec<&str> = rendered
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty() && !is_misleading(line))
        .collect();
    let text = paragraphs
        .join(" ")
        .replace(" tip: ", "; tip: ")
        .replace(" [possible values: ", "; possible values: [");
    text.strip_prefix("error: ").unwrap_or(&text).to_owned()
}

/// Tips of clap that [`tip`] replaces, and the one to write an unknown option as a value, which nobody means.
fn is_misleading(line: &str) -> bool {
    ["tip: to pass '", "tip: a similar argument exists", "tip: some similar arguments exist"]
        .iter()
        .any(|beginning| line.starts_with(beginning))
}

const PIPE: &str = "Pass secrets and tokens on stdin, for example `jeton secret check --stdin < FILE`";
const LONGEST_OPTION: usize = 24;

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::*;
    use crate::command_line::CommandLine;

    const SECRET: &str = "jtnsk_00000000000000000000000000000000000000000002SOHbx";
    const IMPORTED: &str = "the-Customers-old-secret";

    /// The words of every command that can be run.
    fn commands() -> Vec<Vec<String>> {
        fn collect(command: &clap::Command, path: &[String], into: &mut Vec<Vec<String>>) {
            for sub in command.get_subcommands() {
                let path = [path, &[sub.get_name().to_owned()]].concat();
                if sub.has_subcommands() { collect(sub, &path, into) } else { into.push(path) }
            }
        }
        let mut all = Vec::new();
        collect(&CommandLine::command(), &["jeton".to_owned()], &mut all);
        all
    }

    /// The error line for a command line of these words, if the parser rejects it.
    fn refusal(words: &[String], more: &[&str]) -> Option<String> {
        let arguments: Vec<OsString> =
            words.iter().map(String::as_str).chain(more.iter().copied()).map(Into::into).collect();
        let result =
            refuse_secrets(&arguments).and_then(|()| match CommandLine::try_parse_from(&arguments) {
                Ok(_) => Ok(()),
                Err(refusal) => answer(&refusal, &CommandLine::command()),
            });
        result.err().and_then(|failure| failure.line())
    }

    #[test]
    fn no_command_repeats_a_generated_secret_or_a_token_at_any_position() {
        let jwt = format!("eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJmaW4ifQ.{}", "a".repeat(86));
        let all = commands();
        assert!(all.len() > 40, "{all:?}");
        for words in &all {
            for secret in [
                SECRET,
                &SECRET[..54],
                &SECRET.replace('0', "1"),
                &jwt,
                &format!("jtnat_{}", "0aZ_-".repeat(20)),
            ] {
                for more in [
                    vec![secret],
                    vec!["fin", secret],
                    vec!["fin", "other", secret],
                    vec!["--stdin", secret],
                    vec!["--token", secret],
                    vec!["--", secret],
                    vec![format!("--token={secret}").as_str()],
                    vec![format!("--format={secret}").as_str()],
                    vec![format!("--stdin={secret}").as_str()],
                    vec![format!("-x{secret}").as_str()],
                    vec![format!("\"{secret}\",").as_str()],
                ] {
                    let line =
                        refusal(words, &more).unwrap_or_else(|| panic!("{words:?} {more:?} is accepted"));
                    assert!(!line.contains(&secret[6..40]), "{line}");
                    assert!(line.contains("stdin"), "{line}");
                }
            }
        }
    }

    #[test]
    fn no_unexpected_argument_is_repeated_since_an_imported_secret_looks_like_any_word() {
        let mut refused = 0;
        for words in &commands() {
            for more in [
                vec![IMPORTED],
                vec!["--", IMPORTED],
                vec!["--", "-the-Customers-old-secret"],
                vec!["fin", IMPORTED],
                vec!["fin", "sec_00000000000", IMPORTED],
                vec!["--token", IMPORTED],
                vec!["--stdin", IMPORTED],
                vec!["--stdin=the-Customers-old-secret"],
                vec!["--token=the-Customers-old-secret"],
                vec!["-the-Customers-old-secret"],
            ] {
                let Some(line) = refusal(words, &more) else { continue };
                refused += 1;
                // An invalid name, id or URI in a position that the command expects is shown.
                let is_expected = line.contains("invalid value");
                assert!(is_expected || !line.contains("Customers"), "{words:?} {more:?}: {line}");
            }
        }
        assert!(refused > 300, "{refused}");
    }

    #[test]
    fn commands_that_read_from_stdin_say_so_and_never_show_the_argument() {
        for words in [
            "secret check",
            "token inspect",
            "token introspect",
            "token revoke",
            "secret add fin",
            "account import fin",
            "token issue fin",
            "secret revoke fin",
        ] {
            let words: Vec<String> =
                ["jeton"].into_iter().chain(words.split(' ')).map(str::to_owned).collect();
            let line = refusal(&words, &[IMPORTED]).unwrap();
            assert!(!line.contains("Customers"), "{words:?}: {line}");
            assert!(line.contains("stdin") || line.contains("sec_"), "{words:?}: {line}");
        }
        for words in ["secret", "token", "account", "import"] {
            let line = refusal(&["jeton".to_owned(), words.to_owned()], &[IMPORTED]).unwrap();
            assert!(!line.contains("Customers"), "{words:?}: {line}");
        }
    }

    #[test]
    fn mistyped_options_and_commands_are_still_named() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (line, part) in [
            ("jeton acount list", "acount"),
            ("jeton token isue fin", "isue"),
            ("jeton token issue fin --scop x", "'--scop'"),
            ("jeton token issue fin -x", "'-x'"),
            ("jeton account create fin --scope a,b", "a,b"),
        ] {
            let line = refusal(&words(line), &[]).unwrap();
            assert!(line.contains(part), "{line}");
        }
    }

    #[test]
    fn an_error_of_several_lines_becomes_one_line() {
        let rendered = "error: the following required arguments were not provided:\n  --scope <NAME>\n\n\
                        Usage: jeton resource create --scope <NAME> <URI>\n\nFor more information, try '--help'.\n";
        assert_eq!(one_line(rendered), "the following required arguments were not provided: --scope <NAME>");
    }

    #[test]
    fn an_unknown_option_gets_the_tip_that_helps_and_none_that_misleads() {
        let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
        for (line, tip) in [
            ("account update fin --scope x", "; tip: `jeton account grant ID` adds scopes"),
            ("account update fin --scope=x", "; tip: `jeton account grant ID` adds scopes"),
            ("account update fin --tenant x", "; tip: an account stays in its tenant"),
            ("--region eu account update fin --tenant x", "; tip: an account stays in its tenant"),
            ("resource create https://a.example --scopes a", "; tip: --scope NAME[=TEXT]"),
            ("token issue fin --secret x", "; tip: the secret is read from stdin"),
            ("account show --id fin", "; tip: ID is given without an option: `jeton account show ID`"),
            (
                "tenant create --name fin",
                "; tip: NAME is given without an option: `jeton tenant create NAME`",
            ),
            ("account create fin --scop a", "; tip: did you mean '--scope'?"),
            ("account update fin --expires 3d", "; tip: did you mean '--expires-in'?"),
            ("secret list", "<ID>; tip: `jeton account list` shows the accounts"),
            ("tenant disable", "<NAME>; tip: `jeton tenant list`"),
            ("account disable fin --yes", "'--yes' found (see --help)"),
            ("account list --owner x", "'--owner' found (see --help)"),
        ] {
            let line = refusal(&words(&format!("jeton {line}")), &[]).unwrap();
            assert!(line.contains(tip) && line.matches("tip:").count() < 2, "{tip} is not in {line}");
            assert!(!line.contains("'-- "), "{line}");
        }
    }
}
