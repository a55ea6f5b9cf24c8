//! What follows an incident: the review's draft, and what is to be done.

use serde_json::json;

use super::{
    Refused, Work,
    args::{
        Export,
        after::{ItemArgs, ReviewArgs},
    },
    page,
};
use crate::incident::{
    Event,
    brief::{Beside, Telling},
    event::Item,
    figures::Figures,
    report, telling,
};

pub(super) fn item(work: &mut Work<'_>, args: &ItemArgs) -> Result<bool, Refused> {
    let incident = work.load(&args.id)?;
    let text = work.text(&args.text)?;
    let (owner, due) = (args.owner.clone(), args.due.clone());
    let item = Item { class: args.class, text, owner, due };
    work.write(&incident, Event::Item(item), args.form.output, &[("class", json!(args.class.word()))])
}

/// Prints the draft; nothing is written.
pub(super) fn review(work: &mut Work<'_>, args: &ReviewArgs) -> Result<bool, Refused> {
    let incident = work.load(&args.id)?;
    let words = work.desk.words;
    let line = |entry: &crate::incident::Entry| page::short(&telling::line(entry).text(words));
    let figures = Figures::of(&incident).told(words);
    let sources = report::Sources { line: &line, figures: &figures, ladder: work.desk.ladder };
    let beside = Beside { from: work.desk.hand.by.clone(), ..Beside::default() };
    let telling = Telling { words, zone: work.desk.zone, now: work.desk.now };
    match args.output {
        Export::Json => work.document(&report::document(&incident, &beside, &sources, &telling))?,
        Export::Markdown => {
            let draft = report::markdown(&incident, &beside, &sources, &telling);
            work.desk.out.write_all(draft.as_bytes())?;
        }
    }
    Ok(true)
}
