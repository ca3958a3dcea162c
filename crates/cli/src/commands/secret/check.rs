//! `jeton secret check`

use std::io::{ErrorKind, Read as _};

use clap::Args;
use jeton_admin::error::AdminError;
use jeton_admin::view::Leak;
use jeton_protocol::{DetectedCredential, Detection, SecretScanner};
use zeroize::Zeroizing;

use super::finding::FindingView;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::input::secret_input;
use crate::open::AdminContext;
use crate::print::output;
use crate::print::output::{Format, Listing, OutputArgs};

/// Search text for leaked secrets, and show their accounts
#[derive(Debug, Args)]
#[command(
    after_help = "Reads text of any length from stdin and finds secrets anywhere in it: in quotes, in JSON, in URLs, in \
    UTF-16, percent-encoded or in base64. Prints the line numbers and what was found, never the text itself. At a \
    terminal it prompts for one hidden line.\n\
    Exit code 1: found an active secret or the master key of this region. Exit code 3: found something with the form of \
    a secret or master key that this region does not know. Exit code 0: found neither; expired and revoked secrets do \
    not count.\n\
    Imported secrets have no recognizable form and cannot be found.\n\n\
    Examples:\n  jeton secret check --stdin < found-by-the-scanner.txt\n  \
    git log -p | jeton secret check --stdin"
)]
pub(crate) struct Check {
    /// Read all of stdin even at a terminal
    #[arg(long)]
    stdin: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Check {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let context = AdminContext::open(globals).await?;
        let mut input = secret_input::open(INPUT, self.stdin)?;
        let mut scanner = SecretScanner::new();
        let mut buffer = Zeroizing::new(vec![0; BUFFER]);
        let mut listing = Listing::new(self.output.format, &FindingView::HEADER);
        let mut verdict = Verdict::default();
        let mut is_empty = true;
        loop {
            let read = input.read(&mut buffer);
            let count = match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => read.map_err(|error| Failure::Failed(format!("cannot read the text ({error})")))?,
            };
            is_empty &= buffer[..count].trim_ascii().is_empty();
            let mut sightings = Vec::new();
            let found = |sighting| sightings.push(sighting);
            if count == 0 {
                scanner.finish(found);
            } else {
                scanner.push(&buffer[..count], found);
            }
            let page = views(&context, sightings).await?;
            listing.page(&page, FindingView::row)?;
            verdict.count(&page);
            if self.output.format == Format::Table {
                page.iter().filter_map(FindingView::advice).for_each(|advice| output::say(&advice));
            }
            if count == 0 {
                break;
            }
        }
        if is_empty {
            return Err(secret_input::no_input(INPUT));
        }
        listing.end()?;
        verdict.say();
        verdict.result()
    }
}

/// The findings so far, as far as they decide the exit code.
#[derive(Debug, Default)]
struct Verdict {
    dangerous: u64,
    unresolved: u64,
}

impl Verdict {
    fn count(&mut self, page: &[FindingView]) {
        for view in page {
            self.dangerous += u64::from(view.is_dangerous);
            self.unresolved += u64::from(view.is_unresolved());
        }
    }

    fn say(&self) {
        if self.unresolved > 0 {
            output::say(
                "Some findings have the form of a secret or a master key but are unknown in this region: find the \
                 whole string, and check it with the other regions (--region) and installations.",
            );
        }
        output::say("Imported secrets have no recognizable form and cannot be found.");
    }

    fn result(&self) -> Result<(), Failure> {
        match (self.dangerous, self.unresolved) {
            (0, 0) => Ok(()),
            (0, _) => Err(Failure::Silent { exit_code: 3 }),
            _ => Err(Failure::Silent { exit_code: 1 }),
        }
    }
}

async fn views(context: &AdminContext, sightings: Vec<Detection>) -> Result<Vec<FindingView>, AdminError> {
    let mut views = Vec::with_capacity(sightings.len());
    for Detection { line, credential } in sightings {
        let leak = match credential {
            DetectedCredential::Secret(text) | DetectedCredential::MasterKey(text) => {
                context.administration().check_leak(context.by(), &text).await?
            }
            DetectedCredential::AccessToken => Leak::AccessToken,
            DetectedCredential::Broken => Leak::Broken,
        };
        views.extend(FindingView::new(line, &leak));
    }
    Ok(views)
}

const INPUT: &str = "text to search";
/// Bytes per read. Bounds how many findings are in memory.
const BUFFER: usize = 64 * 1024;
