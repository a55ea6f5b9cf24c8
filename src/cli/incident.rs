//! `toban incident`: the record of an incident without the console. Thin over `journal` and `incident`: what can be
//! written, refused and printed, and no rule of its own about what an entry comes to.

mod about;
mod after;
pub mod args;
mod exchange;
mod list;
mod message;
mod open;
mod page;
mod people;
mod write;

use std::{
    io::{self, Read, Write},
    path::Path,
};

use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Value as Json, json};

use self::args::{IncidentArgs, IncidentCommand, Output};
use crate::{
    incident::{Event, Incident, chain::Hand, export, ladder::Ladder, telling},
    journal::{Appended, FILE, Journal, Trouble},
    text::{Catalogue, sentence::Sentence},
};

/// What a command works with.
pub struct Desk<'a> {
    /// The directory of the records.
    pub dir: &'a Path,
    /// Who writes.
    pub hand: Hand,
    /// What time it is.
    pub now: Timestamp,
    /// The words.
    pub words: &'a Catalogue,
    /// In which time zone times are printed.
    pub zone: &'a TimeZone,
    /// What was promised to whom, for reviews.
    pub ladder: &'a Ladder,
    /// Where `-` reads from.
    pub input: &'a mut dyn Read,
    /// Where answers go.
    pub out: &'a mut dyn Write,
}

/// Why nothing was done.
#[derive(Debug)]
pub enum Refused {
    /// What was typed cannot be done.
    Usage(Sentence),
    /// It can, but failed.
    Failed(Sentence),
    /// Standard output takes no more.
    Output(io::Error),
}

impl From<Trouble> for Refused {
    fn from(trouble: Trouble) -> Self {
        Self::Failed(trouble.sentence())
    }
}

impl From<io::Error> for Refused {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Runs a command; whether all is well (a record that does not verify is not).
pub fn run(args: &IncidentArgs, desk: Desk<'_>) -> Result<bool, Refused> {
    let looks = matches!(
        args.command,
        IncidentCommand::List(_)
            | IncidentCommand::Show(_)
            | IncidentCommand::Export(_)
            | IncidentCommand::Review(_)
            | IncidentCommand::Verify(_)
    );
    let journal = if looks && !desk.dir.join(FILE).exists() {
        Journal::none(desk.dir)?
    } else {
        Journal::open(desk.dir)?
    };
    let mut work = Work { desk, journal };
    let fine = match &args.command {
        IncidentCommand::Open(args) => open::open(&mut work, args)?,
        IncidentCommand::List(args) => list::list(&mut work, args)?,
        IncidentCommand::Show(args) => page::show(&mut work, args)?,
        IncidentCommand::Note(args) => write::note(&mut work, args)?,
        IncidentCommand::Tick(args) => write::tick(&mut work, args)?,
        IncidentCommand::Set(args) => write::set(&mut work, args)?,
        IncidentCommand::Ack(args) => write::ack(&mut work, args)?,
        IncidentCommand::Gate(args) => write::gate(&mut work, args)?,
        IncidentCommand::Severity(args) => write::severity(&mut work, args)?,
        IncidentCommand::Verdict(args) => write::verdict(&mut work, args)?,
        IncidentCommand::Moment(args) => write::moment(&mut work, args)?,
        IncidentCommand::Escalate(args) => message::escalate(&mut work, args)?,
        IncidentCommand::Close(args) => write::close(&mut work, args)?,
        IncidentCommand::Reopen(args) => write::reopen(&mut work, args)?,
        IncidentCommand::Attach(args) => about::attach(&mut work, args)?,
        IncidentCommand::Detach(args) => about::detach(&mut work, args)?,
        IncidentCommand::Role(args) => people::role(&mut work, args)?,
        IncidentCommand::Handoff(args) => people::handoff(&mut work, args)?,
        IncidentCommand::Accept(args) => people::accept(&mut work, args)?,
        IncidentCommand::Grey(args) => about::grey(&mut work, args)?,
        IncidentCommand::Item(args) => after::item(&mut work, args)?,
        IncidentCommand::Review(args) => after::review(&mut work, args)?,
        IncidentCommand::Export(args) => exchange::export(&mut work, args)?,
        IncidentCommand::Import(args) => exchange::import(&mut work, args)?,
        IncidentCommand::Verify(args) => exchange::verify(&mut work, args)?,
    };
    work.desk.out.flush()?;
    Ok(fine)
}

/// The desk with its journals open.
struct Work<'a> {
    desk: Desk<'a>,
    journal: Journal,
}

impl Work<'_> {
    /// The incident that is named, whole.
    fn load(&self, said: &str) -> Result<Incident, Refused> {
        let uid = self.journal.find(said)?;
        Ok(self.journal.load(&uid)?)
    }

    /// The same, which must not be over.
    fn load_open(&self, said: &str) -> Result<Incident, Refused> {
        let incident = self.load(said)?;
        if incident.is_closed() {
            return Err(Refused::Failed(Sentence::new("cli.incident.is_closed").with("id", incident.id())));
        }
        Ok(incident)
    }

    /// Appends one entry and says so. The answer has `also` beside what every answer has.
    fn write(
        &mut self,
        incident: &Incident,
        event: Event,
        output: Output,
        also: &[(&str, Json)],
    ) -> Result<bool, Refused> {
        self.write_all(incident, &[event], output, also)
    }

    /// Appends entries, all or none, and says so.
    fn write_all(
        &mut self,
        incident: &Incident,
        events: &[Event],
        output: Output,
        also: &[(&str, Json)],
    ) -> Result<bool, Refused> {
        let Desk { now, hand, .. } = &self.desk;
        let written = self.journal.append(&incident.uid, *now, hand, events)?;
        self.said(&incident.id(), &written, output, also)?;
        Ok(true)
    }

    /// Says what was written.
    fn said(
        &mut self,
        id: &str,
        written: &[Appended],
        output: Output,
        also: &[(&str, Json)],
    ) -> Result<(), Refused> {
        let Some(last) = written.last() else { return Ok(()) };
        if output == Output::Json {
            let mut answer =
                json!({"id": id, "uid": last.uid, "seq": last.entry.seq, "journal_head": last.stored.hash});
            if let Json::Object(fields) = &mut answer {
                fields.extend(also.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
            }
            return self.document(&answer);
        }
        for one in written {
            let line = Sentence::new("cli.incident.written")
                .with("id", id)
                .with("seq", one.entry.seq)
                .with_part("what", telling::line(&one.entry))
                .text(self.desk.words);
            let line = page::short(&line);
            writeln!(self.desk.out, "{line}")?;
        }
        Ok(())
    }

    /// Prints a document.
    fn document(&mut self, document: &Json) -> Result<(), Refused> {
        Ok(self.desk.out.write_all(export::text(document).as_bytes())?)
    }

    /// A text that was typed, or standard input for `-`, to the byte.
    fn text(&mut self, typed: &str) -> Result<String, Refused> {
        let mut text = typed.to_owned();
        if typed == "-" {
            let mut bytes = Vec::new();
            let unread = |error: &dyn std::fmt::Display| {
                Refused::Failed(Sentence::new("cli.incident.no_input").with("error", error))
            };
            self.desk.input.read_to_end(&mut bytes).map_err(|e| unread(&e))?;
            text = String::from_utf8(bytes).map_err(|e| unread(&e.utf8_error()))?;
        }
        if text.trim().is_empty() {
            return Err(Refused::Usage(Sentence::new("cli.incident.empty")));
        }
        Ok(text)
    }
}
