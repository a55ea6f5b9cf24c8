//! CloudWatch: alarms with their mute rules and recent changes, an alarm's history, and metric series.

mod alarms;
mod convert;
mod history;
mod mute;
mod named;
mod queries;
mod series;

pub use self::{
    alarms::alarms,
    history::history,
    named::named,
    series::{series, series_counted},
};

/// What is kept of an alarm mute rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MuteRule {
    /// Its name.
    pub name: String,
    /// The alarms that it mutes while it is active (at most 100 names).
    pub alarms: Vec<String>,
}
