//! What a backup has to fulfil: the recovery point objective (RPO), by tag, by type, or at all, and what is exempt.

use std::time::Duration;

use toml::de::DeValue;

use super::source::items;
use crate::text::duration;

/// The settings of the table `[backups]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BackupRules {
    /// How old the last good backup of anything may be.
    pub rpo: Duration,
    /// The same for one type, as AWS Backup (`RDS`) or CloudFormation (`AWS::RDS::DBInstance`) calls it.
    pub rpo_by_type: Vec<(String, Duration)>,
    /// The tag that says so for one instance or volume, e.g. `rpo=4h`.
    pub rpo_tag: String,
    /// Tags that say that no backup is wanted: key, and value unless any will do.
    pub exempt_tags: Vec<(String, Option<String>)>,
}

impl Default for BackupRules {
    fn default() -> Self {
        Self {
            rpo: Duration::from_hours(24),
            rpo_by_type: Vec::new(),
            rpo_tag: "rpo".to_owned(),
            exempt_tags: vec![("backup".to_owned(), Some("none".to_owned()))],
        }
    }
}

/// What `exempt_tags` may be.
pub(super) const TAGS: &str = "[\"backup=none\", …]";
/// What `rpo_by_type` may be.
pub(super) const BY_TYPE: &str = "{ RDS = \"4h\", … }";

/// Reads `{ RDS = "4h", … }`; `None` when a value is no span of time.
pub(super) fn by_type(value: &DeValue<'_>) -> Option<Vec<(String, Duration)>> {
    let entry = |key: &str, value: &DeValue<'_>| {
        let span = duration::parse(value.as_str()?).filter(|span| !span.is_zero())?;
        (!key.is_empty()).then(|| (key.to_owned(), span))
    };
    items(value.as_table()?).into_iter().map(|item| entry(item.key, item.value)).collect()
}

/// As [`by_type`] reads it; `None` when there is none.
pub(super) fn show_by_type(rules: &[(String, Duration)]) -> Option<String> {
    let entry = |(key, span): &(String, Duration)| {
        format!("{} = {}", super::settings::quote(key), super::settings::quote(&duration::show(*span)))
    };
    (!rules.is_empty()).then(|| format!("{{ {} }}", rules.iter().map(entry).collect::<Vec<_>>().join(", ")))
}

/// Reads `KEY=VALUE`, or `KEY` for any value.
pub(super) fn tags(texts: Vec<String>) -> Option<Vec<(String, Option<String>)>> {
    let tag = |text: String| match text.split_once('=') {
        Some((key, value)) => (!key.is_empty()).then(|| (key.to_owned(), Some(value.to_owned()))),
        None => Some((text, None)),
    };
    texts.into_iter().map(tag).collect()
}

/// As [`tags`] reads them.
pub(super) fn show_tags(tags: &[(String, Option<String>)]) -> Vec<String> {
    tags.iter()
        .map(|(key, value)| value.as_ref().map_or_else(|| key.clone(), |v| format!("{key}={v}")))
        .collect()
}
