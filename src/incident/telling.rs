//! An entry as one line of a timeline, still without a language.
//!
//! Texts of people and of AWS are made harmless here and never changed in the journal itself.

use super::{
    chain::Entry,
    event::{Escalated, Event, Report, Step, Subject},
};
use crate::{
    text::{sanitise::clean, sentence::Sentence},
    value::rfc3339,
};

/// What an entry says.
pub fn line(entry: &Entry) -> Sentence {
    match &entry.event {
        Ok(event) => event_line(event),
        Err(kind) => Sentence::new("incident.said.newer").with("kind", clean(kind)),
    }
}

/// The number of the entry that an entry is about: the escalation that it acknowledges, the entry that it explains.
pub fn refers_to(event: &Event) -> Option<u64> {
    match event {
        Event::Note { about, .. } => *about,
        Event::Acknowledged { of, .. } => *of,
        Event::Withdrawn { of, .. } => Some(*of),
        _ => None,
    }
}

fn event_line(event: &Event) -> Sentence {
    match event {
        Event::Opened { title, .. } => said("incident.said.opened", "title", title),
        Event::Reported(report) => reported(report),
        Event::Attached { subject } => said("incident.said.attached", "subject", &about(subject)),
        Event::Detached { subject, reason } => {
            said("incident.said.detached", "subject", &about(subject)).with("reason", clean(reason))
        }
        Event::Withdrawn { of, reason } => said("incident.said.withdrawn", "reason", reason).with("of", of),
        Event::Retitled { title } => said("incident.said.retitled", "title", title),
        Event::Evidence(evidence) => said("incident.said.evidence", "title", &evidence.title),
        Event::Check(check) => said("incident.said.check", "id", &check.id)
            .with_part("outcome", Sentence::new(check.outcome.wording()))
            .with("evidence", clean(&check.evidence)),
        Event::Runbook { id, reason, .. } => {
            why("incident.said.runbook", "incident.said.runbook_why", reason).with("id", clean(id))
        }
        Event::Step(step) => step_line(step),
        Event::Gate { answer, reason, .. } => Sentence::new("incident.said.gate")
            .with_part("answer", Sentence::new(answer.wording()))
            .with("reason", clean(reason)),
        Event::Severity { level, reason } => {
            why("incident.said.severity", "incident.said.severity_why", reason).with("level", level.word())
        }
        Event::Verdict { side, reasons, .. } => {
            why("incident.said.verdict", "incident.said.verdict_why", &reasons.join("; "))
                .with_part("side", Sentence::new(side.wording()))
        }
        Event::Note { text, .. } => said("incident.said.note", "text", text),
        Event::Value { name, value } => said("incident.said.value", "name", name).with("value", clean(value)),
        Event::Action { operation, command, result, .. } => {
            let command = if command.is_empty() { operation } else { command };
            why("incident.said.action", "incident.said.action_why", result).with("command", clean(command))
        }
        Event::Escalated(escalated) => escalated_line(escalated),
        Event::Acknowledged { of: None, who } => said("incident.said.taken_on", "who", who),
        Event::Acknowledged { of: Some(of), who } => {
            said("incident.said.taken_on_of", "who", who).with("of", of)
        }
        Event::Role { role, who } => {
            said("incident.said.role", "who", who).with_part("role", Sentence::new(role.wording()))
        }
        Event::Grey { field, value } => {
            said("incident.said.grey", "field", field).with("value", clean(value))
        }
        Event::HandedOff { to, .. } => said("incident.said.handed_off", "to", to),
        Event::Accepted { who } => said("incident.said.accepted", "who", who),
        Event::Moment { which, when, reason } => {
            why("incident.said.moment", "incident.said.moment_why", reason)
                .with_part("moment", Sentence::new(which.wording()))
                .with("when", rfc3339(*when))
        }
        Event::Item(item) => said("incident.said.item", "text", &item.text)
            .with_part("class", Sentence::new(item.class.wording())),
        Event::Closed { cause, summary } => why("incident.said.closed", "incident.said.closed_why", summary)
            .with_part("cause", Sentence::new(cause.wording())),
        Event::Reopened { reason } => said("incident.said.reopened", "reason", reason),
        Event::Imported { seq, from } => said("incident.said.imported", "from", from).with("seq", seq),
    }
}

fn said(key: &'static str, name: &'static str, text: &str) -> Sentence {
    Sentence::new(key).with(name, clean(text))
}

/// One wording with a reason, or the other without.
fn why(without: &'static str, with: &'static str, reason: &str) -> Sentence {
    if reason.is_empty() { Sentence::new(without) } else { said(with, "reason", reason) }
}

/// A thing as people say it: its name, its id where that is something else, its Region.
fn about(subject: &Subject) -> String {
    let label = subject.label();
    let mut text = label.to_owned();
    if label != subject.id {
        text = format!("{text} ({})", subject.id);
    }
    match subject.scope.as_ref().map(|scope| scope.region.as_str()) {
        Some(region) if !region.is_empty() => format!("{text} {region}"),
        _ => text,
    }
}

fn reported(report: &Report) -> Sentence {
    if report.who.is_empty() {
        said("incident.said.reported", "what", &report.what)
    } else {
        said("incident.said.reported_by", "what", &report.what).with("who", clean(&report.who))
    }
}

fn step_line(step: &Step) -> Sentence {
    let name = format!("{}/{}", clean(&step.runbook), clean(&step.id));
    let reason = match &step.choice {
        Some(choice) if step.reason.is_empty() => choice.clone(),
        Some(choice) => format!("{choice}; {}", step.reason),
        None => step.reason.clone(),
    };
    why("incident.said.step", "incident.said.step_why", &reason)
        .with("step", name)
        .with_part("mark", Sentence::new(step.mark.wording()))
}

fn escalated_line(escalated: &Escalated) -> Sentence {
    let sentence = if escalated.sent {
        why("incident.said.told", "incident.said.told_why", &escalated.answer)
    } else {
        said("incident.said.not_told", "reason", &escalated.answer)
    };
    sentence.with("to", clean(&escalated.to)).with("channel", clean(&escalated.channel))
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        incident::{chain::Hand, event::Gate},
        text::{Catalogue, Lang},
    };

    fn told(event: Result<Event, String>, lang: Lang) -> String {
        let entry = Entry { seq: 1, at: Timestamp::UNIX_EPOCH, hand: Hand::default(), event };
        line(&entry).text(&Catalogue::load(lang))
    }

    #[test]
    fn what_was_typed_cannot_paint_over_the_screen() {
        let note = Event::Note { text: "\u{1b}[2Jred\u{202e}\nline".into(), about: None };
        assert_eq!(told(Ok(note), Lang::En), "red line");
        assert!(told(Err("sung\u{1b}[31m".into()), Lang::Ja).contains("sung"));
    }

    #[test]
    fn a_decision_is_said_with_its_reason() {
        let gate = Event::Gate {
            answer: Gate::No,
            reason: "one user, own network".into(),
            facts: vec![],
            again: None,
        };
        let text = told(Ok(gate), Lang::En);
        assert!(text.contains("no") && text.contains("one user, own network"), "{text}");
    }
}
