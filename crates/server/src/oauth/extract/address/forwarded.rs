//! The `Forwarded` header (RFC 7239 §4), of which only `for` is read.

use std::borrow::Cow;

/// The elements of a field value, the last one first, without empty ones.
///
/// Quotes are also matched from the right. So a quote that the caller opened cannot extend beyond the caller's own
/// part, and a comma inside a string that a proxy quoted (a host name that the caller chose) is not a separator.
pub(super) fn elements_from_the_right(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = Some(value);
    let elements = std::iter::from_fn(move || {
        let value = rest?;
        let (before, element) = match last_comma(value) {
            Some(comma) => (Some(&value[..comma]), &value[comma + 1..]),
            None => (None, value),
        };
        rest = before;
        Some(element.trim_ascii())
    });
    elements.filter(|element| !element.is_empty())
}

/// The last comma that is not in quotes.
fn last_comma(value: &[u8]) -> Option<usize> {
    let mut quoted = false;
    for (index, byte) in value.iter().enumerate().rev() {
        match byte {
            b'"' if quoted => quoted = is_escaped(&value[..index]),
            b'"' => quoted = true,
            b',' if !quoted => return Some(index),
            _ => {}
        }
    }
    None
}

fn is_escaped(before: &[u8]) -> bool {
    before.iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}

/// The value of the only `for` in an element. `None` if there is none or more than one, or if the element breaks the
/// grammar anywhere: a part of such an element may come from another sender.
pub(super) fn node_for(element: &[u8]) -> Option<Cow<'_, [u8]>> {
    let mut node = None;
    let mut rest = element;
    loop {
        rest = rest.trim_ascii_start();
        let (name, after) = rest.split_at(length_of(rest, is_token));
        rest = after;
        if !name.is_empty() {
            let (value, after) = read_value(after.strip_prefix(b"=")?)?;
            rest = after.trim_ascii_start();
            if name.eq_ignore_ascii_case(b"for") && node.replace(value).is_some() {
                return None;
            }
        }
        match rest {
            [] => return node,
            [b';', more @ ..] => rest = more,
            _ => return None,
        }
    }
}

/// A token or a quoted string, and what follows it.
///
/// Some proxies write addresses without the quotes that their colons and brackets need, which is unambiguous.
fn read_value(text: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    if let Some(quoted) = text.strip_prefix(b"\"") {
        return read_quoted(quoted);
    }
    let (value, rest) = text.split_at(length_of(text, |byte| is_token(byte) || b":[]/".contains(&byte)));
    (!value.is_empty()).then_some((Cow::Borrowed(value), rest))
}

fn read_quoted(text: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let mut value = Vec::new();
    let mut bytes = text.iter().enumerate();
    while let Some((index, byte)) = bytes.next() {
        match byte {
            b'"' => return Some((Cow::Owned(value), &text[index + 1..])),
            b'\\' => value.push(*bytes.next()?.1),
            other => value.push(*other),
        }
    }
    None
}

fn length_of(text: &[u8], of: impl Fn(u8) -> bool) -> usize {
    text.iter().position(|byte| !of(*byte)).unwrap_or(text.len())
}

/// RFC 9110 §5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elements(value: &str) -> Vec<String> {
        let text = |element: &[u8]| String::from_utf8(element.to_vec()).unwrap();
        elements_from_the_right(value.as_bytes()).map(text).collect()
    }

    fn node(element: &str) -> Option<String> {
        node_for(element.as_bytes()).map(|node| String::from_utf8(node.into_owned()).unwrap())
    }

    #[test]
    fn elements_come_from_the_right_without_empty_ones() {
        assert_eq!(elements("for=a, for=b;proto=http,,\t, for=c ,"), ["for=c", "for=b;proto=http", "for=a"]);
        assert!(elements(" , ,").is_empty());
    }

    #[test]
    fn a_comma_in_quotes_is_not_a_separator() {
        assert_eq!(elements(r#"for=a, for=b;host="x,for=c;y""#), [r#"for=b;host="x,for=c;y""#, "for=a"]);
        let escaped = r#"for=b;host="x\",for=c;y=\"\\""#;
        assert_eq!(elements(&format!("for=a, {escaped}")), [escaped, "for=a"]);
    }

    #[test]
    fn a_quote_that_the_caller_opened_does_not_reach_across_the_proxys_comma() {
        assert_eq!(elements(r#"for=", for=b"#)[0], "for=b");
        assert_eq!(elements(r#"for="x\, for="b""#)[0], r#"for="b""#);
    }

    #[test]
    fn the_node_is_the_value_of_for_in_any_letter_case() {
        assert_eq!(node("for=192.0.2.1").as_deref(), Some("192.0.2.1"));
        assert_eq!(
            node(r#"proto=https; FOR="[2001:db8::1]:80" ;by=_x"#).as_deref(),
            Some("[2001:db8::1]:80")
        );
        assert_eq!(node(r#"For="\[2001:db8::1\]";"#).as_deref(), Some("[2001:db8::1]"));
        assert_eq!(node("for=[2001:db8::1]:80").as_deref(), Some("[2001:db8::1]:80"));
        assert_eq!(node(r#"host="a\"b,c;d";for=unknown"#).as_deref(), Some("unknown"));
    }

    #[test]
    fn an_element_that_breaks_the_grammar_or_does_not_have_exactly_one_for_names_no_caller() {
        for element in [
            "proto=https",
            ";",
            "for",
            "for=",
            "for=a b",
            "for=a;for=b",
            "for=a;For=a",
            r#"for="a"#,
            r#"for="a\"#,
            r#"for="a"b"#,
            r#"for=a""#,
            "for =a",
            "for=a;x",
            "for=a;=b",
            "192.0.2.1",
            "for=a\\",
        ] {
            assert_eq!(node(element), None, "{element}");
        }
        assert_eq!(node_for(b"for=\xff"), None);
    }
}
