//! A server that other machines could reach: with TLS, a port and passwords.

use std::fs::{Permissions, set_permissions, write};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

use crate::cluster::CONFIGURE;
use crate::{Cluster, ClusterError};

impl Cluster {
    /// Restarts the server with TLS at this port of 127.0.0.1. There it accepts no plaintext and asks for passwords, and
    /// its socket accepts nobody. `certificate` and `key` are in PEM.
    ///
    /// # Errors
    /// [`ClusterError::Io`], or as [`Cluster::start`].
    pub fn secure(&self, port: u16, certificate: &str, key: &str) -> Result<(), ClusterError> {
        let data = self.data();
        for (name, text) in [("server.crt", certificate), ("server.key", key)] {
            let file = data.join(name);
            write(&file, text)
                .and_then(|()| set_permissions(&file, Permissions::from_mode(0o600)))
                .and_then(|()| data.metadata())
                .and_then(|owner| chown(&file, Some(owner.uid()), Some(owner.gid())))
                .map_err(ClusterError::io("cannot give PostgreSQL a certificate"))?;
        }
        write(data.join("pg_hba.conf"), "hostssl all all 127.0.0.1/32 scram-sha-256\n")
            .map_err(ClusterError::io(CONFIGURE))?;
        self.configure(&format!("listen_addresses = '127.0.0.1'\nport = {port}\nssl = on"))?;
        self.crash()?;
        self.start_again()
    }
}
