//! Fetches a pane's rows in one scope: the one place that knows which AWS listing fills which pane.
//!
//! The console and `toban list` share it; only what they do with the rows differs.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{Shared, search::said};
use crate::{
    app::msg::Msg,
    aws::{self, Clients, Report, Session, cloudtrail::Follow, ec2::FirstPage},
    panes::{self, PaneId, PaneRow, Row, events},
    scope::ScopeId,
    text::sentence::Sentence,
    trail::Store,
};

/// How often it is said how far log files have been read.
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// How rows are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// As soon as there are any, even if parts of them come later (and then again).
    pub early: bool,
    /// A small first page, for a screen that is still empty; lists want the fewest calls instead.
    pub first: FirstPage,
    /// Whether this scope also shows what global services did, whose events are in one Region for all.
    pub global: bool,
    /// Requests for events that may go out.
    pub lookups: u32,
}

impl Rows {
    /// For a list: whole, in few calls.
    pub fn whole(clients: &Clients, session: &Session) -> Self {
        Self {
            early: false,
            first: FirstPage::Full,
            global: !clients.covers_global(session),
            lookups: aws::cloudtrail::CALLS,
        }
    }
}

/// Fetches rows and hands them to `sink` as they come.
pub async fn fetch(
    session: &Arc<Session>,
    pane: PaneId,
    rows: Rows,
    now: Timestamp,
    store: &Store,
    mut sink: impl FnMut(Vec<Arc<dyn Row>>) + Send,
) -> Report {
    match pane {
        // Made from the others, from our own records, or known from the start; nothing is asked for it.
        PaneId::Board | PaneId::Incidents | PaneId::Duties => Report { complete: true, ..Report::default() },
        PaneId::Events => {
            let mut sink = |rows: Vec<_>| sink(rows.into_iter().map(panes::boxed).collect());
            let how = Follow { anew: rows.early, global: rows.global, calls: rows.lookups };
            let query = events::query(now);
            let read = aws::cloudtrail::follow(session, &query, store, how, &mut sink).await;
            let mut notes = said(&[read.coverage]);
            if let Some(files) = store.files() {
                notes.extend(files.missing());
                notes.extend(files.aside());
                notes.push(files.summary());
            }
            Report { notes, ..read.report }
        }
        PaneId::Alarms => {
            let mut sink = |rows: Vec<_>| sink(rows.into_iter().map(panes::boxed).collect());
            aws::cloudwatch::alarms(session, rows.early, &mut sink).await
        }
        PaneId::Instances => {
            aws::ec2::instances(session, rows.first, rows.early, &mut |rows| sink(any(rows))).await
        }
        PaneId::Patches => {
            let mut sink = |rows: Vec<_>| sink(rows.into_iter().map(panes::boxed).collect());
            aws::ssm::nodes(session, rows.early, &mut sink).await
        }
        PaneId::Backups => aws::backup::backups(session, &mut |rows| sink(any(rows))).await,
    }
}

/// Rows of one kind as rows of any.
fn any<T: PaneRow>(rows: Vec<Arc<T>>) -> Vec<Arc<dyn Row>> {
    rows.into_iter().map(|row| row as Arc<dyn Row>).collect()
}

/// What the console wants: see [`Effect::Fetch`](crate::app::effect::Effect::Fetch).
pub(super) struct Wish {
    pub pane: PaneId,
    pub scope: ScopeId,
    pub generation: u64,
    pub early: bool,
    pub by_hand: bool,
}

/// The console's fetch: rows go out as messages, and the end is always reported.
pub(super) async fn to_console(shared: Shared, wish: Wish) {
    let Wish { pane, scope, generation, early, by_hand } = wish;
    let Shared { clients, messages, clock, store } = shared;
    let report = match clients.session(scope).await {
        Ok(session) => {
            let first = if early { FirstPage::Small } else { FirstPage::Full };
            let mut wish = Rows { early, first, ..Rows::whole(&clients, &session) };
            if !early && !by_hand {
                wish.lookups = aws::cloudtrail::CALLS_WHEN_DUE;
            }
            // The sink cannot wait; a task of its own carries the pages on, in order, at the console's pace.
            let (pages, mut waiting) = tokio::sync::mpsc::unbounded_channel();
            let carry = async {
                while let Some(rows) = waiting.recv().await {
                    if messages.send(Msg::Rows { pane, scope, generation, rows }).await.is_err() {
                        return;
                    }
                }
            };
            let work = async {
                let report = fetch(&session, pane, wish, clock.now(), &store, |rows| {
                    let _ = pages.send(rows);
                })
                .await;
                drop(pages);
                report
            };
            // Gigabytes of log files take a while.
            let told = async {
                let Some(files) = store.files().filter(|_| pane == PaneId::Events) else { return };
                while !files.read_for(TOLD_EVERY).await {
                    let notes = vec![Sentence::new("logfile.reading").with("n", files.seen())];
                    let _ = messages.send(Msg::Noted { pane, scope, generation, notes }).await;
                }
            };
            tokio::join!(work, carry, told).0
        }
        Err(problem) => Report::failed(problem),
    };
    if let Some(files) = store.files().filter(|_| pane == PaneId::Events) {
        let _ = messages.send(Msg::Unread(files.missing())).await;
    }
    let Report { calls, problems, complete, notes } = report;
    // What was left out on purpose is said, and is no failure.
    let complete = complete || problems.is_empty();
    let _ = messages.send(Msg::Fetched { pane, scope, generation, complete, problems, calls, notes }).await;
}
