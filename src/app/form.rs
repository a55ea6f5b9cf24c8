//! A form over the place: some lines to fill in or to choose from, for one decision.
//!
//! Choices are made with left and right, or by their number; text is typed. `enter` goes to the next line that wants
//! something, and takes the form when nothing is missing. It stays until what it says is on the disk, so that nothing that
//! was typed can be lost. Pure; what it means is `update/forms.rs`.

use std::borrow::Cow;

use crate::{
    incident::event::Role as Part,
    input::{
        field::{Edited, Field},
        key::{Code, Key},
    },
};

/// What a form is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// A first report: opens an incident, or closes a question.
    Report,
    /// A note.
    Note,
    /// A step is left out.
    Step {
        /// Of which runbook.
        runbook: String,
        /// Which.
        step: String,
    },
    /// One of a step's choices.
    Choose {
        /// Of which runbook.
        runbook: String,
        /// Of which step.
        step: String,
    },
    /// What a step wants said or written down.
    Tell {
        /// Of which runbook.
        runbook: String,
        /// Of which step.
        step: String,
    },
    /// A step's command was run.
    Perform {
        /// Of which runbook.
        runbook: String,
        /// Of which step.
        step: String,
    },
    /// What somebody saw who looked at what a check wants.
    Typed {
        /// Of which runbook.
        runbook: String,
        /// Which check.
        check: String,
    },
    /// What a step has to know and nothing says.
    Values {
        /// Of which runbook.
        runbook: String,
        /// Of which step.
        step: String,
    },
    /// How a check came out, against what was read.
    Override {
        /// Of which runbook.
        runbook: String,
    },
    /// Full incident response: yes, no, watch.
    Gate,
    /// How bad.
    Severity,
    /// Whose part.
    Verdict,
    /// Another runbook.
    Runbook,
    /// To whom, with which message.
    Escalate,
    /// Somebody took it on.
    Acknowledge,
    /// To whom it is handed.
    HandOff,
    /// Who plays a part.
    Role(Part),
    /// The grey-zone record.
    Grey,
    /// What is to be done after it.
    Item,
    /// It is over.
    Close,
    /// It is not over after all.
    Reopen,
}

/// One line of a form.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Wording key of its label, or the label itself where it is not the program's own.
    pub label: Cow<'static, str>,
    /// Its name, for who reads the form.
    pub name: Cow<'static, str>,
    /// What is filled in.
    pub input: Input,
    /// Whether it must be filled in.
    pub required: bool,
}

/// What a line takes.
#[derive(Debug, Clone)]
pub enum Input {
    /// Text.
    Text(Field),
    /// One of several.
    Choice {
        /// What it stands for, and how it reads.
        options: Vec<(String, String)>,
        /// Which.
        chosen: Option<usize>,
    },
}

/// A form.
#[derive(Debug, Clone)]
pub struct Form {
    /// Of which incident; empty for one that is still to be opened.
    pub uid: String,
    /// What it is for.
    pub purpose: Purpose,
    /// Its title, in words.
    pub title: String,
    /// The facts that it is decided on, in words.
    pub facts: Vec<String>,
    /// Its lines.
    pub entries: Vec<Entry>,
    /// The line with the cursor.
    pub at: usize,
    /// What is missing or went wrong, in words.
    pub error: Option<String>,
    /// The request that writes it.
    pub saving: Option<u64>,
    /// Whether what it does to AWS was said, and taken once more.
    pub confirmed: bool,
}

impl Form {
    /// A form without lines.
    pub fn new(uid: &str, purpose: Purpose, title: String) -> Self {
        Self {
            uid: uid.to_owned(),
            purpose,
            title,
            facts: Vec::new(),
            entries: Vec::new(),
            at: 0,
            error: None,
            saving: None,
            confirmed: false,
        }
    }

    /// The same with a line of text more.
    #[must_use]
    pub fn text(
        mut self,
        name: impl Into<Cow<'static, str>>,
        label: impl Into<Cow<'static, str>>,
        text: &str,
        required: bool,
    ) -> Self {
        let input = Input::Text(Field::with(text));
        self.entries.push(Entry { label: label.into(), name: name.into(), input, required });
        self
    }

    /// The same with a text of several lines more.
    #[must_use]
    pub fn lines(mut self, name: &'static str, label: &'static str, required: bool) -> Self {
        let input = Input::Text(Field::lines(""));
        self.entries.push(Entry { label: label.into(), name: name.into(), input, required });
        self
    }

    /// The same with a line of choices more.
    #[must_use]
    pub fn choice(
        mut self,
        name: &'static str,
        label: &'static str,
        options: Vec<(String, String)>,
        chosen: Option<usize>,
    ) -> Self {
        let input = Input::Choice { options, chosen };
        self.entries.push(Entry { label: label.into(), name: name.into(), input, required: true });
        self
    }

    /// What a line says: its text, or what the choice stands for.
    pub fn value(&self, name: &str) -> &str {
        let entry = self.entries.iter().find(|entry| entry.name == name);
        match entry.map(|entry| &entry.input) {
            Some(Input::Text(field)) => field.text().trim(),
            Some(Input::Choice { options, chosen }) => {
                chosen.and_then(|at| options.get(at)).map_or("", |(value, _)| value)
            }
            None => "",
        }
    }

    /// The first line that must be filled in and is not.
    pub fn missing(&self) -> Option<usize> {
        self.entries.iter().position(|entry| entry.required && self.value(&entry.name).is_empty())
    }

    /// The cursor goes to another line, first of those of a text of several, and stays within the form.
    pub fn go(&mut self, steps: isize) {
        if let Some(Input::Text(field)) = self.entries.get_mut(self.at).map(|entry| &mut entry.input)
            && field.takes_lines()
            && field.go_lines(steps) == Edited::Moved
        {
            return;
        }
        self.at = self.at.saturating_add_signed(steps).min(self.entries.len().saturating_sub(1));
    }

    /// The line with the cursor.
    pub fn entry(&self) -> Option<&Entry> {
        self.entries.get(self.at)
    }

    /// Takes one press; nothing while it is being written. How many bytes the line takes, where it is full.
    pub fn press(&mut self, key: Key) -> Option<usize> {
        if self.saving.is_some() {
            return None;
        }
        (self.error, self.confirmed) = (None, false);
        match self.entries.get_mut(self.at).map(|entry| &mut entry.input) {
            Some(Input::Text(field)) => {
                return (field.press(key) == Edited::Full).then(|| field.limit());
            }
            Some(Input::Choice { options, chosen }) => {
                let last = options.len().saturating_sub(1);
                let at = |steps: isize| chosen.map_or(0, |at| at.saturating_add_signed(steps).min(last));
                let digit = key.text().and_then(|c| c.to_digit(10)).and_then(|d| usize::try_from(d).ok());
                match (key.code(), digit) {
                    (_, Some(digit)) if digit >= 1 && digit <= options.len() => *chosen = Some(digit - 1),
                    (Code::Left, _) => *chosen = Some(at(-1)),
                    (Code::Right, _) => *chosen = Some(at(1)),
                    _ if key.text() == Some(' ') => {
                        *chosen = Some(chosen.map_or(0, |at| if at >= last { 0 } else { at + 1 }));
                    }
                    _ => {}
                }
            }
            None => {}
        }
        None
    }

    /// Text was pasted. How many bytes the line takes, where it is too long: then nothing of it is taken.
    pub fn paste(&mut self, text: &str) -> Option<usize> {
        if self.saving.is_some() {
            return None;
        }
        (self.error, self.confirmed) = (None, false);
        match self.entries.get_mut(self.at).map(|entry| &mut entry.input) {
            Some(Input::Text(field)) => (field.insert(text) == Edited::Full).then(|| field.limit()),
            _ => None,
        }
    }
}
