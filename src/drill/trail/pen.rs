//! What writes a day's events: it keeps to the day, gives every event its identifiers, Region and delay, and rolls dice.

use std::sync::Arc;

use jiff::{Timestamp, civil::Weekday, tz::TimeZone};
use serde_json::Value;

use super::{
    CUT, DAY,
    caller::Caller,
    event::{Call, Event},
    names,
};
use crate::drill::{
    rng,
    script::trail::Office,
    world::{Ids, World, instance::Instance},
};

/// Services that are recorded in us-east-1 wherever they are called from (`aws-facts.md` §0.6).
const GLOBAL: &[&str] = &["iam", "cloudfront", "route53", "organizations", "ce", "support"];

/// The Region of the global services.
pub(super) const GLOBAL_REGION: &str = "us-east-1";

/// How far apart events of one story lie at most, in seconds.
const MARGIN: i64 = 3600;

/// How busy a day of the weekend is, as a part of a working day.
const WEEKEND: f64 = 0.08;

/// Random numbers in an order. The order starts anew with every source and day, so that what one source does never
/// moves another.
#[derive(Debug, Clone)]
pub(super) struct Dice {
    seed: u64,
    step: u64,
}

impl Dice {
    fn next(&mut self) -> u64 {
        self.step += 1;
        rng::mix(self.seed ^ rng::mix(self.step))
    }

    /// From `0.0` up to `1.0`.
    pub(super) fn unit(&mut self) -> f64 {
        rng::unit(self.next())
    }

    /// Whether something of this probability happens.
    pub(super) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// From `low` up to, and without, `high`.
    pub(super) fn span(&mut self, low: i64, high: i64) -> i64 {
        let width = u64::try_from(high - low).unwrap_or(0).max(1);
        low + i64::try_from(self.next() % width).unwrap_or(0)
    }

    /// One of them.
    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let nth = usize::try_from(self.next() % (of.len().max(1) as u64)).unwrap_or(0);
        of.get(nth)
    }
}

/// Writes the events of one day.
#[derive(Debug)]
pub(super) struct Pen<'a> {
    /// The account.
    pub(super) world: &'a World,
    /// Dice of the source at work.
    pub(super) dice: Dice,
    /// The day's first second.
    pub(super) from: i64,
    /// The next day's first second.
    pub(super) to: i64,
    events: Vec<Event>,
    wrong: Vec<String>,
    written: u64,
}

impl<'a> Pen<'a> {
    /// For a day.
    pub(super) const fn new(world: &'a World, from: i64, to: i64) -> Self {
        let dice = Dice { seed: 0, step: 0 };
        Self { world, dice, from, to, events: Vec::new(), wrong: Vec::new(), written: 0 }
    }

    /// The next source begins.
    pub(super) fn turn(&mut self, source: u64) {
        let seed = rng::mix(self.world.seed ^ rng::mix(self.from.cast_unsigned()) ^ source);
        self.dice = Dice { seed, step: 0 };
        self.written = 0;
    }

    /// The day's events, oldest first, and what was wrong.
    pub(super) fn finish(mut self) -> (Vec<Event>, Vec<String>) {
        self.events.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
        (self.events, self.wrong)
    }

    /// Whether a moment is of this day.
    pub(super) const fn has(&self, at: i64) -> bool {
        self.from <= at && at < self.to
    }

    /// Whether a moment is of this day, or so close that something around it may be.
    pub(super) const fn near(&self, at: i64) -> bool {
        self.from - MARGIN <= at && at < self.to + MARGIN
    }

    /// Writes an event, if it is of this day.
    pub(super) fn write(&mut self, at: i64, who: &Arc<Caller>, mut call: Call) {
        self.written += 1;
        if !self.has(at) {
            return;
        }
        let mark = rng::text(self.dice.seed ^ self.written, &format!("{at}/{}/{}", call.service, call.name));
        let region = match &call.region {
            _ if GLOBAL.contains(&call.service.as_ref()) => GLOBAL_REGION.to_owned(),
            Some(region) => region.clone(),
            None => self.world.regions.first().cloned().unwrap_or_default(),
        };
        let request_id = uuid(mark ^ 0x7265_7175_6573_7449);
        // EC2 repeats the request's id in its answer.
        if call.service == "ec2"
            && let Some(rest) = call.response.as_ref().and_then(|text| text.strip_prefix('{'))
        {
            call.response = Some(format!("{{\"requestId\":\"{request_id}\",{rest}"));
        }
        // Five minutes on average, fifteen at most.
        #[expect(clippy::cast_possible_truncation, reason = "at most 900")]
        let usual = (840.0f64.mul_add(rng::unit(rng::mix(mark)).powf(2.2), 60.0)) as i64;
        let delay = call.delay.unwrap_or(usual);
        self.events.push(Event { id: uuid(mark), request_id, at, delay, region, who: who.clone(), call });
    }

    /// Writes a call that only reads; its parameters may hold placeholders.
    pub(super) fn read(&mut self, at: i64, who: &Arc<Caller>, what: &'static str, request: &str) {
        let call = Call::new(what);
        let call = if request.is_empty() { call } else { call.request_text(self.fill(request)) };
        self.write(at, who, call);
    }

    /// A text with its placeholders replaced.
    pub(super) fn fill(&mut self, text: &str) -> String {
        match names::fill(self.world, &mut self.dice, text) {
            Ok(filled) => filled,
            Err(why) => {
                self.wrong.push(why);
                text.to_owned()
            }
        }
    }

    /// A JSON value with its placeholders replaced.
    pub(super) fn fill_value(&mut self, value: &Value) -> String {
        self.fill(&value.to_string())
    }

    /// Something is wrong with the files.
    pub(super) fn complain(&mut self, why: String) {
        self.wrong.push(why);
    }

    /// Identifiers as the account's own grow.
    pub(super) const fn ids(&self) -> Ids {
        Ids { seed: self.world.seed }
    }

    /// A fresh identifier of something that came and went.
    pub(super) fn fresh(&mut self, prefix: &str) -> String {
        let mark = self.dice.next();
        self.ids().of(prefix, &format!("{mark:x}"))
    }

    /// A fresh UUID.
    pub(super) fn uuid(&mut self) -> String {
        uuid(self.dice.next())
    }

    /// Moments in office hours: about so many on a working day, few at the weekend.
    pub(super) fn office(&mut self, office: Office, a_day: f64) -> Vec<i64> {
        let (opens, closes) = hours(office);
        let part = if self.weekend() { WEEKEND } else { 1.0 };
        // The UTC day that starts two hours into ours.
        let midnight = self.from + DAY - CUT;
        let count = self.count(a_day * part);
        let mut moments: Vec<i64> = (0..count).map(|_| midnight + self.dice.span(opens, closes)).collect();
        moments.sort_unstable();
        moments
    }

    /// Moments at any hour of any day: about so many.
    pub(super) fn around_the_clock(&mut self, a_day: f64) -> Vec<i64> {
        let count = self.count(a_day);
        let mut moments: Vec<i64> = (0..count).map(|_| self.dice.span(self.from, self.to)).collect();
        moments.sort_unstable();
        moments
    }

    /// A whole number that is this on average.
    fn count(&mut self, about: f64) -> i64 {
        #[expect(clippy::cast_possible_truncation, reason = "a few hundred at most")]
        let whole = about.floor() as i64;
        whole + i64::from(self.dice.chance(about.fract()))
    }

    /// Every so often, from the day's start on, each time a little off.
    pub(super) fn every(&mut self, seconds: i64, offset: i64) -> Vec<i64> {
        let count = (self.to - self.from) / seconds;
        (0..count).map(|n| self.from + offset % seconds + n * seconds + self.dice.span(0, 20)).collect()
    }

    /// Whether the UTC day in ours is a Saturday or Sunday.
    pub(super) fn weekend(&self) -> bool {
        let noon = Timestamp::from_second(self.from + DAY - CUT + DAY / 2).unwrap_or_default();
        matches!(noon.to_zoned(TimeZone::UTC).weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// Whether what runs on an instance can call anybody at a moment: neither stopped, nor hanging, nor without a host.
    pub(super) fn alive(&self, instance: &Instance, at: i64) -> bool {
        let origin = self.world.origin;
        let look = instance.at(at - origin.as_second(), origin);
        look.state == "running" && [look.system, look.instance].iter().all(|check| check.status != "impaired")
    }

    /// Instances of a Region that run and were there at a moment.
    pub(super) fn running(&self, region: &str, at: i64) -> Vec<&'a Instance> {
        let world = self.world;
        let runs = |i: &Instance| i.at(at - world.origin.as_second(), world.origin).state == "running";
        let here = |i: &&Instance| i.region == region && i.launched.as_second() < at && runs(i);
        world.instances.iter().filter(here).collect()
    }
}

/// Seconds of the UTC day.
const fn hours(office: Office) -> (i64, i64) {
    match office {
        Office::Tokyo => (0, 10 * 3600),
        Office::Dublin => (7 * 3600, 17 * 3600),
    }
}

/// A UUID (version 4 in form) from a number.
pub(super) fn uuid(mark: u64) -> String {
    let digits = rng::hex(mark, 32);
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    let variant = match digits.as_bytes().get(16).map_or(0, |digit| digit % 4) {
        0 => '8',
        1 => '9',
        2 => 'a',
        _ => 'b',
    };
    format!("{}-{}-4{}-{variant}{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
