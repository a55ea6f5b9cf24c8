//! The ways of getting something out of a record for a sentence: one variant each, used by the table's rows.

use std::borrow::Cow;

use super::{
    rules,
    things::{name_of, thing},
};
use crate::{
    resource::ResourceRef,
    text::{measure::cut, sanitise::cleaned, sentence::Sentence},
    triage::{
        arn::Arn,
        record::{Record, json::Json},
    },
};

/// What a place in a sentence is filled from. All but the guards fail when the record does not say it, and the next row
/// of the event is tried.
#[derive(Debug, Clone, Copy)]
pub(super) enum Take {
    /// What the event is mainly about, of whatever type, else a name among the parameters.
    Main,
    /// The resources of a type that are named.
    Of(&'static str),
    /// The first resource of a type: others of it only stand beside it.
    First(&'static str),
    /// The bare name of the first resource of a type.
    Name(&'static str),
    /// The texts at the first of these paths of the request that holds any.
    Req(&'static [&'static str]),
    /// The same in the answer.
    Res(&'static [&'static str]),
    /// The same in the whole record.
    Rec(&'static [&'static str]),
    /// As `Req`, with ARNs, URLs and paths cut to their last part.
    Short(&'static [&'static str]),
    /// A noun of ours with a name from the request.
    Noun(&'static str, &'static [&'static str]),
    /// The parameters that were set, but for these, which only say on what.
    Set(&'static [&'static str]),
    /// Permissions of a security group: ingress (true) or egress.
    Rules(bool),
    /// Protocol and ports of a network ACL's entry.
    Entry,
    /// In or out, for a network ACL's entry.
    Direction,
    /// Where a route leads.
    Target,
    /// Changes of DNS records.
    Records,
    /// Guard: the value at this path of the record is this.
    Is(&'static str, &'static str),
    /// Guard: the call failed.
    Failed,
}

/// What was taken.
pub(super) enum Taken {
    /// A text of others.
    Text(String),
    /// A clause of ours.
    Part(Sentence),
    /// A guard that held.
    Nothing,
}

/// What a sentence is made from.
pub(super) struct Facts<'t> {
    pub(super) record: &'t Record<'t>,
    pub(super) touched: &'t [ResourceRef],
    pub(super) error: Option<&'t str>,
}

/// Most cells of one value in a sentence.
const VALUE: usize = 64;
/// Most cells of a list of settings.
const SETTINGS: usize = 96;
/// Most settings that are named.
const NAMED: usize = 6;

impl Facts<'_> {
    /// Takes it, where the record says it.
    pub(super) fn take(&self, take: &Take) -> Option<Taken> {
        let record = self.record;
        match take {
            Take::Main => self.main(),
            Take::Of(kind) => {
                let mut all = self.touched.iter().filter(|r| r.kind == *kind);
                let first = thing(all.next()?);
                Some(and_more(first, all.count()))
            }
            Take::First(kind) => self.touched.iter().find(|r| r.kind == *kind).map(thing),
            Take::Name(kind) => {
                let found = self.touched.iter().find(|r| r.kind == *kind)?;
                Some(Taken::Text(value(name_of(found))))
            }
            Take::Req(paths) => texts(record.request, paths, str::to_owned),
            Take::Res(paths) => texts(record.response, paths, str::to_owned),
            Take::Rec(paths) => texts(record.root, paths, str::to_owned),
            Take::Short(paths) => texts(record.request, paths, last_part),
            Take::Noun(key, paths) => {
                let (first, more) = list(record.request, paths, last_part)?;
                Some(and_more(Taken::Part(Sentence::new(key).with("name", first)), more))
            }
            Take::Set(but) => self.settings(but),
            Take::Rules(ingress) => rules::rules(record, *ingress),
            Take::Entry => rules::entry(record.request).map(Taken::Part),
            Take::Direction => {
                let out = record.request.get("egress").is_true();
                Some(Taken::Part(Sentence::new(if out { "thing.egress" } else { "thing.ingress" })))
            }
            Take::Target => rules::target(record.request).map(Taken::Text),
            Take::Records => rules::records(record.request),
            Take::Is(path, wanted) => {
                let is = record.root.at(path).text().is_some_and(|t| t.eq_ignore_ascii_case(wanted));
                is.then_some(Taken::Nothing)
            }
            Take::Failed => self.error.map(|_| Taken::Nothing),
        }
    }

    /// What the event is mainly about: the resources of the first one's type, else the first plain name in the request.
    pub(super) fn main(&self) -> Option<Taken> {
        if let Some(first) = self.touched.first() {
            let more = self.touched.iter().skip(1).filter(|r| r.kind == first.kind).count();
            return Some(and_more(thing(first), more));
        }
        let named = self.record.request.fields().find(|(key, _)| {
            let key = key.to_ascii_lowercase();
            ["name", "id", "arn", "identifier"].iter().any(|end| key.ends_with(end)) && !key.contains("token")
        });
        let text = named?.1.text()?;
        Some(Taken::Text(value(&last_part(&text))))
    }

    /// `desiredCapacity=0, minSize=0`: what was set, as the record spells it.
    fn settings(&self, but: &[&str]) -> Option<Taken> {
        let request = self.record.request;
        let mut said: Vec<String> = Vec::new();
        // ModifyInstanceAttribute's older form, and load balancers' lists of attributes.
        if let (Some(name), Some(to)) = (request.get("attribute").text(), request.get("value").text()) {
            said.push(format!("{name}={to}"));
        }
        for item in request.get("attributes").items().take(NAMED) {
            if let (Some(name), Some(to)) = (item.get("key").text(), item.get("value").text()) {
                said.push(format!("{name}={to}"));
            }
        }
        let bookkeeping =
            ["attribute", "value", "attributes", "clientToken", "clientRequestToken", "dryRun", "force"];
        for (key, set) in request.fields() {
            if said.len() > NAMED || but.contains(&&*key) || bookkeeping.contains(&&*key) {
                continue;
            }
            let inner = set.get("value").text().or(set.at("items.groupId").text());
            match set.text().or(inner) {
                // Passwords: that one was set is what may be said.
                Some(to) if to.starts_with("HIDDEN_") || to == "****" => said.push(key.into_owned()),
                Some(to) if cleaned(&to).chars().count() <= VALUE / 2 => said.push(format!("{key}={to}")),
                Some(_) => said.push(key.into_owned()),
                None if set.is_container()
                    && set.fields().next().is_none()
                    && set.items().next().is_none() => {}
                None if set.is_container() => said.push(key.into_owned()),
                None => {}
            }
        }
        let text = cut(&cleaned(&said.join(", ")), SETTINGS).into_owned();
        (!text.is_empty()).then_some(Taken::Text(text))
    }
}

/// A value for a sentence: clean, on one line, not too long.
pub(super) fn value(text: &str) -> String {
    let end = text.floor_char_boundary(VALUE * 8);
    cut(&cleaned(text.get(..end).unwrap_or_default()), VALUE).into_owned()
}

/// "i-1", or "i-1 and 2 more".
pub(super) fn and_more(first: Taken, more: usize) -> Taken {
    if more == 0 {
        return first;
    }
    let told = Sentence::new("thing.and-more").with("more", more);
    Taken::Part(match first {
        Taken::Text(text) => told.with("first", text),
        Taken::Part(part) => told.with_part("first", part),
        Taken::Nothing => told.with("first", ""),
    })
}

fn texts(from: Json<'_>, paths: &[&str], shape: fn(&str) -> String) -> Option<Taken> {
    let (first, more) = list(from, paths, shape)?;
    Some(and_more(Taken::Text(first), more))
}

/// The first text at the first path that has one, and how many others stand there.
fn list(from: Json<'_>, paths: &[&str], shape: fn(&str) -> String) -> Option<(String, usize)> {
    paths.iter().find_map(|path| {
        let mut found: Vec<Cow<'_, str>> = Vec::new();
        from.each(path, &mut |at| {
            // Old EC2 calls write lists as {"tag": 1, "content": "…"}.
            if let Some(text) = at.text().or_else(|| at.get("content").text())
                && !found.contains(&text)
            {
                found.push(text);
            }
            found.len() < 1000
        });
        let more = found.len().checked_sub(1)?;
        let first = value(&shape(found.first()?));
        (!first.is_empty()).then_some((first, more))
    })
}

/// The name at the end of an ARN, a URL or a path.
fn last_part(text: &str) -> String {
    if let Some(arn) = Arn::parse(text) {
        return arn.id().to_owned();
    }
    if text.starts_with("https://") || text.starts_with("/hostedzone/") {
        return text.rsplit('/').next().unwrap_or_default().to_owned();
    }
    text.to_owned()
}
