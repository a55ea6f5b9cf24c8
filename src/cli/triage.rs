//! `toban triage`: what changed before something broke, on standard output.

use std::{
    fs,
    io::{self, Write},
    path::PathBuf,
};

use jiff::tz::TimeZone;

use super::TriageArgs;
use crate::{
    config::Thresholds,
    logfiles::{Trouble, What},
    offline,
    scope::{Scope, Scopes},
    text::{Catalogue, sanitise::clean, sentence::Sentence},
    triage::{answer::Answer, context::Context},
    value::Cx,
};

/// Largest context file that is read.
const LARGEST: u64 = 16 * 1024 * 1024;

/// Why nothing was answered.
#[derive(Debug)]
pub enum Refused {
    /// The context is none.
    Usage(Sentence),
    /// Standard output takes no more.
    Output(io::Error),
}

/// Reads, ranks and prints. What could not be read is said on standard error. Whether there was anything to look at.
pub fn run(
    args: &TriageArgs,
    words: &Catalogue,
    thresholds: &Thresholds,
    zone: &TimeZone,
    elapsed_ms: &dyn Fn() -> u64,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Result<bool, Refused> {
    let context = context(&args.context).map_err(Refused::Usage)?;
    let explained = offline::explain(&context, &args.trail);
    let mut errors = errors(&explained);
    if context.case.about.resources.is_empty() {
        errors.push(Sentence::new("triage.no_resource"));
    }
    for error in &errors {
        let _ = writeln!(err, "toban: {}", error.text(words));
    }
    let scopes = Scopes::new(vec![Scope::new("", context.region.clone())]);
    let cx = Cx { now: context.case.at, zone, words, thresholds, scopes: &scopes };
    let mut ranking = explained.ranking;
    let of = ranking.suspects.len();
    ranking.suspects.truncate(args.top);
    let anything = explained.read > 0;
    let elapsed_ms = elapsed_ms();
    let answer = Answer { context, ranking, of, read: explained.read, errors, calls: 0, elapsed_ms };
    match answer.write(args.output, &cx, out).and_then(|()| out.flush()) {
        // A reader that has seen enough (`| head`) is no failure.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Refused::Output(error)),
        _ => Ok(anything),
    }
}

fn context(path: &PathBuf) -> Result<Context, Sentence> {
    let refused = |error: &dyn std::fmt::Display| {
        let sentence = Sentence::new("triage.no_context").with("path", path.display());
        sentence.with("error", clean(&error.to_string()))
    };
    let length = fs::metadata(path).map_err(|e| refused(&e))?.len();
    if length > LARGEST {
        return Err(refused(&format!("{length} B > {LARGEST} B")));
    }
    let text = fs::read_to_string(path).map_err(|e| refused(&e))?;
    Context::parse(text.trim_start_matches('\u{feff}')).map_err(|e| refused(&e))
}

fn errors(explained: &offline::Explained) -> Vec<Sentence> {
    let outcome = &explained.outcome;
    let mut errors: Vec<Sentence> = outcome.troubles.iter().map(trouble).collect();
    if outcome.more_troubles > 0 {
        errors.push(Sentence::new("triage.more_troubles").with("n", outcome.more_troubles));
    }
    if explained.read == 0 {
        errors.push(Sentence::new("triage.no_events"));
    }
    errors
}

fn trouble(Trouble { path, what }: &Trouble) -> Sentence {
    let of = |key| Sentence::new(key).with("path", path.display());
    match what {
        What::CannotRead(error) => of("logfile.cannot_read").with("error", error),
        What::CutOff { records } => of("logfile.cut_off").with("n", records),
        What::NotJson { at, records } => of("logfile.not_json").with("at", at).with("n", records),
        What::NoRecord => of("logfile.no_record"),
        What::Nothing => of("logfile.nothing"),
    }
}
