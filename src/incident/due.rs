//! What is overdue in an incident, and whom to tell next: acknowledgements, escalations that nobody answers, messages
//! that did not go out, handovers, watches.
//!
//! An answer stops the ladder: as soon as somebody of the highest level that was told has acknowledged, nobody above is
//! told by the timers. Silence does not: a message is sent once more when it is due, and the next level is told after
//! that. Only times are computed; nothing is sent, and no clock is read.

use jiff::{SignedDuration, Timestamp};

use super::{
    event::{Gate, Kind, Level},
    fold::{Incident, Rung},
    ladder::Ladder,
};

/// What has to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// Somebody has to take the incident on.
    Acknowledge,
    /// Full response was decided, and nobody has been told.
    Escalate,
    /// Somebody was told and is silent: tell them once more.
    Again,
    /// A whole level is silent: tell the next one.
    Next,
    /// A message did not go out: reach them in another way.
    Unsent,
    /// Somebody has to accept a handover.
    Handover,
    /// A watch comes back: decide again.
    Watch,
}

impl What {
    /// Wording key: a sentence with `{to}` and `{age}`.
    pub const fn wording(self) -> &'static str {
        match self {
            Self::Acknowledge => "incident.due.acknowledge",
            Self::Escalate => "incident.due.escalate",
            Self::Again => "incident.due.again",
            Self::Next => "incident.due.next",
            Self::Unsent => "incident.due.unsent",
            Self::Handover => "incident.due.handover",
            Self::Watch => "incident.due.watch",
        }
    }
}

/// Something with a time limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// What.
    pub what: What,
    /// When it is, or was, due.
    pub at: Timestamp,
    /// Whom to tell: ids of the ladder, or as they were named.
    pub to: Vec<String>,
    /// Whether nobody of them is on now, nor anybody above them.
    pub off_hours: bool,
    /// The entry that it is about: the message, the gate, the handover.
    pub of: Option<u64>,
}

/// What is overdue, the longest first.
pub fn due(incident: &Incident, ladder: &Ladder, now: Timestamp) -> Vec<Due> {
    let mut due = timers(incident, ladder, now);
    due.retain(|due| due.at <= now);
    due.sort_by_key(|due| due.at);
    due
}

/// When the next thing falls due; for whoever waits for it.
pub fn next(incident: &Incident, ladder: &Ladder, now: Timestamp) -> Option<Timestamp> {
    timers(incident, ladder, now).into_iter().map(|due| due.at).filter(|at| *at > now).min()
}

/// Until when a message must be acknowledged.
pub fn ack_by(incident: &Incident, ladder: &Ladder, sent: Timestamp) -> Timestamp {
    after(sent, ladder.ack_within.of(severity(incident)))
}

/// As long as nobody has said how bad it is, the limits of SEV-2 hold: of two the higher is taken (`incident-flow.md`
/// §2.1), and SEV-1 has the same.
fn severity(incident: &Incident) -> Level {
    incident.level.as_ref().map_or(Level::Sev2, |said| said.what)
}

fn after(at: Timestamp, span: std::time::Duration) -> Timestamp {
    let span = SignedDuration::try_from(span).unwrap_or(SignedDuration::MAX);
    at.saturating_add(span).unwrap_or(at)
}

/// Everything that has a time limit, past or to come.
pub fn timers(incident: &Incident, ladder: &Ladder, now: Timestamp) -> Vec<Due> {
    if incident.is_closed() || incident.kind == Some(Kind::Question) {
        return Vec::new();
    }
    let book = Book { incident, ladder, now };
    let mut all = Vec::new();
    if incident.escalations.iter().any(|rung| rung.message.what.sent) {
        book.silence(&mut all);
    } else {
        book.nobody_told(&mut all);
    }
    all.extend(book.unsent());
    all.extend(incident.handing.as_ref().map(|to| Due {
        what: What::Handover,
        at: ack_by(incident, ladder, to.at),
        to: vec![to.what.clone()],
        off_hours: false,
        of: Some(to.seq),
    }));
    let watch = incident.gate.as_ref().filter(|gate| gate.what.answer == Gate::Watch);
    all.extend(watch.and_then(|gate| {
        let at = gate.what.again?;
        Some(Due { what: What::Watch, at, to: Vec::new(), off_hours: false, of: Some(gate.seq) })
    }));
    all
}

struct Book<'a> {
    incident: &'a Incident,
    ladder: &'a Ladder,
    now: Timestamp,
}

impl Book<'_> {
    /// Nobody has been told yet: the incident itself waits to be taken on, or the gate to be acted on.
    fn nobody_told(&self, all: &mut Vec<Due>) {
        let gate = self.incident.gate.as_ref();
        if let Some(gate) = gate.filter(|gate| gate.what.answer == Gate::Yes) {
            all.push(self.level(What::Escalate, gate.at, self.ladder.above_desk(), Some(gate.seq)));
            return;
        }
        let opened = self.incident.opened.as_ref().filter(|_| self.incident.acknowledged.is_none());
        if let Some((opened, _)) = opened.filter(|_| gate.is_none()) {
            let level = severity(self.incident);
            let again = after(*opened, self.ladder.ack_within.of(level));
            let next = after(*opened, self.ladder.next_after.of(level));
            if again < next && self.now < next {
                all.push(self.level(What::Acknowledge, again, 0, None));
            }
            all.push(self.level(What::Next, next, self.ladder.above_desk(), None));
        }
    }

    /// Those who were told and are silent.
    fn silence(&self, all: &mut Vec<Due>) {
        let sent = || self.incident.escalations.iter().filter(|rung| rung.message.what.sent);
        let level = |rung: &Rung| self.ladder.level_of(&rung.message.what.to);
        let top = sent().filter_map(level).max();
        let there = || sent().filter(|rung| level(rung) == top);
        let answered = there().any(|rung| rung.acknowledged.is_some());
        let first = there().map(|rung| rung.message.at).min();
        let next = first.map(|at| after(at, self.ladder.next_after.of(severity(self.incident))));
        // AWS answers by its own plan; nobody is told again or instead but when that is over.
        let by_plan = |rung: &Rung| ["support-case", "opsitem"].contains(&rung.message.what.channel.as_str());
        let climb = !answered && !there().all(by_plan);
        for rung in there() {
            let to = &rung.message.what.to;
            let tries = || there().filter(|other| other.message.what.to == *to);
            let taken = tries().any(|rung| rung.acknowledged.is_some());
            if taken || tries().count() > 1 {
                continue;
            }
            let given = rung.message.what.due;
            let Some(at) = given
                .or_else(|| (!by_plan(rung)).then(|| ack_by(self.incident, self.ladder, rung.message.at)))
            else {
                continue;
            };
            // Once the next level is due, it is told instead of this one once more.
            if !climb || next.is_none_or(|next| at < next && self.now < next) {
                let off_hours = self.ladder.contact(to).is_some_and(|c| !c.is_on(self.now));
                let (what, of) = (What::Again, Some(rung.message.seq));
                all.push(Due { what, at, to: vec![to.clone()], off_hours, of });
            }
        }
        if let (true, Some(next)) = (climb, next) {
            let of = there().next_back().map(|rung| rung.message.seq);
            let above = top.map_or(0, |top| top + 1);
            if above < self.ladder.levels.len() {
                all.push(self.level(What::Next, next, above, of));
            } else if let Some(last) = there().next_back() {
                // There is nobody above: the last ones are told again and again.
                let at = after(last.message.at, self.ladder.next_after.of(severity(self.incident)));
                all.push(self.level(What::Again, at, above, of));
            }
        }
    }

    /// Messages that did not go out, when nothing later did to the same or above.
    fn unsent(&self) -> Option<Due> {
        let last = self.incident.escalations.last().filter(|rung| !rung.message.what.sent)?;
        Some(Due {
            what: What::Unsent,
            at: last.message.at,
            to: vec![last.message.what.to.clone()],
            off_hours: false,
            of: Some(last.message.seq),
        })
    }

    fn level(&self, what: What, at: Timestamp, level: usize, of: Option<u64>) -> Due {
        let (who, off_hours) = self.ladder.who(level, self.now);
        Due { what, at, to: who.into_iter().map(|contact| contact.id.clone()).collect(), off_hours, of }
    }
}

#[cfg(test)]
mod tests;
