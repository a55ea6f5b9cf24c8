//! What the system says to the process: end, or go on after a stop.
//!
//! SIGWINCH is not here: it is an event of the terminal, see [`super::events`]. SIGTSTP keeps its default, because a shell's ctrl-z never
//! reaches a terminal in raw mode and the console stops itself (see `Terminal::suspend`). SIGINT is taken and dropped:
//! ctrl-c is a key. The loop must end within [`GRACE`] of a [`Signal::Quit`]; a loop that cannot is ended here.

use std::{io, process, time::Duration};

use tokio::{
    signal::unix::{Signal as Source, SignalKind, signal},
    sync::mpsc,
    time::sleep,
};

use super::guard;

/// Exit status of a console that a signal ended (`contract.md`: interrupted).
pub const INTERRUPTED: i32 = 130;

/// How long the loop may take to save what it must and leave, before it is given up.
pub const GRACE: Duration = Duration::from_secs(2);

/// Signals waiting for the loop.
const QUEUE: usize = 8;

/// A signal, as the loop sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// End, please.
    Quit(Quit),
    /// The process was stopped and goes on: the screen is somebody else's until it is taken again.
    Resumed,
}

/// Who asks for the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quit {
    /// SIGTERM: a person or the system's shutdown.
    Term,
    /// SIGHUP: the terminal is gone; the ssh connection broke.
    Hup,
    /// SIGQUIT.
    Quit,
}

/// The signals of this process, from [`Signals::listen`] to its end.
#[derive(Debug)]
pub struct Signals {
    queue: mpsc::Receiver<Signal>,
}

impl Signals {
    /// Takes the signals over. To be called in a tokio runtime, once.
    pub fn listen() -> io::Result<Self> {
        let (sender, queue) = mpsc::channel(QUEUE);
        let sources = Sources {
            term: signal(SignalKind::terminate())?,
            hup: signal(SignalKind::hangup())?,
            quit: signal(SignalKind::quit())?,
            int: signal(SignalKind::interrupt())?,
            cont: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
        };
        tokio::spawn(sources.forward(sender));
        Ok(Self { queue })
    }

    /// The next signal. Safe to cancel.
    pub async fn next(&mut self) -> Signal {
        match self.queue.recv().await {
            Some(signal) => signal,
            // The forwarding task ends with the runtime only.
            None => std::future::pending().await,
        }
    }
}

/// Waits for the signal that ends a program without a console: SIGTERM, SIGHUP, SIGQUIT, or ctrl-c.
pub async fn until_told_to_end() {
    let ends = [SignalKind::terminate(), SignalKind::hangup(), SignalKind::quit(), SignalKind::interrupt()];
    let mut sources: Vec<Source> = ends.into_iter().filter_map(|kind| signal(kind).ok()).collect();
    let waits = sources.iter_mut().map(|source| Box::pin(source.recv()));
    let _ = futures::future::select_all(waits).await;
}

struct Sources {
    term: Source,
    hup: Source,
    quit: Source,
    int: Source,
    cont: Source,
}

impl Sources {
    async fn next(&mut self) -> Option<Signal> {
        tokio::select! {
            // A hang-up comes with SIGCONT, and nothing can be taken again after it.
            biased;
            _ = self.term.recv() => Some(Signal::Quit(Quit::Term)),
            _ = self.hup.recv() => Some(Signal::Quit(Quit::Hup)),
            _ = self.quit.recv() => Some(Signal::Quit(Quit::Quit)),
            _ = self.cont.recv() => Some(Signal::Resumed),
            _ = self.int.recv() => None,
        }
    }

    async fn forward(mut self, sender: mpsc::Sender<Signal>) {
        loop {
            let Some(signal) = self.next().await else { continue };
            // A full queue means a loop that hears nothing; then only the end matters, and that has its own way.
            let _ = sender.try_send(signal);
            if matches!(signal, Signal::Quit(_)) {
                tokio::spawn(end_anyway());
            }
        }
    }
}

/// The last resort for a loop that does not answer, such as one that is writing to a terminal which takes nothing.
async fn end_anyway() {
    sleep(GRACE).await;
    // On a thread of its own: restoring may block on the same terminal.
    let restored = tokio::task::spawn_blocking(guard::restore);
    let _ = tokio::time::timeout(GRACE, restored).await;
    process::exit(INTERRUPTED);
}

#[cfg(test)]
mod tests {
    use rustix::process::{Signal as Raw, getpid, kill_process};

    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn interrupt_is_dropped_and_continue_arrives() {
        let mut signals = Signals::listen().unwrap();
        kill_process(getpid(), Raw::INT).unwrap();
        kill_process(getpid(), Raw::CONT).unwrap();
        let next = tokio::time::timeout(Duration::from_secs(10), signals.next()).await;
        assert_eq!(next, Ok(Signal::Resumed));
    }
}
