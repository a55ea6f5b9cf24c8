//! What a record says happened, in one sentence.
//!
//! | file | what it holds |
//! |---|---|
//! | `table`, and one file per area | event → wording and what goes into it; the only list of events |
//! | `take` | the ways of getting something out of a record |
//! | `rules` | packet rules, routes and DNS changes in short form |
//! | `things` | what a type of resource is called |
//!
//! English wordings (`did.*`) are past participles: they stand alone ("stopped i-…") and after "would have", which is
//! how a failed call reads. An event outside the table is told by its name and what it was about ("CreateLogStream on
//! …"). No wording is built from pieces of words, and no value is cut in the middle of a character.

mod compute;
mod data;
mod identity;
mod network;
mod rules;
mod table;
mod take;
mod things;
mod watching;

use std::{collections::HashMap, sync::LazyLock};

use super::Record;
use crate::{resource::ResourceRef, text::sentence::Sentence};
use table::{Row, TABLES};
use take::{Facts, Taken};

/// The rows by event, in the order of the table.
static BY_EVENT: LazyLock<HashMap<&'static str, Vec<&'static Row>>> = LazyLock::new(|| {
    let mut map: HashMap<&str, Vec<&Row>> = HashMap::new();
    for row in TABLES.iter().copied().flatten() {
        for event in row.events {
            map.entry(event).or_default().push(row);
        }
    }
    map
});

/// Wordings that say by themselves that it failed.
const SAY_FAILED: &[&str] = &["did.sign-in-failed"];

/// The sentence; `error` is why the call failed.
pub(super) fn summary(record: &Record<'_>, touched: &[ResourceRef], error: Option<&str>) -> Sentence {
    let facts = Facts { record, touched, error };
    let told = specific(&facts);
    let plain = told.is_none();
    let told = told.unwrap_or_else(|| other(&facts));
    match error {
        None => told,
        Some(_) if SAY_FAILED.contains(&told.key) => told,
        Some(why) => {
            let key = if why.ends_with("DryRunOperation") {
                if plain { "did.dry-run-of" } else { "did.dry-run" }
            } else if plain {
                "did.failed-of"
            } else {
                "did.failed"
            };
            Sentence::new(key).with("error", why).with_part("what", told)
        }
    }
}

/// The first row of the table whose event, service and everything it wants is there.
fn specific(facts: &Facts<'_>) -> Option<Sentence> {
    let rows = BY_EVENT.get(facts.record.plain_name())?;
    rows.iter().find_map(|row| {
        let fits = row.service.is_empty() || row.service.split('|').any(|s| s == facts.record.service());
        let mut told = Sentence::new(row.key);
        for (name, take) in fits.then_some(row.takes)? {
            match facts.take(take)? {
                Taken::Text(text) => told.args.push((name, text)),
                Taken::Part(part) => told.parts.push((name, part)),
                Taken::Nothing => {}
            }
        }
        told.args.shrink_to_fit();
        told.parts.shrink_to_fit();
        Some(told)
    })
}

/// The event's own name, and what it was about.
fn other(facts: &Facts<'_>) -> Sentence {
    let event = super::clean(facts.record.plain_name());
    match facts.main() {
        Some(Taken::Part(part)) => Sentence::new("did.other-on").with("event", event).with_part("what", part),
        Some(Taken::Text(text)) => Sentence::new("did.other-on").with("event", event).with("what", text),
        Some(Taken::Nothing) | None => Sentence::new("did.other").with("event", event),
    }
}

/// Whether an event has a sentence of its own; for counting what the table covers.
#[cfg(test)]
pub(super) fn is_specific(summary: &Sentence) -> bool {
    let wrapped = ["did.failed", "did.failed-of", "did.dry-run", "did.dry-run-of"].contains(&summary.key);
    let inner = if wrapped { summary.parts.first().map(|(_, s)| s) } else { Some(summary) };
    inner.is_some_and(|s| !matches!(s.key, "did.other" | "did.other-on"))
}

/// Service, events, wording and its places, of every row.
#[cfg(test)]
type Listed = (&'static str, &'static [&'static str], &'static str, Vec<&'static str>);

#[cfg(test)]
pub(super) fn rows() -> Vec<Listed> {
    let listed = |row: &'static Row| {
        let places = row.takes.iter().map(|(name, _)| *name).filter(|name| !name.is_empty()).collect();
        (row.service, row.events, row.key, places)
    };
    TABLES.iter().copied().flatten().map(listed).collect()
}
