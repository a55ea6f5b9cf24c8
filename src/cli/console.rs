//! Opens the console: puts model, skin, runtime and terminal together and runs the loop.

use std::{io, path::PathBuf, sync::Arc};

use jiff::tz::TimeZone;
use tokio::sync::mpsc;

use super::{Invocation, start};
use crate::{
    app::model::{Model, Settings},
    config::{Color, Config},
    console::{Console, Ended},
    drill::Drill,
    incident::chain::Hand,
    input::keymap::Keymap,
    runbook::shelf::Shelf,
    runtime::{self, Desk, MfaDesk, Runtime, Shared},
    term::{TermError, Terminal},
    text::Catalogue,
    theme::{Glyphs, Skin, Theme},
};

/// Whether colours are wanted: by option, else unless `NO_COLOR` is set (to anything but nothing).
pub fn colours(color: Color, no_color: bool) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => !no_color,
    }
}

/// What the console is opened with.
#[derive(Debug)]
pub struct Opening<'a> {
    /// From command line and environment.
    pub invocation: &'a Invocation,
    /// The settings that hold.
    pub config: &'a Config,
    /// The words.
    pub words: Arc<Catalogue>,
    /// The keys.
    pub keymap: Keymap,
    /// The practice account, and its scenario's name.
    pub drill: Option<(Drill, String)>,
    /// What was wrong in settings and keys.
    pub notes: Vec<String>,
    /// Where CloudTrail's events come from and are kept.
    pub events: start::Events,
    /// Where incidents' journals are kept.
    pub records: Option<PathBuf>,
    /// Who writes into them.
    pub hand: Hand,
    /// The runbooks.
    pub shelf: Arc<Shelf>,
    /// Whether `NO_COLOR` is set.
    pub no_color: bool,
}

/// Runs the console until it ends. The terminal is taken, and the first frame drawn, before anything else happens.
pub async fn run(opening: Opening<'_>) -> Result<Ended, TermError> {
    let Opening { invocation, config, words, keymap, drill, notes, no_color, events, records, hand, shelf } =
        opening;
    let terminal = Terminal::enter()?;
    let size = terminal.size().map_err(TermError::Io)?;
    let (sender, messages) = mpsc::channel(runtime::QUEUE);
    let mfa = MfaDesk::default();
    let prompt = mfa.prompt(sender.clone());
    let access =
        start::access(invocation, config, drill.as_ref().map(|(drill, _)| drill), Some(prompt), events);
    let settings = Settings {
        words,
        keymap: Arc::new(keymap),
        thresholds: config.thresholds.clone(),
        intervals: start::intervals(config),
        zone: TimeZone::system(),
        allow_actions: invocation.options().allow_actions.unwrap_or(false),
        pace: drill.as_ref().map_or(1.0, |(drill, _)| drill.speed()),
        drill: drill.map(|(_, scenario)| scenario),
        notify: config.notify,
        shelf,
        ladder: config.ladder.clone(),
        hand,
        all_regions: access.clients.wants_all_regions(),
        notes,
    };
    let mut model = Model::new(settings, access.scopes, (size.width, size.height), config.utc);
    model.share(&config.duties);
    let desk = Desk::start(records, access.clock.clone(), sender.clone());
    let shared = Shared {
        clients: access.clients,
        messages: sender,
        clock: access.clock.clone(),
        store: access.store,
    };
    let runtime = Runtime::new(shared, mfa, desk);
    let skin = Skin {
        theme: if colours(config.color, no_color) { Theme::Colour } else { Theme::Mono },
        glyphs: if config.ascii { Glyphs::Ascii } else { Glyphs::Unicode },
    };
    let ended = Console::new(model, skin, access.clock, runtime, messages, terminal).run().await;
    // A terminal that is gone is no failure of ours: the ssh connection broke.
    Ok(ended.unwrap_or_else(|error: io::Error| {
        tracing::warn!(%error, "the terminal is gone");
        Ended::Signal
    }))
}
