//! Texts that must not appear in logs: `Debug` shows `[redacted]`, and the memory is wiped when dropped.
//!
//! This module must not know what the texts are.

use std::fmt;

use zeroize::Zeroizing;

/// A secret or a token. A struct that contains one can derive `Debug` safely.
#[derive(Clone)]
pub struct RedactedText(Zeroizing<String>);

impl RedactedText {
    /// Takes ownership of the text.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<Zeroizing<String>> for RedactedText {
    fn from(text: Zeroizing<String>) -> Self {
        Self(text)
    }
}

impl fmt::Debug for RedactedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Defines a type for one kind of [`RedactedText`], with `new` and `expose`.
macro_rules! redacted_type {
    ($(#[$docs:meta])* $name:ident) => {
        $(#[$docs])*
        #[derive(Debug, Clone)]
        pub struct $name($crate::redacted::RedactedText);

        impl $name {
            /// Takes ownership of the text, which is wiped when dropped.
            #[must_use]
            pub fn new(text: String) -> Self {
                Self($crate::redacted::RedactedText::new(text))
            }

            /// The text itself.
            #[must_use]
            pub fn expose(&self) -> &str {
                self.0.expose()
            }
        }
    };
}

pub(crate) use redacted_type;
