//! Layers over the place: help, palette, filter line, problems, MFA question. The top one takes the keys.

use jiff::Timestamp;

use super::{actions, forms, places, say};
use crate::{
    app::{
        action::Action,
        effect::Effect,
        model::{Model, Overlay, Picker, Place},
    },
    filter::Filter,
    input::{
        field::Edited,
        key::Key,
        keymap::{Binding, Scope},
    },
    panes::{PANES, PaneId},
    problem::Remedy,
    value::Role,
};

/// A row of help or of the palette.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it runs.
    pub command: Command,
    /// Its name: `sort-next`, or `instances`.
    pub name: String,
    /// Its keys, best first; empty when it has none.
    pub keys: Vec<String>,
    /// What it does, in the operator's language.
    pub desc: String,
    /// The keymap scope it is offered in.
    pub scope: Scope,
    /// Why it would do nothing now: a wording key.
    pub refusal: Option<&'static str>,
}

/// What an entry runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// An action.
    Do(Action),
    /// Going to a pane by name.
    Pane(PaneId),
}

/// The rows of the open help or palette, narrowed by what is typed.
pub fn entries(model: &Model) -> Vec<Entry> {
    let Some(Overlay::Help(picker) | Overlay::Palette(picker)) = model.overlays.last() else {
        return Vec::new();
    };
    let palette = matches!(model.overlays.last(), Some(Overlay::Palette(_)));
    let typed = picker.field.text().trim().to_lowercase();
    let words = &model.settings.words;
    let panes = PANES.iter().filter(|_| palette).map(|pane| Entry {
        command: Command::Pane(pane.id),
        name: pane.name.to_lowercase(),
        keys: vec![(pane.id.index() + 1).to_string()],
        desc: words.fill("palette.go-to-pane", &[("pane", &pane.name)]),
        scope: Scope::Global,
        refusal: None,
    });
    let scopes = actions::place_scopes(model);
    let bindings: Vec<&Binding> = if palette {
        model.settings.keymap.palette(scopes)
    } else {
        model.settings.keymap.help(scopes).into_iter().flat_map(|(_, bindings)| bindings).collect()
    };
    let bindings = bindings.into_iter().map(|b| Entry {
        command: Command::Do(b.action),
        name: b.action.name().to_owned(),
        keys: b.keys.iter().map(ToString::to_string).collect(),
        desc: b.desc(words).to_owned(),
        scope: b.scope,
        refusal: actions::refusal(model, b.action),
    });
    // A pane's name may be followed by a filter for it (`instances web`).
    let name = typed.split_whitespace().next().unwrap_or_default().to_owned();
    let mut entries: Vec<Entry> = panes
        .chain(bindings)
        .filter(|e| match e.command {
            Command::Pane(_) => e.name.starts_with(&name),
            Command::Do(Action::GoToPane(tab)) => {
                !palette && usize::from(tab) <= PANES.len() && fits(e, &typed)
            }
            Command::Do(_) => fits(e, &typed),
        })
        .collect();
    if palette && !typed.is_empty() {
        // Whole names first, then names that begin so, then the rest.
        entries.sort_by_key(|e| (e.name != name, !e.name.starts_with(&name)));
    }
    entries
}

fn fits(entry: &Entry, typed: &str) -> bool {
    typed.is_empty()
        || entry.keys.iter().any(|k| k == typed)
        || entry.name.contains(typed)
        || entry.desc.to_lowercase().contains(typed)
}

/// An action in the top layer. `key` is what was pressed, for layers that take text.
pub fn perform(model: &mut Model, action: Action, key: Key, now: Timestamp, out: &mut Vec<Effect>) {
    match action {
        Action::Close => close(model, out),
        Action::Accept => accept(model, now, out),
        Action::CursorDown | Action::NextTarget => select(model, 1),
        Action::CursorUp | Action::PreviousTarget => select(model, -1),
        Action::PageDown | Action::HalfPageDown => select(model, 10),
        Action::PageUp | Action::HalfPageUp => select(model, -10),
        Action::Top => select(model, isize::MIN),
        Action::Bottom => select(model, isize::MAX),
        Action::Complete => complete(model),
        Action::HistoryPrevious => recall(model, 1),
        Action::HistoryNext => recall(model, -1),
        Action::CopyId => copy_command(model, now, out),
        Action::Quit => out.push(Effect::Quit),
        Action::Suspend => out.push(Effect::Suspend),
        Action::Redraw => out.push(Effect::Redraw),
        _ => typed(model, key),
    }
}

/// A key that is no action in the top layer: text for its field.
pub fn typed(model: &mut Model, key: Key) {
    let changed = match model.overlays.last_mut() {
        Some(Overlay::Help(picker) | Overlay::Palette(picker)) => {
            if picker.field.press(key) == Edited::Changed {
                picker.selected = 0;
            }
            false
        }
        Some(Overlay::Filter { field, .. }) => field.press(key) == Edited::Changed,
        Some(Overlay::Mfa { field, .. }) => {
            field.press(key);
            false
        }
        Some(Overlay::Form(form)) => {
            if let Some(limit) = form.press(key) {
                form.error = Some(model.settings.words.fill("form.full", &[("limit", &limit)]));
            }
            false
        }
        Some(Overlay::Problems { .. }) | None => false,
    };
    if changed {
        refilter(model);
    }
}

/// Pasted text goes to the top layer's field, and nowhere else.
pub fn paste(model: &mut Model, text: &str, now: Timestamp) {
    match model.overlays.last_mut() {
        Some(Overlay::Help(picker) | Overlay::Palette(picker)) => {
            picker.field.insert(text);
            picker.selected = 0;
        }
        Some(Overlay::Filter { field, .. }) => {
            field.insert(text);
            refilter(model);
        }
        Some(Overlay::Mfa { field, .. }) => {
            field.insert(text);
        }
        Some(Overlay::Form(form)) => {
            if let Some(limit) = form.paste(text) {
                let words = &model.settings.words;
                let size = text.len();
                form.error = Some(words.fill("form.too_long", &[("size", &size), ("limit", &limit)]));
            }
        }
        Some(Overlay::Problems { .. }) | None => say(model, "toast.paste-ignored", &[], Role::Dim, now),
    }
}

/// Puts the filter line's text into force, or says why it is not a filter; the one before then stays.
fn refilter(model: &mut Model) {
    let Some(Overlay::Filter { field, .. }) = model.overlays.last() else { return };
    let text = field.text().to_owned();
    let Some(table) = model.list_mut() else { return };
    let problem = match Filter::parse(&text, &table.columns) {
        Ok(filter) => {
            table.set_filter(&text, filter);
            model.moving = true;
            None
        }
        Err(why) => Some(why.0.text(&model.settings.words)),
    };
    if let Some(Overlay::Filter { error, .. }) = model.overlays.last_mut() {
        *error = problem;
    }
}

fn close(model: &mut Model, out: &mut Vec<Effect>) {
    match model.overlays.pop() {
        Some(Overlay::Filter { before, .. }) => {
            if let Some(table) = model.list_mut() {
                let filter = Filter::parse(&before, &table.columns).unwrap_or_default();
                table.set_filter(&before, filter);
                model.moving = true;
            }
        }
        Some(Overlay::Mfa { id, .. }) => out.push(Effect::MfaAnswer { id, code: None }),
        _ => {}
    }
}

fn accept(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    match model.overlays.last() {
        Some(Overlay::Help(_) | Overlay::Palette(_)) => run_entry(model, now, out),
        Some(Overlay::Filter { error: None, field, .. }) => {
            remember(&mut model.filters, field.text());
            model.overlays.pop();
        }
        // A line that is not a filter stays open, with its reason, until it is mended or dropped.
        Some(Overlay::Filter { .. }) | None => {}
        Some(Overlay::Form(_)) => forms::accept(model, now, out),
        Some(Overlay::Mfa { id, field, .. }) => {
            let code: String = field.text().chars().filter(char::is_ascii_digit).collect();
            if code.len() == 6 {
                out.push(Effect::MfaAnswer { id: *id, code: Some(code) });
                model.overlays.pop();
            } else {
                say(model, "mfa.six-digits", &[], Role::Warn, now);
            }
        }
        Some(Overlay::Problems { .. }) => {
            model.overlays.pop();
        }
    }
}

fn run_entry(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let Some(Overlay::Help(picker) | Overlay::Palette(picker)) = model.overlays.last() else { return };
    let (selected, typed) = (picker.selected, picker.field.text().trim().to_owned());
    let Some(entry) = entries(model).into_iter().nth(selected) else {
        say(model, "palette.no-such-command", &[("typed", &typed)], Role::Warn, now);
        return;
    };
    let palette = matches!(model.overlays.pop(), Some(Overlay::Palette(_)));
    if palette {
        // With the filter that was typed behind a pane's name.
        let filter = typed.split_once(char::is_whitespace).map_or("", |(_, filter)| filter);
        remember(&mut model.commands, &format!("{} {filter}", entry.name));
    }
    match entry.command {
        Command::Do(action) => actions::perform(model, action, None, now, out),
        Command::Pane(pane) => {
            places::go(model, Place::Pane(pane), out);
            if let Some((_, filter)) = typed.split_once(char::is_whitespace) {
                match Filter::parse(filter, &model.table(pane).columns) {
                    Ok(parsed) => model.table_mut(pane).set_filter(filter, parsed),
                    Err(why) => {
                        let text = why.0.text(&model.settings.words);
                        say(model, "toast.plain", &[("text", &text)], Role::Warn, now);
                    }
                }
            }
        }
    }
}

fn select(model: &mut Model, steps: isize) {
    let count = entries(model).len();
    match model.overlays.last_mut() {
        Some(Overlay::Help(picker) | Overlay::Palette(picker)) => {
            picker.selected = picker.selected.saturating_add_signed(steps).min(count.saturating_sub(1));
        }
        Some(Overlay::Problems { scroll }) => {
            *scroll = scroll.saturating_add_signed(steps).min(model.drawn.overlay_end);
        }
        Some(Overlay::Form(form)) => form.go(steps),
        _ => {}
    }
}

/// Lines of a kind that are remembered.
const MOST_LINES: usize = 50;

/// Remembers a line that was accepted, the newest last.
fn remember(known: &mut Vec<String>, line: &str) {
    let line = line.trim();
    if !line.is_empty() {
        known.retain(|k| k != line);
        known.push(line.to_owned());
        if known.len() > MOST_LINES {
            known.remove(0);
        }
    }
}

/// Goes through the lines that were accepted before, and back to what was being typed.
fn recall(model: &mut Model, steps: isize) {
    let (field, recalled, known) = match model.overlays.last_mut() {
        Some(Overlay::Filter { field, recalled, .. }) => (field, recalled, &model.filters),
        Some(Overlay::Palette(Picker { field, recalled, selected })) => {
            *selected = 0;
            (field, recalled, &model.commands)
        }
        _ => return,
    };
    let wanted = recalled.steps.saturating_add_signed(steps).min(known.len());
    if wanted == recalled.steps {
        return;
    }
    if recalled.steps == 0 {
        field.text().clone_into(&mut recalled.typed);
    }
    recalled.steps = wanted;
    let older = known.len().checked_sub(wanted).and_then(|at| known.get(at));
    field.set(older.unwrap_or(&recalled.typed));
    refilter(model);
}

/// Copies the command that the first problem's remedy names.
fn copy_command(model: &mut Model, now: Timestamp, out: &mut Vec<Effect>) {
    let problems = model.feeds.values().flat_map(|f| &f.problems).chain(model.identity.values());
    let command = problems.into_iter().find_map(|p| match &p.remedy {
        Remedy::Run(command) => Some(command.clone()),
        _ => None,
    });
    match command {
        Some(command) => out.push(Effect::Copy(command)),
        None => say(model, "problems.no-command", &[], Role::Dim, now),
    }
}

/// Completes the column's name that the filter's last word begins, or the palette's command.
fn complete(model: &mut Model) {
    if let (Some(table), Some(Overlay::Filter { field, .. })) = (model.list(), model.overlays.last()) {
        let before = field.before();
        let word = before.rsplit(' ').next().unwrap_or_default().trim_start_matches('!');
        let columns = &table.columns;
        let found = columns.iter().find(|c| !word.is_empty() && c.key.starts_with(word));
        let rest = found.and_then(|c| c.key.strip_prefix(word)).map(|rest| format!("{rest}:"));
        if let (Some(rest), Some(Overlay::Filter { field, .. })) = (rest, model.overlays.last_mut()) {
            field.insert(&rest);
            refilter(model);
        }
        return;
    }
    let Some(Overlay::Palette(Picker { selected, .. })) = model.overlays.last() else { return };
    let marked = entries(model).into_iter().nth(*selected);
    if let (Some(Overlay::Palette(picker)), Some(entry)) = (model.overlays.last_mut(), marked) {
        picker.field = crate::input::field::Field::with(&format!("{} ", entry.name));
        picker.selected = 0;
    }
}
