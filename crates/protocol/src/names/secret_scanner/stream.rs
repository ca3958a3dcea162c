//! Searches one byte stream for prefixes, both directly and decoded from base64.

use super::candidate::{Bits, Candidate, Kind};

/// The last bytes, the last base64 bits, and the open candidates.
#[derive(Default)]
pub(super) struct Stream {
    bytes: u64,
    /// Which of the last bytes were escaped, one bit each.
    escaped_bytes: u16,
    bits: u64,
    escaped_sextets: u16,
    open: Vec<Candidate>,
}

impl Stream {
    /// Reads one byte; `done` gets each candidate that needs no more bytes.
    ///
    /// A byte outside the base64 alphabet is skipped and does not end a candidate: base64 may contain line breaks and
    /// indentation, and every alignment is searched anyway.
    pub(super) fn take(&mut self, byte: u8, is_escaped: bool, line: u64, done: &mut dyn FnMut(Candidate)) {
        let sextet = sextet(byte);
        if !self.open.is_empty() {
            for over in self.open.extract_if(.., |candidate| !candidate.take(byte, sextet, is_escaped)) {
                done(over);
            }
        }
        self.bytes = self.bytes << 8 | u64::from(byte);
        self.escaped_bytes = self.escaped_bytes << 1 | u16::from(is_escaped);
        if byte == b'_'
            && let Some(kind) = Kind::of(self.bytes)
        {
            let is_escaped = self.escaped_bytes & 0x3f != 0;
            self.open.push(Candidate::new(kind, line, is_escaped, None));
        }
        if let Some(sextet) = sextet {
            self.bits = self.bits << 6 | u64::from(sextet);
            self.escaped_sextets = self.escaped_sextets << 1 | u16::from(is_escaped);
            self.find_in_base64(line);
        }
    }

    /// A decoded byte can end at every even bit, wherever the base64 began: with the last sextet, or two or four bits
    /// before it.
    fn find_in_base64(&mut self, line: u64) {
        for rest in [0, 2, 4] {
            if let Some(kind) = Kind::of(self.bits >> rest) {
                let sextets = if rest == 0 { 0xff } else { 0x1ff };
                let is_escaped = self.escaped_sextets & sextets != 0;
                let value = self.bits.to_be_bytes()[7] & ((1 << rest) - 1);
                let bits = Bits { value: value.into(), count: rest };
                self.open.push(Candidate::new(kind, line, is_escaped, Some(bits)));
            }
        }
    }

    /// Discards all open candidates.
    pub(super) fn abandon(&mut self) {
        self.open.clear();
    }

    /// Marks all open candidates as escaped: they may continue with an escape.
    pub(super) fn mark_escaped(&mut self) {
        for candidate in &mut self.open {
            candidate.is_escaped = true;
        }
    }

    /// Ends the input and returns all open candidates.
    pub(super) fn finish(&mut self, done: &mut dyn FnMut(Candidate)) {
        self.open.drain(..).for_each(done);
    }
}

/// The value of a character in base64 and base64url.
const fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}
