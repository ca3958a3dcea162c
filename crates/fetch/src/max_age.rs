//! How long a response may be cached (RFC 9111 §5.2.2.1).

use std::time::Duration;

use http::HeaderMap;
use http::header::CACHE_CONTROL;

/// The `max-age` in the headers of a response.
pub(crate) fn of(headers: &HeaderMap) -> Option<Duration> {
    let values = headers.get_all(CACHE_CONTROL).into_iter().filter_map(|value| value.to_str().ok());
    let seconds = |directive: &str| {
        let (name, value) = directive.split_once('=')?;
        name.trim().eq_ignore_ascii_case("max-age").then(|| value.trim().trim_matches('"').parse().ok())?
    };
    values.flat_map(|value| value.split(',')).find_map(seconds).map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_max_age_is_found_among_other_directives() {
        for (value, seconds) in [
            ("public, max-age=300", Some(300)),
            ("Max-Age=\"60\"", Some(60)),
            ("no-store", None),
            ("max-age=soon", None),
            ("s-maxage=9", None),
        ] {
            let headers = HeaderMap::from_iter([(CACHE_CONTROL, value.parse().unwrap())]);
            assert_eq!(of(&headers), seconds.map(Duration::from_secs), "{value}");
        }
    }
}
