//! The terminal: entering and leaving it, drawing on it, and what comes out of it.
//!
//! [`Terminal`] owns the screen from [`Terminal::enter`] to its drop; [`events`] and [`signals`] are what a person and
//! the system send; [`frames`] says when to draw; [`osc`] is clipboard, title and bell. Nothing here may know the
//! model, `update`, the runtime or AWS: the terminal is told what to show.
//!
//! Unix only: suspend, hang-up and process groups are its words.

pub mod events;
pub mod frames;
pub mod guard;
pub mod osc;
pub mod signals;

use std::io::{self, Write};

use ratatui::{
    Frame,
    backend::CrosstermBackend,
    crossterm::{
        QueueableCommand,
        terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate},
    },
    layout::{Rect, Size},
};
use rustix::process::{Signal, kill_current_process_group};

use crate::text::Catalogue;

/// Why the console cannot be opened here.
#[derive(Debug, thiserror::Error)]
pub enum TermError {
    /// Standard input or output is a pipe or a file.
    #[error("not a terminal")]
    NoTerminal,
    /// `TERM=dumb`: a terminal that cannot move its cursor.
    #[error("TERM=dumb")]
    Dumb,
    /// The terminal refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl TermError {
    /// One sentence with the next step, for standard error.
    pub fn sentence(&self, words: &Catalogue) -> String {
        match self {
            Self::NoTerminal => words.get("terminal.none").to_owned(),
            Self::Dumb => words.get("terminal.dumb").to_owned(),
            Self::Io(error) => words.fill("terminal.failed", &[("error", error)]),
        }
    }
}

/// The screen, ours until this is dropped.
#[derive(Debug)]
pub struct Terminal {
    screen: ratatui::Terminal<CrosstermBackend<guard::Out>>,
    titled: bool,
}

impl Terminal {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, focus reports, no cursor.
    pub fn enter() -> Result<Self, TermError> {
        guard::check()?;
        guard::enter()?;
        let made = ratatui::Terminal::new(CrosstermBackend::new(guard::Out::default()));
        let screen = made.inspect_err(|_| guard::restore())?;
        Ok(Self { screen, titled: false })
    }

    /// Draws one frame; only the cells that changed are sent, and the terminal shows them all at once (mode 2026).
    /// An error means that the terminal is gone; the console then ends as on a hang-up.
    pub fn draw(&mut self, view: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        self.screen.backend_mut().queue(BeginSynchronizedUpdate)?;
        let drawn = self.screen.draw(view).map(|_| ());
        self.screen.backend_mut().queue(EndSynchronizedUpdate)?;
        Write::flush(self.screen.backend_mut())?;
        drawn
    }

    /// Gives the terminal back as it was. Leaving twice is fine, and dropping leaves too.
    pub fn leave(&mut self) {
        if self.titled {
            let _ = osc::title(self.screen.backend_mut(), "");
            let _ = Write::flush(self.screen.backend_mut());
            self.titled = false;
        }
        guard::restore();
    }

    /// Takes the terminal (again) and has the next frame drawn in full: after a child program, after [`Self::suspend`],
    /// and when `SIGCONT` says that somebody else stopped us. An error means that the terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        guard::restore();
        guard::enter()?;
        self.redraw()
    }

    /// Ctrl-Z: gives the terminal back, stops the process group, and takes the terminal again when the shell lets us go
    /// on.
    ///
    /// The stop is an ordinary `SIGTSTP`, which the kernel ignores for a group that no shell could ever resume (a
    /// console that is its terminal's first program, as `tmux new-window toban`): there this only redraws. Call it on
    /// the main thread: the signal then takes effect before the call that sends it returns.
    pub fn suspend(&mut self) -> io::Result<()> {
        self.leave();
        let stopped = kill_current_process_group(Signal::TSTP);
        self.resume()?;
        Ok(stopped?)
    }

    /// Forgets what the screen shows, so that the next frame draws every cell.
    pub fn redraw(&mut self) -> io::Result<()> {
        // Not ratatui's `clear`: it asks the terminal where the cursor is and waits for the answer, which the event
        // thread would eat.
        let size = self.screen.size()?;
        self.screen.resize(Rect::from(size))
    }

    /// Columns and rows.
    pub fn size(&self) -> io::Result<Size> {
        self.screen.size()
    }

    /// Puts text on the clipboard of the person's own machine, through ssh and all (OSC 52).
    pub fn copy(&mut self, text: &str) -> Result<(), osc::CopyError> {
        osc::copy(self.screen.backend_mut(), text)?;
        Ok(Write::flush(self.screen.backend_mut())?)
    }

    /// Sets the window's title. It is emptied on leaving: what it was before cannot be asked for safely.
    pub fn title(&mut self, text: &str) -> io::Result<()> {
        self.titled = true;
        osc::title(self.screen.backend_mut(), text)?;
        Write::flush(self.screen.backend_mut())
    }

    /// Rings the bell.
    pub fn bell(&mut self) -> io::Result<()> {
        osc::bell(self.screen.backend_mut())?;
        Write::flush(self.screen.backend_mut())
    }

    /// Asks the terminal for a desktop notification (OSC 9). Terminals that know none ignore it.
    pub fn notify(&mut self, text: &str) -> io::Result<()> {
        osc::notify(self.screen.backend_mut(), text)?;
        Write::flush(self.screen.backend_mut())
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn a_refusal_names_the_list_command_in_every_language() {
        for lang in [Lang::En, Lang::Ja] {
            let words = Catalogue::load(lang);
            for error in [TermError::NoTerminal, TermError::Dumb] {
                let sentence = error.sentence(&words);
                assert!(sentence.contains("`toban list"), "{sentence}");
                assert!(!sentence.contains('\n'), "{sentence}");
            }
            assert!(TermError::Io(io::Error::other("EIO")).sentence(&words).contains("EIO"));
        }
    }
}
