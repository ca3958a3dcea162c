//! What is wrong with a command line, in the form of all our refusals: one line on stderr.
//!
//! Help and version are answers and go to stdout. Decides which arguments may be repeated there: none that may be a
//! secret. Must not know the commands.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use jeton_protocol::SecretScanner;

use crate::failure::Failure;
use crate::output;

/// Refuses a command line that has a secret, a token or a master key in it, whatever the command: several commands
/// repeat what they were given, in answers and in errors.
pub(crate) fn refuse_secrets(arguments: &[OsString]) -> Result<(), Failure> {
    match arguments.iter().skip(1).position(|argument| holds_secret(argument.as_encoded_bytes())) {
        None => Ok(()),
        Some(position) => Err(Failure::Usage(format!(
            "argument {} has a secret or a token in it, which is not shown. Other users of the machine and the shell's \
             history see arguments: treat it as leaked. {PIPE}",
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

/// Prints help or version; makes a refusal of everything else.
pub(crate) fn answer(refusal: &clap::Error) -> Result<(), Failure> {
    match refusal.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => output::text(&refusal.render().to_string()),
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output::say(refusal.render().to_string().trim_end());
            Err(Failure::Silent { exit_code: 2 })
        }
        _ => {
            let text = without_value(refusal).unwrap_or_else(|| one_line(&refusal.render().to_string()));
            Err(Failure::Usage(text))
        }
    }
}

/// The refusal of a value that may be an imported secret, which has no form that would tell it.
fn without_value(refusal: &clap::Error) -> Option<String> {
    let argument = text(refusal, ContextKind::InvalidArg);
    let value = text(refusal, ContextKind::InvalidValue);
    match refusal.kind() {
        ErrorKind::UnknownArgument if !argument.is_some_and(is_option) => Some(format!(
            "the command takes no such argument; it is not shown, since it may be a secret. {PIPE} (--help says more)"
        )),
        ErrorKind::InvalidSubcommand if refusal.get(ContextKind::SuggestedSubcommand).is_none() => Some(
            "there is no such command; its name is not shown, since it may be a secret (--help lists the commands)"
                .to_owned(),
        ),
        ErrorKind::TooManyValues => Some(format!(
            "{} takes no value; the one that was given is not shown, since it may be a secret. {PIPE} (--help says more)",
            argument.unwrap_or("the option")
        )),
        ErrorKind::ValueValidation if argument?.contains("SECRET_ID") && !value?.starts_with("sec_") => {
            Some(format!(
                "the value of {} is not the id of a secret; it is not shown, since it may be the secret itself. An id \
                 begins with sec_; `jeton secret list ID` shows them (--help says more)",
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

/// `--name` or `-n`: a mistyped option, which has to be named. After `--`, and as a cluster of letters, anything may
/// begin with a hyphen.
fn is_option(argument: &str) -> bool {
    let name = argument.trim_start_matches('-');
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte == b'-';
    match argument.len() - name.len() {
        1 => name.chars().count() == 1,
        2 => name.len() <= LONGEST_OPTION && name.bytes().all(is_name),
        _ => false,
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

const PIPE: &str = "Pipe secrets and tokens into stdin, for example `jeton secret check --stdin < FILE`";
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

    /// What a command line of these words is refused with, if the parser refuses it.
    fn refusal(words: &[String], more: &[&str]) -> Option<String> {
        let arguments: Vec<OsString> =
            words.iter().map(String::as_str).chain(more.iter().copied()).map(Into::into).collect();
        let result =
            refuse_secrets(&arguments).and_then(|()| match CommandLine::try_parse_from(&arguments) {
                Ok(_) => Ok(()),
                Err(refusal) => answer(&refusal),
            });
        result.err().and_then(|failure| failure.line())
    }

    #[test]
    fn no_command_repeats_a_secret_of_ours_or_a_token_wherever_it_stands() {
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
                // A name, an id or a URI that the command does take is named when it is wrong.
                let is_expected = line.contains("invalid value");
                assert!(is_expected || !line.contains("Customers"), "{words:?} {more:?}: {line}");
            }
        }
        assert!(refused > 300, "{refused}");
    }

    #[test]
    fn commands_that_read_secrets_or_tokens_from_stdin_say_so_and_show_nothing() {
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
    fn a_refusal_of_several_lines_becomes_one() {
        let rendered = "error: the following required arguments were not provided:\n  --scope <NAME>\n\n\
                        Usage: jeton resource create --scope <NAME> <URI>\n\nFor more information, try '--help'.\n";
        assert_eq!(
            one_line(rendered),
            "the following required arguments were not provided: --scope <NAME> (--help says more)"
        );
    }
}
