//! The facts of an offline triage, as `contract.md` fixes them: what is unwell, what is around it, since when.
//!
//! JSON in, a [`Case`] out. Where it names no resource, the alarm's dimensions do. What it does not know (a type, a field) it takes as it is or passes over; what it cannot do
//! without (an object, a time) it refuses in one sentence.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Deserializer, de::Error};

use super::{
    cause::{About, Case, Related, Symptom},
    kinds::{self, Place},
    resources::of_dimensions,
};
use crate::{
    resource::ResourceRef,
    scope::ScopeId,
    text::{sanitise::clean, sentence::Sentence},
};

/// How far back a cause is looked for when nobody says.
pub const WINDOW: SignedDuration = SignedDuration::from_hours(24);
/// The longest window: what CloudTrail's event history holds.
const LONGEST: u32 = 90 * 86_400;

/// What `--context` holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Context {
    /// The account; empty for any.
    pub account: String,
    /// The Region.
    pub region: String,
    /// The alarm's name, when there is an alarm.
    pub alarm: Option<String>,
    /// What the alarm watches, where the file says so.
    pub watched: Option<Watched>,
    /// What was reported, or empty.
    pub report: String,
    /// What is to be explained.
    pub case: Case,
}

/// A metric, as far as an alarm's kind can be told by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    /// As in CloudWatch.
    pub namespace: String,
    /// As in CloudWatch.
    pub metric: String,
    /// Names of its dimensions.
    pub dimensions: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct File {
    #[serde(default)]
    account: String,
    #[serde(default)]
    region: String,
    #[serde(deserialize_with = "time")]
    at: Timestamp,
    window_secs: Option<u32>,
    symptom: Option<String>,
    alarm: Option<Alarm>,
    #[serde(default)]
    resources: Vec<Named>,
    #[serde(default)]
    related: Vec<Named>,
}

fn time<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    String::deserialize(from)?.parse().map_err(D::Error::custom)
}

#[derive(Debug, Default, Deserialize)]
struct Alarm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    namespace: String,
    #[serde(default)]
    metric: String,
    #[serde(default)]
    state: String,
    #[serde(default)]
    dimensions: Vec<Dimension>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Dimension {
    name: String,
    value: String,
}

#[derive(Debug, Deserialize)]
struct Named {
    #[serde(rename = "type")]
    kind: String,
    id: String,
    #[serde(default)]
    via: String,
}

impl Context {
    /// Reads it; the error says where and why.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let file: File = serde_json::from_str(text)?;
        let place =
            Place { scope: ScopeId(0), partition: "aws", region: &file.region, account: &file.account };
        let resource = |named: &Named| reference(&named.kind, &named.id, &place);
        let is_named = |named: &&Named| !named.id.is_empty();
        let mut about = About {
            resources: file.resources.iter().filter(is_named).map(resource).collect(),
            related: file
                .related
                .iter()
                .filter(is_named)
                .map(|named| Related { resource: resource(named), via: via(&named.via), steps: 1 })
                .collect(),
        };
        let alarm = file.alarm.unwrap_or_default();
        if about.resources.is_empty() {
            let named = alarm.dimensions.iter().map(|d| (clean(&d.name), clean(&d.value)));
            about.resources = of_dimensions(&alarm.namespace, &named.collect::<Vec<_>>(), place);
        }
        let report = file.symptom.as_deref().unwrap_or_default();
        let window = file.window_secs.filter(|secs| *secs > 0).map(|secs| secs.min(LONGEST));
        let case = Case {
            symptom: Symptom::of(&alarm.namespace, &alarm.metric, &alarm.state, report),
            about,
            at: file.at,
            window: window.map_or(WINDOW, |secs| SignedDuration::from_secs(i64::from(secs))),
            began: None,
        };
        let dimensions = alarm.dimensions.iter().map(|dimension| clean(&dimension.name));
        let watched = Watched {
            namespace: clean(&alarm.namespace),
            metric: clean(&alarm.metric),
            dimensions: dimensions.collect(),
        };
        let alarm = Some(clean(&alarm.name)).filter(|name| !name.is_empty());
        Ok(Self {
            account: clean(&file.account),
            region: clean(&file.region),
            alarm,
            watched: Some(watched).filter(|watched| !watched.namespace.is_empty()),
            report: clean(report),
            case,
        })
    }
}

/// How something is related, in the words of whoever wrote the file.
fn via(text: &str) -> Option<Sentence> {
    let text = clean(text);
    (!text.is_empty()).then(|| Sentence::new("relation.said").with("text", text))
}

/// With its ARN where one can be built; an id that is an ARN tells its own.
fn reference(kind: &str, id: &str, place: &Place<'_>) -> ResourceRef {
    let (kind, id) = (clean(kind), clean(id));
    if id.starts_with("arn:") {
        let own = kinds::of_arn(&id, place.scope).map_or_else(|| id.clone(), |r| r.id);
        return ResourceRef::new(place.scope, kind, own).with_arn(id);
    }
    match kinds::kind(&kind) {
        Some(known) => kinds::refer(known.name, id, place),
        None => ResourceRef::new(place.scope, kind, id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_contract_names_is_read_and_the_rest_passed_over() {
        let context = Context::parse(
            r#"{"account": "123456789012", "region": "eu-west-1", "at": "2026-05-01T03:10:00Z", "window_secs": 3600,
                "symptom": "slow", "new": [1],
                "alarm": {"name": "web-cpu", "namespace": "AWS/EC2", "metric": "CPUUtilization", "state": "ALARM",
                          "dimensions": [{"Name": "InstanceId", "Value": "i-0abc"}]},
                "resources": [{"type": "AWS::EC2::Instance", "id": "i-0abc"}, {"type": "AWS::New::Thing", "id": "x"}],
                "related": [{"type": "AWS::SecretsManager::Secret", "via": "reads",
                             "id": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf"}]}"#,
        )
        .unwrap();
        assert_eq!(context.alarm.as_deref(), Some("web-cpu"));
        assert_eq!(context.case.window, SignedDuration::from_hours(1));
        let About { resources, related } = &context.case.about;
        assert_eq!(resources[0].arn.as_deref(), Some("arn:aws:ec2:eu-west-1:123456789012:instance/i-0abc"));
        assert_eq!((resources[1].kind.as_ref(), resources[1].id.as_str()), ("AWS::New::Thing", "x"));
        assert_eq!(related[0].via, via("reads"));
        assert!(related[0].resource.arn.is_some());
    }

    #[test]
    fn without_resources_the_alarm_s_dimensions_name_them() {
        let of = |more: &str| {
            let text = format!(
                r#"{{"at": "2026-05-01T03:10:00Z", "region": "eu-west-1", "account": "123456789012", {more}
                    "alarm": {{"namespace": "AWS/EC2", "metric": "CPUUtilization",
                               "dimensions": [{{"Name": "InstanceId", "Value": "i-0abc"}}]}}}}"#
            );
            Context::parse(&text).unwrap().case.about.resources.into_iter().map(|r| r.id).collect::<Vec<_>>()
        };
        assert_eq!(of(""), ["i-0abc"]);
        assert_eq!(of(r#""resources": [{"type": "AWS::EC2::Instance", "id": "i-1"}],"#), ["i-1"]);
    }

    #[test]
    fn a_context_without_a_time_or_that_is_none_is_refused() {
        for text in ["", "[]", "{}", r#"{"at": "yesterday"}"#, r#"{"at": 5}"#] {
            assert!(Context::parse(text).is_err(), "{text}");
        }
        let least = Context::parse(r#"{"at": "2026-05-01T03:10:00Z", "window_secs": 4000000000}"#).unwrap();
        assert_eq!((least.alarm, least.case.window.as_hours()), (None, 90 * 24));
    }
}
