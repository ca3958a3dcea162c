//! Reads the accounts that the fill program wrote.

use std::path::Path;

use crate::Error;

/// The client id and the secret of each caller in a file of the fill program.
///
/// # Errors
/// The file cannot be read, or a line has no secret.
pub fn read_callers(file: &Path) -> Result<Vec<(String, String)>, Error> {
    let text = std::fs::read_to_string(file)?;
    let account = |line: &str| {
        let mut columns = line.split('\t').map(ToOwned::to_owned);
        columns.next().zip(columns.next())
    };
    text.lines().map(|line| account(line).ok_or_else(|| "a line has no secret".into())).collect()
}
