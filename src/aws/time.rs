//! Moments, between the SDK's type and ours.

use aws_smithy_types::{DateTime, date_time::Format};
use jiff::Timestamp;

/// Ours from the SDK's; none for moments outside jiff's years −9999 to 9999.
pub(super) fn from_sdk(at: &DateTime) -> Option<Timestamp> {
    let nanos = i32::try_from(at.subsec_nanos()).ok()?;
    Timestamp::new(at.secs(), nanos).ok()
}

/// The SDK's from ours.
pub(super) fn to_sdk(at: Timestamp) -> DateTime {
    DateTime::from_nanos(at.as_nanosecond()).unwrap_or_else(|_| DateTime::from_secs(at.as_second()))
}

/// From the ISO text that some EC2 fields hold instead of a typed moment (`Image.CreationDate`).
pub(super) fn from_text(text: &str) -> Option<Timestamp> {
    DateTime::from_str(text, Format::DateTime).ok().as_ref().and_then(from_sdk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_go_both_ways() -> Result<(), Box<dyn std::error::Error>> {
        let at: Timestamp = "2026-05-01T03:04:05.25Z".parse()?;
        assert_eq!(from_sdk(&to_sdk(at)), Some(at));
        assert_eq!(from_text("2026-05-01T03:04:05.250Z"), Some(at));
        assert_eq!(from_text("yesterday"), None);
        Ok(())
    }
}
