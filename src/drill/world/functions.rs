//! Lambda functions: those that metrics and the history name.
//!
//! When their code came last is in the history only ([`crate::drill::trail`]). This module must never know how Lambda
//! writes any of it.

use jiff::Timestamp;

use super::{Ids, shift};
use crate::drill::{rng, script::account::Account, trail::FUNCTIONS};

/// All of them, in the main Region.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    /// By name.
    pub(crate) all: Vec<Function>,
}

/// One function.
#[derive(Debug)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: String,
    /// Its ARN.
    pub(crate) arn: String,
    /// Where.
    pub(crate) region: String,
    /// e.g. `python3.13`.
    pub(crate) runtime: String,
    /// The name of its role, whose path is `/service-role/`.
    pub(crate) role: String,
    /// `vpc-…`, `subnet-…` and `sg-…` of those inside a VPC.
    pub(crate) network: Option<(String, Vec<String>, Vec<String>)>,
    /// The ARN of the queue that feeds it, and the id of that mapping.
    pub(crate) source: Option<(String, String)>,
    /// The ARN of the queue that gets what it fails at.
    pub(crate) dead_letters: Option<String>,
    /// The ARN of the key of its environment.
    pub(crate) key: Option<String>,
    /// When its code came last, as long as the history has nothing younger.
    pub(crate) changed: Timestamp,
}

impl Functions {
    /// Those that the account's metrics and the history name.
    pub(crate) fn build(file: &Account, ids: Ids, origin: Timestamp) -> Result<Self, String> {
        let of_lambda = file.metric.iter().filter(|metric| metric.namespace == "AWS/Lambda");
        let dimensions = of_lambda.flat_map(|metric| &metric.dimensions);
        let measured = dimensions.filter(|(name, _)| name == "FunctionName").map(|(_, value)| value.as_str());
        let mut names: Vec<&str> = measured.chain(FUNCTIONS.iter().copied()).collect();
        names.sort_unstable();
        names.dedup();
        if let Some(lost) = file.function.iter().find(|one| !names.contains(&one.name.as_str())) {
            return Err(format!("no metric names the function {}", lost.name));
        }
        let all = names.into_iter().map(|name| function(file, name, ids, origin));
        Ok(Self { all: all.collect::<Result<_, _>>()? })
    }
}

fn function(file: &Account, name: &str, ids: Ids, origin: Timestamp) -> Result<Function, String> {
    let told = file.function.iter().find(|one| one.name == name);
    let arn = |service: &str, rest: &str| format!("arn:aws:{service}:{}:{}:{rest}", file.region, file.id);
    let subnets = told.map_or(&[][..], |one| &one.subnets);
    let mut vpc = None;
    for key in subnets {
        let subnet = file.subnet.iter().find(|subnet| subnet.key == *key);
        vpc = Some(&subnet.ok_or_else(|| format!("{name}: there is no subnet {key}"))?.vpc);
    }
    let network = vpc.map(|vpc| {
        let groups = told.map_or(&[][..], |one| &one.groups).iter();
        (
            ids.of("vpc", vpc),
            subnets.iter().map(|key| ids.of("subnet", key)).collect(),
            groups.map(|key| ids.of("sg", &format!("{vpc}/{key}"))).collect(),
        )
    });
    let queue = |name: &String| arn("sqs", name);
    // From half a year to a year old.
    let days = 180 + rng::text(ids.seed, name) % 180;
    Ok(Function {
        name: name.to_owned(),
        arn: arn("lambda", &format!("function:{name}")),
        region: file.region.clone(),
        runtime: told.and_then(|one| one.runtime.clone()).unwrap_or_else(|| "python3.13".to_owned()),
        role: format!("lambda-{name}"),
        network,
        source: told
            .and_then(|one| one.queue.as_ref())
            .map(|name| (queue(name), ids.uuid(&format!("mapping/{name}")))),
        dead_letters: told.and_then(|one| one.dead_letters.as_ref()).map(queue),
        key: told
            .is_some_and(|one| one.own_key)
            .then(|| arn("kms", &format!("key/{}", ids.uuid(&format!("key/{name}"))))),
        changed: shift(origin, -i64::try_from(days).unwrap_or_default() * 86_400),
    })
}
