//! What the view needs of the keymap, in one place: footer hints, the rows of help and palette, the key of an action.

use crate::app::{
    action::Action,
    model::{Model, Overlay},
    update::{
        actions::{place_scopes, refusal, scopes},
        overlays::{self, Entry},
    },
};

/// One entry of the footer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// The key to press.
    pub key: String,
    /// What it does, in a word or two.
    pub desc: String,
    /// The lowest are dropped first.
    pub priority: u8,
}

/// Hints that are always there stand at the end, where the hand knows them; the next sensible key comes first.
const ALWAYS_THERE: u8 = 95;

/// The footer of the present place or overlay, the most important first; what would do nothing now is left out.
pub fn hints(model: &Model) -> Vec<Hint> {
    let settings = &model.settings;
    let over = !model.overlays.is_empty();
    let (always, mut hints): (Vec<Hint>, Vec<Hint>) = settings
        .keymap
        .hints(scopes(model), &settings.words)
        .into_iter()
        .filter(|h| over || refusal(model, h.action).is_none())
        // A code has nothing that could be completed.
        .filter(|h| {
            h.action != Action::Complete || !matches!(model.overlays.last(), Some(Overlay::Mfa { .. }))
        })
        .map(|h| {
            let clears = h.action == Action::Back && refusal(model, Action::ClearFilter).is_none();
            let desc = if clears {
                settings.words.get("hint.clear_filter").to_owned()
            } else {
                h.label.into_owned()
            };
            Hint { key: h.key, desc, priority: h.priority }
        })
        .partition(|h| h.priority >= ALWAYS_THERE);
    hints.extend(always);
    hints
}

/// The rows of the open help or palette, narrowed by what is typed.
pub fn rows(model: &Model) -> Vec<Entry> {
    overlays::entries(model)
}

/// The first key of an action where we are, if it has one.
pub fn key_of(model: &Model, action: Action) -> Option<String> {
    model.settings.keymap.keys_of(place_scopes(model), action).into_iter().next()
}

/// The beginning of a key sequence and the number before it, as they stand in the footer.
pub fn pending(model: &Model) -> String {
    model.pending.show()
}
