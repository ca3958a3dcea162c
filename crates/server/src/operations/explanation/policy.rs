//! Why an authenticated account does not get the resource or the scope.

use jeton_core::{ScopeFault, ScopePolicy, TargetFault};

use super::{Explanation, Fact, Reason};

pub(super) fn explain_target(fault: &TargetFault, id: &str) -> Explanation {
    match fault {
        TargetFault::Malformed(problem) => Explanation::new(
            Reason::MalformedResource,
            format!("The resource is not valid: {problem}."),
            "RFC 8707 §2: a resource is an absolute URI without a fragment.",
            "Correct the resource or audience in the client; `jeton resource list` shows the URIs.",
        ),
        TargetFault::Several => Explanation::new(
            Reason::SeveralResources,
            "The request named several resources.",
            "RFC 8707 §2: this server issues a token for one resource only.",
            "Configure the client to request one token per resource.",
        ),
        TargetFault::ResourceAndAudienceDiffer => Explanation::new(
            Reason::ResourceAndAudienceDiffer,
            "The parameters resource and audience name different resources.",
            "RFC 8707 §2: this server issues a token for one resource only, and audience is an alias of resource.",
            "Remove one of the two parameters from the client.",
        ),
        TargetFault::NotGranted(ungranted) => {
            let (reason, why, cure) = match (&ungranted.asked, ungranted.exists) {
                (None, _) => (
                    Reason::NothingGranted,
                    "The account has no granted scope of any resource.".to_owned(),
                    format!("Grant a scope: `jeton account grant {id} --resource URI --scope NAME`."),
                ),
                (Some(asked), true) => (
                    Reason::ResourceNotGranted,
                    format!("The account has no granted scope of the resource {asked}."),
                    format!("Grant a scope (`jeton account grant {id} --resource {asked} --scope NAME`), or correct the client's resource."),
                ),
                (Some(asked), false) => (
                    Reason::UnknownResource,
                    format!("The resource {asked} does not exist (… replaces parts that may be a secret). URIs must match exactly."),
                    "Correct the client's resource; `jeton resource list` shows the URIs.".to_owned(),
                ),
            };
            let explanation =
                Explanation::new(reason, why, "RFC 8707 §2: the resource must exist and be granted to the account.", cure);
            let explanation = match &ungranted.asked {
                Some(asked) if ungranted.exists => explanation.with("asked", asked),
                Some(asked) => explanation
                    .with("asked", asked)
                    .fact("asked_length", Fact::Count(ungranted.asked_length)),
                None => explanation,
            };
            explanation.fact("granted", Fact::list(&ungranted.granted))
        }
        TargetFault::Ambiguous { candidates } => Explanation::new(
            Reason::AmbiguousResource,
            format!("The request named no resource, and the account has {} possible resources.", candidates.len()),
            "RFC 8707 §2: without a resource, the account's default resource is used, or else its only resource.",
            format!("Set the resource in the client, or set a default for the account: `jeton account update {id} --default-resource URI`."),
        )
        .fact("candidates", Fact::list(candidates)),
    }
}

pub(super) fn explain_scope(fault: &ScopeFault, id: &str) -> Explanation {
    match fault {
        ScopeFault::Malformed(problem) => Explanation::new(
            Reason::MalformedScope,
            format!("The scope is not valid: {problem}."),
            "RFC 6749 §3.3: scopes are names of visible ASCII characters, separated by spaces.",
            "Correct the scope in the client.",
        ),
        ScopeFault::NotGranted(ungranted) => {
            let (why, rule) = match ungranted.policy {
                ScopePolicy::Narrow => (
                    "None of the requested scopes is granted to the account.",
                    "RFC 6749 §3.3, [tokens] scope_policy narrow: a token gets the scopes that are both requested and granted.",
                ),
                ScopePolicy::Exact => (
                    "Not all of the requested scopes are granted to the account.",
                    "RFC 6749 §3.3, [tokens] scope_policy exact: every requested scope must be granted.",
                ),
            };
            let option = ungranted.resource.as_ref().map(|uri| format!(" --resource {uri}"));
            let cure = format!(
                "Grant the missing scopes (`jeton account grant {id}{} --scope NAME`), or correct the client's scope. Without a scope, the client gets every granted scope.",
                option.unwrap_or_default()
            );
            let explanation = Explanation::new(Reason::ScopeNotGranted, why, rule, cure);
            let explanation = match &ungranted.resource {
                Some(uri) => explanation.with("resource", uri),
                None => explanation,
            };
            explanation
                .fact("asked", Fact::list(&ungranted.asked))
                .fact("asked_undeclared", Fact::Count(ungranted.undeclared))
                .fact("granted", Fact::list(&ungranted.granted))
        }
    }
}
