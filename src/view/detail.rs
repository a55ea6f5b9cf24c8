//! A row's page or preview: the blocks of its detail, laid out in lines.

mod blocks;

use jiff::Timestamp;
use ratatui::layout::Rect;

use super::{
    graph::{Axis, Data, graph, scale::short_number, spark},
    lines::{self, Strip, beside},
    pen::{Pen, cells},
};
use crate::{
    app::{
        facts::Fact,
        model::{Drawn, Model, Page},
    },
    panes::detail::{Block, Detail, Graph, Span},
    rows::metric::GRAPH_WINDOW,
    text::{measure, problem},
    value::{Cx, Role},
};

/// Cells from which lists stand side by side.
const COLUMNS_CELLS: usize = 110;
/// Cells below which a graph says too little to stand beside another.
const GRAPH_CELLS: usize = 48;

/// How much room there is, and how it is used.
#[derive(Debug, Clone, Copy)]
struct Room {
    /// Cells across.
    width: usize,
    /// Lines a graph takes with its title and times.
    graph: usize,
    /// Whether everything must be reachable (a page), or the most important is enough (a preview).
    whole: bool,
}

/// Draws a page, scrolled as far as it goes. Says, too, how many lines are below.
pub(super) fn page(
    pen: &mut Pen<'_>,
    area: Rect,
    model: &Model,
    page: &Page,
    detail: Option<&Detail>,
    now: Timestamp,
) -> (Drawn, usize) {
    let Some(detail) = detail else {
        let text = model.settings.words.fill("page.unknown", &[("id", &page.subject.id)]);
        lines::draw(
            pen,
            inset(area),
            &lines::wrapped(&text, Role::Unknown, usize::from(area.width)),
            0,
            None,
        );
        return (Drawn::default(), 0);
    };
    let inner = inset(area);
    let graph = usize::from((area.height * 2 / 5).clamp(7, 14));
    let room = Room { width: usize::from(inner.width), graph, whole: true };
    let lines = all(detail, model, room, &model.cx(now));
    let scroll = lines::clamp(page.scroll, lines.len(), inner.height);
    lines::draw(pen, inner, &lines, scroll, Some(page.target));
    let below = lines.len().saturating_sub(scroll + usize::from(inner.height));
    let targets = targets(&lines);
    (Drawn { lines: lines.len(), height: usize::from(inner.height), targets, ..Drawn::default() }, below)
}

/// Draws a preview: title and state, then as much as there is room for. In a low and wide region graphs stand at the left
/// and everything else at the right. Says how many lines are below.
pub(super) fn preview(
    pen: &mut Pen<'_>,
    area: Rect,
    model: &Model,
    detail: &Detail,
    now: Timestamp,
) -> usize {
    if area.height < 2 || area.width < 10 {
        return 0;
    }
    let mut state = lines::joined(&detail.state, " ");
    let taken = |state: &[Span]| cells(state.iter().map(|s| measure::width(&s.text)).sum());
    // The name comes first; of the state a word will do.
    if cells(measure::width(&detail.title)) + 2 + taken(&state) > area.width {
        state.truncate(1);
    }
    let state_cells = taken(&state);
    let title_room = area.width.saturating_sub(state_cells + 2);
    let style = pen.style(Role::Name);
    pen.text(area.x, area.y, title_room, &detail.title, style);
    pen.spans(area.right().saturating_sub(state_cells), area.y, state_cells, &state);

    let body = Rect { y: area.y + 1, height: area.height - 1, ..area };
    let (width, height) = (usize::from(body.width), usize::from(body.height));
    let cx = model.cx(now);
    let low = body.width >= 96 && body.height <= 16;
    let is_graph = |b: &&Block| matches!(b, Block::Graphs(_));
    let lines = if low && detail.blocks.iter().any(|b| is_graph(&b)) {
        let left = width * 11 / 20;
        let room = Room { width: left, graph: height.clamp(5, 12), whole: false };
        let graphs: Vec<&Block> = detail.blocks.iter().filter(is_graph).collect();
        let rest: Vec<&Block> = detail.blocks.iter().filter(|b| !is_graph(b)).collect();
        let mut graphs = laid_out(&graphs, model, Room { width: left - 3, ..room }, &cx);
        graphs.truncate(height);
        let rest = laid_out(&rest, model, Room { width: width - left, ..room }, &cx);
        beside(graphs, rest, left)
    } else {
        all(detail, model, Room { width, graph: 8, whole: false }, &cx)
    };
    lines::draw(pen, body, &lines, 0, None);
    lines.len().saturating_sub(height)
}

/// Says at the right of the rule under a page or preview how many of its lines do not fit; what is left of the rule is
/// for others.
pub(super) fn more_below(pen: &mut Pen<'_>, rule: Rect, below: usize, model: &Model) -> Rect {
    pen.rule(rule);
    if below == 0 {
        return rule;
    }
    let text = format!(" ↓ {} ", model.settings.words.fill("page.more", &[("count", &below)]));
    let style = pen.style(Role::Dim);
    let right = rule.right().saturating_sub(2);
    let taken = pen.text_end(right, rule.y, rule.width, &text, style);
    Rect { width: rule.width.saturating_sub(taken + 2), ..rule }
}

/// A margin of one cell at both sides.
fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

/// The line of each jump target.
fn targets(lines: &[Strip]) -> Vec<usize> {
    // Lists that stand side by side have targets of the one after targets of the other.
    let mut found = std::collections::BTreeMap::new();
    for (line, strip) in lines.iter().enumerate() {
        for target in strip.0.iter().filter_map(|r| r.target) {
            found.entry(target).or_insert(line);
        }
    }
    found.into_values().collect()
}

fn all(detail: &Detail, model: &Model, room: Room, cx: &Cx<'_>) -> Vec<Strip> {
    laid_out(&detail.blocks.iter().collect::<Vec<_>>(), model, room, cx)
}

/// The blocks one below the other with a blank line between; two lists side by side where both fit.
fn laid_out(blocks: &[&Block], model: &Model, room: Room, cx: &Cx<'_>) -> Vec<Strip> {
    let mut out: Vec<Strip> = Vec::new();
    let mut number = 0;
    let mut rest = blocks.iter().peekable();
    while let Some(block) = rest.next() {
        let half = room.width.saturating_sub(4) / 2;
        let mut lines = one(block, model, room, cx, &mut number);
        if room.width >= 116
            && matches!(block, Block::Lines { .. })
            && widest(&lines) <= half
            && let Some(next) = rest.peek().filter(|b| matches!(b, Block::Lines { .. }))
        {
            let mut following = number;
            let right = one(next, model, room, cx, &mut following);
            if !lines.is_empty() && !right.is_empty() && widest(&right) <= half {
                number = following;
                rest.next();
                lines = beside(lines, right, half + 4);
            }
        }
        if !lines.is_empty() && !out.is_empty() {
            out.push(Strip::default());
        }
        out.extend(lines);
    }
    out
}

fn widest(lines: &[Strip]) -> usize {
    lines.iter().map(Strip::width).max().unwrap_or(0)
}

/// One block in lines. `number` counts the jump targets so far.
fn one(block: &Block, model: &Model, room: Room, cx: &Cx<'_>, number: &mut usize) -> Vec<Strip> {
    match block {
        Block::Fields(fields) => blocks::fields(fields, room, cx),
        Block::Lines { title, lines, empty } => blocks::list(title, lines, *empty, room, cx, number),
        Block::Columns(columns) => side_by_side(columns, model, room, cx, number),
        Block::Stack(blocks) => {
            below(blocks.iter().filter(|block| !is_empty(block)), model, room, cx, number)
        }
        Block::Graphs(graphs) => graph_rows(graphs, model, room, cx),
        Block::Note(span) => lines::wrapped(&span.text, span.role, room.width),
    }
}

/// Lists side by side, each in its share of the width, cut there; one below the other where that would be too narrow.
fn side_by_side(
    columns: &[(u8, Block)],
    model: &Model,
    room: Room,
    cx: &Cx<'_>,
    number: &mut usize,
) -> Vec<Strip> {
    let columns: Vec<&(u8, Block)> = columns.iter().filter(|(_, block)| !is_empty(block)).collect();
    if room.width < COLUMNS_CELLS {
        // What has the most room and leads nowhere is what one is to look at: it comes first.
        let most = columns.iter().map(|(share, _)| *share).max();
        let leads = |block: &Block| block.lines().iter().any(|line| line.target.is_some());
        let mut parts: Vec<(bool, &Block)> = Vec::new();
        for (share, block) in columns {
            let mut all = match block {
                Block::Stack(blocks) => blocks.iter().collect(),
                block => vec![block],
            }
            .into_iter();
            parts.extend(all.next().map(|first| (Some(*share) == most && !leads(first), first)));
            parts.extend(all.map(|block| (false, block)));
        }
        parts.sort_by_key(|(first, _)| !first);
        let parts = parts.into_iter().map(|(_, block)| block).filter(|block| !is_empty(block));
        return below(parts, model, room, cx, number);
    }
    let shares: usize = columns.iter().map(|(share, _)| usize::from(*share)).sum();
    let (mut out, mut at) = (Vec::new(), 0);
    for (n, (share, block)) in columns.iter().enumerate() {
        let last = n + 1 == columns.len();
        let width = if last { room.width - at } else { room.width * usize::from(*share) / shares.max(1) };
        let lines = one(block, model, Room { width: width.saturating_sub(2), ..room }, cx, number);
        out = if n == 0 { lines } else { beside(out, lines, at) };
        at += width;
    }
    out
}

/// One below the other.
fn below<'b>(
    blocks: impl Iterator<Item = &'b Block>,
    model: &Model,
    room: Room,
    cx: &Cx<'_>,
    number: &mut usize,
) -> Vec<Strip> {
    let mut out: Vec<Strip> = Vec::new();
    for block in blocks {
        if !out.is_empty() {
            out.push(Strip::default());
        }
        out.extend(one(block, model, room, cx, number));
    }
    out
}

fn is_empty(block: &Block) -> bool {
    match block {
        Block::Lines { lines, empty: None, .. } => lines.is_empty(),
        Block::Stack(blocks) => blocks.iter().all(is_empty),
        _ => false,
    }
}

fn graph_rows(graphs: &[Graph], model: &Model, room: Room, cx: &Cx<'_>) -> Vec<Strip> {
    if let (false, [first, others @ ..]) = (room.whole, graphs)
        && !others.is_empty()
    {
        // A preview has room for one; the others in a line each, which is enough to see that something moved.
        let mut out = graph_rows(std::slice::from_ref(first), model, room, cx);
        out.truncate(room.graph);
        out.extend(others.iter().map(|g| spark_line(g, graphs, model, room, cx)));
        return out;
    }
    let across = (room.width / GRAPH_CELLS).clamp(1, graphs.len().clamp(1, 3));
    let gap = 3;
    let each = (room.width + gap) / across - gap;
    let axis = axis_of(graphs, model, cx.now);
    let mut out: Vec<Strip> = Vec::new();
    for row in graphs.chunks(across) {
        let mut drawn = row.iter().map(|g| {
            let data = data_of(g, model, cx);
            graph(g, &data, axis, (each, room.graph), cx.zone, cx.words)
        });
        let mut lines = drawn.next().unwrap_or_default();
        for (n, next) in drawn.enumerate() {
            lines = beside(lines, next, (each + gap) * (n + 1));
        }
        if !out.is_empty() {
            out.push(Strip::default());
        }
        out.extend(lines);
    }
    out
}

/// A graph in one line: title, curve, latest value.
fn spark_line(graph: &Graph, all: &[Graph], model: &Model, room: Room, cx: &Cx<'_>) -> Strip {
    let title = room.width * 2 / 5;
    let curve = room.width.saturating_sub(title + 12);
    let title = Span::new(format!("{}  ", measure::pad(&graph.title, title.saturating_sub(2))), Role::Title);
    let rest = match data_of(graph, model, cx) {
        Data::Points(series, _) => vec![
            Span::new(spark(series, axis_of(all, model, cx.now), curve), Role::Plain),
            Span::new(
                format!("  {}", series.points.last().map_or_else(String::new, |p| short_number(p.1))),
                Role::Plain,
            ),
        ],
        Data::Missing(span) => vec![span],
    };
    Strip::plain(std::iter::once(title).chain(rest).collect())
}

/// The usual window, or further back when the series that were read go further.
fn axis_of(graphs: &[Graph], model: &Model, now: Timestamp) -> Axis {
    let usual = now.checked_sub(GRAPH_WINDOW).unwrap_or(now);
    let first = graphs
        .iter()
        .filter_map(|g| model.facts.series.get(&(g.scope, g.query.clone()))?.value.as_ref()?.points.first())
        .map(|(at, _)| *at)
        .min();
    Axis { start: first.map_or(usual, |at| at.min(usual)), end: now }
}

fn data_of<'a>(graph: &Graph, model: &'a Model, cx: &Cx<'_>) -> Data<'a> {
    let fact = model.facts.series.get(&(graph.scope, graph.query.clone()));
    match fact {
        Some(Fact { value: Some(series), .. }) => {
            let read = |query| model.facts.series.get(&(graph.scope, query))?.value.as_ref();
            Data::Points(series, graph.band.iter().cloned().filter_map(read).collect())
        }
        Some(fact) if fact.problem.is_some() && fact.running.is_none() => {
            let text = fact.problem.as_ref().map_or_else(String::new, |p| {
                format!("{} → {}", problem::headline(cx.words, p), problem::remedy(cx.words, &p.remedy))
            });
            Data::Missing(Span::new(text, Role::Warn))
        }
        _ => Data::Missing(Span::new(cx.words.get("graph.loading"), Role::Dim)),
    }
}
