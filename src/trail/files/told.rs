//! What is to be said about log files: what could not be read, what is not shown, and why.

use jiff::Timestamp;

use super::{Counts, Files};
use crate::{
    logfiles::{Trouble, What},
    text::{sanitise::clean, sentence::Sentence},
};

/// Troubles that are said one by one.
const SAID: usize = 20;
/// Accounts and Regions that are named.
const NAMED: usize = 4;

/// One thing that went wrong with a file, in words.
pub fn trouble(Trouble { path, what }: &Trouble) -> Sentence {
    let of = |key| Sentence::new(key).with("path", clean(&path.display().to_string()));
    match what {
        What::CannotRead(error) => of("logfile.cannot_read").with("error", error),
        What::CutOff { records } => of("logfile.cut_off").with("n", records),
        What::NotJson { at, records } => of("logfile.not_json").with("at", at).with("n", records),
        What::NoRecord => of("logfile.no_record"),
        What::Nothing => of("logfile.nothing"),
    }
}

impl Files {
    /// What is missing though it was wanted: what could not be read, or not kept.
    pub fn missing(&self) -> Vec<Sentence> {
        let counts = self.counts();
        let outcome = &counts.outcome;
        let mut said: Vec<Sentence> = outcome.troubles.iter().take(SAID).map(trouble).collect();
        let more = outcome.more_troubles + outcome.troubles.len().saturating_sub(SAID) as u64;
        if more > 0 {
            said.push(Sentence::new("triage.more_troubles").with("n", more));
        }
        let unusable = counts.unsound + outcome.too_long;
        if unusable > 0 {
            said.push(Sentence::new("logfile.unusable").with("n", unusable));
        }
        drop(counts);
        let held = self.held();
        if let Some(error) = &held.failed {
            said.push(Sentence::new("logfile.not_kept").with("n", held.left_out).with("error", clean(error)));
        } else if held.left_out > 0 {
            let before = moment(held.left_out_before);
            said.push(Sentence::new("logfile.left_out").with("n", held.left_out).with("time", before));
        }
        said
    }

    /// What is not shown on purpose: events of others, and of times that are past.
    pub fn aside(&self) -> Vec<Sentence> {
        let counts = self.counts();
        let mut said = Vec::new();
        let (n, names) = counts.foreign();
        if n > 0 {
            let more = names.len().saturating_sub(NAMED);
            let mut text = names.into_iter().take(NAMED).collect::<Vec<_>>().join(", ");
            if more > 0 {
                text.push_str(", …");
            }
            said.push(Sentence::new("logfile.foreign").with("n", n).with("names", clean(&text)));
        }
        if counts.older > 0 {
            let oldest = self.oldest.strftime("%Y-%m-%d");
            said.push(Sentence::new("logfile.older").with("n", counts.older).with("time", oldest));
        }
        said
    }

    /// How many events there are, and of which time; or that there are none.
    pub fn summary(&self) -> Sentence {
        let counts = self.counts();
        let Some((first, last)) = counts.times else { return Sentence::new("logfile.none") };
        let n: u64 = counts.events.values().sum();
        Sentence::new("logfile.from_files").with("n", n).with("from", moment(first)).with("to", moment(last))
    }

    /// Whether anything at all was read.
    pub fn has_any(&self) -> bool {
        self.counts().times.is_some()
    }
}

impl Counts {
    /// Events that nobody wanted, and whose they are.
    fn foreign(&self) -> (u64, Vec<String>) {
        let mut all = 0;
        let mut names: Vec<String> = Vec::new();
        for (((account, region), global), n) in &self.events {
            let wanted = self.wanted.iter().any(|(whose, at, global_only)| {
                let of_account = account.is_empty() || whose.as_ref().is_none_or(|whose| whose == account);
                of_account && (region.is_empty() || region == at) && (!global_only || *global)
            });
            if !wanted {
                all += n;
                let name = format!("{account} {region}").trim().to_owned();
                if names.last() != Some(&name) {
                    names.push(name);
                }
            }
        }
        (all, names)
    }
}

fn moment(second: i64) -> String {
    let at = Timestamp::from_second(second).unwrap_or(Timestamp::MIN);
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
