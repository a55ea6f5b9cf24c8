//! Which questions a query comes to, in which Region, in which order. Pure.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::HISTORY;
use crate::{
    resource::ResourceRef,
    rows::event::EventQuery,
    trail::{Lookup, Span},
    triage::record,
};

/// A question, and those to put instead when it finds nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// Which of [`Plan::regions`].
    pub region: usize,
    /// The forms of the name to try, in order; one when there is nothing to try.
    pub forms: VecDeque<Lookup>,
    /// So many forms are asked even when the first finds something.
    pub at_least: usize,
    /// Whose name it is.
    pub subject: Option<ResourceRef>,
}

impl Step {
    pub(super) fn one(region: usize, lookup: Lookup) -> Self {
        Self { region, forms: [lookup].into(), at_least: 1, subject: None }
    }
}

/// A Region to ask in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Its code.
    pub region: String,
    /// The subjects whose events are there.
    pub subjects: Vec<ResourceRef>,
    /// Only the events of global services are wanted from there.
    pub global_only: bool,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Plan {
    /// Where.
    pub places: Vec<Place>,
    /// The questions about the subjects or the attribute, the most telling first.
    pub telling: Vec<Step>,
    /// The sweeps over everything, matched here.
    pub sweeps: Vec<Step>,
}

/// The time of a query: what can be asked of it, and whether it goes on until now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Window {
    /// The seconds that can be asked for.
    pub span: Span,
    /// The seconds that are shown: the cache may hold older ones.
    pub shown: Span,
    /// It goes on.
    pub open: bool,
    /// Earlier events were wanted than there are.
    pub beyond_history: bool,
}

impl Window {
    /// Of a query that is asked now.
    pub(super) fn of(query: &EventQuery, now: Timestamp) -> Self {
        let oldest = now.saturating_sub(HISTORY).unwrap_or(Timestamp::MIN).as_second();
        let from = query.from.as_second();
        // Whole seconds: a moment within a second is that second.
        let open = query.to.is_none_or(|to| to >= now);
        let to = query.to.unwrap_or(now).min(now).as_second().saturating_add(1);
        let shown_to = query.to.map_or(i64::MAX, |to| to.as_second().saturating_add(1));
        Self {
            span: Span::new(from.max(oldest), to),
            shown: Span::new(from, shown_to),
            open,
            beyond_history: from < oldest,
        }
    }
}

impl Plan {
    /// For a query in a Region.
    pub(super) fn of(query: &EventQuery, region: &str, global: bool) -> Self {
        let mut plan = Self::default();
        let everything = if query.reads { Lookup::All } else { Lookup::Writes };
        if query.subjects.is_empty() {
            plan.place(region, false);
            let home = global_region(region);
            if global && home != region {
                plan.place(home, true);
            }
        }
        for subject in &query.subjects {
            let at = plan.place(region_of(subject, region), false);
            if let Some(place) = plan.places.get_mut(at) {
                place.subjects.push(subject.clone());
            }
            if query.by.is_none() {
                plan.telling.extend(about(at, subject));
            }
        }
        for at in 0..plan.places.len() {
            match &query.by {
                Some(by) => plan.telling.push(Step::one(at, Lookup::by(by))),
                // Reads of a subject are found by its name; a sweep for them would be mostly other things.
                None if query.subjects.is_empty() => plan.sweeps.push(Step::one(at, everything.clone())),
                None => plan.sweeps.push(Step::one(at, Lookup::Writes)),
            }
        }
        plan
    }

    fn place(&mut self, region: &str, global_only: bool) -> usize {
        self.places.iter().position(|p| p.region == region).unwrap_or_else(|| {
            self.places.push(Place { region: region.to_owned(), subjects: Vec::new(), global_only });
            self.places.len() - 1
        })
    }
}

/// Where a subject's events are.
pub(super) fn region_of<'a>(subject: &ResourceRef, region: &'a str) -> &'a str {
    let partition = match region.split('-').collect::<Vec<_>>().as_slice() {
        ["cn", ..] => "aws-cn",
        ["us", "gov", ..] => "aws-us-gov",
        ["eusc", ..] => "aws-eusc",
        _ => "aws",
    };
    record::home_region_of(subject, partition).unwrap_or(region)
}

pub(super) fn about(region: usize, subject: &ResourceRef) -> Option<Step> {
    let mut forms: VecDeque<Lookup> = VecDeque::new();
    for form in record::names(subject).into_iter().map(Lookup::Resource) {
        if form.is_askable() && !forms.contains(&form) {
            forms.push_back(form);
        }
    }
    let at_least = if indexed_both_ways(&subject.kind) { 2 } else { 1 };
    (!forms.is_empty()).then(|| Step { region, forms, at_least, subject: Some(subject.clone()) })
}

/// Services that put the short name into the index for some events and the ARN for others (`aws-facts.md` §4.3).
fn indexed_both_ways(kind: &str) -> bool {
    ["AWS::SQS::", "AWS::ECS::", "AWS::Lambda::", "AWS::DynamoDB::"].iter().any(|k| kind.starts_with(k))
}

/// Where the events of global services are, in the partition of a Region (`aws-facts.md` §6.2).
pub(super) fn global_region(region: &str) -> &'static str {
    match region.split('-').collect::<Vec<_>>().as_slice() {
        ["cn", ..] => "cn-north-1",
        ["us", "gov", ..] => "us-gov-west-1",
        ["us", "iso", ..] => "us-iso-east-1",
        ["us", "isob", ..] => "us-isob-east-1",
        ["eusc", ..] => "eusc-de-east-1",
        _ => "us-east-1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{rows::event::EventBy, scope::ScopeId};

    fn query(subjects: &[(&'static str, &str)]) -> EventQuery {
        let arn = |kind: &str, id: &str| match kind {
            "AWS::IAM::Role" => format!("arn:aws:iam::111122223333:role/{id}"),
            _ => format!("arn:aws:ec2:eu-west-1:111122223333:instance/{id}"),
        };
        EventQuery {
            subjects: subjects
                .iter()
                .map(|(kind, id)| ResourceRef::new(ScopeId(0), *kind, *id).with_arn(arn(kind, id)))
                .collect(),
            by: None,
            from: "2026-05-01T00:00:00Z".parse().unwrap(),
            to: None,
            reads: false,
            errors_only: false,
        }
    }

    fn lookups(steps: &[Step]) -> Vec<(usize, String)> {
        steps.iter().map(|s| (s.region, s.forms[0].to_string())).collect()
    }

    #[test]
    fn a_whole_account_is_swept() {
        let plan = Plan::of(&query(&[]), "eu-west-1", false);
        assert_eq!(lookups(&plan.sweeps), [(0, "ReadOnly=false".to_owned())]);
        assert!(plan.telling.is_empty());
        let reads = EventQuery { reads: true, ..query(&[]) };
        assert_eq!(lookups(&Plan::of(&reads, "eu-west-1", false).sweeps), [(0, String::new())]);
        let global = Plan::of(&query(&[]), "eu-west-1", true);
        let regions: Vec<_> = global.places.iter().map(|p| (p.region.as_str(), p.global_only)).collect();
        assert_eq!(regions, [("eu-west-1", false), ("us-east-1", true)]);
        assert_eq!(global.sweeps.len(), 2);
        assert_eq!(Plan::of(&query(&[]), "us-east-1", true).places.len(), 1);
    }

    #[test]
    fn subjects_are_asked_for_by_name_and_swept_for_where_their_events_are() {
        let plan =
            Plan::of(&query(&[("AWS::EC2::Instance", "i-1"), ("AWS::IAM::Role", "web")]), "eu-west-1", false);
        assert_eq!(
            lookups(&plan.telling),
            [(0, "ResourceName=i-1".to_owned()), (1, "ResourceName=web".to_owned())]
        );
        assert_eq!(lookups(&plan.sweeps).len(), 2);
        assert_eq!(plan.places[1].region, "us-east-1");
        assert_eq!(plan.places[0].subjects.len(), 1);
        assert_eq!(Plan::of(&query(&[("AWS::IAM::Role", "web")]), "us-east-1", false).places.len(), 1);
        assert_eq!(Plan::of(&query(&[("AWS::IAM::Role", "web")]), "cn-north-1", false).places.len(), 1);
    }

    #[test]
    fn some_services_are_asked_by_name_and_by_arn() {
        let plan =
            Plan::of(&query(&[("AWS::SQS::Queue", "jobs"), ("AWS::S3::Bucket", "b")]), "eu-west-1", false);
        assert_eq!(plan.telling.iter().map(|s| s.at_least).collect::<Vec<_>>(), [2, 1]);
        assert!(plan.telling[0].forms.len() >= 2);
    }

    #[test]
    fn an_attribute_is_the_one_question() {
        let by =
            EventQuery { by: Some(EventBy::Actor("alice".into())), ..query(&[("AWS::EC2::Instance", "i")]) };
        let plan = Plan::of(&by, "eu-west-1", false);
        assert_eq!(lookups(&plan.telling), [(0, "Username=alice".to_owned())]);
        assert!(plan.sweeps.is_empty());
    }

    #[test]
    fn windows_are_whole_seconds_of_the_last_ninety_days() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = at("2026-05-01T12:00:00.5Z");
        let window = |from: &str, to: Option<&str>| {
            Window::of(&EventQuery { from: at(from), to: to.map(at), ..query(&[]) }, now)
        };
        let past = window("2026-05-01T10:00:00.9Z", Some("2026-05-01T11:00:00Z"));
        assert_eq!(past.span.seconds(), 3601, "both ends are in it");
        assert!(!past.open && !past.beyond_history);
        let open = window("2026-05-01T11:59:59Z", None);
        assert_eq!((open.span.seconds(), open.open, open.shown.to), (2, true, i64::MAX));
        let old = window("2020-01-01T00:00:00Z", None);
        assert_eq!((old.span.seconds(), old.beyond_history), (90 * 86_400 + 1, true));
        assert!(window("2026-05-01T10:00:00Z", Some("2026-05-01T09:00:00Z")).span.is_empty());
        assert!(window("2026-06-01T10:00:00Z", None).span.is_empty());
    }
}
