//! The values of rows in a form that every store can read and write.

use std::fmt;

/// A value. Flags are the integers 0 and 1, times are Unix seconds, and lists and labels are JSON.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// No value.
    Null,
    /// A number, a flag or a time.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// The values of a row in the order of the table's columns.
pub type Row = Vec<Value>;

/// A value may be the hash of a secret or a sealed key, so only its kind is shown.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "Null",
            Self::Integer(_) => "Integer(…)",
            Self::Text(_) => "Text(…)",
            Self::Bytes(_) => "Bytes(…)",
        })
    }
}
