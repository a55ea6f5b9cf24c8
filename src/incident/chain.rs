//! Entries of a journal, each bound to the one before by its hash.
//!
//! An entry is one line of JSON, kept to the byte as it was first written: `{"v":1,"incident":…,"seq":…,"at":…,"by":…,
//! "place":…,"scope":…,"event":{"kind":…}}`. Its hash is SHA-256, in hex, over the hash before, a line feed, and that line; the
//! first one's hash before is 64 zeros. So nobody can change, drop, add or reorder an entry without every later hash saying
//! so. What that cannot show, an end cut off or everything written anew, is shown by a head that was kept elsewhere: every
//! export, message and report names it.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::event::{Event, Where};
use crate::text::sentence::Sentence;

/// The hash before the first entry.
pub const BEFORE_ALL: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// The version of the line's own fields.
const VERSION: u32 = 1;

/// Who writes, from where, about which account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Hand {
    /// The person, or `toban` for what the console saw by itself.
    pub by: String,
    /// The machine.
    #[serde(default)]
    pub place: String,
    /// The account and Region it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Where>,
}

/// What the console itself writes as.
pub const SELF: &str = "toban";

/// One entry, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place in the journal, from 1.
    pub seq: u64,
    /// When it was written, by the clock of the machine that wrote it: it may go back.
    pub at: Timestamp,
    /// Who wrote it.
    pub hand: Hand,
    /// What happened; the kind's word where this program does not know it.
    pub event: Result<Event, String>,
}

impl Entry {
    /// The word of its kind, as in records.
    pub fn word(&self) -> &str {
        match &self.event {
            Ok(event) => event.word(),
            Err(kind) => kind,
        }
    }
}

/// One entry as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    /// The line.
    pub body: String,
    /// Its hash.
    pub hash: String,
}

/// The fields of a line.
#[derive(Serialize, Deserialize)]
struct Line<E> {
    v: u32,
    incident: String,
    seq: u64,
    at: Timestamp,
    #[serde(flatten)]
    hand: Hand,
    event: E,
}

/// Writes an entry; `before` is the hash of the one before.
///
/// # Errors
/// What cannot be written as JSON, which no event of ours is.
pub fn write(
    incident: &str,
    seq: u64,
    at: Timestamp,
    hand: &Hand,
    event: &Event,
    before: &str,
) -> Result<Stored, serde_json::Error> {
    let line = Line { v: VERSION, incident: incident.to_owned(), seq, at, hand: hand.clone(), event };
    let body = serde_json::to_string(&line)?;
    let hash = hash(before, &body);
    Ok(Stored { body, hash })
}

/// Reads an entry, without looking at its hash.
///
/// # Errors
/// When the line is not one that this program or an older or newer one wrote.
pub fn read(body: &str) -> Result<(String, Entry), serde_json::Error> {
    let line: Line<Json> = serde_json::from_str(body)?;
    let kind = line.event.get("kind").and_then(Json::as_str).unwrap_or_default().to_owned();
    let event = serde_json::from_value(line.event).map_err(|_| kind);
    Ok((line.incident, Entry { seq: line.seq, at: line.at, hand: line.hand, event }))
}

/// SHA-256 over the hash before, a line feed, and the line; in hex.
pub fn hash(before: &str, body: &str) -> String {
    let mut sum = Sha256::new();
    sum.update(before.as_bytes());
    sum.update(b"\n");
    sum.update(body.as_bytes());
    sum.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
        for digit in [byte >> 4, byte & 15] {
            hex.extend(char::from_digit(u32::from(digit), 16));
        }
        hex
    })
}

/// What is wrong with a chain: the first entry that does not fit, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The place of the entry, from 1.
    pub seq: u64,
    /// Why.
    pub why: Why,
}

/// Why an entry does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It is not an entry at all.
    Unreadable,
    /// It says that it belongs to another incident.
    Foreign,
    /// Another number was due: one is missing, doubled, or in the wrong place.
    Misplaced,
    /// It, or one before it, was changed.
    Changed,
    /// The journal's end is not the one that was last written, or last exported.
    Cut,
}

impl Broken {
    /// In words.
    pub fn sentence(&self) -> Sentence {
        let key = match self.why {
            Why::Unreadable => "journal.unreadable",
            Why::Foreign => "journal.foreign",
            Why::Misplaced => "journal.misplaced",
            Why::Changed => "journal.changed",
            Why::Cut => "journal.cut",
        };
        Sentence::new(key).with("seq", self.seq)
    }
}

/// Reads a whole chain and holds each entry to its hash. `head` is the hash that the last one should have.
///
/// # Errors
/// The first entry that does not fit.
pub fn verify(incident: &str, chain: &[Stored], head: Option<&str>) -> Result<Vec<Entry>, Broken> {
    let mut before = BEFORE_ALL.to_owned();
    let mut entries = Vec::with_capacity(chain.len());
    for (due, stored) in (1..).zip(chain) {
        let broken = |why| Broken { seq: due, why };
        if hash(&before, &stored.body) != stored.hash {
            return Err(broken(Why::Changed));
        }
        let (of, entry) = read(&stored.body).map_err(|_| broken(Why::Unreadable))?;
        if of != incident {
            return Err(broken(Why::Foreign));
        }
        if entry.seq != due {
            return Err(broken(Why::Misplaced));
        }
        before.clone_from(&stored.hash);
        entries.push(entry);
    }
    if head.is_some_and(|head| head != before) {
        return Err(Broken { seq: u64::try_from(chain.len()).unwrap_or(u64::MAX), why: Why::Cut });
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::incident::event::Gate;

    const ID: &str = "a1b2";

    fn chain(texts: &[String]) -> Vec<Stored> {
        let hand = Hand { by: "ines".into(), place: "bastion".into(), scope: None };
        let mut before = BEFORE_ALL.to_owned();
        let mut all = Vec::new();
        for (seq, text) in (1..).zip(texts) {
            let event = Event::Note { text: text.clone(), about: None };
            let stored = write(ID, seq, Timestamp::UNIX_EPOCH, &hand, &event, &before).unwrap();
            before.clone_from(&stored.hash);
            all.push(stored);
        }
        all
    }

    #[test]
    fn what_was_written_is_read_back() {
        let event = Event::Gate {
            answer: Gate::Watch,
            reason: "errors fell \u{1b}[31m again".into(),
            facts: vec!["5xx 3/min".into()],
            again: Some("2026-05-01T03:30:00Z".parse().unwrap()),
        };
        let hand = Hand { by: "当番".into(), place: "host".into(), scope: Some(Where::default()) };
        let stored = write(ID, 1, Timestamp::UNIX_EPOCH, &hand, &event, BEFORE_ALL).unwrap();
        let entries = verify(ID, std::slice::from_ref(&stored), Some(&stored.hash)).unwrap();
        let [entry] = entries.as_slice() else { panic!("one entry") };
        assert_eq!((entry.seq, &entry.hand, &entry.event), (1, &hand, &Ok(event)));
    }

    #[test]
    fn a_newer_program_s_kind_is_kept_by_its_name() {
        let body = r#"{"v":2,"incident":"a1b2","seq":1,"at":"2026-05-01T03:00:00Z","by":"x","event":{"kind":"sung","song":"la"}}"#;
        let (of, entry) = read(body).unwrap();
        assert_eq!((of.as_str(), entry.event), (ID, Err("sung".to_owned())));
    }

    #[test]
    fn an_end_that_was_cut_off_shows_by_the_head() {
        let mut all = chain(&["one".into(), "two".into(), "three".into()]);
        let head = all.last().unwrap().hash.clone();
        all.pop();
        assert!(verify(ID, &all, None).is_ok(), "a chain alone cannot tell");
        assert_eq!(verify(ID, &all, Some(&head)), Err(Broken { seq: 2, why: Why::Cut }));
    }

    #[test]
    fn another_incident_s_entries_do_not_fit() {
        let all = chain(&["one".into()]);
        assert_eq!(verify("other", &all, None), Err(Broken { seq: 1, why: Why::Foreign }));
    }

    proptest! {
        #[test]
        fn any_change_of_any_byte_shows(
            texts in proptest::collection::vec(".{0,40}", 1..6),
            at in any::<prop::sample::Index>(),
            letter in any::<prop::sample::Index>(),
        ) {
            let mut all = chain(&texts);
            let entry = &mut all[at.index(texts.len())];
            let mut bytes = entry.body.clone().into_bytes();
            let place = letter.index(bytes.len());
            bytes[place] ^= 1;
            if let Ok(body) = String::from_utf8(bytes) {
                entry.body = body;
                prop_assert!(verify(ID, &all, None).is_err());
            }
        }

        #[test]
        fn swapping_or_dropping_shows(texts in proptest::collection::vec("[a-z]{1,9}", 2..6)) {
            let head = chain(&texts).last().unwrap().hash.clone();
            for at in 0..texts.len() - 1 {
                let mut swapped = chain(&texts);
                swapped.swap(at, at + 1);
                prop_assert!(verify(ID, &swapped, Some(&head)).is_err());
                let mut dropped = chain(&texts);
                dropped.remove(at);
                prop_assert!(verify(ID, &dropped, Some(&head)).is_err());
            }
        }
    }
}
