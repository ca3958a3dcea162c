//! A certificate chain and its key, parsed and checked to belong together.
//!
//! Decides which of the two files is at fault. Must not show any part of the key: the parser's messages may quote it.

use jeton_core::model::Timestamp;
use rustls::{Error, InconsistentKeys, crypto::aws_lc_rs, sign::CertifiedKey};
use rustls_pki_types::{
    CertificateDer, PrivateKeyDer,
    pem::{self, PemObject as _},
};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::files::{Files, wrong_certificate, wrong_key};
use crate::config::TlsConfig;
use crate::listen::ListenError;

/// The certificate chain and key of a listener.
pub(super) struct Identity {
    pub(super) key: CertifiedKey,
    pub(super) expires_at: Timestamp,
}

impl Identity {
    pub(super) fn of(config: &TlsConfig, files: &Files) -> Result<Self, ListenError> {
        let in_certificate = |reason| wrong_certificate(config, reason, None);
        let chain = chain(&files.certificate).map_err(|reason| in_certificate(reason.to_owned()))?;
        let expires_at = expiry(&chain).map_err(in_certificate)?;
        let key = aws_lc_rs::default_provider()
            .key_provider
            .load_private_key(private_key(config, files)?)
            .map_err(|_| wrong_key(config, UNUSABLE_KEY, None))?;
        let key = CertifiedKey::new(chain, key);
        match key.keys_match() {
            // Unknown: for this kind of key it cannot be checked which certificate it belongs to.
            Ok(()) | Err(Error::InconsistentKeys(InconsistentKeys::Unknown)) => Ok(Self { key, expires_at }),
            Err(Error::InconsistentKeys(_)) => {
                let certificate = config.cert_file.display();
                let reason = format!("the key does not belong to the first certificate in {certificate}");
                Err(wrong_key(config, reason, Some("renew both files together")))
            }
            Err(error) => Err(in_certificate(format!("the certificate cannot be used ({error})"))),
        }
    }
}

fn chain(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, &'static str> {
    let chain = CertificateDer::pem_slice_iter(text).collect::<Result<Vec<_>, _>>().map_err(|_| NOT_PEM)?;
    if !chain.is_empty() {
        return Ok(chain);
    }
    Err(if has(text, PRIVATE_KEY) {
        "it contains a private key but no certificate"
    } else if has(text, "-----BEGIN ") {
        "it contains no certificate, only other PEM data"
    } else {
        "it contains no PEM certificate"
    })
}

/// The expiry time of the first certificate. All items must be certificates.
fn expiry(chain: &[CertificateDer<'_>]) -> Result<Timestamp, String> {
    let mut first = None;
    for (index, certificate) in chain.iter().enumerate() {
        let (_, parsed) = X509Certificate::from_der(certificate)
            .map_err(|_| format!("certificate {} in it is damaged", index + 1))?;
        first.get_or_insert(Timestamp::from_unix(parsed.validity().not_after.timestamp()));
    }
    first.ok_or_else(|| "it contains no PEM certificate".to_owned())
}

fn private_key(config: &TlsConfig, files: &Files) -> Result<PrivateKeyDer<'static>, ListenError> {
    // PKCS #8 marks encryption in the label, older formats in a header (RFC 1421 §4.6.1.1).
    if has(&files.key, "-----BEGIN ENCRYPTED PRIVATE KEY-----")
        || (has(&files.key, "Proc-Type:") && has(&files.key, "ENCRYPTED"))
    {
        let file = config.key_file.display();
        let cure = format!("decrypt it with `(umask 077; openssl pkey -in {file} -out plain.pem)`");
        return Err(wrong_key(
            config,
            "the key is encrypted, and Jeton does not support passphrases",
            Some(&cure),
        ));
    }
    PrivateKeyDer::from_pem_slice(&files.key).map_err(|error| {
        let reason = match error {
            pem::Error::NoItemsFound if has(&files.key, "-----BEGIN CERTIFICATE-----") => {
                "it contains a certificate but no private key"
            }
            pem::Error::NoItemsFound => "it contains no PEM private key",
            _ => NOT_PEM,
        };
        wrong_key(config, reason, None)
    })
}

fn has(text: &[u8], part: &str) -> bool {
    text.windows(part.len()).any(|window| window == part.as_bytes())
}

const PRIVATE_KEY: &str = "PRIVATE KEY-----";
const NOT_PEM: &str = "it is not valid PEM";
const UNUSABLE_KEY: &str = "the key is damaged or not supported; supported keys are RSA (2048 bits or more), ECDSA (P-256, P-384, P-521) and Ed25519";
