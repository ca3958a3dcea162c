//! Tells a JWT by its shape, without keeping any of it.

/// A run of the characters that a JWT has.
#[derive(Default)]
pub(super) struct JwtDetector {
    last: [u8; 3],
    /// What has been read since a header began.
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
    /// Reads one byte; whether a JWT ended before it.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        if !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')) {
            return self.end();
        }
        let [_, second, third] = self.last;
        self.last = [second, third, byte];
        match &mut self.since_header {
            Some(parts) => parts.take(byte),
            // A JSON object that begins with `{"` begins with `eyJ` in base64url. A letter may stand directly before it.
            None if self.last == *b"eyJ" => self.since_header = Some(Parts::default()),
            None => {}
        }
        false
    }

    /// The run is over; whether it was a JWT.
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

    /// A full stop after it belongs to a sentence.
    fn are_of_a_jwt(&self) -> bool {
        let dots = self.dots - u64::from(self.ends_with_dot);
        dots == 2 && !self.has_empty_part && self.length >= SHORTEST
    }
}

/// Shorter than the rest of any header with claims and a signature.
const SHORTEST: u64 = 40;
