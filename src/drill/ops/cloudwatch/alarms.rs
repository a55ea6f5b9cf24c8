//! `cloudwatch:DescribeAlarms`. Without `AlarmTypes` it gives metric alarms only, as AWS does.

use std::collections::HashSet;

use super::{paging, shapes, word};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree},
    world::alarm::{Alarm, Form, Source, Watch},
};

const KINDS: &[&str] = &["CompositeAlarm", "MetricAlarm", "LogAlarm"];
const MAX_NAMES: usize = 100;

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeAlarms", params);
    let (offset, size) = paging(params, tokens)?;
    let wanted = Wanted::read(cx, params)?;
    let states = cx.world.states(cx.elapsed);
    let mut found: Vec<usize> = (0..cx.world.alarms.len())
        .filter(|index| {
            let (alarm, state) = (cx.world.alarms.get(*index), states.get(*index));
            alarm
                .zip(state)
                .is_some_and(|(alarm, state)| alarm.region == cx.region && wanted.has(alarm, state.to))
        })
        .collect();
    found.sort_by(|a, b| {
        let name = |index: &usize| cx.world.alarms.get(*index).map(|alarm| alarm.name.as_str());
        name(a).cmp(&name(b))
    });
    let (page, next) = tokens.cut(found, offset, size);
    let mut kinds: [Vec<Tree>; 3] = [Vec::new(), Vec::new(), Vec::new()];
    for index in page {
        let Some((alarm, state)) = cx.world.alarms.get(index).zip(states.get(index)) else { continue };
        let tree =
            if wanted.brief { shapes::brief(cx, alarm, state) } else { shapes::full(cx, alarm, state) };
        let slot = KINDS.iter().position(|kind| *kind == alarm.kind()).unwrap_or(1);
        if let Some(slot) = kinds.get_mut(slot) {
            slot.push(tree);
        }
    }
    let [composite, metric, log] = kinds;
    Ok(Fields::new()
        .put("CompositeAlarms", Tree::List(composite))
        .put("MetricAlarms", Tree::List(metric))
        .put("LogAlarms", Tree::List(log))
        .maybe("NextToken", next)
        .into())
}

struct Wanted<'a> {
    names: Vec<&'a str>,
    prefix: Option<&'a str>,
    kinds: Vec<&'a str>,
    state: Option<&'a str>,
    action: Option<&'a str>,
    /// Names of a composite's children, or of an alarm's parents.
    kin: Option<HashSet<String>>,
    brief: bool,
}

impl<'a> Wanted<'a> {
    fn read(cx: &Cx<'_>, params: Params<'a>) -> Result<Self, ApiError> {
        let names = params.texts("AlarmNames");
        if names.len() > MAX_NAMES {
            let given = format!("a list of {}", names.len());
            return Err(super::constraint(&given, "alarmNames", "have length less than or equal to 100"));
        }
        let mut kinds = params.texts("AlarmTypes");
        if let Some(unknown) = kinds.iter().find(|kind| !KINDS.contains(kind)) {
            let set = format!("satisfy enum value set: [{}]", KINDS.join(", "));
            return Err(super::constraint(unknown, "alarmTypes", &set));
        }
        let children = params.text("ChildrenOfAlarmName");
        let parents = params.text("ParentsOfAlarmName");
        let brief = children.is_some() || parents.is_some();
        if brief {
            let others = [
                "AlarmNames",
                "AlarmNamePrefix",
                "AlarmTypes",
                "StateValue",
                "ActionPrefix",
                "ChildrenOfAlarmName",
                "ParentsOfAlarmName",
            ];
            if others.iter().filter(|name| params.has(name)).count() > 1 {
                let which = if children.is_some() { "ChildrenOfAlarmName" } else { "ParentsOfAlarmName" };
                return Err(ApiError::validation(format!(
                    "If you specify {which}, you cannot specify any other parameters in the request except for MaxRecords \
                     and NextToken"
                )));
            }
            kinds = KINDS.to_vec();
        }
        if !names.is_empty() && params.has("AlarmNamePrefix") {
            return Err(ApiError::invalid_combination(
                "AlarmNamePrefix and AlarmNames are mutually exclusive parameters and cannot be used together",
            ));
        }
        if kinds.is_empty() {
            kinds.push("MetricAlarm");
        }
        let here = || cx.world.alarms.iter().filter(|alarm| alarm.region == cx.region);
        let kin = match (children, parents) {
            (Some(parent), _) => Some(
                here()
                    .filter(|alarm| alarm.name == parent)
                    .flat_map(|alarm| alarm.children().into_iter().map(str::to_owned))
                    .collect(),
            ),
            (_, Some(child)) => Some(
                here()
                    .filter(|alarm| alarm.children().contains(&child))
                    .map(|alarm| alarm.name.clone())
                    .collect(),
            ),
            _ => None,
        };
        let state = word(params, "StateValue", &["OK", "ALARM", "INSUFFICIENT_DATA"])?;
        let prefix = params.text("AlarmNamePrefix");
        Ok(Self { names, prefix, kinds, state, action: params.text("ActionPrefix"), kin, brief })
    }

    fn has(&self, alarm: &Alarm, state: &str) -> bool {
        self.kinds.contains(&alarm.kind())
            && (self.names.is_empty() || self.names.contains(&alarm.name.as_str()))
            && self.prefix.is_none_or(|prefix| alarm.name.starts_with(prefix))
            && self.state.is_none_or(|wanted| wanted == state)
            && self.action.is_none_or(|prefix| alarm.actions.iter().any(|action| action.starts_with(prefix)))
            && self.kin.as_ref().is_none_or(|kin| kin.contains(&alarm.name))
    }
}

/// `cloudwatch:DescribeAlarmsForMetric`: alarms on that one metric, all of its dimensions given.
pub(crate) fn for_metric(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let (namespace, name) = (params.required("Namespace")?, params.required("MetricName")?);
    let dimension = |one: Params<'_>| {
        Some((one.text("Name")?.to_owned(), one.text("Value").unwrap_or_default().to_owned()))
    };
    let dimensions: Vec<(String, String)> = params.structs("Dimensions").filter_map(dimension).collect();
    let metric = cx.world.metric(cx.region, namespace, name, &dimensions);
    let watches = |alarm: &Alarm| match &alarm.watch {
        Watch::Queries { queries, form: Form::Single, .. } => queries.iter().any(
            |query| matches!(&query.source, Source::Stat { metric: on, .. } if on.is_some() && *on == metric),
        ),
        _ => false,
    };
    let states = cx.world.states(cx.elapsed);
    let alarms = cx.world.alarms.iter().zip(&states);
    let found = alarms.filter(|(alarm, _)| alarm.region == cx.region && watches(alarm));
    let mut found: Vec<_> = found.collect();
    found.sort_by(|(a, _), (b, _)| a.name.cmp(&b.name));
    let found = found.into_iter().map(|(alarm, state)| shapes::full(cx, alarm, state)).collect();
    Ok(Fields::new().put("MetricAlarms", Tree::List(found)).into())
}
