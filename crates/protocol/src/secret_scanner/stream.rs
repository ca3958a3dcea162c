//! One reading of the input: looks for prefixes in its bytes and in what they stand for as base64.

use super::candidate::{Bits, Candidate, Kind};

/// The last bytes and the last bits of base64, and the prefixes that are open.
#[derive(Default)]
pub(super) struct Stream {
    bytes: u64,
    /// Which of the last bytes came from escapes, one bit each.
    escaped_bytes: u16,
    bits: u64,
    escaped_sextets: u16,
    open: Vec<Candidate>,
}

impl Stream {
    /// Reads one byte; `done` gets each candidate that needs no more.
    ///
    /// A byte that base64 does not have is passed over there and ends nothing: line breaks and indentation may stand
    /// within base64, and at every alignment is looked anyway.
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

    /// A byte ends at every even bit, wherever the base64 began: with the last sextet, or two or four bits before.
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

    /// Forgets what is open.
    pub(super) fn abandon(&mut self) {
        self.open.clear();
    }

    /// What is open may go on with an escape.
    pub(super) fn mark_escaped(&mut self) {
        for candidate in &mut self.open {
            candidate.is_escaped = true;
        }
    }

    /// The input is over.
    pub(super) fn finish(&mut self, done: &mut dyn FnMut(Candidate)) {
        self.open.drain(..).for_each(done);
    }
}

/// What a character is worth in base64 and in base64url.
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
