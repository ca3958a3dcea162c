//! The media ranges of an `Accept` header and their weights (RFC 9110 §12.5.1).

/// One entry of an `Accept` header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaRange<'a> {
    media_type: &'a [u8],
    weight: u16,
}

impl<'a> MediaRange<'a> {
    /// The entries of all `Accept` headers in order, without malformed ones.
    pub fn list(values: impl IntoIterator<Item = &'a [u8]>) -> impl Iterator<Item = Self> {
        values.into_iter().flat_map(|value| value.split(|byte| *byte == b',')).filter_map(Self::parse)
    }

    fn parse(entry: &'a [u8]) -> Option<Self> {
        let mut parts = entry.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
        let media_type = parts.next().unwrap_or_default();
        Some(Self { media_type, weight: weight(parts)? })
    }

    /// Whether the range is exactly this type, case-insensitive; parameters are ignored.
    #[must_use]
    pub fn is(&self, media_type: &str) -> bool {
        self.media_type.eq_ignore_ascii_case(media_type.as_bytes())
    }

    /// The `q` value in thousandths; 1,000 if there is none.
    #[must_use]
    pub fn weight(&self) -> u16 {
        self.weight
    }
}

/// The `q` value in thousandths; 1,000 if there is none, `None` if it is malformed (RFC 9110 §12.4.2).
fn weight<'a>(parameters: impl Iterator<Item = &'a [u8]>) -> Option<u16> {
    for parameter in parameters {
        if let Some(value) = parameter.strip_prefix(b"q=").or(parameter.strip_prefix(b"Q=")) {
            return thousandths(value);
        }
    }
    Some(1_000)
}

fn thousandths(value: &[u8]) -> Option<u16> {
    let (whole, fraction) = match value {
        [whole] | [whole, b'.'] => (whole, &[][..]),
        [whole, b'.', fraction @ ..] if fraction.len() <= 3 => (whole, fraction),
        _ => return None,
    };
    let digits = [Some(whole), fraction.first(), fraction.get(1), fraction.get(2)];
    let number = digits.into_iter().try_fold(0, |number, digit| {
        let digit = *digit.unwrap_or(&b'0');
        digit.is_ascii_digit().then(|| number * 10 + u16::from(digit - b'0'))
    })?;
    (number <= 1_000).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_in_order_with_their_weights() {
        let values: [&[u8]; 2] = [b"text/html, A/B;version=1; Q=0.25,c/d;q=2", b"*/*;q=0"];
        let read: Vec<_> = MediaRange::list(values).map(|range| range.weight()).collect();
        assert_eq!(read, [1_000, 250, 0]);
        assert!(MediaRange::list(values).nth(1).unwrap().is("a/b"));
    }
}
