//! Why a listener could not start. Each message is one line and says what to do.

use std::{io, net::SocketAddr, path::PathBuf};

/// Why a listener could not start.
#[derive(Debug, thiserror::Error)]
pub enum ListenError {
    /// Another process, or another listener of this process, uses the port.
    #[error(
        "{address} is already in use; stop the program that listens there, or choose another port under [listen]"
    )]
    InUse {
        /// The address as it was configured.
        address: SocketAddr,
    },
    /// Usually a port below 1024.
    #[error(
        "this user is not allowed to listen on {address}; choose a port above 1023 under [listen], or give the program the permission"
    )]
    NotAllowed {
        /// The address as it was configured.
        address: SocketAddr,
    },
    /// The address belongs to no interface, or the system lacks a resource.
    #[error("cannot listen on {address} ({source}); correct the address under [listen]")]
    Address {
        /// The address as it was configured.
        address: SocketAddr,
        /// The error of the system.
        source: io::Error,
    },
    /// The certificate chain or the key cannot be read or used, or the two do not belong together.
    #[error("{}: {reason}; {cure} `{setting}`", .file.display())]
    Tls {
        /// The file that is at fault.
        file: PathBuf,
        /// The key of the configuration that names it.
        setting: &'static str,
        /// What is wrong with it; never its contents.
        reason: String,
        /// What to do, up to "correct" and the name of the setting.
        cure: String,
    },
    /// This build supports neither TLS 1.2 nor 1.3.
    #[error(
        "TLS cannot be served ({reason}); use another build, or a proxy in front instead of `listen.tls`"
    )]
    TlsVersions {
        /// The error of the library.
        reason: String,
    },
}

impl ListenError {
    pub(super) fn bind(address: SocketAddr, source: io::Error) -> Self {
        match source.kind() {
            io::ErrorKind::AddrInUse => Self::InUse { address },
            io::ErrorKind::PermissionDenied => Self::NotAllowed { address },
            _ => Self::Address { address, source },
        }
    }
}
