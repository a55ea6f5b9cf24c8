//! What must be true of a runbook as a whole: every result leads somewhere, nobody goes in circles, every step and every
//! check can be come by.

use super::{Common, checks::Placed, fields::Reader};
use crate::{
    config::source::Item,
    runbook::{
        Runbook,
        check::Check,
        condition::{Condition, cover},
        step::{Kind, Next, Step},
    },
    text::sentence::Sentence,
    triage::check::Outcome,
};

/// Complains of a way for checks to come out that no branch speaks of.
pub(super) fn covered(reader: &mut Reader<'_>, branches: &Item<'_>, conditions: &[&Condition]) {
    let mut ids: Vec<&str> = conditions.iter().flat_map(|c| c.checks()).collect();
    ids.sort_unstable();
    ids.dedup();
    if ids.len() > cover::MOST {
        return reader
            .problem(branches.at, Sentence::new("runbook.too_many_checks").with("most", cover::MOST));
    }
    let Some(gap) = cover::gap(conditions) else { return };
    let unknown = gap.0.iter().find(|(_, outcome)| *outcome == Outcome::Unknown);
    let case = gap.0.iter().map(|(id, outcome)| format!("{id} == {}", outcome.word()));
    let case = case.collect::<Vec<_>>().join(" and ");
    let what = match unknown {
        Some((id, _)) => Sentence::new("runbook.no_unknown").with("check", id),
        None => Sentence::new("runbook.not_covered"),
    };
    reader.problem(branches.at, what.with("case", case));
}

/// The checks that steps look at: the runbook's own and the shared ones. Complains of own ones that none does.
pub(super) fn used(reader: &mut Reader<'_>, own: Vec<Placed>, common: &Common, steps: &[Step]) -> Vec<Check> {
    let mut named: Vec<&str> = Vec::new();
    for step in steps {
        named.extend(step.checks.iter().map(String::as_str));
        if let Some(act) = step.act() {
            named.extend(act.guard.iter().flat_map(Condition::checks));
            named.push(&act.confirm.check);
        }
    }
    let mut found = Vec::new();
    for Placed { check, at } in own {
        if !named.contains(&check.id.as_str()) {
            reader.problem(at, Sentence::new("runbook.unused_check").with("name", &check.id));
        }
        found.push(check);
    }
    for check in &common.checks {
        if named.contains(&check.id.as_str()) && !found.iter().any(|own| own.id == check.id) {
            found.push(check.clone());
        }
    }
    found
}

/// `places` says where each step stands.
pub(super) fn prove(reader: &mut Reader<'_>, book: &Runbook, places: &[usize]) {
    let leads: Vec<Vec<usize>> = book
        .steps
        .iter()
        .map(|step| {
            let to = step.exits().into_iter().filter_map(|next| match next {
                Next::Step(index) => Some(*index),
                Next::Book(_) | Next::Close => None,
            });
            to.collect()
        })
        .collect();
    let mut reached = vec![false; book.steps.len()];
    let mut open = vec![0];
    while let Some(index) = open.pop() {
        if !std::mem::replace(&mut reached[index], true) {
            open.extend(&leads[index]);
        }
    }
    for (index, _) in reached.iter().enumerate().filter(|(_, reached)| !**reached) {
        let what = Sentence::new("runbook.unreachable").with("name", &book.steps[index].id);
        reader.problem(places[index], what);
    }
    if let Some(circle) = circle(book, &leads) {
        let mut path: Vec<&str> = circle.iter().map(|index| book.steps[*index].id.as_str()).collect();
        path.push(&book.steps[circle[0]].id);
        let what = Sentence::new("runbook.circle").with("path", path.join(" → "));
        reader.problem(places[circle[0]], what);
    }
}

/// Steps that lead to each other without a wait between them.
fn circle(book: &Runbook, leads: &[Vec<usize>]) -> Option<Vec<usize>> {
    fn walk(
        at: usize,
        leads: &[Vec<usize>],
        waits: &dyn Fn(usize) -> bool,
        path: &mut Vec<usize>,
        clear: &mut [bool],
    ) -> Option<Vec<usize>> {
        if clear[at] || waits(at) {
            return None;
        }
        if let Some(from) = path.iter().position(|step| *step == at) {
            return Some(path.split_off(from));
        }
        path.push(at);
        let found = leads[at].iter().find_map(|to| walk(*to, leads, waits, path, clear));
        if found.is_none() {
            path.pop();
            clear[at] = true;
        }
        found
    }
    let waits = |index: usize| matches!(book.steps[index].kind, Kind::Wait(_));
    let mut clear = vec![false; book.steps.len()];
    (0..book.steps.len()).find_map(|at| walk(at, leads, &waits, &mut Vec::new(), &mut clear))
}
