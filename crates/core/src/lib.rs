//! The decisions of the Jeton authorization server: who is calling, for which resource, with which scope, and which
//! token to issue. Time, randomness and storage come in through ports. This crate does not know any database, HTTP
//! status or web framework.
//!
//! Start at [`AuthorizationServer`]: [`grant`](AuthorizationServer::grant) answers a token request,
//! [`introspect`](AuthorizationServer::introspect) an introspection request, [`revoke`](AuthorizationServer::revoke) a
//! revocation request, [`revocation_feed`](AuthorizationServer::revocation_feed) a request for the revocation feed.
//! Administration is in [`admin`].

pub mod admin;
mod authenticate;
mod authorization_server;
mod candidates;
mod claims;
mod clock;
mod clock_check;
mod confirmation;
mod directory;
mod expiring_secrets;
mod failure_limit;
mod feed_documents;
mod feed_version;
mod flow;
mod garbage_limit;
mod grant;
mod harmless_uri;
mod hash_pool;
mod imported_secret;
mod introspect;
mod introspected_tokens;
mod introspection_jwt;
pub mod keys;
mod master_key;
mod mint;
pub mod model;
mod network_shares;
mod raised_epochs;
mod rate_windows;
mod refusal;
mod rehash;
mod resource_choice;
mod revocation_feed;
mod revoke;
mod revoked_by_audience;
mod revoked_tokens;
mod scope_policy;
mod seal;
mod sealed_claims;
mod secret_hash;
mod secret_uses;
mod settings;
pub mod store;
#[cfg(feature = "store-contract")]
pub mod store_contract;
mod store_writes;
mod verified_secrets;
mod verify_token;

pub use authenticate::AuthenticatedAccount;
pub use authorization_server::{AuthorizationServer, claim_store};
pub use clock::{Clock, Randomness, random_bytes};
pub use confirmation::{ConfirmationState, NodeConfirmation};
pub use directory::{AppliedChanges, CachedCatalog, Directory};
pub use failure_limit::FailureAllowance;
pub use feed_documents::RevocationFeedDocument;
pub use feed_version::RevocationFeedChanges;
pub use hash_pool::{HashPool, HashPoolFull};
pub use imported_secret::{
    DigestShape, IfDigestShaped, ImportedSecret, MigratedSecret, PlaceholderForm, SHORTEST_SECRET,
    UnusableSecret, Wrapping,
};
pub use introspect::{Inspection, Introspection};
pub use keys::{
    KeyKeeper, KeyPair, KeyPairError, KeyRing, KeyRingError, KeyTimings, PublishedKeys, RotationRefused,
    check_keys, check_master_key,
};
pub use master_key::{MasterKey, MasterKeyError, PrivateKeySealer, SecretIndexer};
pub use mint::IssuedToken;
pub use refusal::{
    ClientFault, EndedSecret, Internal, NetworkRestrictedSecret, Refusal, ScopeFault, TargetFault,
    Unavailable, UngrantedResource, UngrantedScope,
};
pub use rehash::Rehashed;
pub use revocation_feed::RevocationFeedAnswer;
pub use revoke::{RevocationOutcome, RevokedToken};
pub use scope_policy::GrantedScope;
pub use secret_hash::{ForeignForm, HashCost, HashScheme, InvalidHash, SecretHash, UnusableHash};
pub use settings::{ScopePolicy, Settings};
pub use store_writes::{FailingWrite, StoreWrite};
pub use verify_token::TokenFault;
