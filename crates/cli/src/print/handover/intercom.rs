//! Intercom's token form: *Settings > Authentication > New token*.
//!
//! Each value is exactly what the user chooses or pastes there. An explanation in a field would be pasted too, so
//! explanations belong in `docs/connect-intercom.md`.

use super::ConnectionDetails;
use crate::print::output::aligned;

/// The seven fields in the form's order, and the result that the form's test must show.
pub(super) fn fields(details: &ConnectionDetails<'_>) -> String {
    let fields = aligned(&[
        ("Token name", details.name.to_owned()),
        ("Type", "OAuth".to_owned()),
        ("HTTPS URL", details.token_endpoint.clone()),
        ("Client ID", details.client_id.to_string()),
        ("Client secret", details.secret().to_owned()),
        ("Scope", details.scope()),
        ("Request format", "Form Encoded".to_owned()),
    ]);
    format!("{fields}\nIntercom's test must show: 200 OK. Found token under the path \"access_token\"\n")
}

/// Intercom calls from its own network, and only over https.
pub(super) fn caution(token_endpoint: &str) -> Option<String> {
    let is_local = !token_endpoint.starts_with("https://");
    is_local.then(|| {
        "Note: Intercom accepts only a public https URL. Put a tunnel or a proxy in front of the server, and set its \
         URL with `jeton dev --issuer https://…`, or as the region's issuer in the configuration."
            .to_owned()
    })
}
