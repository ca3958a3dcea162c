//! What to tell people about a row and about missing resources: the texts of the import with the command or option that
//! helps.

use std::collections::BTreeSet;

use jeton_import::{BadRow, MissingResources, NameRefusal, Note};
use jeton_protocol::{ResourceUri, ScopeName};

use crate::admin_error;
use crate::input::audience;
use crate::print::handover::shell_word;

/// Why a row cannot be imported.
pub(super) fn bad_row(bad: &BadRow) -> String {
    match bad {
        BadRow::Positional => format!("{bad}, as row_to_json and sqlite3 -json write it"),
        BadRow::NoAudience => format!("{bad}; set the resource for such rows with --resource"),
        BadRow::Refused(error) => admin_error::message(error),
        _ => bad.to_string(),
    }
}

/// A difference from Hydra.
pub(super) fn note(note: &Note) -> String {
    match note {
        Note::OtherSpelling { given, registered } => {
            audience::difference(given, registered).unwrap_or_default()
        }
        Note::RefusedName(NameRefusal::Refused(error)) => {
            format!("its client_name cannot be the account's name: {}", admin_error::message(error))
        }
        Note::RefusedName(NameRefusal::IdOfAnotherRow)
        | Note::ColonInId
        | Note::SkippedScope(_)
        | Note::NoScopeOn(_)
        | Note::ExpiresEarlier(_) => note.to_string(),
    }
}

/// The commands that create all missing resources and scopes.
pub(super) fn commands(missing: &MissingResources) -> Vec<String> {
    let command = |verb: &str, (uri, scopes): (&ResourceUri, &BTreeSet<ScopeName>)| {
        let options: Vec<String> =
            scopes.iter().map(|scope| format!(" --scope {}", word(scope.as_str()))).collect();
        format!("jeton resource {verb} {}{}", word(uri.as_str()), options.concat())
    };
    let create = missing.resources().map(|missing| command("create", missing));
    create.chain(missing.scopes().map(|missing| command("update", missing))).collect()
}

/// A word of a POSIX shell, quoted only if necessary.
fn word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/@%+=,".contains(&byte);
    if text.bytes().all(plain) { text.to_owned() } else { shell_word(text) }
}
