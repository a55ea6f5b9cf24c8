//! Who plays which part, and handing over: the page that is handed over is printed and kept.

use serde_json::json;

use super::{
    Refused, Work,
    args::{
        Output,
        people::{AcceptArgs, HandoffArgs, RoleArgs},
    },
    page,
};
use crate::{
    incident::{
        Event,
        brief::{Beside, Telling},
        handoff,
    },
    text::sentence::Sentence,
};

pub(super) fn role(work: &mut Work<'_>, args: &RoleArgs) -> Result<bool, Refused> {
    let incident = work.load_open(&args.id)?;
    let who = work.text(&args.who)?;
    work.write(&incident, Event::Role { role: args.role, who }, args.form.output, &[])
}

pub(super) fn handoff(work: &mut Work<'_>, args: &HandoffArgs) -> Result<bool, Refused> {
    let incident = work.load_open(&args.id)?;
    let to = work.text(&args.to)?;
    let beside = Beside { from: work.desk.hand.by.clone(), ..Beside::default() };
    let telling = Telling { words: work.desk.words, zone: work.desk.zone, now: work.desk.now };
    let text = handoff::page(&incident, &beside, &to, &telling);
    if args.form.output == Output::Text {
        writeln!(work.desk.out, "{}\n", page::harmless(&text))?;
    }
    let event = Event::HandedOff { to: to.clone(), page: text.clone() };
    work.write(&incident, event, args.form.output, &[("to", json!(to)), ("page", json!(text))])
}

pub(super) fn accept(work: &mut Work<'_>, args: &AcceptArgs) -> Result<bool, Refused> {
    let incident = work.load_open(&args.id)?;
    if incident.handing.is_none() {
        return Err(Refused::Usage(Sentence::new("cli.incident.not_handed").with("id", incident.id())));
    }
    let who = work.desk.hand.by.clone();
    work.write(&incident, Event::Accepted { who }, args.form.output, &[])
}
