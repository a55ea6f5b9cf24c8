//! Where files are: `$TOBAN_CONFIG_DIR` and `$TOBAN_DATA_DIR`, else the XDG variables (on every system, when they are set
//! and absolute), else what the system's custom is. Nothing is read or written outside of these places, and nothing is
//! created here. A place is `None` where there is no home directory to put it in.

use std::{ffi::OsString, path::PathBuf};

use directories::ProjectDirs;

/// The places of one run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Paths {
    /// `config.toml`, `keymap.toml`, `theme.toml`, `signals.toml`, `runbooks/`.
    pub config: Option<PathBuf>,
    /// Records.
    pub data: Option<PathBuf>,
    /// What can be fetched again.
    pub cache: Option<PathBuf>,
    /// Logs and last places.
    pub state: Option<PathBuf>,
}

impl Paths {
    /// Finds the places from the environment; `data` is `--data-dir` when it was given.
    pub fn find(env: &dyn Fn(&str) -> Option<OsString>, data: Option<PathBuf>) -> Self {
        let dirs = ProjectDirs::from("", "", "toban");
        let dirs = dirs.as_ref();
        let own = |name: &str| env(name).filter(|v| !v.is_empty()).map(PathBuf::from);
        // The XDG specification: relative paths are invalid and to be ignored.
        let xdg = |name: &str| own(name).filter(|p| p.is_absolute()).map(|p| p.join("toban"));
        let or_home = |dir: fn(&ProjectDirs) -> PathBuf| dirs.map(dir);
        Self {
            config: own("TOBAN_CONFIG_DIR")
                .or_else(|| xdg("XDG_CONFIG_HOME"))
                .or_else(|| or_home(|d| d.config_dir().to_owned())),
            data: data
                .or_else(|| own("TOBAN_DATA_DIR"))
                .or_else(|| xdg("XDG_DATA_HOME"))
                .or_else(|| or_home(|d| d.data_dir().to_owned())),
            cache: xdg("XDG_CACHE_HOME").or_else(|| or_home(|d| d.cache_dir().to_owned())),
            // macOS and Windows have no state directory.
            state: xdg("XDG_STATE_HOME")
                .or_else(|| or_home(|d| d.state_dir().unwrap_or_else(|| d.data_local_dir()).to_owned())),
        }
    }

    /// The settings, when no other file was named.
    pub fn config_file(&self) -> Option<PathBuf> {
        self.config.as_ref().map(|d| d.join("config.toml"))
    }

    /// The operator's own keys.
    pub fn keymap_file(&self) -> Option<PathBuf> {
        self.config.as_ref().map(|d| d.join("keymap.toml"))
    }

    /// The operator's own table of what changes can cause.
    pub fn signals_file(&self) -> Option<PathBuf> {
        self.config.as_ref().map(|d| d.join("signals.toml"))
    }

    /// The folder of the operator's own runbooks.
    pub fn runbooks(&self) -> Option<PathBuf> {
        self.config.as_ref().map(|d| d.join("runbooks"))
    }

    /// CloudTrail events that have been read.
    pub fn trail_dir(&self) -> Option<PathBuf> {
        self.cache.as_ref().map(|d| d.join("trail"))
    }

    /// The log.
    pub fn log_file(&self) -> Option<PathBuf> {
        self.state.as_ref().map(|d| d.join("toban.log"))
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn find(vars: &[(&str, &str)], data: Option<&str>) -> Paths {
        let env = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v));
        Paths::find(&env, data.map(PathBuf::from))
    }

    #[test]
    fn the_nearest_wish_wins() {
        let xdg = [
            ("XDG_CONFIG_HOME", "/x/config"),
            ("XDG_DATA_HOME", "/x/data"),
            ("XDG_CACHE_HOME", "/x/cache"),
            ("XDG_STATE_HOME", "/x/state"),
        ];
        let paths = find(&xdg, None);
        assert_eq!(paths.config_file().as_deref(), Some(Path::new("/x/config/toban/config.toml")));
        assert_eq!(paths.data.as_deref(), Some(Path::new("/x/data/toban")));
        assert_eq!(paths.cache.as_deref(), Some(Path::new("/x/cache/toban")));
        assert_eq!(paths.trail_dir().as_deref(), Some(Path::new("/x/cache/toban/trail")));
        assert_eq!(paths.log_file().as_deref(), Some(Path::new("/x/state/toban/toban.log")));

        let own = [xdg.as_slice(), &[("TOBAN_CONFIG_DIR", "here"), ("TOBAN_DATA_DIR", "/own")]].concat();
        let paths = find(&own, None);
        assert_eq!(paths.keymap_file().as_deref(), Some(Path::new("here/keymap.toml")));
        assert_eq!(paths.runbooks().as_deref(), Some(Path::new("here/runbooks")));
        assert_eq!(paths.data.as_deref(), Some(Path::new("/own")));
        assert_eq!(find(&own, Some("/flag")).data.as_deref(), Some(Path::new("/flag")));
    }

    #[test]
    fn empty_and_relative_variables_count_for_nothing() {
        let plain = find(&[], None);
        assert_eq!(find(&[("XDG_CONFIG_HOME", "relative"), ("TOBAN_CONFIG_DIR", "")], None), plain);
    }
}
