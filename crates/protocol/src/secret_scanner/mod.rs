//! Finds secrets, tokens and master keys of ours in any bytes, however they are quoted or encoded.
//!
//! It decides by the form alone and must not know which of them exist. It takes one byte at a time, so that what is
//! found does not depend on how the input is cut, and its memory does not grow with the input.
//!
//! What is searched: the bytes themselves; the bytes without NULs, which is what UTF-16 and UTF-32 of either byte order
//! add to ASCII; what percent escapes stand for; and base64 of either alphabet, at every alignment and across line
//! breaks.

mod candidate;
mod escapes;
mod jwt;
mod stream;

use std::fmt;

use crate::PresentedSecret;
use escapes::Escapes;
use jwt::JwtDetector;
use stream::Stream;

/// Searches an input of any length.
pub struct SecretScanner {
    line: u64,
    raw: Stream,
    decoded: Stream,
    escapes: Escapes,
    jwt: JwtDetector,
}

/// Something of ours, and where it stands.
#[derive(Debug)]
pub struct Sighting {
    /// The line, from 1.
    pub line: u64,
    /// What it is.
    pub what: Sighted,
}

/// What was found.
#[derive(Debug)]
pub enum Sighted {
    /// A client secret whose checksum is right.
    Secret(PresentedSecret),
    /// A text of the form of a master key.
    MasterKey(PresentedSecret),
    /// An opaque token, or a JWT of any issuer.
    AccessToken,
    /// What begins like a client secret or a master key and has a wrong checksum or length.
    Broken,
}

impl SecretScanner {
    /// At the beginning of an input.
    #[must_use]
    pub fn new() -> Self {
        Self {
            line: 1,
            raw: Stream::default(),
            decoded: Stream::default(),
            escapes: Escapes::default(),
            jwt: JwtDetector::default(),
        }
    }

    /// Searches the next bytes.
    pub fn push(&mut self, bytes: &[u8], mut found: impl FnMut(Sighting)) {
        for byte in bytes.iter().copied().filter(|byte| *byte != 0) {
            self.take(byte, &mut found);
        }
    }

    /// The input is over: what is open now is all that there will be of it.
    pub fn finish(&mut self, mut found: impl FnMut(Sighting)) {
        let line = self.line;
        if self.jwt.end() {
            found(Sighting { line, what: Sighted::AccessToken });
        }
        let decoded = &mut self.decoded;
        self.escapes.finish(|byte| {
            decoded.take(byte, false, line, &mut |candidate| candidate.report_escaped(&mut found));
        });
        self.raw.finish(&mut |candidate| candidate.report(&mut found));
        self.decoded.finish(&mut |candidate| candidate.report_escaped(&mut found));
    }

    fn take(&mut self, byte: u8, found: &mut dyn FnMut(Sighting)) {
        let line = self.line;
        if self.jwt.take(byte) {
            found(Sighting { line, what: Sighted::AccessToken });
        }
        if byte == b'%' {
            // From here on the two streams differ, and the decoded one tells.
            self.raw.abandon();
            self.decoded.mark_escaped();
        }
        self.raw.take(byte, false, line, &mut |candidate| candidate.report(found));
        let decoded = &mut self.decoded;
        self.escapes.take(byte, |byte, is_escaped| {
            decoded.take(byte, is_escaped, line, &mut |candidate| candidate.report_escaped(found));
        });
        if byte == b'\n' {
            self.line += 1;
        }
    }
}

impl Default for SecretScanner {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for SecretScanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretScanner").field("line", &self.line).finish_non_exhaustive()
    }
}
