//! Fetches a pane's rows in one scope: the one place that knows which AWS listing fills which pane.
//!
//! The console and `toban list` share it; only what they do with the rows differs.

use std::sync::Arc;

use jiff::{Timestamp, tz::TimeZone};

use super::Shared;
use crate::{
    app::msg::Msg,
    aws::{self, Report, Session, ec2::FirstPage},
    config::Thresholds,
    panes::{Entry, PaneId, PaneRow},
    scope::{ScopeId, Scopes},
    text::Catalogue,
    value::Cx,
};

/// How rows are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Rows {
    /// As soon as there are any, even if parts of them come later (and then again).
    pub early: bool,
    /// A small first page, for a screen that is still empty; lists want the fewest calls instead.
    pub first: FirstPage,
}

/// Fetches rows and hands them to `sink`, with their search text, as they come.
pub async fn fetch(
    session: &Arc<Session>,
    pane: PaneId,
    rows: Rows,
    text: &SearchText<'_>,
    mut sink: impl FnMut(Vec<Entry>) + Send,
) -> Report {
    match pane {
        // Made from the others; nothing is asked for it.
        PaneId::Board => Report { complete: true, ..Report::default() },
        PaneId::Alarms => {
            let mut sink = |rows: Vec<_>| sink(text.entries(rows.into_iter().map(Arc::new)));
            aws::cloudwatch::alarms(session, rows.early, &mut sink).await
        }
        PaneId::Instances => {
            aws::ec2::instances(session, rows.first, rows.early, &mut |rows| sink(text.entries(rows))).await
        }
    }
}

/// What search text is made with. Ages do not enter it, so the moment does not matter.
#[derive(Debug)]
pub struct SearchText<'a> {
    /// The words.
    pub words: &'a Catalogue,
    /// What counts as old.
    pub thresholds: &'a Thresholds,
    /// The scopes; names of scopes are not part of the search text, the filter knows them itself.
    pub scopes: &'a Scopes,
    /// Now.
    pub now: Timestamp,
}

impl SearchText<'_> {
    fn entries<T: PaneRow>(&self, rows: impl IntoIterator<Item = Arc<T>>) -> Vec<Entry> {
        let cx = Cx {
            now: self.now,
            zone: &TimeZone::UTC,
            words: self.words,
            thresholds: self.thresholds,
            scopes: self.scopes,
        };
        rows.into_iter().map(|row| Entry::new(row, &cx)).collect()
    }
}

/// The console's fetch: rows go out as messages, and the end is always reported.
pub(super) async fn to_console(shared: Shared, pane: PaneId, scope: ScopeId, generation: u64, early: bool) {
    let Shared { clients, messages, clock, words, thresholds } = shared;
    let report = match clients.session(scope).await {
        Ok(session) => {
            let scopes = Scopes::default();
            let text =
                SearchText { words: &words, thresholds: &thresholds, scopes: &scopes, now: clock.now() };
            let wish = Rows { early, first: if early { FirstPage::Small } else { FirstPage::Full } };
            // The sink cannot wait; a task of its own carries the pages on, in order, at the console's pace.
            let (pages, mut waiting) = tokio::sync::mpsc::unbounded_channel();
            let carry = async {
                while let Some(entries) = waiting.recv().await {
                    if messages.send(Msg::Rows { pane, scope, generation, entries }).await.is_err() {
                        return;
                    }
                }
            };
            let work = async {
                let report = fetch(&session, pane, wish, &text, |entries| {
                    let _ = pages.send(entries);
                })
                .await;
                drop(pages);
                report
            };
            tokio::join!(work, carry).0
        }
        Err(problem) => Report::failed(problem),
    };
    let Report { calls, problems, complete } = report;
    let _ = messages.send(Msg::Fetched { pane, scope, generation, complete, problems, calls }).await;
}
