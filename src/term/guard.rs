//! Taking the terminal and giving it back, whatever happens in between.
//!
//! Whether we have it is one flag, so that restoring is idempotent and can be done from anywhere: the end of `main`, a
//! drop, a signal's last resort, a panicking worker. Nothing here may wait for an answer of the terminal.

use std::{
    env,
    io::{self, IsTerminal, Write},
    panic, process,
    sync::atomic::{AtomicBool, Ordering},
};

use ratatui::crossterm::{
    QueueableCommand,
    cursor::{Hide, MoveTo, Show},
    event::{DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange},
    style::{ResetColor, force_color_output},
    terminal::{
        Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen,
        disable_raw_mode, enable_raw_mode, size,
    },
};

use super::TermError;

/// Exit status of a Rust program that panicked.
const PANICKED: i32 = 101;

/// Whether the terminal is ours: in raw mode, on the alternate screen.
static ENTERED: AtomicBool = AtomicBool::new(false);

/// Whether a console can be shown here at all.
pub fn check() -> Result<(), TermError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(TermError::NoTerminal);
    }
    if env::var_os("TERM").is_some_and(|term| term == "dumb") {
        return Err(TermError::Dumb);
    }
    Ok(())
}

/// Cells across; 80 where it does not say.
pub fn columns() -> usize {
    size().map_or(80, |(columns, _)| usize::from(columns))
}

/// Takes the terminal. Does nothing when it is ours already.
pub fn enter() -> io::Result<()> {
    // crossterm would leave out colours under NO_COLOR, but write the reset that ends them, which ends bold and reverse
    // too. Colour is the theme's decision.
    force_color_output(true);
    // Raw mode first: in the background this is the call that stops us until we are in the foreground again, and no
    // escape sequence may reach a terminal that somebody else is using.
    enable_raw_mode()?;
    ENTERED.store(true, Ordering::SeqCst);
    let entered = send(write_enter);
    if entered.is_err() {
        restore();
    }
    entered
}

/// Gives the terminal back as it was found. Does nothing when it is not ours. Failures are nobody's to handle: a
/// terminal that refuses is gone.
pub fn restore() {
    if ENTERED.swap(false, Ordering::SeqCst) {
        let _ = send(write_leave);
        let _ = disable_raw_mode();
    }
}

/// Has every panic, of any thread, give the terminal back before it is reported, and end the program with status 101
/// after that: with a dead worker the console would go on showing what is no longer true.
///
/// Install color-eyre first; its report is kept and printed by this.
pub fn install_panic_hook() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        // Held until the end, so that no other thread can draw over the report.
        let _screen = io::stdout().lock();
        restore();
        report(info);
        process::exit(PANICKED);
    }));
}

fn send(sequence: impl FnOnce(&mut Vec<u8>) -> io::Result<()>) -> io::Result<()> {
    let mut bytes = Vec::with_capacity(128);
    sequence(&mut bytes)?;
    let mut out = io::stdout().lock();
    out.write_all(&bytes)?;
    out.flush()
}

fn write_enter(out: &mut Vec<u8>) -> io::Result<()> {
    out.queue(EnterAlternateScreen)?
        .queue(Clear(ClearType::All))?
        .queue(MoveTo(0, 0))?
        .queue(EnableBracketedPaste)?
        .queue(EnableFocusChange)?
        .queue(Hide)?;
    Ok(())
}

fn write_leave(out: &mut Vec<u8>) -> io::Result<()> {
    // A frame that was cut short would keep the terminal frozen, and its colours would stay on.
    out.queue(EndSynchronizedUpdate)?
        .queue(ResetColor)?
        .queue(DisableFocusChange)?
        .queue(DisableBracketedPaste)?
        .queue(LeaveAlternateScreen)?
        .queue(Show)?;
    Ok(())
}

/// Where frames go: collected, and sent in one write. What is drawn while the terminal is not ours is dropped, so that
/// neither a late frame nor ratatui's own last words reach the shell's screen.
#[derive(Debug, Default)]
pub struct Out {
    frame: Vec<u8>,
}

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.frame.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut out = io::stdout().lock();
        let sent = if ENTERED.load(Ordering::SeqCst) {
            out.write_all(&self.frame).and_then(|()| out.flush())
        } else {
            Ok(())
        };
        self.frame.clear();
        sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(sequence: fn(&mut Vec<u8>) -> io::Result<()>) -> Vec<u8> {
        let mut out = Vec::new();
        sequence(&mut out).unwrap();
        out
    }

    #[test]
    fn leaving_undoes_entering() {
        let mut parser = vt100::Parser::default();
        parser.process(b"$ toban\r\n");
        let before = parser.screen().state_formatted();
        parser.process(&bytes(write_enter));
        let screen = parser.screen();
        assert!(screen.alternate_screen() && screen.hide_cursor() && screen.bracketed_paste());
        assert_eq!(screen.contents().trim(), "");
        parser.process(b"\x1b[?2026h\x1b[31;1mhalf a frame");
        parser.process(&bytes(write_leave));
        let screen = parser.screen();
        assert!(!screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste());
        assert_eq!(screen.state_formatted(), before);
    }

    #[test]
    fn a_cut_frame_and_focus_reports_end_on_leaving() {
        let left = String::from_utf8(bytes(write_leave)).unwrap();
        for end in ["\x1b[?2026l", "\x1b[?1004l", "\x1b[?2004l", "\x1b[?1049l", "\x1b[?25h"] {
            assert!(left.contains(end), "{end:?} is missing in {left:?}");
        }
    }

    #[test]
    fn nothing_is_drawn_while_the_terminal_is_not_ours() {
        let mut out = Out::default();
        out.write_all(b"a late frame").unwrap();
        out.flush().unwrap();
        assert!(out.frame.is_empty());
    }
}
