//! Reads the lines of a large file or of stdin that may hold secrets. The buffer is erased when it is dropped.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::secret_input::BYTE_ORDER_MARK;
use crate::failure::Failure;

/// The lines of an input, read one by one.
pub(crate) struct Lines {
    input: Box<dyn Read + Send>,
    path: PathBuf,
    /// The size of a regular file, in bytes.
    size: Option<u64>,
    /// Never grows: a buffer that grows leaves copies of secrets in memory.
    buffer: Zeroizing<Vec<u8>>,
    start: usize,
    end: usize,
    at_end: bool,
    number: usize,
    read: u64,
}

/// A line, without its end.
pub(crate) struct Line<'a> {
    /// Counted from 1.
    pub(crate) number: usize,
    pub(crate) text: &'a str,
}

impl Lines {
    /// Opens the file, or stdin for `-`.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let failed = |error| unreadable(path, &error);
        if path.as_os_str() == "-" {
            return Ok(Self::new(Box::new(io::stdin()), path, None));
        }
        let file = File::open(path).map_err(failed)?;
        let metadata = file.metadata().map_err(failed)?;
        if metadata.is_dir() {
            return Err(unreadable(path, &io::Error::from(io::ErrorKind::IsADirectory)));
        }
        Ok(Self::new(Box::new(file), path, metadata.is_file().then_some(metadata.len())))
    }

    fn new(input: Box<dyn Read + Send>, path: &Path, size: Option<u64>) -> Self {
        let buffer = Zeroizing::new(vec![0; LONGEST_LINE]);
        let path = path.to_owned();
        Self { input, path, size, buffer, start: 0, end: 0, at_end: false, number: 0, read: 0 }
    }

    /// The next line; `None` after the last one.
    pub(crate) fn next(&mut self) -> Result<Option<Line<'_>>, Failure> {
        let Some((start, end)) = self.next_range()? else { return Ok(None) };
        self.number += 1;
        let text = std::str::from_utf8(&self.buffer[start..end])
            .map_err(|_| Failure::Usage(format!("line {} of the input is not UTF-8", self.number)))?;
        let text = if self.number == 1 { text.trim_start_matches(BYTE_ORDER_MARK) } else { text };
        Ok(Some(Line { number: self.number, text: text.trim_end_matches('\r') }))
    }

    /// Which share of the input was read, between 0 and 1; `None` if the size of the input is not known.
    pub(crate) fn share_read(&self) -> Option<f64> {
        let size = self.size.filter(|size| *size > 0)?;
        #[expect(clippy::cast_precision_loss, reason = "a share for people")]
        let share = self.read as f64 / size as f64;
        Some(share.min(1.0))
    }

    /// Where the next line is in the buffer.
    fn next_range(&mut self) -> Result<Option<(usize, usize)>, Failure> {
        let mut searched = self.start;
        loop {
            let newline = self.buffer[searched..self.end].iter().position(|byte| *byte == b'\n');
            if let Some(offset) = newline {
                let range = (self.start, searched + offset);
                self.consume(range.1 + 1);
                return Ok(Some(range));
            }
            if self.at_end {
                let range = (self.start, self.end);
                self.consume(self.end);
                return Ok((range.0 < range.1).then_some(range));
            }
            searched = self.end - self.start;
            self.fill()?;
        }
    }

    fn consume(&mut self, to: usize) {
        self.read += u64::try_from(to - self.start).unwrap_or(0);
        self.start = to;
    }

    /// Moves the unread rest to the beginning of the buffer and reads more behind it.
    fn fill(&mut self) -> Result<(), Failure> {
        self.buffer.copy_within(self.start..self.end, 0);
        (self.start, self.end) = (0, self.end - self.start);
        if self.end == self.buffer.len() {
            let number = self.number + 1;
            return Err(Failure::Usage(format!(
                "line {number} of the input is longer than {LONGEST_LINE} bytes"
            )));
        }
        loop {
            match self.input.read(&mut self.buffer[self.end..]) {
                Ok(count) => {
                    self.end += count;
                    self.at_end = count == 0;
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(unreadable(&self.path, &error)),
            }
        }
    }
}

fn unreadable(path: &Path, error: &io::Error) -> Failure {
    Failure::Usage(format!("cannot read the file {} ({error})", path.display()))
}

/// In bytes; also the size of the buffer.
const LONGEST_LINE: usize = 256 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives a few bytes at a time.
    struct Slowly(Vec<u8>, usize);

    impl Read for Slowly {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0.drain(..count);
            Ok(count)
        }
    }

    fn lines(text: &[u8], step: usize) -> Result<Vec<String>, Failure> {
        let mut lines = Lines::new(Box::new(Slowly(text.to_vec(), step)), Path::new("-"), None);
        let mut all = Vec::new();
        while let Some(line) = lines.next()? {
            all.push(format!("{}:{}", line.number, line.text));
        }
        Ok(all)
    }

    #[test]
    fn lines_are_split_however_they_arrive() {
        for step in [1, 2, 3, 1_000] {
            for text in ["\u{feff}a\r\n\nb\u{e9}\nc", "\u{feff}a\n\nb\u{e9}\nc\n"] {
                assert_eq!(
                    lines(text.as_bytes(), step).unwrap(),
                    ["1:a", "2:", "3:b\u{e9}", "4:c"],
                    "{step}"
                );
            }
            assert_eq!(lines(b"", step).unwrap(), [""; 0]);
        }
    }

    #[test]
    fn more_than_a_buffer_is_read() {
        let text = format!("{}\n", "x".repeat(1_000)).repeat(1_000);
        let all = lines(text.as_bytes(), 70_000).unwrap();
        assert_eq!(all.len(), 1_000);
        assert!(all.iter().all(|line| line.ends_with(&"x".repeat(1_000)) && line.len() < 1_006));
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        let long = [b"a\n".as_slice(), &vec![b'x'; LONGEST_LINE + 1]].concat();
        assert!(lines(&long, 100_000).unwrap_err().to_string().contains("line 2 of the input is longer"));
        assert!(
            lines(b"a\nb\xff\n", 100).unwrap_err().to_string().contains("line 2 of the input is not UTF-8")
        );
    }

    #[test]
    fn the_share_is_of_the_lines_that_were_returned() {
        let mut lines = Lines::new(Box::new(Slowly(b"aaa\nb\n".to_vec(), 100)), Path::new("x"), Some(6));
        assert_eq!(lines.share_read(), Some(0.0));
        lines.next().unwrap();
        assert!(lines.share_read().is_some_and(|share| (0.66..0.67).contains(&share)));
        lines.next().unwrap();
        assert_eq!(lines.share_read(), Some(1.0));
    }
}
