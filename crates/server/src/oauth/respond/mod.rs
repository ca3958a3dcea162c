//! Builds the responses. This is the only place that chooses a status (RFC 6749 §5.1, §5.2; RFC 7662 §2.2; RFC 7009
//! §2.2; RFC 9701 §5).

mod answer;
mod body;
mod failure;
mod refusal;
mod success;

pub(crate) use answer::Answer;
pub(crate) use body::JSON;
pub(crate) use failure::answer_to;
pub(crate) use success::{
    introspected, introspected_signed, invalid_refusal_query, issued, only_get, preflight, refusal_details,
    refusal_not_found, revocation_feed, revoked, unchanged_revocation_feed,
};
