//! What is written into an incident with one entry each.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::{
    Refused, Work,
    args::{
        AckArgs, GateArgs, MomentArgs, NoteArgs, SetArgs, SeverityArgs, TickArgs, Ticked, VerdictArgs,
        after::{CloseArgs, ReopenArgs},
    },
    page,
};
use crate::{
    incident::{
        Event, Incident,
        chain::SELF,
        event::{Gate, Party, Step},
    },
    runbook::params,
    text::{sanitise::clean, sentence::Sentence},
};

/// The checklist that every incident has, whatever its runbook (`incident-flow.md` §2.3).
const CHECKLIST: &str = "first-15-minutes";
/// When a watch comes back, where nobody says.
const AGAIN: SignedDuration = SignedDuration::from_mins(30);

pub(super) fn note(work: &mut Work<'_>, args: &NoteArgs) -> Result<bool, Refused> {
    let incident = work.load(&args.id)?;
    if let Some(about) = args.about {
        entry(&incident, about)?;
    }
    let text = work.text(&args.text)?;
    work.write(&incident, Event::Note { text, about: args.about }, args.form.output, &[])
}

pub(super) fn tick(work: &mut Work<'_>, args: &TickArgs) -> Result<bool, Refused> {
    let incident = work.load_open(&args.id)?;
    let reason = args.reason.clone().unwrap_or_default();
    if args.result == Ticked::Skip && reason.trim().is_empty() {
        return Err(Refused::Usage(Sentence::new("cli.incident.skip_reason")));
    }
    let (runbook, id) = match args.step.split_once('/') {
        Some((runbook, id)) => (runbook, id),
        None => {
            (incident.runbook.as_ref().map_or(CHECKLIST, |taken| taken.what.id.as_str()), args.step.as_str())
        }
    };
    if runbook.trim().is_empty() || id.trim().is_empty() {
        return Err(Refused::Usage(Sentence::new("cli.incident.no_step").with("said", clean(&args.step))));
    }
    let step = Step {
        runbook: runbook.to_owned(),
        id: id.to_owned(),
        mark: args.result.mark(),
        reason,
        choice: None,
        overrides: false,
        done: serde_json::Value::Null,
    };
    let name = format!("{runbook}/{id}");
    let also = [("step", json!(name)), ("state", json!(step.mark.word()))];
    work.write(&incident, Event::Step(step), args.form.output, &also)
}

/// Checks that wait for a value are read by the console, which sees the entry at once.
pub(super) fn set(work: &mut Work<'_>, args: &SetArgs) -> Result<bool, Refused> {
    let incident = work.load_open(&args.id)?;
    let mut events = Vec::new();
    for said in &args.values {
        let no_value = || Sentence::new("cli.incident.no_value").with("said", page::short(said));
        let (name, value) = said.split_once('=').ok_or_else(|| Refused::Usage(no_value()))?;
        if !params::is_name(name) {
            return Err(Refused::Usage(no_value()));
        }
        if !params::is_fit(value) {
            let bad = Sentence::new("runbook.bad_value").with("name", name);
            return Err(Refused::Usage(bad.with("value", page::short(value))));
        }
        events.push(Event::Value { name: name.to_owned(), value: value.to_owned() });
    }
    work.write_all(&incident, &events, args.form.output, &[])
}

pub(super) fn ack(work: &mut Work<'_>, args: &AckArgs) -> Result<bool, Refused> {
    let incident = work.load_open(&args.id)?;
    if let Some(of) = args.of
        && !incident.escalations.iter().any(|rung| rung.message.seq == of)
    {
        let sentence = Sentence::new("cli.incident.no_message").with("id", incident.id()).with("seq", of);
        return Err(Refused::Usage(sentence));
    }
    let who = work.desk.hand.by.clone();
    work.write(&incident, Event::Acknowledged { of: args.of, who }, args.form.output, &[])
}

pub(super) fn gate(work: &mut Work<'_>, args: &GateArgs) -> Result<bool, Refused> {
    let incident = work.load_open(&args.id)?;
    let reason = work.text(&args.reason)?;
    let again = (args.answer == Gate::Watch).then(|| {
        let span = args.again.and_then(|span| SignedDuration::try_from(span).ok()).unwrap_or(AGAIN);
        work.desk.now.saturating_add(span).unwrap_or(Timestamp::MAX)
    });
    let gate = Event::Gate { answer: args.answer, reason, facts: Vec::new(), again };
    work.write(&incident, gate, args.form.output, &[("again", json!(again.map(crate::value::rfc3339)))])
}

/// Raising takes no reason, lowering does.
pub(super) fn severity(work: &mut Work<'_>, args: &SeverityArgs) -> Result<bool, Refused> {
    let incident = work.load(&args.id)?;
    let reason = args.reason.clone().unwrap_or_default();
    // SEV-1 is the first, and the worst.
    let lowers = incident.level.as_ref().is_some_and(|now| args.level > now.what);
    if lowers && reason.trim().is_empty() {
        return Err(Refused::Usage(Sentence::new("cli.incident.lower_reason")));
    }
    work.write(&incident, Event::Severity { level: args.level, reason }, args.form.output, &[])
}

pub(super) fn verdict(work: &mut Work<'_>, args: &VerdictArgs) -> Result<bool, Refused> {
    let incident = work.load(&args.id)?;
    let overrides = incident.verdict.as_ref().is_some_and(|said| {
        said.by == SELF && ![Party::Unknown, args.side].contains(&said.what.side) || said.what.overrides
    });
    let (area, reasons) = (args.area.clone(), args.reason.clone());
    let verdict = Event::Verdict { side: args.side, area, reasons, overrides };
    work.write(&incident, verdict, args.form.output, &[])
}

pub(super) fn moment(work: &mut Work<'_>, args: &MomentArgs) -> Result<bool, Refused> {
    let incident = work.load(&args.id)?;
    let when = args.at.unwrap_or(work.desk.now);
    if when > work.desk.now {
        return Err(Refused::Usage(Sentence::new("cli.incident.future")));
    }
    let moment = Event::Moment { which: args.which, when, reason: args.reason.clone() };
    work.write(&incident, moment, args.form.output, &[])
}

pub(super) fn close(work: &mut Work<'_>, args: &CloseArgs) -> Result<bool, Refused> {
    let incident = work.load_open(&args.id)?;
    let closed = Event::Closed { cause: args.cause, summary: args.summary.clone() };
    work.write(&incident, closed, args.form.output, &[("state", json!("closed"))])
}

pub(super) fn reopen(work: &mut Work<'_>, args: &ReopenArgs) -> Result<bool, Refused> {
    let incident = work.load(&args.id)?;
    if !incident.is_closed() {
        return Err(Refused::Failed(Sentence::new("cli.incident.is_open").with("id", incident.id())));
    }
    let reason = work.text(&args.reason)?;
    work.write(&incident, Event::Reopened { reason }, args.form.output, &[("state", json!("open"))])
}

/// The entry must be there to be written about.
fn entry(incident: &Incident, seq: u64) -> Result<(), Refused> {
    if incident.entries.iter().any(|entry| entry.seq == seq) {
        return Ok(());
    }
    let last = incident.next_seq() - 1;
    let sentence = Sentence::new("cli.incident.no_entry").with("id", incident.id());
    Err(Refused::Usage(sentence.with("seq", seq).with("last", last)))
}
