//! CloudTrail's event history of the drill account: what people, pipelines and services did, day by day.
//!
//! A day's events are a function of the seed, the account and the timeline, made when somebody first asks for that day
//! and kept; so opening a drill costs nothing, and the same question has the same answer however it is reached. Three
//! sources flow together: what a timeline tells ([`scripted`]), what must have happened for the account to be as it is
//! ([`past`]), and, for the last days, the noise of an account at work ([`background`]). Nothing here may contradict
//! the account: an event that names a resource names one that is there, or one that is gone by now.

mod background;
mod caller;
mod event;
mod names;
mod past;
mod pen;
mod read_back;
mod record;
mod scripted;
mod session;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use self::pen::Pen;
pub(crate) use self::{
    caller::access_key,
    event::Event,
    names::{FUNCTIONS, LOG_GROUPS},
};
use super::{
    script::{
        Account, Beat,
        trail::{Principal, TrailEvent, TrailFile},
    },
    world::World,
};

/// Seconds in a day.
const DAY: i64 = 86_400;

/// Days are cut at this second of the UTC day, when Europe has left the office and Japan has not come yet: no
/// session of work is cut in two.
const CUT: i64 = 22 * 3600;

/// How many days before the scenario the everyday noise reaches back. Beyond it only what mattered is told.
const NOISE_DAYS: i64 = 7;

/// How long CloudTrail's event history goes back, in days (`aws-facts.md` §1.5).
pub(crate) const KEPT_DAYS: i64 = 90;

/// One source of events.
type Source = fn(&mut Pen<'_>);

/// Who calls AWS, what the timelines tell, and the days made so far.
#[derive(Debug)]
pub(crate) struct Story {
    /// Who calls AWS.
    pub(crate) principals: Vec<Principal>,
    /// The trails there are.
    pub(crate) trails: Vec<TrailFile>,
    /// What timelines tell: the beat's number and second of the scenario, and the event.
    told: Vec<(usize, i64, TrailEvent)>,
    days: Mutex<HashMap<i64, Arc<Vec<Event>>>>,
}

impl Story {
    /// That of an account and what happens in it.
    pub(crate) fn new(file: &Account, beats: &[&Beat]) -> Self {
        let told = beats.iter().enumerate().flat_map(|(number, beat)| {
            beat.trail.iter().map(move |event| (number, beat.at.0, event.clone()))
        });
        Self {
            principals: file.principal.clone(),
            trails: file.trail.clone(),
            told: told.collect(),
            days: Mutex::default(),
        }
    }

    /// The events of a day (see [`day_of`]), oldest first.
    pub(crate) fn day(&self, world: &World, day: i64) -> Arc<Vec<Event>> {
        let known = |days: &HashMap<i64, Arc<Vec<Event>>>| days.get(&day).cloned();
        // A panic while the lock was held leaves at worst a day that is made again.
        let lock = || self.days.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(events) = known(&lock()) {
            return events;
        }
        // Made without the lock: another thread may make the same day meanwhile, and makes the same.
        let events = Arc::new(make(world, day).0);
        lock().entry(day).or_insert(events).clone()
    }
}

/// The day that a moment (seconds since 1970) belongs to.
pub(crate) const fn day_of(second: i64) -> i64 {
    (second - CUT).div_euclid(DAY)
}

/// The events of a day, and what was wrong with the timeline's.
fn make(world: &World, day: i64) -> (Vec<Event>, Vec<String>) {
    let from = day * DAY + CUT;
    let recent = day >= day_of(world.origin.as_second()) - NOISE_DAYS;
    let always: &[Source] = &[scripted::write, past::write];
    let noise: &[Source] = if recent { background::ALL } else { &[] };
    let mut pen = Pen::new(world, from, from + DAY);
    for (number, source) in (0_u64..).zip(always.iter().chain(noise)) {
        pen.turn(number);
        source(&mut pen);
    }
    pen.finish()
}

#[cfg(test)]
mod tests;
