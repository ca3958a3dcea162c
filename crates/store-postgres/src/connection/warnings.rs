//! Notices warnings of the server during a call.
//!
//! A commit that waits for a synchronous standby can be cancelled by an operator. The server then reports success, together
//! with a warning that the standby may lack the commit. sqlx only logs warnings, so they are taken from its log.

use std::cell::RefCell;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::LazyLock;

use tracing::dispatcher::{Dispatch, with_default};
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

/// The result of a call.
#[derive(Debug)]
pub(crate) struct Watched<T> {
    pub(crate) value: T,
    /// The text of the first warning.
    pub(crate) warning: Option<String>,
}

/// Runs a call of sqlx. Its other log messages are dropped.
pub(crate) async fn watched<T>(call: impl Future<Output = T>) -> Watched<T> {
    let mut call = pin!(call);
    let mut warning = None;
    let value = poll_fn(|context| {
        let polled = with_default(&WATCHER, || call.as_mut().poll(context));
        warning = warning.take().or(WARNING.take());
        polled
    })
    .await;
    Watched { value, warning }
}

thread_local! {
    /// The warning that was logged on this thread since the last look. A call is polled by one thread at a time.
    static WARNING: RefCell<Option<String>> = const { RefCell::new(None) };
}

static WATCHER: LazyLock<Dispatch> = LazyLock::new(|| Dispatch::new(Watcher));

/// Sees only sqlx's log of the server's warnings.
struct Watcher;

impl Subscriber for Watcher {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == NOTICES && *metadata.level() <= Level::WARN
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::WARN)
    }

    fn event(&self, event: &Event<'_>) {
        let mut message = Message::default();
        event.record(&mut message);
        WARNING.with_borrow_mut(|warning| {
            warning.get_or_insert(message.0);
        });
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.0);
        }
    }
}

const NOTICES: &str = "sqlx::postgres::notice";
