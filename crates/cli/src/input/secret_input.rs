//! Reads secrets and tokens from stdin or a hidden prompt, never from an argument.
//!
//! Every process of the machine can see arguments, and shell histories keep them.

use std::io::{self, Cursor, IsTerminal as _, Read};

use zeroize::Zeroizing;

use crate::failure::Failure;

/// Reads one secret or token. At a terminal, prompts for `what` without showing the input.
pub(crate) fn read(what: &str) -> Result<Zeroizing<String>, Failure> {
    let failed = |error: io::Error| Failure::Failed(format!("cannot read the {what} ({error})"));
    let text = if io::stdin().is_terminal() {
        Zeroizing::new(rpassword::prompt_password(format!("The {what}: ")).map_err(failed)?)
    } else {
        // Allocate the full capacity first: a string that grows leaves copies of the secret in memory.
        let mut text = Zeroizing::new(String::with_capacity(LONGEST));
        let limit = u64::try_from(LONGEST).unwrap_or(u64::MAX);
        io::stdin().lock().take(limit).read_to_string(&mut text).map_err(failed)?;
        text
    };
    let trimmed = text.trim_start_matches(BYTE_ORDER_MARK).trim_end_matches(['\r', '\n']);
    if trimmed.is_empty() {
        return Err(no_input(what));
    }
    Ok(Zeroizing::new(trimmed.to_owned()))
}

/// Opens text of any length. At a terminal, prompts for one hidden line of `what`, unless `from_stdin`.
pub(crate) fn open(what: &str, from_stdin: bool) -> Result<Box<dyn Read + Send>, Failure> {
    if io::stdin().is_terminal() && !from_stdin {
        return Ok(Box::new(Cursor::new(Zeroizing::new(read(what)?.as_bytes().to_vec()))));
    }
    Ok(Box::new(io::stdin()))
}

/// The error for empty input.
pub(crate) fn no_input(what: &str) -> Failure {
    Failure::Usage(format!("no {what} on stdin; pipe it in, or run the command at a terminal"))
}

/// In bytes; more than any token or secret that is accepted.
const LONGEST: usize = 64 * 1024;
/// Some editors and shells write it in front of UTF-8 text.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';
