//! The settings: built-in defaults < `config.toml` < environment < flags.
//!
//! One row of [`settings::SETTINGS`] per setting; reading, `toban config show` and the check for unknown names are
//! projections of it, and a test holds the template of `toban config default` to it. What is more than a value of its own
//! (the ladder, the duties) is read section by section ([`sections`]). Only [`load`] touches files.

pub mod backups;
mod duties;
mod escalation;
pub mod load;
mod sections;
pub mod settings;
pub mod source;

#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

pub use backups::BackupRules;

use crate::{
    incident::{duties::Duties, ladder::Ladder},
    input::keymap::Preset,
    panes::PaneId,
    severity::Severity,
    text::Lang,
};

/// The commented template that `toban config default` prints. Lines that begin with `#` and no space are settings.
pub const TEMPLATE: &str = include_str!("config/default.toml");

/// What counts as old, long or too much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    /// A row of a pane stands on the Board when it is at least so bad.
    pub board: Severity,
    /// An alarm in INSUFFICIENT_DATA for longer than this is marked.
    pub insufficient_data: Duration,
    /// This many state changes within an hour make an alarm flapping.
    pub flapping_changes: u32,
    /// An image older than this is marked.
    pub image_age_days: i64,
    /// This many critical patches missing on one machine are urgent.
    pub critical_patches: u32,
    /// What a patch scan older than this found is marked.
    pub patch_scan_days: i64,
    /// What a backup has to fulfil.
    pub backups: BackupRules,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            board: Severity::Medium,
            insufficient_data: Duration::from_mins(30),
            flapping_changes: 4,
            image_age_days: 180,
            critical_patches: 5,
            patch_scan_days: 7,
            backups: BackupRules::default(),
        }
    }
}

/// Time limits of one AWS operation. The SDK has none of its own but for connecting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Until a connection stands.
    pub connect: Duration,
    /// One attempt.
    pub attempt: Duration,
    /// All attempts with the pauses between them.
    pub operation: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            attempt: Duration::from_secs(10),
            operation: Duration::from_secs(30),
        }
    }
}

/// Whether to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, clap::ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never; bold, underline and reverse remain.
    Never,
}

/// What happens when something gets worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, clap::ValueEnum)]
pub enum Notify {
    /// Nothing beyond the screen.
    #[default]
    Off,
    /// The terminal's bell.
    Bell,
    /// A desktop notification, from terminals that can (OSC 9).
    Desktop,
    /// Bell and notification.
    Both,
}

impl Notify {
    /// Whether the bell rings.
    pub const fn rings(self) -> bool {
        matches!(self, Self::Bell | Self::Both)
    }

    /// Whether the desktop is told.
    pub const fn tells(self) -> bool {
        matches!(self, Self::Desktop | Self::Both)
    }
}

/// How much goes into the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, clap::ValueEnum)]
pub enum LogLevel {
    /// No log.
    Off,
    /// What failed.
    Error,
    /// And what is odd.
    #[default]
    Warn,
    /// And what is done.
    Info,
    /// And how.
    Debug,
    /// Everything.
    Trace,
}

impl LogLevel {
    /// As in options and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Debug => "debug",
            Self::Trace => "trace",
        }
    }
}

/// Which keys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys {
    /// The bundled preset.
    pub preset: Preset,
    /// A file on top of it; `keymap.toml` beside the configuration when it is not named.
    pub file: Option<PathBuf>,
    /// False when `--keymap PRESET` asked for a preset alone.
    pub own: bool,
}

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Config {
    /// AWS profiles; empty means what the SDK's own chain finds.
    pub profiles: Vec<String>,
    /// Regions for each profile; empty means each profile's own; `all` means every enabled one.
    pub regions: Vec<String>,
    /// Ask this endpoint instead of AWS.
    pub endpoint_url: Option<String>,
    /// The language of our own words; the locale's when it is not set.
    pub lang: Option<Lang>,
    /// Times in UTC.
    pub utc: bool,
    /// Colours.
    pub color: Color,
    /// ASCII signs only.
    pub ascii: bool,
    /// What to do when something gets worse.
    pub notify: Notify,
    /// How much to log.
    pub log_level: LogLevel,
    /// Where records are kept, when not in the usual place.
    pub data_dir: Option<PathBuf>,
    /// Who writes into records of incidents.
    pub operator: Option<String>,
    /// Which keys.
    pub keymap: Keys,
    /// Time limits.
    pub timeouts: Timeouts,
    /// How often a pane is fetched again, where it is not the pane's own interval.
    pub intervals: BTreeMap<PaneId, Duration>,
    /// What counts as old, long or too much.
    pub thresholds: Thresholds,
    /// Whom an incident goes to, and when.
    pub ladder: Ladder,
    /// Who has which part of the work.
    pub duties: Duties,
}

impl Config {
    /// How often a pane is fetched again.
    pub fn interval(&self, pane: PaneId) -> Duration {
        self.intervals.get(&pane).copied().unwrap_or(pane.spec().interval)
    }
}

/// Who set a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Origin {
    /// Nobody.
    #[default]
    Default,
    /// `config.toml`.
    File,
    /// A `TOBAN_*` variable.
    Env,
    /// An option of the command line.
    Flag,
}

impl Origin {
    /// Wording key.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Default => "config.origin.default",
            Self::File => "config.origin.file",
            Self::Env => "config.origin.env",
            Self::Flag => "config.origin.flag",
        }
    }
}
