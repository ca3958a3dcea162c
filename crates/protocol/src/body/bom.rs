//! The byte order mark that some editors and programs write at the start of UTF-8 text.
//!
//! One mark at the start is not part of the text (RFC 8259 §8.1 allows a JSON parser to ignore it).

/// The text without a leading UTF-8 byte order mark.
///
/// Only one mark is skipped: a second one is a character of the text.
#[must_use]
pub fn without_bom(text: &[u8]) -> &[u8] {
    text.strip_prefix(BOM).unwrap_or(text)
}

const BOM: &[u8] = b"\xef\xbb\xbf";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_mark_at_the_start_is_skipped() {
        for (text, without) in [
            (&b"\xef\xbb\xbf{}"[..], &b"{}"[..]),
            (b"{}", b"{}"),
            (b"", b""),
            (b"\xef\xbb\xbf", b""),
            (b"\xef\xbb\xbf\xef\xbb\xbfa", b"\xef\xbb\xbfa"),
            (b"a\xef\xbb\xbf", b"a\xef\xbb\xbf"),
            (b"\xef\xbb", b"\xef\xbb"),
            (b"\xff\xfea", b"\xff\xfea"),
        ] {
            assert_eq!(without_bom(text), without);
        }
    }
}
