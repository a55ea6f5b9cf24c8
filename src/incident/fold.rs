//! What the entries of a journal come to: the state of an incident at its last entry.
//!
//! Applying is total: an entry that makes no sense where it stands (a step after the close, an acknowledgement of nothing)
//! changes nothing but the timeline, since it has been written and cannot be taken back. What a person decided about a step
//! is never changed by a check. Never reads a clock: who asks how long something takes says what time it is.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;

use crate::runbook::{
    judge::Judged,
    progress::{Done, Record, record::Performed},
};

use super::{
    chain::{Entry, SELF},
    event::{
        Cause, Check, Escalated, Event, Evidence, Gate, Item, Kind, Level, Moment, Party, Report, Role, Step,
        Subject,
    },
};

/// Whether it goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum State {
    /// It goes on.
    #[default]
    Open,
    /// The gate said: not yet; a timer brings it back.
    Watching,
    /// It is over.
    Closed,
}

impl State {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Open, Self::Watching, Self::Closed];

    /// As in exports.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Watching => "watching",
            Self::Closed => "closed",
        }
    }

    /// Finds one by its word, in any case.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.word().eq_ignore_ascii_case(word))
    }

    /// The wording key of what people call it.
    pub const fn wording(self) -> &'static str {
        match self {
            Self::Open => "incident.state.open",
            Self::Watching => "incident.state.watching",
            Self::Closed => "incident.state.closed",
        }
    }
}

/// Something with the entry that said it.
#[derive(Debug, Clone, PartialEq)]
pub struct Said<T> {
    /// The entry's number.
    pub seq: u64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: String,
    /// It.
    pub what: T,
}

/// The gate's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gated {
    /// It.
    pub answer: Gate,
    /// Why.
    pub reason: String,
    /// When a watch comes back.
    pub again: Option<Timestamp>,
}

/// Whose part it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sided {
    /// Whose.
    pub side: Party,
    /// The field of work.
    pub area: String,
    /// Why.
    pub reasons: Vec<String>,
    /// Whether a person decided against the signals.
    pub overrides: bool,
}

/// A runbook that was taken up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Which.
    pub id: String,
    /// Of which version.
    pub version: String,
    /// Why.
    pub reason: String,
}

/// An escalation and what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Rung {
    /// The message.
    pub message: Said<Escalated>,
    /// When it was acknowledged, and by whom.
    pub acknowledged: Option<(Timestamp, String)>,
}

/// An incident.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Incident {
    /// The number that it has on this machine: `INC-0042`.
    pub number: u64,
    /// What binds its entries together, on every machine.
    pub uid: String,
    /// The title.
    pub title: String,
    /// What somebody came with.
    pub kind: Option<Kind>,
    /// How bad.
    pub level: Option<Said<Level>>,
    /// Whether it goes on.
    pub state: State,
    /// When it was opened, and by whom.
    pub opened: Option<(Timestamp, String)>,
    /// When it was closed last.
    pub closed_at: Option<Timestamp>,
    /// When it first showed: the alarm's change of state, before anybody opened anything.
    pub since: Option<Timestamp>,
    /// What it is about; the first is what it was opened from.
    pub subjects: Vec<Subject>,
    /// What was reported.
    pub reports: Vec<Said<Report>>,
    /// The runbook that is followed.
    pub runbook: Option<Said<Taken>>,
    /// How far one has come in it, and in those before it.
    pub book: Option<Record>,
    /// What people said that runbooks have to know: values of parameters, by their names.
    pub values: BTreeMap<String, Said<String>>,
    /// The last decision on each step, by runbook and step.
    pub steps: BTreeMap<(String, String), Said<Step>>,
    /// The last run of each check that came out in another way than the run before.
    pub checks: BTreeMap<String, Said<Check>>,
    /// What was kept, in order.
    pub evidence: Vec<Said<Evidence>>,
    /// The gate's last answer.
    pub gate: Option<Said<Gated>>,
    /// Whose part it is.
    pub verdict: Option<Said<Sided>>,
    /// Everybody that was told, in order.
    pub escalations: Vec<Rung>,
    /// Who first acknowledged the incident itself, and when.
    pub acknowledged: Option<(Timestamp, String)>,
    /// Who plays which part.
    pub roles: BTreeMap<Role, String>,
    /// The grey-zone record.
    pub grey: BTreeMap<String, Said<String>>,
    /// The handover that waits for a yes.
    pub handing: Option<Said<String>>,
    /// Moments that figures are counted from; the last word on each.
    pub moments: BTreeMap<Moment, Timestamp>,
    /// What is to be done after it.
    pub items: Vec<Said<Item>>,
    /// What it was, and a sentence on it.
    pub cause: Option<(Cause, String)>,
    /// How often it was opened again.
    pub reopened: u32,
    /// Every entry, in order.
    pub entries: Vec<Arc<Entry>>,
    /// The hash of the last entry.
    pub head: String,
}

impl Incident {
    /// An incident of which nothing is known yet.
    pub fn new(uid: impl Into<String>, number: u64) -> Self {
        Self { uid: uid.into(), number, ..Self::default() }
    }

    /// What people call it: `INC-0042`.
    pub fn id(&self) -> String {
        id_of(self.number)
    }

    /// Whether it was closed and not opened again.
    pub fn is_closed(&self) -> bool {
        self.state == State::Closed
    }

    /// Whether it is about a thing.
    pub fn is_about(&self, subject: &Subject) -> bool {
        self.subjects.iter().any(|known| known.same(subject))
    }

    /// The next entry's number.
    pub fn next_seq(&self) -> u64 {
        self.entries.last().map_or(1, |last| last.seq + 1)
    }

    /// The escalation that waits for an answer: the last one that went out and has none.
    pub fn waiting(&self) -> Option<&Rung> {
        let last = self.escalations.iter().rev().find(|rung| rung.message.what.sent);
        last.filter(|rung| rung.acknowledged.is_none())
    }

    /// Takes the next entry in. One that is here already, or is not the next, is not taken in twice.
    pub fn apply(&mut self, entry: Entry, head: &str) {
        if entry.seq != self.next_seq() {
            return;
        }
        if let Ok(event) = &entry.event {
            self.take(&entry, event);
        }
        head.clone_into(&mut self.head);
        self.entries.push(Arc::new(entry));
    }

    /// Takes an entry in that need not be the next: for lists, which leave out what they do not show.
    pub fn apply_from(&mut self, entry: Entry, head: &str) {
        if entry.seq >= self.next_seq() {
            if let Ok(event) = &entry.event {
                self.take(&entry, event);
            }
            head.clone_into(&mut self.head);
            self.entries.push(Arc::new(entry));
        }
    }

    fn take(&mut self, entry: &Entry, event: &Event) {
        let said = Teller { entry };
        match event {
            Event::Opened { title, kind, level, subject, since, report, .. } => {
                if entry.seq == 1 {
                    self.title.clone_from(title);
                    self.kind = Some(*kind);
                    self.level = level.map(|level| said.tell(level));
                    self.opened = Some((entry.at, entry.hand.by.clone()));
                    self.since = *since;
                    self.subjects.extend(subject.clone());
                    self.reports.extend(report.clone().map(|report| said.tell(report)));
                }
            }
            Event::Reported(report) => self.reports.push(said.tell(report.clone())),
            Event::Attached { subject } if !self.is_about(subject) => self.subjects.push(subject.clone()),
            Event::Action { step: Some((runbook, _)), approved_by, .. } => {
                if let Some(book) = self.book.as_mut().filter(|book| book.book == *runbook) {
                    book.performed = Some(Performed { at: entry.at, approved_by: approved_by.clone() });
                }
            }
            Event::Value { name, value } => {
                self.values.insert(name.clone(), said.tell(value.clone()));
                if let Some(book) = &mut self.book {
                    book.known(name);
                }
            }
            Event::Attached { .. } | Event::Note { .. } | Event::Action { .. } | Event::Imported { .. } => {}
            Event::Detached { subject, .. } => self.subjects.retain(|known| !known.same(subject)),
            Event::Withdrawn { of, .. } => self.reports.retain(|known| known.seq != *of),
            Event::Retitled { title } => self.title.clone_from(title),
            Event::Evidence(evidence) => self.evidence.push(said.tell(evidence.clone())),
            Event::Check(check) => self.checked(check, &said),
            Event::Runbook { id, version, reason } => {
                let taken = Taken { id: id.clone(), version: version.clone(), reason: reason.clone() };
                self.runbook = Some(said.tell(taken));
                match &mut self.book {
                    Some(book) => book.switch(id, entry.at),
                    None => self.book = Some(Record::begin(id, entry.at)),
                }
            }
            Event::Step(step) => self.stepped(step, &said),
            Event::Gate { answer, reason, again, .. } => {
                if !self.is_closed() {
                    self.state = if *answer == Gate::Watch { State::Watching } else { State::Open };
                }
                let gated = Gated { answer: *answer, reason: reason.clone(), again: *again };
                self.gate = Some(said.tell(gated));
            }
            Event::Severity { level, .. } => self.level = Some(said.tell(*level)),
            Event::Verdict { side, area, reasons, overrides } => {
                // What a person has decided stays until a person decides again.
                let by_person = self.verdict.as_ref().is_some_and(|last| last.by != SELF);
                if !(by_person && entry.hand.by == SELF) {
                    let (area, reasons) = (area.clone(), reasons.clone());
                    self.verdict =
                        Some(said.tell(Sided { side: *side, area, reasons, overrides: *overrides }));
                }
            }
            Event::Escalated(escalated) => {
                self.escalations.push(Rung { message: said.tell(escalated.clone()), acknowledged: None });
            }
            Event::Acknowledged { of, who } => self.acknowledge(*of, entry.at, who),
            Event::Role { role, who } => {
                self.roles.insert(*role, who.clone());
            }
            Event::Grey { field, value } => {
                self.grey.insert(field.clone(), said.tell(value.clone()));
            }
            Event::HandedOff { to, .. } => self.handing = Some(said.tell(to.clone())),
            Event::Accepted { who } => {
                if self.handing.take().is_some() {
                    self.roles.insert(Role::Commander, who.clone());
                }
            }
            Event::Moment { which, when, .. } => {
                self.moments.insert(*which, *when);
            }
            Event::Item(item) => self.items.push(said.tell(item.clone())),
            Event::Closed { cause, summary } => {
                if !self.is_closed() {
                    self.state = State::Closed;
                    self.closed_at = Some(entry.at);
                    self.cause = Some((*cause, summary.clone()));
                }
            }
            Event::Reopened { .. } => {
                if self.is_closed() {
                    self.state = State::Open;
                    self.closed_at = None;
                    self.reopened += 1;
                    self.moments.remove(&Moment::Recovered);
                }
            }
        }
    }

    /// A check of the runbook belongs to how far one has come in that; the console's own stand beside it.
    fn checked(&mut self, check: &Check, said: &Teller<'_>) {
        let judged = serde_json::from_value::<Judged>(check.judged.clone()).ok();
        match (judged, &mut self.book) {
            (Some(judged), Some(book)) => book.learn(&check.id, judged),
            _ => {
                self.checks.insert(check.id.clone(), said.tell(check.clone()));
            }
        }
    }

    fn stepped(&mut self, step: &Step, said: &Teller<'_>) {
        self.steps.insert((step.runbook.clone(), step.id.clone()), said.tell(step.clone()));
        let done = serde_json::from_value::<Done>(step.done.clone()).ok();
        if let (Some(done), Some(book)) = (done, &mut self.book) {
            // Two consoles may have finished the same step at once: the first one counts.
            let last = book.done.iter().skip(book.stint).last();
            if last.is_none_or(|last| last.step != done.step) {
                book.push(done);
            }
        }
    }

    fn acknowledge(&mut self, of: Option<u64>, at: Timestamp, who: &str) {
        let rung = of.and_then(|of| self.escalations.iter_mut().find(|rung| rung.message.seq == of));
        match rung {
            Some(rung) => {
                rung.acknowledged.get_or_insert_with(|| (at, who.to_owned()));
            }
            None if of.is_none() => {
                self.acknowledged.get_or_insert_with(|| (at, who.to_owned()));
            }
            None => {}
        }
    }
}

/// A number as people say it: `INC-0042`.
pub fn id_of(number: u64) -> String {
    format!("INC-{number:04}")
}

/// The number in what people say: `INC-0042`, `inc-42`, `42`.
pub fn number_of(id: &str) -> Option<u64> {
    let digits = id.trim();
    let digits = match digits.get(..4) {
        Some(head) if head.eq_ignore_ascii_case("INC-") => digits.get(4..)?,
        _ => digits,
    };
    digits.parse().ok().filter(|number| *number > 0)
}

struct Teller<'a> {
    entry: &'a Entry,
}

impl Teller<'_> {
    fn tell<T>(&self, what: T) -> Said<T> {
        Said { seq: self.entry.seq, at: self.entry.at, by: self.entry.hand.by.clone(), what }
    }
}

#[cfg(test)]
mod tests;
