//! A possible credential: a known prefix and the text after it.

use zeroize::Zeroizing;

use super::{DetectedCredential, Detection};
use crate::{PresentedSecret, SecretShape};

/// The kind of credential that a prefix announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Secret,
    MasterKey,
    OpaqueToken,
}

impl Kind {
    /// The kind whose prefix is the last six bytes of the register.
    pub(super) fn of(register: u64) -> Option<Self> {
        let [.., j, t, n, first, second, underscore] = register.to_be_bytes();
        match [j, t, n, first, second, underscore] {
            [b'j', b't', b'n', b's', b'k', b'_'] => Some(Self::Secret),
            [b'j', b't', b'n', b'm', b'k', b'_'] => Some(Self::MasterKey),
            [b'j', b't', b'n', b'a', b't', b'_'] => Some(Self::OpaqueToken),
            _ => None,
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Secret => "jtnsk_",
            Self::MasterKey => "jtnmk_",
            Self::OpaqueToken => "jtnat_",
        }
    }

    /// The number of characters after the prefix that identify the credential.
    const fn body_length(self) -> usize {
        match self {
            Self::Secret => 49,
            Self::MasterKey => 43,
            Self::OpaqueToken => 40,
        }
    }

    fn allows(self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric() || (self != Self::Secret && matches!(byte, b'-' | b'_'))
    }
}

/// A prefix and the text since then.
pub(super) struct Candidate {
    kind: Kind,
    line: u64,
    text: Zeroizing<String>,
    /// Whether any of it was percent-encoded.
    pub(super) is_escaped: bool,
    base64: Option<Bits>,
}

/// Base64 bits that are less than a whole byte.
#[derive(Clone, Copy)]
pub(super) struct Bits {
    pub(super) value: u16,
    pub(super) count: u8,
}

impl Candidate {
    pub(super) fn new(kind: Kind, line: u64, is_escaped: bool, base64: Option<Bits>) -> Self {
        let mut text = Zeroizing::new(String::with_capacity(kind.prefix().len() + kind.body_length()));
        text.push_str(kind.prefix());
        Self { kind, line, text, is_escaped, base64 }
    }

    /// Adds a byte; `sextet` is its base64 value. Returns whether more bytes are needed.
    pub(super) fn take(&mut self, byte: u8, sextet: Option<u8>, is_escaped: bool) -> bool {
        let byte = match (&mut self.base64, sextet) {
            (None, _) => byte,
            // A line break or another character outside the base64 alphabet.
            (Some(_), None) => return true,
            (Some(bits), Some(sextet)) => {
                bits.value = bits.value << 6 | u16::from(sextet);
                bits.count += 6;
                self.is_escaped |= is_escaped;
                if bits.count < 8 {
                    return true;
                }
                bits.count -= 8;
                (bits.value >> bits.count).to_be_bytes()[1]
            }
        };
        if !self.kind.allows(byte) {
            return false;
        }
        self.is_escaped |= is_escaped;
        self.text.push(char::from(byte));
        self.body_length() < self.kind.body_length()
    }

    fn body_length(&self) -> usize {
        self.text.len() - self.kind.prefix().len()
    }

    /// Reports the credential, if it is one.
    pub(super) fn report(self, found: &mut dyn FnMut(Detection)) {
        let line = self.line;
        if let Some(credential) = self.classify() {
            found(Detection { line, credential });
        }
    }

    /// Reports it only if the stream of raw bytes cannot have found it.
    pub(super) fn report_escaped(self, found: &mut dyn FnMut(Detection)) {
        if self.is_escaped {
            self.report(found);
        }
    }

    fn classify(mut self) -> Option<DetectedCredential> {
        let is_whole = self.body_length() == self.kind.body_length();
        let is_bare_prefix = self.body_length() == 0;
        match self.kind {
            Kind::OpaqueToken => is_whole.then_some(DetectedCredential::AccessToken),
            _ if is_bare_prefix => None,
            _ if !is_whole => Some(DetectedCredential::Broken),
            kind => {
                let text = PresentedSecret::new(std::mem::take(&mut *self.text));
                match kind {
                    Kind::MasterKey => Some(DetectedCredential::MasterKey(text)),
                    _ if text.shape() == SecretShape::Generated => Some(DetectedCredential::Secret(text)),
                    _ => Some(DetectedCredential::Broken),
                }
            }
        }
    }
}
