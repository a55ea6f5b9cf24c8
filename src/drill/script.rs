//! The text of a drill: `drills/NAME.toml` (a timeline) over `drills/accounts/NAME.toml` (an account's inventory).
//!
//! Both are embedded. Everything here is as written by its author; [`super::world`] makes resources of it. Ages and
//! offsets are counted from the scenario's start: an age of `9d` is nine days before it, an offset of `12m` twelve
//! minutes into it.

pub(crate) mod account;
pub(crate) mod backups;
pub(crate) mod functions;
pub(crate) mod patching;
pub(crate) mod scaling;
pub(crate) mod span;
pub(crate) mod trail;

use serde::Deserialize;

pub(crate) use self::{account::Account, backups::Backups, patching::Patching, span::Span};
use super::DrillError;
use crate::incident::score::Expected;

/// The drills there are: name and text.
const DRILLS: &[(&str, &str)] = &[
    ("web-down", include_str!("../../drills/web-down.toml")),
    ("host-failure", include_str!("../../drills/host-failure.toml")),
    ("deploy-regression", include_str!("../../drills/deploy-regression.toml")),
    ("disk-full", include_str!("../../drills/disk-full.toml")),
    ("key-leak", include_str!("../../drills/key-leak.toml")),
];

/// The accounts that drills are set in: name and text.
const ACCOUNTS: &[(&str, &str)] = &[("shop-prod", include_str!("../../drills/accounts/shop-prod.toml"))];

/// What Systems Manager knows of each account: the account's name and text.
const PATCHING: &[(&str, &str)] =
    &[("shop-prod", include_str!("../../drills/accounts/shop-prod-patches.toml"))];

/// How each account is backed up: the account's name and text.
const BACKUPS: &[(&str, &str)] =
    &[("shop-prod", include_str!("../../drills/accounts/shop-prod-backups.toml"))];

/// What `toban drill --list` shows of a drill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScenarioInfo {
    /// The name to open it by.
    pub name: &'static str,
    /// A few words.
    pub title: String,
    /// What one will meet, in a sentence or two.
    pub summary: String,
    /// The title in Japanese.
    pub title_ja: String,
    /// The summary in Japanese.
    pub summary_ja: String,
}

/// The embedded drills, in the order in which they are best played.
pub fn scenarios() -> Vec<ScenarioInfo> {
    let info = |(name, _): &(&'static str, &str)| {
        let script = Script::load(name).ok()?;
        Some(ScenarioInfo {
            name,
            title: script.title,
            summary: script.summary,
            title_ja: script.title_ja,
            summary_ja: script.summary_ja,
        })
    };
    DRILLS.iter().filter_map(info).collect()
}

/// What is expected of whoever plays a drill.
///
/// # Errors
/// No such drill.
pub fn expected(name: &str) -> Result<Expected, DrillError> {
    Script::load(name).map(|script| script.expected)
}

/// One drill: a timeline over an account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Script {
    title: String,
    summary: String,
    title_ja: String,
    summary_ja: String,
    /// The account it is set in.
    pub(crate) account: String,
    /// The account's AWS Support plan, if it is one that opens the APIs of Health and Support.
    #[serde(default)]
    pub(crate) support_plan: Option<SupportPlan>,
    /// How far into it the console opens when nothing else is asked for.
    pub(crate) opens_at: Span,
    /// Instances that are launched in its course: their ages are negative.
    #[serde(default)]
    pub(crate) fleet: Vec<account::Fleet>,
    /// Who else calls AWS in it. One of a name that the account knows has that one's credentials.
    #[serde(default)]
    pub(crate) principal: Vec<trail::Principal>,
    /// What happens, and when.
    #[serde(default)]
    pub(crate) timeline: Vec<Beat>,
    /// What is expected of whoever plays it.
    pub(crate) expected: Expected,
}

/// An AWS Support plan that opens the APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SupportPlan {
    /// Business: down to "production system down".
    Business,
    /// Enterprise: "business-critical system down", too.
    Enterprise,
}

/// Something that happens at a moment of the scenario.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Beat {
    /// When.
    pub(crate) at: Span,
    /// In words, for the reader of the file.
    #[serde(rename = "what")]
    _what: String,
    /// What it does to metrics.
    #[serde(default)]
    pub(crate) metric: Vec<MetricEffect>,
    /// What it does to instances.
    #[serde(default)]
    pub(crate) instance: Vec<InstanceEffect>,
    /// What CloudTrail records of it.
    #[serde(default)]
    pub(crate) trail: Vec<trail::TrailEvent>,
    /// New versions of launch templates.
    #[serde(default)]
    pub(crate) template: Vec<scaling::TemplateEffect>,
    /// Instance refreshes that begin.
    #[serde(default)]
    pub(crate) refresh: Vec<scaling::RefreshEffect>,
    /// Scaling activities that nothing else tells of.
    #[serde(default)]
    pub(crate) activity: Vec<scaling::ActivityEffect>,
    /// What it does to volumes.
    #[serde(default)]
    pub(crate) volume: Vec<scaling::VolumeEffect>,
}

/// A metric leaves its everyday curve.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MetricEffect {
    /// A metric's key, or `instance/MetricName`, or `fleet/MetricName` for all of a fleet.
    pub(crate) metric: String,
    /// The value it goes to.
    #[serde(default)]
    pub(crate) to: f64,
    /// How long it takes to get there.
    #[serde(default)]
    pub(crate) over: Span,
    /// When it is over; without it, never.
    #[serde(default)]
    pub(crate) until: Option<Span>,
    /// How much it wavers around the value, as a part of it.
    #[serde(default)]
    pub(crate) noise: f64,
    /// Comes and goes: active for `on` in every `every`.
    #[serde(default)]
    pub(crate) pulse: Option<Pulse>,
    /// No datapoints at all.
    #[serde(default)]
    pub(crate) missing: bool,
}

/// The rhythm of what comes and goes.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pulse {
    /// From one start to the next.
    pub(crate) every: Span,
    /// How long it lasts each time.
    pub(crate) on: Span,
}

/// An instance changes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InstanceEffect {
    /// The instance's key.
    pub(crate) instance: String,
    /// Its new state, in EC2's words.
    #[serde(default)]
    pub(crate) state: Option<String>,
    /// Why, in EC2's words.
    #[serde(default)]
    pub(crate) reason: Option<String>,
    /// The instance status check: `ok`, `impaired`, …
    #[serde(default)]
    pub(crate) instance_check: Option<String>,
    /// The system status check.
    #[serde(default)]
    pub(crate) system_check: Option<String>,
    /// The attached EBS status check.
    #[serde(default)]
    pub(crate) ebs_check: Option<String>,
    /// AWS schedules something for its host.
    #[serde(default)]
    pub(crate) event: Option<HostEvent>,
}

/// A scheduled event.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HostEvent {
    /// `system-reboot`, `instance-retirement`, …
    pub(crate) code: String,
    /// AWS's words.
    pub(crate) description: String,
    /// When it will start.
    pub(crate) not_before: Span,
    /// How long the window is.
    pub(crate) window: Span,
}

impl Script {
    /// Reads an embedded drill.
    pub(crate) fn load(name: &str) -> Result<Self, DrillError> {
        let (name, text) = DRILLS.iter().find(|(known, _)| *known == name).ok_or_else(|| {
            let known: Vec<&str> = DRILLS.iter().map(|(name, _)| *name).collect();
            DrillError::UnknownScenario { name: name.to_owned(), known: known.join(", ") }
        })?;
        toml::from_str(text).map_err(|error| DrillError::broken(name, error))
    }
}

impl Account {
    /// Reads an embedded account.
    pub(crate) fn load(name: &str) -> Result<Self, DrillError> {
        let text = ACCOUNTS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text);
        let text = text.ok_or_else(|| DrillError::broken(name, "there is no such account"))?;
        toml::from_str(text).map_err(|error| DrillError::broken(name, error))
    }
}

impl Patching {
    /// Reads the patches of an embedded account; one that says nothing of them has none.
    pub(crate) fn load(account: &str) -> Result<Self, DrillError> {
        part(PATCHING, account)
    }
}

impl Backups {
    /// Reads the backups of an embedded account; one that says nothing of them has none.
    pub(crate) fn load(account: &str) -> Result<Self, DrillError> {
        part(BACKUPS, account)
    }
}

/// A part of an account that has a file of its own.
fn part<T: Default + serde::de::DeserializeOwned>(
    files: &[(&str, &str)],
    account: &str,
) -> Result<T, DrillError> {
    let Some((_, text)) = files.iter().find(|(known, _)| *known == account) else { return Ok(T::default()) };
    toml::from_str(text).map_err(|error| DrillError::broken(account, error))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        runbook::{registry::Reads, shelf::Shelf},
        text::{Catalogue, Lang},
    };

    #[test]
    fn every_embedded_drill_and_account_reads() {
        assert_eq!(scenarios().len(), DRILLS.len());
        for (name, _) in DRILLS {
            Account::load(&Script::load(name).unwrap().account).unwrap();
        }
    }

    #[test]
    fn every_drill_has_a_way_to_be_played_that_its_runbook_has() {
        let shelf = Shelf::built_in(&Reads);
        for (name, _) in DRILLS {
            let expected = expected(name).unwrap();
            assert!(!expected.about.is_empty() && !expected.step.is_empty(), "{name}");
            assert!(
                expected.runbook.iter().all(|id| shelf.find(id).is_some()),
                "{name}: {:?}",
                expected.runbook
            );
            assert_eq!(
                expected.step.iter().filter(|step| step.shows).count(),
                1,
                "{name}: one shows the fault"
            );
            for one in &expected.step {
                let book = expected.book(one, &shelf).unwrap_or_else(|| panic!("{name}: no step {}", one.id));
                let step = &book.steps[book.step(&one.id).unwrap()];
                let known = |id: &String| step.choices().iter().any(|choice| choice.id == *id);
                assert!(one.choice.iter().all(known), "{name}/{}: {:?}", one.id, one.choice);
            }
        }
    }

    #[test]
    fn what_nobody_knows_in_the_table_of_what_is_expected_is_refused() {
        let text = DRILLS[0].1;
        for (was, is) in [
            ("[expected]\n", "[expected]\nseverities = 1\n"),
            ("opened = \"5m\"", "opened = \"5 minutes\""),
            ("shows = true", "show = true"),
            ("gate = [\"yes\"]", "gate = [\"sure\"]"),
        ] {
            assert!(text.contains(was), "{was}");
            assert!(toml::from_str::<Script>(&text.replace(was, is)).is_err(), "{is}");
        }
    }

    #[test]
    fn an_unknown_drill_is_refused_with_the_list_of_those_there_are() {
        for lang in [Lang::En, Lang::Ja] {
            let said = Script::load("nope").unwrap_err().sentence().text(&Catalogue::load(lang));
            assert!(said.contains("nope") && said.contains("web-down"), "{said}");
        }
    }
}
