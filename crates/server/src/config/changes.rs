//! Which settings of a running node differ in another configuration.
//!
//! Decides what needs a restart: everything except the log level and the certificate.

use super::Config;

impl Config {
    /// The keys whose values differ in `other` and take effect only at a start, by their names in the file.
    #[must_use]
    pub fn needs_restart_for(&self, other: &Self) -> Vec<&'static str> {
        SETTINGS.iter().filter(|(_, differs)| differs(self, other)).map(|(key, _)| *key).collect()
    }
}

type Differs = fn(&Config, &Config) -> bool;

const SETTINGS: [(&str, Differs); 35] = [
    ("region", |a, b| a.region != b.region),
    ("regions", |a, b| a.regions != b.regions),
    ("listen.public", |a, b| a.listen.public != b.listen.public),
    ("listen.operations", |a, b| a.listen.operations != b.listen.operations),
    ("listen.trusted_proxies", |a, b| a.listen.trusted_proxies != b.listen.trusted_proxies),
    ("listen.forwarded_header", |a, b| a.listen.forwarded_header != b.listen.forwarded_header),
    // New certificate files are loaded without a restart; turning TLS on or off needs one.
    ("listen.tls", |a, b| a.listen.tls.is_some() != b.listen.tls.is_some()),
    ("listen.header_timeout", |a, b| a.listen.header_timeout != b.listen.header_timeout),
    ("listen.body_timeout", |a, b| a.listen.body_timeout != b.listen.body_timeout),
    ("listen.write_timeout", |a, b| a.listen.write_timeout != b.listen.write_timeout),
    ("server.prefix", |a, b| a.server.prefix != b.server.prefix),
    ("server.request_timeout", |a, b| a.server.request_timeout != b.server.request_timeout),
    ("database.url", |a, b| a.database.url != b.database.url),
    ("database.password_file", |a, b| a.database.password_file != b.database.password_file),
    ("database.root_certificate", |a, b| a.database.root_certificate != b.database.root_certificate),
    ("database.allow_plaintext", |a, b| a.database.allow_plaintext != b.database.allow_plaintext),
    ("database.read_connections", |a, b| a.database.read_connections != b.database.read_connections),
    ("database.write_connections", |a, b| a.database.write_connections != b.database.write_connections),
    ("database.acquire_timeout", |a, b| a.database.acquire_timeout != b.database.acquire_timeout),
    ("database.lock_timeout", |a, b| a.database.lock_timeout != b.database.lock_timeout),
    ("database.statement_timeout", |a, b| a.database.statement_timeout != b.database.statement_timeout),
    ("database.idle_in_transaction_session_timeout", |a, b| {
        a.database.idle_in_transaction_session_timeout != b.database.idle_in_transaction_session_timeout
    }),
    ("keys.master_key_file", |a, b| a.keys.master_key_file != b.keys.master_key_file),
    ("keys.rotate_every", |a, b| a.keys.rotate_every != b.keys.rotate_every),
    ("tokens.default_ttl", |a, b| a.tokens.default_ttl != b.tokens.default_ttl),
    ("tokens.scope_policy", |a, b| a.tokens.scope_policy != b.tokens.scope_policy),
    ("outage.serve_stale_for", |a, b| a.outage.serve_stale_for != b.outage.serve_stale_for),
    ("limits.failures", |a, b| a.limits.failures != b.limits.failures),
    ("limits.per", |a, b| a.limits.per != b.limits.per),
    ("limits.in_flight", |a, b| a.limits.in_flight != b.limits.in_flight),
    ("limits.connections_per_address", |a, b| {
        a.limits.connections_per_address != b.limits.connections_per_address
    }),
    ("shutdown.lame_duck", |a, b| a.shutdown.lame_duck != b.shutdown.lame_duck),
    ("shutdown.drain", |a, b| a.shutdown.drain != b.shutdown.drain),
    ("log.format", |a, b| a.log.format != b.log.format),
    ("metadata.scopes", |a, b| a.metadata.scopes != b.metadata.scopes),
];
