//! Tips for likely mistakes on the command line: an option that another command has, or that has another name here.
//!
//! clap suggests the option with the most similar letters, which is often not the one that helps. A name of a command is
//! its words without `jeton`, such as `account update`.

/// The tip for an option that `command` does not have.
pub(crate) fn for_unknown_option(command: &str, option: &str) -> Option<&'static str> {
    let is_meant = |hint: &&Hint| hint.commands.contains(&command) && hint.options.contains(&option);
    UNKNOWN_OPTIONS.iter().find(is_meant).map(|hint| hint.tip)
}

/// The tip for an argument of `command` that is missing, such as `<ID>`.
pub(crate) fn for_missing_argument(command: &str, argument: &str) -> Option<&'static str> {
    let is_meant = |(commands, missing, _): &&(&str, &str, &str)| {
        let is_command = command == *commands || command.split(' ').next() == Some(commands);
        is_command && argument == *missing
    };
    MISSING_ARGUMENTS.iter().find(is_meant).map(|(.., tip)| *tip)
}

/// A tip for some options in some commands.
struct Hint {
    commands: &'static [&'static str],
    options: &'static [&'static str],
    tip: &'static str,
}

const fn hint(
    commands: &'static [&'static str],
    options: &'static [&'static str],
    tip: &'static str,
) -> Hint {
    Hint { commands, options, tip }
}

const UNKNOWN_OPTIONS: &[Hint] = &[
    hint(
        &["account update"],
        &["--scope", "--scopes", "--resource", "--introspect"],
        "`jeton account grant ID` adds scopes and introspection rights, `jeton account ungrant ID` removes them",
    ),
    hint(
        &["account update"],
        &["--tenant"],
        "an account stays in its tenant; `jeton account create NAME --tenant TENANT` creates one in another tenant",
    ),
    hint(
        &["account update"],
        &["--secret-expires-in"],
        "`jeton secret rotate ID --expires-in DURATION` replaces the secret by one that expires",
    ),
    hint(
        &["account update"],
        &["--enable", "--enabled", "--disable", "--disabled"],
        "`jeton account disable ID` and `jeton account enable ID` do this",
    ),
    hint(
        &["account create"],
        &["--secret", "--client-secret", "--id", "--client-id"],
        "id and secret are generated; `jeton account import` creates an account with its own id and secret",
    ),
    hint(
        &["account create", "account import", "account grant", "account ungrant"],
        &["--scopes"],
        "--scope NAME takes one scope, or several separated by spaces",
    ),
    hint(
        &[
            "account create",
            "account import",
            "account grant",
            "account ungrant",
            "token issue",
            "token simulate",
        ],
        &["--audience"],
        "--resource URI names the audience",
    ),
    hint(
        &["account create", "account import", "account update", "resource create", "resource update"],
        &["--ttl", "--lifetime"],
        "--token-ttl DURATION sets the lifetime of tokens",
    ),
    hint(
        &["resource create", "resource update"],
        &["--scopes"],
        "--scope NAME[=TEXT] declares one scope; repeat it for each scope",
    ),
    hint(
        &["secret revoke"],
        &["--secret"],
        "the id of the secret follows the account: `jeton secret revoke ID SECRET_ID`",
    ),
    hint(
        &["token issue"],
        &["--secret", "--client-secret"],
        "the secret is read from stdin or a hidden prompt, because other users of the machine can see arguments",
    ),
    hint(
        &["tenant update"],
        &["--enable", "--enabled", "--disable", "--disabled"],
        "`jeton tenant disable NAME` and `jeton tenant enable NAME` do this",
    ),
    hint(&["audit list"], &["--resource"], "--subject resource:URI lists the changes of a resource"),
    hint(&["key rotate"], &["--alg", "--algorithm"], "--kind KIND takes the algorithm, for example ES256"),
];

/// The command, or its first word; the argument; and the tip. The first match counts.
const MISSING_ARGUMENTS: &[(&str, &str, &str)] = &[
    (
        "secret list",
        "<ID>",
        "`jeton account list` shows the accounts; `jeton secret expiring` lists secrets of all accounts",
    ),
    ("secret", "<SECRET_ID>", "`jeton secret list ID` shows the ids of its secrets"),
    ("account", "<ID>", "`jeton account list` shows the accounts"),
    ("secret", "<ID>", "`jeton account list` shows the accounts"),
    ("token", "<ID>", "`jeton account list` shows the accounts"),
    ("panic", "<ID>", "`jeton account list` shows the accounts"),
    ("key", "<KID>", "`jeton key list` shows the keys"),
    ("resource show", "<URI>", "`jeton resource list` shows the resources"),
    ("resource update", "<URI>", "`jeton resource list` shows the resources"),
    ("resource delete", "<URI>", "`jeton resource list` shows the resources"),
    ("tenant show", "<NAME>", "`jeton tenant list` shows the tenants"),
    ("tenant update", "<NAME>", "`jeton tenant list` shows the tenants"),
    ("tenant disable", "<NAME>", "`jeton tenant list` shows the tenants"),
    ("tenant enable", "<NAME>", "`jeton tenant list` shows the tenants"),
    ("tenant revoke-tokens", "<NAME>", "`jeton tenant list` shows the tenants"),
];

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::command_line::CommandLine;

    fn command(words: &str) -> clap::Command {
        let found = words
            .split(' ')
            .try_fold(CommandLine::command(), |command, word| command.find_subcommand(word).cloned());
        found.unwrap_or_else(|| panic!("there is no command {words}"))
    }

    #[test]
    fn every_hint_is_for_an_existing_command_and_an_option_that_it_lacks() {
        for Hint { commands, options, tip } in UNKNOWN_OPTIONS {
            for words in *commands {
                let command = command(words);
                for option in *options {
                    let name = option.strip_prefix("--").unwrap();
                    let has_it = command.get_arguments().any(|argument| argument.get_long() == Some(name));
                    assert!(!has_it, "{words} {option}: {tip}");
                }
            }
        }
        for (words, ..) in MISSING_ARGUMENTS {
            command(words);
        }
    }

    #[test]
    fn every_command_and_option_in_a_hint_exists() {
        let tips = UNKNOWN_OPTIONS.iter().map(|hint| (hint.commands[0], hint.tip));
        let missing = MISSING_ARGUMENTS.iter().map(|(command, _, tip)| (*command, *tip));
        for (of, tip) in tips.chain(missing) {
            let quoted: Vec<&str> = tip.split('`').skip(1).step_by(2).collect();
            for words in &quoted {
                let words = words.strip_prefix("jeton ").unwrap();
                let is_word = |word: &&str| word.starts_with(|first: char| first.is_ascii_lowercase());
                let path: Vec<&str> = words.split(' ').take_while(is_word).collect();
                let command = command(&path.join(" "));
                for option in words.split(' ').filter_map(|word| word.strip_prefix("--")) {
                    let mut arguments = command.get_arguments();
                    assert!(arguments.any(|argument| argument.get_long() == Some(option)), "{tip}");
                }
            }
            if let Some(option) = tip.strip_prefix("--") {
                let name = option.split(' ').next().unwrap();
                let command = command(of);
                let mut arguments = command.get_arguments();
                assert!(arguments.any(|argument| argument.get_long() == Some(name)), "{of}: {tip}");
            }
        }
    }

    #[test]
    fn the_first_matching_tip_counts() {
        assert!(for_missing_argument("secret list", "<ID>").unwrap().contains("secret expiring"));
        assert!(for_missing_argument("secret rotate", "<ID>").unwrap().contains("account list"));
        assert_eq!(for_missing_argument("tenant create", "<NAME>"), None);
        assert_eq!(for_unknown_option("account update", "--name"), None);
    }
}
