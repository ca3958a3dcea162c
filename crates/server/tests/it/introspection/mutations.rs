//! A token of either format, changed in any way, is inactive.

use std::time::Duration;

use crate::support::{Client, World, in_both_formats};

/// An active token. Every mutation of it must be inactive.
struct Scene {
    world: World,
    client: Client,
    token: String,
}

async fn scene(world: World) -> Scene {
    let client = world.client().await;
    let token = world.token(&client).await;
    Scene { world, client, token }
}

impl Scene {
    async fn assert_inactive(&self, mutated: &str) {
        assert_ne!(mutated, self.token);
        // Slow enough for the limit on garbage.
        self.world.clock.pass(Duration::from_millis(1));
        self.world.introspect(&self.client, mutated).await.inactive();
    }

    async fn assert_active(&self) {
        self.world.introspect(&self.client, &self.token).await.active();
    }
}

#[tokio::test]
async fn a_token_with_any_one_character_replaced_is_inactive() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        for at in 0..scene.token.len() {
            for other in replacements(scene.token.as_bytes()[at]) {
                let mut mutated = scene.token.clone().into_bytes();
                mutated[at] = other;
                scene.assert_inactive(&String::from_utf8(mutated).unwrap()).await;
            }
        }
        scene.assert_active().await;
    })
    .await;
}

/// Each of its six bits flipped, the other letter case, and characters with a meaning in other encodings.
fn replacements(was: u8) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut others = vec![b'.', b'=', b'+', b'/', b' '];
    if let Some(value) = ALPHABET.iter().position(|byte| *byte == was) {
        others.extend((0..6).map(|bit| ALPHABET[value ^ (1 << bit)]));
    }
    if was.is_ascii_alphabetic() {
        others.push(was ^ 0x20);
    }
    others.retain(|other| *other != was);
    others
}

#[tokio::test]
async fn a_truncated_token_is_inactive() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        for length in 1..scene.token.len() {
            scene.assert_inactive(&scene.token[..length]).await;
            scene.assert_inactive(&scene.token[length..]).await;
        }
        scene.assert_active().await;
    })
    .await;
}

#[tokio::test]
async fn a_token_with_a_character_left_out_or_put_in_is_inactive() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        for at in 0..scene.token.len() {
            let (before, after) = scene.token.split_at(at);
            scene.assert_inactive(&format!("{before}{}", &after[1..])).await;
            for more in ["A", " ", "=", "."] {
                scene.assert_inactive(&format!("{before}{more}{after}")).await;
            }
        }
        scene.assert_active().await;
    })
    .await;
}

#[tokio::test]
async fn an_extended_token_is_inactive() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        let token = &scene.token;
        for more in ["A", "AAAA", "=", "==", ".", "..", ".e30", " ", "%20", "\u{a0}"] {
            scene.assert_inactive(&format!("{token}{more}")).await;
            scene.assert_inactive(&format!("{more}{token}")).await;
        }
        for prefix in ["jtnat_", "jtnsk_", "Bearer ", "eyJ9."] {
            scene.assert_inactive(&format!("{prefix}{token}")).await;
        }
        scene.assert_inactive(&format!("{token}{token}")).await;
        let broken = scene.world.introspect(&scene.client, &format!("{token}\n")).await;
        broken.refused(400, "invalid_request");
        scene.assert_active().await;
    })
    .await;
}

#[tokio::test]
async fn a_token_in_another_spelling_is_inactive() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        let token = &scene.token;
        let spellings = [
            token.to_ascii_lowercase(),
            token.to_ascii_uppercase(),
            token.replace('-', "+").replace('_', "/"),
            token.replacen("jtnat_", "jtnat/", 1),
            token.replacen("jtnat_", "jtnsk_", 1),
            token.replacen("jtnat_", "JTNAT_", 1),
            token.replacen("jtnat_", "", 1),
            token.chars().rev().collect(),
        ];
        for spelling in spellings.into_iter().filter(|spelling| spelling != token) {
            scene.assert_inactive(&spelling).await;
        }
        scene.assert_active().await;
    })
    .await;
}

#[tokio::test]
async fn a_mutation_is_inactive_also_after_the_token_itself_was_seen() {
    in_both_formats(async |world| {
        let scene = scene(world).await;
        scene.assert_active().await;
        let last = if scene.token.ends_with('A') { "B" } else { "A" };
        scene.assert_inactive(&format!("{}{last}", &scene.token[..scene.token.len() - 1])).await;
        scene.assert_active().await;
    })
    .await;
}
