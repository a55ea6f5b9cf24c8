//! The graphs on the page of a resource that has no metrics of its own list: what the alarms that point at it watch.

use super::alarms_of;
use crate::{
    panes::{
        alarms,
        detail::{Graph, PageCx},
    },
    resource::ResourceRef,
    rows::metric::SeriesQuery,
};

/// Graphs that a page shows; those of the worst alarms come first.
const MOST: usize = 4;

/// Each metric once, with the threshold of the worst of the alarms that watch it and the state changes of all of them.
pub(super) fn graphs(resource: &ResourceRef, page: &PageCx<'_>) -> Vec<Graph> {
    let mut found: Vec<Graph> = Vec::new();
    for alarm in alarms_of(resource, page) {
        let Some(graph) = alarms::graph(alarm, page) else { continue };
        if let Some(known) = found.iter_mut().find(|known| same_metric(&known.query, &graph.query)) {
            known.marks.extend(graph.marks);
            known.marks.sort_unstable();
            known.marks.dedup_by_key(|at| at.as_second());
        } else if found.len() < MOST {
            found.push(graph);
        }
    }
    found
}

/// The same metric and statistic: alarms may look at it in other periods.
fn same_metric(one: &SeriesQuery, other: &SeriesQuery) -> bool {
    match (one, other) {
        (SeriesQuery::Stat(one), SeriesQuery::Stat(other)) => {
            (&one.namespace, &one.name, &one.dimensions, &one.stat, &one.account)
                == (&other.namespace, &other.name, &other.dimensions, &other.stat, &other.account)
        }
        _ => one == other,
    }
}
