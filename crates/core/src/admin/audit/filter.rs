//! Checks which records of the audit log are asked for: a misspelled filter must not look like an empty log.

use jeton_admin::error::InvalidRequest;
use jeton_admin::request::AuditFilter;

use crate::store::{Action, InvalidSubject, Subject, SubjectKind};

/// The filter with the id of its subject in the spelling that the log has.
///
/// # Errors
/// [`InvalidRequest`] names what is known.
pub(in crate::admin) fn checked_filter(filter: &AuditFilter) -> Result<AuditFilter, InvalidRequest> {
    if let Some(given) = filter.action.as_ref().filter(|name| Action::from_name(name).is_none()) {
        return Err(InvalidRequest::UnknownAction { given: given.clone(), known: Action::names() });
    }
    let subject = filter.subject.as_ref().map(|(kind, id)| checked_subject(kind, id)).transpose()?;
    Ok(AuditFilter { subject, ..filter.clone() })
}

fn checked_subject(kind: &str, id: &str) -> Result<(String, String), InvalidRequest> {
    match Subject::parse(kind, id) {
        Ok(subject) => Ok((kind.to_owned(), subject.id().into_owned())),
        Err(InvalidSubject::Kind) => {
            Err(InvalidRequest::UnknownSubjectKind { given: kind.to_owned(), known: SubjectKind::names() })
        }
        Err(InvalidSubject::Id(reason)) => {
            Err(InvalidRequest::Subject { kind: kind.to_owned(), id: id.to_owned(), reason })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_subject(kind: &str, id: &str) -> Result<AuditFilter, InvalidRequest> {
        let subject = Some((kind.to_owned(), id.to_owned()));
        checked_filter(&AuditFilter { subject, ..AuditFilter::default() })
    }

    #[test]
    fn every_stored_action_and_kind_is_accepted_and_others_are_refused_with_the_list() {
        for action in Action::names() {
            let action = Some(action.to_owned());
            checked_filter(&AuditFilter { action, ..AuditFilter::default() }).unwrap();
        }
        let action = Some("disabled".to_owned());
        let refused = checked_filter(&AuditFilter { action, ..AuditFilter::default() }).unwrap_err();
        let text = refused.to_string();
        assert!(text.contains("\"disabled\"") && text.ends_with("restore, chain.start"), "{text}");

        let token = "0000000000000000000001";
        for (kind, id) in SubjectKind::names().into_iter().zip([
            "a",
            "buyer",
            "https://a.example",
            "kid",
            "us",
            token,
            "shared",
        ]) {
            of_subject(kind, id).unwrap();
        }
        of_subject("signing_key", "kid").unwrap();
        let text = of_subject("acount", "a").unwrap_err().to_string();
        assert!(text.ends_with("region, token, chain"), "{text}");
    }

    #[test]
    fn an_id_that_is_not_one_of_its_kind_is_refused_with_the_rule() {
        for (kind, id) in [
            ("account", "a b"),
            ("tenant", ""),
            ("resource", "relative"),
            ("key", ""),
            ("region", "US-EAST"),
            ("token", "abc"),
            ("chain", "US"),
        ] {
            let refused = of_subject(kind, id).unwrap_err();
            assert!(
                matches!(&refused, InvalidRequest::Subject { reason, .. } if !reason.is_empty()),
                "{kind}: {refused}"
            );
        }
    }

    #[test]
    fn a_resource_is_found_in_any_spelling() {
        let (_, id) = of_subject("resource", "HTTPS://API.example.com/").unwrap().subject.unwrap();
        assert_eq!(id, "https://api.example.com");
    }
}
