//! Reads a whole file or stdin that may hold secrets. The text is erased from memory when it is dropped.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use zeroize::Zeroizing;

use crate::failure::Failure;

/// The whole text of the file, or of stdin for `-`.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let bytes = if path.as_os_str() == "-" { read_to_end(io::stdin().lock()) } else { read_file(path) };
    let mut bytes = bytes
        .map_err(|error| Failure::Usage(format!("cannot read the file {} ({error})", path.display())))?;
    String::from_utf8(std::mem::take(&mut *bytes)).map(Zeroizing::new).map_err(|error| {
        let end = error.utf8_error().valid_up_to();
        let bytes = Zeroizing::new(error.into_bytes());
        let line = bytes[..end].split(|byte| *byte == b'\n').count();
        Failure::Usage(format!("line {line} of the input is not UTF-8; nothing was changed"))
    })
}

fn read_file(path: &Path) -> io::Result<Zeroizing<Vec<u8>>> {
    read_to_end(File::open(path)?)
}

/// As [`Read::read_to_end`], but a buffer that becomes too small is erased.
fn read_to_end(mut input: impl Read) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut text = Zeroizing::new(Vec::with_capacity(CHUNK));
    loop {
        let length = text.len();
        if length == text.capacity() {
            let mut larger = Zeroizing::new(Vec::with_capacity(2 * length));
            larger.extend_from_slice(&text);
            text = larger;
        }
        let end = text.capacity().min(length + CHUNK);
        text.resize(end, 0);
        match input.read(&mut text[length..]) {
            Ok(count) => text.truncate(length + count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => text.truncate(length),
            Err(error) => return Err(error),
        }
        if text.len() == length {
            return Ok(text);
        }
    }
}

/// In bytes.
const CHUNK: usize = 64 * 1024;
