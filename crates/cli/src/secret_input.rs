//! Secrets and tokens that come in: from stdin or a hidden prompt, never from an argument.
//!
//! Arguments are seen by every process of the machine and kept in shell histories.

use std::fmt;
use std::io::{self, BufRead, BufReader, Cursor, IsTerminal as _, Read as _};

use jeton_protocol::PresentedSecret;
use zeroize::Zeroizing;

use crate::failure::Failure;

/// One secret or token. At a terminal it is asked for as `what` and not shown.
pub(crate) fn read(what: &str) -> Result<Zeroizing<String>, Failure> {
    let failed = |error: io::Error| Failure::Failed(format!("the {what} cannot be read ({error})"));
    let text = if io::stdin().is_terminal() {
        Zeroizing::new(rpassword::prompt_password(format!("The {what}: ")).map_err(failed)?)
    } else {
        // Room for all of it from the start: a string that grows leaves copies behind.
        let mut text = Zeroizing::new(String::with_capacity(LONGEST));
        let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX);
        io::stdin().lock().take(limit).read_to_string(&mut text).map_err(failed)?;
        text
    };
    let trimmed = text.trim_end_matches(['\r', '\n']);
    if trimmed.is_empty() {
        return Err(nothing(what));
    }
    Ok(Zeroizing::new(trimmed.to_owned()))
}

/// Secrets that come one a line, with the numbers of their lines; empty lines are passed over.
pub(crate) struct SecretLines {
    reader: Box<dyn BufRead + Send>,
    what: &'static str,
    number: u64,
    found: bool,
}

impl SecretLines {
    /// At a terminal one is asked for as `what`, unless `from_stdin` says otherwise.
    pub(crate) fn open(what: &'static str, from_stdin: bool) -> Result<Self, Failure> {
        let reader: Box<dyn BufRead + Send> = if io::stdin().is_terminal() && !from_stdin {
            Box::new(Cursor::new(Zeroizing::new(read(what)?.as_bytes().to_vec())))
        } else {
            Box::new(BufReader::new(io::stdin()))
        };
        Ok(Self { reader, what, number: 0, found: false })
    }

    /// The next one and its line.
    pub(crate) fn next(&mut self) -> Result<Option<(u64, PresentedSecret)>, Failure> {
        loop {
            let Some(line) = self.line().map_err(|error| {
                Failure::Failed(format!("line {} cannot be read ({error})", self.number + 1))
            })?
            else {
                return if self.found { Ok(None) } else { Err(nothing(self.what)) };
            };
            self.number += 1;
            // What is no text cannot be a secret; it keeps its line.
            let text = std::str::from_utf8(&line).unwrap_or("\u{fffd}").trim();
            if !text.is_empty() {
                self.found = true;
                return Ok(Some((self.number, PresentedSecret::new(text.to_owned()))));
            }
        }
    }

    fn line(&mut self) -> io::Result<Option<Zeroizing<Vec<u8>>>> {
        let mut line = Zeroizing::new(Vec::with_capacity(LONGEST));
        let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX);
        let read = self.reader.by_ref().take(limit).read_until(b'\n', &mut line)?;
        if read == LONGEST && !line.ends_with(b"\n") {
            self.reader.skip_until(b'\n')?;
        }
        Ok((read > 0).then_some(line))
    }
}

impl fmt::Debug for SecretLines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretLines").field("number", &self.number).finish_non_exhaustive()
    }
}

fn nothing(what: &str) -> Failure {
    Failure::Usage(format!("there is no {what} on stdin; pipe it in, or use a terminal"))
}

/// More than any token or secret that is accepted.
const LONGEST: usize = 64 * 1024;
