//! How an event lies to what the symptom is about: it acts on it, on something around it, or on neither.
//!
//! Only whole names count. An event's own nouns come first; a name that merely stands in its record somewhere (a subnet in
//! the answer to a call about something else) counts for less. Thousands of events are held against hundreds of names, so
//! both are looked up by their last words and never one after the other.

use std::{borrow::Cow, collections::HashMap};

use super::{Candidate, names::Names, signals::Effect};
use crate::{
    resource::ResourceRef,
    rows::event::Event,
    text::sentence::Sentence,
    triage::record::{mentions, names},
};

/// Something around what the symptom is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// What.
    pub resource: ResourceRef,
    /// How it is known to be related, where that is known.
    pub via: Option<Sentence>,
    /// How many relations away; at least one.
    pub steps: u8,
}

/// What a symptom is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct About {
    /// The things that are unwell; the first is the one that itself breaks.
    pub resources: Vec<ResourceRef>,
    /// What can break them.
    pub related: Vec<Related>,
}

/// How near an event is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Near<'a> {
    /// It acts on the thing itself.
    Self_(&'a ResourceRef),
    /// The thing is who did it.
    By(&'a ResourceRef),
    /// It acts on something around it.
    Around(&'a Related),
    /// Its record names the thing, or something around it.
    Named(&'a ResourceRef),
    /// It acts on the whole account.
    Account,
}

impl Near<'_> {
    /// Its factor.
    pub(super) fn weight(&self) -> f64 {
        match self {
            Self::Self_(_) => 1.0,
            Self::By(_) => BY,
            Self::Around(around) => weight(around.steps),
            Self::Named(_) => 0.6,
            Self::Account => 0.3,
        }
    }
}

/// What an event weighs that the thing itself, a user or a role, has done.
pub const BY: f64 = 0.9;

/// What an event on something so many relations away weighs: what is further away has more to do with others.
pub fn weight(steps: u8) -> f64 {
    match steps {
        0 => 1.0,
        steps => 0.85 - 0.04 * f64::from(steps.min(5) - 1),
    }
}

/// Services whose changes hold for a whole account.
const ACCOUNT_WIDE: [&str; 3] = ["organizations", "account", "sso"];

/// What to look for in a record's text before it is decoded.
#[derive(Debug)]
pub struct Needles(Names);

impl Needles {
    /// Whether a record can have to do with the case at all: it holds one of the names as words of its own, or its
    /// service's changes hold for a whole account.
    pub fn is_in(&self, source: &str, record: &str) -> bool {
        ACCOUNT_WIDE.contains(&service(source)) || self.0.any(record)
    }
}

fn service(source: &str) -> &str {
    source.split('.').next().unwrap_or_default()
}

impl About {
    /// Whatever names one of the resources.
    pub fn needles(&self) -> Needles {
        // A record may name by its last part what is known by its path.
        let mut names: Vec<String> =
            self.all().flat_map(forms).map(|form| last(&form).to_owned()).filter(|n| !n.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        Needles(Names::new(names.iter().map(|name| (name.as_str(), 0))))
    }

    /// What is unwell, then what is around it.
    fn all(&self) -> impl Iterator<Item = &ResourceRef> {
        self.resources.iter().chain(self.related.iter().map(|around| &around.resource))
    }
}

/// What a symptom is about, ready to be asked about many events.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    about: &'a About,
    /// Numbers of things, by the last part of their ids and ARNs.
    by_last: HashMap<&'a str, Vec<usize>>,
    /// Names that tell, wherever they stand.
    telling: Names,
}

impl<'a> Surroundings<'a> {
    pub(super) fn of(about: &'a About) -> Self {
        let mut by_last: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut telling: Vec<(Cow<'_, str>, usize)> = Vec::new();
        for (what, at) in about.all().zip(0..) {
            for name in std::iter::once(what.id.as_str()).chain(what.arn.as_deref()) {
                by_last.entry(last(name)).or_default().push(at);
            }
            // Short plain names ("web", "prod") are words of many records; they count only where an event acts on them.
            telling
                .extend(forms(what).into_iter().filter(|form| form.len() >= TELLING).map(|form| (form, at)));
        }
        let telling = Names::new(telling.iter().map(|(name, at)| (name.as_ref(), *at)));
        Self { about, by_last, telling }
    }

    /// Where an event lies; none when it has nothing to do with it.
    pub(super) fn near(&self, candidate: &Candidate, effects: Option<&[Effect]>) -> Option<Near<'a>> {
        let event = &candidate.event;
        if let Some(near) = self.acted_on(event) {
            return Some(near);
        }
        let did = |what: &&ResourceRef| what.kind.starts_with("AWS::IAM::") && did(event, &what.id);
        if let Some(who) = self.about.resources.iter().find(did) {
            return Some(Near::By(who));
        }
        if let Some(named) = self.named(&candidate.record) {
            return Some(Near::Named(named));
        }
        (ACCOUNT_WIDE.contains(&service(&event.source)) && effects.is_some()).then_some(Near::Account)
    }

    /// The first thing that it acts on, what is unwell before what is around it.
    fn acted_on(&self, event: &Event) -> Option<Near<'a>> {
        let mut first: Option<usize> = None;
        for touched in event.resources.iter() {
            let names = std::iter::once(touched.id.as_str()).chain(touched.arn.as_deref());
            for at in names.filter_map(|name| self.by_last.get(last(name))).flatten() {
                if first.is_none_or(|first| *at < first)
                    && self.thing(*at).is_some_and(|what| is(touched, what))
                {
                    first = Some(*at);
                }
            }
        }
        let first = first?;
        match self.about.resources.get(first) {
            Some(own) => Some(Near::Self_(own)),
            None => Some(Near::Around(self.about.related.get(first - self.about.resources.len())?)),
        }
    }

    /// The first thing that a record names.
    fn named(&self, record: &str) -> Option<&'a ResourceRef> {
        let mut first: Option<usize> = None;
        self.telling.each(record, &mut |name, at| {
            if first.is_none_or(|first| at < first) && mentions(record, name) {
                first = Some(at);
            }
        });
        self.thing(first?)
    }

    fn thing(&self, at: usize) -> Option<&'a ResourceRef> {
        let own = self.about.resources.len();
        let around = || self.about.related.get(at.checked_sub(own)?).map(|around| &around.resource);
        self.about.resources.get(at).or_else(around)
    }
}

/// Names of so many bytes tell by themselves.
const TELLING: usize = 8;

/// What follows the last `/` or `:`.
fn last(name: &str) -> &str {
    name.rsplit(['/', ':']).next().unwrap_or_default()
}

/// Whether an event's resource is this one. Types can be spelt in several ways (a managed instance is an instance, a
/// database is RDS's or DocumentDB's), ids with their account and Region or without: the last part of the one is the
/// other.
fn is(touched: &ResourceRef, what: &ResourceRef) -> bool {
    if touched.id == what.id {
        return touched.kind == what.kind
            || looks_unique(&what.id)
            || noun(&touched.kind) == noun(&what.kind);
    }
    if touched.arn.as_deref().is_some_and(|arn| Some(arn) == what.arn.as_deref() || arn == what.id) {
        return true;
    }
    touched.kind == what.kind && (ends(&touched.id, &what.id) || ends(&what.id, &touched.id))
}

fn noun(kind: &str) -> &str {
    kind.rsplit("::").next().unwrap_or_default()
}

/// Whether a user, or a session of a role, or a key, did it.
fn did(event: &Event, who: &str) -> bool {
    let actor = event.actor.as_str();
    let role = actor.split(' ').next().unwrap_or_default();
    actor == who || role == who || event.access_key.as_deref() == Some(who)
}

/// `i-0abc…`, an ARN: nothing else is called so.
fn looks_unique(id: &str) -> bool {
    id.starts_with("arn:") || id.split('-').next_back().is_some_and(|p| p.len() >= 8 && is_hex(p))
}

fn is_hex(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether an ARN or a path ends with this name.
fn ends(long: &str, short: &str) -> bool {
    !short.is_empty() && long.strip_suffix(short).is_some_and(|rest| rest.ends_with(['/', ':']))
}

fn forms(what: &ResourceRef) -> Vec<Cow<'_, str>> {
    let mut forms: Vec<Cow<'_, str>> = names(what).into_iter().map(Cow::Owned).collect();
    if what.id.starts_with("arn:") {
        forms.push(Cow::Borrowed(what.id.as_str()));
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scope::ScopeId;

    #[test]
    fn names_that_are_part_of_others_are_others() {
        let of = |kind: &'static str, id: &str| ResourceRef::new(ScopeId(0), kind, id);
        for (touched, what, same) in [
            (of("AWS::EC2::Instance", "i-0abc12345"), of("AWS::EC2::Instance", "i-0abc12345"), true),
            (of("AWS::EC2::Instance", "i-0abc12345"), of("AWS::SSM::ManagedInstance", "i-0abc12345"), true),
            (of("AWS::IAM::Role", "web"), of("AWS::IAM::Role", "web"), true),
            (of("AWS::IAM::Role", "web"), of("AWS::IAM::Role", "web-2"), false),
            (of("AWS::Lambda::Function", "web"), of("AWS::Lambda::Alias", "web"), false),
            (of("AWS::KMS::Key", "85b4ab0e"), of("AWS::KMS::Key", "arn:aws:kms:r:1:key/85b4ab0e"), true),
            (of("AWS::KMS::Key", "5b4ab0e"), of("AWS::KMS::Key", "arn:aws:kms:r:1:key/85b4ab0e"), false),
        ] {
            assert_eq!(is(&touched, &what), same, "{touched:?} {what:?}");
        }
    }
}
