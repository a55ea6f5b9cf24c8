//! What is taken in of a document: its journal, held to its hashes, and nothing of it when anything does not fit.

use serde_json::Value as Json;

use super::{Wording, document};
use crate::{
    incident::{
        Entry, Event, Incident, Stored,
        chain::{self, Broken},
    },
    text::{Catalogue, Lang, sanitise::clean, sentence::Sentence},
};

/// A journal that fits.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// What binds its entries together.
    pub uid: String,
    /// The number that it had where it was opened.
    pub number: u64,
    /// The entries as they are kept.
    pub chain: Vec<Stored>,
    /// The entries, read.
    pub entries: Vec<Entry>,
    /// The machine that wrote the last of them.
    pub from: String,
}

/// Why nothing is taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unusable {
    /// It is no JSON.
    NoJson(String),
    /// It has no journal, or an empty one.
    NoJournal,
    /// The journal does not fit.
    Broken(Broken),
    /// Its first entry does not open an incident.
    NoOpening,
    /// A field of the document is not what the journal comes to.
    Field(&'static str),
}

impl Unusable {
    /// In words.
    pub fn sentence(&self) -> Sentence {
        match self {
            Self::NoJson(why) => Sentence::new("journal.no_json").with("why", clean(why)),
            Self::NoJournal => Sentence::new("journal.no_journal"),
            Self::Broken(broken) => {
                Sentence::new("journal.export_broken").with_part("why", broken.sentence())
            }
            Self::NoOpening => Sentence::new("journal.no_opening"),
            Self::Field(field) => Sentence::new("journal.export_field").with("field", field),
        }
    }
}

/// The fields that must be what the journal comes to. Others may have been made by another version in other words.
const HELD: [&str; 9] =
    ["uid", "title", "kind", "severity", "state", "opened_at", "closed_at", "cause_class", "journal_head"];

/// Reads a document and holds every entry of its journal to its hash.
///
/// # Errors
/// The first thing that does not fit.
pub fn read(text: &str) -> Result<Taken, Unusable> {
    let mut all: Json = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|e| Unusable::NoJson(e.to_string()))?;
    let journal = all.get_mut("journal").map(Json::take).ok_or(Unusable::NoJournal)?;
    let chain: Vec<Stored> = serde_json::from_value(journal).map_err(|_| Unusable::NoJournal)?;
    let first = chain.first().ok_or(Unusable::NoJournal)?;
    let unreadable = || Unusable::Broken(Broken { seq: 1, why: chain::Why::Unreadable });
    let (uid, first) = chain::read(&first.body).map_err(|_| unreadable())?;
    let head = all.get("journal_head").and_then(Json::as_str).ok_or(Unusable::Field("journal_head"))?;
    let entries = chain::verify(&uid, &chain, Some(head)).map_err(Unusable::Broken)?;
    let Ok(Event::Opened { number, .. }) = first.event else { return Err(Unusable::NoOpening) };
    let mut incident = Incident::new(uid.clone(), number);
    for (entry, stored) in entries.iter().zip(&chain) {
        incident.apply(entry.clone(), &stored.hash);
    }
    hold(&all, &incident)?;
    let from = entries.last().map(|last| last.hand.place.clone()).unwrap_or_default();
    Ok(Taken { uid, number, chain, entries, from })
}

/// A document that says something else than its journal was changed by hand. What a newer program's entries come to is
/// not known here, so that it is not held to it.
fn hold(all: &Json, incident: &Incident) -> Result<(), Unusable> {
    if incident.entries.iter().any(|entry| entry.event.is_err()) {
        return Ok(());
    }
    let words = Catalogue::load(Lang::En);
    let ours = document(incident, Wording { words: &words, step: &|_, _| None });
    let differs =
        HELD.into_iter().find(|field| all.get(field).is_some_and(|said| Some(said) != ours.get(field)));
    differs.map_or(Ok(()), |field| Err(Unusable::Field(field)))
}
