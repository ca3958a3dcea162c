//! A token changed in any way is inactive.

use crate::support::{Client, World};

/// Alive in a moment in which every mutation of it must not be.
async fn token() -> (World, Client, String) {
    let world = World::new().await;
    let client = world.client().await;
    let token = world.token(&client).await;
    (world, client, token)
}

#[tokio::test]
async fn a_token_with_any_one_character_replaced_is_inactive() {
    let (world, client, token) = token().await;
    for at in 0..token.len() {
        let was = token.as_bytes()[at];
        for other in replacements(was) {
            let mut mutated = token.clone().into_bytes();
            mutated[at] = other;
            let mutated = String::from_utf8(mutated).unwrap();
            world.introspect(&client, &mutated).await.inactive();
        }
    }
    world.introspect(&client, &token).await.active();
}

/// The neighbours in the base64url alphabet, which differ in the lowest and in the highest bit, the other letter case,
/// and a separator.
fn replacements(was: u8) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut others = vec![b'.', b'=', b'+'];
    if let Some(value) = ALPHABET.iter().position(|byte| *byte == was) {
        others.extend([ALPHABET[value ^ 1], ALPHABET[value ^ 32]]);
    }
    if was.is_ascii_alphabetic() {
        others.push(was ^ 0x20);
    }
    others.retain(|other| *other != was);
    others
}

#[tokio::test]
async fn a_truncated_token_is_inactive() {
    let (world, client, token) = token().await;
    for length in 1..token.len() {
        world.introspect(&client, &token[..length]).await.inactive();
        world.introspect(&client, &token[length..]).await.inactive();
    }
}

#[tokio::test]
async fn an_extended_token_is_inactive() {
    let (world, client, token) = token().await;
    for more in ["A", "=", "==", ".", "..", ".e30", " ", "%20", "\u{a0}"] {
        world.introspect(&client, &format!("{token}{more}")).await.inactive();
        world.introspect(&client, &format!("{more}{token}")).await.inactive();
    }
    world.introspect(&client, &format!("{token}{token}")).await.inactive();
    world.introspect(&client, &format!("{token}\n")).await.refused(400, "invalid_request");
}

#[tokio::test]
async fn a_token_in_another_letter_case_is_inactive() {
    let (world, client, token) = token().await;
    world.introspect(&client, &token.to_ascii_lowercase()).await.inactive();
    world.introspect(&client, &token.to_ascii_uppercase()).await.inactive();
}

#[tokio::test]
async fn a_mutation_is_inactive_also_after_the_token_itself_was_seen() {
    let (world, client, token) = token().await;
    world.introspect(&client, &token).await.active();
    let last = if token.ends_with('A') { "B" } else { "A" };
    let mutated = format!("{}{last}", &token[..token.len() - 1]);
    world.introspect(&client, &mutated).await.inactive();
    world.introspect(&client, &token).await.active();
}
