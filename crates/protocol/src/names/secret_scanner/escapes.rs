//! Decodes percent escapes in a stream of bytes. An incomplete escape passes through unchanged.

/// The part of an escape that was read so far.
#[derive(Clone, Copy, Default)]
pub(super) enum Escapes {
    #[default]
    None,
    Percent,
    FirstDigit(u8),
}

impl Escapes {
    /// Reads one byte and passes on each completed byte, with whether it was escaped.
    pub(super) fn take(&mut self, byte: u8, mut pass: impl FnMut(u8, bool)) {
        if byte == b'%' {
            self.finish(|byte| pass(byte, false));
            *self = Self::Percent;
            return;
        }
        match (*self, value(byte)) {
            (Self::Percent, Some(_)) => *self = Self::FirstDigit(byte),
            (Self::FirstDigit(first), Some(low)) => {
                *self = Self::None;
                pass(value(first).unwrap_or_default() << 4 | low, true);
            }
            _ => {
                self.finish(|byte| pass(byte, false));
                pass(byte, false);
            }
        }
    }

    /// Passes on an incomplete escape as plain bytes.
    pub(super) fn finish(&mut self, mut pass: impl FnMut(u8)) {
        match std::mem::take(self) {
            Self::None => {}
            Self::Percent => pass(b'%'),
            Self::FirstDigit(digit) => {
                pass(b'%');
                pass(digit);
            }
        }
    }
}

fn value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}
