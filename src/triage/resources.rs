//! Which resources an alarm is about (`aws-facts.md` §4.1 and §4.2).
//!
//! The table of namespaces is `resources/table.rs`. The answer is ordered: first the thing that itself breaks (an
//! instance, a target group, a database), then what carries it (a group, a load balancer, a cluster), then what only
//! stands near it. An alarm that names nothing yields nothing; no resource is made up.

mod table;

use std::collections::HashSet;

use crate::{
    resource::ResourceRef,
    rows::{
        alarm::{Alarm, AlarmState, MathQuery, Watch},
        metric::MetricStat,
    },
    triage::{
        arn::{Arn, asg_of_policy},
        expressions::read,
        kinds::{self, Place},
    },
};
use table::{By, LOG_OWNERS, SOURCES, rank};

/// The resources an alarm points at, in its own scope. `account` may be empty while it is not known; the alarm's own
/// ARN then tells it. A composite alarm has none of its own: see [`of_composite`].
pub fn of_alarm(alarm: &Alarm, region: &str, account: &str, partition: &str) -> Vec<ResourceRef> {
    let own = Arn::parse(&alarm.arn);
    let account = if account.is_empty() { own.map_or("", |a| a.account) } else { account };
    let mut found =
        Found { place: Place { scope: alarm.scope, partition, region, account }, list: Vec::new() };
    match &alarm.watch {
        Watch::Metric { stat, .. } => found.metric(stat),
        Watch::Math(queries) => found.math(queries),
        Watch::PromQl(query) => found.expression(query),
        Watch::Log { log_groups, .. } => log_groups.iter().for_each(|group| found.log_group(group)),
        Watch::Composite { .. } => return Vec::new(),
    }
    if found.list.is_empty() {
        found.last_resort(alarm);
    }
    found.list.sort_by_key(|r| rank(&r.kind));
    found.list
}

/// The resources that one metric's dimensions name.
pub fn of_dimensions(namespace: &str, dimensions: &[(String, String)], place: Place<'_>) -> Vec<ResourceRef> {
    let account = place.account;
    let mut found = Found { place, list: Vec::new() };
    found.dimensions(namespace, dimensions, account);
    found.list.sort_by_key(|r| rank(&r.kind));
    found.list
}

/// The resources of a composite alarm: those of its children, of their children, and so on; each alarm is visited
/// once, so cycles end. What fires comes before what does not.
pub fn of_composite<'a>(name: &str, lookup: &dyn Fn(&str) -> Option<&'a Alarm>) -> Vec<ResourceRef> {
    let (mut firing, mut calm) = (Vec::new(), Vec::new());
    let mut visited = HashSet::from([name.to_owned()]);
    let mut waiting: Vec<&Alarm> = children(name, lookup);
    while let Some(alarm) = waiting.pop() {
        if !visited.insert(alarm.name.clone()) {
            continue;
        }
        if matches!(alarm.watch, Watch::Composite { .. }) {
            waiting.extend(children(&alarm.name, lookup));
        } else {
            let list = if alarm.state == AlarmState::Alarm { &mut firing } else { &mut calm };
            list.extend(alarm.resources.iter().cloned());
        }
    }
    firing.sort_by_key(|r| rank(&r.kind));
    calm.sort_by_key(|r| rank(&r.kind));
    firing.append(&mut calm);
    let mut seen = HashSet::new();
    firing.retain(|r| seen.insert((r.scope, r.kind.clone(), r.id.clone())));
    firing
}

/// Last first, since they are taken from the end.
fn children<'a>(name: &str, lookup: &dyn Fn(&str) -> Option<&'a Alarm>) -> Vec<&'a Alarm> {
    let names = lookup(name).map(|a| a.children.as_slice()).unwrap_or_default();
    names.iter().rev().filter_map(|n| lookup(n)).collect()
}

struct Found<'a> {
    place: Place<'a>,
    list: Vec<ResourceRef>,
}

impl Found<'_> {
    fn push(&mut self, resource: ResourceRef) {
        if !self.list.iter().any(|r| r.kind == resource.kind && r.id == resource.id) {
            self.list.push(resource);
        }
    }

    fn metric(&mut self, stat: &MetricStat) {
        let account = stat.account.clone().unwrap_or_else(|| self.place.account.to_owned());
        self.dimensions(&stat.namespace, &stat.dimensions, &account);
    }

    /// The watched series first, then the inputs in their order.
    fn math(&mut self, queries: &[MathQuery]) {
        let (watched, inputs): (Vec<_>, Vec<_>) = queries.iter().partition(|q| q.returns);
        for query in watched.into_iter().chain(inputs) {
            if let Some(stat) = &query.stat {
                self.metric(stat);
            }
            if let Some(expression) = &query.expression {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &str) {
        let account = self.place.account.to_owned();
        for reading in read(expression) {
            // A dimension with several values makes as many metrics, each with the other dimensions' first values.
            let mut first: Vec<(String, String)> = Vec::new();
            let mut more = Vec::new();
            for (name, value) in reading.pinned {
                if first.iter().any(|(n, _)| *n == name) {
                    more.push((name, value));
                } else {
                    first.push((name, value));
                }
            }
            self.dimensions(&reading.namespace, &first, &account);
            for (name, value) in more {
                let mut other = first.clone();
                other.iter_mut().filter(|(n, _)| *n == name).for_each(|(_, v)| v.clone_from(&value));
                self.dimensions(&reading.namespace, &other, &account);
            }
        }
        for resource in kinds::in_text(expression, &self.place) {
            self.push(resource);
        }
    }

    /// Applies the table to one metric's dimensions.
    fn dimensions(&mut self, namespace: &str, dimensions: &[(String, String)], account: &str) {
        let value = |name: &str| dimensions.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str());
        let scope = self.place.scope;
        let mut done: Vec<&str> = Vec::new();
        for source in SOURCES.iter().filter(|s| s.namespaces.contains(&namespace)) {
            // Of a type's rows the first that fits is the fullest; a last resort only stands in for all others.
            if done.contains(&source.kind) || (source.alone && !done.is_empty()) {
                continue;
            }
            let Some(id) = fill(source.id, &value) else { continue };
            let id = plain_id(source.kind, &id).to_owned();
            let (partition, region) = (self.place.partition, self.place.region);
            let place = Place { scope, partition, region, account };
            let resource = match source.by {
                By::Id => Some(kinds::refer(source.kind, id.clone(), &place)),
                By::Name => Some(ResourceRef::new(scope, source.kind, id.clone())),
                By::Arn => kinds::of_arn(&id, scope),
                By::LogGroup => {
                    self.log_group(&id);
                    None
                }
            };
            if let Some(resource) = resource {
                self.push(resource);
            }
            done.push(source.kind);
        }
    }

    /// A log group by name or ARN, and before it whoever writes into it, where its name says so.
    fn log_group(&mut self, group: &str) {
        let arn = kinds::of_arn(group, self.place.scope);
        let name = arn.as_ref().map_or(group, |r| r.id.as_str()).to_owned();
        for (prefix, kind) in LOG_OWNERS {
            let Some(rest) = name.strip_prefix(prefix) else { continue };
            let owner = rest.split('/').next().unwrap_or(rest);
            if !owner.is_empty() {
                let resource = kinds::refer(kind, owner, &self.place);
                self.push(resource);
                break;
            }
        }
        let resource = arn.unwrap_or_else(|| kinds::refer("AWS::Logs::LogGroup", name, &self.place));
        self.push(resource);
    }

    /// Rule 6 of §4.1: dimension values that look like ids or ARNs, the reason's words, the scaling policies that the
    /// alarm drives. (EC2 actions need an `InstanceId` dimension and name no instance themselves.)
    fn last_resort(&mut self, alarm: &Alarm) {
        for stat in alarm.metrics() {
            for (_, value) in &stat.dimensions {
                self.push_all(kinds::in_text(value, &self.place));
            }
        }
        if self.list.is_empty() {
            self.push_all(kinds::in_text(&alarm.reason, &self.place));
            // The reason of an alarm on alarms or topics talks about those, not about what broke.
            self.list.retain(|r| r.kind != crate::resource::ALARM);
        }
        if self.list.is_empty() {
            for action in alarm.actions.iter().chain(&alarm.ok_actions) {
                let Some(arn) = Arn::parse(action) else { continue };
                let resource = scaled(&arn, &self.place);
                self.push_all(resource.into_iter().collect());
            }
        }
    }

    fn push_all(&mut self, resources: Vec<ResourceRef>) {
        for resource in resources {
            self.push(resource);
        }
    }
}

/// What a scaling policy scales.
fn scaled(arn: &Arn<'_>, place: &Place<'_>) -> Option<ResourceRef> {
    if arn.service != "autoscaling" || !arn.resource.starts_with("scalingPolicy:") {
        return None;
    }
    if let Some(group) = asg_of_policy(arn) {
        return Some(ResourceRef::new(place.scope, "AWS::AutoScaling::AutoScalingGroup", group));
    }
    // Application Auto Scaling: scalingPolicy:UUID:resource/ecs/service/CLUSTER/SERVICE:policyName/POLICY
    let (_, target) = arn.resource.split_once(":resource/")?;
    let target = target.split_once(":policyName/").map_or(target, |(t, _)| t);
    [("ecs/service/", "AWS::ECS::Service"), ("dynamodb/table/", "AWS::DynamoDB::Table")]
        .into_iter()
        .find_map(|(prefix, kind)| Some(kinds::refer(kind, target.strip_prefix(prefix)?, place)))
}

/// Two types whose dimensions say more than the id: `function:alias`, and the default event bus, which rules' ids and
/// ARNs leave out.
fn plain_id<'a>(kind: &str, id: &'a str) -> &'a str {
    match kind {
        "AWS::Lambda::Function" => id.split_once(':').map_or(id, |(function, _)| function),
        "AWS::Events::Rule" => id.strip_prefix("default/").unwrap_or(id),
        _ => id,
    }
}

/// Fills a row's id form from the dimensions; `None` when one is missing or empty.
fn fill<'a>(form: &str, value: &dyn Fn(&str) -> Option<&'a str>) -> Option<String> {
    let mut text = String::new();
    let mut rest = form;
    while let Some((literal, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        text.push_str(literal);
        text.push_str(value(name).filter(|v| !v.is_empty())?);
        rest = after;
    }
    text.push_str(rest);
    Some(text)
}

/// Whether two references mean the same resource; the ARN does not count, since it is not always known.
pub fn same(a: &ResourceRef, b: &ResourceRef) -> bool {
    a.scope == b.scope && identity(a) == identity(b)
}

/// By what a resource is known within its scope: type and id.
pub fn identity(resource: &ResourceRef) -> (&str, &str) {
    (&resource.kind, &resource.id)
}

#[cfg(test)]
mod tests;
