//! Runs a program in a pseudo-terminal and watches its screen, as a person would.
//!
//! Keys are written as people write them down (`"j j enter"`); every wait is for a condition, checked whenever output
//! arrives, with a deadline; a failure shows the screen. The program gets an environment of its own: a fresh home, no
//! AWS settings of this machine, and no instance metadata service to wait for.
#![allow(dead_code, reason = "every test target uses a part of it")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test's helper: failing is its job"
)]

use std::{
    env, fs,
    io::{Read, Write},
    num::NonZeroU16,
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use portable_pty::{CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

use self::terminal::{Terminal, key_bytes};
use crate::screen::Screen;

#[path = "terminal.rs"]
mod terminal;

/// How long a wait may take. Long, because a loaded machine is slow, and only a failing test waits for it.
const DEADLINE: Duration = Duration::from_secs(30);

/// What to run, and in which terminal.
pub(crate) struct Launch {
    program: PathBuf,
    args: Vec<String>,
    env: Vec<(String, String)>,
    size: (u16, u16),
    home: TempDir,
}

impl Launch {
    /// The console itself.
    pub(crate) fn toban(args: &[&str]) -> Self {
        Self::program(env!("CARGO_BIN_EXE_toban"), args)
    }

    /// Another program, by path or by a name in `PATH`.
    pub(crate) fn program(program: impl AsRef<Path>, args: &[&str]) -> Self {
        let home = tempfile::tempdir().expect("a temporary home");
        let path = |name: &str| home.path().join(name).display().to_string();
        let env = [
            ("AWS_EC2_METADATA_DISABLED", "true".to_owned()),
            ("HOME", path("")),
            ("LANG", "C.UTF-8".to_owned()),
            ("PATH", env::var("PATH").unwrap_or_default()),
            ("TERM", "xterm-256color".to_owned()),
            ("TZ", "UTC".to_owned()),
            ("XDG_CACHE_HOME", path("cache")),
            ("XDG_CONFIG_HOME", path("config")),
            ("XDG_DATA_HOME", path("data")),
            ("XDG_STATE_HOME", path("state")),
        ];
        Self {
            program: program.as_ref().to_owned(),
            args: args.iter().map(|&arg| arg.to_owned()).collect(),
            env: env.map(|(name, value)| (name.to_owned(), value)).into(),
            size: (80, 24),
            home,
        }
    }

    /// Columns and rows; 80×24 when not said.
    pub(crate) fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.retain(|(known, _)| known != name);
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Writes a file into the home before the start, such as `config/toban/config.toml`.
    pub(crate) fn file(self, path: &str, contents: &str) -> Self {
        let path = self.home.path().join(path);
        fs::create_dir_all(path.parent().expect("a file in a folder")).expect("a folder in the home");
        fs::write(path, contents).expect("a file in the home");
        self
    }

    /// The home that the program will find.
    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    /// The same program, arguments and environment without a terminal: both ends are pipes.
    pub(crate) fn piped(&self) -> std::process::Output {
        std::process::Command::new(&self.program)
            .args(&self.args)
            .env_clear()
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .current_dir(self.home.path())
            .stdin(std::process::Stdio::null())
            .output()
            .expect("the program runs")
    }

    pub(crate) fn start(self) -> Session {
        let (columns, rows) = self.size;
        let pty = native_pty_system()
            .openpty(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 })
            .expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(&self.program);
        command.env_clear();
        command.args(&self.args);
        command.cwd(self.home.path());
        for (name, value) in &self.env {
            command.env(name, value);
        }
        let mut child = pty.slave.spawn_command(command).expect("the program starts");
        drop(pty.slave);
        let pid =
            child.process_id().and_then(|pid| Pid::from_raw(i32::try_from(pid).ok()?)).expect("a process id");
        let mut reader = pty.master.try_clone_reader().expect("the terminal's output");
        let (sender, output) = mpsc::channel();
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if sender.send(bytes[..count].to_vec()).is_err() {
                    return;
                }
            }
        });
        let (sender, status) = mpsc::channel();
        thread::spawn(move || child.wait().map(|status| sender.send(status)));
        Session {
            emulator: emulator(self.size),
            writer: Some(pty.master.take_writer().expect("the terminal's input")),
            master: Some(pty.master),
            output,
            status,
            exited: None,
            raw: Vec::new(),
            pid,
            started: Instant::now(),
            _home: self.home,
        }
    }
}

fn emulator((columns, rows): (u16, u16)) -> vt100::Parser<Terminal> {
    let cells = |n| NonZeroU16::new(n).expect("a terminal of at least one cell");
    vt100::Parser::new_with_callbacks(cells(rows), cells(columns), 0, Terminal::default())
}

/// A running program and its screen. Dropping it kills the program.
pub(crate) struct Session {
    emulator: vt100::Parser<Terminal>,
    writer: Option<Box<dyn Write + Send>>,
    master: Option<Box<dyn MasterPty + Send>>,
    output: Receiver<Vec<u8>>,
    status: Receiver<ExitStatus>,
    exited: Option<ExitStatus>,
    raw: Vec<u8>,
    pid: Pid,
    started: Instant,
    _home: TempDir,
}

impl Session {
    /// Presses keys: names (`enter esc tab backtab space up … pgdn home end f1 ctrl-x alt-x`), single characters, and
    /// `text:abc` for several at once. `esc` must come last: a terminal cannot tell `esc j` from alt-j, so wait for what
    /// it does before pressing more.
    pub(crate) fn keys(&mut self, keys: &str) -> &mut Self {
        let keys: Vec<&str> = keys.split_whitespace().collect();
        let (last, rest) = keys.split_last().expect("at least one key");
        assert!(!rest.contains(&"esc"), "esc must be the last of the keys written at once: {keys:?}");
        for key in rest.iter().chain([last]) {
            let bytes = key_bytes(key).unwrap_or_else(|| panic!("no key is called {key:?}"));
            self.send(&bytes);
        }
        self
    }

    /// Types text as it is, blanks too.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        self.send(text.as_bytes());
        self
    }

    /// Pastes text, in brackets when the program asked for them.
    pub(crate) fn paste(&mut self, text: &str) -> &mut Self {
        if self.emulator.screen().bracketed_paste() {
            self.send(format!("\x1b[200~{text}\x1b[201~").as_bytes());
        } else {
            self.send(text.as_bytes());
        }
        self
    }

    /// The window gets or loses the focus, for a program that wants to know.
    pub(crate) fn focus(&mut self, focus: bool) -> &mut Self {
        if self.terminal().focus_reports {
            self.send(if focus { b"\x1b[I" } else { b"\x1b[O" });
        }
        self
    }

    /// Bytes as the terminal would send them.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        let writer = self.writer.as_mut().expect("the terminal is there");
        let sent = writer.write_all(bytes).and_then(|()| writer.flush());
        if let Err(error) = sent {
            self.fail(&format!("could not write {bytes:?}: {error}"));
        }
    }

    /// Waits until a text is on the screen.
    pub(crate) fn wait_text(&mut self, text: &str) -> Screen {
        self.wait(&format!("{text:?} on the screen"), |screen| screen.contains(text))
    }

    /// Waits until a text is not on the screen.
    pub(crate) fn wait_gone(&mut self, text: &str) -> Screen {
        self.wait(&format!("{text:?} gone from the screen"), |screen| !screen.contains(text))
    }

    /// Waits until the screen, between two frames, is as wanted.
    pub(crate) fn wait(&mut self, what: &str, mut wanted: impl FnMut(&Screen) -> bool) -> Screen {
        self.wait_terminal(what, |screen, _| wanted(screen))
    }

    /// Waits until the screen and what else the terminal was told are as wanted.
    pub(crate) fn wait_terminal(
        &mut self,
        what: &str,
        mut wanted: impl FnMut(&Screen, &Terminal) -> bool,
    ) -> Screen {
        let deadline = Instant::now() + DEADLINE;
        loop {
            self.take_arrived();
            if !self.terminal().in_frame {
                let screen = self.screen();
                if wanted(&screen, self.terminal()) {
                    return screen;
                }
            }
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.process(&bytes),
                Err(RecvTimeoutError::Timeout) => self.fail(&format!("waited {DEADLINE:?} for {what}")),
                Err(RecvTimeoutError::Disconnected) => self.fail(&format!("the program ended before {what}")),
            }
        }
    }

    /// Waits until nothing has been drawn for a while, and a frame is complete.
    pub(crate) fn settle(&mut self, quiet: Duration) -> Screen {
        self.settle_until(quiet, |_| false)
    }

    /// Waits until the screen is as wanted, or else until nothing has been drawn for a while, and gives what it is then.
    pub(crate) fn settle_until(
        &mut self,
        quiet: Duration,
        mut wanted: impl FnMut(&Screen) -> bool,
    ) -> Screen {
        let deadline = Instant::now() + DEADLINE;
        loop {
            self.take_arrived();
            let screen = self.screen();
            if !self.terminal().in_frame && wanted(&screen) {
                return screen;
            }
            match self.output.recv_timeout(quiet) {
                Ok(bytes) => self.process(&bytes),
                Err(RecvTimeoutError::Timeout) if self.terminal().in_frame => {}
                Err(_) => return screen,
            }
            if Instant::now() > deadline {
                self.fail(&format!("the screen did not come to rest within {DEADLINE:?}"));
            }
        }
    }

    /// Waits for the end of the program, and takes in all that it still wrote.
    pub(crate) fn wait_exit(&mut self) -> ExitStatus {
        let deadline = Instant::now() + DEADLINE;
        while self.exited.is_none() {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.process(&bytes),
                Err(RecvTimeoutError::Timeout) => {
                    self.fail(&format!("waited {DEADLINE:?} for the program's end"))
                }
                Err(RecvTimeoutError::Disconnected) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    match self.status.recv_timeout(left) {
                        Ok(status) => self.exited = Some(status),
                        Err(_) => self.fail("the program closed its terminal and went on"),
                    }
                }
            }
        }
        self.exited.clone().expect("set above")
    }

    /// Waits for the end of the program without reading its terminal, which may be gone.
    pub(crate) fn wait_status(&mut self) -> ExitStatus {
        self.status.recv_timeout(DEADLINE).unwrap_or_else(|_| self.fail("the program did not end"))
    }

    /// Closes the terminal under the program, as a broken ssh connection does. The program must draw when it is resized:
    /// the reading thread holds the last handle, and lets go of it with the next output.
    pub(crate) fn hang_up(&mut self) {
        let (columns, rows) = self.screen().size();
        let (_, closed) = mpsc::channel();
        self.output = closed;
        self.resize(columns - 1, rows);
        self.writer = None;
        self.master = None;
    }

    pub(crate) fn resize(&mut self, columns: u16, rows: u16) -> &mut Self {
        let cells = |n| NonZeroU16::new(n).expect("at least one cell");
        self.take_arrived();
        self.emulator.set_size(cells(rows), cells(columns));
        let master = self.master.as_ref().expect("the terminal is there");
        master
            .resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 })
            .expect("the terminal takes the size");
        self
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&mut self, signal: Signal) -> &mut Self {
        self.signal_to(self.pid, signal)
    }

    pub(crate) fn signal_to(&mut self, pid: Pid, signal: Signal) -> &mut Self {
        kill_process(pid, signal).expect("the process is there");
        self
    }

    /// The screen as of the output taken in so far.
    pub(crate) fn screen(&self) -> Screen {
        Screen::of(self.emulator.screen())
    }

    /// Everything else the terminal was told.
    pub(crate) fn terminal(&self) -> &Terminal {
        self.emulator.callbacks()
    }

    /// Whether pastes would come in brackets, which only a program that has the terminal asks for.
    pub(crate) fn bracketed_paste(&self) -> bool {
        self.emulator.screen().bracketed_paste()
    }

    /// The program's process id.
    pub(crate) fn process_id(&self) -> u32 {
        self.pid.as_raw_nonzero().get().unsigned_abs()
    }

    /// Every byte that was written to the terminal.
    pub(crate) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Since the program was started.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Fails if the terminal is not as a shell wants it back.
    pub(crate) fn assert_restored(&self) {
        let screen = self.screen();
        let told = self.terminal();
        let wrong: Vec<&str> = [
            (screen.alternate, "the alternate screen is still on"),
            (screen.cursor.is_none(), "the cursor is still hidden"),
            (self.bracketed_paste(), "bracketed paste is still on"),
            (told.focus_reports, "focus reports are still on"),
            (told.in_frame, "a synchronized update is still open"),
            (told.titles.last().is_some_and(|title| !title.is_empty()), "the title is still set"),
        ]
        .into_iter()
        .filter_map(|(wrong, what)| wrong.then_some(what))
        .collect();
        assert!(wrong.is_empty(), "{}\n{screen}", wrong.join("; "));
    }

    fn take_arrived(&mut self) {
        while let Ok(bytes) = self.output.try_recv() {
            self.process(&bytes);
        }
    }

    fn process(&mut self, bytes: &[u8]) {
        self.raw.extend_from_slice(bytes);
        self.emulator.process(bytes);
        let answers = std::mem::take(&mut self.emulator.callbacks_mut().answers);
        if let (Some(writer), false) = (&mut self.writer, answers.is_empty()) {
            // A program that asked and ended before the answer is no failure of the terminal.
            let _ = writer.write_all(&answers).and_then(|()| writer.flush());
        }
    }

    #[track_caller]
    fn fail(&self, what: &str) -> ! {
        panic!("{what}, after {:?}\n{}", self.elapsed(), self.screen());
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if self.exited.is_none() && self.status.try_recv().is_err() {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}
