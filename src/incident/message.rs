//! The message of an escalation: one screen of plain text, condition, actions, needs (PagerDuty's CAN), made from the
//! record (`incident-flow.md` §2.5).
//!
//! Facts stand under the condition and the actions; what is only suspected stands apart and says so. A reader who has never
//! heard of the incident must be able to act on it, and to see it for themselves.

use super::{
    brief::{Beside, Brief, Telling, one, some},
    event::Outcome,
    fold::Incident,
    ladder::Contact,
    page::Page,
};
use crate::value::rfc3339;

/// Lines of each list; the rest is counted.
const MOST: usize = 4;

/// The message, for a party of the ladder.
pub fn escalation(incident: &Incident, beside: &Beside, to: &Contact, telling: &Telling<'_>) -> String {
    let (brief, words) = (Brief::of(incident, beside, telling), telling.words);
    let mut page = Page::default();
    page.line(&subject(incident, beside, telling));
    let reached = one(&to.contact);
    let reached = if reached.is_empty() { String::new() } else { format!(" ({reached})") };
    let to = format!("{}{reached}", one(to.label(words)));
    let from = one(&beside.from);
    let at = rfc3339(telling.now);
    page.line(&words.fill("message.to_from", &[("to", &to), ("from", &from), ("at", &at)]));
    condition(&mut page, &brief, telling);
    guesses(&mut page, &brief, telling);
    actions(&mut page, &brief, telling);
    needs(&mut page, incident, &brief, beside, telling);
    page.finish()
}

/// `[INC-0042] SEV-2 open: web-5xx`: the first line, and the subject where a channel has one.
pub fn subject(incident: &Incident, beside: &Beside, telling: &Telling<'_>) -> String {
    let Brief { id, severity, state, title, .. } = Brief::of(incident, beside, telling);
    format!("[{id}] {severity} {state}{}{title}", telling.colon())
}

/// What is wrong: facts.
pub(super) fn condition(page: &mut Page, brief: &Brief, telling: &Telling<'_>) {
    let words = telling.words;
    page.heading(words.get("message.condition"));
    page.rows(words.get("message.reported"), &some(&brief.reports, 2, telling));
    if let Some(since) = brief.since {
        page.row(words.get("message.since"), &telling.moment(since));
    }
    page.row(words.get("message.affected"), &brief.affected.join("; "));
    page.rows(words.get("message.resources"), &some(&brief.resources, MOST, telling));
    page.row(words.get("message.side"), &brief.side);
    let of = |outcome: Outcome| -> Vec<String> {
        brief.checks.iter().filter(|check| check.outcome == outcome).map(|check| check.text.clone()).collect()
    };
    page.rows(words.get("message.failed"), &some(&of(Outcome::Fail), MOST, telling));
    page.rows(words.get("message.unknown"), &some(&of(Outcome::Unknown), 2, telling));
    let fine = brief.count(Outcome::Pass);
    if fine > 0 {
        let of = [("count", &fine as &dyn std::fmt::Display), ("all", &brief.checks.len())];
        page.row(words.get("message.fine"), &words.fill("message.fine_checks", &of));
    }
    page.rows(words.get("message.changed"), &some(&brief.changes, 3, telling));
}

/// What is only suspected.
pub(super) fn guesses(page: &mut Page, brief: &Brief, telling: &Telling<'_>) {
    page.heading(telling.words.get("message.guesses"));
    page.rows("", &some(&brief.guesses, 3, telling));
}

/// What was done: facts.
pub(super) fn actions(page: &mut Page, brief: &Brief, telling: &Telling<'_>) {
    let words = telling.words;
    page.heading(words.get("message.actions"));
    // The last ones say where it stands.
    let (skipped, last) = brief.done.split_at(brief.done.len().saturating_sub(MOST));
    if !skipped.is_empty() {
        page.row("", &words.fill("message.earlier", &[("count", &skipped.len())]));
    }
    page.rows("", last);
    if brief.done.is_empty() {
        page.row("", words.get("message.nothing_done"));
    }
}

fn needs(page: &mut Page, incident: &Incident, brief: &Brief, beside: &Beside, telling: &Telling<'_>) {
    let words = telling.words;
    page.heading(words.get("message.needs"));
    let asked = one(&beside.asked);
    let asked = if asked.is_empty() { words.get("message.take_on").to_owned() } else { asked };
    page.row(words.get("message.asked"), &asked);
    if let Some(by) = beside.asked_by {
        page.row(words.get("message.answer_by"), &rfc3339(by));
    }
    page.row("", &words.fill("message.acknowledge", &[("id", &incident.id())]));
    if let Some(at) = beside.next_update {
        page.row(words.get("message.next_update"), &rfc3339(at));
    }
    let see: Vec<String> = beside.reproduce.iter().map(|text| one(text)).collect();
    page.rows(words.get("message.see"), &some(&see, 3, telling));
    page.row(words.get("message.record_label"), &brief.record);
}

#[cfg(test)]
mod tests;
