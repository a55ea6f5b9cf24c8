//! The console's loop: the only place that owns the model, the terminal and the runtime at once.
//!
//! Terminal events, signals, messages and time go in; `update` changes the model; the runtime runs the effects; a
//! frame is drawn when something changed. Nothing here waits for the network.

use std::{
    io,
    time::{Duration, Instant},
};

use tokio::sync::mpsc;

use crate::{
    app::{
        effect::Effect,
        model::{Drawn, Model},
        msg::Msg,
        update,
    },
    input::key::Key,
    runtime::{Clock, Runtime},
    term::{
        Terminal,
        events::{Events, TermEvent},
        frames::Frames,
        signals::{Signal, Signals},
    },
    theme::Skin,
    view,
};

/// How many waiting messages are taken before a frame may be drawn.
const BATCH: usize = 64;

/// The console, running.
#[derive(Debug)]
pub struct Console {
    model: Model,
    skin: Skin,
    clock: Clock,
    runtime: Runtime,
    messages: mpsc::Receiver<Msg>,
    terminal: Terminal,
    events: Option<Events>,
    frames: Frames,
    /// The second that the last frame shows.
    drawn_at: i64,
}

/// What the loop does next; the greater wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    GoOn,
    Suspend,
    Quit,
}

/// What ended the console.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The operator left.
    Quit,
    /// A signal.
    Signal,
}

impl Console {
    /// A console that has the terminal but has not drawn yet.
    pub fn new(
        model: Model,
        skin: Skin,
        clock: Clock,
        runtime: Runtime,
        messages: mpsc::Receiver<Msg>,
        terminal: Terminal,
    ) -> Self {
        Self {
            model,
            skin,
            clock,
            runtime,
            messages,
            terminal,
            events: None,
            frames: Frames::new(),
            drawn_at: i64::MIN,
        }
    }

    /// Runs until the operator leaves. The first frame is drawn before anything is asked of AWS.
    pub async fn run(mut self) -> io::Result<Ended> {
        self.draw()?;
        let mut signals = Signals::listen()?;
        self.events = Some(Events::start()?);
        let effects = update::start(&mut self.model, self.clock.now());
        let mut next = self.carry_out(effects)?;
        loop {
            match next {
                Next::GoOn => {}
                Next::Suspend => self.suspend().await?,
                Next::Quit => return Ok(Ended::Quit),
            }
            next = Next::GoOn;
            let wake = update::schedule::next_wake(&self.model, self.clock.now());
            tokio::select! {
                biased;
                signal = signals.next() => match signal {
                    Signal::Quit(_) => return Ok(Ended::Signal),
                    Signal::Resumed => {
                        self.terminal.resume()?;
                        self.resumed()?;
                    }
                },
                event = next_event(&mut self.events) => {
                    let Some(event) = event else { return Ok(Ended::Signal) };
                    next = self.handle(event?)?;
                }
                message = self.messages.recv() => {
                    let Some(message) = message else { return Ok(Ended::Quit) };
                    let mut messages = vec![message];
                    while messages.len() < BATCH && let Ok(message) = self.messages.try_recv() {
                        messages.push(message);
                    }
                    next = self.tell_all(messages)?;
                }
                () = self.frames.wait() => self.draw()?,
                () = tokio::time::sleep(wake) => { self.tell(Msg::Tick)?; }
            }
        }
    }

    fn handle(&mut self, event: TermEvent) -> io::Result<Next> {
        match event {
            TermEvent::Key(key) => match Key::from_event(key) {
                Some(key) => self.tell(Msg::Key(key)),
                None => Ok(Next::GoOn),
            },
            TermEvent::Paste(text) => self.tell(Msg::Paste(text)),
            TermEvent::Resize(width, height) => self.tell(Msg::Resize(width, height)),
            TermEvent::Focus(_) => Ok(Next::GoOn),
        }
    }

    /// Tells the model, and says what the loop is to do next.
    fn tell(&mut self, message: Msg) -> io::Result<Next> {
        self.tell_all(vec![message])
    }

    fn tell_all(&mut self, messages: Vec<Msg>) -> io::Result<Next> {
        let now = self.clock.now();
        let (tick, toast) = (matches!(messages.as_slice(), [Msg::Tick]), self.model.toast.is_some());
        let effects = update::update_all(&mut self.model, messages, now);
        // Time alone changes the screen when the clock on it does, or when a message has had its time.
        let aged = self.drawn_at != now.as_second() || toast != self.model.toast.is_some();
        if !tick || aged || !effects.is_empty() {
            self.frames.ask();
        }
        self.carry_out(effects)
    }

    fn carry_out(&mut self, effects: Vec<Effect>) -> io::Result<Next> {
        let mut next = Next::GoOn;
        for effect in effects {
            match self.runtime.run(effect) {
                Some(Effect::Quit) => next = Next::Quit,
                Some(Effect::Copy(text)) => {
                    let copied = self.terminal.copy(&text).map(|()| text).map_err(|e| e.to_string());
                    next = next.max(self.tell(Msg::Copied(copied))?);
                }
                Some(Effect::Title(title)) => self.terminal.title(&title)?,
                Some(Effect::Bell) => self.terminal.bell()?,
                Some(Effect::Notify(text)) => self.terminal.notify(&text)?,
                Some(Effect::Redraw) => self.terminal.redraw()?,
                Some(Effect::Suspend) => next = next.max(Next::Suspend),
                _ => {}
            }
        }
        Ok(next)
    }

    /// Gives the terminal back to the shell, and takes it again when told to go on. No key typed there may end up here.
    async fn suspend(&mut self) -> io::Result<()> {
        if let Some(events) = self.events.take() {
            events.stop().await;
        }
        self.terminal.suspend()?;
        self.events = Some(Events::start()?);
        self.resumed()
    }

    /// The window may have another size by now; nobody told us while we were stopped.
    fn resumed(&mut self) -> io::Result<()> {
        let size = self.terminal.size()?;
        self.tell(Msg::Resize(size.width, size.height))?;
        self.tell(Msg::Resumed)?;
        Ok(())
    }

    fn draw(&mut self) -> io::Result<()> {
        let now = self.clock.now();
        let (model, skin) = (&self.model, &self.skin);
        let details = |subject: &_| Some(model.detail(subject, now));
        let mut drawn = Drawn::default();
        self.terminal.draw(|frame| drawn = view::view(model, skin, now, &details, frame))?;
        self.model.drawn = drawn;
        self.drawn_at = now.as_second();
        self.frames.drawn(Instant::now());
        Ok(())
    }
}

async fn next_event(events: &mut Option<Events>) -> Option<io::Result<TermEvent>> {
    if let Some(events) = events {
        return events.next().await;
    }
    tokio::time::sleep(Duration::MAX).await;
    None
}
