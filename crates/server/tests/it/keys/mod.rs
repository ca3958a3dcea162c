//! The life cycle of the region's keys.

mod algorithms;
mod faults;
mod revocation;
mod rewrap;
mod rotation;
mod verifiers;

use jeton_core::model::{Key, KeyKind, KeyState};

use crate::support::World;

/// The keys of one kind and state.
async fn in_state(world: &World, kind: KeyKind, state: KeyState) -> Vec<Key> {
    let keys = world.admin.store().list_keys().await.unwrap();
    keys.into_iter().filter(|key| key.kind == kind && key.state == state).collect()
}

/// The only key of this kind and state.
async fn the(world: &World, kind: KeyKind, state: KeyState) -> Key {
    let [key] = <[Key; 1]>::try_from(in_state(world, kind, state).await).unwrap();
    key
}

/// The published key ids.
async fn published(world: &World) -> Vec<String> {
    let set = world.get("/oauth/v1/jwks").send().await.json();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}
