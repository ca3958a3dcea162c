//! What the Jeton authorization server decides: who is calling, for which resource, with which scope, and what token
//! they get. It takes time, randomness and storage through ports, and knows no database, no HTTP status and no
//! web framework.
//!
//! Start at [`AuthorizationServer`]: [`grant`](AuthorizationServer::grant) answers a token request,
//! [`introspect`](AuthorizationServer::introspect) an introspection request, [`revoke`](AuthorizationServer::revoke) a
//! revocation request, [`revocation_feed`](AuthorizationServer::revocation_feed) one for what was revoked. Administration is in [`admin`].

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
pub use directory::{Directory, Followed, LiveCatalog};
pub use failure_limit::FailureAllowance;
pub use feed_documents::FeedDocument;
pub use feed_version::FeedChanges;
pub use hash_pool::{HashPool, HashPoolFull};
pub use imported_secret::{
    DigestShape, IfDigestShaped, ImportedSecret, MovedSecret, PlaceholderForm, SHORTEST_SECRET,
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
    ClientFault, EndedSecret, Internal, NarrowSecret, Refusal, ScopeFault, TargetFault, Unavailable,
    UngrantedResource, UngrantedScope,
};
pub use rehash::Rehashed;
pub use revocation_feed::FeedAnswer;
pub use revoke::{RevocationOutcome, RevokedToken};
pub use scope_policy::GrantedScope;
pub use secret_hash::{ForeignForm, HashCost, HashScheme, InvalidHash, SecretHash, UnusableHash};
pub use settings::{ScopePolicy, Settings};
pub use store_writes::{FailingWrite, StoreWrite};
pub use verify_token::TokenFault;
