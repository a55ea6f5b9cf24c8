//! What is said of an incident, part by part, as plain lines: the message, the handover, the case for AWS Support and the
//! review put them together, each for its readers.
//!
//! What was seen and what somebody takes it to mean are kept apart: checks, kept events and actions are facts, suspects are
//! guesses. Every text of others is made harmless here, access keys in it masked to their last four letters; nothing here is in a medium yet (Markdown escapes for itself).

use std::borrow::Cow;

use jiff::{Timestamp, tz::TimeZone};

use super::{
    event::{Event, Outcome, Subject},
    fold::{Incident, State},
};
use crate::{
    text::{Catalogue, Lang, age, measure, sanitise::clean},
    value::rfc3339,
};

/// What telling needs to know beside the record.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// The words, and with them the language.
    pub words: &'a Catalogue,
    /// The zone of whoever tells; times stand in UTC, and in it.
    pub zone: &'a TimeZone,
    /// The moment that ages count from.
    pub now: Timestamp,
}

/// What whoever tells knows beside the record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// Who tells.
    pub from: String,
    /// What is asked of the reader.
    pub asked: String,
    /// Until when.
    pub asked_by: Option<Timestamp>,
    /// When there will be news.
    pub next_update: Option<Timestamp>,
    /// Checks that are on the screen: how they came out, and what was seen.
    pub checks: Vec<(Outcome, String)>,
    /// Suspects, the likeliest first: guesses.
    pub suspects: Vec<String>,
    /// What is still to be done, with owner and time limit.
    pub open: Vec<String>,
    /// Commands and links by which the reader sees it, too.
    pub reproduce: Vec<String>,
    /// What may go wrong in the next hours.
    pub risks: Vec<String>,
    /// When it may be closed.
    pub exit: String,
}

/// A check, and how it came out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// How.
    pub outcome: Outcome,
    /// Which, and what was seen.
    pub text: String,
}

/// An incident in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// `INC-0042`.
    pub id: String,
    /// `SEV-2`, or that nobody has said yet.
    pub severity: String,
    /// Whether it goes on, in words.
    pub state: String,
    /// The title.
    pub title: String,
    /// What was reported, in the reporters' words.
    pub reports: Vec<String>,
    /// Who is affected, as it was reported.
    pub affected: Vec<String>,
    /// Since when it shows.
    pub since: Option<Timestamp>,
    /// What it is about.
    pub resources: Vec<String>,
    /// Whose part it is, and why.
    pub side: String,
    /// Checks: those that failed first, then those that cannot be told, then the others.
    pub checks: Vec<Checked>,
    /// Changes that somebody kept as evidence.
    pub changes: Vec<String>,
    /// What was done, and what came of it.
    pub done: Vec<String>,
    /// Suspects: guesses.
    pub guesses: Vec<String>,
    /// What is kept elsewhere of the record: how many entries, and the beginning of the last one's hash.
    pub record: String,
}

/// Letters of the last hash that are told: enough to find it, few enough to read out.
const HEAD: usize = 12;
/// Cells of one line of others' text.
const LINE: usize = 300;

impl Brief {
    /// Of an incident, and what is known beside it.
    pub fn of(incident: &Incident, beside: &Beside, telling: &Telling<'_>) -> Self {
        let words = telling.words;
        let reports = || incident.reports.iter().map(|report| &report.what);
        let state = match incident.state {
            State::Open => "message.state_open",
            State::Watching => "message.state_watching",
            State::Closed => "message.state_closed",
        };
        let level = incident.level.as_ref().map(|level| level.what.word());
        let head: String = incident.head.chars().take(HEAD).collect();
        let entries = incident.entries.len();
        Self {
            id: incident.id(),
            severity: level.unwrap_or_else(|| words.get("message.no_severity")).to_owned(),
            state: words.get(state).to_owned(),
            title: one(&incident.title),
            reports: reports()
                .map(|report| reported(report, words))
                .filter(|text| !text.is_empty())
                .collect(),
            affected: filled(reports().map(|report| report.how_many.as_str())),
            since: since(incident),
            resources: incident.subjects.iter().map(named).collect(),
            side: side(incident, words),
            checks: checks(incident, beside),
            changes: filled(
                incident.evidence.iter().filter(|e| e.what.source == "event").map(|e| e.what.title.as_str()),
            ),
            done: done(incident, telling),
            guesses: filled(beside.suspects.iter().map(String::as_str)),
            record: words.fill("message.record", &[("entries", &entries), ("head", &head)]),
        }
    }

    /// How many checks came out in a way.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.checks.iter().filter(|check| check.outcome == outcome).count()
    }
}

/// One harmless line of bounded length, without a secret.
pub(super) fn one(text: &str) -> String {
    measure::cut(masked(&clean(text)).trim(), LINE).into_owned()
}

/// Access keys are shown by their last four letters.
fn masked(text: &str) -> Cow<'_, str> {
    const STARTS: [&str; 2] = ["AKIA", "ASIA"];
    if !STARTS.iter().any(|start| text.contains(start)) {
        return Cow::Borrowed(text);
    }
    let is_key = |word: &str| {
        let letters = word.len() >= 16 && word.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit());
        letters && STARTS.iter().any(|start| word.starts_with(start))
    };
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let word = part.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        match word.get(word.len().saturating_sub(4)..).filter(|_| is_key(word)) {
            Some(tail) => {
                out.push('…');
                out.push_str(tail);
                out.push_str(part.get(word.len()..).unwrap_or_default());
            }
            None => out.push_str(part),
        }
    }
    Cow::Owned(out)
}

fn filled<'a>(texts: impl Iterator<Item = &'a str>) -> Vec<String> {
    texts.map(one).filter(|text| !text.is_empty()).collect()
}

/// When it first showed: when the effect began if that is known, else the alarm's change of state, else when it was opened.
fn since(incident: &Incident) -> Option<Timestamp> {
    let began = incident.moments.get(&super::event::Moment::Began).copied();
    began.or(incident.since).or_else(|| incident.opened.as_ref().map(|(at, _)| *at))
}

fn reported(report: &super::event::Report, words: &Catalogue) -> String {
    let mut text = one(&report.what);
    let parts = [
        ("message.report_since", &report.since),
        ("message.report_url", &report.url),
        ("message.report_from", &report.from),
        ("message.report_who", &report.who),
    ];
    for (key, part) in parts.into_iter().filter(|(_, part)| !part.trim().is_empty()) {
        text.push_str(words.get("message.gap"));
        text.push_str(&words.fill(key, &[("text", &one(part))]));
    }
    text
}

/// `web-5xx (AWS::CloudWatch::Alarm, 111122223333 eu-west-1)`.
pub(super) fn named(subject: &Subject) -> String {
    let id = subject.arn.as_deref().unwrap_or(&subject.id);
    let place = subject.scope.as_ref().map(|scope| {
        let account = scope.account.as_deref().unwrap_or(&scope.profile);
        format!("{account} {}", scope.region)
    });
    let mut parts = vec![one(&subject.kind)];
    parts.extend((id != subject.label()).then(|| one(id)));
    parts.extend(place.map(|place| one(&place)));
    parts.retain(|part| !part.is_empty());
    format!("{} ({})", one(subject.label()), parts.join(", "))
}

fn side(incident: &Incident, words: &Catalogue) -> String {
    let Some(verdict) = &incident.verdict else { return words.get("incident.side.unknown").to_owned() };
    let mut text = words.get(verdict.what.side.wording()).to_owned();
    if !verdict.what.area.is_empty() {
        // An area is a wording key where the signals chose it, and a person's words else.
        text = format!("{text} · {}", one(words.get(&verdict.what.area)));
    }
    let reasons = filled(verdict.what.reasons.iter().map(String::as_str));
    if reasons.is_empty() { text } else { format!("{text}: {}", reasons.join("; ")) }
}

/// Those of the record, and those on the screen that the record does not have.
fn checks(incident: &Incident, beside: &Beside) -> Vec<Checked> {
    let kept = incident.checks.values().map(|check| Checked {
        outcome: check.what.outcome,
        text: one(&format!("{}: {}", check.what.id, check.what.evidence)),
    });
    let mut all: Vec<Checked> = kept.collect();
    for (outcome, text) in &beside.checks {
        let check = Checked { outcome: *outcome, text: one(text) };
        if !all.contains(&check) {
            all.push(check);
        }
    }
    let rank = |outcome: Outcome| match outcome {
        Outcome::Fail => 0,
        Outcome::Unknown => 1,
        Outcome::Pass => 2,
    };
    all.sort_by_key(|check| rank(check.outcome));
    all
}

fn done(incident: &Incident, telling: &Telling<'_>) -> Vec<String> {
    let actions = incident.entries.iter().filter_map(|entry| match &entry.event {
        Ok(Event::Action { operation, command, result, .. }) => {
            let what = one(if command.is_empty() { operation } else { command });
            let result = one(result);
            let came = if result.is_empty() { String::new() } else { format!(" → {result}") };
            Some(format!("{} {}: {what}{came}", telling.clock(entry.at), one(&entry.hand.by)))
        }
        _ => None,
    });
    actions.collect()
}

impl Telling<'_> {
    /// `03:11Z`, with the date where it is another day.
    pub fn clock(&self, at: Timestamp) -> String {
        let (then, now) = (at.to_zoned(TimeZone::UTC), self.now.to_zoned(TimeZone::UTC));
        let form = if then.date() == now.date() { "%H:%MZ" } else { "%Y-%m-%d %H:%MZ" };
        then.strftime(form).to_string()
    }

    /// `2026-05-01T03:08:00Z (12:08 +09), 4m`: in UTC, by the teller's clock, and how long ago.
    pub fn moment(&self, at: Timestamp) -> String {
        let here = at.to_zoned(self.zone.clone());
        let age = age::since(at, self.now);
        if here.offset().is_zero() {
            format!("{}, {age}", rfc3339(at))
        } else {
            format!("{} ({}), {age}", rfc3339(at), here.strftime("%H:%M %Z"))
        }
    }

    /// What stands between a label and its text.
    pub(super) const fn colon(&self) -> &'static str {
        match self.words.lang() {
            Lang::En => ": ",
            Lang::Ja => "：",
        }
    }
}

/// At most so many lines, and how many were left out.
pub(super) fn some(lines: &[String], most: usize, telling: &Telling<'_>) -> Vec<String> {
    let mut some: Vec<String> = lines.iter().take(most).cloned().collect();
    let more = lines.len().saturating_sub(most);
    some.extend((more > 0).then(|| telling.words.fill("message.more", &[("count", &more)])));
    some
}
