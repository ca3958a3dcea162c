//! A simulated request is checked like a real one, and writes nothing.

use jeton_core::admin::{NewAccount, SimulatedRequest};
use jeton_core::model::{CallerAddress, TenantName};
use jeton_core::{ClientFault, ExplainRefusals as _, HiddenClientFault, Refusal, ScopePolicy, SecretCheck};
use jeton_server::{Explanation, OperatorExplanations, start::settings};

use super::explained;
use crate::support::{API, World};

#[tokio::test]
async fn a_simulation_and_a_request_are_refused_with_the_same_explanation() {
    let world = World::new().await;
    let network = vec!["203.0.113.0/24".parse().unwrap()];
    let client = world.create(NewAccount { allow_cidr: network, ..world.new_account() }).await;
    let inside = Some("203.0.113.7");
    for (from, scope, resource) in [
        (Some("192.0.2.1"), None, None),
        (inside, Some("admin unheard:of"), None),
        (inside, Some("admin"), Some(API)),
        (inside, Some("a\"b"), None),
        (inside, None, Some("https://api.example.com")),
        (inside, None, Some("relative")),
    ] {
        let asked = [("scope", scope), ("resource", resource)];
        let asked: Vec<_> = asked.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let call = world.token_call(&client, &asked).from(from.unwrap());
        let real = explained(&world, &call.send().await).await;
        let request = SimulatedRequest {
            secret: None,
            scope: scope.map(str::to_owned),
            resource: resource.map(str::to_owned),
            from: from.map(|address| address.parse().unwrap()),
        };
        let simulation = world.admin.simulate(&settings(&world.config), &client.id, &request).await;
        let refusal = simulation.unwrap().1.unwrap_err();
        let simulated = Explanation::of_refusal(&refusal, Some(&client.id), world.admin.now());
        let simulated = serde_json::to_value(&simulated).unwrap();
        for (member, value) in simulated.as_object().unwrap() {
            assert_eq!(&real[member], value, "{member}");
        }
    }
}

#[tokio::test]
async fn a_simulation_without_a_secret_says_nothing_about_one() {
    let world = World::new().await;
    let client = world.client().await;
    let id = client.id.parse().unwrap();
    let allowed = vec!["203.0.113.0/24".parse().unwrap()];
    let tenant: TenantName = "buyer".parse().unwrap();
    for fault in [
        HiddenClientFault::DisabledAccount,
        HiddenClientFault::ExpiredAccount { at: world.admin.now() },
        HiddenClientFault::DisabledTenant(tenant.clone()),
        HiddenClientFault::AccountsDenied(tenant),
        HiddenClientFault::AddressNotAllowed { address: CallerAddress::Unknown, allowed: allowed.clone() },
        HiddenClientFault::AddressNotAllowed { address: "192.0.2.1".parse().unwrap(), allowed },
    ] {
        let refusal = Refusal::from(ClientFault::Hidden(fault));
        let why = |secret| OperatorExplanations.explain_refusal(&refusal, &id, secret, world.admin.now()).why;
        let (with, without) = (why(SecretCheck::Passed), why(SecretCheck::Skipped));
        assert!(!without.contains("secret") && without.starts_with("The "), "{without}");
        assert_eq!(with, without.replacen("The", "The secret is correct, but the", 1));
    }
}

#[tokio::test]
async fn a_simulated_scope_of_only_spaces_counts_as_absent() {
    let world = World::new().await;
    let client = world.client().await;
    let request = SimulatedRequest { scope: Some("  ".to_owned()), ..Default::default() };
    let simulation = world.admin.simulate(&settings(&world.config), &client.id, &request).await.unwrap();
    assert_eq!(simulation.1.unwrap().scope.to_string(), "read:me write:me");
}

#[tokio::test]
async fn a_simulation_writes_nothing() {
    let world = World::new().await;
    let client = world.client().await;
    let position = async || world.admin.store().find_catalog().await.unwrap().position;
    let before = position().await;
    let mut settings = settings(&world.config);
    for policy in [ScopePolicy::Narrow, ScopePolicy::Exact] {
        settings.scope_policy = policy;
        let request = SimulatedRequest { scope: Some("read:me admin".to_owned()), ..Default::default() };
        let outcome = world.admin.simulate(&settings, &client.id, &request).await.unwrap().1;
        assert_eq!(outcome.is_ok(), policy == ScopePolicy::Narrow);
    }
    assert_eq!(position().await, before);
    world.admin.disable_account(&client.id).await.unwrap();
    assert_ne!(position().await, before, "a write changes the sequence");
}
