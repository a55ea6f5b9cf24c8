//! The first line: whose account, how fresh, what time, and the words that must not be overlooked.

use jiff::Timestamp;
use ratatui::layout::Rect;

use super::{
    fit::{self, Form, Piece, Styled, forms},
    pen::Pen,
    status::Status,
};
use crate::{
    app::model::Model,
    panes::{PaneId, incidents},
    text::age,
    value::Role,
};

/// Draws it.
pub(super) fn draw(pen: &mut Pen<'_>, area: Rect, model: &Model, now: Timestamp) {
    let words = &model.settings.words;
    let status = Status::of(model, model.pane(), model.shown_now(now));
    let mut pieces = vec![Piece::left(20, forms(pen.style(Role::Dim), ["toban"]))];
    let names = unique(model.scopes.iter().map(|(_, s)| s.account_label()));
    let regions = unique(model.scopes.iter().map(|(_, s)| s.region.as_str()));
    pieces.push(Piece::left(80, forms(pen.style(Role::Name), shortened(&names))).easing(55));
    pieces.push(Piece::left(70, forms(pen.style(Role::Plain), shortened(&regions))).easing(54));
    pieces.push(Piece::left(90, liveness(pen, model, &status)).easing(45));
    pieces.extend(freshness(pen, model, &status, now));

    if let Some(incident) = model.incidents.current() {
        let level =
            incident.level.as_ref().map(|level| format!(" {}", level.what.word())).unwrap_or_default();
        let time = incidents::running(incident, &model.cx(now)).unwrap_or_default();
        let id = incident.id();
        let texts = [format!("{id}{level} {time}"), format!("{id} {time}"), id];
        pieces.push(Piece::right(88, forms(pen.style(Role::Bad), texts)).easing(43));
    }
    if let Some(drill) = &model.settings.drill {
        let word = words.get("header.drill");
        pieces.push(
            Piece::right(
                96,
                forms(pen.skin.theme.mark(), [format!(" {word} {drill} "), format!(" {word} ")]),
            )
            .easing(42),
        );
    }
    if let Some(frozen) = &model.frozen {
        let at = clock(model, frozen.at, "%H:%M:%S");
        let texts =
            [words.fill("header.frozen_since", &[("time", &at)]), words.get("header.frozen").to_owned()];
        pieces
            .push(Piece::right(97, forms(pen.skin.theme.mark(), texts.map(|t| format!(" {t} ")))).easing(44));
    }
    let times = ["%H:%M:%S %Z", "%H:%M %Z", "%H:%M"].map(|form| clock(model, now, form));
    pieces.push(Piece::right(60, forms(pen.style(Role::Plain), times)).easing(47));
    pieces.push(if model.settings.allow_actions {
        Piece::right(98, forms(pen.skin.theme.mark(), [format!(" {} ", words.get("header.actions_allowed"))]))
    } else {
        Piece::right(50, forms(pen.style(Role::Dim), [words.get("header.read_only")]))
    });
    fit::draw(pen, area, &pieces, 2);
}

/// `● 6 of 6 live`, `▲ 5 of 6 live`, `✗ 0 of 6 live`, `· loading 2 of 6`.
fn liveness(pen: &Pen<'_>, model: &Model, status: &Status) -> Vec<Form> {
    let words = &model.settings.words;
    let all = status.scopes;
    if all == 0 {
        return forms(pen.style(Role::Unknown), [format!("? {}", words.get("header.no_scope"))]);
    }
    if status.failed == 0 && status.loading > 0 {
        // What is made from several shows what there is already; the name of what it still lacks says more than a number.
        let missing = missing(model, model.pane());
        if !missing.is_empty() {
            let text =
                |names: String| format!("· {}", words.fill("header.loading_panes", &[("panes", &names)]));
            return forms(pen.style(Role::Unknown), shortened(&missing).into_iter().map(text));
        }
        let text = words.fill("header.loading", &[("done", &status.answered), ("all", &all)]);
        let word = words.get("header.loading_short");
        let short = format!("· {word} {}/{all}", status.answered);
        return forms(pen.style(Role::Unknown), [format!("· {text}"), short, format!("· {word}")]);
    }
    let (sign, role) = if status.live == 0 {
        ("✗", Role::Bad)
    } else if status.live < all || status.partial > 0 {
        ("▲", Role::Warn)
    } else {
        ("●", Role::Good)
    };
    let text = words.fill("header.live", &[("live", &status.live), ("all", &all)]);
    let partial = if status.partial > 0 && status.live == all { words.get("header.partial") } else { "" };
    let style = pen.style(role);
    let joined = if partial.is_empty() { String::new() } else { format!(" {partial}") };
    forms(style, [format!("{sign} {text}{joined}"), format!("{sign} {}/{all}{joined}", status.live)])
}

/// The panes that have not answered yet, of a pane that is made from several, once some have.
fn missing(model: &Model, pane: PaneId) -> Vec<&'static str> {
    let sources: Vec<PaneId> = pane.spec().sources().collect();
    let now = Timestamp::UNIX_EPOCH;
    let loading = |source: &&PaneId| Status::of(model, **source, now).loading > 0;
    let missing: Vec<&str> = sources.iter().filter(loading).map(|source| source.spec().name).collect();
    if missing.len() < sources.len() { missing } else { Vec::new() }
}

/// `12s ago`; when old, the word stale.
fn freshness(pen: &Pen<'_>, model: &Model, status: &Status, now: Timestamp) -> Option<Piece> {
    let words = &model.settings.words;
    let age = age::since(status.oldest?, model.shown_now(now));
    let ago = words.fill("header.ago", &[("age", &age)]);
    if status.stale {
        let word = words.get("header.stale");
        let style = pen.style(Role::Warn);
        let forms = vec![
            vec![Styled::new(format!("{ago} {word}"), style)],
            vec![Styled::new(format!("{age} {word}"), style)],
        ];
        return Some(Piece::left(95, forms).easing(41));
    }
    Some(Piece::left(85, forms(pen.style(Role::Dim), [ago, age])).easing(41))
}

fn clock(model: &Model, at: Timestamp, form: &str) -> String {
    let zone = model.cx(at).zone.clone();
    at.to_zoned(zone).strftime(form).to_string()
}

fn unique<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut all: Vec<&str> = Vec::new();
    for name in names.filter(|n| !n.is_empty()) {
        if !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// `a b c`, then `a b +1`, then `a +2`.
fn shortened(names: &[&str]) -> Vec<String> {
    // More than four names are a list that nobody reads in a header.
    (1..=names.len().min(4))
        .rev()
        .map(|shown| {
            let text = names.iter().take(shown).copied().collect::<Vec<_>>().join(" ");
            if shown < names.len() { format!("{text} +{}", names.len() - shown) } else { text }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_give_way_to_their_number() {
        assert_eq!(shortened(&[]), Vec::<String>::new());
        assert_eq!(shortened(&["prod"]), ["prod"]);
        assert_eq!(shortened(&["a", "b", "c"]), ["a b c", "a b +1", "a +2"]);
        assert_eq!(shortened(&["a", "b", "c", "d", "e"]).first().map(String::as_str), Some("a b c d +1"));
    }
}
