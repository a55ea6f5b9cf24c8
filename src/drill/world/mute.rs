//! Mute rules: stretches of time in which alarms change state and run no actions.

use jiff::{Timestamp, tz::TimeZone};

use super::shift;
use crate::drill::script::account::{Account, MuteRule};

/// One rule.
#[derive(Debug, Clone)]
pub(crate) struct Mute {
    /// Its name.
    pub(crate) name: String,
    /// Where.
    pub(crate) region: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// Why.
    pub(crate) about: String,
    /// Names of the alarms.
    pub(crate) alarms: Vec<String>,
    /// When it starts.
    pub(crate) from: Timestamp,
    /// When it is over.
    pub(crate) to: Timestamp,
    /// Seconds it lasts.
    pub(crate) lasts: i64,
    /// Of its schedule.
    pub(crate) timezone: String,
}

impl Mute {
    /// As its file says.
    pub(crate) fn new(file: &MuteRule, all: &Account, origin: Timestamp) -> Self {
        let from = shift(origin, file.from.0);
        // Schedules know minutes, not seconds.
        let from = shift(from, -from.as_second().rem_euclid(60));
        Self {
            name: file.name.clone(),
            region: all.region.clone(),
            arn: format!("arn:aws:cloudwatch:{}:{}:alarm-mute-rule:{}", all.region, all.id, file.name),
            about: file.about.clone(),
            alarms: file.alarms.clone(),
            from,
            to: shift(from, file.lasts.0),
            lasts: file.lasts.0,
            timezone: file.timezone.clone(),
        }
    }

    /// `SCHEDULED`, `ACTIVE` or `EXPIRED` at a moment.
    pub(crate) fn status(&self, now: Timestamp) -> &'static str {
        if now < self.from {
            "SCHEDULED"
        } else if now < self.to {
            "ACTIVE"
        } else {
            "EXPIRED"
        }
    }

    /// Whether it mutes an alarm at a moment.
    pub(crate) fn mutes(&self, alarm: &str, at: Timestamp) -> bool {
        self.status(at) == "ACTIVE" && self.alarms.iter().any(|name| name == alarm)
    }

    /// `at(2026-05-01T04:00)` in its own time zone.
    pub(crate) fn expression(&self) -> String {
        let zone = TimeZone::get(&self.timezone).unwrap_or(TimeZone::UTC);
        format!("at({})", self.from.to_zoned(zone).strftime("%Y-%m-%dT%H:%M"))
    }

    /// `PT8H`, `PT90M`.
    pub(crate) fn duration(&self) -> String {
        if self.lasts % 3600 == 0 {
            format!("PT{}H", self.lasts / 3600)
        } else {
            format!("PT{}M", self.lasts / 60)
        }
    }
}
