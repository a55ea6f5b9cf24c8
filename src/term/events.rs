//! What the person at the terminal does: keys, pastes, resizes, focus.
//!
//! The keys are read on a thread of their own. crossterm's reader can block in the middle of a sequence (alt-[ and
//! nothing after it) and spins when the terminal hangs up; neither may happen to the console's loop. Resizes are taken
//! from the system, past that reader, for the same reason. Dropping [`Events`] stops the reading, so that a child
//! program gets its keys.

use std::{io, thread, time::Duration};

use futures::StreamExt;
use ratatui::crossterm::{
    event::{Event, EventStream, KeyEvent, KeyEventKind},
    terminal,
};
use tokio::{
    runtime::Handle,
    signal::unix::{Signal, SignalKind, signal},
    sync::mpsc,
    time::timeout,
};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Keys waiting for the loop. It takes them at once; a paste without brackets may come in bursts.
const QUEUE: usize = 256;

/// How long [`Events::stop`] waits for the reading thread, which may be blocked inside a sequence.
const STOP_WITHIN: Duration = Duration::from_millis(100);

/// One thing that happened at the terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TermEvent {
    /// A key was pressed, or repeats. Releases are not reported.
    Key(KeyEvent),
    /// Text was pasted, as one piece. It may hold any character, control characters too.
    Paste(String),
    /// The terminal now has this many columns and rows.
    Resize(u16, u16),
    /// The window got (`true`) or lost the focus.
    Focus(bool),
}

impl TermEvent {
    /// What the loop wants to know of an event of the reader, if anything. The mouse is not captured, and resizes come
    /// by another way.
    fn from_crossterm(event: Event) -> Option<Self> {
        match event {
            Event::Key(key) if key.kind == KeyEventKind::Release => None,
            Event::Key(key) => Some(Self::Key(key)),
            Event::Paste(text) => Some(Self::Paste(text)),
            Event::FocusGained => Some(Self::Focus(true)),
            Event::FocusLost => Some(Self::Focus(false)),
            Event::Resize(..) | Event::Mouse(_) => None,
        }
    }
}

/// The terminal's events, read until this is dropped.
#[derive(Debug)]
pub struct Events {
    queue: mpsc::Receiver<io::Result<TermEvent>>,
    resizes: Signal,
    reading: DropGuard,
}

impl Events {
    /// Starts reading. To be called in a tokio runtime.
    pub fn start() -> io::Result<Self> {
        let (sender, queue) = mpsc::channel(QUEUE);
        let resizes = signal(SignalKind::window_change())?;
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let runtime = Handle::try_current().map_err(io::Error::other)?;
        thread::Builder::new()
            .name("input".to_owned())
            .spawn(move || runtime.block_on(read(&sender, &stopped)))?;
        Ok(Self { queue, resizes, reading: stop.drop_guard() })
    }

    /// The next event. `None` or an error: the terminal is gone. Safe to cancel.
    pub async fn next(&mut self) -> Option<io::Result<TermEvent>> {
        tokio::select! {
            biased;
            event = self.queue.recv() => event,
            Some(()) = self.resizes.recv() => {
                Some(terminal::size().map(|(columns, rows)| TermEvent::Resize(columns, rows)))
            }
        }
    }

    /// Stops reading, and returns when no byte is taken from standard input any more.
    pub async fn stop(self) {
        let Self { mut queue, reading, .. } = self;
        drop(reading);
        let _ = timeout(STOP_WITHIN, async { while queue.recv().await.is_some() {} }).await;
    }
}

async fn read(sender: &mpsc::Sender<io::Result<TermEvent>>, stop: &CancellationToken) {
    let mut stream = EventStream::new();
    loop {
        let event = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            event = stream.next() => event,
        };
        let message = match event {
            None => return,
            Some(Err(error)) => Err(error),
            Some(Ok(event)) => match TermEvent::from_crossterm(event) {
                None => continue,
                Some(event) => Ok(event),
            },
        };
        let over = message.is_err();
        tokio::select! {
            biased;
            () = stop.cancelled() => return,
            sent = sender.send(message) => if over || sent.is_err() { return },
        }
    }
}

#[cfg(test)]
mod tests {
    use ratatui::crossterm::event::{KeyCode, KeyModifiers, MouseEvent, MouseEventKind};

    use super::*;

    #[test]
    fn presses_and_repeats_are_keys_and_releases_are_not() {
        let key = |kind| KeyEvent::new_with_kind(KeyCode::Char('j'), KeyModifiers::NONE, kind);
        for (kind, wanted) in
            [(KeyEventKind::Press, true), (KeyEventKind::Repeat, true), (KeyEventKind::Release, false)]
        {
            let got = TermEvent::from_crossterm(Event::Key(key(kind)));
            assert_eq!(got, wanted.then(|| TermEvent::Key(key(kind))), "{kind:?}");
        }
    }

    #[test]
    fn the_rest_is_passed_on_but_the_mouse_and_what_comes_by_signal() {
        let mouse =
            MouseEvent { kind: MouseEventKind::Moved, column: 1, row: 1, modifiers: KeyModifiers::NONE };
        for (event, wanted) in [
            (Event::Paste("a\nb".to_owned()), Some(TermEvent::Paste("a\nb".to_owned()))),
            (Event::Resize(80, 24), None),
            (Event::FocusGained, Some(TermEvent::Focus(true))),
            (Event::FocusLost, Some(TermEvent::Focus(false))),
            (Event::Mouse(mouse), None),
        ] {
            assert_eq!(TermEvent::from_crossterm(event), wanted);
        }
    }
}
