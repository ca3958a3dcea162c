//! Raising epochs: the reported expiry, and concurrent commands.

use std::time::Duration;

use jeton_core::Clock as _;
use jeton_core::admin::{Change, NewAccount, ResourceUpdate};
use jeton_core::model::Timestamp;

use crate::support::{API, World, uri};

const HOUR: Duration = Duration::from_hours(1);

async fn last_expiry(world: &World, new: NewAccount) -> Timestamp {
    let client = world.create(new).await;
    let account = world.admin.find_account(&client.id).await.unwrap();
    world.admin.last_expiry(&account, HOUR).await.unwrap()
}

#[tokio::test]
async fn the_last_token_of_an_account_expires_after_its_own_lifetime_or_its_resources_or_the_default() {
    let world = World::new().await;
    let now = world.clock.now();
    assert_eq!(last_expiry(&world, world.new_account()).await, now.after(HOUR));
    let day = Duration::from_hours(24);
    let update = ResourceUpdate { token_ttl: Change::Set(day), ..ResourceUpdate::default() };
    world.admin.update_resource(&uri(API), &update).await.unwrap();
    assert_eq!(last_expiry(&world, world.new_account()).await, now.after(day));
    let minute = Duration::from_mins(1);
    let own = NewAccount { token_ttl: Some(minute), ..world.new_account() };
    assert_eq!(last_expiry(&world, own).await, now.after(minute));
    assert_eq!(world.admin.last_expiry_of_all(), now.after(day));
}

#[tokio::test]
async fn two_administrators_at_once_raise_the_regions_epoch_twice() {
    let world = World::new().await;
    let (one, two) = tokio::join!(world.admin.revoke_region_tokens(), world.admin.revoke_region_tokens());
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_ne!(one, two);
    assert_eq!(world.admin.store().find_region_epoch().await.unwrap(), one.max(two));
}
