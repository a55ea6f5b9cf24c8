//! What is left of a suspicion for the time that went by.

use jiff::SignedDuration;

use crate::text::{age, sentence::Sentence};

/// A cause this long before the symptom counts half.
const HALF: SignedDuration = SignedDuration::from_hours(8);
/// Clocks and metric periods differ: what happened so shortly after an alarm's time may still be its cause.
pub(super) const SLACK: SignedDuration = SignedDuration::from_secs(60);

/// What is left of a score for the time that went by before the symptom: 0 to 1, none when it cannot have been the cause.
pub fn timely(before: SignedDuration) -> Option<f64> {
    if before < -SLACK {
        return None;
    }
    if before < SignedDuration::ZERO {
        return Some(0.6);
    }
    Some(1.0 / (1.0 + before.as_secs_f64() / HALF.as_secs_f64()))
}

/// After how long so much is left, from nothing to 1: the inverse of [`timely`].
pub fn until(left: f64) -> SignedDuration {
    if left >= 1.0 {
        return SignedDuration::ZERO;
    }
    let secs = HALF.as_secs_f64() * (1.0 / left.max(f64::EPSILON) - 1.0);
    SignedDuration::try_from_secs_f64(secs).unwrap_or(SignedDuration::MAX)
}

pub(super) fn reason(before: SignedDuration) -> Sentence {
    let (key, span) =
        if before.is_negative() { ("cause.after", before.abs()) } else { ("cause.before", before) };
    Sentence::new(key).with("age", age::short(span.as_secs()))
}
