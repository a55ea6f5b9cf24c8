//! Everything an operator can do, once.
//!
//! Keys, the `:` palette, help, footer hints, tests and documents all speak these names; `keymaps/default.toml` says in
//! which scope an action is offered, on which keys, and what it does in words. An action says *what is wanted* and must
//! never know how it is done: that is `app/update`.

use std::fmt;

macro_rules! actions {
    ($($(#[$doc:meta])+ $variant:ident = $name:literal,)+) => {
        /// A command. See the module.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $($(#[$doc])+ $variant,)+
            /// Shows the pane of this tab, counted from 1; `pane-1` to `pane-10`.
            GoToPane(u8),
        }

        impl Action {
            /// Every action, in the order of help.
            pub const ALL: &[Self] = &[
                $(Self::$variant,)+
                Self::GoToPane(1), Self::GoToPane(2), Self::GoToPane(3), Self::GoToPane(4), Self::GoToPane(5),
                Self::GoToPane(6), Self::GoToPane(7), Self::GoToPane(8), Self::GoToPane(9), Self::GoToPane(10),
            ];

            /// The stable name, as in keymaps and the palette.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::GoToPane(tab) => pane_name(tab),
                }
            }
        }
    };
}

/// Tabs past the tenth have no action; they are reached by name.
const fn pane_name(tab: u8) -> &'static str {
    match tab {
        1 => "pane-1",
        2 => "pane-2",
        3 => "pane-3",
        4 => "pane-4",
        5 => "pane-5",
        6 => "pane-6",
        7 => "pane-7",
        8 => "pane-8",
        9 => "pane-9",
        _ => "pane-10",
    }
}

actions! {
    /// Leaves the program.
    Quit = "quit",
    /// Shows the keys of this place.
    Help = "help",
    /// Asks for a command by name.
    Palette = "palette",
    /// Goes to the place before, after clearing the filter if there is one.
    Back = "back",
    /// Undoes a `back`.
    Forward = "forward",
    /// Shows the next tab.
    NextPane = "next-pane",
    /// Shows the tab before.
    PreviousPane = "previous-pane",
    /// Holds the display still, or lets it go on.
    Freeze = "freeze",
    /// Fetches this place now.
    Refresh = "refresh",
    /// Switches between the operator's zone and UTC.
    ToggleUtc = "toggle-utc",
    /// Lists what went wrong in every scope, with remedies.
    ShowProblems = "show-problems",
    /// Hands the terminal back to the shell.
    Suspend = "suspend",
    /// Draws the whole screen anew.
    Redraw = "redraw",
    /// Opens the filter line.
    Filter = "filter",
    /// Shows all rows again.
    ClearFilter = "clear-filter",
    /// Shows routine rows too, or hides them again.
    ToggleRoutine = "toggle-routine",
    /// Sorts by the column to the right of the present one.
    SortNext = "sort-next",
    /// Sorts by the column to the left of the present one.
    SortPrevious = "sort-previous",
    /// Turns the order round.
    SortReverse = "sort-reverse",
    /// One row or line down.
    CursorDown = "cursor-down",
    /// One row or line up.
    CursorUp = "cursor-up",
    /// One screen down.
    PageDown = "page-down",
    /// One screen up.
    PageUp = "page-up",
    /// Half a screen down.
    HalfPageDown = "half-page-down",
    /// Half a screen up.
    HalfPageUp = "half-page-up",
    /// The first row or line; with a count, that one.
    Top = "top",
    /// The last row or line; with a count, that one.
    Bottom = "bottom",
    /// Shows what was cut off on the left.
    ScrollLeft = "scroll-left",
    /// Shows what was cut off on the right.
    ScrollRight = "scroll-right",
    /// Opens what the cursor is on.
    Open = "open",
    /// Opens the resource this page is about.
    GoToResource = "go-to-resource",
    /// Shows the events behind what the cursor is on.
    Events = "events",
    /// Asks again for the events that only read, too, or without them.
    ToggleReads = "toggle-reads",
    /// Asks again for failed events only, or for all.
    ToggleErrors = "toggle-errors",
    /// Asks for events from twice as long before.
    FurtherBack = "further-back",
    /// Copies the identifier.
    CopyId = "copy-id",
    /// Copies the AWS console's link.
    CopyLink = "copy-link",
    /// The next line of a page that leads somewhere.
    NextTarget = "next-target",
    /// The line before that leads somewhere.
    PreviousTarget = "previous-target",
    /// Opens an incident about what is selected, or goes to the one that there is.
    OpenIncident = "open-incident",
    /// Goes to the incident that is being worked on.
    GoToIncident = "go-to-incident",
    /// Takes down what somebody reports.
    TakeReport = "take-report",
    /// Keeps what is selected as evidence, as it is on the screen now.
    Pin = "pin",
    /// What is selected belongs to the incident, too.
    Attach = "attach",
    /// Writes a note.
    Note = "note",
    /// The marked step is done; the next is marked.
    Tick = "tick",
    /// The marked step shows something wrong.
    TickFailed = "tick-failed",
    /// The marked step is left out.
    Skip = "skip",
    /// Decides what the marked step asks, else whether full response is needed.
    Decide = "decide",
    /// Says how bad it is.
    SetSeverity = "set-severity",
    /// Says whose part it is.
    SetVerdict = "set-verdict",
    /// Takes up another runbook.
    ChangeRunbook = "change-runbook",
    /// Tells somebody.
    Escalate = "escalate",
    /// Somebody took it on.
    Acknowledge = "acknowledge",
    /// Hands the incident over, or accepts it.
    HandOff = "hand-off",
    /// Opens the grey-zone record.
    GreyZone = "grey-zone",
    /// Copies the command of the marked step.
    CopyCommand = "copy-command",
    /// Shows the review's draft.
    Review = "review",
    /// Writes down what is to be done so that it does not come again.
    AddItem = "add-item",
    /// Closes the incident, or opens it again.
    CloseIncident = "close-incident",
    /// Closes the topmost layer, dropping what was typed.
    Close = "close",
    /// Takes what was typed or chosen.
    Accept = "accept",
    /// Completes what is being typed.
    Complete = "complete",
    /// What was typed the time before.
    HistoryPrevious = "history-previous",
    /// What was typed after that.
    HistoryNext = "history-next",
}

impl Action {
    /// Finds an action by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|a| a.name() == name)
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn names_are_unique_kebab_case_and_read_back() {
        let mut seen = HashSet::new();
        for action in Action::ALL {
            let name = action.name();
            assert!(seen.insert(name), "{name} twice");
            assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{name}");
            assert_eq!(Action::parse(name), Some(*action));
        }
        assert_eq!(Action::parse("GoToPane"), None);
    }
}
