//! The options that every command takes, where they come from, and how they go over the settings.

use std::{ffi::OsString, path::PathBuf};

use clap::{
    Args, CommandFactory, Parser,
    error::{ContextKind, ContextValue, ErrorKind},
};
use jiff::Timestamp;

use super::{Cli, Command, parse};
use crate::{
    config::{Color, Keys, LogLevel, Origin, load::Loaded},
    panes::PaneId,
    paths::Paths,
    text::Lang,
};

/// Options of every command.
#[derive(Debug, Clone, PartialEq, Default, Args)]
#[command(next_help_heading = "Options before or after the command")]
pub struct Options {
    /// AWS profile; repeatable
    #[arg(long, global = true, value_name = "NAME", value_delimiter = ',')]
    pub profile: Vec<String>,
    /// Region; repeatable; `all` for every enabled one
    #[arg(long, global = true, value_name = "NAME", value_delimiter = ',')]
    pub region: Vec<String>,
    /// Ask this endpoint instead of AWS
    #[arg(long, global = true, value_name = "URL", value_parser = parse::url)]
    pub endpoint_url: Option<String>,
    /// Use the embedded practice account instead of AWS
    #[arg(long, global = true, value_name = "SCENARIO")]
    pub drill: Option<String>,
    /// Seed of the practice account, for the same account again
    #[arg(long, global = true, value_name = "N")]
    pub seed: Option<u64>,
    /// Hold the clock at this time (RFC 3339), for tests and screenshots
    #[arg(long, global = true, value_name = "TIME", value_parser = parse::time)]
    pub now: Option<Timestamp>,
    /// Settings from this file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Keys from this file, or a preset: default, vim, emacs
    #[arg(long, global = true, value_name = "FILE|PRESET")]
    pub keymap: Option<String>,
    /// Keep records here
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Allow actions that change something in AWS, each after a confirmation
    #[arg(long, global = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true, value_name = "BOOL")]
    pub allow_actions: Option<bool>,
    /// Whether to use colours
    #[arg(long, global = true, value_name = "WHEN", value_enum)]
    pub color: Option<Color>,
    /// ASCII signs only
    #[arg(long, global = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true, value_name = "BOOL")]
    pub ascii: Option<bool>,
    /// Language of toban's own words
    #[arg(long, global = true, value_name = "LANG", value_enum)]
    pub lang: Option<Lang>,
    /// Times in UTC
    #[arg(long, global = true, num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true, value_name = "BOOL")]
    pub utc: Option<bool>,
    /// How much goes into the log
    #[arg(long, global = true, value_name = "LEVEL", value_enum)]
    pub log_level: Option<LogLevel>,
}

/// What one start of the program asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Invocation {
    /// What to do; the console when it is missing.
    pub command: Option<Command>,
    /// Log files to read events from instead of asking AWS, for the console and for `list`.
    pub trail: Vec<PathBuf>,
    /// From the command line.
    pub flags: Options,
    /// From the environment.
    pub env: Options,
}

/// A parser for the options alone, for what the environment holds.
#[derive(Parser)]
struct Alone {
    #[command(flatten)]
    options: Options,
}

impl Invocation {
    /// Reads the command line and the environment. The error prints itself and knows its exit status (2; 0 for
    /// `--help` and `--version`).
    pub fn read(
        args: impl IntoIterator<Item = impl Into<OsString> + Clone>,
        env: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Self, clap::Error> {
        let cli = Cli::try_parse_from(args)?;
        let mut trail = cli.trail;
        match &cli.command {
            Some(Command::List(list)) => trail.extend(list.trail.iter().cloned()),
            Some(_) if !trail.is_empty() => {
                let message = "--trail before a command is for the console and for `toban list events`; \
                               `toban triage` takes its own, after the command";
                return Err(Cli::command().error(ErrorKind::ArgumentConflict, message));
            }
            _ => {}
        }
        if let Some(Command::List(list)) = &cli.command
            && !trail.is_empty()
            && !list.pane.spec().sources().any(|pane| pane == PaneId::Events)
        {
            let message = "--trail is for the panes that show events: events, board";
            return Err(Cli::command().error(ErrorKind::ArgumentConflict, message));
        }
        Ok(Self { command: cli.command, trail, flags: cli.options, env: from_env(env)? })
    }

    /// Both together; the command line goes before the environment.
    pub fn options(&self) -> Options {
        let (a, b) = (self.flags.clone(), self.env.clone());
        Options {
            profile: if a.profile.is_empty() { b.profile } else { a.profile },
            region: if a.region.is_empty() { b.region } else { a.region },
            endpoint_url: a.endpoint_url.or(b.endpoint_url),
            drill: a.drill.or(b.drill),
            seed: a.seed.or(b.seed),
            now: a.now.or(b.now),
            config: a.config.or(b.config),
            keymap: a.keymap.or(b.keymap),
            data_dir: a.data_dir.or(b.data_dir),
            allow_actions: a.allow_actions.or(b.allow_actions),
            color: a.color.or(b.color),
            ascii: a.ascii.or(b.ascii),
            lang: a.lang.or(b.lang),
            utc: a.utc.or(b.utc),
            log_level: a.log_level.or(b.log_level),
        }
    }

    /// The settings that hold: the file that is asked for or usual, then the environment, then the command line.
    pub fn load(&self, paths: &Paths) -> Loaded {
        let options = self.options();
        let mut loaded = Loaded::read(options.config.as_deref(), paths.config_file().as_deref());
        for (origin, options) in [(Origin::Env, &self.env), (Origin::Flag, &self.flags)] {
            options.apply(origin, &mut loaded);
        }
        loaded
    }
}

impl Options {
    /// Puts what is set over the settings. What has no setting (`--drill`, `--now`, `--allow-actions` …) is left to who
    /// asks for it.
    fn apply(&self, origin: Origin, loaded: &mut Loaded) {
        let o = self.clone();
        if !o.profile.is_empty() {
            loaded.put("profiles", origin, |c| c.profiles = o.profile);
        }
        if !o.region.is_empty() {
            loaded.put("regions", origin, |c| c.regions = o.region);
        }
        if let Some(v) = o.endpoint_url {
            loaded.put("endpoint_url", origin, |c| c.endpoint_url = Some(v));
        }
        if let Some(v) = o.keymap {
            loaded.put("keymap.preset", origin, |c| c.keymap = Keys::from_option(&v));
            loaded.put("keymap.file", origin, |_| {});
        }
        if let Some(v) = o.data_dir {
            loaded.put("data_dir", origin, |c| c.data_dir = Some(v));
        }
        if let Some(v) = o.color {
            loaded.put("color", origin, |c| c.color = v);
        }
        if let Some(v) = o.ascii {
            loaded.put("ascii", origin, |c| c.ascii = v);
        }
        if let Some(v) = o.lang {
            loaded.put("lang", origin, |c| c.lang = Some(v));
        }
        if let Some(v) = o.utc {
            loaded.put("utc", origin, |c| c.utc = v);
        }
        if let Some(v) = o.log_level {
            loaded.put("log_level", origin, |c| c.log_level = v);
        }
    }
}

/// The variable of an option: `--log-level` is `TOBAN_LOG_LEVEL`.
fn variable(long: &str) -> String {
    format!("TOBAN_{}", long.to_ascii_uppercase().replace('-', "_"))
}

/// Reads each variable as if its option had been typed. An empty one counts as not set.
fn from_env(env: &dyn Fn(&str) -> Option<OsString>) -> Result<Options, clap::Error> {
    let command = Alone::command();
    let mut args = vec![OsString::from("toban")];
    for long in command.get_arguments().filter_map(clap::Arg::get_long) {
        let name = variable(long);
        let Some(value) = env(&name).filter(|v| !v.is_empty()) else { continue };
        let value = match (long, value.to_str()) {
            ("utc" | "ascii" | "allow-actions", Some("1" | "yes" | "on")) => "true".into(),
            ("utc" | "ascii" | "allow-actions", Some("0" | "no" | "off")) => "false".into(),
            _ => value,
        };
        let mut arg = OsString::from(format!("--{long}="));
        arg.push(value);
        // One at a time first, so that a mistake names its variable.
        if let Err(mut error) = Alone::try_parse_from([OsString::from("toban"), arg.clone()]) {
            if error.kind() == ErrorKind::InvalidUtf8 {
                return Err(clap::Error::raw(ErrorKind::InvalidUtf8, format!("{name} is not valid UTF-8\n")));
            }
            error.insert(ContextKind::InvalidArg, ContextValue::String(name));
            return Err(error);
        }
        args.push(arg);
    }
    Alone::try_parse_from(args).map(|alone| alone.options)
}
