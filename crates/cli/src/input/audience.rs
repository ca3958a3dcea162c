//! Notices about the exact spelling of `aud` when it may differ from what the administrator expects: APIs compare it
//! byte for byte.
//!
//! Prints to stderr only. Decides nothing: `core` keeps the spelling of the registered resource.

use jeton_admin::view::AccountView;
use jeton_protocol::ResourceUri;

use crate::print::output;

/// Says how tokens for a new resource spell their audience, if another spelling is as likely.
pub(crate) fn say_spelling(registered: &ResourceUri) {
    if let Some(sentence) = spelling(registered) {
        output::say(&sentence);
    }
}

/// Says so if a resource was named in another spelling than the one in its tokens.
pub(crate) fn say_difference(given: &ResourceUri, registered: &ResourceUri) {
    if let Some(sentence) = difference(given, registered) {
        output::say(&sentence);
    }
}

/// [`say_difference`] for each of the given resources that the account now has.
pub(crate) fn say_differences(given: &[ResourceUri], account: &AccountView) {
    for given in given {
        let granted = account.grants.iter().map(|grant| &grant.resource);
        if let Some(registered) = granted.chain(&account.introspects).find(|registered| *registered == given)
        {
            say_difference(given, registered);
        }
    }
}

/// The sentence of [`say_difference`], or `None` if the spellings are equal.
pub(crate) fn difference(given: &ResourceUri, registered: &ResourceUri) -> Option<String> {
    (given.as_str() != registered.as_str()).then(|| {
        format!(
            "The resource {given} is registered as {registered}: its tokens have exactly {registered} in `aud`."
        )
    })
}

fn spelling(registered: &ResourceUri) -> Option<String> {
    let other = if registered.as_str() == registered.key() {
        // Only an origin is the same resource with a trailing slash; URL libraries add it.
        ResourceUri::parse(&format!("{registered}/")).ok().filter(|slashed| slashed == registered)?
    } else {
        ResourceUri::parse(registered.key()).ok()?
    };
    Some(format!(
        "Its tokens have exactly {registered} in `aud`: configure the API with this spelling, not with {other}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<String> {
        spelling(&text.parse().unwrap())
    }

    #[test]
    fn an_audience_with_a_likely_other_spelling_gets_a_notice() {
        for (registered, other) in [
            ("https://api.example.com", "https://api.example.com/"),
            ("https://api.example.com/", "https://api.example.com"),
            ("https://API.example.com/v1", "https://api.example.com/v1"),
        ] {
            let sentence = of(registered).unwrap();
            assert!(sentence.contains(&format!("exactly {registered} in")), "{sentence}");
            assert!(sentence.ends_with(&format!("not with {other}.")), "{sentence}");
        }
    }

    #[test]
    fn other_audiences_get_no_notice() {
        for registered in
            ["https://api.example.com/v1", "https://api.example.com/v1/", "urn:api", "https://a?b"]
        {
            assert_eq!(of(registered), None, "{registered}");
        }
    }
}
