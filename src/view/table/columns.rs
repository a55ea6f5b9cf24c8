//! Which columns are shown, and how wide.

use crate::{
    app::{model::Model, table::Table},
    panes::{Align, Row},
    severity::Severity,
    text::{Catalogue, measure},
    value::{Cx, Value},
};

/// Cells between columns.
pub(in crate::view) const GAP: usize = 2;

/// The columns of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::view) struct Chosen {
    /// Index in the table's columns, and cells.
    pub columns: Vec<(usize, usize)>,
    /// Whether some were scrolled away.
    pub hidden_left: bool,
    /// Whether some did not fit.
    pub hidden_right: bool,
}

/// What a column would like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::view) struct Wish {
    /// Index in the table's columns.
    pub index: usize,
    /// Cells below which it is dropped.
    pub min: usize,
    /// Cells it takes when there is room.
    pub ideal: usize,
    /// Dropped first when high; 0 never.
    pub priority: u8,
    /// Whether room to spare may go to it.
    pub stretches: bool,
    /// Cells of its title; none when it leans right, where nothing is free behind it.
    pub title: Option<usize>,
}

/// The title of a column with the mark of the order: capitals, as titles are told from values on every terminal.
pub(in crate::view) fn title(table: &Table, index: usize, words: &Catalogue) -> String {
    let Some(column) = table.columns.get(index) else { return String::new() };
    let word = words.find(&format!("column.{}", column.key)).unwrap_or(column.key).to_uppercase();
    match (index == table.sort_column, table.descending) {
        (true, false) => format!("{word}↑"),
        (true, true) => format!("{word}↓"),
        (false, _) => word,
    }
}

/// Chooses for `room` cells; `window` are the visible rows.
pub(in crate::view) fn choose(
    table: &Table,
    model: &Model,
    window: &[&dyn Row],
    room: usize,
    cx: &Cx<'_>,
) -> Chosen {
    let mut wishes: Vec<Wish> = Vec::new();
    for (index, column) in table.columns.iter().enumerate() {
        let Some(width) = column.width else { continue };
        if model.is_same_everywhere(column.key) {
            continue;
        }
        let severity = window.first().is_some_and(|r| matches!(r.cell(index, cx).value, Value::Severity(_)));
        let title_cells = measure::width(&title(table, index, cx.words));
        let least =
            title_cells.max(if severity { severity_cells(cx.words) } else { 0 }).max(usize::from(width.min));
        wishes.push(Wish {
            index,
            min: least,
            ideal: usize::from(width.ideal).max(least),
            priority: width.priority,
            stretches: column.align == Align::Left && !severity,
            title: (column.align == Align::Left).then_some(title_cells),
        });
    }
    divide(&wishes, table.column_offset, room)
}

/// Cells of the widest `● word`.
fn severity_cells(words: &Catalogue) -> usize {
    const ALL: [Severity; 6] = [
        Severity::Ok,
        Severity::Unknown,
        Severity::Low,
        Severity::Medium,
        Severity::High,
        Severity::Critical,
    ];
    2 + ALL.iter().map(|s| measure::width(words.severity(*s))).max().unwrap_or(4)
}

/// Divides the room. Where some columns do not fit, the marks that say so stand behind the last title, or get room.
pub(in crate::view) fn divide(wishes: &[Wish], offset: usize, room: usize) -> Chosen {
    let chosen = within(wishes, offset, room);
    let last = chosen.columns.last().and_then(|(index, width)| {
        let title = wishes.iter().find(|w| w.index == *index)?.title?;
        Some(width.saturating_sub(title))
    });
    if (chosen.hidden_left || chosen.hidden_right) && last.is_none_or(|free| free < MARKS) {
        return within(wishes, offset, room.saturating_sub(MARKS));
    }
    chosen
}

/// Cells for `←→` and a space before them.
const MARKS: usize = 3;

fn taken(shown: &[Wish], cells: fn(&Wish) -> usize) -> usize {
    shown.iter().map(|w| cells(w) + GAP).sum::<usize>().saturating_sub(GAP)
}

/// A column of lower rank must not be had at the price of half of the cause.
const fn comfortable(wish: &Wish) -> usize {
    if wish.priority == 0 { wish.min.midpoint(wish.ideal) } else { wish.min }
}

/// Columns of priority 0 stay and the others are dropped from the highest number on. Scrolled sideways, the widest of
/// those that stay gives way too, and the others follow in their own order from the first that was not scrolled away, so
/// that every one can be reached.
fn within(wishes: &[Wish], offset: usize, room: usize) -> Chosen {
    let fits = taken(wishes, comfortable) <= room;
    let offset = if fits { 0 } else { offset };
    let (shown, hidden_right) =
        if offset == 0 { by_rank(wishes, room) } else { in_order(wishes, offset, room) };
    let mut columns: Vec<(usize, usize)> = shown.iter().map(|w| (w.index, w.min)).collect();
    let mut spare = room.saturating_sub(taken(&shown, |w| w.min));
    // The most important ones grow first, those of one rank in proportion to what they lack.
    let mut ranks: Vec<u8> = shown.iter().map(|w| w.priority).collect();
    ranks.sort_unstable();
    ranks.dedup();
    for rank in ranks {
        let of_rank = |w: &Wish| w.priority == rank;
        let lacking: usize = shown.iter().filter(|w| of_rank(w)).map(|w| w.ideal - w.min).sum();
        let given = spare.min(lacking);
        for (wish, column) in shown.iter().zip(&mut columns).filter(|(w, _)| of_rank(w)) {
            let more = (wish.ideal - wish.min) * given / lacking.max(1);
            column.1 += more;
            spare -= more;
        }
    }
    let widest = shown.iter().enumerate().filter(|(_, w)| w.stretches).max_by_key(|(at, w)| (w.ideal, *at));
    if let Some(column) = widest.and_then(|(at, _)| columns.get_mut(at)) {
        column.1 += spare;
    }
    Chosen { columns, hidden_left: offset > 0, hidden_right }
}

fn by_rank(wishes: &[Wish], room: usize) -> (Vec<Wish>, bool) {
    let mut shown = wishes.to_vec();
    while taken(&shown, comfortable) > room {
        let droppable = shown.iter().enumerate().filter(|(_, w)| w.priority > 0);
        let Some((last, _)) = droppable.max_by_key(|(at, w)| (w.priority, *at)) else { break };
        shown.remove(last);
    }
    let hidden = shown.len() < wishes.len();
    (shown, hidden)
}

fn in_order(wishes: &[Wish], offset: usize, room: usize) -> (Vec<Wish>, bool) {
    let widest = wishes.iter().filter(|w| w.priority == 0).max_by_key(|w| w.ideal).map(|w| w.index);
    let stays = |w: &Wish| w.priority == 0 && Some(w.index) != widest;
    let movable: Vec<&Wish> = wishes.iter().filter(|w| !stays(w)).collect();
    // The widest is in sight when nothing is scrolled; anything else that comes first may not be.
    let first_was_seen = movable.first().is_some_and(|w| Some(w.index) == widest);
    let away = (if first_was_seen { offset } else { offset - 1 }).min(movable.len().saturating_sub(1));
    let gone: Vec<usize> = movable.iter().take(away).map(|w| w.index).collect();
    let mut shown: Vec<Wish> = wishes.iter().filter(|w| !gone.contains(&w.index)).copied().collect();
    let mut hidden = false;
    while taken(&shown, |w| w.min) > room {
        let Some(last) = shown.iter().rposition(|w| !stays(w)) else { break };
        shown.remove(last);
        hidden = true;
    }
    (shown, hidden)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn wish(index: usize, min: usize, ideal: usize, priority: u8) -> Wish {
        Wish { index, min, ideal, priority, stretches: true, title: Some(4) }
    }

    fn wishes() -> Vec<Wish> {
        vec![wish(0, 6, 6, 0), wish(1, 10, 20, 0), wish(2, 8, 8, 3), wish(3, 12, 40, 1), wish(4, 9, 9, 2)]
    }

    #[test]
    fn the_least_important_column_goes_first() {
        for (room, wanted) in [
            (58, vec![0, 1, 2, 3, 4]),
            (57, vec![0, 1, 3, 4]),
            (47, vec![0, 1, 3]),
            (36, vec![0, 1]),
            (5, vec![0, 1]),
        ] {
            let chosen = divide(&wishes(), 0, room);
            assert_eq!(chosen.columns.iter().map(|c| c.0).collect::<Vec<_>>(), wanted, "{room}");
            assert_eq!(chosen.hidden_right, wanted.len() < 5);
        }
    }

    #[test]
    fn room_goes_to_the_important_and_the_rest_to_the_longest() {
        assert_eq!(divide(&wishes(), 0, 70).columns, [(0, 6), (1, 20), (2, 8), (3, 19), (4, 9)]);
        assert_eq!(divide(&wishes(), 0, 200).columns, [(0, 6), (1, 20), (2, 8), (3, 149), (4, 9)]);
    }

    proptest! {
        #[test]
        fn every_column_can_be_reached_sideways(room in 40usize..120) {
            let mut seen: Vec<usize> = (0..6)
                .flat_map(|offset| divide(&wishes(), offset, room).columns)
                .map(|c| c.0)
                .collect();
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen, [0, 1, 2, 3, 4]);
        }

        #[test]
        fn nothing_is_wider_than_the_room(room in 21usize..200, offset in 0usize..9) {
            let chosen = divide(&wishes(), offset, room);
            let taken: usize = chosen.columns.iter().map(|c| c.1 + GAP).sum();
            prop_assert!(taken - GAP <= room);
        }
    }
}
