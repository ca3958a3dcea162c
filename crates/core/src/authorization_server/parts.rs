//! The parts that several flows share, and how each flow is made from them.

use std::sync::Arc;

use crate::client::authenticate::Authenticator;
use crate::client::failure_limit::FailureLimit;
use crate::context::Context;
use crate::grant::client_credentials::TokenIssuer;
use crate::grant::mint::Mint;
use crate::keys::master_key::SecretIndexer;
use crate::memory::directory::Directory;
use crate::node::clock_check::NewestRecord;
use crate::node::health::NodeHealth;
use crate::node::store_writes::StoreWrites;
use crate::revocation_feed::answer::RevocationFeedPublisher;
use crate::revocation_feed::documents::RevocationFeedDocuments;
use crate::secrets::hash_pool::HashPool;
use crate::secrets::last_use::{LastUseWriter, SecretUses};
use crate::secrets::rehash::{RehashQueue, Rehasher};
use crate::secrets::verified::VerifiedSecrets;
use crate::settings::Settings;
use crate::token::check::TokenChecker;
use crate::token::client_revocations::summarizer::RevocationSummarizer;
use crate::token::client_revocations::writer::RevocationWriter;
use crate::token::introspect::Introspector;
use crate::token::introspected_tokens::IntrospectedTokens;
use crate::token::invalid_token_limit::InvalidTokenLimit;
use crate::token::revocation_limit::RevocationLimit;
use crate::token::revoke::Revoker;

/// What more than one flow uses.
pub(super) struct SharedParts {
    pub(super) settings: Arc<Settings>,
    pub(super) context: Context,
    pub(super) directory: Arc<Directory>,
    pub(super) hashes: Arc<HashPool>,
    pub(super) authenticator: Arc<Authenticator>,
    checker: Arc<TokenChecker>,
    verified: Arc<VerifiedSecrets>,
    uses: Arc<SecretUses>,
    rehash_queue: Arc<RehashQueue>,
    writes: Arc<StoreWrites>,
}

impl SharedParts {
    pub(super) fn new(
        settings: Settings,
        context: Context,
        directory: Directory,
        indexer: SecretIndexer,
    ) -> Self {
        let (settings, directory) = (Arc::new(settings), Arc::new(directory));
        let hashes = Arc::new(HashPool::new(settings.cores));
        let verified = Arc::new(VerifiedSecrets::new(&*context.randomness));
        let (uses, rehash_queue) = (Arc::<SecretUses>::default(), Arc::<RehashQueue>::default());
        let authenticator = Arc::new(Authenticator {
            settings: Arc::clone(&settings),
            directory: Arc::clone(&directory),
            clock: Arc::clone(&context.clock),
            indexer,
            hashes: Arc::clone(&hashes),
            verified: Arc::clone(&verified),
            uses: Arc::clone(&uses),
            rehash_queue: Arc::clone(&rehash_queue),
            failures: FailureLimit::new(settings.failure_allowance),
        });
        let checker = Arc::new(TokenChecker {
            settings: Arc::clone(&settings),
            directory: Arc::clone(&directory),
            clock: Arc::clone(&context.clock),
            invalid_tokens: InvalidTokenLimit::new(),
        });
        let writes = Arc::default();
        Self {
            settings,
            context,
            directory,
            hashes,
            authenticator,
            checker,
            verified,
            uses,
            rehash_queue,
            writes,
        }
    }

    pub(super) fn token_issuer(&self) -> TokenIssuer {
        TokenIssuer {
            settings: Arc::clone(&self.settings),
            directory: Arc::clone(&self.directory),
            authenticator: Arc::clone(&self.authenticator),
            mint: Mint {
                settings: Arc::clone(&self.settings),
                clock: Arc::clone(&self.context.clock),
                randomness: Arc::clone(&self.context.randomness),
            },
        }
    }

    pub(super) fn introspector(&self) -> Introspector {
        Introspector {
            settings: Arc::clone(&self.settings),
            directory: Arc::clone(&self.directory),
            clock: Arc::clone(&self.context.clock),
            authenticator: Arc::clone(&self.authenticator),
            checker: Arc::clone(&self.checker),
            introspected: IntrospectedTokens::new(&*self.context.randomness),
        }
    }

    pub(super) fn revoker(&self) -> Revoker {
        Revoker {
            directory: Arc::clone(&self.directory),
            clock: Arc::clone(&self.context.clock),
            authenticator: Arc::clone(&self.authenticator),
            checker: Arc::clone(&self.checker),
            limit: RevocationLimit::new(),
            writer: RevocationWriter::new(
                Arc::clone(&self.directory),
                Arc::clone(&self.context.clock),
                Arc::clone(&self.writes),
            ),
            writes: Arc::clone(&self.writes),
        }
    }

    pub(super) fn summarizer(&self) -> RevocationSummarizer {
        RevocationSummarizer { context: self.context.clone(), writes: Arc::clone(&self.writes) }
    }

    pub(super) fn revocation_feed(&self) -> RevocationFeedPublisher {
        RevocationFeedPublisher {
            settings: Arc::clone(&self.settings),
            directory: Arc::clone(&self.directory),
            clock: Arc::clone(&self.context.clock),
            authenticator: Arc::clone(&self.authenticator),
            documents: RevocationFeedDocuments::default(),
        }
    }

    pub(super) fn rehasher(&self) -> Rehasher {
        Rehasher {
            context: self.context.clone(),
            queue: Arc::clone(&self.rehash_queue),
            hashes: Arc::clone(&self.hashes),
            verified: Arc::clone(&self.verified),
            writes: Arc::clone(&self.writes),
        }
    }

    pub(super) fn last_uses(&self) -> LastUseWriter {
        LastUseWriter {
            store: Arc::clone(&self.context.store),
            clock: Arc::clone(&self.context.clock),
            uses: Arc::clone(&self.uses),
            writes: Arc::clone(&self.writes),
        }
    }

    pub(super) fn node(&self) -> NodeHealth {
        NodeHealth {
            context: self.context.clone(),
            directory: Arc::clone(&self.directory),
            writes: Arc::clone(&self.writes),
            newest_record: NewestRecord::default(),
        }
    }
}
