//! Administrators who make one change after the other, with commands.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::accounts::{Account, RESOURCE};
use crate::commands::CommandFailure;
use crate::site::Administration;

/// Administrators at work. Each creates accounts and disables every second one. The first also rotates a key now and then.
pub(crate) struct Administrators {
    stop: watch::Sender<bool>,
    work: JoinSet<Changes>,
}

/// The changes of administrators.
#[derive(Default)]
pub(crate) struct Changes {
    /// Accounts whose creation was acknowledged, and that were not touched since.
    pub(crate) created: Vec<Account>,
    /// Accounts whose disabling was acknowledged.
    pub(crate) disabled: Vec<Account>,
    /// When each creation was acknowledged.
    pub(crate) acknowledged: Vec<Instant>,
    /// Rotations that were acknowledged.
    pub(crate) rotations: usize,
    /// Commands that failed because the database was unavailable.
    pub(crate) unavailable: usize,
    /// Commands that failed for another reason, which no fault must cause.
    pub(crate) wrong: Vec<String>,
}

impl Administrators {
    /// Starts the work. Names of accounts begin with `prefix`.
    pub(crate) fn start(administration: &Administration, prefix: &'static str) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut work = JoinSet::new();
        for administrator in 0..ADMINISTRATORS {
            let (administration, stopped) = (administration.clone(), stopped.clone());
            work.spawn(async move {
                let mut changes = Changes::default();
                let mut number = 0;
                while !*stopped.borrow() {
                    number += 1;
                    let name = format!("{prefix} {administrator} {number}");
                    changes.make(&administration, &name, number % 2 == 0).await;
                    if administrator == 0 && number % 5 == 0 {
                        changes.rotate(&administration).await;
                    }
                    sleep(PAUSE).await;
                }
                changes
            });
        }
        Self { stop, work }
    }

    /// Stops each after the current command.
    pub(crate) async fn stop(self) -> Changes {
        self.stop.send_replace(true);
        self.work.join_all().await.into_iter().fold(Changes::default(), Changes::and)
    }
}

impl Changes {
    /// Creates an account, and may disable it then. A change that was not acknowledged may have been made or not.
    async fn make(&mut self, administration: &Administration, name: &str, disable: bool) {
        let create = ["account", "create", name, "--resource", RESOURCE, "--scope", jeton_bench::SCOPE];
        let account = match administration.run(&create).await {
            Ok(made) => Account::of(&made),
            Err(failure) => return self.failed(&failure),
        };
        self.acknowledged.push(Instant::now());
        let Some(account) = account else { return self.wrong.push("a new account has no secret".to_owned()) };
        if !disable {
            return self.created.push(account);
        }
        match administration.run(&["account", "disable", &account.client_id]).await {
            Ok(_) => self.disabled.push(account),
            Err(failure) => self.failed(&failure),
        }
    }

    async fn rotate(&mut self, administration: &Administration) {
        match administration.run(&["key", "rotate", "--kind", "ES256", "--force"]).await {
            Ok(_) => self.rotations += 1,
            // A node changed the keys at the same time.
            Err(failure) if failure.code == CONFLICT => {}
            Err(failure) => self.failed(&failure),
        }
    }

    fn failed(&mut self, failure: &CommandFailure) {
        if failure.code == UNAVAILABLE {
            self.unavailable += 1;
        } else {
            self.wrong.push(failure.to_string());
        }
    }

    fn and(mut self, other: Self) -> Self {
        self.created.extend(other.created);
        self.disabled.extend(other.disabled);
        self.acknowledged.extend(other.acknowledged);
        self.rotations += other.rotations;
        self.unavailable += other.unavailable;
        self.wrong.extend(other.wrong);
        self
    }

    /// How long after `since` the first account was created.
    pub(crate) fn first_after(&self, since: Instant) -> Option<Duration> {
        self.acknowledged.iter().filter_map(|at| at.checked_duration_since(since)).min()
    }
}

/// Exit codes.
const CONFLICT: i32 = 4;
const UNAVAILABLE: i32 = 7;
const ADMINISTRATORS: usize = 3;
/// Between two changes.
const PAUSE: Duration = Duration::from_millis(20);
