//! The page that is handed over with an incident, at the end of a shift or with the command (`incident-flow.md` §2.5): the
//! condition, what is open and promised, what was ruled out, what may go wrong. The receiver accepts by name; until then
//! whoever hands over has it.

use super::{
    brief::{Beside, Brief, Telling, one, some},
    event::{Gate, Mark, Outcome},
    fold::Incident,
    grey,
    message::{actions, condition, guesses},
    page::Page,
};
use crate::value::rfc3339;

const MOST: usize = 6;

/// The page.
pub fn page(incident: &Incident, beside: &Beside, to: &str, telling: &Telling<'_>) -> String {
    let (brief, words) = (Brief::of(incident, beside, telling), telling.words);
    let mut page = Page::default();
    let Brief { id, severity, state, title, .. } = &brief;
    page.line(&format!("[{id}] {severity} {state}{}{title}", telling.colon()));
    let (to, from, at) = (one(to), one(&beside.from), rfc3339(telling.now));
    page.line(&words.fill("handoff.to_from", &[("to", &to), ("from", &from), ("at", &at)]));
    condition(&mut page, &brief, telling);
    guesses(&mut page, &brief, telling);
    actions(&mut page, &brief, telling);
    roles(&mut page, incident, telling);
    page.heading(words.get("handoff.open"));
    page.rows("", &some(&open(incident, beside, telling), MOST, telling));
    page.heading(words.get("handoff.promised"));
    page.rows("", &promised(incident, beside, telling));
    page.heading(words.get("handoff.ruled_out"));
    let passed = brief.checks.iter().filter(|check| check.outcome == Outcome::Pass);
    page.rows("", &some(&passed.map(|check| check.text.clone()).collect::<Vec<_>>(), MOST, telling));
    page.heading(words.get("handoff.risks"));
    page.rows("", &some(&beside.risks.iter().map(|risk| one(risk)).collect::<Vec<_>>(), MOST, telling));
    page.heading(words.get("handoff.pending"));
    page.rows("", &pending(incident, telling));
    page.heading(words.get("handoff.end"));
    let exit = one(&beside.exit);
    page.row("", if exit.is_empty() { words.get("handoff.usual_exit") } else { &exit });
    page.row("", &words.fill("handoff.accept", &[("id", id)]));
    page.row("", &brief.record);
    page.finish()
}

fn roles(page: &mut Page, incident: &Incident, telling: &Telling<'_>) {
    page.heading(telling.words.get("handoff.roles"));
    for (role, who) in &incident.roles {
        page.row(telling.words.get(role.wording()), &one(who));
    }
}

/// Steps that were left open, cannot be told, or failed; and what the console knows of besides.
fn open(incident: &Incident, beside: &Beside, telling: &Telling<'_>) -> Vec<String> {
    let steps = incident.steps.iter().filter_map(|((runbook, step), said)| {
        let mark = said.what.mark;
        let unfinished = matches!(mark, Mark::Open | Mark::Unknown | Mark::Failed);
        let reason = one(&said.what.reason);
        let reason = if reason.is_empty() { reason } else { format!(" ({reason})") };
        let word = telling.words.get(mark.wording());
        unfinished.then(|| format!("{}/{}{}{word}{reason}", one(runbook), one(step), telling.colon()))
    });
    beside.open.iter().map(|text| one(text)).chain(steps).collect()
}

/// What somebody waits for: answers to messages, the next news, a watch.
fn promised(incident: &Incident, beside: &Beside, telling: &Telling<'_>) -> Vec<String> {
    let words = telling.words;
    let mut all = Vec::new();
    if let Some(at) = beside.next_update {
        all.push(words.fill("handoff.update", &[("at", &rfc3339(at))]));
    }
    if let Some(rung) = incident.waiting() {
        let (to, at) = (one(&rung.message.what.to), telling.clock(rung.message.at));
        all.push(words.fill("handoff.waiting", &[("to", &to), ("at", &at)]));
    }
    let watch = incident.gate.as_ref().filter(|gate| gate.what.answer == Gate::Watch);
    if let Some(at) = watch.and_then(|gate| gate.what.again) {
        all.push(words.fill("handoff.watch", &[("at", &rfc3339(at))]));
    }
    all
}

/// Cases with AWS and their last answer, and what the grey-zone record lacks.
fn pending(incident: &Incident, telling: &Telling<'_>) -> Vec<String> {
    let words = telling.words;
    let cases = incident.escalations.iter().filter(|rung| rung.message.what.channel == "support-case");
    let mut all: Vec<String> = cases
        .map(|rung| {
            let (at, answer) = (telling.clock(rung.message.at), one(&rung.message.what.answer));
            words.fill("handoff.case", &[("at", &at), ("answer", &answer)])
        })
        .collect();
    if grey::is_grey(incident) {
        let missing = grey::missing(incident);
        let missing: Vec<&str> = missing.iter().map(|field| words.get(field.wording)).collect();
        if !missing.is_empty() {
            all.push(words.fill("handoff.grey", &[("missing", &missing.join(", "))]));
        }
    }
    all
}
