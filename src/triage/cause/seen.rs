//! What is usual in an account: how often each call stands in all that was read, and who makes it at which hours.
//!
//! Counts only, so that any number of events takes little room, and the same in whatever order and parts they come. Whether
//! something is out of the ordinary is said in [`super::habit`].

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::hours::{Hours, hour_of};
use crate::{
    rows::event::Event,
    triage::record::{Who, plain_name},
};

/// Who is told apart at most; with more of them nothing is said about anybody.
const ACTORS: usize = 2_000;
/// Pairs of somebody and a call that are told apart at most; likewise.
const PAIRS: usize = 20_000;

/// A call, as far as it counts.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    source: &'a str,
    name: &'a str,
    time: Timestamp,
    who: Option<Who<'a>>,
}

impl<'a> Call<'a> {
    /// Of a record that is not decoded: `eventSource`, `eventName`, `eventTime`, and the whole text.
    pub fn new(source: &'a str, name: &'a str, time: Timestamp, record: &'a str) -> Self {
        Self { source, name, time, who: Who::of_record(record) }
    }

    /// Of one that is.
    pub fn of(event: &'a Event) -> Self {
        Self { source: &event.source, name: &event.name, time: event.time, who: Who::of(event) }
    }
}

/// How often each call stands in all that was read, by whom and when, and so what is usual in this account.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// By service, then name.
    names: HashMap<String, HashMap<String, Counted>>,
    calls: u64,
    /// The hour of the first.
    first: Option<i64>,
    /// From which hour on nothing is missing.
    since: Option<i64>,
    /// Numbers of actors.
    actors: HashMap<Box<str>, usize>,
    /// When each of them did something.
    active: Vec<Hours>,
    /// When any person did.
    people: Hours,
    pairs: usize,
    /// There were too many of them to tell apart.
    crowded: bool,
}

/// How often a call was counted, and when by whom.
#[derive(Debug, Clone, Default)]
pub(super) struct Counted {
    /// How often.
    pub times: u32,
    /// When by each, by their numbers.
    by: BTreeMap<usize, Hours>,
}

/// What is known of somebody and a call.
pub(super) struct Known<'a> {
    /// When they did anything.
    pub active: &'a Hours,
    /// When they made this call.
    pub this: Option<&'a Hours>,
    number: usize,
    by: &'a BTreeMap<usize, Hours>,
}

impl<'a> Known<'a> {
    /// When each of the others made this call.
    pub(super) fn others(&self) -> impl Iterator<Item = &'a Hours> + use<'a> {
        let own = self.number;
        self.by.iter().filter(move |(number, _)| **number != own).map(|(_, hours)| hours)
    }
}

impl Seen {
    /// Counts a call.
    pub fn add(&mut self, call: &Call<'_>) {
        let hour = hour_of(call.time);
        self.first = Some(self.first.map_or(hour, |first| first.min(hour)));
        let (service, name) = (call.source.split('.').next().unwrap_or_default(), plain_name(call.name));
        self.add_times(service, name, 1);
        let Some(who) = &call.who else { return };
        let Some(number) = self.number(&who.name) else { return };
        if who.human {
            self.people.add(hour);
        }
        if let Some(active) = self.active.get_mut(number) {
            active.add(hour);
        }
        if let Some(hours) = self.pair(service, name, number) {
            hours.add(hour);
        }
    }

    /// Takes over what another has counted. From when on nothing is missing stays as it is.
    pub fn merge(&mut self, other: &Self) {
        for (service, names) in &other.names {
            for (name, counted) in names {
                self.add_times(service, name, counted.times);
            }
        }
        self.first = self.first.into_iter().chain(other.first).min();
        if other.crowded {
            self.crowd();
            return;
        }
        self.people.merge(&other.people);
        let mut numbers = vec![None; other.active.len()];
        for (who, theirs) in &other.actors {
            let number = self.number(who);
            if let (Some(active), Some(hours)) =
                (number.and_then(|ours| self.active.get_mut(ours)), other.active.get(*theirs))
            {
                active.merge(hours);
            }
            if let Some(known) = numbers.get_mut(*theirs) {
                *known = number;
            }
        }
        for (service, names) in &other.names {
            for (name, counted) in names {
                for (theirs, hours) in &counted.by {
                    let ours = numbers.get(*theirs).copied().flatten();
                    if let Some(known) = ours.and_then(|ours| self.pair(service, name, ours)) {
                        known.merge(hours);
                    }
                }
            }
        }
    }

    /// Says from when on nothing is missing in what was counted; none where that is not known.
    pub fn all_since(&mut self, since: Option<Timestamp>) {
        self.since = since.map(hour_of);
    }

    /// Says that nothing is missing since the first call that was counted.
    pub fn is_all(&mut self) {
        self.since = self.first;
    }

    fn add_times(&mut self, service: &str, name: &str, times: u32) {
        self.calls = self.calls.saturating_add(u64::from(times));
        if let Some(known) = self.names.get_mut(service).and_then(|names| names.get_mut(name)) {
            known.times = known.times.saturating_add(times);
        } else {
            let counted = Counted { times, by: BTreeMap::new() };
            self.names.entry(service.to_owned()).or_default().insert(name.to_owned(), counted);
        }
    }

    /// The number of somebody, a new one for who is new.
    fn number(&mut self, who: &str) -> Option<usize> {
        if self.crowded {
            return None;
        }
        if let Some(number) = self.actors.get(who) {
            return Some(*number);
        }
        if self.active.len() == ACTORS {
            self.crowd();
            return None;
        }
        let number = self.active.len();
        self.actors.insert(who.into(), number);
        self.active.push(Hours::default());
        Some(number)
    }

    /// When somebody made a call, of which at least one has been counted.
    fn pair(&mut self, service: &str, name: &str, number: usize) -> Option<&mut Hours> {
        let by = &self.names.get(service)?.get(name)?.by;
        if !by.contains_key(&number) {
            if self.pairs == PAIRS {
                self.crowd();
                return None;
            }
            self.pairs += 1;
        }
        Some(self.names.get_mut(service)?.get_mut(name)?.by.entry(number).or_default())
    }

    /// Whom came first must not decide about whom something is said.
    fn crowd(&mut self) {
        self.crowded = true;
        self.actors = HashMap::new();
        self.active = Vec::new();
        self.people = Hours::default();
        for counted in self.names.values_mut().flat_map(HashMap::values_mut) {
            counted.by = BTreeMap::new();
        }
    }

    /// How many calls were counted.
    pub const fn calls(&self) -> u64 {
        self.calls
    }

    /// What was counted of a call, by its service and its plain name.
    pub(super) fn counted(&self, service: &str, name: &str) -> Option<&Counted> {
        self.names.get(service).and_then(|names| names.get(name))
    }

    /// From which hour on nothing is missing; none where that is not known, or nothing about anybody.
    pub(super) fn since(&self) -> Option<i64> {
        self.since.filter(|_| !self.crowded)
    }

    /// When any person did something.
    pub(super) const fn people(&self) -> &Hours {
        &self.people
    }

    /// What is known of somebody and a call.
    pub(super) fn known<'a>(&'a self, call: &'a Counted, who: &str) -> Option<Known<'a>> {
        let number = *self.actors.get(who)?;
        Some(Known { active: self.active.get(number)?, this: call.by.get(&number), number, by: &call.by })
    }
}
