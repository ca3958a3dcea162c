//! Finds Jeton secrets, tokens and master keys in any bytes, quoted or encoded in any way.
//!
//! This module decides by format alone. It must not know which credentials exist. It reads one byte at a time, so the
//! findings do not depend on how the input is split, and memory use does not grow with the input.
//!
//! It searches the bytes themselves; the bytes without NULs, because UTF-16 and UTF-32 add NULs to ASCII; decoded
//! percent escapes; and base64 of both alphabets, at every alignment and across line breaks.

mod candidate;
mod escapes;
mod jwt;
mod stream;

use std::fmt;

use crate::PresentedSecret;
use escapes::Escapes;
use jwt::JwtDetector;
use stream::Stream;

/// Searches an input of any length for credentials.
pub struct SecretScanner {
    line: u64,
    raw: Stream,
    decoded: Stream,
    escapes: Escapes,
    jwt: JwtDetector,
}

/// A credential found in the input.
#[derive(Debug)]
pub struct Detection {
    /// The line number, from 1.
    pub line: u64,
    /// The credential.
    pub credential: DetectedCredential,
}

/// The kind of a found credential.
#[derive(Debug)]
pub enum DetectedCredential {
    /// A client secret with a correct checksum.
    Secret(PresentedSecret),
    /// A text in the format of a master key.
    MasterKey(PresentedSecret),
    /// An opaque token, or a JWT of any issuer.
    AccessToken,
    /// A client secret or master key with a wrong checksum or length.
    Broken,
}

impl SecretScanner {
    /// Creates a scanner at the beginning of an input.
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
    pub fn push(&mut self, bytes: &[u8], mut found: impl FnMut(Detection)) {
        for byte in bytes.iter().copied().filter(|byte| *byte != 0) {
            self.take(byte, &mut found);
        }
    }

    /// Ends the input and reports the candidates that are still open.
    pub fn finish(&mut self, mut found: impl FnMut(Detection)) {
        let line = self.line;
        if self.jwt.end() {
            found(Detection { line, credential: DetectedCredential::AccessToken });
        }
        let decoded = &mut self.decoded;
        self.escapes.finish(|byte| {
            decoded.take(byte, false, line, &mut |candidate| candidate.report_escaped(&mut found));
        });
        self.raw.finish(&mut |candidate| candidate.report(&mut found));
        self.decoded.finish(&mut |candidate| candidate.report_escaped(&mut found));
    }

    fn take(&mut self, byte: u8, found: &mut dyn FnMut(Detection)) {
        let line = self.line;
        if self.jwt.take(byte) {
            found(Detection { line, credential: DetectedCredential::AccessToken });
        }
        if byte == b'%' {
            // From here on the two streams differ, so only the decoded one reports.
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
