//! The name of a coding that the caller sent.
//!
//! Decides which names are safe to repeat. Must not know which codings are supported.

use std::fmt;

/// The name of a coding. `None` if it is not safe to repeat: it comes from the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CodingName(Option<String>);

impl CodingName {
    /// The name in a header, if it looks like one.
    pub(super) fn of(coding: &[u8]) -> Self {
        let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.+".contains(byte);
        let text = std::str::from_utf8(coding).ok();
        let name = text.filter(|name| name.len() <= LONGEST && name.bytes().all(|byte| is_name(&byte)));
        Self(name.map(str::to_ascii_lowercase))
    }
}

impl fmt::Display for CodingName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or("(name omitted)"))
    }
}

/// Longer than any registered name, shorter than a secret.
const LONGEST: usize = 16;
