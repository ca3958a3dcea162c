//! Selects the adapter from a store's URL, without opening the store.

use jeton_core::store::OpenError;

/// Which adapter a URL is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scheme {
    Sqlite,
    Postgres,
}

impl Scheme {
    pub(crate) fn of(url: &str) -> Result<Self, OpenError> {
        let reason = match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => return Ok(Self::Sqlite),
            Some("postgres" | "postgresql") => return Ok(Self::Postgres),
            Some(_) => "its scheme is not supported",
            None => "it has no scheme",
        };
        Err(OpenError::BadUrl { url: redacted(url), reason: reason.to_owned() })
    }
}

/// The URL as it can be shown: without user, password and parameters. A `sqlite:` URL is shown
/// unchanged, because it contains no secrets.
fn redacted(url: &str) -> String {
    if url.starts_with(SQLITE) {
        return url.to_owned();
    }
    let (address, parameters) = url.split_once('?').map_or((url, ""), |(address, _)| (address, "?…"));
    // Split at the last `@` of the whole URL: an unencoded password may contain `@` and `/`.
    let shown = match (address.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, place))) => {
            let place = place.split_once('?').map_or(place, |(place, _)| place);
            format!("{scheme}://…@{place}")
        }
        (None, Some(_)) => "…".to_owned(),
        (_, None) => address.to_owned(),
    };
    shown + parameters
}

const SQLITE: &str = "sqlite:";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_selects_the_adapter() {
        assert_eq!(Scheme::of("sqlite:a.db").unwrap(), Scheme::Sqlite);
        for url in ["postgres://jeton@db/jeton", "postgresql://jeton@db/jeton"] {
            assert_eq!(Scheme::of(url).unwrap(), Scheme::Postgres);
        }
        for (url, says) in [("mysql://db/jeton", "scheme is not supported"), ("jeton.db", "no scheme")] {
            let text = Scheme::of(url).unwrap_err().to_string();
            assert!(text.contains(says) && text.contains("use sqlite:PATH or postgres://"), "{text}");
        }
    }

    #[test]
    fn no_password_is_ever_shown() {
        for url in [
            "mysql://jeton:hunter2@db.example.com/jeton?sslmode=require",
            "mysql://jeton:hunter2@x@db.example.com/jeton",
            "mysql://jeton:hun/hunter2@db.example.com/jeton",
            "mysql://jeton:?hunter2@db.example.com/jeton",
            "mysql://db.example.com/jeton?user=jeton&password=hunter2",
            "jeton:hunter2@db.example.com",
        ] {
            assert!(!redacted(url).contains("hunter2"), "{}", redacted(url));
            assert!(!Scheme::of(url).unwrap_err().to_string().contains("hunter2"), "{url}");
        }
        assert_eq!(redacted("mysql://a:b@db.example.com/jeton"), "mysql://…@db.example.com/jeton");
        assert_eq!(redacted("sqlite:data/a@b.db"), "sqlite:data/a@b.db");
    }
}
