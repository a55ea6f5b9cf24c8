//! Whose journals of incidents a command reads and writes, and who writes.

use std::{ffi::OsString, fs, path::PathBuf};

use super::{Command, Invocation, Options, start};
use crate::{incident::chain::Hand, paths::Paths, runtime::Clock, text::sanitise::clean};

/// Where the console keeps incidents. Practice is kept apart from what is real, each run for itself: the next one begins
/// without the incidents of the one before. A directory that was named is used as it is.
pub(super) fn place(invocation: &Invocation, paths: &Paths, options: &Options) -> Option<PathBuf> {
    let data = paths.data.clone()?;
    let args = match &invocation.command {
        Some(Command::Drill(args)) => Some(args),
        _ => None,
    };
    match start::scenario(options, args) {
        Some(scenario) if options.data_dir.is_none() => {
            let run = Clock::System.now().as_millisecond();
            Some(data.join("drill").join(format!("{scenario}-{run}")))
        }
        _ => Some(data),
    }
}

/// Who writes, and on which machine.
pub(super) fn hand(env: &dyn Fn(&str) -> Option<OsString>) -> Hand {
    let text = |name: &str| {
        let text = env(name).map(|text| clean(text.to_string_lossy().trim()));
        text.filter(|text| !text.is_empty())
    };
    let by = ["TOBAN_OPERATOR", "USER", "LOGNAME", "USERNAME"].into_iter().find_map(text);
    let machine = || fs::read_to_string("/etc/hostname").ok().map(|name| clean(name.trim()));
    let place = text("HOSTNAME").or_else(|| text("COMPUTERNAME")).or_else(machine);
    Hand { by: by.unwrap_or_else(|| "operator".to_owned()), place: place.unwrap_or_default(), scope: None }
}
