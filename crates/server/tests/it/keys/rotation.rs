//! Rotation by schedule and by hand, exact to the second, without failures for verifiers.

use std::time::Duration;

use jeton_core::RotationRefused;
use jeton_core::model::{Algorithm, KeyKind, KeyState, Timestamp};
use jeton_server::start::settings;

use super::{in_state, published, the};
use crate::support::{ACTIVE_FOR, KEPT_FOR, PUBLISHED_FOR, World, jwt};

const ES256: KeyKind = KeyKind::Signing(Algorithm::Es256);
const SECOND: Duration = Duration::from_secs(1);

#[tokio::test]
async fn a_new_region_has_an_active_and_a_standby_key_of_each_kind() {
    let world = World::new().await;
    for kind in [ES256, KeyKind::Sealing] {
        the(&world, kind, KeyState::Active).await;
        the(&world, kind, KeyState::Published).await;
    }
    assert_eq!(world.admin.store().list_keys().await.unwrap().len(), 4);
    let active = the(&world, ES256, KeyState::Active).await;
    let standby = the(&world, ES256, KeyState::Published).await;
    assert_eq!(published(&world).await, [active.id.as_str(), standby.id.as_str()]);
}

#[tokio::test]
async fn maintenance_changes_no_key_before_it_is_due() {
    let world = World::new().await;
    let before = world.admin.store().list_keys().await.unwrap();
    world.maintain_keys().await;
    world.clock.pass(ACTIVE_FOR.saturating_sub(SECOND));
    world.maintain_keys().await;
    assert_eq!(world.admin.store().list_keys().await.unwrap(), before);
}

#[tokio::test]
async fn a_key_rotates_in_the_second_in_which_it_is_due() {
    let world = World::new().await;
    let client = world.client().await;
    let (before, next) =
        (the(&world, ES256, KeyState::Active).await, the(&world, ES256, KeyState::Published).await);
    world.clock.pass(ACTIVE_FOR.saturating_sub(SECOND));
    world.maintain_keys().await;
    assert_eq!(jwt::header(&world.token(&client).await)["kid"], before.id.as_str());
    world.clock.pass(SECOND);
    world.maintain_keys().await;
    assert_eq!(jwt::header(&world.token(&client).await)["kid"], next.id.as_str());
    assert_eq!(the(&world, ES256, KeyState::Retiring).await.id, before.id);
    let third = the(&world, ES256, KeyState::Published).await;
    assert_eq!(published(&world).await, [next.id.as_str(), before.id.as_str(), third.id.as_str()]);
}

#[tokio::test]
async fn a_retired_key_is_trusted_until_its_last_token_has_expired_and_not_a_second_longer() {
    let world = World::new().await;
    let client = world.client().await;
    world.pass(ACTIVE_FOR).await;
    let token = world.token(&client).await;
    world.maintain_keys().await;
    let before = the(&world, ES256, KeyState::Retiring).await;
    world.introspect(&client, &token).await.active();
    world.clock.pass(KEPT_FOR.saturating_sub(SECOND));
    world.maintain_keys().await;
    assert!(published(&world).await.contains(&before.id.to_string()));
    world.clock.pass(SECOND);
    world.maintain_keys().await;
    assert!(!published(&world).await.contains(&before.id.to_string()));
    let removed = the(&world, ES256, KeyState::Removed).await;
    assert_eq!((&removed.id, &removed.sealed), (&before.id, &None));
}

#[tokio::test]
async fn no_key_that_a_valid_token_needs_is_removed_even_without_rotation_for_a_year() {
    let world = World::new().await;
    let client = world.client().await;
    world.clock.pass(Duration::from_hours(24 * 365));
    world.follow().await;
    let token = world.token(&client).await;
    world.maintain_keys().await;
    world.maintain_keys().await;
    let retiring = the(&world, ES256, KeyState::Retiring).await;
    assert_eq!(jwt::header(&token)["kid"], retiring.id.as_str());
    world.introspect(&client, &token).await.active();
    assert!(published(&world).await.contains(&retiring.id.to_string()));
}

#[tokio::test]
async fn a_key_is_not_rotated_by_hand_before_every_verifier_can_have_the_next() {
    let world = World::new().await;
    let keeper = world.admin.key_keeper(settings(&world.config).key_timings());
    let before = the(&world, ES256, KeyState::Active).await;
    world.clock.pass(PUBLISHED_FOR.saturating_sub(SECOND));
    let ready = Timestamp::from_unix(before.created_at.unix()).after(PUBLISHED_FOR);
    match keeper.rotate(ES256, false).await {
        Err(RotationRefused::TooEarly { kind, ready_at }) => assert_eq!((kind, ready_at), (ES256, ready)),
        other => panic!("{other:?}"),
    }
    assert_eq!(the(&world, ES256, KeyState::Active).await.id, before.id);
    world.clock.pass(SECOND);
    keeper.rotate(ES256, false).await.unwrap();
    assert_eq!(the(&world, ES256, KeyState::Retiring).await.id, before.id);
    assert!(matches!(keeper.rotate(ES256, false).await, Err(RotationRefused::TooEarly { .. })));
    assert_eq!(keeper.rotate(ES256, true).await.unwrap().len(), 3);
    assert_eq!(in_state(&world, ES256, KeyState::Active).await.len(), 1);
}

#[tokio::test]
async fn a_sealing_key_rotates_after_90_days_whatever_the_configuration_says() {
    let world = World::with("[keys]\nrotate_every = \"1000d\"").await;
    world.clock.pass(ACTIVE_FOR.saturating_sub(SECOND));
    world.maintain_keys().await;
    assert_eq!(in_state(&world, KeyKind::Sealing, KeyState::Retiring).await.len(), 0);
    world.clock.pass(SECOND);
    world.maintain_keys().await;
    assert_eq!(in_state(&world, KeyKind::Sealing, KeyState::Retiring).await.len(), 1);
    assert_eq!(in_state(&world, ES256, KeyState::Retiring).await.len(), 0);
}

/// Verifiers that fetch the keys as rarely as allowed, while keys rotate and tokens are used until they expire.
#[tokio::test]
async fn a_verifier_that_caches_the_keys_as_long_as_allowed_accepts_all_tokens_during_twenty_rotations() {
    const STEP: Duration = Duration::from_secs(100);
    let world = World::with("[tokens]\ndefault_ttl = \"24h\"").await;
    let client = world.client().await;
    let keeper = world.admin.key_keeper(settings(&world.config).key_timings());
    let mut rotations = 0;
    let mut cached = published(&world).await;
    let mut tokens: Vec<(u32, String)> = Vec::new();
    for step in 0_u32.. {
        // max-age is three steps.
        if step % 3 == 0 {
            cached = published(&world).await;
        }
        let kid = jwt::header(&world.token(&client).await)["kid"].as_str().unwrap().to_owned();
        if tokens.last().is_none_or(|(_, last)| *last != kid) {
            tokens.push((step, kid.clone()));
        }
        assert!(cached.contains(&kid), "a new token after {step} steps");
        // The last token of each key is valid for 24 hours.
        for pair in tokens.windows(2) {
            let last_use = pair[1].0 - 1 + 864;
            assert!(step > last_use || cached.contains(&pair[0].1), "an old token after {step} steps");
        }
        if rotations == 20 && step > tokens.last().unwrap().0 + 900 {
            break;
        }
        if rotations < 20 && keeper.rotate(ES256, false).await.is_ok() {
            rotations += 1;
        }
        world.clock.pass(STEP);
        world.maintain_keys().await;
    }
    assert_eq!(tokens.len(), 21);
}
