//! TLS of the public listener: certificate and key from PEM files.
//!
//! Decides versions and protocols: TLS 1.2 and 1.3, HTTP/1.1. Must not show anything of the key.

use std::{path::Path, sync::Arc};

use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    version::{TLS12, TLS13},
};
use rustls_pki_types::{
    CertificateDer, PrivateKeyDer,
    pem::{Error, PemObject as _},
};
use tokio_rustls::TlsAcceptor;
use zeroize::Zeroizing;

use super::ListenError;
use crate::config::TlsConfig;

/// Reads the files and builds the acceptor.
pub(super) fn acceptor(config: &TlsConfig) -> Result<TlsAcceptor, ListenError> {
    let wrong_certificate = |reason| wrong(&config.cert_file, "cert_file", reason);
    let certificates = read(&config.cert_file).map_err(|error| wrong_certificate(reason(error)))?;
    let chain = CertificateDer::pem_slice_iter(&certificates)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| wrong_certificate(reason(error)))?;
    if chain.is_empty() {
        return Err(wrong_certificate("it holds no PEM certificate".to_owned()));
    }
    let key = read(&config.key_file)
        .and_then(|key| PrivateKeyDer::from_pem_slice(&key))
        .map_err(|error| wrong(&config.key_file, "key_file", reason(error)))?;

    // Named, not the process's default: another crate may have installed another one.
    let mut tls = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_protocol_versions(&[&TLS13, &TLS12])
        .map_err(|error| wrong_certificate(error.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|error| {
            wrong(&config.key_file, "key_file", format!("the key cannot serve the certificate ({error})"))
        })?;
    tls.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(tls)))
}

/// The file without byte order marks, which some editors write and the parser does not know. A file that was joined from
/// several may have more than one.
fn read(file: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    let bytes = Zeroizing::new(std::fs::read(file).map_err(Error::Io)?);
    let lines = bytes.split_inclusive(|byte| *byte == b'\n');
    // At full capacity from the start: a vector that grows leaves copies behind.
    let mut pem = Zeroizing::new(Vec::with_capacity(bytes.len()));
    lines.for_each(|line| pem.extend_from_slice(line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line)));
    Ok(pem)
}

fn wrong(file: &Path, key: &'static str, reason: String) -> ListenError {
    ListenError::Tls { file: file.to_owned(), key, reason }
}

/// In our words: the parser's own may quote the file.
fn reason(error: Error) -> String {
    match error {
        Error::Io(error) => format!("it cannot be read ({error})"),
        Error::NoItemsFound => "it holds no PEM item of this kind".to_owned(),
        _ => "it is not valid PEM".to_owned(),
    }
}

/// U+FEFF as UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
