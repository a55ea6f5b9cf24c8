//! Every setting, once: its name in the file, what it may be, how it is set and shown.

use std::{path::PathBuf, time::Duration};

use clap::ValueEnum;
use toml::de::DeValue;

use super::{Config, backups, sections};
use crate::{
    input::keymap::Preset,
    panes::{PaneId, PaneSpec},
    severity::Severity,
    text::duration,
};

/// A pane is not fetched more often than this, whatever is configured: AWS's limits are shared by all who are on call.
pub const SHORTEST_INTERVAL: Duration = Duration::from_secs(5);

/// A setting.
#[derive(Debug)]
pub struct Setting {
    /// Its dotted name in the file.
    pub key: &'static str,
    /// What it may be, in a form that needs no language.
    pub wanted: &'static str,
    /// Sets it, or `None` when the value will not do.
    pub set: fn(&mut Config, &DeValue<'_>) -> Option<()>,
    /// Its value as TOML; `None` when it is not set.
    pub show: fn(&Config) -> Option<String>,
}

/// What an interval may be.
pub const INTERVAL: &str = "\"30s\", \"5m\", … (≥ 5s)";
pub(super) const SPAN: &str = "\"200ms\", \"30s\", \"5m\", …";
const SWITCH: &str = "true | false";
pub(super) const TEXTS: &str = "[\"…\", …]";

/// All settings, in the order of the template. The intervals of the panes are beside them; see [`interval_key`].
pub static SETTINGS: [Setting; 26] = [
    Setting {
        key: "profiles",
        wanted: TEXTS,
        set: |c, v| texts(v).map(|v| c.profiles = v),
        show: |c| some_texts(&c.profiles),
    },
    Setting {
        key: "regions",
        wanted: TEXTS,
        set: |c, v| texts(v).map(|v| c.regions = v),
        show: |c| some_texts(&c.regions),
    },
    Setting {
        key: "endpoint_url",
        wanted: "\"http://…\" | \"https://…\"",
        set: |c, v| text(v).filter(|v| is_url(v)).map(|v| c.endpoint_url = Some(v)),
        show: |c| c.endpoint_url.as_deref().map(quote),
    },
    Setting {
        key: "lang",
        wanted: "\"en\" | \"ja\"",
        set: |c, v| choice(v).map(|v| c.lang = Some(v)),
        show: |c| c.lang.as_ref().map(name),
    },
    Setting {
        key: "utc",
        wanted: SWITCH,
        set: |c, v| v.as_bool().map(|v| c.utc = v),
        show: |c| Some(c.utc.to_string()),
    },
    Setting {
        key: "color",
        wanted: "\"auto\" | \"always\" | \"never\"",
        set: |c, v| choice(v).map(|v| c.color = v),
        show: |c| Some(name(&c.color)),
    },
    Setting {
        key: "ascii",
        wanted: SWITCH,
        set: |c, v| v.as_bool().map(|v| c.ascii = v),
        show: |c| Some(c.ascii.to_string()),
    },
    Setting {
        key: "notify",
        wanted: "\"off\" | \"bell\" | \"desktop\" | \"both\"",
        set: |c, v| choice(v).map(|v| c.notify = v),
        show: |c| Some(name(&c.notify)),
    },
    Setting {
        key: "log_level",
        wanted: "\"off\" | \"error\" | \"warn\" | \"info\" | \"debug\" | \"trace\"",
        set: |c, v| choice(v).map(|v| c.log_level = v),
        show: |c| Some(name(&c.log_level)),
    },
    Setting {
        key: "data_dir",
        wanted: "\"/…\"",
        set: |c, v| text(v).map(|v| c.data_dir = Some(PathBuf::from(v))),
        show: |c| c.data_dir.as_ref().map(|p| quote(&p.to_string_lossy())),
    },
    Setting {
        key: "incident.operator",
        wanted: "\"ines\"",
        set: |c, v| text(v).map(|v| c.operator = Some(v)),
        show: |c| c.operator.as_deref().map(quote),
    },
    Setting {
        key: "keymap.preset",
        wanted: "\"default\" | \"vim\" | \"emacs\"",
        set: |c, v| v.as_str().and_then(Preset::parse).map(|v| c.keymap.preset = v),
        show: |c| Some(quote(c.keymap.preset.name())),
    },
    Setting {
        key: "keymap.file",
        wanted: "\"keymap.toml\"",
        set: |c, v| text(v).map(|v| c.keymap.file = Some(PathBuf::from(v))),
        show: |c| c.keymap.file.as_ref().map(|p| quote(&p.to_string_lossy())),
    },
    Setting {
        key: "timeouts.connect",
        wanted: SPAN,
        set: |c, v| limit(v).map(|v| c.timeouts.connect = v),
        show: |c| Some(span(c.timeouts.connect)),
    },
    Setting {
        key: "timeouts.attempt",
        wanted: SPAN,
        set: |c, v| limit(v).map(|v| c.timeouts.attempt = v),
        show: |c| Some(span(c.timeouts.attempt)),
    },
    Setting {
        key: "timeouts.operation",
        wanted: SPAN,
        set: |c, v| limit(v).map(|v| c.timeouts.operation = v),
        show: |c| Some(span(c.timeouts.operation)),
    },
    Setting {
        key: "thresholds.board",
        wanted: "\"low\" | \"medium\" | \"high\" | \"critical\"",
        set: |c, v| worth(v).map(|v| c.thresholds.board = v),
        show: |c| Some(quote(c.thresholds.board.word())),
    },
    Setting {
        key: "thresholds.insufficient_data",
        wanted: SPAN,
        set: |c, v| limit(v).map(|v| c.thresholds.insufficient_data = v),
        show: |c| Some(span(c.thresholds.insufficient_data)),
    },
    Setting {
        key: "thresholds.flapping_changes",
        wanted: "1, 2, 3, …",
        set: |c, v| count(v).map(|v| c.thresholds.flapping_changes = v),
        show: |c| Some(c.thresholds.flapping_changes.to_string()),
    },
    Setting {
        key: "thresholds.image_age_days",
        wanted: "1, 2, 3, …",
        set: |c, v| count(v).map(|v| c.thresholds.image_age_days = v.into()),
        show: |c| Some(c.thresholds.image_age_days.to_string()),
    },
    Setting {
        key: "thresholds.critical_patches",
        wanted: "1, 2, 3, …",
        set: |c, v| count(v).map(|v| c.thresholds.critical_patches = v),
        show: |c| Some(c.thresholds.critical_patches.to_string()),
    },
    Setting {
        key: "thresholds.patch_scan_days",
        wanted: "1, 2, 3, …",
        set: |c, v| count(v).map(|v| c.thresholds.patch_scan_days = v.into()),
        show: |c| Some(c.thresholds.patch_scan_days.to_string()),
    },
    Setting {
        key: "backups.rpo",
        wanted: SPAN,
        set: |c, v| limit(v).map(|v| c.thresholds.backups.rpo = v),
        show: |c| Some(span(c.thresholds.backups.rpo)),
    },
    Setting {
        key: "backups.rpo_by_type",
        wanted: backups::BY_TYPE,
        set: |c, v| backups::by_type(v).map(|v| c.thresholds.backups.rpo_by_type = v),
        show: |c| backups::show_by_type(&c.thresholds.backups.rpo_by_type),
    },
    Setting {
        key: "backups.rpo_tag",
        wanted: "\"rpo\"",
        set: |c, v| text(v).map(|v| c.thresholds.backups.rpo_tag = v),
        show: |c| Some(quote(&c.thresholds.backups.rpo_tag)),
    },
    Setting {
        key: "backups.exempt_tags",
        wanted: backups::TAGS,
        set: |c, v| texts(v).and_then(backups::tags).map(|v| c.thresholds.backups.exempt_tags = v),
        show: |c| {
            let tags = backups::show_tags(&c.thresholds.backups.exempt_tags);
            Some(some_texts(&tags).unwrap_or_else(|| "[]".to_owned()))
        },
    },
];

/// The dotted name of a pane's interval.
pub fn interval_key(pane: &PaneSpec) -> String {
    format!("intervals.{}", pane.name.to_ascii_lowercase())
}

/// Every dotted name.
pub fn keys() -> Vec<String> {
    let intervals = PaneId::fetched().map(interval_key);
    SETTINGS.iter().map(|s| s.key.to_owned()).chain(intervals).chain(sections::keys()).collect()
}

/// Sets a setting by its dotted name. The error is what it may be.
pub(super) fn set(config: &mut Config, key: &str, value: &DeValue<'_>) -> Result<(), &'static str> {
    if let Some(setting) = SETTINGS.iter().find(|s| s.key == key) {
        return (setting.set)(config, value).ok_or(setting.wanted);
    }
    let pane = PaneId::fetched().find(|p| interval_key(p) == key);
    let span = text(value).and_then(|v| duration::parse(&v)).filter(|v| *v >= SHORTEST_INTERVAL);
    match (pane, span) {
        (Some(pane), Some(span)) => {
            config.intervals.insert(pane.id, span);
            Ok(())
        }
        _ => Err(INTERVAL),
    }
}

/// A setting's value as TOML by its dotted name; `None` when it is not set.
pub fn show(config: &Config, key: &str) -> Option<String> {
    match SETTINGS.iter().find(|s| s.key == key) {
        Some(setting) => (setting.show)(config),
        None if sections::of(key).is_some() => sections::show(config, key),
        None => PaneId::fetched().find(|p| interval_key(p) == key).map(|p| span(config.interval(p.id))),
    }
}

/// Whether a text can be an endpoint.
pub fn is_url(text: &str) -> bool {
    let host = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    host.is_some_and(|h| !h.is_empty() && !h.starts_with(['/', ':']) && !h.contains(char::is_whitespace))
}

pub(super) fn text(value: &DeValue<'_>) -> Option<String> {
    value.as_str().filter(|v| !v.is_empty()).map(str::to_owned)
}

pub(super) fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    match value.as_array() {
        Some(array) => array.iter().map(|v| text(v.get_ref())).collect(),
        None => text(value).map(|v| vec![v]),
    }
}

fn choice<T: ValueEnum>(value: &DeValue<'_>) -> Option<T> {
    value.as_str().and_then(|v| T::from_str(v, false).ok())
}

pub(super) fn limit(value: &DeValue<'_>) -> Option<Duration> {
    text(value).and_then(|v| duration::parse(&v)).filter(|v| !v.is_zero())
}

/// What is fine, or not known, is never worth a place of its own.
fn worth(value: &DeValue<'_>) -> Option<Severity> {
    let all = [Severity::Low, Severity::Medium, Severity::High, Severity::Critical];
    all.into_iter().find(|s| value.as_str() == Some(s.word()))
}

fn count(value: &DeValue<'_>) -> Option<u32> {
    value.as_integer()?.as_str().parse().ok().filter(|n| *n > 0)
}

fn name<T: ValueEnum>(value: &T) -> String {
    value.to_possible_value().map(|v| quote(v.get_name())).unwrap_or_default()
}

pub(super) fn span(value: Duration) -> String {
    quote(&duration::show(value))
}

pub(super) fn some_texts(values: &[String]) -> Option<String> {
    (!values.is_empty())
        .then(|| format!("[{}]", values.iter().map(|v| quote(v)).collect::<Vec<_>>().join(", ")))
}

/// A TOML string.
pub(super) fn quote(text: &str) -> String {
    toml::Value::from(text).to_string()
}
