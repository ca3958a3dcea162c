//! No token is longer than 4,096 characters, whatever was granted.

use jeton_core::admin::{AccountImport, AdminError, NewResource, ResourceUpdate};
use jeton_core::model::{Algorithm, TokenFormat};
use jeton_core::{IfDigestShaped, MigratedSecret};
use jeton_protocol::{PresentedSecret, ScopeName};

use crate::support::{Client, Setup, World, granted_on, resource, uri};

const LONG: &str = "https://long.example.com/api";
/// The maximum number of characters of the URI and all scopes of a resource together.
const MAX_RESOURCE_CHARS: usize = 1_600;
/// The maximum number of characters of an issuer.
const MAX_ISSUER_CHARS: usize = 255;

/// A region with the longest possible issuer.
async fn world() -> World {
    let issuer =
        format!("https://{}.example.com", "i".repeat(MAX_ISSUER_CHARS - "https://.example.com".len()));
    World::set_up(Setup { issuer: issuer.leak(), ..Setup::default() }).await
}

/// A resource whose first scope implies all others; its URI and scopes have `length` characters together.
fn of_length(length: usize) -> NewResource {
    let names: Vec<String> = (100..150).map(|number| format!("scope-number-{number}")).collect();
    let short: usize = names.iter().map(|name| name.len() + 1).sum::<usize>() + LONG.len();
    let longest = "z".repeat(length - short - 1);
    let names = names.iter().chain([&longest]).map(|name| (name.parse().unwrap(), String::new()));
    let names: Vec<(ScopeName, String)> = names.collect();
    let first = names[0].0.clone();
    let implies = names[1..].iter().map(|(name, _)| (first.clone(), name.clone())).collect();
    NewResource { scopes: names, implies, ..resource(LONG) }
}

fn too_long(error: &AdminError) {
    assert!(matches!(error, AdminError::Invalid(_)), "{error}");
    assert!(error.to_string().contains("too long for a token"), "{error}");
}

/// An account with the longest possible client id.
async fn client_with_longest_id(world: &World) -> Client {
    let client = world.client().await;
    world.recreate_with_id(&client, &"c".repeat(255)).await
}

#[tokio::test]
async fn a_token_with_everything_at_its_longest_is_issued_in_each_format_and_algorithm() {
    let world = world().await;
    let client = client_with_longest_id(&world).await;
    world.admin.create_resource(of_length(MAX_RESOURCE_CHARS)).await.unwrap();
    world.admin.grant(&client.id, &granted_on(LONG, "scope-number-100")).await.unwrap();
    for format in TokenFormat::ALL {
        for algorithm in Algorithm::ALL {
            let update = ResourceUpdate {
                token_format: Some(format),
                algorithm: Some(algorithm),
                ..ResourceUpdate::default()
            };
            world.admin.update_resource(&uri(LONG), &update).await.unwrap();
            world.follow().await;
            let answer = world.ask(&client, &[("resource", LONG)]).await;
            assert_eq!(answer.scope().split(' ').count(), 51);
            world.introspect(&client, &answer.token()).await.active();
        }
    }
}

#[tokio::test]
async fn a_resource_with_one_more_character_is_refused_on_creation_and_on_update() {
    let world = world().await;
    too_long(&world.admin.create_resource(of_length(MAX_RESOURCE_CHARS + 1)).await.unwrap_err());
    world.admin.create_resource(of_length(MAX_RESOURCE_CHARS)).await.unwrap();
    let update =
        ResourceUpdate { scopes: vec![("a".parse().unwrap(), String::new())], ..ResourceUpdate::default() };
    too_long(&world.admin.update_resource(&uri(LONG), &update).await.unwrap_err());
    let long_uri = format!("{LONG}/{}", "u".repeat(950));
    let half = NewResource { uri: uri(&long_uri), ..of_length(MAX_RESOURCE_CHARS / 2 + 300) };
    too_long(&world.admin.create_resource(half).await.unwrap_err());
}

#[tokio::test]
async fn a_grant_to_an_account_whose_id_and_tenant_are_too_long_together_is_refused() {
    let world = World::new().await;
    world.admin.create_resource(of_length(MAX_RESOURCE_CHARS)).await.unwrap();
    // 2 × 255 and `default` are 517 of 600; a quotation mark is two characters in JSON.
    for (id, fits) in [
        ("c".repeat(255), true),
        (format!("{}{}", "c".repeat(214), "\"".repeat(41)), true),
        (format!("{}{}", "c".repeat(213), "\"".repeat(42)), false),
        ("\"".repeat(255), false),
    ] {
        let client = world.client().await;
        let client = world.recreate_with_id(&client, &id).await;
        match world.admin.grant(&client.id, &granted_on(LONG, "scope-number-100")).await {
            Ok(_) => assert!(fits, "{id}"),
            Err(error) => {
                assert!(!fits, "{id}");
                too_long(&error);
            }
        }
    }
}

#[tokio::test]
async fn an_account_whose_id_and_tenant_are_too_long_together_is_not_imported() {
    let world = World::new().await;
    let import = |id: String| AccountImport {
        client_id: id.parse().unwrap(),
        account: world.new_account(),
        expires_at: None,
        more_entitlements: Vec::new(),
        secret: MigratedSecret::parse(
            PresentedSecret::new("a-secret-of-another-server".to_owned()),
            IfDigestShaped::Refuse,
        )
        .unwrap(),
    };
    world.admin.import_account(&import("c".repeat(255))).await.unwrap();
    too_long(&world.admin.import_account(&import("\"".repeat(255))).await.unwrap_err());
}
