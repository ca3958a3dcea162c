//! The decisions of the Jeton authorization server: who is calling, for which resource, with which scope, and which
//! token to issue. Time, randomness and storage come in through ports. This crate does not know any database, HTTP
//! status or web framework.
//!
//! Start at [`AuthorizationServer`]: [`grant`](AuthorizationServer::grant) answers a token request,
//! [`introspect`](AuthorizationServer::introspect) an introspection request, [`revoke`](AuthorizationServer::revoke) a
//! revocation request, [`revocation_feed`](AuthorizationServer::revocation_feed) a request for the revocation feed.
//! Administration is in [`admin`].

pub mod admin;
mod authorization_server;
mod client;
mod clock;
mod context;
mod grant;
pub mod keys;
mod limit;
mod memory;
pub mod model;
mod node;
mod refusal;
mod revocation_feed;
mod secret_hash;
mod secrets;
mod settings;
pub mod store;
mod token;

pub use authorization_server::{AuthorizationServer, claim_store};
pub use client::authenticated_account::{AuthenticatedAccount, AuthenticationMethod};
pub use clock::{Clock, Randomness, random_bytes};
pub use context::Context;
pub use grant::mint::IssuedToken;
pub use grant::scope::GrantedScope;
pub use jeton_admin::view::{ConfirmationState, NodeConfirmation};
pub use keys::master_key::{MasterKey, MasterKeyError, PrivateKeySealer, SecretIndexer};
pub use keys::{
    KeyKeeper, KeyPair, KeyPairError, KeyRing, KeyRingError, KeyTimings, PublishedKeys, RotationRefused,
    check_keys, check_master_key,
};
pub use limit::network_shares::{NetworkShare, NetworkShares};
pub use memory::catalog::CachedCatalog;
pub use memory::directory::Directory;
pub use memory::directory::follow::AppliedChanges;
pub use node::health::NodeHealth;
pub use node::store_writes::{FailingWrite, StoreWrite};
pub use refusal::{
    ClientFault, EndedSecret, ExplainRefusals, HashPoolFull, HiddenClientFault, Internal,
    NetworkRestrictedSecret, Refusal, ScopeFault, SecretCheck, TargetFault, Unavailable, UngrantedResource,
    UngrantedScope, VisibleClientFault,
};
pub use revocation_feed::answer::RevocationFeedAnswer;
pub use revocation_feed::changes::RevocationFeedChanges;
pub use revocation_feed::documents::RevocationFeedDocument;
pub use secret_hash::{ForeignForm, HashCost, HashScheme, InvalidHash, SecretHash, UnusableHash};
pub use secrets::hash_pool::HashPool;
pub use secrets::imported::{
    DigestShape, IfDigestShaped, ImportedSecret, MigratedSecret, PlaceholderForm, SHORTEST_SECRET,
    UnusableSecret, Wrapping,
};
pub use secrets::rehash::Rehashed;
pub use settings::{FailureAllowance, ScopePolicy, Settings};
pub use token::introspect::Introspection;
pub use token::revoke::RevocationOutcome;
pub use token::verify::TokenFault;
