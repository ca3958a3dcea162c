//! Turns the errors of administrative operations into messages: what is wrong, and the command or option that helps.
//!
//! The one place that connects errors with commands. The errors themselves name none.

use std::borrow::Cow;

use jeton_admin::error::{
    AdminError, AlreadyExists, ErrorCode, InvalidRequest, NotFound, SecretRemedy, StateConflict,
};
use jeton_protocol::ResourceUri;

use crate::failure::Failure;

/// The message for an error.
pub(crate) fn message(error: &AdminError) -> String {
    match error {
        AdminError::Invalid(error) => invalid(error),
        AdminError::NotFound(error) => format!("{error}{}", not_found_hint(error)),
        AdminError::AlreadyExists(error) => format!("{error}{}", already_exists_hint(error)),
        AdminError::Conflict(error) => format!("{error}{}", conflict_hint(error)),
        AdminError::Unavailable(_)
        | AdminError::Corrupt(_)
        | AdminError::MasterKey(_)
        | AdminError::Keys(_)
        | AdminError::Hash(_) => error.to_string(),
    }
}

impl From<AdminError> for Failure {
    fn from(error: AdminError) -> Self {
        let text = message(&error);
        match error.code() {
            ErrorCode::Invalid => Self::Usage(text),
            ErrorCode::NotFound => Self::NotFound(text),
            ErrorCode::AlreadyExists | ErrorCode::Conflict => Self::Conflict(text),
            ErrorCode::Unavailable => Self::StoreUnavailable(text),
            // A wrong master key is a fault of the configuration.
            ErrorCode::Internal if matches!(error, AdminError::MasterKey(_)) => Self::Usage(text),
            ErrorCode::Internal => Self::Failed(text),
        }
    }
}

fn invalid(error: &InvalidRequest) -> String {
    match error {
        InvalidRequest::NoEntitlement => format!("{error}; use at least one --scope or --introspect"),
        InvalidRequest::AmbiguousScope { scope, resources } => {
            let resources: Vec<&str> = resources.iter().map(ResourceUri::as_str).collect();
            let resources = resources.join(", ");
            format!("several resources have the scope {scope}; choose one with --resource: {resources}")
        }
        InvalidRequest::AmbiguousGrant { .. } => format!("{error}; choose one with --resource"),
        InvalidRequest::UnusableSecret { remedy: Some(SecretRemedy::ConfirmDigest), .. } => {
            format!("{error}. If it is the secret itself, repeat the command with --clear")
        }
        InvalidRequest::UnusableSecret { remedy: Some(SecretRemedy::ImportAccountByHash), .. } => {
            format!("{error}; `jeton account import` imports an account by the hash of its secret")
        }
        InvalidRequest::UnknownSubjectKind { .. } | InvalidRequest::Subject { .. } => {
            format!("{error}; use KIND:ID, for example tenant:default")
        }
        InvalidRequest::UnusableSecret { remedy: None, .. }
        | InvalidRequest::TokenLifetime(_)
        | InvalidRequest::Text { .. }
        | InvalidRequest::LongText { .. }
        | InvalidRequest::Label(_)
        | InvalidRequest::NoScope(_)
        | InvalidRequest::ResourceTooLong { .. }
        | InvalidRequest::AccountTooLong { .. }
        | InvalidRequest::MasterKey(_)
        | InvalidRequest::UnknownAction { .. }
        | InvalidRequest::NotAToken(_) => error.to_string(),
    }
}

fn not_found_hint(error: &NotFound) -> Cow<'static, str> {
    let fixed = match error {
        NotFound::OtherRegion { region, .. } => return format!("; add --region {region}").into(),
        NotFound::Account { .. } | NotFound::ClientId { .. } => "; `jeton account list` shows the accounts",
        NotFound::Tenant(_) => "; `jeton tenant list` shows the tenants, `jeton tenant create` creates one",
        NotFound::Resource(_) => {
            "; `jeton resource list` shows the resources, `jeton resource create` creates one"
        }
        NotFound::AnyResource => "; `jeton resource create` creates one",
        NotFound::ResourceWithScope(_) => "; `jeton resource list` shows the resources and their scopes",
        NotFound::Scope { .. } => "; `jeton resource update` adds scopes",
        NotFound::Secret { .. } => "; `jeton secret list` shows its secrets",
        NotFound::Grant { .. } => "; `jeton account show` shows its grants",
        NotFound::IntrospectionRight { .. } => "; `jeton account show` shows its rights",
        NotFound::Key(_) => "; `jeton key list` shows the keys",
        NotFound::KeyOfKind(_) => "; `jeton resource list` shows the algorithms in use",
        NotFound::DeletedAccount(_) | NotFound::Implication { .. } => "",
    };
    fixed.into()
}

fn already_exists_hint(error: &AlreadyExists) -> &'static str {
    match error {
        AlreadyExists::Account(_) => "; `jeton account show` shows it, `jeton secret add` adds a secret",
        AlreadyExists::DifferentAccount { .. } => "; `jeton account show` shows it",
        AlreadyExists::Resource { .. } => "; `jeton resource update` changes it",
        AlreadyExists::AccountName { .. } | AlreadyExists::Tenant(_) | AlreadyExists::Other => "",
    }
}

fn conflict_hint(error: &StateConflict) -> String {
    let fixed = match error {
        StateConflict::IdIsAName { owner, .. } => {
            let owner = owner.as_ref().map_or("ID", |owner| owner.as_str());
            return format!(": `jeton account update {owner} --name NAME`");
        }
        StateConflict::ActiveSecret { account, .. } => {
            return format!(
                "; `jeton secret rotate {account}` replaces the secret, `jeton panic {account}` revokes all secrets and \
                 tokens"
            );
        }
        StateConflict::AccountDisabled(id) => return format!("; run `jeton account enable {id}` first"),
        StateConflict::AccountExpired(id) => {
            return format!("; run `jeton account update {id} --expires-in` first");
        }
        StateConflict::TenantBlocked { .. } => "; run `jeton tenant enable` or `jeton tenant update` first",
        StateConflict::AccountsDenied(_) => "; `jeton tenant update` allows them",
        StateConflict::TenantNotEmpty { tenant, .. } => {
            return format!(
                "; `jeton account list --tenant {:?}` shows those of the region",
                tenant.as_str()
            );
        }
        StateConflict::NameWithLaterEpoch { tenant, .. } => {
            return format!(
                ", or run `jeton tenant revoke-tokens {:?}` first: its accounts then need new tokens",
                tenant.as_str()
            );
        }
        StateConflict::DefaultNotGranted(_) => "; `jeton account grant` adds one",
        StateConflict::ScopeInUse(_) | StateConflict::ResourceInUse(_) => {
            "; run `jeton account ungrant` first"
        }
        StateConflict::ScopeNotGranted { .. } => {
            "; `jeton account show` shows its grants, `jeton account grant` adds one"
        }
        StateConflict::TwoActiveSecrets { .. } => {
            "; keep only the newest with `jeton secret finish`, revoke one with `jeton secret revoke`, or wait until one \
             expires"
        }
        StateConflict::SecretInUse { .. } => ", or revoke it now with --force",
        StateConflict::NoActiveSecret(_) => "; `jeton secret add` creates one",
        StateConflict::NextKeyTooNew { .. } => {
            "; try again then, or add --force: verifiers without the new key will reject new tokens until then"
        }
        StateConflict::ReferenceGone => "; check the current state and repeat the command",
        StateConflict::Busy => "; repeat the command",
        StateConflict::DefaultTenant(_)
        | StateConflict::NameInTokens { .. }
        | StateConflict::NameLooksLikeAnId(_)
        | StateConflict::NameIsAnId(_)
        | StateConflict::AmbiguousAccount { .. }
        | StateConflict::ImportedSecret(_)
        | StateConflict::OneActiveSecret(_)
        | StateConflict::InUse => "",
    };
    fixed.to_owned()
}

#[cfg(test)]
mod tests {
    use jeton_admin::value::{LastUse, Timestamp};

    use super::*;

    #[track_caller]
    fn assert_message(error: impl Into<AdminError>, exit_code: u8, expected: &str) {
        let error = error.into();
        assert_eq!(message(&error), expected);
        assert_eq!(Failure::from(error).exit_code(), exit_code, "{expected}");
    }

    #[test]
    fn a_message_says_what_is_wrong_and_which_command_helps() {
        assert_message(
            NotFound::Account { reference: "fin".to_owned(), region: "us".parse().unwrap() },
            3,
            "there is no account \"fin\" in region us; `jeton account list` shows the accounts",
        );
        assert_message(
            NotFound::OtherRegion {
                id: "sa_eu_1".parse().unwrap(),
                region: "eu".parse().unwrap(),
                searched: "us".parse().unwrap(),
            },
            3,
            "the client id sa_eu_1 belongs to region eu, not to region us; add --region eu",
        );
        assert_message(
            AlreadyExists::Resource {
                uri: "https://a".parse().unwrap(),
                registered: Some("https://a/".parse().unwrap()),
            },
            4,
            "the resource https://a already exists with the spelling https://a/, which is the audience of its tokens; \
             `jeton resource update` changes it",
        );
        assert_message(
            StateConflict::IdIsAName { id: "old".parse().unwrap(), owner: None },
            4,
            "the client id old is the name of an account of another region, and a client id cannot be a name; rename that \
             account first: `jeton account update ID --name NAME`",
        );
        assert_message(
            InvalidRequest::AmbiguousScope {
                scope: "read".parse().unwrap(),
                resources: vec!["https://a".parse().unwrap(), "https://b".parse().unwrap()],
            },
            2,
            "several resources have the scope read; choose one with --resource: https://a, https://b",
        );
    }

    #[test]
    fn an_error_without_a_value_still_says_what_it_is_about() {
        assert_message(AlreadyExists::Other, 4, "the id or name is already taken");
        assert_message(
            StateConflict::ReferenceGone,
            4,
            "a tenant, resource or scope of the request no longer exists; check the current state and repeat the command",
        );
        assert_message(
            StateConflict::InUse,
            4,
            "a resource, scope or name of the request is in use by an account",
        );
        assert_message(
            StateConflict::Busy,
            4,
            "other writers keep changing the same account, tenant, resource or key; repeat the command",
        );
    }

    #[test]
    fn a_secret_in_use_names_the_option_that_revokes_it_anyway() {
        let last_use = LastUse { at: Timestamp::from_unix(0), from: "192.0.2.77".parse().unwrap() };
        assert_message(
            StateConflict::SecretInUse {
                account: "fin".parse().unwrap(),
                secret: "sec_1 (…abcd)".to_owned(),
                last_use,
            },
            4,
            "the secret sec_1 (…abcd) of fin is in use: last used at 1970-01-01T00:00:00Z from 192.0.2.77; give the client \
             at this address another secret and wait ten minutes, or revoke it now with --force",
        );
    }

    #[test]
    fn an_account_with_an_active_secret_is_told_how_to_replace_it() {
        let (account, secret) = ("fin".parse().unwrap(), "sec_1".parse().unwrap());
        assert_message(
            StateConflict::ActiveSecret { account, secret },
            4,
            "fin has an active secret (sec_1), so it needs no recovery; `jeton secret rotate fin` replaces the secret, \
             `jeton panic fin` revokes all secrets and tokens",
        );
    }

    #[test]
    fn a_failure_of_the_store_or_of_a_key_has_its_own_exit_code() {
        let cause = || "cause".into();
        for (error, exit_code) in [
            (AdminError::Unavailable(cause()), 7),
            (AdminError::MasterKey(cause()), 2),
            (AdminError::Keys(cause()), 1),
            (AdminError::Corrupt(cause()), 1),
        ] {
            assert_eq!(Failure::from(error).exit_code(), exit_code);
        }
    }
}
