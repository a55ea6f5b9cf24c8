//! From the rows of all panes to the rows of the Board.

use std::collections::HashMap;

use super::{Problem, change};
use crate::{
    panes::{PANE, PaneId, Row},
    resource::ResourceRef,
    scope::ScopeId,
    severity::Severity,
    triage::resources,
    value::Cx,
};

/// The rows of each pane that has some: what the Board is made from.
pub type Sources<'a> = [(PaneId, Vec<&'a dyn Row>)];

/// Rows of one pane and severity that concern nothing else's resource and are more than this stand as one: two hundred
/// instances that lack patches must not hide the one that is down. Only panes that say so (`PaneSpec::many`).
const MOST_ALONE: usize = 3;

/// A row that is a problem. Of the thousands that there may be most are gathered into one: nothing is worded before that.
#[derive(Clone, Copy)]
struct Found<'a> {
    pane: PaneId,
    row: &'a dyn Row,
    severity: Severity,
}

/// All problems, each with its place.
pub fn rows(sources: &Sources<'_>, cx: &Cx<'_>) -> Vec<Problem> {
    let mut groups: HashMap<(ScopeId, Box<str>, Box<str>), Vec<Found<'_>>> = HashMap::new();
    for (pane, rows) in sources {
        for row in rows {
            let severity = row.severity(cx);
            if severity >= cx.thresholds.board {
                let resource = row.refs().into_iter().next().unwrap_or_else(|| row.subject());
                let (kind, id) = resources::identity(&resource);
                let group = groups.entry((row.scope(), kind.into(), id.into()));
                group.or_insert_with(|| Vec::with_capacity(1)).push(Found {
                    pane: *pane,
                    row: *row,
                    severity,
                });
            }
        }
    }
    let mut groups: Vec<Vec<Found<'_>>> = groups.into_values().collect();
    let many = gather(&mut groups, cx);
    let worded = |group: Vec<Found<'_>>| group.iter().map(|found| problem(found, cx)).collect();
    let mut groups: Vec<Vec<Problem>> = groups.into_iter().map(worded).collect();
    groups.extend(many.into_iter().map(|one| vec![one]));
    for group in &mut groups {
        group.sort_by(before);
    }
    groups.sort_by(|a, b| match (a.first(), b.first()) {
        (Some(a), Some(b)) => before(a, b),
        _ => b.len().cmp(&a.len()),
    });
    let mut all: Vec<Problem> = groups.into_iter().flatten().collect();
    for (rank, problem) in (0u32..).zip(&mut all) {
        problem.rank = rank;
    }
    change::add(&mut all, sources);
    all
}

/// Worst first, then the newest; what has no time comes after what has.
fn before(a: &Problem, b: &Problem) -> std::cmp::Ordering {
    b.severity.cmp(&a.severity).then_with(|| b.since.cmp(&a.since)).then_with(|| a.key.cmp(&b.key))
}

fn problem(found: &Found<'_>, cx: &Cx<'_>) -> Problem {
    let Found { pane, row, severity } = *found;
    let (subject, refs) = (row.subject(), row.refs());
    let name = pane.spec().name.to_lowercase();
    Problem {
        key: format!("{name}/{}", row.id()),
        scope: row.scope(),
        pane,
        id: row.id().to_owned(),
        title: row.title().to_owned(),
        severity,
        since: row.since(cx),
        why: row.why(cx),
        resource: Some(refs.first().cloned().unwrap_or_else(|| subject.clone())),
        subject,
        refs,
        change: None,
        rank: 0,
    }
}

/// Takes out what is many and alone, and makes one of each pane, scope and severity.
fn gather(groups: &mut Vec<Vec<Found<'_>>>, cx: &Cx<'_>) -> Vec<Problem> {
    let alone = |group: &[Found<'_>]| {
        let [only] = group else { return None };
        only.pane.spec().many.then_some((only.pane, only.row.scope(), only.severity))
    };
    let mut counts: HashMap<(PaneId, ScopeId, Severity), usize> = HashMap::new();
    for kind in groups.iter().filter_map(|g| alone(g)) {
        *counts.entry(kind).or_default() += 1;
    }
    counts.retain(|_, count| *count > MOST_ALONE);
    let mut gathered: HashMap<(PaneId, ScopeId, Severity), Vec<Found<'_>>> = HashMap::new();
    groups.retain_mut(|group| {
        let Some(kind) = alone(group).filter(|kind| counts.contains_key(kind)) else { return true };
        gathered.entry(kind).or_default().append(group);
        false
    });
    gathered.into_values().filter_map(|all| one_of(&all, cx)).collect()
}

/// One row for many: the first of them speaks for all.
fn one_of(all: &[Found<'_>], cx: &Cx<'_>) -> Option<Problem> {
    // In the order of `before`; they are of one severity and one pane.
    let first = all
        .iter()
        .min_by(|a, b| b.row.since(cx).cmp(&a.row.since(cx)).then_with(|| a.row.id().cmp(b.row.id())))?;
    let (count, first) = (all.len(), problem(first, cx));
    let name = first.pane.spec().name;
    let why = cx.words.fill("board.such_as", &[("title", &first.title), ("why", &first.why)]);
    Some(Problem {
        key: format!("{}/{}/{}", name.to_lowercase(), first.severity.word(), first.scope.0),
        id: name.to_lowercase(),
        title: cx.words.fill("board.many", &[("count", &count), ("pane", &name)]),
        why,
        subject: ResourceRef::new(first.scope, PANE, name.to_lowercase()),
        refs: Vec::new(),
        resource: None,
        ..first
    })
}
