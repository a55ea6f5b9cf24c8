//! What went wrong, in every scope, with remedies; and the one line that says so while rows stand.

use jiff::Timestamp;
use ratatui::layout::Rect;

use super::{
    fit::{self, Piece, Styled},
    hints,
    lines::{self, Strip, wrapped},
    overlay,
    pen::Pen,
    status::{Trouble, scopes_text, troubles},
};
use crate::{
    app::{action::Action, model::Model},
    panes::{PaneId, detail::Span},
    problem::ProblemKind,
    text::{age, measure, problem, sentence::Sentence},
    value::Role,
};

/// Draws the overlay; says how far it can be scrolled.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model, scroll: usize, now: Timestamp) -> usize {
    let words = &model.settings.words;
    let found = troubles(model, None);
    let notes = &model.settings.notes;
    let count = (found.len() + notes.len() + model.unread.len()).to_string();
    let inner = overlay::panel(pen, area, words.get("problems.title"), &count);
    let room = usize::from(inner.width);
    let mut all: Vec<Strip> = Vec::new();
    for note in notes {
        all.extend(indented(note, Role::Warn, "▲ ", room));
    }
    for unread in &model.unread {
        all.extend(indented(&unread.text(words), Role::Warn, "▲ ", room));
    }
    for trouble in &found {
        if !all.is_empty() {
            all.push(Strip::default());
        }
        all.extend(paragraph(model, trouble, true, now, room));
    }
    if all.is_empty() {
        all = wrapped(words.get("problems.none"), Role::Good, room);
    }
    let end = all.len().saturating_sub(usize::from(inner.height));
    lines::draw(pen, inner, &all, scroll.min(end), None);
    end
}

fn role(kind: ProblemKind) -> Role {
    match kind {
        ProblemKind::Throttled => Role::Warn,
        _ => Role::Bad,
    }
}

/// Class, operation and place; AWS's sentence; the next step.
pub(super) fn paragraph(
    model: &Model,
    trouble: &Trouble<'_>,
    name_panes: bool,
    now: Timestamp,
    room: usize,
) -> Vec<Strip> {
    let words = &model.settings.words;
    let problem = trouble.problem;
    let place = scopes_text(model, &trouble.scopes, words);
    let panes: Vec<&str> = trouble.panes.iter().filter(|_| name_panes).map(|p| p.spec().name).collect();
    let mut head = vec![
        Span::new(format!("✗ {}", problem::kind(words, problem.kind)), role(problem.kind)),
        Span::new(format!("  {}", problem.operation), Role::Name),
    ];
    for part in [place, panes.join(", ")].iter().filter(|p| !p.is_empty()) {
        head.push(Span::new(format!("  {part}"), Role::Dim));
    }
    let head = Strip::plain(head);
    let mut out = if head.width() <= room {
        vec![head]
    } else {
        let text: String = head.0.iter().map(|r| r.span.text.as_str()).collect();
        wrapped(&text, role(problem.kind), room)
    };
    out.extend(indented(&problem.message, Role::Plain, "  ", room));
    let mut next = problem::remedy(words, &problem.remedy);
    if let Some(due) = trouble.due.filter(|due| *due > now) {
        let wait = age::short(due.as_second() - now.as_second());
        next = format!("{next} · {}", words.fill("problems.next_try", &[("wait", &wait)]));
    }
    out.extend(indented(&next, Role::Accent, "→ ", room));
    out
}

fn indented(text: &str, role: Role, mark: &str, room: usize) -> Vec<Strip> {
    wrapped(text, role, room.saturating_sub(4))
        .into_iter()
        .enumerate()
        .map(|(n, line)| {
            let lead = if n == 0 { format!("  {mark}") } else { "    ".to_owned() };
            let mut spans = vec![Span::new(lead, role)];
            spans.extend(line.0.into_iter().map(|r| r.span));
            Strip::plain(spans)
        })
        .collect()
}

/// The line between rows and footer: plain, or the worst problem of the pane with its remedy and the way to the others.
pub(super) fn strip(pen: &mut Pen<'_>, area: Rect, model: &Model, pane: PaneId) {
    pen.rule(area);
    let found = troubles(model, Some(pane));
    // With no rows the body says it already, in full.
    if model.table(pane).total() == 0 {
        return;
    }
    if found.is_empty() {
        let said = model.feeds_of(pane).flat_map(|(_, feed)| &feed.notes);
        notes(pen, area, model, said);
    } else {
        line(pen, area, model, &found);
    }
}

/// The line between found events and the footer: plain, why there are not more, or what is to be said about them.
pub(super) fn search_strip(pen: &mut Pen<'_>, area: Rect, model: &Model) {
    pen.rule(area);
    let Some(search) = model.search.as_ref().filter(|s| s.table.total() > 0) else { return };
    match search.feed.problems.first() {
        Some(worst) => {
            let words = &model.settings.words;
            let text = format!(
                " ▲ {} → {} ",
                problem::headline(words, worst),
                problem::remedy(words, &worst.remedy)
            );
            let style = pen.style(role(worst.kind));
            pen.text(area.x + 1, area.y, area.width.saturating_sub(2), &text, style);
        }
        None => notes(pen, area, model, search.notes.iter()),
    }
}

/// What answers want said, as much as fits.
fn notes<'a>(pen: &mut Pen<'_>, area: Rect, model: &Model, notes: impl Iterator<Item = &'a Sentence>) {
    let mut said: Vec<String> = notes.map(|n| n.text(&model.settings.words)).collect();
    said.dedup();
    if !said.is_empty() {
        let room = usize::from(area.width.saturating_sub(4));
        let text = format!(" {} ", super::pen::cut_words(&said.join(" · "), room));
        let style = pen.style(Role::Dim);
        pen.text(area.x + 1, area.y, area.width.saturating_sub(2), &text, style);
    }
}

/// The line between a page and the footer: plain, or the worst of what the page lacks.
pub(super) fn page_strip(pen: &mut Pen<'_>, area: Rect, model: &Model) {
    pen.rule(area);
    line(pen, area, model, &troubles(model, None));
}

fn line(pen: &mut Pen<'_>, area: Rect, model: &Model, found: &[Trouble<'_>]) {
    let Some(worst) = found.first() else { return };
    let words = &model.settings.words;
    let style = pen.style(role(worst.problem.kind));
    let plain = pen.style(Role::Plain);
    let kind = problem::kind(words, worst.problem.kind);
    let place = scopes_text(model, &worst.scopes, words);
    let head = |text: String| Styled::new(format!(" ▲ {text} "), style);
    let remedy = problem::remedy(words, &worst.problem.remedy);
    let next = |text: &str| Styled::new(format!("→ {text} "), plain);
    let operation = &worst.problem.operation;
    let more = if found.len() > 1 {
        words.fill("problems.all_count", &[("count", &found.len())])
    } else {
        words.get("problems.more").to_owned()
    };
    let key = hints::key_of(model, Action::ShowProblems).unwrap_or_default();
    let short = head(format!("{kind} {operation}"));
    // What is left for the remedy beside head, key, margins, and some of the line.
    let fixed = measure::width(&short.text) + measure::width(&key) + measure::width(&more) + 10;
    let left = usize::from(area.width).saturating_sub(fixed);
    let mut forms = vec![
        vec![head(format!("{kind} {operation}  {place}")), next(&remedy)],
        vec![short.clone(), next(&remedy)],
    ];
    if left >= 16 {
        forms.push(vec![short.clone(), next(&super::pen::cut_words(&remedy, left))]);
    }
    forms.extend([vec![short], vec![head(kind.to_owned())]]);
    let mut pieces = vec![Piece::left(90, forms)];
    if !key.is_empty() {
        let key = Styled::new(format!(" {key}"), pen.style(Role::Key));
        let dim = pen.style(Role::Dim);
        let long = vec![key.clone(), Styled::new(format!(" {more} "), dim)];
        pieces.push(Piece::right(95, vec![long, vec![key, Styled::new(" ", dim)]]));
    }
    fit::draw(pen, area, &pieces, 1);
}
