//! Takes fields out of TOML tables and says what is wrong with them, and where.

use jiff::SignedDuration;
use serde_json::Value as Json;
use toml::de::{DeTable, DeValue};

use crate::{
    config::source::{FileProblem, Item, Source, items, kind},
    runbook::words::{Text, Word},
    text::{duration, nearest::nearest, sentence::Sentence},
};

/// A table: its fields in the order of the file, and where it stands.
pub(super) struct Fields<'a> {
    pub(super) at: usize,
    items: Vec<Item<'a>>,
}

impl<'a> Fields<'a> {
    pub(super) fn outermost(table: &'a DeTable<'a>) -> Self {
        Self { at: 0, items: items(table) }
    }

    pub(super) const fn of(at: usize, items: Vec<Item<'a>>) -> Self {
        Self { at, items }
    }

    pub(super) fn get(&self, name: &str) -> Option<Item<'a>> {
        self.items.iter().find(|item| item.key == name).copied()
    }

    pub(super) fn all(&self) -> &[Item<'a>] {
        &self.items
    }
}

/// One file while it is read.
pub(super) struct Reader<'s> {
    source: Source<'s>,
    pub(super) problems: Vec<FileProblem>,
    pub(super) uses: Vec<(String, FileProblem)>,
}

impl<'s> Reader<'s> {
    pub(super) const fn new(source: Source<'s>) -> Self {
        Self { source, problems: Vec::new(), uses: Vec::new() }
    }

    /// What was read, if nothing was wrong; the problems in the order of the file otherwise.
    pub(super) fn done<T>(mut self, read: T) -> Result<T, Vec<FileProblem>> {
        if self.problems.is_empty() {
            return Ok(read);
        }
        self.problems.sort_by_key(|problem| (problem.line, problem.column));
        self.problems.dedup();
        Err(self.problems)
    }

    pub(super) fn problem(&mut self, at: usize, what: Sentence) {
        self.problems.push(self.source.problem(at, what));
    }

    /// Another runbook that is led to.
    pub(super) fn leads_to(&mut self, book: &str, at: usize) {
        let what = Sentence::new("runbook.no_book").with("name", book);
        self.uses.push((book.to_owned(), self.source.problem(at, what)));
    }

    /// The byte where a part of a text value stands. Right for values without escapes, near enough for others.
    pub(super) fn within(&self, value_at: usize, offset: usize) -> usize {
        let rest = self.source.text.get(value_at..).unwrap_or_default();
        let quote = rest.chars().next();
        let quotes = rest.chars().take_while(|c| Some(*c) == quote).count();
        // Three of them open a text of several lines, whose first line break does not count.
        let opening = match quotes {
            0..3 => 1,
            _ => 3 + usize::from(rest.chars().nth(3).is_some_and(char::is_control)),
        };
        value_at + offset + opening
    }

    /// Complains of every field that is none of these.
    pub(super) fn only(&mut self, fields: &Fields<'_>, known: &[&str]) {
        for item in fields.all().iter().filter(|item| !known.contains(&item.key)) {
            let what = match nearest(item.key, known.iter().copied()) {
                Some(meant) => Sentence::new("config.unknown_field_meant").with("meant", meant),
                None => Sentence::new("config.unknown_field").with("names", known.join(", ")),
            };
            self.problem(item.at, what.with("name", item.key));
        }
    }

    pub(super) fn wrong(&mut self, item: &Item<'_>, wanted: &str) {
        let what = Sentence::new("config.wrong_kind")
            .with("name", item.key)
            .with("wanted", wanted)
            .with("got", kind(item.value));
        self.problem(item.value_at, what);
    }

    pub(super) fn missing(&mut self, fields: &Fields<'_>, name: &str) {
        self.problem(fields.at, Sentence::new("runbook.missing_field").with("name", name));
    }

    /// A field that must be there.
    pub(super) fn need<'a>(&mut self, fields: &Fields<'a>, name: &str) -> Option<Item<'a>> {
        let found = fields.get(name);
        if found.is_none() {
            self.missing(fields, name);
        }
        found
    }

    pub(super) fn text(&mut self, fields: &Fields<'_>, name: &str) -> Option<String> {
        self.need(fields, name)?;
        self.text_if(fields, name)
    }

    pub(super) fn text_if(&mut self, fields: &Fields<'_>, name: &str) -> Option<String> {
        self.text_at(fields, name).map(|(text, _)| text)
    }

    /// A text that is not empty, with its place.
    pub(super) fn text_at(&mut self, fields: &Fields<'_>, name: &str) -> Option<(String, usize)> {
        let item = fields.get(name)?;
        match item.value.as_str().map(str::trim) {
            Some("") => {
                self.problem(item.value_at, Sentence::new("runbook.empty").with("name", name));
                None
            }
            Some(text) => Some((text.to_owned(), item.value_at)),
            None => {
                self.wrong(&item, "string");
                None
            }
        }
    }

    pub(super) fn integer(&mut self, fields: &Fields<'_>, name: &str) -> Option<(i64, usize)> {
        let item = self.need(fields, name)?;
        if let DeValue::Integer(n) = item.value {
            return i64::from_str_radix(n.as_str(), n.radix()).ok().map(|n| (n, item.value_at));
        }
        self.wrong(&item, "integer");
        None
    }

    pub(super) fn flag(&mut self, fields: &Fields<'_>, name: &str) -> Option<bool> {
        let item = fields.get(name)?;
        if let DeValue::Boolean(yes) = item.value {
            return Some(*yes);
        }
        self.wrong(&item, "boolean");
        None
    }

    pub(super) fn span(&mut self, fields: &Fields<'_>, name: &str) -> Option<SignedDuration> {
        let (text, at) = self.text_at(fields, name)?;
        let span = duration::parse(&text).and_then(|span| SignedDuration::try_from(span).ok());
        if span.is_none() {
            self.problem(at, Sentence::new("runbook.bad_span").with("name", name).with("got", text));
        }
        span
    }

    /// One of a few words.
    pub(super) fn word<T: Word>(&mut self, fields: &Fields<'_>, name: &str) -> Option<T> {
        self.need(fields, name)?;
        let (text, at) = self.text_at(fields, name)?;
        self.one_word(&text, at, name)
    }

    pub(super) fn one_word<T: Word>(&mut self, text: &str, at: usize, name: &str) -> Option<T> {
        let found = T::parse(text);
        if found.is_none() {
            let names: Vec<&str> = T::WORDS.iter().map(|(word, _)| *word).collect();
            let what = Sentence::new("runbook.unknown_word").with("name", name).with("got", text);
            self.problem(at, what.with("names", names.join(", ")));
        }
        found
    }

    /// Texts, each with its place; one alone needs no brackets.
    pub(super) fn texts(&mut self, fields: &Fields<'_>, name: &str) -> Vec<(String, usize)> {
        let Some(item) = fields.get(name) else { return Vec::new() };
        let mut found = Vec::new();
        for (value, at) in list(&item) {
            match value.as_str() {
                Some(text) => found.push((text.to_owned(), at)),
                None => self.wrong(&Item { value, value_at: at, ..item }, "string"),
            }
        }
        found
    }

    /// The tables of a list of tables, or of one table alone.
    pub(super) fn tables<'a>(&mut self, fields: &Fields<'a>, name: &str) -> Vec<Fields<'a>> {
        let Some(item) = fields.get(name) else { return Vec::new() };
        let mut found = Vec::new();
        for (value, at) in list(&item) {
            match value.as_table() {
                Some(table) => found.push(Fields { at, items: items(table) }),
                None => self.wrong(&Item { value, value_at: at, ..item }, "table"),
            }
        }
        found
    }

    pub(super) fn table<'a>(&mut self, fields: &Fields<'a>, name: &str) -> Option<Fields<'a>> {
        let item = fields.get(name)?;
        self.table_of(&item)
    }

    pub(super) fn table_of<'a>(&mut self, item: &Item<'a>) -> Option<Fields<'a>> {
        let found = item.value.as_table().map(|table| Fields { at: item.value_at, items: items(table) });
        if found.is_none() {
            self.wrong(item, "table");
        }
        found
    }

    /// A text in both languages that must be there.
    pub(super) fn words(&mut self, fields: &Fields<'_>, name: &str) -> Option<Text> {
        self.need(fields, name)?;
        self.words_if(fields, name)
    }

    /// A text in both languages.
    pub(super) fn words_if(&mut self, fields: &Fields<'_>, name: &str) -> Option<Text> {
        let item = fields.get(name)?;
        if item.value.is_str() {
            self.problem(item.value_at, Sentence::new("runbook.both_languages").with("name", name));
            return None;
        }
        let languages = self.table_of(&item)?;
        self.only(&languages, &["en", "ja"]);
        let mut text = |lang: &str| {
            if languages.get(lang).is_some() {
                return self.text_if(&languages, lang);
            }
            let what = Sentence::new("runbook.missing_language").with("name", name).with("lang", lang);
            self.problem(item.value_at, what);
            None
        };
        let (en, ja) = (text("en"), text("ja"));
        Some(Text { en: en?, ja: ja? })
    }
}

/// The elements of a list with their places, or the one value that is none.
pub(super) fn list<'a>(item: &Item<'a>) -> Vec<(&'a DeValue<'a>, usize)> {
    match item.value {
        DeValue::Array(array) => array.iter().map(|v| (v.get_ref(), v.span().start)).collect(),
        one => vec![(one, item.value_at)],
    }
}

/// A TOML value as JSON; dates as texts.
pub(super) fn json(value: &DeValue<'_>) -> Json {
    match value {
        DeValue::String(text) => Json::from(text.as_ref()),
        DeValue::Integer(n) => i64::from_str_radix(n.as_str(), n.radix()).map_or(Json::Null, Json::from),
        DeValue::Float(n) => n.as_str().parse::<f64>().map_or(Json::Null, Json::from),
        DeValue::Boolean(yes) => Json::from(*yes),
        DeValue::Datetime(at) => Json::from(at.to_string()),
        DeValue::Array(array) => array.iter().map(|one| json(one.get_ref())).collect(),
        DeValue::Table(table) => {
            let entry = |i: Item<'_>| (i.key.to_owned(), json(i.value));
            Json::Object(items(table).into_iter().map(entry).collect())
        }
    }
}
