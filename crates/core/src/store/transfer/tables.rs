//! The tables of a store. A test of each adapter compares them with its schema.

use super::table::Kind::{Address, Bytes, Flag, Integer, Labels, Networks, Text, Time};
use super::{Column, Table};

/// Everything that a store holds. What a table refers to comes before it.
pub static TABLES: [Table; 17] = [
    table("regions", 1, &[column("name", Text), column("epoch", Integer), column("master_key_check", Bytes)]),
    table(
        "tenants",
        1,
        &[
            column("name", Text),
            column("enabled", Flag),
            column("accounts_allowed", Flag),
            column("epoch", Integer),
            column("created_at", Time),
            column("version", Integer),
        ],
    ),
    table(
        "former_tenant_names",
        1,
        &[
            column("name", Text),
            column("tenant", Text),
            column("epoch", Integer),
            column("given_up_at", Time),
        ],
    ),
    table(
        "resources",
        1,
        &[
            column("uri", Text),
            column("spelling", Text),
            column("name", Text),
            column("token_format", Text),
            column("algorithm", Text),
            column("previous_algorithm", Text),
            column("token_ttl", Integer),
            column("created_at", Time),
            column("version", Integer),
        ],
    ),
    table("scopes", 2, &[column("resource", Text), column("name", Text), column("text", Text)]),
    table(
        "scope_implications",
        3,
        &[column("resource", Text), column("scope", Text), column("implied", Text)],
    ),
    table(
        "accounts",
        1,
        &[
            column("id", Integer),
            column("region", Text),
            column("client_id", Text),
            column("tenant", Text),
            column("name", Text),
            column("enabled", Flag),
            column("epoch", Integer),
            column("token_ttl", Integer),
            column("expires_at", Time),
            column("allow_cidr", Networks),
            column("default_resource", Text),
            column("created_at", Time),
            column("version", Integer),
            column("deleted_at", Time),
            column("description", Text),
            column("owner", Text),
            column("labels", Labels),
            column("last_used_at", Time),
        ],
    ),
    table("grants", 3, &[column("account", Integer), column("resource", Text), column("scope", Text)]),
    table("introspection_rights", 2, &[column("account", Integer), column("resource", Text)]),
    table(
        "credentials",
        1,
        &[
            column("number", Integer),
            column("account", Integer),
            column("id", Text),
            column("kind", Text),
            column("lookup", Bytes),
            column("label", Text),
            column("hash", Text),
            column("last_four", Text),
            column("created_at", Time),
            column("expires_at", Time),
            column("revoked_at", Time),
            column("scope", Text),
            column("allow_cidr", Networks),
            column("used", Flag),
            column("lifetime", Integer),
        ],
    ),
    table(
        "credential_uses",
        1,
        &[column("credential", Integer), column("at", Time), column("address", Address)],
    ),
    table(
        "keys",
        1,
        &[
            column("number", Integer),
            column("region", Text),
            column("id", Text),
            column("kind", Text),
            column("state", Text),
            column("sealed", Bytes),
            column("created_at", Time),
            column("activated_at", Time),
            column("retired_at", Time),
            column("ended_at", Time),
            column("version", Integer),
        ],
    ),
    table(
        "revocations",
        1,
        &[
            column("number", Integer),
            column("region", Text),
            column("token", Bytes),
            column("client_id", Text),
            column("audience", Text),
            column("expires_at", Time),
            column("revoked_at", Time),
            column("audited", Flag),
        ],
    ),
    table(REVOCATION_END, 1, &[column("only_row", Flag), column("number", Integer)]),
    table("revocation_summaries", 1, &[column("region", Text), column("last", Integer)]),
    table(
        "audit_records",
        2,
        &[
            column("chain", Text),
            column("seq", Integer),
            column("at", Time),
            column("actor_kind", Text),
            column("actor", Text),
            column("action", Text),
            column("region", Text),
            column("tenant", Text),
            column("subject_kind", Text),
            column("subject_id", Text),
            column("before", Text),
            column("after", Text),
            column("digest", Bytes),
        ],
    ),
    table("audit_ends", 1, &[column("chain", Text), column("seq", Integer), column("digest", Bytes)]),
];

/// The one row with the last number that a revocation was given. A store may keep that number in another way.
pub const REVOCATION_END: &str = "revocation_end";

const fn table(name: &'static str, key: usize, columns: &'static [Column]) -> Table {
    Table { name, columns, key }
}

const fn column(name: &'static str, kind: super::Kind) -> Column {
    Column { name, kind }
}
