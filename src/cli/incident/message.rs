//! Telling somebody: the message that the record makes, and the entry about it.

use serde_json::json;

use super::{
    Refused, Work,
    args::{EscalateArgs, Output},
    page,
};
use crate::{
    incident::{Event, Incident, event::Escalated},
    text::{Catalogue, sentence::Sentence},
};

/// How a message goes out that the command prints: whoever runs it passes it on.
const CHANNEL: &str = "text";

/// Records the message and prints it.
pub(super) fn escalate(work: &mut Work<'_>, args: &EscalateArgs) -> Result<bool, Refused> {
    let incident = work.load_open(&args.id)?;
    if args.to.trim().is_empty() {
        return Err(Refused::Usage(Sentence::new("cli.incident.empty")));
    }
    let message = match &args.message {
        Some(typed) => work.text(typed)?,
        None => message(work, &incident),
    };
    let event = Event::Escalated(Escalated {
        to: args.to.clone(),
        channel: CHANNEL.to_owned(),
        message: message.clone(),
        sent: true,
        answer: String::new(),
        due: None,
    });
    if args.form.output == Output::Text {
        writeln!(work.desk.out, "{}\n", page::harmless(&message))?;
    }
    work.write(&incident, event, args.form.output, &[("to", json!(args.to)), ("message", json!(message))])
}

/// What the record says, for somebody who has not seen it.
fn message(work: &Work<'_>, incident: &Incident) -> String {
    let words: &Catalogue = work.desk.words;
    let mut lines = vec![format!("{} {}", incident.id(), page::line(&incident.title))];
    lines.extend(
        page::facts(incident, &work.desk).into_iter().map(|(name, value)| format!("{name}: {value}")),
    );
    lines.push(words.get("cli.incident.asked").to_owned());
    lines.push(words.fill("cli.incident.head", &[("head", &incident.head)]));
    lines.join("\n")
}
