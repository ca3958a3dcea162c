//! The resources and scopes that rows refer to and that do not exist, and how to create them.

use std::collections::{BTreeMap, BTreeSet};

use jeton_core::admin::{AdminError, Administrator, NewResource, ResourceUpdate};
use jeton_core::model::{Algorithm, TokenFormat};
use jeton_protocol::{ResourceUri, ScopeName};

use crate::print::handover::shell_word;

/// The missing resources and scopes.
#[derive(Debug, Default)]
pub(crate) struct MissingResources {
    resources: BTreeMap<ResourceUri, BTreeSet<ScopeName>>,
    scopes: BTreeMap<ResourceUri, BTreeSet<ScopeName>>,
}

impl MissingResources {
    /// Adds a missing resource with the scopes that it needs.
    pub(super) fn resource(&mut self, uri: &ResourceUri, scopes: impl IntoIterator<Item = ScopeName>) {
        self.resources.entry(uri.clone()).or_default().extend(scopes);
    }

    /// Adds scopes that an existing resource lacks.
    pub(super) fn scopes(&mut self, uri: &ResourceUri, scopes: impl IntoIterator<Item = ScopeName>) {
        self.scopes.entry(uri.clone()).or_default().extend(scopes);
    }

    /// A missing resource, as it will be spelled.
    pub(super) fn spelled(&self, uri: &ResourceUri) -> Option<&ResourceUri> {
        self.resources.get_key_value(uri).map(|(spelled, _)| spelled)
    }

    /// Whether the resource will have the scope.
    pub(super) fn has(&self, uri: &ResourceUri, scope: &ScopeName) -> bool {
        [&self.resources, &self.scopes]
            .iter()
            .any(|missing| missing.get(uri).is_some_and(|all| all.contains(scope)))
    }

    /// The resources that are created or get more scopes.
    pub(super) fn uris(&self) -> impl Iterator<Item = &ResourceUri> {
        self.resources.keys().chain(self.scopes.keys())
    }

    /// The commands that create all of them.
    pub(crate) fn commands(&self) -> Vec<String> {
        let command = |verb: &str, (uri, scopes): (&ResourceUri, &BTreeSet<ScopeName>)| {
            let options: Vec<String> =
                scopes.iter().map(|scope| format!(" --scope {}", word(scope.as_str()))).collect();
            format!("jeton resource {verb} {}{}", word(uri.as_str()), options.concat())
        };
        let create = self.resources.iter().map(|missing| command("create", missing));
        create.chain(self.scopes.iter().map(|missing| command("update", missing))).collect()
    }

    /// Creates all of them, with the defaults of a new resource.
    pub(crate) async fn create(&self, administrator: &Administrator) -> Result<(), AdminError> {
        let declared = |scopes: &BTreeSet<ScopeName>| {
            scopes.iter().map(|scope| (scope.clone(), String::new())).collect::<Vec<_>>()
        };
        for (uri, scopes) in &self.resources {
            let new = NewResource {
                uri: uri.clone(),
                name: None,
                scopes: declared(scopes),
                implies: Vec::new(),
                algorithm: Algorithm::Es256,
                token_format: TokenFormat::Jwt,
                token_ttl: None,
            };
            administrator.create_resource(new).await?;
        }
        for (uri, scopes) in &self.scopes {
            let update = ResourceUpdate { scopes: declared(scopes), ..ResourceUpdate::default() };
            administrator.update_resource(uri, &update).await?;
        }
        Ok(())
    }
}

/// A word of a POSIX shell, quoted only if necessary.
fn word(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/@%+=,".contains(&byte);
    if text.bytes().all(plain) { text.to_owned() } else { shell_word(text) }
}
