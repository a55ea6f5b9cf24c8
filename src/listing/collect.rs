//! Gathers a pane's rows from all scopes at once, each scope failing alone.

use std::{
    collections::{BTreeMap, HashMap},
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use futures::{StreamExt, future::join_all};

use super::Listing;
use crate::{
    app::table::Table,
    aws::{self, Clients, Report},
    config::Thresholds,
    filter::Filter,
    incident::Incident,
    panes::{self, PaneId, Row, Source, board, duties::DutyRow, incidents::Record},
    problem::{Problem, ProblemKind},
    rows::{alarm::Alarm, instance::Instance, patch::Node},
    runtime::{self, Clock, Rows},
    scope::{Scope, ScopeId, Scopes},
    text::Catalogue,
    trail::Store,
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
    /// CloudTrail's events that have been read.
    pub store: &'a Store,
    /// What has been recorded of incidents.
    pub incidents: Vec<Incident>,
    /// Who has which part of the work.
    pub duties: Vec<DutyRow>,
}

/// How long a listing that is all in waits to be told whose account it is from.
const PATIENCE: Duration = Duration::from_secs(2);

/// Fetches, filters and sorts.
pub async fn collect(clients: &Clients, mut scopes: Scopes, wish: Wish<'_>, clock: &Clock) -> Listing {
    let started = Instant::now();
    let asides = clients.asides();
    let (mut problems, mut failed, mut calls) = (Vec::new(), Vec::new(), 0);
    let mut unexpanded: HashMap<ScopeId, Problem> = HashMap::new();
    let asks = wish.pane.spec().sources().next().is_some();
    if clients.wants_all_regions() && asks {
        let named: Vec<ScopeId> = scopes.iter().map(|(id, _)| id).collect();
        let mut found = pin!(clients.expand(&named));
        while let Some((id, found)) = found.next().await {
            match found {
                Ok(found) => drop(scopes.extend(found)),
                Err(problem) => drop(unexpanded.insert(id, problem)),
            }
        }
    }
    let sources: Vec<PaneId> = wish.pane.spec().sources().collect();
    let questions = scopes.iter().flat_map(|(id, _)| sources.iter().map(move |pane| (id, *pane)));
    let questions: Vec<(ScopeId, PaneId)> = questions.collect();
    let asking = questions.iter().map(|(id, pane)| scope_rows(clients, *id, *pane, &wish, clock));
    let answers = join_all(asking).await;
    let mut tables: Vec<Table> = sources.iter().map(|pane| Table::new(*pane)).collect();
    let mut reports: BTreeMap<ScopeId, Report> = BTreeMap::new();
    for ((id, pane), answer) in questions.into_iter().zip(answers) {
        let Answer { scope, rows, report } = answer;
        if let Some(known) = scope
            && let Some(scope) = scopes.get_mut(id)
        {
            *scope = known;
        }
        if let Some(table) = tables.iter_mut().find(|t| t.pane == pane) {
            table.upsert(1, rows);
        }
        calls += report.calls;
        if !report.complete && !failed.contains(&id) {
            failed.push(id);
        }
        let told = reports.entry(id).or_default();
        report.problems.into_iter().for_each(|problem| told.add(problem));
    }
    for (id, problem) in &unexpanded {
        reports.entry(*id).or_default().add(problem.clone());
    }
    problems.extend(reports.into_iter().flat_map(|(id, r)| r.problems.into_iter().map(move |p| (id, p))));
    calls += clients.asides() - asides;
    let unexpanded = !unexpanded.is_empty();
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
        Source::Recorded => recorded(wish.incidents, &scopes),
        Source::Fixed => fixed(wish.duties),
        Source::Fetched => tables.pop().unwrap_or_else(|| Table::new(wish.pane)),
    };
    if let Some((column, descending)) = wish.sort {
        table.set_sort(column, descending);
    }
    table.set_filter("", wish.filter);
    table.show_routine(true);
    table.settle(&cx, usize::MAX);
    let elapsed_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let unread = wish.store.files().map(|files| files.missing()).unwrap_or_default();
    Listing { table, scopes, problems, unread, failed, unexpanded, calls, fetched_at: now, elapsed_ms }
}

/// What has been recorded, as a table.
fn recorded(incidents: Vec<Incident>, scopes: &Scopes) -> Table {
    let record = |incident| panes::boxed(Record::new(Arc::new(incident), scopes));
    let mut table = Table::new(PaneId::Incidents);
    table.replace(incidents.into_iter().map(record).collect());
    table
}

/// What is known from the start, as a table.
fn fixed(duties: Vec<DutyRow>) -> Table {
    let mut table = Table::new(PaneId::Duties);
    table.replace(duties.into_iter().map(panes::boxed).collect());
    table
}

/// The Board over these tables.
fn board(tables: &[Table], cx: &Cx<'_>) -> Table {
    let sources: Vec<_> = tables.iter().map(|t| (t.pane, t.rows().collect())).collect();
    let problems = board::rows(&sources, cx);
    let mut table = Table::new(PaneId::Board);
    table.replace(problems.into_iter().map(panes::boxed).collect());
    table
}

struct Answer {
    scope: Option<Scope>,
    rows: Vec<Arc<dyn Row>>,
    report: Report,
}

async fn scope_rows(clients: &Clients, id: ScopeId, pane: PaneId, wish: &Wish<'_>, clock: &Clock) -> Answer {
    let session = match clients.session(id).await {
        Ok(session) => session,
        Err(problem) => return Answer { scope: None, rows: Vec::new(), report: Report::failed(problem) },
    };
    let mut rows = Vec::new();
    let whole = Rows::whole(clients, &session);
    let listing = async {
        let report =
            runtime::fetch(&session, pane, whole, clock.now(), wish.store, |more| rows.extend(more)).await;
        (report, rows)
    };
    let who = aws::caller(&session);
    tokio::pin!(listing, who);
    // Who we are is asked meanwhile. When it takes longer than the rows, their own account id will do: the listing
    // does not wait for a second service.
    let mut known: Option<Result<Scope, Problem>> = None;
    let (mut report, rows) = loop {
        tokio::select! {
            listed = &mut listing => break listed,
            who = &mut who, if known.is_none() => known = Some(who.map(|who| runtime::known(&session, who))),
        }
    };
    let account = rows.iter().find_map(|row| account_of(row.as_ref()));
    // A dead network and refused credentials have nothing to say about the account either.
    let lost = !report.complete
        && report.problems.iter().any(|p| matches!(p.kind, ProblemKind::Offline | ProblemKind::Expired));
    if known.is_none() && account.is_none() && !lost {
        let who = tokio::time::timeout(PATIENCE, who).await;
        known = who.ok().map(|who| who.map(|who| runtime::known(&session, who)));
    }
    let scope = match known {
        Some(Ok(scope)) => scope,
        told => {
            if let (Some(Err(problem)), None) = (told, &account) {
                report.add(problem);
            }
            Scope { account, ..Scope::new(session.profile(), session.region.clone()) }
        }
    };
    Answer { scope: Some(scope), rows, report }
}

/// The account a row itself names.
fn account_of(row: &dyn Row) -> Option<String> {
    let row = row.as_any();
    row.downcast_ref::<Instance>()
        .and_then(|i| i.owner.as_deref())
        .or_else(|| row.downcast_ref::<Node>()?.machine.as_ref()?.owner.as_deref())
        .map(str::to_owned)
        .or_else(|| Some(Arn::parse(&row.downcast_ref::<Alarm>()?.arn)?.account.to_owned()))
        .filter(|account| !account.is_empty())
}
