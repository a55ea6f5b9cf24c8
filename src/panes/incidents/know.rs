//! What a step means: each of its checks, what a failure of it means, whose duty it is, what comes next.

use super::steps;
use crate::{
    incident::Incident,
    panes::detail::{Block, Detail, Line, PageCx, Span, StepRef},
    resource::ResourceRef,
    runbook::check::{Check, Source},
    scope::ScopeId,
    value::Role,
};

/// The type of a reference to a step; its id is incident, runbook and step with slashes between.
pub const STEP: &str = "Toban::Step";

/// The page of a step.
pub fn reference(step: &StepRef) -> ResourceRef {
    ResourceRef::new(ScopeId(0), STEP, format!("{}/{}/{}", step.incident, step.runbook, step.step))
}

/// The incident and the names of runbook and step that a reference is to.
pub(in crate::panes) fn parts(id: &str) -> Option<(&str, &str, &str)> {
    let (incident, rest) = id.split_once('/')?;
    let (book, step) = rest.split_once('/')?;
    Some((incident, book, step))
}

/// What a step means.
pub(in crate::panes) fn detail(
    incident: &Incident,
    (book, step): (&str, &str),
    page: &PageCx<'_>,
) -> Option<Detail> {
    let (words, lang) = (page.cx.words, page.cx.words.lang());
    let book = page.known.runbook(book)?;
    let step = book.steps.get(book.step(step)?)?;
    let text = |text: String, role| Line { spans: vec![Span::new(text, role)], ..Line::default() };
    let mut blocks = Vec::new();
    blocks.extend(step.note.as_ref().map(|note| Block::Note(Span::new(note.of(lang), Role::Plain))));
    let known = page.known.followed(incident);
    for check in book.checks_of(step) {
        let judged = known.as_ref().and_then(|record| record.outcomes.get(&check.id));
        let mut lines = vec![text(check.title.of(lang).to_owned(), Role::Name)];
        lines.extend(judged.map(|judged| {
            let (glyph, role) = steps::outcome_glyph(judged.outcome);
            let spans = vec![
                Span::new(glyph, role),
                Span::new(format!(" {}", judged.sentence(check).text(words)), Role::Plain),
            ];
            Line { spans, ..Line::default() }
        }));
        let know = &check.know;
        let side = words.get(know.side.key()).to_owned();
        lines.push(text(know.meaning.of(lang).to_owned(), Role::Plain));
        lines.push(text(
            words.fill("incident.if_it_fails", &[("what", &know.if_fail.of(lang)), ("side", &side)]),
            Role::Plain,
        ));
        lines.push(text(format!("→ {}", know.next.of(lang)), Role::Plain));
        lines.push(text(words.fill("incident.read_from", &[("what", &from(check))]), Role::Dim));
        blocks.push(Block::Lines { title: "section.check", lines, empty: None });
    }
    let state = vec![Span::new(words.get(step.owner.key()).to_owned(), Role::Plain)];
    Some(Detail { title: step.title.of(lang).to_owned(), state, blocks })
}

/// Where a check's answer comes from.
fn from(check: &Check) -> String {
    match &check.source {
        Source::Read { operation, .. } => operation.clone(),
        Source::Console(id) => id.clone(),
        Source::Ask { command } => command.clone().unwrap_or_else(|| "–".to_owned()),
    }
}
