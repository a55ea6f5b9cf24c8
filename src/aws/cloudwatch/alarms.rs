//! All alarms of a Region with what is muted and what has been changing.
//!
//! The list itself, the account's recent history and the active mute rules are asked for side by side. `AlarmTypes` must
//! name every kind, or CloudWatch lists metric alarms only.

use std::{
    collections::{HashMap, HashSet},
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use aws_sdk_cloudwatch::types::AlarmType;
use tokio::{
    sync::mpsc::{self, UnboundedSender},
    time::{Instant, sleep_until},
};

use super::{MuteRule, convert, history, mute};
use crate::{
    aws::{Report, Session, ask, error, kept::PATIENCE, probe::Probe},
    problem::{Problem, Remedy},
    resource::ResourceRef,
    rows::alarm::{Alarm, Watch},
    triage::resources::of_composite,
};

/// Alarms a page (`MaxRecords` 1–100).
const PAGE: i32 = 100;

/// Every kind of alarm there is.
pub(super) fn every_kind() -> Vec<AlarmType> {
    vec![AlarmType::MetricAlarm, AlarmType::CompositeAlarm, AlarmType::LogAlarm]
}

/// Lists alarms. With `early` the sink gets each page as it comes, and in the end all rows again with what mute rules
/// and history say. Without it the sink gets all rows once; only when mute rules or history keep the finished list
/// waiting does it get the list first and all rows again later. Until those have answered, and when they cannot, rows
/// have what they said last, if that is not long ago. A composite's resources are those of its children.
pub async fn alarms(
    session: &Arc<Session>,
    early: bool,
    sink: &mut (impl FnMut(Vec<Alarm>) + Send),
) -> Report {
    let calls = Arc::new(AtomicU32::new(0));
    let (to, mut pages) = mpsc::unbounded_channel();
    let now = session.now();
    let mut listing = pin!(list(session, Probe::new(&calls), to));
    let mut counting = pin!(history::transitions(session, now - history::RECENT, Probe::new(&calls)));
    let mut muting = pin!(mute::active(session, Probe::new(&calls)));
    let (mut listed, mut counted, mut muted) = (None, None, None);
    let mut facts = Facts::known(session);
    let mut all: Vec<Alarm> = Vec::new();
    // Until when a finished list may be held, and whether the sink does not know it in this form.
    let mut until: Option<Instant> = None;
    let mut unsent = true;
    while listed.is_none() || counted.is_none() || muted.is_none() {
        tokio::select! {
            biased;
            () = sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => {
                until = None;
                unsent = false;
                sink(all.clone());
                continue;
            }
            Some(mut page) = pages.recv() => {
                facts.fill(&mut page);
                if early {
                    sink(page.clone());
                }
                all.extend(page);
                continue;
            }
            answer = &mut listing, if listed.is_none() => {
                // What it has sent may still wait.
                while let Ok(mut page) = pages.try_recv() {
                    facts.fill(&mut page);
                    if early {
                        sink(page.clone());
                    }
                    all.extend(page);
                }
                fill_composites(&mut all);
                listed = Some(answer);
            }
            answer = &mut counting, if counted.is_none() => {
                counted = Some(answer.map(|(counts, cut)| {
                    session.last_transitions.set(now, counts.clone());
                    facts.counts = Some(counts);
                    cut
                }));
                facts.fill(&mut all);
            }
            answer = &mut muting, if muted.is_none() => {
                muted = Some(answer.map(|(rules, problems)| {
                    facts.mute(&rules);
                    problems
                }));
                facts.fill(&mut all);
            }
        }
        unsent = true;
        if listed.is_some() && until.is_none() && !all.is_empty() {
            until = Some(Instant::now() + PATIENCE);
        }
    }
    let mut report = Report::default();
    match listed {
        Some(Err(problem)) => report.add(problem),
        Some(Ok(())) | None => report.complete = true,
    }
    match counted {
        Some(Err(problem)) => report.add(problem),
        Some(Ok(cut)) => report.add_any(cut),
        None => {}
    }
    match muted {
        Some(Err(problem)) => report.add(problem),
        Some(Ok(problems)) => problems.into_iter().for_each(|problem| report.add(problem)),
        None => {}
    }
    if unsent && (report.complete || !all.is_empty()) {
        sink(all);
    }
    report.calls = calls.load(Ordering::Relaxed);
    report
}

/// What history and mute rules say, as far as it is known.
struct Facts {
    /// State changes by alarm.
    counts: Option<HashMap<String, u32>>,
    /// Mute rules by alarm.
    muted: Option<HashMap<String, Vec<String>>>,
}

impl Facts {
    /// What was known last.
    fn known(session: &Session) -> Self {
        let now = session.now();
        let mut facts = Self { counts: session.last_transitions.get(now), muted: None };
        if let Some(rules) = session.last_mutes.get(now) {
            facts.mute(&rules);
        }
        facts
    }

    fn mute(&mut self, rules: &[MuteRule]) {
        let mut by_alarm: HashMap<String, Vec<String>> = HashMap::new();
        for rule in rules {
            for alarm in &rule.alarms {
                by_alarm.entry(alarm.clone()).or_default().push(rule.name.clone());
            }
        }
        self.muted = Some(by_alarm);
    }

    fn fill(&self, alarms: &mut [Alarm]) {
        for alarm in alarms {
            let name = &alarm.name;
            alarm.recent_transitions = self.counts.as_ref().map(|c| c.get(name).copied().unwrap_or_default());
            alarm.muted_by = self.muted.as_ref().map(|m| m.get(name).cloned().unwrap_or_default());
        }
    }
}

async fn list(session: &Session, probe: Probe, to: UnboundedSender<Vec<Alarm>>) -> Result<(), Problem> {
    const OPERATION: &str = "cloudwatch:DescribeAlarms";
    let mut token: Option<String> = None;
    let mut seen = HashSet::new();
    loop {
        let request = session
            .cloudwatch()
            .describe_alarms()
            .set_alarm_types(Some(every_kind()))
            .max_records(PAGE)
            .set_next_token(token);
        let answer = ask!(session, OPERATION, probe, request)?;
        let (scope, region) = (session.scope, session.region.as_str());
        let mut page: Vec<Alarm> = Vec::new();
        page.extend(answer.metric_alarms().iter().map(|a| convert::metric_alarm(scope, region, a)));
        page.extend(answer.composite_alarms().iter().map(|a| convert::composite_alarm(scope, region, a)));
        page.extend(answer.log_alarms().iter().map(|a| convert::log_alarm(scope, region, a)));
        page.retain(|a| !a.name.is_empty());
        // The reader lives as long as this does.
        let _ = to.send(page);
        token = answer.next_token.filter(|t| !t.is_empty());
        let Some(next) = &token else { return Ok(()) };
        if !seen.insert(next.clone()) {
            return Err(error::other(OPERATION, "a page leads back to an earlier one", Remedy::ReadLog));
        }
    }
}

/// Gives every composite the resources of its children, theirs included; those of firing children first.
fn fill_composites(all: &mut [Alarm]) {
    let by_name: HashMap<&str, &Alarm> = all.iter().map(|a| (a.name.as_str(), a)).collect();
    let composite = |alarm: &&Alarm| matches!(alarm.watch, Watch::Composite { .. });
    let filled: HashMap<String, Vec<ResourceRef>> = all
        .iter()
        .filter(composite)
        .map(|a| (a.name.clone(), of_composite(&a.name, &|name| by_name.get(name).copied())))
        .collect();
    for alarm in all {
        if let Some(found) = filled.get(&alarm.name) {
            alarm.resources.clone_from(found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{resource::EC2_INSTANCE, rows::alarm::AlarmState, scope::ScopeId};

    fn leaf(name: &str, instance: &str) -> Alarm {
        let resources = vec![ResourceRef::new(ScopeId(0), EC2_INSTANCE, instance)];
        Alarm { name: name.into(), resources, ..Alarm::default() }
    }

    fn composite(name: &str, children: &[&str]) -> Alarm {
        let watch = Watch::Composite { rule: String::new(), suppressed: None, suppressor: None };
        let children = children.iter().map(|c| (*c).to_owned()).collect();
        Alarm { name: name.into(), watch, children, ..Alarm::default() }
    }

    #[test]
    fn what_fires_comes_first_in_a_composite() {
        let firing = Alarm { state: AlarmState::Alarm, ..leaf("db", "i-2") };
        let mut all = [composite("site", &["web", "db"]), leaf("web", "i-1"), firing];
        fill_composites(&mut all);
        let ids: Vec<&str> = all[0].resources.iter().map(|r| r.id.as_str()).collect();
        assert_eq!(ids, ["i-2", "i-1"]);
    }

    #[test]
    fn a_composite_points_at_its_children_s_resources_even_in_a_ring() {
        let mut all = [
            composite("site", &["web", "gone", "db"]),
            composite("web", &["web-cpu", "web-5xx", "site"]),
            leaf("web-cpu", "i-1"),
            leaf("web-5xx", "i-1"),
            leaf("db", "i-2"),
        ];
        fill_composites(&mut all);
        let ids = |a: &Alarm| a.resources.iter().map(|r| r.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&all[0]), ["i-1", "i-2"]);
        assert_eq!(ids(&all[1]), ["i-1", "i-2"]);
        assert_eq!(ids(&all[2]), ["i-1"]);
    }
}
