//! When to draw: only when somebody asked, many wishes as one, and at most 30 frames a second.
//!
//! Pure: the time is passed in. The first frame after a pause is due at once, so a key press is never kept waiting.

use std::time::{Duration, Instant};

/// The least time between two frames: 30 a second, as smooth as a terminal over ssh can follow.
pub const INTERVAL: Duration = Duration::from_nanos(1_000_000_000 / 30);

/// The frame that may be due.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Frames {
    wanted: bool,
    drawn: Option<Instant>,
}

impl Frames {
    /// A first frame is wanted from the start.
    pub const fn new() -> Self {
        Self { wanted: true, drawn: None }
    }

    /// Something on the screen changed.
    pub const fn ask(&mut self) {
        self.wanted = true;
    }

    /// When to draw: `None` as long as nobody asked. A time that has passed means now.
    pub fn deadline(&self, now: Instant) -> Option<Instant> {
        self.wanted.then(|| self.drawn.map_or(now, |drawn| (drawn + INTERVAL).max(now)))
    }

    /// A frame was drawn, which answers everything asked for before it.
    pub const fn drawn(&mut self, now: Instant) {
        self.wanted = false;
        self.drawn = Some(now);
    }

    /// Waits until a frame is due; forever when nobody asked. Safe to cancel, made for a `select!` arm.
    pub async fn wait(&self) {
        match self.deadline(Instant::now()) {
            Some(at) => tokio::time::sleep_until(at.into()).await,
            None => std::future::pending().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: Duration = Duration::from_millis(1);

    fn due(frames: &Frames, now: Instant) -> bool {
        frames.deadline(now).is_some_and(|at| at <= now)
    }

    #[test]
    fn the_first_frame_is_due_at_once_and_then_nothing_is_until_asked() {
        let start = Instant::now();
        let mut frames = Frames::new();
        assert!(due(&frames, start));
        frames.drawn(start);
        assert_eq!(frames.deadline(start + MS * 500), None);
        frames.ask();
        assert!(due(&frames, start + MS * 500), "after a pause there is no wait");
    }

    #[test]
    fn wishes_within_an_interval_are_one_frame_at_its_end() {
        let start = Instant::now();
        let mut frames = Frames::new();
        frames.drawn(start);
        for _ in 0..100 {
            frames.ask();
        }
        assert_eq!(frames.deadline(start + MS), Some(start + INTERVAL));
        assert!(!due(&frames, start + MS * 33));
        assert!(due(&frames, start + MS * 34));
        frames.drawn(start + MS * 34);
        assert!(!due(&frames, start + MS * 1000));
    }

    #[tokio::test]
    async fn waiting_without_a_wish_never_ends() {
        let mut frames = Frames::new();
        frames.wait().await;
        frames.drawn(Instant::now());
        assert!(futures::poll!(Box::pin(frames.wait())).is_pending());
    }

    proptest! {
        #[test]
        fn never_more_than_thirty_a_second(gaps in prop::collection::vec(0_u64..40, 1..400)) {
            let start = Instant::now();
            let (mut now, mut frames, mut drawn) = (start, Frames::new(), 0_u32);
            for gap in gaps {
                now += MS * u32::try_from(gap).unwrap();
                frames.ask();
                if due(&frames, now) {
                    frames.drawn(now);
                    drawn += 1;
                }
            }
            let most = (now - start).as_millis() / 33 + 1;
            prop_assert!(u128::from(drawn) <= most, "{drawn} frames in {:?}", now - start);
        }
    }
}
