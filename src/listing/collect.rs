//! Gathers a pane's rows from all scopes at once, each scope failing alone.

use std::{pin::pin, sync::Arc, time::Instant};

use futures::{StreamExt, future::join_all};

use super::Listing;
use crate::{
    app::table::Table,
    aws::{Clients, Report, ec2::FirstPage},
    config::Thresholds,
    filter::Filter,
    panes::{Entry, PaneId, Row, Source, board},
    problem::Problem,
    rows::{alarm::Alarm, instance::Instance},
    runtime::{self, Clock, Rows},
    scope::{Scope, ScopeId, Scopes},
    text::Catalogue,
    triage::arn::Arn,
    value::Cx,
};

/// What is listed, and how.
#[derive(Debug)]
pub struct Wish<'a> {
    /// Whose rows.
    pub pane: PaneId,
    /// Which of them.
    pub filter: Filter,
    /// Column and direction, when not the pane's own order.
    pub sort: Option<(usize, bool)>,
    /// The words.
    pub words: &'a Catalogue,
    /// What counts as old.
    pub thresholds: &'a Thresholds,
}

/// Fetches, filters and sorts.
pub async fn collect(clients: &Clients, mut scopes: Scopes, wish: Wish<'_>, clock: &Clock) -> Listing {
    let started = Instant::now();
    let (mut problems, mut failed, mut calls) = (Vec::new(), Vec::new(), 0);
    if clients.wants_all_regions() {
        let named: Vec<ScopeId> = scopes.iter().map(|(id, _)| id).collect();
        let mut found = pin!(clients.expand(&named));
        while let Some((id, found)) = found.next().await {
            calls += 1;
            match found {
                Ok(found) => drop(scopes.extend(found)),
                Err(problem) => problems.push((id, problem)),
            }
        }
    }
    let sources: Vec<PaneId> = wish.pane.spec().sources().collect();
    let questions = scopes.iter().flat_map(|(id, _)| sources.iter().map(move |pane| (id, *pane)));
    let questions: Vec<(ScopeId, PaneId)> = questions.collect();
    let asking = questions.iter().map(|(id, pane)| scope_rows(clients, *id, *pane, &wish, clock));
    let answers = join_all(asking).await;
    let mut tables: Vec<Table> = sources.iter().map(|pane| Table::new(*pane)).collect();
    for ((id, pane), answer) in questions.into_iter().zip(answers) {
        if let Some(known) = answer.scope
            && let Some(scope) = scopes.get_mut(id)
        {
            *scope = known;
        }
        if let Some(table) = tables.iter_mut().find(|t| t.pane == pane) {
            table.upsert(1, answer.entries);
        }
        calls += answer.report.calls;
        if !answer.report.complete && !failed.contains(&id) {
            failed.push(id);
        }
        for problem in answer.report.problems {
            if !problems.contains(&(id, problem.clone())) {
                problems.push((id, problem));
            }
        }
    }
    let now = clock.now();
    let cx = Cx {
        now,
        zone: &jiff::tz::TimeZone::UTC,
        words: wish.words,
        thresholds: wish.thresholds,
        scopes: &scopes,
    };
    let mut table = match wish.pane.spec().source {
        Source::Derived => board(&tables, &cx),
        Source::Fetched => tables.pop().unwrap_or_else(|| Table::new(wish.pane)),
    };
    if let Some((column, descending)) = wish.sort {
        table.set_sort(column, descending);
    }
    table.set_filter("", wish.filter);
    table.settle(&cx, usize::MAX);
    let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    Listing { table, scopes, problems, failed, calls, fetched_at: now, elapsed_ms }
}

/// The Board over these tables.
fn board(tables: &[Table], cx: &Cx<'_>) -> Table {
    let panes = tables.iter().map(|t| (t.pane, t.rows().collect())).collect();
    let problems = board::rows(&board::Sources { panes, change: &|_| None }, cx);
    let mut table = Table::new(PaneId::Board);
    table.replace(problems.into_iter().map(|p| Entry::new(Arc::new(p), cx)).collect());
    table
}

struct Answer {
    scope: Option<Scope>,
    entries: Vec<Entry>,
    report: Report,
}

async fn scope_rows(clients: &Clients, id: ScopeId, pane: PaneId, wish: &Wish<'_>, clock: &Clock) -> Answer {
    let session = match clients.session(id).await {
        Ok(session) => session,
        Err(problem) => return Answer { scope: None, entries: Vec::new(), report: Report::failed(problem) },
    };
    let none = Scopes::default();
    let text = runtime::SearchText {
        words: wish.words,
        thresholds: wish.thresholds,
        scopes: &none,
        now: clock.now(),
    };
    let mut entries = Vec::new();
    let rows = Rows { early: false, first: FirstPage::Full };
    let listing = async {
        let report = runtime::fetch(&session, pane, rows, &text, |more| entries.extend(more)).await;
        (report, entries)
    };
    let who = runtime::who(clients, id);
    tokio::pin!(listing, who);
    // Who we are is asked meanwhile. When it takes longer than the rows, their own account id will do: the listing
    // does not wait for a second service.
    let mut known: Option<Result<Scope, Problem>> = None;
    let (mut report, entries) = loop {
        tokio::select! {
            listed = &mut listing => break listed,
            scope = &mut who, if known.is_none() => known = Some(scope),
        }
    };
    let account = entries.iter().find_map(|e| account_of(e.row.as_ref()));
    let scope = match (known, account) {
        (Some(Ok(scope)), _) => scope,
        (_, Some(account)) => {
            let mut scope = Scope::new(session.profile(), session.region.clone());
            scope.account = Some(account);
            scope
        }
        (Some(Err(problem)), None) => {
            report.problems.push(problem);
            Scope::new(session.profile(), session.region.clone())
        }
        (None, None) => match who.await {
            Ok(scope) => scope,
            Err(problem) => {
                report.problems.push(problem);
                Scope::new(session.profile(), session.region.clone())
            }
        },
    };
    report.calls += 1;
    Answer { scope: Some(scope), entries, report }
}

/// The account a row itself names.
fn account_of(row: &dyn Row) -> Option<String> {
    let row = row.as_any();
    row.downcast_ref::<Instance>()
        .and_then(|i| i.owner.clone())
        .or_else(|| Some(Arn::parse(&row.downcast_ref::<Alarm>()?.arn)?.account.to_owned()))
        .filter(|account| !account.is_empty())
}
