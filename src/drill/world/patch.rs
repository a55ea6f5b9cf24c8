//! What Systems Manager knows of the instances: which are managed, when they were last heard of and last scanned, which
//! patches they have and lack, and by which baseline that was judged.
//!
//! Counts are never stored: they are counted from the list of patches, so that a summary and its detail agree.

use jiff::Timestamp;

use super::{
    Ids,
    instance::{Instance, Look},
    shift,
};
use crate::drill::{
    rng,
    script::patching::{self as file, Patching},
};

/// The account that owns AWS's own baselines in the drill.
const AWS_OWNER: &str = "075727635805";
/// An agent that answers pings every so many seconds, …
const PING_SECS: i64 = 300;
/// … and counts as lost when it has missed this long.
const LOST_SECS: i64 = 330;

/// All of Systems Manager's side of the account.
#[derive(Debug)]
pub(crate) struct Patches {
    seed: u64,
    origin: Timestamp,
    systems: Vec<file::System>,
    known: Vec<file::Patch>,
    /// Baselines, AWS's own last.
    baselines: Vec<Baseline>,
    /// Managed nodes, in the order of the instances.
    nodes: Vec<Node>,
}

/// A patch baseline.
#[derive(Debug)]
pub(crate) struct Baseline {
    /// As written.
    pub(crate) file: file::Baseline,
    /// Where; AWS's own are everywhere.
    region: Option<String>,
    /// When it was created.
    pub(crate) created: Timestamp,
    /// When it was changed.
    pub(crate) changed: Timestamp,
}

/// A managed node.
#[derive(Debug)]
pub(crate) struct Node {
    /// Index of the instance.
    pub(crate) instance: usize,
    system: usize,
    file: file::Node,
}

/// Whether the agent answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link {
    /// It does.
    pub(crate) online: bool,
    /// When it last did.
    pub(crate) heard: Timestamp,
}

/// The last scan or installation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Operation {
    /// When it began.
    pub(crate) start: Timestamp,
    /// When it ended.
    pub(crate) end: Timestamp,
    /// The reboot option of an installation; none for a scan.
    pub(crate) install: Option<String>,
}

/// A patch on a node. The states are Patch Manager's words.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held {
    /// `KBId`.
    pub(crate) id: String,
    /// `Title`.
    pub(crate) title: String,
    /// `Classification`.
    pub(crate) class: String,
    /// `Severity`.
    pub(crate) severity: String,
    /// `Installed`, `Missing`, …
    pub(crate) state: &'static str,
    /// When it was installed, if it was.
    pub(crate) installed: Option<Timestamp>,
    /// What it closes, of those that are missing or failed.
    pub(crate) cves: Vec<String>,
}

/// States that make a node non-compliant.
pub(crate) const NON_COMPLIANT: &[&str] =
    &["Missing", "Failed", "InstalledPendingReboot", "InstalledRejected"];

impl Patches {
    /// As its file says.
    pub(crate) fn build(
        file: Patching,
        home: &str,
        instances: &[Instance],
        seed: u64,
        origin: Timestamp,
    ) -> Result<Self, String> {
        let mut chosen: Vec<Option<&file::Node>> = vec![None; instances.len()];
        for node in &file.node {
            for key in &node.of {
                let hit = |(_, instance): &(usize, &Instance)| instance.key == *key || instance.fleet == *key;
                let mut hits = instances.iter().enumerate().filter(hit).peekable();
                hits.peek().ok_or_else(|| format!("a node names the instance {key}, which is not there"))?;
                for (index, _) in hits {
                    if let Some(slot) = chosen.get_mut(index) {
                        *slot = Some(node);
                    }
                }
            }
        }
        let mut nodes = Vec::new();
        for (instance, node) in chosen.into_iter().enumerate() {
            let Some(node) = node else { continue };
            let system = file.system.iter().position(|system| system.key == node.system);
            let system = system.ok_or_else(|| format!("there is no system {}", node.system))?;
            let lists = [&node.missing, &node.failed, &node.pending_reboot, &node.rejected, &node.available];
            let unknown = |id: &&String| !file.patch.iter().any(|p| p.id == **id && p.system == node.system);
            if let Some(id) = lists.into_iter().flatten().find(unknown) {
                return Err(format!("there is no patch {id}"));
            }
            let mut file = node.clone();
            if instances.get(instance).is_some_and(|one| one.launched > origin) {
                // A fresh one has not been scanned yet.
                file.scanned = None;
            }
            nodes.push(Node { instance, system, file });
        }
        let baseline = |baseline: file::Baseline| Baseline {
            region: (!baseline.aws).then(|| baseline.region.clone().unwrap_or_else(|| home.to_owned())),
            created: shift(origin, -baseline.age.0),
            changed: shift(origin, -baseline.changed.0),
            file: baseline,
        };
        Ok(Self {
            seed,
            origin,
            baselines: file.baseline.into_iter().map(baseline).collect(),
            systems: file.system,
            known: file.patch,
            nodes,
        })
    }

    /// The managed nodes.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// What a node runs.
    pub(crate) fn system(&self, node: &Node) -> Option<&file::System> {
        self.systems.get(node.system)
    }

    /// The baselines of a Region.
    pub(crate) fn baselines<'a>(&'a self, region: &str) -> impl Iterator<Item = &'a Baseline> {
        self.baselines.iter().filter(move |one| one.region.as_deref().is_none_or(|there| there == region))
    }

    /// A baseline's id: `pb-…`, or an ARN of AWS's account for AWS's own.
    pub(crate) fn id(&self, baseline: &Baseline, region: &str) -> String {
        let id = Ids { seed: self.seed }.of("pb", &format!("{region}/{}", baseline.file.name));
        if baseline.file.aws { format!("arn:aws:ssm:{region}:{AWS_OWNER}:patchbaseline/{id}") } else { id }
    }

    /// The default of an operating system: the account's own choice if there is one, else AWS's.
    pub(crate) fn default<'a>(&'a self, region: &str, operating_system: &str) -> Option<&'a Baseline> {
        let fits = |one: &&Baseline| one.file.default && one.file.operating_system == operating_system;
        let own = self.baselines(region).filter(fits).find(|one| !one.file.aws);
        own.or_else(|| self.baselines.iter().filter(fits).find(|one| one.file.aws))
    }

    /// The baseline that a node is judged by: its group's, else the default one.
    pub(crate) fn judged_by<'a>(&'a self, node: &Node, region: &str) -> Option<&'a Baseline> {
        let system = &self.system(node)?.os;
        let by_group = node.file.group.as_ref().and_then(|group| {
            self.baselines(region)
                .find(|one| one.file.operating_system == *system && one.file.groups.contains(group))
        });
        by_group.or_else(|| self.default(region, system))
    }

    /// The patches of a node as its last operation left them; empty when there was none.
    pub(crate) fn held(&self, node: &Node, instance: &Instance, now: Timestamp) -> Vec<Held> {
        let (Some(operation), Some(system)) = (node.last(instance, self.origin, now), self.system(node))
        else {
            return Vec::new();
        };
        let file = &node.file;
        let mut all = Vec::new();
        for (ids, state) in [
            (&file.missing, "Missing"),
            (&file.failed, "Failed"),
            (&file.pending_reboot, "InstalledPendingReboot"),
            (&file.rejected, "InstalledRejected"),
            (&file.available, "AvailableSecurityUpdate"),
        ] {
            for patch in ids.iter().filter_map(|id| self.known.iter().find(|patch| patch.id == *id)) {
                let there = state.starts_with("Installed");
                let open = matches!(state, "Missing" | "Failed");
                all.push(Held {
                    id: patch.id.clone(),
                    title: patch.title.clone(),
                    class: patch.class.clone(),
                    severity: patch.severity.clone(),
                    state,
                    installed: there.then_some(operation.start),
                    cves: if open { patch.cves.clone() } else { Vec::new() },
                });
            }
        }
        // What is installed does not change from scan to scan: it grows from the instance, not from the moment.
        let seed = rng::text(self.seed, &format!("patches/{}", instance.id));
        let settled = shift(self.origin, -file.scanned.unwrap_or_default().0);
        let named: Vec<String> = all.iter().map(|held| held.id.clone()).collect();
        let mut pool = pool(system, seed, settled).filter(|held| !named.contains(&held.id));
        for (state, range, salt) in [
            ("Installed", system.installed, 1),
            ("InstalledOther", system.installed_other, 2),
            ("NotApplicable", system.not_applicable, 3),
        ] {
            for mut held in pool.by_ref().take(between(range, seed ^ salt)) {
                held.state = state;
                if state == "NotApplicable" {
                    held.installed = None;
                }
                if state == "InstalledOther" {
                    // Patch Manager knows nothing of what no baseline covers.
                    held.class.clear();
                    held.severity.clear();
                }
                all.push(held);
            }
        }
        all
    }
}

impl Baseline {
    /// Whether a patch that is not installed is critical by this baseline: a rule of level CRITICAL covers it; where no
    /// rule has a level, the patch's own severity decides.
    pub(crate) fn is_critical(&self, held: &Held) -> bool {
        if self.file.rule.iter().all(|rule| rule.level.is_none()) {
            return held.severity == "Critical";
        }
        let covers = |rule: &file::Rule| {
            rule.classes.contains(&held.class)
                && (rule.severities.is_empty() || rule.severities.contains(&held.severity))
        };
        let first = self.file.rule.iter().find(|rule| covers(rule));
        first.is_some_and(|rule| rule.level.as_deref() == Some("CRITICAL"))
    }
}

impl Node {
    /// The patch group.
    pub(crate) fn group(&self) -> Option<&str> {
        self.file.group.as_deref()
    }

    /// The agent's version, and whether it is the newest.
    pub(crate) fn agent<'a>(&'a self, system: &'a file::System) -> (&'a str, bool) {
        let version = self.file.agent.as_deref().unwrap_or(&system.agent);
        (version, version == system.agent)
    }

    /// Whether the agent answers at a moment. It falls silent with its instance: stopped, or hanging.
    pub(crate) fn link(&self, instance: &Instance, look: &Look, origin: Timestamp, now: Timestamp) -> Link {
        let lost = |heard| Link { online: false, heard };
        if let Some(silent) = self.file.silent {
            return lost(shift(origin, -silent.0));
        }
        if look.state != "running" {
            return lost(look.left.unwrap_or(instance.launched));
        }
        let hanging = [&look.instance, &look.system].into_iter().filter_map(|check| check.since).min();
        if let Some(since) = hanging.filter(|since| now.duration_since(*since).as_secs() > LOST_SECS) {
            return lost(since);
        }
        let phase = i64::try_from(rng::text(0, &instance.id) % PING_SECS.unsigned_abs()).unwrap_or_default();
        Link { online: true, heard: shift(now, -(now.as_second() + phase).rem_euclid(PING_SECS)) }
    }

    /// The last scan or installation before a moment.
    pub(crate) fn last(&self, instance: &Instance, origin: Timestamp, now: Timestamp) -> Option<Operation> {
        let mut end = shift(origin, -self.file.scanned?.0);
        if let Some(every) = self.file.every.filter(|every| every.0 > 0) {
            let times = now.duration_since(end).as_secs().div_euclid(every.0).max(0);
            end = shift(end, times * every.0);
        }
        let seed = rng::text(0, &instance.id);
        let took = 42 + i64::try_from(seed % 160).unwrap_or_default();
        let end = shift(end, i64::try_from(seed % 90).unwrap_or_default());
        Some(Operation { start: shift(end, -took), end, install: self.file.install.clone() })
    }
}

/// A number of a range that grows from a seed.
fn between((low, high): (u64, u64), seed: u64) -> usize {
    usize::try_from(low + rng::mix(seed) % (high.saturating_sub(low) + 1)).unwrap_or_default()
}

/// Patches that a node could have, each once.
fn pool(system: &file::System, seed: u64, settled: Timestamp) -> impl Iterator<Item = Held> + use<'_> {
    let windows = system.platform == "Windows";
    let suffixes = ["", "-libs", "-common", "-utils", "-devel"];
    (0_u64..).map_while(move |n| {
        let count = system.packages.len() as u64;
        let name = system.packages.get(usize::try_from(n.checked_rem(count)?).ok()?)?;
        let roll = rng::mix(seed ^ (n << 8));
        let age = i64::try_from(roll % (180 * 86_400)).unwrap_or_default();
        let at = shift(settled, -3600 - age);
        let (id, title, class, severity) = if windows {
            let kb = format!("KB{}", 5_010_000 + n * 641 + roll % 600);
            let title = format!("{} {name} ({kb})", at.strftime("%Y-%m"));
            (kb, title, "SecurityUpdates", if roll.is_multiple_of(4) { "Critical" } else { "Important" })
        } else {
            let suffix = suffixes.get(usize::try_from(n / count).ok()?)?;
            let id = format!("{name}{suffix}.x86_64");
            let (major, minor, release) = (1 + roll % 9, (roll >> 8) % 20, 1 + (roll >> 16) % 9);
            let title = format!("{id}:0:{major}.{minor}.{}-{release}.amzn2023.0.{}", roll % 12, 1 + roll % 5);
            let (class, severity) = match roll % 7 {
                0 => ("Security", "Critical"),
                1 | 2 => ("Security", "Important"),
                3 | 4 => ("Security", "Medium"),
                5 => ("Security", "Low"),
                _ => ("Bugfix", "None"),
            };
            (id, title, class, severity)
        };
        Some(Held {
            id,
            title,
            class: class.to_owned(),
            severity: severity.to_owned(),
            state: "Installed",
            installed: Some(at),
            cves: Vec::new(),
        })
    })
}
