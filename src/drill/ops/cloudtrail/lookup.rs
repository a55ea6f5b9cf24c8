//! `cloudtrail:LookupEvents`: one attribute at most, exact and case-sensitive; newest first; what CloudTrail has been
//! delivered so far of the last 90 days (`aws-facts.md` §1.5, §4.3).
//!
//! A page's token says at which event to go on, not how many were seen: events that are delivered between two pages
//! are neither shown twice nor push others out.

use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    trail::{Event, KEPT_DAYS, day_of},
    tree::{Fields, Tree, list},
    world::shift,
};

/// Events on a page, at most and when nothing else is asked for.
const PAGE: i64 = 50;

/// The longest value of an attribute.
const VALUE: usize = 2000;

/// Room in a token for the events of one day.
const A_DAY: usize = 1 << 20;

/// Whether an event has a value of an attribute.
type Matches = fn(&Event, &str) -> bool;

/// The attribute that is looked for.
#[derive(Debug, Clone, Copy)]
struct Attribute<'a> {
    of: Matches,
    value: &'a str,
}

const ATTRIBUTES: &[(&str, Matches)] = &[
    ("EventId", |event, value| event.id == value),
    ("EventName", |event, value| event.call.name == value),
    ("ReadOnly", |event, value| event.call.read.to_string() == value),
    ("Username", |event, value| event.who.username.as_deref() == Some(value)),
    ("ResourceType", |event, value| event.call.resources.iter().any(|(kind, _)| kind == value)),
    ("ResourceName", |event, value| event.call.resources.iter().any(|(_, name)| name == value)),
    ("EventSource", |event, value| event.source() == value),
    ("AccessKeyId", |event, value| event.who.key.as_deref() == Some(value)),
];

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let wrong = |code: &str, message: &str| ApiError::new(code, message);
    let size = match params.int("MaxResults") {
        Ok(None) => PAGE,
        Ok(Some(size)) if (1..=PAGE).contains(&size) => size,
        _ => return Err(wrong("InvalidMaxResultsException", "MaxResults must be between 1 and 50.")),
    };
    let size = usize::try_from(size).unwrap_or_default();
    let attribute = attribute(params)?;
    let time = |name| {
        params
            .time(name)
            .map_err(|_| wrong("InvalidTimeRangeException", "The time range is not a valid one."))
    };
    let (start, end) = (time("StartTime")?, time("EndTime")?);
    let kept = shift(cx.now, -KEPT_DAYS * 86_400);
    if let (Some(start), Some(end)) = (start, end)
        && start > end
    {
        return Err(wrong("InvalidTimeRangeException", "The start time must be before the end time."));
    }
    if end.is_some_and(|end| end < kept) {
        return Err(wrong("InvalidTimeRangeException", "Events are kept for 90 days."));
    }
    let insight = match params.text("EventCategory") {
        None => false,
        Some("insight") => true,
        Some(_) => {
            return Err(wrong("InvalidEventCategoryException", "The event category is not a valid one."));
        }
    };
    let tokens = Tokens::new(cx, "LookupEvents", params);
    let token = params.text("NextToken").map(|token| {
        tokens
            .read(token)
            .ok_or_else(|| wrong("InvalidNextTokenException", "The next token is not a valid one."))
    });
    let before = token.transpose()?;
    if insight {
        // No trail of the drill account logs Insights events.
        return Ok(Fields::new().put("Events", list::<Tree>([])).into());
    }
    // Whole seconds, as events have them.
    let first = start.map_or(kept, |start| start.max(kept)).as_second();
    let last = end.unwrap_or(cx.now).min(cx.now).as_second();
    let search = Search { cx, first, last, attribute };
    let (page, next) = search.page(before, size);
    let events: Vec<Tree> = page.iter().map(|event| describe(cx, event)).collect();
    Ok(Fields::new()
        .put("Events", Tree::List(events))
        .maybe("NextToken", next.map(|at| tokens.write(at)))
        .into())
}

fn attribute(params: Params<'_>) -> Result<Option<Attribute<'_>>, ApiError> {
    let wrong = |message: &str| Err(ApiError::new("InvalidLookupAttributesException", message));
    let mut given = params.structs("LookupAttributes");
    let Some(one) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return wrong("Only one lookup attribute can be given.");
    }
    let key = one.text("AttributeKey").unwrap_or_default();
    let value = one.text("AttributeValue").unwrap_or_default();
    let Some((_, of)) = ATTRIBUTES.iter().find(|(name, _)| *name == key) else {
        return wrong("The lookup attribute's key is not a valid one.");
    };
    if value.is_empty() || value.chars().count() > VALUE {
        return wrong("A lookup attribute's value has between 1 and 2000 characters.");
    }
    if key == "ReadOnly" && !matches!(value, "true" | "false") {
        return wrong("ReadOnly is either true or false.");
    }
    Ok(Some(Attribute { of: *of, value }))
}

/// What is looked for, in seconds since 1970, both ends included.
struct Search<'a> {
    cx: &'a Cx<'a>,
    first: i64,
    last: i64,
    attribute: Option<Attribute<'a>>,
}

impl Search<'_> {
    /// The events of a page, and where the next one begins, if there is one. `before` is where this one does.
    fn page(&self, before: Option<usize>, size: usize) -> (Vec<Event>, Option<usize>) {
        let now = self.cx.now.as_second();
        let newest = day_of(self.last);
        let oldest = day_of(self.first);
        let mut found = Vec::with_capacity(size);
        let mut day = newest;
        let mut upto = usize::MAX;
        if let Some(before) = before {
            day = i64::try_from(before / A_DAY).unwrap_or(newest);
            upto = before % A_DAY;
        }
        while day >= oldest {
            let events = self.cx.world.story.day(self.cx.world, day);
            for (nth, event) in events.iter().enumerate().take(upto).rev() {
                if event.at < self.first {
                    return (found, None);
                }
                if event.at + event.delay <= now && self.wants(event) {
                    if found.len() == size {
                        let place = usize::try_from(day).unwrap_or_default() * A_DAY + nth + 1;
                        return (found, Some(place));
                    }
                    found.push(event.clone());
                }
            }
            upto = usize::MAX;
            day -= 1;
        }
        (found, None)
    }

    fn wants(&self, event: &Event) -> bool {
        event.at <= self.last
            && event.region == self.cx.region
            && self.attribute.is_none_or(|attribute| (attribute.of)(event, attribute.value))
    }
}

fn describe(cx: &Cx<'_>, event: &Event) -> Tree {
    let resources = event.call.resources.iter().map(|(kind, name)| {
        Tree::from(Fields::new().put("ResourceType", kind.as_ref()).put("ResourceName", name))
    });
    Fields::new()
        .put("EventId", &event.id)
        .put("EventName", event.call.name.as_ref())
        .put("ReadOnly", event.call.read.to_string())
        .maybe("AccessKeyId", event.who.key.as_ref())
        .put("EventTime", shift(jiff::Timestamp::UNIX_EPOCH, event.at))
        .put("EventSource", event.source())
        .maybe("Username", event.who.username.as_ref())
        .put("Resources", list(resources))
        .put("CloudTrailEvent", event.record(cx.world))
        .into()
}
