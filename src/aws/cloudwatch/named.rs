//! Alarms by name: one, and when it is a composite those below it.

use std::sync::{Arc, atomic::AtomicU32};

use super::{alarms::every_kind, convert};
use crate::{
    aws::{Session, ask, probe::Probe},
    problem::Problem,
    rows::alarm::{Alarm, Watch},
    triage::resources::of_composite,
};

/// How deep composites of composites are followed.
const DEEP: usize = 4;
/// Names a call can ask for (`AlarmNames`, `aws-facts.md` §1.2).
const NAMES: usize = 100;

/// An alarm and all below it, itself first; none when there is none of that name. Its resources are those of its children
/// when it is a composite.
pub async fn named(
    session: &Session,
    name: &str,
    calls: &Arc<AtomicU32>,
) -> Result<Option<Vec<Alarm>>, Problem> {
    let mut found: Vec<Alarm> = Vec::new();
    let mut wanted = vec![name.to_owned()];
    for _ in 0..DEEP {
        let page = page(session, &wanted, &Probe::new(calls)).await?;
        let before = found.len();
        found.extend(page.into_iter().filter(|new| wanted.contains(&new.name)));
        let new = found.get(before..).unwrap_or_default();
        let children = new.iter().flat_map(|alarm| alarm.children.iter());
        let unknown = children.filter(|child| !found.iter().any(|known| known.name == **child));
        wanted = unknown.cloned().collect();
        wanted.sort_unstable();
        wanted.dedup();
        wanted.truncate(NAMES);
        if wanted.is_empty() {
            break;
        }
    }
    let Some(own) = found.iter().find(|alarm| alarm.name == name) else { return Ok(None) };
    if matches!(own.watch, Watch::Composite { .. }) {
        let below = of_composite(name, &|name| found.iter().find(|alarm| alarm.name == name));
        if let Some(own) = found.iter_mut().find(|alarm| alarm.name == name) {
            own.resources = below;
        }
    }
    found.sort_by_key(|alarm| alarm.name != name);
    Ok(Some(found))
}

async fn page(session: &Session, names: &[String], probe: &Probe) -> Result<Vec<Alarm>, Problem> {
    let request = session
        .cloudwatch()
        .describe_alarms()
        .set_alarm_types(Some(every_kind()))
        .set_alarm_names(Some(names.to_vec()));
    let answer = ask!(session, "cloudwatch:DescribeAlarms", probe, request)?;
    let (scope, region) = (session.scope, session.region.as_str());
    let mut page: Vec<Alarm> = Vec::new();
    page.extend(answer.metric_alarms().iter().map(|a| convert::metric_alarm(scope, region, a)));
    page.extend(answer.composite_alarms().iter().map(|a| convert::composite_alarm(scope, region, a)));
    page.extend(answer.log_alarms().iter().map(|a| convert::log_alarm(scope, region, a)));
    Ok(page)
}
