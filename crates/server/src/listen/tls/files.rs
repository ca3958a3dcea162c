//! Reads the certificate file and the key file. Does not parse them.

use std::fs::File;
use std::hash::{Hash, Hasher};
use std::io::Read as _;
use std::path::Path;

use jeton_protocol::without_bom;
use zeroize::Zeroizing;

use crate::config::TlsConfig;
use crate::listen::ListenError;
use crate::node::key_file;
use crate::node::key_file::KeyFileError;

/// The contents of the two files.
pub(super) struct Files {
    pub(super) certificate: Zeroizing<Vec<u8>>,
    pub(super) key: Zeroizing<Vec<u8>>,
}

impl Files {
    pub(super) fn read(config: &TlsConfig) -> Result<Self, ListenError> {
        let certificate = read(&config.cert_file)
            .map_err(|error| wrong_certificate(config, error.fault(), error.cure()))?;
        let key = key_file::read(&config.key_file)
            .map_err(|error| wrong_key(config, error.fault(), error.cure()))?;
        Ok(Self { certificate: without_byte_order_marks(&certificate), key: without_byte_order_marks(&key) })
    }
}

impl Hash for Files {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.certificate.as_slice().hash(state);
        self.key.as_slice().hash(state);
    }
}

fn read(path: &Path) -> Result<Vec<u8>, KeyFileError> {
    let mut text = Vec::new();
    File::open(path)
        .and_then(|file| file.take(LARGEST_FILE).read_to_end(&mut text))
        .map_err(|error| KeyFileError::unreadable(path, &error))?;
    Ok(text)
}

/// Removes byte order marks: some editors write them, and the parser does not support them. A file that was
/// concatenated from several may have more than one.
fn without_byte_order_marks(text: &[u8]) -> Zeroizing<Vec<u8>> {
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    // Full capacity from the start: a vector that grows leaves copies in memory.
    let mut pem = Zeroizing::new(Vec::with_capacity(text.len()));
    lines.for_each(|line| pem.extend_from_slice(without_bom(line)));
    pem
}

/// An error in the certificate. Without a `cure`, the advice is to correct the setting.
pub(super) fn wrong_certificate(
    config: &TlsConfig,
    reason: impl Into<String>,
    cure: Option<&str>,
) -> ListenError {
    wrong(&config.cert_file, "listen.tls.cert_file", reason.into(), cure)
}

/// An error in the key.
pub(super) fn wrong_key(config: &TlsConfig, reason: impl Into<String>, cure: Option<&str>) -> ListenError {
    wrong(&config.key_file, "listen.tls.key_file", reason.into(), cure)
}

fn wrong(file: &Path, setting: &'static str, reason: String, cure: Option<&str>) -> ListenError {
    let cure = cure.map_or_else(|| "correct".to_owned(), |cure| format!("{cure}, or correct"));
    ListenError::Tls { file: file.to_owned(), setting, reason, cure }
}

/// Far more than any chain needs.
const LARGEST_FILE: u64 = 1024 * 1024;
