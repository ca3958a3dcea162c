//! The response format that an introspection request asks for (RFC 9701 §4).
//!
//! This module decides by the `Accept` header alone. It must not know the caller or the token.

use crate::request::media_range::MediaRange;

/// The format of the response.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum IntrospectionFormat {
    /// A JSON object (RFC 7662 §2.2).
    #[default]
    Json,
    /// A signed JWT that contains the JSON object (RFC 9701 §5).
    Jwt,
}

impl IntrospectionFormat {
    /// The media type of the signed response.
    pub const JWT_MEDIA_TYPE: &'static str = "application/token-introspection+jwt";

    /// Selects the format from the values of all `Accept` headers. The result is a JWT only if its exact type is named
    /// and JSON is not named with a higher weight (RFC 9110 §12.5.1). A wildcard means JSON, like a missing header. A
    /// malformed entry is ignored.
    #[must_use]
    pub fn from_accept<'a>(values: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let (mut jwt, mut json) = (0, 0);
        for range in MediaRange::list(values) {
            if range.is(Self::JWT_MEDIA_TYPE) {
                jwt = range.weight();
            } else if range.is(JSON) {
                json = range.weight();
            }
        }
        if jwt > 0 && jwt >= json { Self::Jwt } else { Self::Json }
    }
}

const JSON: &str = "application/json";

#[cfg(test)]
mod tests {
    use super::*;

    const JWT: &str = IntrospectionFormat::JWT_MEDIA_TYPE;

    fn of(accept: &[&str]) -> IntrospectionFormat {
        IntrospectionFormat::from_accept(accept.iter().map(|value| value.as_bytes()))
    }

    #[test]
    fn the_exact_type_asks_for_a_jwt_in_any_letter_case_with_parameters_and_in_a_list() {
        for accept in [
            JWT.to_owned(),
            JWT.to_ascii_uppercase(),
            format!(" {JWT} ; charset=utf-8"),
            format!("{JWT};q=0.001"),
            format!("text/html, */*;q=0.1,{JWT}"),
            format!("application/json, {JWT}"),
            format!("application/json;q=0.9, {JWT};q=1.000"),
        ] {
            assert_eq!(of(&[&accept]), IntrospectionFormat::Jwt, "{accept}");
        }
        assert_eq!(of(&["text/html", JWT]), IntrospectionFormat::Jwt, "two headers");
    }

    #[test]
    fn everything_else_asks_for_json() {
        for accept in [
            "*/*".to_owned(),
            "application/*".to_owned(),
            "application/jwt".to_owned(),
            "text/html, image/gif".to_owned(),
            "application/token-introspection".to_owned(),
            format!("{JWT}x"),
            format!("x{JWT}"),
            format!("{JWT};q=0"),
            format!("{JWT};q=0.000"),
            format!("{JWT};q=0.5, application/json"),
            String::new(),
        ] {
            assert_eq!(of(&[&accept]), IntrospectionFormat::Json, "{accept}");
        }
        assert_eq!(of(&[]), IntrospectionFormat::Json);
    }

    #[test]
    fn an_entry_with_a_malformed_weight_is_ignored() {
        for weight in ["", "2", "1.001", "0.1234", "-1", ".5", "a", "0,5", "1e0"] {
            assert_eq!(of(&[&format!("{JWT};q={weight}")]), IntrospectionFormat::Json, "{weight}");
        }
    }
}
