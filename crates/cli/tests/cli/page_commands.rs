//! The commands and options in the pages about PostgreSQL exist.

use crate::harness::Place;

const PAGES: [(&str, &str, usize); 2] = [
    ("scaling.md", include_str!("../../../../docs/scaling.md"), 10),
    ("operate-postgres.md", include_str!("../../../../docs/operate-postgres.md"), 3),
];

/// The words after `jeton` of each command in a code block or in backticks.
fn commands<'a>(page: &'a str) -> Vec<Vec<&'a str>> {
    let pieces = page.split('`').skip(1).step_by(2).chain(page.lines());
    let words = |piece: &'a str| -> Option<Vec<&'a str>> {
        // Variables may be set before the command.
        let mut words = piece.split_whitespace().skip_while(|word| word.contains('='));
        let is_jeton = words.next() == Some("jeton") && !piece.contains('`');
        let words: Vec<&str> = words.collect();
        // `jeton` alone is a name, and `jeton REGION node NODE` is how connections are called.
        let is_command =
            words.first().is_some_and(|first| first.starts_with(|c: char| !c.is_ascii_uppercase()));
        (is_jeton && is_command).then_some(words)
    };
    pieces.filter_map(words).collect()
}

/// The error in a command; `None` if there is none.
fn fault(place: &Place, words: &[&str]) -> Option<String> {
    let options: Vec<&str> = words.iter().filter(|word| word.starts_with("--")).copied().collect();
    let mut rest = words;
    if let [option, _, more @ ..] = rest
        && *option == "--config"
    {
        rest = more;
    }
    let is_name =
        |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-') && !word.starts_with('-');
    let path: Vec<&str> = rest.iter().take_while(is_name).copied().collect();
    // An argument may look like the name of a command.
    for length in (1..=path.len()).rev() {
        let help = place.run(path[..length].iter().copied().chain(["--help"]));
        if help.code != 0 {
            continue;
        }
        if help.stdout.contains("\nCommands:") && length < rest.len() {
            break;
        }
        let known =
            |option: &&&str| !help.stdout.split([' ', '\n', '=', ',', '[']).any(|word| word == **option);
        return options.iter().find(known).map(|option| format!("{option} is unknown"));
    }
    Some("there is no such command".to_owned())
}

#[test]
fn each_command_in_the_pages_exists_with_its_options() {
    let place = Place::empty();
    for (name, page, at_least) in PAGES {
        let commands = commands(page);
        assert!(commands.len() >= at_least, "{name} has only {commands:?}");
        for words in commands {
            let fault = fault(&place, &words);
            assert_eq!(fault, None, "{name}: jeton {}", words.join(" "));
        }
    }
}

#[test]
fn a_command_that_does_not_exist_is_found() {
    let place = Place::empty();
    for words in ["accont list", "account lst", "serve --prot 1", "--config a.toml nodes", ""] {
        assert!(fault(&place, &words.split_whitespace().collect::<Vec<_>>()).is_some(), "{words}");
    }
    for words in
        ["account create nightly --scope read", "--config a.toml node list", "dev --database postgres://…"]
    {
        assert_eq!(fault(&place, &words.split_whitespace().collect::<Vec<_>>()), None, "{words}");
    }
}
