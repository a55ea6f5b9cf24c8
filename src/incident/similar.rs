//! Incidents of before that can help with one of now: on the same alarm, the same resource, or its type.

use super::Incident;

/// The type of an alarm's subject: one alarm is not like another because both are alarms.
const ALARM: &str = "AWS::CloudWatch::Alarm";

/// What an incident of before has in common with one of now, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shares {
    /// The alarm.
    Alarm,
    /// The resource.
    Resource,
    /// A resource's type.
    Type,
}

/// An incident of before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Similar<'a> {
    /// It; its cause and its end are in it.
    pub incident: &'a Incident,
    /// What it has in common.
    pub shares: Shares,
}

/// The incidents of before, those that have most in common first, and of those the newest.
pub fn similar<'a>(incident: &Incident, others: impl IntoIterator<Item = &'a Incident>) -> Vec<Similar<'a>> {
    let others = others.into_iter().filter(|other| other.uid != incident.uid);
    let mut found: Vec<Similar<'a>> = others
        .filter_map(|other| Some(Similar { incident: other, shares: shares(incident, other)? }))
        .collect();
    let opened = |one: &Similar<'_>| one.incident.opened.as_ref().map(|(at, _)| *at);
    found.sort_by(|a, b| a.shares.cmp(&b.shares).then_with(|| opened(b).cmp(&opened(a))));
    found
}

fn shares(one: &Incident, other: &Incident) -> Option<Shares> {
    let pairs = || one.subjects.iter().flat_map(|a| other.subjects.iter().map(move |b| (a, b)));
    pairs()
        .filter_map(|(a, b)| match (a.same(b), a.kind == ALARM) {
            (true, true) => Some(Shares::Alarm),
            (true, false) => Some(Shares::Resource),
            (false, false) if a.kind == b.kind => Some(Shares::Type),
            _ => None,
        })
        .min()
}
