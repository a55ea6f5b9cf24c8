//! Where the console keeps incidents, and who writes there.

use std::{ffi::OsString, path::PathBuf};

use super::{Command, Invocation, Options, hand, start};
use crate::{config::Config, incident::chain::Hand, paths::Paths, runtime::Clock};

/// Who writes when nobody is named and the machine knows no login name.
const NOBODY: &str = "operator";

/// Where the console keeps incidents. Practice is kept apart from what is real, each run for itself: the next one begins
/// without the incidents of the one before. A directory that was named is used as it is.
pub(super) fn place(
    invocation: &Invocation,
    config: &Config,
    paths: &Paths,
    options: &Options,
) -> Option<PathBuf> {
    let args = match &invocation.command {
        Some(Command::Drill(args)) => Some(args),
        _ => None,
    };
    match start::scenario(options, args) {
        Some(scenario) if options.data_dir.is_none() => {
            let run = Clock::System.now().as_millisecond();
            Some(start::records(config, paths, true)?.join(format!("{scenario}-{run}")))
        }
        practice => start::records(config, paths, practice.is_some()),
    }
}

/// Who writes. The console opens also when it cannot be told.
pub(super) fn hand(config: &Config, env: &dyn Fn(&str) -> Option<OsString>) -> Hand {
    hand::of(None, config, env).unwrap_or_else(|_| Hand { by: NOBODY.to_owned(), ..Hand::default() })
}
