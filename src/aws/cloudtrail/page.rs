//! One page of LookupEvents, as the store takes it.

use aws_sdk_cloudtrail::types::Event as SdkEvent;
use aws_smithy_types::DateTime;
use serde::Deserialize;

use super::lookup::{self, Sought};
use crate::{
    aws::{Session, probe::Probe, time},
    problem::Problem,
    trail::{Found, Index, Lookup},
};

pub(super) use super::lookup::OPERATION;

/// One page.
#[derive(Debug, Default)]
pub(super) struct Page {
    /// Its events, newest first.
    pub found: Vec<Found>,
    /// The token of the next page.
    pub next: Option<String>,
}

/// Which page.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// The question.
    pub lookup: &'a Lookup,
    /// The first second.
    pub from: i64,
    /// The last second; none for "until now".
    pub until: Option<i64>,
    /// The page before's token.
    pub token: Option<&'a str>,
}

/// Asks for a page, in at most `calls` attempts.
pub(super) async fn page(
    session: &Session,
    wanted: &Wanted<'_>,
    probe: &Probe,
    calls: u32,
) -> Result<Page, Problem> {
    let sought = Sought {
        attribute: wanted.lookup.attribute(),
        from: Some(DateTime::from_secs(wanted.from)),
        until: wanted.until.map(DateTime::from_secs),
        most: Some(lookup::PAGE),
        token: wanted.token.map(str::to_owned),
    };
    let answer = lookup::page(session, &sought, probe, calls).await?;
    Ok(Page {
        found: answer.events.unwrap_or_default().into_iter().map(found).collect(),
        next: answer.next_token.filter(|t| !t.is_empty()),
    })
}

/// What a record says of itself, for an index that does not.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Said {
    #[serde(rename = "eventID")]
    event_id: Option<String>,
    event_time: Option<String>,
    event_name: Option<String>,
    event_source: Option<String>,
    read_only: Option<bool>,
}

fn found(event: SdkEvent) -> Found {
    let record = event.cloud_trail_event.unwrap_or_default();
    let complete = event.event_id.is_some()
        && event.event_time.is_some()
        && event.event_name.is_some()
        && event.event_source.is_some()
        && event.read_only.is_some();
    let said: Said =
        if complete { Said::default() } else { serde_json::from_str(&record).unwrap_or_default() };
    let at = event.event_time.map(|t| t.secs());
    let at = at.or_else(|| time::from_text(&said.event_time?).map(jiff::Timestamp::as_second));
    let resources = event.resources.unwrap_or_default().into_iter();
    Found {
        id: event.event_id.or(said.event_id).unwrap_or_default().into(),
        // A time that nobody tells is one that cannot be believed.
        time: at.unwrap_or(i64::MIN),
        index: Index {
            name: event.event_name.or(said.event_name).unwrap_or_default(),
            source: event.event_source.or(said.event_source).unwrap_or_default(),
            user: event.username.filter(|u| !u.is_empty()),
            key: event.access_key_id.filter(|k| !k.is_empty()),
            read_only: match event.read_only.as_deref() {
                Some("true") => Some(true),
                Some("false") => Some(false),
                _ => said.read_only,
            },
            resources: resources
                .filter_map(|r| Some((r.resource_type.unwrap_or_default(), r.resource_name?)))
                .collect(),
        },
        record,
    }
}
