//! Going from place to place, and back.

use jiff::Timestamp;

use super::{incidents, needs};
use crate::{
    app::{
        effect::Effect,
        model::{Model, Page, Place},
        search::{Question, Search},
    },
    panes::{PANE, PANES, PaneId, Row, detail::Target, duties::DUTY, events::EVENT, incidents::know},
    resource::ResourceRef,
    triage::{kinds, resources::same},
};

/// How many places are remembered each way.
const MOST_PLACES: usize = 100;

/// Goes to a place, remembering the way back.
pub fn go(model: &mut Model, place: Place, out: &mut Vec<Effect>) {
    if place == model.place {
        return;
    }
    needs::cancel(model, out);
    model.incidents.due = None;
    let before = std::mem::replace(&mut model.place, place);
    model.back.push(before);
    if model.back.len() > MOST_PLACES {
        model.back.remove(0);
    }
    model.forward.clear();
    model.pending = crate::input::keymap::Pending::default();
}

/// Goes back; false when there is nowhere to go back to.
pub fn back(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    let Some(place) = model.back.pop() else { return false };
    needs::cancel(model, out);
    model.incidents.due = None;
    let left = std::mem::replace(&mut model.place, place);
    model.forward.push(left);
    true
}

/// Undoes a going back.
pub fn forward(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    let Some(place) = model.forward.pop() else { return false };
    needs::cancel(model, out);
    model.incidents.due = None;
    let left = std::mem::replace(&mut model.place, place);
    model.back.push(left);
    true
}

/// The tab so many steps to the right.
pub fn step_pane(model: &mut Model, steps: isize, out: &mut Vec<Effect>) {
    let count = isize::try_from(PANES.len()).unwrap_or(1);
    let at = isize::try_from(model.pane().index()).unwrap_or(0);
    let next = usize::try_from((at + steps).rem_euclid(count)).unwrap_or(0);
    if let Some(pane) = PANES.get(next) {
        go(model, Place::Pane(pane.id), out);
    }
}

/// Opens a thing's page; of a pane, the pane itself.
pub fn open(model: &mut Model, subject: ResourceRef, out: &mut Vec<Effect>) {
    if let Some(pane) = PaneId::parse(&subject.id).filter(|_| subject.kind == PANE) {
        go(model, Place::Pane(pane), out);
        return;
    }
    // Where one is already there is nowhere to go.
    if matches!(&model.place, Place::Page(page) if page.subject == subject) {
        return;
    }
    go(model, Place::Page(Page { subject, target: 0, chosen: None, targets: 0, scroll: 0 }), out);
}

/// What `enter` leads to: the row's page, or where the selected line leads.
pub fn under_cursor(model: &Model, now: Timestamp) -> Option<Target> {
    match &model.place {
        Place::Pane(_) | Place::Events(_) => {
            model.list()?.selected().map(|row| Target::Resource(row.subject()))
        }
        Place::Page(p) => {
            let detail = model.detail(&p.subject, now);
            p.chosen.as_ref().or(detail.targets().get(p.target).copied()).cloned()
        }
    }
}

/// Goes where a target leads.
pub fn follow_target(model: &mut Model, target: Target, out: &mut Vec<Effect>) {
    match target {
        Target::Resource(subject) => open(model, subject, out),
        Target::Step(step) => open(model, know::reference(&step), out),
        Target::Events(scope, query) => go(model, Place::Events(Box::new(Question::of(scope, *query))), out),
    }
}

/// The question about the events behind what is selected: a row, or the page's subject.
pub fn events_behind(model: &Model, now: Timestamp) -> Option<Question> {
    let (subject, row) = match &model.place {
        Place::Pane(_) | Place::Events(_) => {
            let row = model.list()?.selected()?;
            (row.subject(), Some(row))
        }
        Place::Page(page) => (page.subject.clone(), row_of(model, &page.subject)),
    };
    let refs = row.map(Row::refs).unwrap_or_default();
    let title = row.map_or_else(|| kinds::label(&subject).to_owned(), |r| r.title().to_owned());
    let since = row.and_then(|r| r.since(&model.cx(now)));
    // What an alarm is about, and not the alarm; where that is unknown, whatever names it. Nothing names an event, or an area of
    // work.
    let subjects = match refs {
        refs if !refs.is_empty() => refs,
        _ if [EVENT, DUTY].contains(&subject.kind.as_ref()) => return None,
        _ => vec![subject],
    };
    Question::behind(title, subjects, since, now)
}

/// The row that a resource's page is made from: one of the panes', or one that only the search has found.
fn row_of<'a>(model: &'a Model, subject: &ResourceRef) -> Option<&'a dyn Row> {
    let listed = PaneId::fetched().map(|pane| model.table(pane.id));
    let searched = model.search.iter().map(|search| &search.table);
    listed.chain(searched).find_map(|table| {
        let row = table.find(subject.scope, &subject.id)?;
        same(&row.subject(), subject).then_some(row)
    })
}

/// Asks the question of the place, if that is a search that has not been answered.
pub fn search(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let Place::Events(question) = &model.place else { return };
    let same = model.search.as_ref().filter(|s| s.question == **question);
    let known = same.is_some_and(|s| s.feed.running.is_some() || s.feed.fetched_at.is_some());
    if known {
        return;
    }
    let question = question.clone();
    if same.is_none() {
        model.search = Some(Search::new((*question).clone()));
    }
    let generation = model.next_generation();
    if let Some(search) = &mut model.search {
        search.feed.generation = generation;
        search.feed.running = Some(now);
    }
    out.push(Effect::Search { generation, question });
}

/// The first resource that the selected row, or the one whose page this is, is about.
pub fn resource_behind(model: &Model) -> Option<ResourceRef> {
    let row = match &model.place {
        Place::Pane(_) | Place::Events(_) => model.list()?.selected(),
        Place::Page(page) => row_of(model, &page.subject),
    }?;
    row.refs().into_iter().next()
}

/// Keeps the page's cursor on the target that it stands on, wherever what came in has moved it; where that is gone, on
/// what took its place.
pub fn follow(model: &mut Model, now: Timestamp) {
    let Place::Page(page) = &model.place else { return };
    let detail = model.detail(&page.subject, now);
    let targets = detail.targets();
    // The same resource may be led to by several lines; the nearest is meant.
    let same = |chosen: &Target| {
        let found = targets.iter().enumerate().filter(|(_, t)| **t == chosen);
        found.map(|(at, _)| at).min_by_key(|at| at.abs_diff(page.target))
    };
    let last = targets.len().saturating_sub(1);
    let due = incidents::due(model);
    // The cursor goes with the due step, until it is moved away.
    let with_it = model.incidents.due.is_none() || page.chosen == model.incidents.due;
    let moved = due.as_ref().filter(|_| with_it);
    let followed = moved.or(page.chosen.as_ref());
    let target = followed.and_then(same).unwrap_or_else(|| page.target.min(last));
    let (chosen, count) = (targets.get(target).map(|t| (*t).clone()), targets.len());
    model.incidents.due = due;
    if let Place::Page(page) = &mut model.place {
        (page.target, page.chosen, page.targets) = (target, chosen, count);
    }
}
