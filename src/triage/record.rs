//! A CloudTrail record, read: who, by which way, what happened to what (`aws-facts.md` §5).
//!
//! Everything here is a function of the record's text, and of what `LookupEvents` says beside it; nothing asks AWS,
//! reads a file or looks at a clock. Whatever a record is missing, has in the wrong type, cut off or grown to 256 KB:
//! nothing here fails for it, what can still be told is told, and no text leaves without having been cleaned.
//!
//! | file | what it holds |
//! |---|---|
//! | `json` | reading a record, also one that breaks off |
//! | `actor` | who, and what kind of who (§5.3) |
//! | `via` | by which way (§5.4) |
//! | `touched` | the resources named in it; the table of parameter names |
//! | `summary` | what happened, in words; the table of events (§5.5) |
//! | `change` | what was changed, from what to what |
//! | `noise` | the events that say nothing about a change (§1.5) |
//! | `lookup` | how to ask CloudTrail for a resource, and to find one in a record's text (§4.3) |
//!
//! **Failed calls.** They changed nothing, and [`Event::summary`] says so by itself: the sentence of what was asked
//! for is a part of "failed (AccessDenied): would have …". Whoever shows a summary need not look at [`Event::error`].

mod actor;
pub mod change;
mod json;
mod lookup;
mod noise;
mod summary;
mod touched;
mod via;

use std::borrow::Cow;

use jiff::Timestamp;

use crate::{
    rows::event::Event,
    scope::ScopeId,
    text::{measure::cut, sanitise::cleaned},
};
use json::{Json, Tape};

pub use actor::Who;
pub use lookup::{both, home_region, home_region_of, lookup_user, mentions, names};
pub use noise::is_noise;

/// Why a record is no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Neither the record nor who delivered it says which event it is: it could not be told from others.
    #[error("the record has no event id")]
    NoId,
    /// Neither the record nor who delivered it says when it happened, or not as a time.
    #[error("the record has no event time")]
    NoTime,
}

/// What `LookupEvents` says of an event outside of its record; it stands in where the record (cut off, perhaps) does
/// not say. Everything may be empty.
#[derive(Debug, Clone, Copy, Default)]
pub struct Beside<'a> {
    /// `EventId`.
    pub id: &'a str,
    /// `EventTime`.
    pub time: Option<Timestamp>,
    /// `EventName`.
    pub name: &'a str,
    /// `EventSource`.
    pub source: &'a str,
    /// `Username`.
    pub user: &'a str,
    /// `AccessKeyId`.
    pub access_key: &'a str,
    /// `ReadOnly`, which it gives as a word.
    pub read_only: &'a str,
}

/// Decodes one record: the JSON text that `LookupEvents` gives as `CloudTrailEvent`, or one of a log file's `Records`.
/// `index` is what `LookupEvents` gave as `Resources`: CloudFormation type or nothing, and name.
pub fn event(scope: ScopeId, record: &str, index: &[(String, String)]) -> Result<Event, RecordError> {
    event_beside(scope, record, index, &Beside::default())
}

/// [`event`], with what is known from outside of the record.
pub fn event_beside(
    scope: ScopeId,
    record: &str,
    index: &[(String, String)],
    beside: &Beside<'_>,
) -> Result<Event, RecordError> {
    let tape = Tape::read(record);
    let record = Record::new(tape.root(), beside);
    let id = first([record.id.text(), said(beside.id)]).ok_or(RecordError::NoId)?;
    let time = time(record.time).or(beside.time).ok_or(RecordError::NoTime)?;
    let (mut actor, actor_kind) = actor::actor(&record);
    if actor.is_empty() {
        beside.user.clone_into(&mut actor);
    }
    let resources = touched::touched(scope, &record, index);
    let error = error(&record);
    let summary = summary::summary(&record, &resources, error.as_deref());
    Ok(Event {
        scope,
        id: clean(&id),
        time,
        name: clean(&record.name).into(),
        source: clean(&record.source).into(),
        actor: short(&actor, ACTOR).into(),
        actor_kind,
        via: via::via(&record),
        access_key: first([record.identity.get("accessKeyId").text(), said(beside.access_key)])
            .map(|key| clean(&key).into()),
        source_ip: said(&record.address).map(|ip| clean(&ip).into()),
        read_only: read_only(&record),
        error: error.map(Into::into),
        resources: resources.into(),
        summary: summary.into(),
    })
}

/// A record's fields, looked up in one go.
struct Record<'t> {
    root: Json<'t>,
    id: Json<'t>,
    time: Json<'t>,
    /// `userIdentity`.
    identity: Json<'t>,
    /// `requestParameters`; where an old EC2 call wraps them in `DeleteFlowLogsRequest`, what is inside.
    request: Json<'t>,
    /// `responseElements`, unwrapped likewise.
    response: Json<'t>,
    /// `eventName` as recorded.
    name: Cow<'t, str>,
    /// `eventSource`, e.g. `ec2.amazonaws.com`.
    source: Cow<'t, str>,
    /// `eventType`.
    kind: Cow<'t, str>,
    /// `sourceIPAddress`.
    address: Cow<'t, str>,
    /// `userAgent`.
    agent: Cow<'t, str>,
    region: Cow<'t, str>,
    /// `recipientAccountId`.
    account: Cow<'t, str>,
    read_only: Cow<'t, str>,
    error_code: Cow<'t, str>,
    error_message: Cow<'t, str>,
    /// `resources`, `serviceEventDetails`, `additionalEventData`.
    resources: Json<'t>,
    service_details: Json<'t>,
    additional: Json<'t>,
    from_console: bool,
}

impl<'t> Record<'t> {
    fn new(root: Json<'t>, beside: &Beside<'t>) -> Self {
        let none = Json::NONE;
        let mut record = Self {
            root,
            id: none,
            time: none,
            identity: none,
            request: none,
            response: none,
            name: Cow::Borrowed(beside.name),
            source: Cow::Borrowed(beside.source),
            kind: Cow::default(),
            address: Cow::default(),
            agent: Cow::default(),
            region: Cow::default(),
            account: Cow::default(),
            read_only: Cow::Borrowed(beside.read_only),
            error_code: Cow::default(),
            error_message: Cow::default(),
            resources: none,
            service_details: none,
            additional: none,
            from_console: false,
        };
        for (key, value) in root.fields() {
            record.set(&key, value);
        }
        record
    }

    fn set(&mut self, key: &str, value: Json<'t>) {
        let text = match key {
            "eventName" => &mut self.name,
            "eventSource" => &mut self.source,
            "eventType" => &mut self.kind,
            "sourceIPAddress" => &mut self.address,
            "userAgent" => &mut self.agent,
            "awsRegion" => &mut self.region,
            "recipientAccountId" => &mut self.account,
            "readOnly" => &mut self.read_only,
            "errorCode" => &mut self.error_code,
            "errorMessage" => &mut self.error_message,
            "eventID" => return self.id = value,
            "eventTime" => return self.time = value,
            "userIdentity" => return self.identity = value,
            "requestParameters" => return self.request = unwrapped(value, "Request"),
            "responseElements" => return self.response = unwrapped(value, "Response"),
            "resources" => return self.resources = value,
            "serviceEventDetails" => return self.service_details = value,
            "additionalEventData" => return self.additional = value,
            "sessionCredentialFromConsole" => return self.from_console = value.is_true(),
            _ => return,
        };
        if let Some(said) = value.text() {
            *text = said;
        }
    }

    /// `ec2` of `ec2.amazonaws.com`.
    fn service(&self) -> &str {
        self.source.split('.').next().unwrap_or_default()
    }

    /// The event's name without the API version that Lambda and CloudFront append: `UpdateFunctionCode20150331v2`,
    /// `UpdateDistribution2020_05_31`.
    fn plain_name(&self) -> &str {
        plain_name(&self.name)
    }
}

/// An event's name without the API version that Lambda and CloudFront append: `UpdateFunctionCode20150331v2`.
pub fn plain_name(name: &str) -> &str {
    let head = name.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, 'v' | '_'));
    let tail = name.get(head.len()..).unwrap_or_default();
    let date = tail.split('v').next().unwrap_or_default();
    let digits = date.bytes().filter(u8::is_ascii_digit).count();
    if digits == 8 && date.starts_with("20") { head } else { name }
}

/// What is inside of an object with one field whose name ends like this; the value itself otherwise.
fn unwrapped<'t>(value: Json<'t>, ending: &str) -> Json<'t> {
    let mut fields = value.fields();
    match (fields.next(), fields.next()) {
        (Some((key, inner)), None) if key.ends_with(ending) && inner.is_object() => inner,
        _ => value,
    }
}

fn said(text: &str) -> Option<Cow<'_, str>> {
    (!text.is_empty()).then_some(Cow::Borrowed(text))
}

fn first<const N: usize>(texts: [Option<Cow<'_, str>>; N]) -> Option<Cow<'_, str>> {
    texts.into_iter().flatten().find(|t| !cleaned(t).is_empty())
}

/// Longest actor shown, in cells: a role's name (64) and a session's (64) with the mark between them.
const ACTOR: usize = 140;

/// Cleaned, and no longer than a name or an id of AWS can be, so that a record of 256 KB makes no row of 256 KB.
fn clean(text: &str) -> String {
    short(text, 512)
}

fn short(text: &str, cells: usize) -> String {
    // Cut before cleaning too: cleaning a quarter of a megabyte to keep a line of it is work for nothing.
    let end = text.floor_char_boundary(cells * 8);
    let text = cleaned(text.get(..end).unwrap_or_default());
    // No character is wider than it has bytes.
    if text.len() <= cells { text.into_owned() } else { cut(&text, cells).into_owned() }
}

/// RFC 3339, as records have it, or seconds since 1970.
fn time(value: Json<'_>) -> Option<Timestamp> {
    let text = value.text()?;
    text.trim().parse().ok().or_else(|| {
        let seconds: f64 = text.trim().parse().ok().filter(|s: &f64| s.abs() < 1e11)?;
        #[allow(clippy::cast_possible_truncation, reason = "bounded above")]
        Timestamp::from_millisecond((seconds * 1000.0) as i64).ok()
    })
}

/// `readOnly` as a truth value or a word; without it, what the event's name says.
fn read_only(record: &Record<'_>) -> bool {
    let word = &record.read_only;
    if word.eq_ignore_ascii_case("true") || word.eq_ignore_ascii_case("false") {
        return word.eq_ignore_ascii_case("true");
    }
    // AssumeRole and its like count as reads in CloudTrail.
    ["Describe", "Get", "List", "Head", "Lookup", "Search", "BatchGet", "AssumeRole"]
        .iter()
        .any(|verb| record.name.starts_with(verb))
}

/// `errorCode`; where there is none, what else says that the call failed: a message (a refused sign-in), or an answer
/// that reports a failure (a task that ECS could not place).
fn error(record: &Record<'_>) -> Option<String> {
    let failed_answer = || record.response.get("errorCode").text();
    let not_signed_in = || {
        let said = record.response.get(&record.name).text();
        said.filter(|said| said.eq_ignore_ascii_case("failure"))
    };
    let not_placed = || {
        let none = record.response.at("tasks").text().is_none() && !record.response.at("tasks").is_object();
        record.response.at("failures.reason").text().filter(|_| none)
    };
    let error = first([said(&record.error_code), said(&record.error_message)])
        .or_else(failed_answer)
        .or_else(not_placed)
        .or_else(not_signed_in)?;
    Some(short(&error, 120))
}

#[cfg(test)]
mod tests;
