//! Revocations of the same moment are written together, and each is answered by what became of it.

use std::time::Duration;

use futures_util::future::join_all;
use tokio::runtime::Builder;
use tokio::task::yield_now;

use crate::explain::reason;
use crate::support::{Answer, Client, World, at_once};

/// Clients with a token each.
async fn clients(world: &World, count: usize) -> Vec<(Client, String)> {
    let mut clients = Vec::new();
    for _ in 0..count {
        let client = world.client().await;
        let token = world.token(&client).await;
        clients.push((client, token));
    }
    clients
}

async fn revoke_all(world: &World, tokens: &[(Client, String)]) -> Vec<Answer> {
    join_all(tokens.iter().map(|(client, token)| world.revoke(client, token))).await
}

#[tokio::test]
async fn revocations_at_once_share_a_few_writes_and_leave_no_audit_record_each() {
    let world = World::new().await;
    let tokens = clients(&world, 32).await;
    let records = world.records().await.len();
    for answer in revoke_all(&world, &tokens).await {
        answer.revoked();
    }
    let groups = world.store.groups();
    assert!(groups.len() <= 3 && groups.iter().sum::<usize>() == 32, "{groups:?}");
    assert_eq!(world.records().await.len(), records);
    for (client, token) in &tokens {
        world.introspect(client, token).await.inactive();
    }
}

#[tokio::test]
async fn a_failed_write_is_503_for_all_of_the_group_and_a_later_one_succeeds() {
    let world = World::new().await;
    let tokens = clients(&world, 5).await;
    for fail in
        [|world: &World| world.store.make_unavailable(), |world: &World| world.store.lose_acknowledgements()]
    {
        fail(&world);
        for answer in revoke_all(&world, &tokens).await {
            reason_of_failure(&world, &answer).await;
        }
        world.store.restore();
        for (client, token) in &tokens {
            world.introspect(client, token).await.active();
        }
    }
    for answer in revoke_all(&world, &tokens).await {
        answer.revoked();
    }
}

async fn reason_of_failure(world: &World, answer: &Answer) {
    answer.refused(503, "temporarily_unavailable");
    reason(world, answer, "store_unavailable").await;
}

#[tokio::test]
async fn a_revocation_that_the_store_refuses_does_not_fail_others() {
    let world = World::new().await;
    let tokens = clients(&world, 5).await;
    world.store.refuse_groups();
    for answer in revoke_all(&world, &tokens).await {
        answer.revoked();
    }
    assert_eq!(world.store.groups(), [1; 5]);
}

#[tokio::test]
async fn a_write_that_panics_is_503_and_the_next_revocation_is_written() {
    let world = World::new().await;
    let tokens = clients(&world, 3).await;
    world.store.panic_once();
    for answer in revoke_all(&world, &tokens).await {
        // It may have been stored before the panic.
        answer.refused(503, "temporarily_unavailable");
        reason(&world, &answer, "outcome_unknown").await;
    }
    for answer in revoke_all(&world, &tokens).await {
        answer.revoked();
    }
}

#[tokio::test]
async fn a_caller_that_disconnects_cancels_no_revocation() {
    let world = World::new().await;
    let tokens = clients(&world, 2).await;
    let [(first, of_first), (second, of_second)] = &tokens[..] else { unreachable!() };
    let mut request = Box::pin(world.revoke(first, of_first));
    assert!(at_once(&mut request).await.is_none(), "the write takes longer");
    drop(request);
    world.revoke(second, of_second).await.revoked();
    world.introspect(first, of_first).await.inactive();
}

/// A worker ends its runtime at the stop. The others still revoke.
#[tokio::test]
async fn the_end_of_the_runtime_that_writes_does_not_stop_other_workers() {
    let world = World::new().await;
    let tokens = clients(&world, 2).await;
    let [(first, of_first), (second, of_second)] = &tokens[..] else { unreachable!() };
    world.store.hang();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let worker = Builder::new_current_thread().enable_all().build().unwrap();
            worker.block_on(async {
                let mut request = Box::pin(world.revoke(first, of_first));
                assert!(at_once(&mut request).await.is_none(), "the store hangs");
                yield_now().await;
            });
        });
    });
    world.store.restore();
    world.revoke(second, of_second).await.revoked();
    world.revoke(first, of_first).await.revoked();
}

#[tokio::test]
async fn a_full_queue_is_503_at_once_and_holds_no_more_than_a_thousand() {
    let world = World::new().await;
    let tokens = clients(&world, 8).await;
    world.store.hang();
    tokio::time::pause();
    // A caller may revoke 200 times a second. Its token is active until a revocation is written.
    let many: Vec<_> = tokens.iter().flat_map(|one| vec![one.clone(); 190]).collect();
    let began = tokio::time::Instant::now();
    let answers = revoke_all(&world, &many).await;
    assert!(began.elapsed() <= Duration::from_secs(1), "{:?}", began.elapsed());
    for answer in &answers {
        answer.refused(503, "temporarily_unavailable");
    }
    let metrics = world.operations("/metrics").await.body;
    let count = |reason: &str| {
        let series = format!("jeton_refusals_total{{reason=\"{reason}\"}} ");
        metrics.lines().find_map(|line| line.strip_prefix(&series)).unwrap().parse::<usize>().unwrap()
    };
    let (full, failed) = (count("revocations_overloaded"), count("outcome_unknown"));
    // 1,024 wait beside the group that is being written.
    assert!(full + failed == 1_520 && (1_024..=1_280).contains(&failed), "{full} {failed}");
    // Until the last group has failed.
    tokio::time::sleep(Duration::from_secs(10)).await;
    tokio::time::resume();
    world.store.restore();
    let (client, token) = &tokens[0];
    world.clock.pass(Duration::from_secs(1));
    world.revoke(client, token).await.revoked();
}
