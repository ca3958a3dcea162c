//! `jeton secret check`

use std::io::{ErrorKind, Read as _};

use clap::Args;
use jeton_core::admin::{AdminError, Administrator, Leak};
use jeton_protocol::{DetectedCredential, Detection, SecretScanner};
use zeroize::Zeroizing;

use super::sighting::SightingView;
use crate::command_line::Globals;
use crate::failure::Failure;
use crate::open::Opened;
use crate::output::{self, Format, Listing, OutputArgs};
use crate::secret_input;

/// Search a text for live secrets, and say whose they are
#[derive(Debug, Args)]
#[command(
    after_help = "Reads any text of any length from stdin and finds secrets in it wherever they stand: in quotes, in JSON, in \
    URLs, in UTF-16, percent-encoded, in base64. Says by line what was found; the text itself is never printed. At a \
    terminal it asks for one line, hidden.\n\
    Exit code 1: a live secret, or the master key of this region, was found. 3: something has the form of a secret or a \
    master key and is none that this region knows. 0: neither; secrets that expired or were revoked count as neither.\n\
    Imported secrets have no form of their own and cannot be found this way.\n\n\
    Examples:\n  jeton secret check --stdin < found-by-the-scanner.txt\n  \
    git log -p | jeton secret check --stdin"
)]
pub(crate) struct Check {
    /// Read stdin also where it is a terminal
    #[arg(long)]
    stdin: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Check {
    pub(super) async fn run(self, globals: &Globals) -> Result<(), Failure> {
        let opened = Opened::open(globals).await?;
        let mut input = secret_input::open(INPUT, self.stdin)?;
        let mut scanner = SecretScanner::new();
        let mut buffer = Zeroizing::new(vec![0; BUFFER]);
        let mut listing = Listing::new(self.output.format, &SightingView::HEADER);
        let mut verdict = Verdict::default();
        let mut is_empty = true;
        loop {
            let read = input.read(&mut buffer);
            let count = match read {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                read => {
                    read.map_err(|error| Failure::Failed(format!("the text cannot be read ({error})")))?
                }
            };
            is_empty &= buffer[..count].trim_ascii().is_empty();
            let mut sightings = Vec::new();
            let found = |sighting| sightings.push(sighting);
            if count == 0 {
                scanner.finish(found);
            } else {
                scanner.push(&buffer[..count], found);
            }
            let page = views(&opened.administrator, sightings).await?;
            listing.page(&page, SightingView::row)?;
            verdict.count(&page);
            if self.output.format == Format::Table {
                page.iter().filter_map(SightingView::advice).for_each(|advice| output::say(&advice));
            }
            if count == 0 {
                break;
            }
        }
        if is_empty {
            return Err(secret_input::nothing(INPUT));
        }
        listing.end()?;
        verdict.say();
        verdict.result()
    }
}

/// What was found so far, as the exit code tells it.
#[derive(Debug, Default)]
struct Verdict {
    dangerous: u64,
    unresolved: u64,
}

impl Verdict {
    fn count(&mut self, page: &[SightingView]) {
        for view in page {
            self.dangerous += u64::from(view.is_dangerous);
            self.unresolved += u64::from(view.is_unresolved());
        }
    }

    fn say(&self) {
        if self.unresolved > 0 {
            output::say(
                "Some of what was found has the form of a secret or a master key and is none of this region: look for \
                 the whole string, and check it with the other regions (--region) and installations.",
            );
        }
        output::say("Imported secrets have no form of their own and cannot be found this way.");
    }

    fn result(&self) -> Result<(), Failure> {
        match (self.dangerous, self.unresolved) {
            (0, 0) => Ok(()),
            (0, _) => Err(Failure::Silent { exit_code: 3 }),
            _ => Err(Failure::Silent { exit_code: 1 }),
        }
    }
}

async fn views(
    administrator: &Administrator,
    sightings: Vec<Detection>,
) -> Result<Vec<SightingView>, AdminError> {
    let mut views = Vec::with_capacity(sightings.len());
    for Detection { line, credential } in sightings {
        let leak = match credential {
            DetectedCredential::Secret(text) | DetectedCredential::MasterKey(text) => {
                administrator.check_leak(&text).await?
            }
            DetectedCredential::AccessToken => Leak::AccessToken,
            DetectedCredential::Broken => Leak::Broken,
        };
        views.extend(SightingView::new(line, &leak, administrator.now()));
    }
    Ok(views)
}

const INPUT: &str = "text to search";
/// Read at once, in bytes. It bounds how many sightings are in memory.
const BUFFER: usize = 64 * 1024;
