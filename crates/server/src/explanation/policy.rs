//! Why an account that proved itself cannot have the resource or the scope.

use jeton_core::{ScopeFault, ScopePolicy, TargetFault};

use super::{Explanation, Fact, Reason};

pub(super) fn explain_target(fault: &TargetFault, id: &str) -> Explanation {
    match fault {
        TargetFault::Malformed(problem) => Explanation::new(
            Reason::MalformedResource,
            format!("The resource cannot be read: {problem}."),
            "RFC 8707 §2: a resource is an absolute URI without a fragment.",
            "Correct the resource or audience in the client; `jeton resource list` shows the URIs.",
        ),
        TargetFault::Several => Explanation::new(
            Reason::SeveralResources,
            "The request named several resources.",
            "RFC 8707 §2: here a token is for one resource.",
            "Set the client to ask for one token a resource.",
        ),
        TargetFault::ResourceAndAudienceDiffer => Explanation::new(
            Reason::ResourceAndAudienceDiffer,
            "The parameters resource and audience name two resources.",
            "RFC 8707 §2: here a token is for one resource, and audience is another name for the parameter.",
            "Remove one of the two parameters from the client.",
        ),
        TargetFault::NotGranted(ungranted) => {
            let (reason, why, cure) = match (&ungranted.asked, ungranted.exists) {
                (None, _) => (
                    Reason::NothingGranted,
                    "The account is granted no scope of any resource.".to_owned(),
                    format!("Grant it one: `jeton account grant {id} --resource URI --scope NAME`."),
                ),
                (Some(asked), true) => (
                    Reason::ResourceNotGranted,
                    format!("The account is granted nothing of the resource {asked}."),
                    format!("Grant it, `jeton account grant {id} --resource {asked} --scope NAME`, or correct the client's resource."),
                ),
                (Some(asked), false) => (
                    Reason::UnknownResource,
                    format!("There is no resource {asked} (… stands for parts that may be a secret); URIs are compared to the last character."),
                    "Correct the client's resource; `jeton resource list` shows the URIs.".to_owned(),
                ),
            };
            let explanation =
                Explanation::new(reason, why, "RFC 8707 §2: the resource is known, and granted to the account.", cure);
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
            format!("The request named no resource, and {} of the account's could be meant.", candidates.len()),
            "RFC 8707 §2: without a resource the account's default is meant, else the only one.",
            format!("Set the resource in the client, or give the account a default: `jeton account update {id} --default-resource URI`."),
        )
        .fact("candidates", Fact::list(candidates)),
    }
}

pub(super) fn explain_scope(fault: &ScopeFault, id: &str) -> Explanation {
    match fault {
        ScopeFault::Malformed(problem) => Explanation::new(
            Reason::MalformedScope,
            format!("The scope cannot be read: {problem}."),
            "RFC 6749 §3.3: names of visible ASCII characters, separated by spaces.",
            "Correct the scope in the client.",
        ),
        ScopeFault::NotGranted(ungranted) => {
            let (why, rule) = match ungranted.policy {
                ScopePolicy::Narrow => (
                    "None of the scopes asked for is granted to the account.",
                    "RFC 6749 §3.3, [tokens] scope_policy narrow: a token has what is both asked for and granted.",
                ),
                ScopePolicy::Exact => (
                    "Not all of the scopes asked for are granted to the account.",
                    "RFC 6749 §3.3, [tokens] scope_policy exact: all that is asked for must be granted.",
                ),
            };
            let option = ungranted.resource.as_ref().map(|uri| format!(" --resource {uri}"));
            let cure = format!(
                "Grant what it lacks, `jeton account grant {id}{} --scope NAME`, or correct the client's scope; without one it gets all that is granted.",
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
