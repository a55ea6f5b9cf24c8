//! `toban list`: rows on standard output, what went wrong on standard error.

use std::io::{self, Write};

use super::{ListArgs, start::Access};
use crate::{
    config::Config,
    filter::Filter,
    journal::{FILE, Journal},
    listing::{self, Wish},
    panes::{Source, duties},
    text::{Catalogue, problem, sentence::Sentence},
    value::Cx,
};

/// No event in any log file.
const FAILED: u8 = 1;

/// Why nothing could be printed.
#[derive(Debug)]
pub enum Refused {
    /// The filter or the column is none.
    Usage(Sentence),
    /// Standard output takes no more.
    Output(Sentence),
}

/// Lists and prints; the exit status. An error is one sentence about the filter or the column.
pub async fn run(
    args: &ListArgs,
    access: Access,
    words: &Catalogue,
    config: &Config,
    zone: &jiff::tz::TimeZone,
    out: &mut impl Write,
    err: &mut impl Write,
) -> Result<u8, Refused> {
    let columns = (args.pane.spec().columns)();
    let filter = args.filter.as_deref().unwrap_or_default();
    let filter = Filter::parse(filter, &columns).map_err(|e| Refused::Usage(e.0))?;
    let sort = match &args.sort {
        Some(by) => Some((by.resolve(&columns).map_err(Refused::Usage)?, by.descending)),
        None => None,
    };
    let incidents = match (args.pane.spec().source, &access.records) {
        (Source::Recorded, Some(dir)) if dir.join(FILE).exists() => {
            let read = Journal::open(dir).and_then(|journal| journal.incidents());
            read.map_err(|trouble| Refused::Output(trouble.sentence()))?
        }
        _ => Vec::new(),
    };
    let (store, thresholds) = (&access.store, &config.thresholds);
    let duties = duties::rows(&config.duties, &config.ladder, words);
    let wish = Wish { pane: args.pane, filter, sort, words, thresholds, store, incidents, duties };
    let found = listing::collect(&access.clients, access.scopes, wish, &access.clock).await;
    let cx = Cx { now: found.fetched_at, zone, words, thresholds, scopes: &found.scopes };
    // A reader that has seen enough (`| head`) is no failure.
    let written = listing::write(&found, args.output, &cx, out).and_then(|()| out.flush());
    if let Err(error) = written
        && error.kind() != io::ErrorKind::BrokenPipe
    {
        return Err(Refused::Output(Sentence::new("cli.cannot_write").with("error", error)));
    }
    for (scope, problem) in &found.problems {
        let scope = found.scopes.get(*scope);
        let place = scope.map(|s| format!("{} {}", s.profile, s.region)).unwrap_or_default();
        let remedy = problem::remedy(words, &problem.remedy);
        let _ = writeln!(err, "toban: {}: {problem} {remedy}", place.trim());
    }
    if let Some(files) = access.store.files() {
        let nothing = (found.table.shown() == 0 || !files.has_any()).then(|| files.summary());
        for sentence in found.unread.iter().cloned().chain(files.aside()).chain(nothing) {
            let _ = writeln!(err, "toban: {}", sentence.text(words));
        }
        if !files.has_any() {
            return Ok(found.exit_code().max(FAILED));
        }
    }
    Ok(found.exit_code())
}
