//! Keys.

use std::collections::BTreeSet;

use async_trait::async_trait;
use jeton_admin::Authority;
use jeton_admin::administration::KeyAdministration;
use jeton_admin::error::{AdminError, InvalidRequest, StateConflict};
use jeton_admin::request::NewMasterKey;
use jeton_admin::value::{KeyId, KeyKind, KeyState};
use jeton_admin::view::{KeyRotation, KeyView};

use super::StoreAdministration;
use crate::keys::KeyKeeper;
use crate::keys::master_key::MasterKey;
use crate::model::Key;

#[async_trait]
impl KeyAdministration for StoreAdministration {
    async fn list_keys(&self, by: &Authority) -> Result<Vec<KeyView>, AdminError> {
        Ok(views(&self.administrator(by).store().list_keys().await?))
    }

    async fn rotate_keys(
        &self,
        by: &Authority,
        kinds: &BTreeSet<KeyKind>,
        force: bool,
    ) -> Result<KeyRotation, AdminError> {
        let keeper = self.keeper(by);
        // If no node has run yet, there are no keys, or no published ones.
        keeper.maintain().await?;
        let kinds = if kinds.is_empty() { self.kinds_in_use(by).await? } else { kinds.clone() };
        let mut rotation = KeyRotation { changed: Vec::new(), refused: Vec::new() };
        for kind in kinds {
            match keeper.rotate(kind, force).await.map_err(AdminError::from) {
                Ok(keys) => rotation.changed.extend(views(&keys)),
                Err(AdminError::Conflict(refused @ StateConflict::NextKeyTooNew { .. })) => {
                    rotation.refused.push(refused);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(rotation)
    }

    async fn revoke_key(&self, by: &Authority, id: &KeyId) -> Result<Vec<KeyView>, AdminError> {
        Ok(views(&self.keeper(by).revoke(id).await?))
    }

    async fn rewrap_keys(&self, by: &Authority, new: &NewMasterKey) -> Result<usize, AdminError> {
        let new = MasterKey::parse(new.expose());
        let new = new.map_err(|error| InvalidRequest::MasterKey(error.to_string()))?;
        Ok(self.keeper(by).rewrap(&new).await?)
    }
}

impl StoreAdministration {
    fn keeper(&self, by: &Authority) -> KeyKeeper {
        self.administrator(by).key_keeper(self.settings.key_timings())
    }

    async fn kinds_in_use(&self, by: &Authority) -> Result<BTreeSet<KeyKind>, AdminError> {
        let keys = self.administrator(by).store().list_keys().await?;
        let in_use = keys.iter().filter(|key| key.state == KeyState::Active && key.kind != KeyKind::Lookup);
        Ok(in_use.map(|key| key.kind).collect())
    }
}

fn views(keys: &[Key]) -> Vec<KeyView> {
    keys.iter().map(KeyView::from).collect()
}
