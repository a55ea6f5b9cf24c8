//! Whom an incident goes to, in which order, and how long each may be silent: the ladder.
//!
//! A ladder is levels of contacts. Built in stands a generic one, so that the console works with nothing configured; the
//! section `[escalation]` of the configuration says who they are. What is overdue on it is [`due`](mod@super::due)'s.
//! Limits are those of PagerDuty's public incident response (`incident-flow.md` §2.3: a second try after 5 minutes, the
//! next rung after 10) for what is urgent, and longer ones below; every one of them can be set.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{event::Level, hours::Hours, words::words};
use crate::text::{Catalogue, Lang};

words! {
    /// Who in the organisation has a part of the work.
    Owner, "incident.owner" {
        /// The in-house desk: takes reports, isolates, decides whether it is an incident.
        L1 = "l1",
        /// Those who run it: a vendor, or operations of our own.
        Vendor = "vendor",
        /// Those who make the application.
        App = "app",
        /// Those who run the databases.
        Db = "db",
        /// Those who decide about security.
        Security = "security",
        /// Those who use it for their work, and speak to customers.
        Business = "business",
        /// The incident commander.
        Ic = "ic",
        /// AWS Support.
        Aws = "aws",
    }
}

/// A text in both languages, as an organisation writes it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Label {
    /// In English, or in the only language it was written in.
    pub en: String,
    /// In Japanese.
    pub ja: String,
}

impl Label {
    /// The same in every language.
    pub fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { en: text.clone(), ja: text }
    }

    /// In a language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::En => &self.en,
            Lang::Ja => &self.ja,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.en.is_empty() && self.ja.is_empty()
    }
}

/// How a message gets to somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Channel {
    /// A person takes the text where it belongs: it is shown and copied.
    #[default]
    Text,
    /// A program gets it on its standard input; the first is its name, no shell is between.
    Command(Vec<String>),
    /// It is posted to an address, which may hold a secret: nobody but the sender shows it whole.
    Webhook(String),
    /// It is written to a new file in a directory.
    File(PathBuf),
    /// It becomes a case at AWS Support.
    SupportCase,
    /// It becomes an item in OpsCenter.
    OpsItem,
}

impl Channel {
    /// As records have it (see [`Escalated`](super::event::Escalated)).
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Text => "copy",
            Self::Command(_) => "command",
            Self::Webhook(_) => "webhook",
            Self::File(_) => "file",
            Self::SupportCase => "support-case",
            Self::OpsItem => "opsitem",
        }
    }

    /// Whether it changes something in AWS, which takes `--allow-actions`.
    pub const fn is_action(&self) -> bool {
        matches!(self, Self::SupportCase | Self::OpsItem)
    }

    /// Where it goes, as far as that may be shown: of an address the host alone.
    pub fn place(&self) -> String {
        match self {
            Self::Command(argv) => argv.first().cloned().unwrap_or_default(),
            Self::Webhook(url) => host(url).to_owned(),
            Self::File(dir) => dir.display().to_string(),
            Self::Text | Self::SupportCase | Self::OpsItem => String::new(),
        }
    }
}

/// The host in an address, without a name or password before it.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.rsplit('@').next().unwrap_or_default()
}

/// A party of the ladder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its name in the configuration and in records.
    pub id: String,
    /// What people call it; empty for the usual name of its role.
    pub name: Label,
    /// What it has to do with an incident.
    pub role: Owner,
    /// How a person reaches it: a telephone number, a room, a name.
    pub contact: String,
    /// When somebody is on.
    pub hours: Hours,
    /// How the console reaches it.
    pub channel: Channel,
}

impl Contact {
    /// The usual party of a role: always on, reached by a person.
    pub fn usual(role: Owner) -> Self {
        Self {
            id: role.word().to_owned(),
            name: Label::default(),
            role,
            contact: String::new(),
            hours: Hours::always(),
            channel: Channel::Text,
        }
    }

    /// What people call it.
    pub fn label<'a>(&'a self, words: &'a Catalogue) -> &'a str {
        let name = self.name.get(words.lang());
        if name.is_empty() { words.get(self.role.wording()) } else { name }
    }

    /// Whether somebody is on.
    pub fn is_on(&self, now: Timestamp) -> bool {
        self.hours.is_on(now)
    }
}

/// Spans of time by how bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// In the order of [`Level::ALL`].
    spans: [Duration; 4],
}

impl Limits {
    /// In minutes, from SEV-1 to SEV-4.
    pub const fn minutes(of: [u64; 4]) -> Self {
        let [one, two, three, four] = of;
        Self {
            spans: [
                Duration::from_mins(one),
                Duration::from_mins(two),
                Duration::from_mins(three),
                Duration::from_mins(four),
            ],
        }
    }

    /// The one of a severity.
    pub const fn of(&self, level: Level) -> Duration {
        let [one, two, three, four] = self.spans;
        match level {
            Level::Sev1 => one,
            Level::Sev2 => two,
            Level::Sev3 => three,
            Level::Sev4 => four,
        }
    }

    /// Changes the one of a severity.
    pub fn set(&mut self, level: Level, span: Duration) {
        let [one, two, three, four] = &mut self.spans;
        match level {
            Level::Sev1 => *one = span,
            Level::Sev2 => *two = span,
            Level::Sev3 => *three = span,
            Level::Sev4 => *four = span,
        }
    }
}

/// Who is told, in which order, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ladder {
    /// Every party, by its id.
    pub contacts: BTreeMap<String, Contact>,
    /// Their ids, from the first to be told to the last; those of one level are told together.
    pub levels: Vec<Vec<String>>,
    /// How long a message, or an incident that was opened, may go without an acknowledgement.
    pub ack_within: Limits,
    /// How long after the first message to a level the next one is told, when nobody there answers.
    pub next_after: Limits,
}

impl Default for Ladder {
    fn default() -> Self {
        let usual = |role: Owner| (role.word().to_owned(), Contact::usual(role));
        let levels: [&[Owner]; 5] = [
            &[Owner::L1],
            &[Owner::Vendor],
            &[Owner::App, Owner::Db, Owner::Security],
            &[Owner::Ic],
            &[Owner::Aws],
        ];
        let names = |level: &[Owner]| level.iter().map(|role| role.word().to_owned()).collect();
        Self {
            contacts: Owner::ALL.iter().copied().map(usual).collect(),
            levels: levels.into_iter().map(names).collect(),
            ack_within: Limits::minutes([5, 5, 15, 60]),
            next_after: Limits::minutes([10, 10, 30, 240]),
        }
    }
}

impl Ladder {
    /// The party of an id.
    pub fn contact(&self, id: &str) -> Option<&Contact> {
        self.contacts.get(id)
    }

    /// The party that somebody names: by its id, its role, or what people call it, in any case.
    pub fn find(&self, said: &str, words: &Catalogue) -> Option<&Contact> {
        let said = said.trim();
        let by_id = || self.contacts.values().find(|c| c.id.eq_ignore_ascii_case(said));
        let by_name = || self.contacts.values().find(|c| c.label(words).eq_ignore_ascii_case(said));
        let by_role = || self.contacts.values().find(|c| c.role.word().eq_ignore_ascii_case(said));
        by_id().or_else(by_name).or_else(by_role)
    }

    /// Which level a party stands on, from 0.
    pub fn level_of(&self, id: &str) -> Option<usize> {
        self.levels.iter().position(|level| level.iter().any(|known| known == id))
    }

    /// The first level that is not the desk's own.
    pub fn above_desk(&self) -> usize {
        let desk = |id: &String| self.contact(id).is_some_and(|c| c.role == Owner::L1);
        self.levels.iter().position(|level| !level.iter().all(desk)).unwrap_or(0)
    }

    /// Whom to tell from a level on: those of the first level from there where somebody is on, who are on. Where nobody
    /// is on anywhere, everybody of that level, and true.
    pub fn who(&self, from: usize, now: Timestamp) -> (Vec<&Contact>, bool) {
        let from = from.min(self.levels.len().saturating_sub(1));
        let of = |level: &Vec<String>| level.iter().filter_map(|id| self.contact(id)).collect::<Vec<_>>();
        for level in self.levels.iter().skip(from) {
            let on: Vec<&Contact> = of(level).into_iter().filter(|c| c.is_on(now)).collect();
            if !on.is_empty() {
                return (on, false);
            }
        }
        (self.levels.get(from).map(of).unwrap_or_default(), true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ladder_that_nobody_configured_leads_from_the_desk_to_aws() {
        let ladder = Ladder::default();
        assert_eq!(ladder.levels.concat(), ["l1", "vendor", "app", "db", "security", "ic", "aws"]);
        assert!(ladder.levels.concat().iter().all(|id| ladder.contact(id).is_some()));
        assert_eq!(ladder.above_desk(), 1);
        let words = Catalogue::load(Lang::Ja);
        for contact in ladder.contacts.values() {
            assert!(words.find(contact.role.wording()).is_some(), "{}", contact.id);
        }
    }

    #[test]
    fn a_party_is_found_by_what_people_say() {
        let mut ladder = Ladder::default();
        let desk = Label { en: "Vendor desk".into(), ja: "委託先窓口".into() };
        ladder.contacts.insert(
            "acme".into(),
            Contact { id: "acme".into(), name: desk, ..Contact::usual(Owner::Vendor) },
        );
        let (en, ja) = (Catalogue::load(Lang::En), Catalogue::load(Lang::Ja));
        let id = |said: &str, words| ladder.find(said, words).map(|c| c.id.as_str());
        assert_eq!(id("ACME", &en), Some("acme"));
        assert_eq!(id("vendor desk", &en), Some("acme"));
        assert_eq!(id("委託先窓口", &ja), Some("acme"));
        assert_eq!(id("vendor", &en), Some("vendor"));
        assert_eq!(id("nobody", &en), None);
    }

    #[test]
    fn a_level_where_nobody_is_on_is_passed_over() {
        let mut ladder = Ladder::default();
        let office = |text| Hours::parse(text, |_| Some(jiff::tz::TimeZone::UTC)).unwrap();
        ladder.contacts.get_mut("vendor").unwrap().hours = office("Mon-Fri 09:00-18:00 UTC");
        ladder.contacts.get_mut("app").unwrap().hours = office("Mon-Fri 09:00-18:00 UTC");
        let who = |at: &str| {
            let (who, off) = ladder.who(1, at.parse().unwrap());
            (who.iter().map(|c| c.id.as_str()).collect::<Vec<_>>(), off)
        };
        assert_eq!(who("2026-05-01T10:00:00Z"), (vec!["vendor"], false));
        assert_eq!(who("2026-05-02T10:00:00Z"), (vec!["db", "security"], false), "Saturday");
        ladder.levels.truncate(2);
        let (all, off) = ladder.who(1, "2026-05-02T10:00:00Z".parse().unwrap());
        assert_eq!((all.len(), off), (1, true), "nobody is on: the level is named all the same");
    }

    #[test]
    fn of_an_address_only_the_host_is_shown() {
        let place = |url: &str| Channel::Webhook(url.into()).place();
        assert_eq!(place("https://hooks.example.com/services/T0/B0/secret?x=1"), "hooks.example.com");
        assert_eq!(place("https://user:secret@hooks.example.com:8443/x"), "hooks.example.com:8443");
    }
}
