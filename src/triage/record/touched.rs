//! The resources a record names: its parameters and answers by the table, its own `resources`, and the index's.
//!
//! References are made such that `triage::resources::same` finds them: an instance named by ARN is the instance named
//! by id. Where the record does not tell a DocumentDB or Neptune instance from an RDS one (all three are
//! `rds.amazonaws.com`), it is an RDS one.

mod ids;
mod table;

use std::{borrow::Cow, cmp::Reverse, sync::LazyLock};

use super::{
    Record,
    json::{Json, Place as At},
};
use crate::{
    resource::ResourceRef,
    scope::ScopeId,
    text::sanitise::cleaned,
    triage::{
        arn::Arn,
        kinds::{self, Place},
    },
};
use ids::{by_looks, function, known_name, looks_like_one, of_arn};
use table::{ALIASES, How, ROWS, Row, SKIPPED};

/// Most resources that an event keeps. A call names at most a few dozen; a hostile record may name thousands.
pub(super) const MOST: usize = 64;
/// Most that are looked at before the best of them are kept.
const LOOKED_AT: usize = 4 * MOST;
/// Longest name or ARN, in bytes: ARNs may have 2,048 characters (IAM reference, "quotas").
const LONGEST: usize = 2048;

/// What the table says of a parameter's name.
#[derive(Clone, Copy)]
enum Named {
    Skipped(&'static str),
    Row(&'static Row),
}

/// The table by the length and the first letter of names: most parameters are not in it, and this tells so at once.
static BY_NAME: LazyLock<Vec<Vec<Named>>> = LazyLock::new(|| {
    let mut lists = vec![Vec::new(); LETTERS * LENGTHS];
    let skipped = SKIPPED.iter().map(|key| (*key, Named::Skipped(key)));
    let rows = ROWS.iter().map(|row| (row.key.rsplit('.').next().unwrap_or_default(), Named::Row(row)));
    for (key, named) in skipped.chain(rows) {
        if let Some(list) = slot(key).and_then(|slot| lists.get_mut(slot)) {
            list.push(named);
        }
    }
    lists
});

const LETTERS: usize = 32;
const LENGTHS: usize = 48;

/// Letters of both cases share their last five bits.
fn slot(key: &str) -> Option<usize> {
    let first = usize::from(*key.as_bytes().first()? & 31);
    (key.len() < LENGTHS).then_some(key.len() * LETTERS + first)
}

/// What the record is about first: what has the event's own noun, then in the order in which it is named.
pub(super) fn touched(scope: ScopeId, record: &Record<'_>, index: &[(String, String)]) -> Vec<ResourceRef> {
    let is_account = |a: &str| a.len() == 12 && a.bytes().all(|b| b.is_ascii_digit());
    let caller = record.identity.get("accountId").text_or_empty();
    let account = [&*record.account, &*caller].into_iter().find(|a| is_account(a)).unwrap_or_default();
    let own_arn = record.identity.get("arn").text_or_empty();
    let place = Place {
        scope,
        partition: Arn::parse(&own_arn)
            .map(|a| plain(a.partition))
            .filter(|p| !p.is_empty())
            .unwrap_or_else(|| partition_of(&record.region)),
        region: plain(&record.region),
        account,
    };
    let mut found = Found { place, list: Vec::with_capacity(8) };
    found.parameters(record, record.request, true);
    found.listed(record.resources);
    for (kind, name) in index.iter().take(LOOKED_AT) {
        found.typed(kind, name);
    }
    for more in [record.response, record.service_details, record.additional] {
        found.parameters(record, more, false);
    }
    found.message(&record.error_message, &own_arn);
    found.engine(&record.response.get("engine").text_or_empty());
    let mut list = found.list;
    if list.len() > 1 {
        let name = record.plain_name().to_ascii_lowercase();
        list.sort_by_cached_key(|r| Reverse(noun_in(&r.kind, &name)));
    }
    list.truncate(MOST);
    list.shrink_to_fit();
    list
}

/// How much of the event's name is this type's noun: 8 for an instance and `StopInstances`, 0 for its subnet.
fn noun_in(kind: &str, name: &str) -> usize {
    let noun = kind.rsplit("::").next().unwrap_or_default().to_ascii_lowercase();
    let noun = match noun.as_str() {
        // AttachRolePolicy changes the role; the policy is only what it gets.
        "managedpolicy" => return usize::from(name.contains("policy")),
        "eip" => "address",
        noun => noun,
    };
    if name.contains(noun) { noun.len() } else { 0 }
}

/// A Region's or partition's name as it can be; ARNs are built with it.
fn plain(name: &str) -> &str {
    let fits = name.len() <= 32 && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if fits { name } else { "" }
}

fn partition_of(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("eusc") => "aws-eusc",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

struct Found<'a> {
    place: Place<'a>,
    list: Vec<ResourceRef>,
}

impl Found<'_> {
    fn push(&mut self, found: ResourceRef) {
        let plain = |c: char| !c.is_control() && c != '*';
        if found.id.is_empty() || found.id.len() > LONGEST || !found.id.chars().all(plain) {
            return;
        }
        // A name by its type, or of a type that only its ARN tells: the same ARN is the same thing.
        let same = |r: &ResourceRef| {
            (r.id == found.id && r.kind == found.kind) || (r.arn.is_some() && r.arn == found.arn)
        };
        if let Some(known) = self.list.iter_mut().find(|r| same(r)) {
            known.arn = known.arn.take().or(found.arn);
        } else if self.list.len() < LOOKED_AT {
            self.list.push(found);
        }
    }

    fn parameters(&mut self, record: &Record<'_>, values: Json<'_>, request: bool) {
        let service = record.service();
        values.walk(&mut |at, value| {
            let named = named(record, service, at, request);
            if matches!(named, Some(Named::Skipped(_))) {
                return false;
            }
            if value.is_container() {
                return true;
            }
            let Some(text) = value.text().filter(|t| t.len() <= LONGEST) else { return false };
            match named {
                Some(Named::Row(row)) => {
                    let text = cleaned(&text);
                    if !text.is_empty() && !text.starts_with("HIDDEN_") {
                        self.by_row(row, &text, values);
                    }
                }
                _ => self.by_looks(&text),
            }
            false
        });
    }

    /// An id or an ARN under a name that says nothing. The same id stands in a request and its answer.
    fn by_looks(&mut self, text: &str) {
        if !looks_like_one(text) || self.list.iter().any(|r| r.id == text) {
            return;
        }
        if let Some(found) = by_looks(&cleaned(text), &self.place) {
            self.push(found);
        }
    }

    fn by_row(&mut self, row: &'static Row, text: &str, values: Json<'_>) {
        let kind = Cow::Borrowed(row.kind);
        if text.starts_with("arn:") {
            if let Some(found) = of_arn(text, &kind, self.place.scope) {
                self.push(found);
            }
            return;
        }
        let id = match row.how {
            How::Function => Cow::Borrowed(function(text)),
            How::QueueUrl | How::LastPart => Cow::Borrowed(text.rsplit('/').next().unwrap_or(text)),
            How::Family => Cow::Borrowed(text.split(':').next().unwrap_or(text)),
            How::Below(above, default) => {
                let above = values.get(above).text().unwrap_or(Cow::Borrowed(default));
                let above = above.rsplit('/').next().unwrap_or_default();
                // The default event bus is left out of rules' ids and ARNs.
                let alone = above.is_empty() || (above == "default" && row.kind == "AWS::Events::Rule");
                if alone { Cow::Borrowed(text) } else { Cow::Owned(format!("{above}/{text}")) }
            }
            How::Key if text.starts_with("alias/") => {
                self.push(ResourceRef::new(self.place.scope, "AWS::KMS::Alias", text));
                return;
            }
            How::Plain | How::Key => Cow::Borrowed(text),
        };
        if self.list.iter().any(|r| r.kind == row.kind && r.id == id) {
            return;
        }
        // `instanceId` also names hosts of one's own, `groupId` groups that are no security groups.
        match by_looks(&id, &self.place) {
            Some(found) if row.kind != "AWS::FSx::FileSystem" => self.push(found),
            _ => self.push(kinds::refer(row.kind, id, &self.place)),
        }
    }

    /// `resources` of the record: `{ARN, accountId, type}`.
    fn listed(&mut self, list: Json<'_>) {
        for item in list.items().take(LOOKED_AT) {
            let arn = item.get("ARN").text().or(item.get("arn").text());
            if let Some(arn) = arn {
                self.typed(&item.get("type").text_or_empty(), &arn);
            }
        }
    }

    /// A type, perhaps unknown or of another spelling, and a name, an id or an ARN.
    fn typed(&mut self, kind: &str, name: &str) {
        let (kind, name) = (cleaned(kind), cleaned(name));
        if kind.len() > LONGEST || name.len() > LONGEST {
            return;
        }
        let kind = ALIASES.iter().find(|(other, _)| *other == kind).map_or(&*kind, |(_, ours)| *ours);
        // Objects are data, and buckets have names of their own beside them.
        if kind == "AWS::S3::Object" {
            return;
        }
        if name.starts_with("arn:") {
            let kind = known_name(kind);
            if let Some(found) = of_arn(&name, &kind, self.place.scope) {
                self.push(found);
            }
            return;
        }
        if self.list.iter().any(|r| r.id == name && (r.kind == kind || looks_like_one(&name))) {
            return;
        }
        if let Some(found) = by_looks(&name, &self.place) {
            self.push(found);
            return;
        }
        if kind.is_empty() {
            return;
        }
        let name = match kind {
            "AWS::SQS::Queue" | "AWS::Route53::HostedZone" => name.rsplit('/').next().unwrap_or_default(),
            "AWS::Lambda::Function" => function(&name),
            _ => &name,
        };
        let found = match kinds::kind(kind) {
            Some(known) => kinds::refer(known.name, name, &self.place),
            None => ResourceRef::new(self.place.scope, known_name(kind).into_owned(), name),
        };
        self.push(found);
    }

    /// A refused call often has no parameters in its record; its message then names what it was about.
    fn message(&mut self, message: &str, own_arn: &str) {
        let end = message.floor_char_boundary(LONGEST);
        let message = cleaned(message.get(..end).unwrap_or_default());
        for word in message.split(|c: char| !(c.is_ascii_alphanumeric() || "-:/_.@+=,".contains(c))) {
            let word = word.trim_end_matches(['.', ':', '/', ',']);
            if word != own_arn && !word.contains(":assumed-role/") {
                self.by_looks(word);
            }
        }
    }

    /// Database answers say which engine it is.
    fn engine(&mut self, engine: &str) {
        let (instance, cluster) = match engine {
            "docdb" => ("AWS::DocDB::DBInstance", "AWS::DocDB::DBCluster"),
            "neptune" => ("AWS::Neptune::DBInstance", "AWS::Neptune::DBCluster"),
            _ => return,
        };
        for found in &mut self.list {
            match found.kind.as_ref() {
                "AWS::RDS::DBInstance" => found.kind = Cow::Borrowed(instance),
                "AWS::RDS::DBCluster" => found.kind = Cow::Borrowed(cluster),
                _ => {}
            }
        }
    }
}

fn named(record: &Record<'_>, service: &str, at: &At<'_>, request: bool) -> Option<Named> {
    let list = BY_NAME.get(slot(&at.key)?)?;
    list.iter().copied().find(|named| {
        let row = match named {
            Named::Skipped(key) => return key.eq_ignore_ascii_case(&at.key),
            Named::Row(row) => row,
        };
        let key = match row.key.split_once('.') {
            Some((parent, key)) if parent.eq_ignore_ascii_case(&at.parent) => key,
            Some(_) => return false,
            None => row.key,
        };
        key.eq_ignore_ascii_case(&at.key)
            && (row.service.is_empty() || row.service == service)
            && (!row.top || (request && at.depth == 1))
            && record.name.contains(row.only)
    })
}
