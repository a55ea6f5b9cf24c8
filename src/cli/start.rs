//! From options and settings to what a command works with: words, clock, scopes, and access to AWS or to the drill.

use std::{fs, io, path::PathBuf, sync::Arc, time::Duration};

use jiff::Timestamp;

use super::{DrillArgs, Invocation, Options};
use crate::{
    aws::{self, Clients, MfaPrompt},
    config::Config,
    drill::{self, Drill, DrillError},
    paths::Paths,
    rows::event::HISTORY,
    runtime::Clock,
    scope::Scopes,
    text::{Catalogue, Lang, sanitise::clean, sentence::Sentence},
    trail::{self, Files, Store},
    triage::cause::Signals,
};

/// The seed of a drill when none is given.
const SEED: u64 = 1;

/// The scenario that `toban drill` opens when none is named.
pub const SCENARIO: &str = "web-down";

/// Everything that a command about an account needs.
#[derive(Debug, Clone)]
pub struct Access {
    /// Sessions of all scopes.
    pub clients: Clients,
    /// The scopes, by name.
    pub scopes: Scopes,
    /// The clock.
    pub clock: Clock,
    /// CloudTrail's events that have been read, on disk unless this is practice or the clock stands still.
    pub store: Store,
    /// Where incidents' journals are kept, for who reads them.
    pub records: Option<PathBuf>,
}

/// Where CloudTrail's events come from, and where they are kept.
#[derive(Debug, Clone, Default)]
pub struct Events {
    /// The directory of those that have been read.
    pub cache: Option<PathBuf>,
    /// Log files to read instead of asking AWS.
    pub files: Vec<PathBuf>,
}

/// The words of the language that was asked for, else of the machine's locale.
pub fn words(config: &Config) -> Arc<Catalogue> {
    let lang =
        config.lang.unwrap_or_else(|| Lang::from_locale(&sys_locale::get_locale().unwrap_or_default()));
    Arc::new(Catalogue::load(lang))
}

/// Takes the operator's own table of what changes can cause, where there is one; what is wrong with it is said, and the
/// built-in one holds.
pub fn signals(paths: &Paths) -> Option<Sentence> {
    let file = paths.signals_file()?;
    let wrong = |error: &dyn std::fmt::Display| {
        let sentence = Sentence::new("cli.bad_signals").with("path", file.display());
        Some(sentence.with("error", clean(&error.to_string())))
    };
    match fs::read_to_string(&file) {
        Ok(text) => Signals::install(&text).err().and_then(|error| wrong(&error)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => wrong(&error),
    }
}

/// The scenario that options ask for: `toban drill NAME`, `toban drill`, or `--drill NAME` with any command.
pub fn scenario(options: &Options, args: Option<&DrillArgs>) -> Option<String> {
    let asked = args.map(|a| a.scenario.clone().or_else(|| options.drill.clone()));
    asked.map(|named| named.unwrap_or_else(|| SCENARIO.to_owned())).or_else(|| options.drill.clone())
}

/// Opens the drill that options ask for.
pub fn drill(options: &Options, args: Option<&DrillArgs>) -> Result<Option<Drill>, DrillError> {
    let Some(scenario) = scenario(options, args) else { return Ok(None) };
    let wish = drill::Options {
        scenario,
        seed: options.seed.unwrap_or(SEED),
        now: options.now,
        speed: args.and_then(|a| a.speed),
        at: args.and_then(|a| a.at),
        faults: args.map(|a| a.fault.clone()).unwrap_or_default(),
    };
    Drill::open(&wish).map(Some)
}

/// The clock of a drill, the one that `--now` holds, or the machine's.
pub fn clock(options: &Options, drill: Option<&Drill>) -> Clock {
    match (drill, options.now) {
        (Some(drill), _) => Clock::Drill(drill.clone()),
        (None, Some(at)) => Clock::Pinned(at),
        (None, None) => Clock::System,
    }
}

/// Where incidents are recorded. Practice has a place of its own, so that nothing of it stands among real ones.
pub fn records(config: &Config, paths: &Paths, practice: bool) -> Option<PathBuf> {
    let dir = config.data_dir.clone().or_else(|| paths.data.clone())?;
    Some(if practice { dir.join("drill") } else { dir })
}

/// Access to what options and settings name. Nothing is asked and no file read yet.
pub fn access(
    invocation: &Invocation,
    config: &Config,
    drill: Option<&Drill>,
    prompt: Option<MfaPrompt>,
    events: Events,
) -> Access {
    let clock = clock(&invocation.options(), drill);
    let settings = aws::Settings {
        // The practice account has no profiles; one named for real accounts must not stand in its header.
        profiles: if drill.is_some() { Vec::new() } else { config.profiles.clone() },
        // Nor does it have anything in the Regions of real accounts; only who types a Region now means the drill's.
        regions: if drill.is_some() { invocation.flags.region.clone() } else { config.regions.clone() },
        endpoint_url: config.endpoint_url.clone().filter(|_| drill.is_none()),
        timeouts: config.timeouts,
        http: drill.map(Drill::http_client),
        prompt,
        clock: {
            let clock = clock.clone();
            Arc::new(move || -> Timestamp { clock.now() })
        },
        ..aws::Settings::default()
    };
    let scopes = Clients::plan(&settings);
    let clients = Clients::new(settings, &scopes);
    let real = drill.is_none() && invocation.options().now.is_none();
    let Events { cache, files } = events;
    let store = if files.is_empty() {
        match cache.filter(|_| real) {
            Some(dir) => Store::on_disk(&dir, trail::BOUND),
            None => Store::in_memory(),
        }
    } else {
        let oldest = clock.now().saturating_sub(HISTORY).unwrap_or(Timestamp::MIN);
        Store::of_files(Files::new(files, oldest, cache.as_deref()))
    };
    Access { clients, scopes: Scopes::new(scopes), clock, store, records: None }
}

/// The intervals of all panes, in their order.
pub fn intervals(config: &Config) -> Vec<Duration> {
    crate::panes::PANES.iter().map(|p| config.interval(p.id)).collect()
}
