//! Recognises a JWT by its shape, without storing any of it.

/// The state within a run of JWT characters.
#[derive(Default)]
pub(super) struct JwtDetector {
    last: [u8; 3],
    /// The text since the beginning of a header.
    since_header: Option<Parts>,
}

#[derive(Default)]
struct Parts {
    length: u64,
    dots: u64,
    ends_with_dot: bool,
    has_empty_part: bool,
}

impl JwtDetector {
    /// Reads one byte. Returns whether a JWT ended before it.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
            return self.end();
        }
        let [_, second, third] = self.last;
        self.last = [second, third, byte];
        match &mut self.since_header {
            Some(parts) => parts.take(byte),
            // In base64url a JSON object that begins with `{"` begins with `eyJ`. A letter may come directly before it.
            None if self.last == *b"eyJ" => self.since_header = Some(Parts::default()),
            None => {}
        }
        false
    }

    /// Ends the run. Returns whether it was a JWT.
    pub(super) fn end(&mut self) -> bool {
        std::mem::take(self).since_header.is_some_and(|parts| parts.are_of_a_jwt())
    }
}

impl Parts {
    fn take(&mut self, byte: u8) {
        let is_dot = byte == b'.';
        self.length += 1;
        self.dots += u64::from(is_dot);
        self.has_empty_part |= is_dot && self.ends_with_dot;
        self.ends_with_dot = is_dot;
    }

    /// Ignores a dot at the end: it is the full stop of a sentence.
    fn are_of_a_jwt(&self) -> bool {
        let dots = self.dots - u64::from(self.ends_with_dot);
        dots == 2 && !self.has_empty_part && self.length >= SHORTEST
    }
}

/// Shorter than any JWT after `eyJ`.
const SHORTEST: u64 = 40;
