//! Secrets and tokens that come in: from stdin or a hidden prompt, never from an argument.
//!
//! Arguments are seen by every process of the machine and kept in shell histories.

use std::io::{self, Cursor, IsTerminal as _, Read};

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
    let trimmed = text.trim_start_matches(BYTE_ORDER_MARK).trim_end_matches(['\r', '\n']);
    if trimmed.is_empty() {
        return Err(nothing(what));
    }
    Ok(Zeroizing::new(trimmed.to_owned()))
}

/// Any text of any length. At a terminal one line is asked for as `what` and not shown, unless `from_stdin` says
/// otherwise.
pub(crate) fn open(what: &str, from_stdin: bool) -> Result<Box<dyn Read + Send>, Failure> {
    if io::stdin().is_terminal() && !from_stdin {
        return Ok(Box::new(Cursor::new(Zeroizing::new(read(what)?.as_bytes().to_vec()))));
    }
    Ok(Box::new(io::stdin()))
}

/// There was no input.
pub(crate) fn nothing(what: &str) -> Failure {
    Failure::Usage(format!("there is no {what} on stdin; pipe it in, or use a terminal"))
}

/// More than any token or secret that is accepted.
const LONGEST: usize = 64 * 1024;
/// Some editors and shells write it before UTF-8.
pub(crate) const BYTE_ORDER_MARK: char = '\u{feff}';
