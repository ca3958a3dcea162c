//! Compares the clock of the database server with the one of this process.
//!
//! Announcements carry a time of the server's clock, because the clocks of two nodes may differ by more than an
//! announcement takes.

use std::time::Duration;

use tokio::time::Instant;

/// A moment by both clocks.
#[derive(Debug, Clone, Copy)]
pub(super) struct ServerClock {
    here: Instant,
    /// Microseconds since 1970.
    there: i64,
}

impl ServerClock {
    /// The server said that its time is `there`, at some moment between `asked` and now. The middle of that time is wrong
    /// by at most half of it.
    pub(super) fn read_since(asked: Instant, there: i64) -> Self {
        Self { here: asked + asked.elapsed() / 2, there }
    }

    /// The time of this process's clock at which the server's clock had this many microseconds. Now, if it is not known or
    /// in the future.
    pub(super) fn here(&self, there: Option<i64>) -> Instant {
        let now = Instant::now();
        let Some(since) = there.and_then(|there| there.checked_sub(self.there)) else { return now };
        let distance = Duration::from_micros(since.unsigned_abs());
        let here = if since < 0 { self.here.checked_sub(distance) } else { self.here.checked_add(distance) };
        here.map_or(now, |here| here.min(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_time_of_the_servers_clock_is_one_of_this_process() {
        let asked = Instant::now();
        tokio::time::advance(Duration::from_millis(10)).await;
        let clock = ServerClock::read_since(asked, 5_000_000);
        let middle = asked + Duration::from_millis(5);
        assert_eq!(clock.here(Some(5_000_000)), middle);
        tokio::time::advance(Duration::from_secs(2)).await;
        assert_eq!(clock.here(Some(6_000_000)), middle + Duration::from_secs(1));
        assert_eq!(clock.here(Some(4_999_000)), middle - Duration::from_millis(1));
    }

    #[tokio::test(start_paused = true)]
    async fn a_time_that_cannot_be_right_is_now() {
        let clock = ServerClock::read_since(Instant::now(), 5_000_000);
        tokio::time::advance(Duration::from_secs(1)).await;
        for there in [None, Some(7_000_000), Some(i64::MAX), Some(i64::MIN)] {
            assert_eq!(clock.here(there), Instant::now(), "{there:?}");
        }
    }
}
