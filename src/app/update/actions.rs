//! Keys become actions, and actions change the state.

use jiff::Timestamp;

use super::{data, incidents, needs, overlays, places, say, schedule};
use crate::{
    app::{
        action::Action,
        effect::Effect,
        model::{Frozen, Model, Overlay, Page, Picker, Place, Recalled},
    },
    filter::Filter,
    input::{
        field::Field,
        key::Key,
        keymap::{Scope, Step, stacks},
    },
    panes::{
        PANES, PaneId,
        incidents::{INCIDENT, REVIEW},
        resource::lines,
    },
    value::Role,
};

/// A key was pressed: the topmost layer takes it first.
pub fn key(model: &mut Model, key: Key, now: Timestamp, out: &mut Vec<Effect>) {
    let keymap = model.settings.keymap.clone();
    let scopes = scopes(model);
    match keymap.press(&mut model.pending, scopes, key) {
        Step::Run(action, count) if model.overlays.is_empty() => perform(model, action, count, now, out),
        Step::Run(action, _) => overlays::perform(model, action, key, now, out),
        Step::Unbound(key) => overlays::typed(model, key),
        Step::Wait | Step::Cancelled => {}
    }
}

/// The keymap scopes that are reachable now, innermost first.
pub fn scopes(model: &Model) -> &'static [Scope] {
    match model.overlays.last() {
        Some(Overlay::Help(_)) => stacks::HELP,
        Some(Overlay::Palette(_)) => stacks::PALETTE,
        Some(Overlay::Filter { .. } | Overlay::Mfa { .. }) => stacks::PROMPT,
        Some(Overlay::Form(_)) => stacks::FORM,
        Some(Overlay::Problems { .. }) => stacks::MESSAGE,
        None => place_scopes(model),
    }
}

/// The keymap scopes of the place itself, whatever lies over it.
pub fn place_scopes(model: &Model) -> &'static [Scope] {
    match model.place {
        Place::Pane(_) | Place::Events(_) => stacks::TABLE,
        Place::Page(ref page) if page.subject.kind == INCIDENT => stacks::INCIDENT,
        Place::Page(_) => stacks::PAGE,
    }
}

/// Why an action would do nothing here, as a wording key; help shows it beside the key.
pub fn refusal(model: &Model, action: Action) -> Option<&'static str> {
    match action {
        Action::Back if model.back.is_empty() && !has_filter(model) => Some("refusal.no-way-back"),
        Action::Forward if model.forward.is_empty() => Some("refusal.no-way-forward"),
        Action::GoToPane(tab) if usize::from(tab) > PANES.len() => Some("refusal.no-such-pane"),
        Action::GoToResource if places::resource_behind(model).is_none() => Some("refusal.no-resource"),
        Action::Open | Action::Events | Action::CopyId | Action::CopyLink if model.subject().is_none() => {
            Some("refusal.no-row")
        }
        Action::Open | Action::NextTarget | Action::PreviousTarget if matches!(&model.place, Place::Page(page) if page.targets == 0) => {
            Some("refusal.no-link")
        }
        Action::ClearFilter if !has_filter(model) => Some("refusal.no-filter"),
        Action::ToggleReads | Action::ToggleErrors | Action::FurtherBack
            if !matches!(model.place, Place::Events(_)) =>
        {
            Some("refusal.no-search")
        }
        Action::ToggleRoutine if model.list().is_none_or(|t| t.hidden() == 0 && !t.is_routine_shown()) => {
            Some("refusal.no-routine")
        }
        other => incidents::refusal(model, other),
    }
}

fn has_filter(model: &Model) -> bool {
    model.list().is_some_and(crate::app::table::Table::is_filtered)
}

/// Does an action, or says why not.
pub fn perform(model: &mut Model, action: Action, count: Option<u32>, now: Timestamp, out: &mut Vec<Effect>) {
    if let Some(why) = refusal(model, action) {
        say(model, why, &[], Role::Dim, now);
        return;
    }
    if incidents::perform(model, action, now, out) {
        return;
    }
    let times = isize::try_from(count.unwrap_or(1)).unwrap_or(1);
    let page_rows = match model.place {
        Place::Pane(_) | Place::Events(_) => model.table_rows(),
        Place::Page(_) => model.layout().rows(),
    };
    let page_rows = isize::try_from(page_rows).unwrap_or(1);
    match action {
        Action::Quit => out.push(Effect::Quit),
        Action::Suspend => out.push(Effect::Suspend),
        Action::Redraw => out.push(Effect::Redraw),
        Action::Help => model.overlays.push(Overlay::Help(Picker::default())),
        Action::Palette => model.overlays.push(Overlay::Palette(Picker::default())),
        Action::ShowProblems => model.overlays.push(Overlay::Problems { scroll: 0 }),
        Action::Filter => open_filter(model),
        Action::ClearFilter => clear_filter(model),
        Action::ToggleRoutine => toggle_routine(model),
        Action::Back if has_filter(model) => clear_filter(model),
        Action::Back => {
            places::back(model, out);
        }
        Action::Forward => {
            places::forward(model, out);
        }
        Action::NextPane => places::step_pane(model, times, out),
        Action::PreviousPane => places::step_pane(model, -times, out),
        Action::GoToPane(tab) => {
            if let Some(pane) = PANES.get(usize::from(tab).wrapping_sub(1)) {
                places::go(model, Place::Pane(pane.id), out);
            }
        }
        Action::Freeze => freeze(model, now, out),
        Action::Refresh => refresh(model, now, out),
        Action::ToggleUtc => model.utc = !model.utc,
        Action::SortNext => sort(model, 1, now),
        Action::SortPrevious => sort(model, -1, now),
        Action::SortReverse => sort(model, 0, now),
        Action::CursorDown => step(model, times),
        Action::CursorUp => step(model, -times),
        Action::PageDown => scroll(model, page_rows * times),
        Action::PageUp => scroll(model, -page_rows * times),
        Action::HalfPageDown => scroll(model, (page_rows / 2).max(1) * times),
        Action::HalfPageUp => scroll(model, -(page_rows / 2).max(1) * times),
        Action::Top => jump(model, count, 0),
        Action::Bottom => jump(model, count, usize::MAX),
        Action::ScrollRight => columns(model, 1),
        Action::ScrollLeft => columns(model, -1),
        Action::NextTarget => target(model, 1),
        Action::PreviousTarget => target(model, -1),
        Action::Open => {
            if let Some(target) = places::under_cursor(model, now) {
                if let Some(table) = model.list_mut() {
                    table.pin();
                }
                places::follow_target(model, target, out);
            }
        }
        Action::GoToResource => {
            if let Some(subject) = places::resource_behind(model) {
                places::open(model, subject, out);
            }
        }
        Action::Events => match places::events_behind(model, now) {
            Some(question) => {
                if let Some(table) = model.list_mut() {
                    table.pin();
                }
                places::go(model, Place::Events(Box::new(question)), out);
            }
            None => say(model, "refusal.no-resource", &[], Role::Dim, now),
        },
        Action::ToggleReads | Action::ToggleErrors | Action::FurtherBack => {
            ask_anew(model, action, now, out);
        }
        Action::CopyId => {
            if let Some(subject) = model.subject() {
                let review = Some(&subject).filter(|subject| subject.kind == REVIEW);
                let incident = review.and_then(|subject| model.incidents.get(&subject.id));
                let text = incident.map(|incident| incidents::review(model, incident, now));
                out.push(Effect::Copy(text.unwrap_or(subject.id)));
            }
        }
        Action::CopyLink => {
            let link = model.subject().and_then(|subject| lines::link(&subject, &model.cx(now)));
            match link.filter(|l| !l.is_empty()) {
                Some(link) => out.push(Effect::Copy(link)),
                None => say(model, "toast.no-link", &[], Role::Warn, now),
            }
        }
        // Only layers offer these.
        _ => {}
    }
}

fn toggle_routine(model: &mut Model) {
    if let Some(table) = model.list_mut() {
        table.show_routine(!table.is_routine_shown());
        model.moving = true;
    }
}

/// Puts a search in another form in place of the one on screen; back leads to where the first came from.
fn ask_anew(model: &mut Model, action: Action, now: Timestamp, out: &mut Vec<Effect>) {
    let Place::Events(question) = &model.place else { return };
    let question = (**question).clone();
    let changed = match action {
        Action::ToggleReads => Some(question.toggle_reads()),
        Action::ToggleErrors => Some(question.toggle_errors()),
        _ => question.further_back(now),
    };
    match changed {
        Some(changed) => {
            needs::cancel(model, out);
            model.place = Place::Events(Box::new(changed));
        }
        None => say(model, "refusal.whole-history", &[], Role::Dim, now),
    }
}

fn freeze(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    if model.frozen.is_some() {
        data::release(model, now, out);
    } else {
        let oldest = PANES.iter().map(|p| model.oldest_data(p.id)).collect();
        model.frozen = Some(Frozen { at: now, held: Vec::new(), oldest });
    }
}

fn refresh(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let pane = match &model.place {
        Place::Pane(pane) => *pane,
        Place::Events(_) => {
            // Asked again as if it were new; what it brought stays until the answer.
            if let Some(search) = &mut model.search {
                search.feed.fetched_at = None;
            }
            say(model, "toast.refreshing", &[("pane", &PaneId::Events.spec().name)], Role::Dim, now);
            return;
        }
        // Whatever is EC2's shows the instances that belong to it.
        Place::Page(page) if page.subject.kind.starts_with("AWS::EC2::") => PaneId::Instances,
        Place::Page(page) if page.subject.kind == crate::resource::PATCHES => PaneId::Patches,
        Place::Page(page) if page.subject.kind == crate::resource::PROTECTED_RESOURCE => PaneId::Backups,
        Place::Page(_) => PaneId::Alarms,
    };
    needs::expire(model);
    schedule::refresh(model, pane, now, out);
    say(model, "toast.refreshing", &[("pane", &pane.spec().name)], Role::Dim, now);
}

fn open_filter(model: &mut Model) {
    if let Some(table) = model.list() {
        let text = table.filter_text.clone();
        model.overlays.push(Overlay::Filter {
            field: Field::with(&text),
            before: text,
            error: None,
            recalled: Recalled::default(),
        });
    }
}

fn clear_filter(model: &mut Model) {
    if let Some(table) = model.list_mut() {
        table.set_filter("", Filter::default());
        model.moving = true;
    }
}

/// Sorts by the next sortable column to the right or left, or turns the present one round.
fn sort(model: &mut Model, step: isize, now: Timestamp) {
    let Some(table) = model.list() else { return };
    let columns = table.columns.iter().enumerate();
    let in_table = columns.filter(|(_, c)| c.width.is_some() && !model.is_same_everywhere(c.key));
    let shown: Vec<usize> = in_table.map(|(at, _)| at).collect();
    let Some(table) = model.list_mut() else { return };
    if step == 0 {
        table.set_sort(table.sort_column, !table.descending);
    } else {
        let at = shown.iter().position(|c| *c == table.sort_column).unwrap_or(0);
        let count = isize::try_from(shown.len()).unwrap_or(1).max(1);
        let next = (isize::try_from(at).unwrap_or(0) + step).rem_euclid(count);
        if let Some(column) = usize::try_from(next).ok().and_then(|n| shown.get(n)) {
            table.set_sort(*column, false);
        }
    }
    let key = table.columns.get(table.sort_column).map_or("", |c| c.key);
    let title = model.settings.words.get(&format!("column.{key}")).to_owned();
    say(model, "toast.sorted", &[("column", &title)], Role::Dim, now);
}

/// One row in a table; one jump target on a page, or a line where there are no more of them.
fn step(model: &mut Model, rows: isize) {
    let more = |page: &Page| {
        let next = page.target.saturating_add_signed(rows).min(page.targets.saturating_sub(1));
        page.targets > 0 && next != page.target
    };
    if matches!(&model.place, Place::Page(page) if more(page)) {
        target(model, rows);
    } else {
        scroll(model, rows);
    }
}

fn scroll(model: &mut Model, rows: isize) {
    let height = model.table_rows();
    match model.place {
        Place::Pane(_) | Place::Events(_) => {
            if let Some(table) = model.list_mut() {
                table.move_by(rows, height);
            }
            model.moving = true;
        }
        Place::Page(ref mut page) => {
            // Unknown until the page has been drawn once; drawing keeps within the page in any case.
            let last = match model.drawn.lines {
                0 => usize::MAX,
                lines => lines.saturating_sub(model.drawn.height),
            };
            page.scroll = page.scroll.min(last).saturating_add_signed(rows).min(last);
        }
    }
}

fn jump(model: &mut Model, count: Option<u32>, end: usize) {
    let height = model.table_rows();
    let to = count.map_or(end, |n| usize::try_from(n).unwrap_or(usize::MAX).saturating_sub(1));
    match model.place {
        Place::Pane(_) | Place::Events(_) => {
            if let Some(table) = model.list_mut() {
                table.move_to(to, height);
            }
            model.moving = true;
        }
        Place::Page(ref mut page) => page.scroll = to,
    }
}

fn target(model: &mut Model, steps: isize) {
    if let Place::Page(page) = &mut model.place {
        page.target = page.target.saturating_add_signed(steps).min(page.targets.saturating_sub(1));
        page.chosen = None;
        if let Some(line) = model.drawn.targets.get(page.target) {
            // With the line before it, which is often its title.
            let lowest = (line + 2).saturating_sub(model.drawn.height);
            let highest = line.saturating_sub(1);
            page.scroll = page.scroll.clamp(lowest.min(highest), highest);
        }
    }
}

fn columns(model: &mut Model, steps: isize) {
    // Everything may be in sight already.
    let more = steps < 0 || model.drawn.more_columns;
    if let Some(table) = model.list_mut().filter(|_| more) {
        let last = table.columns.iter().filter(|c| c.width.is_some()).count().saturating_sub(1);
        table.column_offset = table.column_offset.saturating_add_signed(steps).min(last);
    }
}
