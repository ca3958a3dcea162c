//! [`Administration`](jeton_admin::Administration), carried out on the store of a region.
//!
//! Turns each request into a call of the [`Administrator`], which has the rules, and its result into a view. Must not know
//! where the request comes from.

mod accounts;
mod audit;
mod imports;
mod keys;
mod nodes;
mod reading;
mod resources;
mod secrets;
mod tenants;
mod tokens;

use std::sync::Arc;

use jeton_admin::Authority;
pub use reading::StoreReading;

use super::Administrator;
use crate::context::Context;
use crate::keys::KeyRingError;
use crate::keys::master_key::MasterKey;
use crate::model::Actor;
use crate::refusal::ExplainRefusals;
use crate::settings::Settings;

/// The administration of one region, on its store.
#[derive(Debug)]
pub struct StoreAdministration {
    administrator: Administrator,
    settings: Settings,
    explainer: Arc<dyn ExplainRefusals>,
}

impl StoreAdministration {
    /// Opens the store of `context` for administrators. `settings` are those of the region's nodes.
    /// `explainer` words the refusals of simulated requests.
    ///
    /// # Errors
    /// [`KeyRingError`] if the store does not answer or `master_key` is not its master key.
    pub async fn open(
        context: Context,
        settings: Settings,
        master_key: &MasterKey,
        explainer: Arc<dyn ExplainRefusals>,
    ) -> Result<Self, KeyRingError> {
        // Each operation replaces the actor by that of its authority.
        let mut administrator = Administrator::open(context, master_key, Actor::Server).await?;
        administrator.other_regions = Arc::new(settings.other_regions.keys().cloned().collect());
        administrator.serve_stale_for = settings.serve_stale_for;
        Ok(Self { administrator, settings, explainer })
    }

    /// The administrator with this authority. Today every authority reaches the whole region. A narrower one must be
    /// checked here, and every list must leave out what it does not reach.
    pub(super) fn administrator(&self, by: &Authority) -> Administrator {
        Administrator { actor: by.actor().clone(), ..self.administrator.clone() }
    }
}
