//! Sends a message to a party of the ladder, by the way that the configuration names: a file, a program, a webhook.
//!
//! What came of it is one of three: it went out, it did not, or nobody can tell; the third is never taken for the first,
//! and says that it may have arrived. Nothing is sent twice by itself, and a message is written to a file whole or not at
//! all. Showing and copying are the console's; cases and OpsItems are AWS's part and need `--allow-actions`
//! ([`Channel::is_action`]). It must never run a shell, nor show an address whole.

mod post;
mod program;

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use serde_json::{Value as Json, json};

use self::post::Posted;
use crate::{
    incident::{event::Escalated, ladder::Channel},
    text::{Catalogue, measure, sanitise::clean, sentence::Sentence},
};

/// How long a program or an address may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// A program, from its start to its end.
    pub program: Duration,
    /// An address, from the first byte out to the last one back.
    pub webhook: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { program: Duration::from_secs(15), webhook: Duration::from_secs(10) }
    }
}

/// What is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    /// The incident: `INC-0042`.
    pub id: String,
    /// To whom: the party's id.
    pub to: String,
    /// When it is sent.
    pub at: Timestamp,
    /// The message.
    pub text: String,
    /// What programs want to know of the incident: the export's fields, or some of them.
    pub incident: Json,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// It went out; what the other side said, or where it is.
    Sent(Sentence),
    /// It did not go out, and why.
    NotSent(Sentence),
    /// It may have arrived, and why that is not known.
    Doubtful(Sentence),
}

impl Told {
    /// Whether it surely went out.
    pub const fn is_sent(&self) -> bool {
        matches!(self, Self::Sent(_))
    }

    /// What is to be said about it.
    pub const fn sentence(&self) -> &Sentence {
        match self {
            Self::Sent(said) | Self::NotSent(said) | Self::Doubtful(said) => said,
        }
    }

    /// As it stands in the journal.
    pub fn escalated(
        &self,
        parcel: Parcel,
        channel: &Channel,
        due: Option<Timestamp>,
        words: &Catalogue,
    ) -> Escalated {
        Escalated {
            to: parcel.to,
            channel: channel.word().to_owned(),
            message: parcel.text,
            sent: self.is_sent(),
            answer: self.sentence().text(words),
            due,
        }
    }
}

/// Sends it. None for channels that are not this module's: those that a person or AWS takes.
pub async fn tell(
    channel: &Channel,
    parcel: &Parcel,
    patience: Patience,
    bundle: Option<&Path>,
) -> Option<Told> {
    match channel {
        Channel::Text | Channel::SupportCase | Channel::OpsItem => None,
        Channel::File(dir) => {
            let (dir, parcel) = (dir.clone(), parcel.clone());
            blocking(move || file(&dir, &parcel)).await
        }
        Channel::Command(argv) => {
            let (argv, text) = (argv.clone(), parcel.text.clone());
            blocking(move || program::run(&argv, &text, patience.program)).await
        }
        Channel::Webhook(url) => Some(webhook(url, parcel, patience.webhook, bundle).await),
    }
}

async fn blocking(work: impl FnOnce() -> Told + Send + 'static) -> Option<Told> {
    let lost = |error: tokio::task::JoinError| Told::Doubtful(Sentence::new("tell.lost").with("why", error));
    Some(tokio::task::spawn_blocking(work).await.unwrap_or_else(lost))
}

/// Tries of a name that is taken.
const NAMES: u32 = 1_000;

/// A new file in the directory; what is there already is never written over.
fn file(dir: &Path, parcel: &Parcel) -> Told {
    let failed = |path: &Path, error: &io::Error| {
        let key = if error.kind() == io::ErrorKind::NotFound { "tell.no_dir" } else { "tell.file_failed" };
        Told::NotSent(Sentence::new(key).with("path", path.display()).with("why", error))
    };
    let at = parcel.at.strftime("%Y%m%dT%H%M%SZ");
    let name = |part: &str| {
        part.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect::<String>()
    };
    let stem = format!("{}-{at}-{}", name(&parcel.id), name(&parcel.to));
    for number in 1..=NAMES {
        let end = if number == 1 { String::new() } else { format!("-{number}") };
        let path: PathBuf = dir.join(format!("{stem}{end}.txt"));
        let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return failed(dir, &error),
        };
        return match file.write_all(parcel.text.as_bytes()).and_then(|()| file.sync_all()) {
            Ok(()) => Told::Sent(Sentence::new("tell.written").with("path", path.display())),
            Err(error) => {
                // Half of a message is worse than none.
                let _ = fs::remove_file(&path);
                failed(&path, &error)
            }
        };
    }
    Told::NotSent(Sentence::new("tell.names_taken").with("path", dir.display()))
}

async fn webhook(url: &str, parcel: &Parcel, limit: Duration, bundle: Option<&Path>) -> Told {
    let host = Channel::Webhook(url.to_owned()).place();
    let body = json!({ "text": parcel.text, "incident": parcel.incident }).to_string();
    let said = |key| Sentence::new(key).with("host", &host);
    let limit_secs = limit.as_secs();
    let Ok(posted) = tokio::time::timeout(limit, post::post(url, body, bundle)).await else {
        return Told::Doubtful(said("tell.webhook_silent").with("secs", limit_secs));
    };
    match posted {
        Posted::Answered { status, text } => {
            let first = first_line(&text);
            let answered = |key| said(key).with("status", status).with("said", &first);
            match (status, first.is_empty()) {
                (200..=299, _) => Told::Sent(answered("tell.webhook_took")),
                (300..=399, _) => Told::NotSent(answered("tell.webhook_elsewhere")),
                (_, true) => Told::NotSent(answered("tell.webhook_refused_bare")),
                (_, false) => Told::NotSent(answered("tell.webhook_refused")),
            }
        }
        Posted::Cut(why) => Told::Doubtful(said("tell.webhook_cut").with("why", clean(&why))),
        Posted::Failed(why) => Told::NotSent(said("tell.webhook_failed").with("why", clean(&why))),
    }
}

/// Cells of what another side says.
const SAID: usize = 200;

/// The first line that says something, harmless and cut.
fn first_line(text: &str) -> String {
    let line = text.lines().map(clean).find(|line| !line.trim().is_empty()).unwrap_or_default();
    measure::cut(line.trim(), SAID).into_owned()
}

#[cfg(test)]
mod tests;
