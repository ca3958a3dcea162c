//! Refusals that are the server's fault: something that it depends on fails, or it has a defect.

use jeton_core::{HashPoolFull, Internal, Unavailable};

use super::{Explanation, Reason};

pub(super) fn explain_unavailable(unavailable: &Unavailable) -> Explanation {
    match unavailable {
        Unavailable::Store(error) => Explanation::new(
            Reason::StoreUnavailable,
            "The database did not answer, and the data was not in memory.",
            OUTAGE,
            "Check the database and its disk. `jeton account list` on this machine shows whether the database answers.",
        )
        .with("store", error),
        Unavailable::OutcomeUnknown(error) => Explanation::new(
            Reason::OutcomeUnknown,
            "The database did not confirm the revocation, so it may be stored or not.",
            "The caller gets 503 and revokes the token again: revoking a token twice is safe.",
            "Check the database: whether it is slow, was restarted, or waits for a synchronous standby that is away.",
        )
        .with("store", error),
        Unavailable::Replaced(reason) => Explanation::new(
            Reason::StoreReplaced,
            "The database file was replaced or deleted while the server had it open.",
            "The open file is out of date and writes to it are lost, so the answer is 503 until the server is restarted.",
            "Stop the server, put the right file in place, and start the server.",
        )
        .with("store", reason),
        Unavailable::Fenced(fence) => Explanation::new(
            Reason::StoreFenced,
            "The database was copied to another one and refuses changes.",
            "A change that is made now would be missing in the copy. Tokens are still issued and introspected.",
            "Point `[database] url` of each server at the copy and restart it. To keep this database, run `jeton store \
             unfence`.",
        )
        .with("store", fence),
        Unavailable::Stale => Explanation::new(
            Reason::StaleMemory,
            "The database has been unavailable for longer than cached data may be used.",
            OUTAGE,
            "Restore the database. `[outage] serve_stale_for` sets how long cached data may be used.",
        ),
        Unavailable::Outdated(refusal) => Explanation::new(
            Reason::StaleMemory,
            "The database could not be read, and what the server had in memory refuses the request.",
            OUTAGE,
            "Check the database. If the request is refused afterwards too, `jeton explain` names the fault of the caller.",
        )
        .with("from memory", refusal),
        Unavailable::RevocationsStale => Explanation::new(
            Reason::StaleRevocationFeed,
            "The node could not read the database for two seconds, so it may not know the latest revocations.",
            "The revocation feed says what was true at most two seconds ago. An API that gets 503 tries again, also on \
             other nodes.",
            "Check the database. Tokens are still issued and introspected from memory for [outage] serve_stale_for.",
        ),
        Unavailable::Hashing(HashPoolFull::Lane) => Explanation::new(
            Reason::HashingOverloaded,
            "Too many secrets waited for their first check.",
            "Hashing is limited, so that a flood of secrets cannot block accounts that called before.",
            "This usually passes in a moment. If it does not, find out who sends many different secrets.",
        ),
        Unavailable::Hashing(HashPoolFull::NetworkShare) => Explanation::new(
            Reason::NetworkHashingOverloaded,
            "Too many secrets from this caller's network waited for their first check.",
            "One network (an IPv4 address, or a /64 of IPv6) can take at most a quarter of the places for imported secrets.",
            "Find out who sends many different secrets from there. If all callers seem to come from one proxy, set \
             [listen] trusted_proxies.",
        ),
        Unavailable::TooManyLookups => Explanation::new(
            Reason::LookupsOverloaded,
            "Too many client ids were being looked up, of which this node did not know yet whether they exist.",
            "Until a node has read which ids exist, it looks up only some at a time, and for one network at most a quarter \
             of these.",
            "This passes as soon as the node has read the ids (`jeton_known_ids_complete`). If it does not, check the \
             database.",
        ),
        Unavailable::TooManyRevocations => Explanation::new(
            Reason::RevocationsOverloaded,
            "Too many revocations were waiting to be written to the database. This token was not revoked.",
            "Waiting revocations are limited, so that a slow database cannot use up the memory of the server.",
            "This usually passes in a moment. If it does not, check the disk of the database, or revoke all tokens of an \
             account at once: `jeton account revoke-tokens ID`.",
        ),
        Unavailable::NoSigningKey => Explanation::new(
            Reason::NoSigningKey,
            "There is no active signing key.",
            "A token is signed with an active key of the region.",
            KEYS_MISSING,
        ),
        Unavailable::NoSealingKey => Explanation::new(
            Reason::NoSealingKey,
            "There is no active sealing key.",
            "An opaque token is sealed with the active key of the region.",
            KEYS_MISSING,
        ),
    }
}

pub(super) fn explain_internal(internal: &Internal) -> Explanation {
    let (reason, why) = match internal {
        Internal::Signing(_) => (Reason::SigningFailed, "Signing the token failed."),
        Internal::Claims(_) => (Reason::ClaimsFailed, "The claims of the token could not be serialized."),
        Internal::Sealing => (Reason::SealingFailed, "The claims of the token could not be sealed."),
        Internal::Flow => {
            (Reason::FlowOutOfOrder, "The steps of the client credentials flow ran in the wrong order.")
        }
        Internal::TokenTooLong => {
            let cure = "Grant the account fewer scopes of this resource, or shorten their names.";
            let why = "The token would be longer than 4,096 characters.";
            return Explanation::new(
                Reason::TokenTooLong,
                why,
                "Some clients cannot store a longer token.",
                cure,
            );
        }
    };
    Explanation::new(reason, why, DEFECT, REPORT).with("defect", internal)
}

const KEYS_MISSING: &str =
    "Nodes create keys by themselves. Check `jeton key list`, and whether writes to the database succeed.";
pub(super) const OUTAGE: &str =
    "An outage never rejects a client: the answer is 503 with Retry-After, and clients retry.";
pub(super) const DEFECT: &str = "This is a defect in Jeton.";
pub(super) const REPORT: &str = "Report it with the log lines around this error_id.";
