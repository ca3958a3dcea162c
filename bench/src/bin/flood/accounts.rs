//! The accounts that `bench/flood` created with the fill program, and the requests that they send.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use jeton_bench::Error;

use crate::http::post;

/// An account with its secret.
pub(crate) struct Account {
    pub(crate) client_id: String,
    secret: String,
}

/// The accounts, by their part in the measurement.
#[derive(Clone)]
pub(crate) struct Accounts {
    /// Good clients that have called before the flood.
    pub(crate) in_memory: Arc<[Account]>,
    /// Good clients that call for the first time during the flood.
    pub(crate) not_in_memory: Arc<[Account]>,
    /// Accounts that the operator disables, or whose tokens the operator revokes. The last one introspects.
    pub(crate) changed: Arc<[Account]>,
    /// Accounts whose ids the flood knows.
    pub(crate) targets: Arc<[Account]>,
    /// Accounts whose secrets the flood knows.
    pub(crate) attackers: Arc<[Account]>,
}

impl Accounts {
    /// Reads the files of the fill program in `folder`.
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let read = |name: &str| {
            let path = folder.join(name);
            let text =
                std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let accounts: Arc<[Account]> = text.lines().filter_map(Account::parse).collect();
            if accounts.is_empty() { Err(format!("{} has no account", path.display())) } else { Ok(accounts) }
        };
        Ok(Self {
            in_memory: read("in-memory")?,
            not_in_memory: read("not-in-memory")?,
            changed: read("changed")?,
            targets: read("targets")?,
            attackers: read("attackers")?,
        })
    }
}

impl Account {
    fn parse(line: &str) -> Option<Self> {
        let mut columns = line.split('\t').map(str::to_owned);
        Some(Self { client_id: columns.next()?, secret: columns.next()? })
    }

    /// A request for a token.
    pub(crate) fn token_request(&self, server: SocketAddr, forwarded_for: Option<Ipv4Addr>) -> Vec<u8> {
        post(server, TOKEN, forwarded_for, &token_form(&self.client_id, &self.secret))
    }

    /// A request that introspects a token.
    pub(crate) fn introspection_request(
        &self,
        server: SocketAddr,
        forwarded_for: Option<Ipv4Addr>,
        token: &str,
    ) -> Vec<u8> {
        let form = format!("client_id={}&client_secret={}&token={token}", self.client_id, self.secret);
        post(server, INTROSPECT, forwarded_for, &form)
    }
}

/// The form of a token request. All characters of ids and generated secrets stay as they are.
pub(crate) fn token_form(client_id: &str, secret: &str) -> String {
    format!("grant_type=client_credentials&client_id={client_id}&client_secret={secret}&scope=read%3Ame")
}

/// The paths of a configuration without a prefix of its own.
pub(crate) const TOKEN: &str = "/oauth/v1/token";
const INTROSPECT: &str = "/oauth/v1/introspect";
