//! How an event lies to what the symptom is about: it acts on it, on something around it, or on neither.
//!
//! Only whole names count. An event's own nouns come first; a name that merely stands in its record somewhere (a subnet in
//! the answer to a call about something else) counts for less.

use std::borrow::Cow;

use memchr::memmem::Finder;

use super::{Candidate, signals::Effect};
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
pub struct Needles(Vec<Finder<'static>>);

impl Needles {
    /// Whether a record can have to do with the case at all: it holds one of the names, as a word or within one, or its
    /// service's changes hold for a whole account.
    pub fn is_in(&self, source: &str, record: &str) -> bool {
        let service = source.split('.').next().unwrap_or_default();
        ACCOUNT_WIDE.contains(&service) || self.0.iter().any(|name| name.find(record.as_bytes()).is_some())
    }
}

impl About {
    /// Whatever names one of the resources.
    pub fn needles(&self) -> Needles {
        let everything = self.resources.iter().chain(self.related.iter().map(|r| &r.resource));
        // A record may name by its last part what is known by its path.
        let last = |form: &str| form.rsplit(['/', ':']).next().unwrap_or_default().to_owned();
        let mut names: Vec<String> =
            everything.flat_map(forms).map(|form| last(&form)).filter(|name| !name.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        Needles(names.iter().map(|name| Finder::new(name.as_bytes()).into_owned()).collect())
    }

    /// Where an event lies; none when it has nothing to do with it.
    pub(super) fn near(&self, candidate: &Candidate, effects: Option<&[Effect]>) -> Option<Near<'_>> {
        let event = &candidate.event;
        let acts_on = |what: &ResourceRef| event.resources.iter().any(|touched| is(touched, what));
        if let Some(own) = self.resources.iter().find(|own| acts_on(own)) {
            return Some(Near::Self_(own));
        }
        if let Some(around) = self.related.iter().find(|around| acts_on(&around.resource)) {
            return Some(Near::Around(around));
        }
        let did = |what: &&ResourceRef| what.kind.starts_with("AWS::IAM::") && did(event, &what.id);
        if let Some(who) = self.resources.iter().find(did) {
            return Some(Near::By(who));
        }
        let mut everything = self.resources.iter().chain(self.related.iter().map(|r| &r.resource));
        if let Some(named) = everything.find(|r| is_named(&candidate.record, r)) {
            return Some(Near::Named(named));
        }
        let service = event.source.split('.').next().unwrap_or_default();
        (ACCOUNT_WIDE.contains(&service) && effects.is_some()).then_some(Near::Account)
    }
}

/// Whether an event's resource is this one. Types can be spelt in several ways (a managed instance is an instance, a
/// database is RDS's or DocumentDB's), ids with their account and Region or without: the last part of the one is the
/// other.
fn is(touched: &ResourceRef, what: &ResourceRef) -> bool {
    let noun = |kind: &str| kind.rsplit("::").next().unwrap_or_default().to_owned();
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

fn is_named(record: &str, what: &ResourceRef) -> bool {
    // Short plain names ("web", "prod") are words of many records; they count only where an event acts on them.
    let telling = |name: &str| name.len() >= 8;
    forms(what).iter().any(|form| telling(form) && mentions(record, form))
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
