//! How often one visitor may do what costs others something: sign in, send a vote.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};

use super::failure::Failure;
use super::visitor::Visitor;

/// Visitors remembered before those are forgotten who have waited long enough.
const REMEMBERED: usize = 10_000;

/// Lets each visitor do something so often in a minute, and all of these at once.
pub(crate) struct Throttle(DefaultKeyedRateLimiter<Visitor>);

impl Throttle {
    /// So often in a minute.
    pub(crate) fn a_minute(times: u32) -> Self {
        let times = NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN);
        Self(DefaultKeyedRateLimiter::keyed(Quota::per_minute(times)))
    }

    /// Takes note of one more, or refuses it and says when to come again.
    pub(crate) fn admit(&self, visitor: Visitor) -> Result<(), Failure> {
        if self.0.len() > REMEMBERED {
            self.0.retain_recent();
        }
        self.0.check_key(&visitor).map_err(|refused| {
            let wait = refused.wait_time_from(DefaultClock::default().now());
            Failure::TooOften { wait: wait.max(Duration::from_secs(1)) }
        })
    }
}
