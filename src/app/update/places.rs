//! Going from place to place, and back.

use jiff::Timestamp;

use super::needs;
use crate::{
    app::{
        effect::Effect,
        model::{Model, Page, Place},
    },
    panes::{PANES, PaneId, Row, detail::Target},
    resource::ResourceRef,
};

/// How many places are remembered each way.
const MOST_PLACES: usize = 100;

/// Goes to a place, remembering the way back.
pub fn go(model: &mut Model, place: Place, out: &mut Vec<Effect>) {
    if place == model.place {
        return;
    }
    needs::cancel(model, out);
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
    let left = std::mem::replace(&mut model.place, place);
    model.forward.push(left);
    true
}

/// Undoes a going back.
pub fn forward(model: &mut Model, out: &mut Vec<Effect>) -> bool {
    let Some(place) = model.forward.pop() else { return false };
    needs::cancel(model, out);
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

/// Opens a thing's page.
pub fn open(model: &mut Model, subject: ResourceRef, out: &mut Vec<Effect>) {
    go(model, Place::Page(Page { subject, target: 0, scroll: 0 }), out);
}

/// What `enter` leads to: the row's page, or the selected line's.
pub fn under_cursor(model: &Model, now: Timestamp) -> Option<ResourceRef> {
    match &model.place {
        Place::Pane(pane) => model.table(*pane).selected().map(Row::subject),
        Place::Page(p) => {
            let detail = model.detail(&p.subject, now);
            let Target::Resource(subject) = detail.targets().get(p.target).copied()?;
            Some(subject.clone())
        }
    }
}

/// The first resource that the alarm (or whatever is selected) is about.
pub fn resource_behind(model: &Model) -> Option<ResourceRef> {
    let row = match &model.place {
        Place::Pane(pane) => model.table(*pane).selected(),
        Place::Page(p) => model
            .table(PaneId::Alarms)
            .find(p.subject.scope, &p.subject.id)
            .filter(|_| p.subject.kind == crate::resource::ALARM),
    }?;
    row.refs().into_iter().next()
}

/// How many lines of the page lead somewhere.
pub fn targets(model: &Model, now: Timestamp) -> usize {
    match &model.place {
        Place::Page(p) => model.detail(&p.subject, now).targets().len(),
        Place::Pane(_) => 0,
    }
}
