//! Intercom's token form: *Settings > Authentication > New token*.
//!
//! Decides that each value is exactly what is chosen or pasted there: an explanation in a field would be pasted too, so it
//! belongs in `docs/connect-intercom.md`.

use super::Handover;
use crate::output::aligned;

/// The seven fields in the form's order, and what the form's test must answer.
pub(super) fn fields(handover: &Handover<'_>) -> String {
    let fields = aligned(&[
        ("Token name", handover.name.to_owned()),
        ("Type", "OAuth".to_owned()),
        ("HTTPS URL", handover.token_endpoint.clone()),
        ("Client ID", handover.client_id.to_string()),
        ("Client secret", handover.secret().to_owned()),
        ("Scope", handover.scope()),
        ("Request format", "Form Encoded".to_owned()),
    ]);
    format!("{fields}\nIntercom's test must answer: 200 OK. Found token under the path \"access_token\"\n")
}

/// Intercom calls from its own network, and only https.
pub(super) fn caution(token_endpoint: &str) -> Option<String> {
    let is_local = !token_endpoint.starts_with("https://");
    is_local.then(|| {
        "Note: Intercom accepts only a public https URL. Put a tunnel or a proxy in front, and name its URL with \
         `jeton dev --issuer https://…`, or as the region's issuer in the configuration."
            .to_owned()
    })
}
