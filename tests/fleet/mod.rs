//! A made-up account of any size that answers as AWS does: real page sizes, opaque tokens, every state there is.
//!
//! Each part holds facts, the words in which AWS says them, and what `contract.md` says a row of them must be. The two
//! latter are written from the facts, side by side and by hand: nothing here may call the code that is checked.
#![allow(dead_code, unreachable_pub, missing_docs, reason = "each test binary uses its own part")]
#![allow(clippy::unwrap_used, reason = "a broken test server fails its test")]
#![allow(clippy::format_collect, clippy::format_push_string, reason = "short goes before fast here")]
#![allow(
    clippy::manual_is_multiple_of,
    reason = "what a thing is goes by its number's remainder, zero or not"
)]

pub mod alarms;
pub mod backups;
pub mod machines;
pub mod nodes;
pub mod trail;

use ciborium::Value as Cbor;
use jiff::Timestamp;
use serde_json::{Value, json};

use self::{alarms::AlarmOf, backups::Backups, machines::Machine, trail::Trail};
use crate::aws_stub::{Answer, Asked};

pub const ACCOUNT: &str = "111122223333";
pub const REGION: &str = "eu-west-1";

/// How large an account.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub instances: usize,
    pub alarms: usize,
    pub jobs: usize,
    /// Seconds between changes in the last 24 hours; 0 for none at all.
    pub change_every: i64,
}

/// The account.
pub struct Fleet {
    pub now: i64,
    pub machines: Vec<Machine>,
    pub alarms: Vec<AlarmOf>,
    pub backups: Backups,
    pub trail: Trail,
}

impl Fleet {
    /// As it stands at a moment.
    pub fn new(size: Size, now: i64) -> Self {
        let machines: Vec<Machine> = (0..size.instances).map(|n| Machine::new(n, now)).collect();
        let backups = Backups::new(&machines, size.jobs, now);
        let alarms = (0..size.alarms).map(|n| AlarmOf::new(n, now)).collect();
        Self { now, machines, alarms, backups, trail: Trail { every: size.change_every } }
    }

    pub fn answer(&self, asked: &Asked) -> Answer {
        let operation = operation(asked);
        match operation.split_once(':').unwrap_or_default() {
            ("sts", _) => Answer::xml(200, IDENTITY),
            ("iam", _) => Answer::xml(200, ALIASES),
            ("ec2", "DescribeInstances") => machines::instances(self, asked),
            ("ec2", "DescribeInstanceStatus") => machines::statuses(self, asked),
            ("ec2", "DescribeImages") => machines::images(self, asked),
            ("ec2", _) => self.backups.ec2(asked),
            ("cloudwatch", name) => alarms::answer(self, name, asked),
            ("ssm", name) => nodes::answer(self, name, asked),
            ("cloudtrail", _) => self.trail.answer(asked),
            _ => self.backups.answer(asked),
        }
    }
}

/// What a request asks for, as its IAM action.
pub fn operation(asked: &Asked) -> String {
    let path = asked.path.trim_matches('/');
    let target = asked.headers.get("x-amz-target").and_then(|t| t.rsplit_once('.'));
    match (asked.action(), target) {
        ("", Some((service, name))) if service.contains("SSM") => format!("ssm:{name}"),
        ("", Some((_, name))) => format!("cloudtrail:{name}"),
        ("", None) => match path.split('/').collect::<Vec<_>>().as_slice() {
            ["service", _, "operation", name] => format!("cloudwatch:{name}"),
            ["backup-jobs"] => "backup:ListBackupJobs".into(),
            ["resources"] => "backup:ListProtectedResources".into(),
            ["backup-vaults"] => "backup:ListBackupVaults".into(),
            ["backup-vaults", _, "recovery-points"] => "backup:ListRecoveryPointsByBackupVault".into(),
            ["account-settings"] => "backup:DescribeRegionSettings".into(),
            ["policies"] => "dlm:GetLifecyclePolicies".into(),
            ["policies", _] => "dlm:GetLifecyclePolicy".into(),
            _ => format!("unknown:{path}"),
        },
        ("GetCallerIdentity", _) => "sts:GetCallerIdentity".into(),
        ("ListAccountAliases", _) => "iam:ListAccountAliases".into(),
        (action, _) => format!("ec2:{action}"),
    }
}

/// The Region that a request was signed for.
pub fn region(asked: &Asked) -> String {
    let authorization = asked.headers.get("authorization").map_or("", String::as_str);
    let scope = authorization.split("Credential=").nth(1).unwrap_or_default();
    scope.split('/').nth(2).unwrap_or_default().to_owned()
}

/// RFC 3339, as AWS writes it and as rows do.
pub fn iso(second: i64) -> String {
    Timestamp::from_second(second).unwrap().to_string()
}

pub fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}")
}

/// A page's token says nothing to whoever holds it.
fn token(at: usize) -> String {
    format!("AAMA-{:016x}", at * 0x9E37_79B1)
}

fn place(token: &str) -> usize {
    let Some(hidden) = token.strip_prefix("AAMA-") else { return 0 };
    usize::from_str_radix(hidden, 16).unwrap() / 0x9E37_79B1
}

/// One page of an EC2 list.
pub fn xml_page(asked: &Asked, set: &str, items: &[String]) -> Answer {
    let size = asked.field("MaxResults").parse().unwrap_or(1000);
    let (page, next) = page(asked.field("NextToken"), size, items);
    let next = next.map(|t| format!("<nextToken>{t}</nextToken>")).unwrap_or_default();
    xml(asked.action(), &format!("<{set}>{}</{set}>{next}", page.concat()))
}

pub fn xml(action: &str, inside: &str) -> Answer {
    let namespace = "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"";
    Answer::xml(200, format!("<{action}Response {namespace}>{inside}</{action}Response>"))
}

/// One page of a REST list (AWS Backup).
pub fn rest_page(asked: &Asked, set: &str, items: &[Value]) -> Answer {
    let size = asked.field("maxResults").parse().unwrap_or(1000);
    let (page, next) = page(asked.field("nextToken"), size, items);
    let mut body = json!({ set: page });
    if let Some(next) = next {
        body["NextToken"] = next.into();
    }
    Answer::json(200, &body)
}

/// Some of all, and the token of the rest.
pub fn page<'a, T>(from: &str, size: usize, items: &'a [T]) -> (&'a [T], Option<String>) {
    let from = place(from);
    let to = (from + size).min(items.len());
    (&items[from..to], (to < items.len()).then(|| token(to)))
}

pub fn cbor(value: &Cbor) -> Answer {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes).unwrap();
    Answer::cbor(200, bytes)
}

pub fn map(entries: impl IntoIterator<Item = (&'static str, Cbor)>) -> Cbor {
    Cbor::Map(entries.into_iter().map(|(key, value)| (Cbor::from(key), value)).collect())
}

/// One element with its text.
pub fn element(name: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<{name}>{text}</{name}>")
}

/// The same, or nothing.
pub fn maybe(name: &str, text: Option<&str>) -> String {
    text.map(|text| element(name, text)).unwrap_or_default()
}

pub fn tag_set(tags: &[(String, String)]) -> String {
    let item = |(key, value): &(String, String)| {
        format!("<item>{}{}</item>", element("key", key), element("value", value))
    };
    format!("<tagSet>{}</tagSet>", tags.iter().map(item).collect::<String>())
}

const IDENTITY: &str = "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\
    <GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/ops</Arn><UserId>AIDAEXAMPLE</UserId>\
    <Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>";
const ALIASES: &str = "<ListAccountAliasesResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\">\
    <ListAccountAliasesResult><AccountAliases/><IsTruncated>false</IsTruncated></ListAccountAliasesResult>\
    </ListAccountAliasesResponse>";

/// Fields that every row has, with how bad it is: one severity for each thing that is wrong with it.
pub fn row(wrong: &[&'static str], fields: Value) -> Value {
    const ORDER: [&str; 6] = ["ok", "unknown", "low", "medium", "high", "critical"];
    let rank = |word: &&str| ORDER.iter().position(|o| o == word).unwrap();
    let worst = wrong.iter().copied().max_by_key(rank).unwrap_or("ok");
    let mut row = fields;
    row["severity"] = worst.into();
    // How many reasons there are; the words are the catalogues' matter.
    row["attention"] = wrong.len().into();
    row["scope"] = json!({ "profile": "default", "account": ACCOUNT, "region": REGION });
    row
}
