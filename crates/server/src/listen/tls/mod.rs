//! TLS of the public listener: certificate and key from PEM files, which may change while it serves.
//!
//! Decides versions and protocols: TLS 1.2 and 1.3, HTTP/1.1. Must not show any part of the key.

mod files;
mod identity;

use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use jeton_core::model::Timestamp;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
    version::{TLS12, TLS13},
};
use tokio_rustls::TlsAcceptor;

use super::ListenError;
use crate::config::TlsConfig;
use files::Files;
use identity::Identity;

/// The certificate of a listener, with its key. The pair can be replaced while the listener serves: later handshakes
/// use the new pair, and open connections continue.
pub struct ServerCertificate {
    current: ArcSwap<CertifiedKey>,
    source: Mutex<Source>,
    hasher: RandomState,
}

/// Where the pair comes from.
struct Source {
    files: TlsConfig,
    /// A digest of the last contents of the files, or of the error when they could not be read.
    last_digest: u64,
    expires_at: Timestamp,
}

impl ServerCertificate {
    /// Reads the files and checks that they belong together.
    ///
    /// # Errors
    /// [`ListenError::Tls`] says which of the two files is at fault, why, and what to do.
    pub fn load(config: &TlsConfig) -> Result<Self, ListenError> {
        let files = Files::read(config)?;
        let Identity { key, expires_at } = Identity::of(config, &files)?;
        let hasher = RandomState::new();
        let source = Source { files: config.clone(), last_digest: hasher.hash_one(&files), expires_at };
        Ok(Self { current: ArcSwap::from_pointee(key), source: Mutex::new(source), hasher })
    }

    /// When the server's own certificate expires (RFC 5280 §4.1.2.5, `notAfter`); the rest of the chain is not
    /// considered.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.source().expires_at
    }

    /// Loads the files if their contents changed since they were last read.
    ///
    /// Returns whether the certificate changed. Each change of the files is reported only once.
    ///
    /// # Errors
    /// [`ListenError::Tls`]; the old pair is kept.
    pub fn reload_if_changed(&self) -> Result<bool, ListenError> {
        let mut source = self.source();
        let config = source.files.clone();
        let files = Files::read(&config);
        let last_digest = self.digest(&files);
        if last_digest == source.last_digest {
            return Ok(false);
        }
        source.last_digest = last_digest;
        self.replace(&mut source, &config, &files?)
    }

    /// Loads the files even if their contents were already reported.
    ///
    /// # Errors
    /// [`ListenError::Tls`]; the old pair is kept.
    pub fn reload_again(&self) -> Result<bool, ListenError> {
        let config = self.source().files.clone();
        self.reload(&config)
    }

    /// Loads the files of `config`, and watches these files from now on.
    ///
    /// Returns whether the certificate changed.
    ///
    /// # Errors
    /// [`ListenError::Tls`]; the old pair and the old files are kept.
    pub fn reload(&self, config: &TlsConfig) -> Result<bool, ListenError> {
        let mut source = self.source();
        let files = Files::read(config);
        if source.files == *config {
            source.last_digest = self.digest(&files);
        }
        self.replace(&mut source, config, &files?)
    }

    fn replace(&self, source: &mut Source, config: &TlsConfig, files: &Files) -> Result<bool, ListenError> {
        let Identity { key, expires_at } = Identity::of(config, files)?;
        // If the certificate is the same, so is its key.
        let is_new = self.current.load().cert != key.cert;
        self.current.store(Arc::new(key));
        *source = Source { files: config.clone(), last_digest: self.hasher.hash_one(files), expires_at };
        Ok(is_new)
    }

    fn digest(&self, files: &Result<Files, ListenError>) -> u64 {
        match files {
            Ok(files) => self.hasher.hash_one(files),
            Err(error) => self.hasher.hash_one(error.to_string()),
        }
    }

    fn source(&self) -> MutexGuard<'_, Source> {
        self.source.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolvesServerCert for ServerCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

impl std::fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServerCertificate").field("expires_at", &self.expires_at()).finish_non_exhaustive()
    }
}

/// The acceptor that always uses the current pair of `certificate`.
pub(super) fn acceptor(certificate: Arc<ServerCertificate>) -> Result<TlsAcceptor, ListenError> {
    // Not the default provider of the process: another crate may have installed a different one.
    let mut tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|error| ListenError::TlsVersions { reason: error.to_string() })?
        .with_no_client_auth()
        .with_cert_resolver(certificate);
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(tls)))
}
