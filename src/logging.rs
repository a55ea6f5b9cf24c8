//! The log: a file in the state directory, never the screen and never standard output.
//!
//! It is opened when the first line is written, so that a run without anything to say leaves no file. Only our own
//! lines follow `--log-level`; the libraries' are kept to warnings, because what the SDK logs in detail may hold tokens
//! and signed URLs.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use tracing_subscriber::{EnvFilter, fmt::MakeWriter};

use crate::config::LogLevel;

/// Above this size the file is renamed to `.old` (replacing the one before) when a run begins to log.
const LARGEST: u64 = 5 * 1024 * 1024;

/// Starts logging into a file; does nothing when the level is `off`, when there is no place for a file, or when logging
/// has been started already. Returns the file's path when lines will be written.
pub fn init(level: LogLevel, file: Option<PathBuf>) -> Option<PathBuf> {
    let path = file.filter(|_| level != LogLevel::Off)?;
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::new(directives(level)))
        .with_ansi(false)
        .with_writer(Log::new(path.clone()))
        .try_init()
        .ok()
        .map(|()| path)
}

fn directives(level: LogLevel) -> String {
    let others = if level == LogLevel::Error { "error" } else { "warn" };
    format!("{others},toban={}", level.name())
}

/// A file that is opened at the first line.
#[derive(Debug, Clone)]
struct Log(Arc<Mutex<State>>);

#[derive(Debug)]
enum State {
    Waiting(PathBuf),
    Open(File),
    /// It cannot be opened. There is nowhere to say so without disturbing the screen; `toban config path` names it.
    Failed,
}

impl Log {
    fn new(path: PathBuf) -> Self {
        Self(Arc::new(Mutex::new(State::Waiting(path))))
    }
}

impl Write for Log {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Waiting(path) = &*state {
            *state = open(path).map_or(State::Failed, State::Open);
        }
        match &mut *state {
            State::Open(file) => file.write(line),
            _ => Ok(line.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn open(path: &Path) -> io::Result<File> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    if fs::metadata(path).is_ok_and(|m| m.len() > LARGEST) {
        fs::rename(path, path.with_extension("log.old"))?;
    }
    let mut options = OpenOptions::new();
    options.create(true).append(true);
    // Account ids and resource names are nobody else's business.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_appears_with_the_first_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("state/toban.log");
        let mut log = Log::new(path.clone());
        assert!(!path.exists());
        log.write_all(b"one\n").unwrap();
        log.make_writer().write_all(b"two\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn a_large_file_makes_room() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("toban.log");
        File::create(&path).unwrap().set_len(LARGEST + 1).unwrap();
        Log::new(path.clone()).write_all(b"new\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new\n");
        assert_eq!(fs::metadata(dir.path().join("toban.log.old")).unwrap().len(), LARGEST + 1);
    }

    #[test]
    fn a_place_that_cannot_be_written_disturbs_nobody() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("file"), "").unwrap();
        let mut log = Log::new(dir.path().join("file/toban.log"));
        assert_eq!(log.write(b"line").unwrap(), 4);
    }

    #[test]
    fn levels() {
        assert_eq!(init(LogLevel::Off, Some("/nowhere/toban.log".into())), None);
        assert_eq!(init(LogLevel::Debug, None), None);
        assert_eq!(directives(LogLevel::Debug), "warn,toban=debug");
        assert_eq!(directives(LogLevel::Error), "error,toban=error");
    }
}
