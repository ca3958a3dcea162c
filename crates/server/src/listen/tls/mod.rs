//! TLS of the public listener: certificate and key from PEM files, which may change while it serves.
//!
//! Decides versions and protocols: TLS 1.2 and 1.3, HTTP/1.1. Must not show anything of the key.

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

/// The certificate that a listener shows, with its key. Another pair can take its place while the listener serves:
/// handshakes from then on show it, and connections that are open go on.
pub struct ServerCertificate {
    current: ArcSwap<CertifiedKey>,
    source: Mutex<Source>,
    hasher: RandomState,
}

/// Where the pair comes from.
struct Source {
    files: TlsConfig,
    /// A digest of what the files last held, or of why they could not be read.
    seen: u64,
    expires_at: Timestamp,
}

impl ServerCertificate {
    /// Reads the files and checks that they fit, as a start does.
    ///
    /// # Errors
    /// [`ListenError::Tls`] says which of the two files is at fault, why, and what to do.
    pub fn load(config: &TlsConfig) -> Result<Self, ListenError> {
        let files = Files::read(config)?;
        let Identity { key, expires_at } = Identity::of(config, &files)?;
        let hasher = RandomState::new();
        let source = Source { files: config.clone(), seen: hasher.hash_one(&files), expires_at };
        Ok(Self { current: ArcSwap::from_pointee(key), source: Mutex::new(source), hasher })
    }

    /// When the certificate expires (RFC 5280 §4.1.2.5, `notAfter`): the server's own, not those above it.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.source().expires_at
    }

    /// Takes what the files hold now, if that is not what they held when they were last looked at.
    ///
    /// Says whether there is another pair now. Each change of the files is told once.
    ///
    /// # Errors
    /// [`ListenError::Tls`], and the old pair stays.
    pub fn reload_if_changed(&self) -> Result<bool, ListenError> {
        let mut source = self.source();
        let config = source.files.clone();
        let files = Files::read(&config);
        let seen = self.digest(&files);
        if seen == source.seen {
            return Ok(false);
        }
        source.seen = seen;
        self.replace(&mut source, &config, &files?)
    }

    /// Takes what the files hold now, whether or not that was told already.
    ///
    /// # Errors
    /// [`ListenError::Tls`], and the old pair stays.
    pub fn reload_again(&self) -> Result<bool, ListenError> {
        let config = self.source().files.clone();
        self.reload(&config)
    }

    /// Takes what the files of `config` hold now, which are looked at from now on.
    ///
    /// Says whether there is another pair now.
    ///
    /// # Errors
    /// [`ListenError::Tls`], and the old pair stays; so do the files that are looked at.
    pub fn reload(&self, config: &TlsConfig) -> Result<bool, ListenError> {
        let mut source = self.source();
        let files = Files::read(config);
        if source.files == *config {
            source.seen = self.digest(&files);
        }
        self.replace(&mut source, config, &files?)
    }

    fn replace(&self, source: &mut Source, config: &TlsConfig, files: &Files) -> Result<bool, ListenError> {
        let Identity { key, expires_at } = Identity::of(config, files)?;
        // A key has not changed where its certificate has not.
        let is_other = self.current.load().cert != key.cert;
        self.current.store(Arc::new(key));
        *source = Source { files: config.clone(), seen: self.hasher.hash_one(files), expires_at };
        Ok(is_other)
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

/// The acceptor that shows whatever `certificate` holds.
pub(super) fn acceptor(certificate: Arc<ServerCertificate>) -> Result<TlsAcceptor, ListenError> {
    // Named, not the process's default: another crate may have installed another one.
    let mut tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|error| ListenError::TlsVersions { reason: error.to_string() })?
        .with_no_client_auth()
        .with_cert_resolver(certificate);
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(tls)))
}
