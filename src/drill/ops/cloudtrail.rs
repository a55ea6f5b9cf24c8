//! CloudTrail: the event history, and the trails that deliver it to a bucket.

pub(crate) mod lookup;
pub(crate) mod trails;
