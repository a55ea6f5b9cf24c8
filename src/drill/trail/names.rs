//! Placeholders in the texts of events, and what they stand for.
//!
//! | text | what |
//! |---|---|
//! | `{account}` `{region}` | the account's id, its main Region |
//! | `{i:web-1}` `{eni:web-1}` `{vol:orders-db-1:1}` | an instance's id, its interface's, its second volume's |
//! | `{r:web-1}` | the reservation that an instance was launched in |
//! | `{akia:jenkins}` `{aida:jenkins}` | the access key and the id of an IAM user |
//! | `{ami:shop-web}` `{lt:web}` | an image's id; the id of a fleet's launch template |
//! | `{sg:prod/web}` `{sgr:alb-https}` | a security group's id, a rule's |
//! | `{lb:web}` `{tg:web-80}` `{listener:web:443}` | ARNs of a load balancer, a target group, a listener |
//! | `{i}` `{vol}` `{sg}` `{subnet}` `{vpc}` `{asg}` `{alarm}` `{lb}` `{tg}` | one of them at random, in the main Region |
//! | `{fn}` `{log}` | a Lambda function's name, a log group's |
//!
//! Anything else in braces stands for itself, since JSON is full of them.

use super::{caller::code, pen::Dice};
use crate::drill::world::{Ids, World, instance::Instance};

/// Lambda functions of the account that are in use. CloudWatch's metrics know them by these names.
pub(crate) const FUNCTIONS: &[&str] = &["thumbnailer", "payment-webhook"];

/// Log groups of the account.
pub(crate) const LOG_GROUPS: &[&str] = &[
    "/shop/prod/checkout",
    "/shop/prod/payment",
    "/shop/prod/web",
    "/aws/lambda/thumbnailer",
    "/aws/lambda/payment-webhook",
    "/aws/rds/instance/shop-main/postgresql",
];

/// The kinds of placeholders.
const KINDS: &[&str] = &[
    "account", "region", "i", "eni", "vol", "r", "akia", "aida", "ami", "lt", "sg", "sgr", "lb", "tg",
    "listener", "subnet", "vpc", "asg", "alarm", "fn", "log",
];

/// Replaces the placeholders of a text.
pub(super) fn fill(world: &World, dice: &mut Dice, text: &str) -> Result<String, String> {
    let mut out = String::with_capacity(text.len() + 32);
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let inner = after.split_once('}');
        let found = inner.filter(|(inner, _)| KINDS.contains(&inner.split(':').next().unwrap_or_default()));
        if let Some((inner, tail)) = found {
            let value = value(world, dice, inner).ok_or_else(|| format!("there is no {{{inner}}}"))?;
            out.push_str(&value);
            rest = tail;
        } else {
            out.push('{');
            rest = after;
        }
    }
    out.push_str(rest);
    Ok(out)
}

fn value(world: &World, dice: &mut Dice, inner: &str) -> Option<String> {
    let (kind, key) = inner.split_once(':').map_or((inner, None), |(kind, key)| (kind, Some(key)));
    let Some(key) = key else { return any(world, dice, kind) };
    let instance = |key: &str| world.instances.iter().find(|instance| instance.key == key);
    match kind {
        "i" => instance(key).map(|instance| instance.id.clone()),
        "r" => instance(key).map(|instance| instance.reservation.clone()),
        "akia" => Some(code(world, "AKIA", key)),
        "aida" => Some(code(world, "AIDA", key)),
        "eni" => instance(key).map(|instance| instance.interface.clone()),
        "vol" => {
            let (key, nth) = key.split_once(':')?;
            instance(key)?.volumes.get(nth.parse::<usize>().ok()?).map(|(id, _)| id.clone())
        }
        "ami" => world.images.iter().find(|image| image.key == key).map(|image| image.id.clone()),
        "lt" => world.instances.iter().any(|i| i.fleet == key).then(|| template(world, key)),
        "sg" => {
            let id = Ids { seed: world.seed }.of("sg", key);
            let used = world.instances.iter().any(|i| i.groups.iter().any(|(group, _)| *group == id));
            let balances = world.network.balancers.iter().any(|balancer| balancer.groups.contains(&id));
            (used || balances).then_some(id)
        }
        "sgr" => world.network.rules.iter().find(|rule| rule.key == key).map(|rule| rule.id.clone()),
        "lb" => world.network.balancers.iter().find(|one| one.name == key).map(|one| one.arn.clone()),
        "tg" => {
            let all = world.network.balancers.iter().flat_map(|one| &one.target_groups);
            all.into_iter().find(|group| group.name == key).map(|group| group.arn.clone())
        }
        "listener" => {
            let (name, port) = key.split_once(':')?;
            let balancer = world.network.balancers.iter().find(|one| one.name == name)?;
            balancer.listeners.iter().find(|(on, _)| on == port).map(|(_, arn)| arn.clone())
        }
        _ => None,
    }
}

/// The id of a fleet's launch template.
pub(super) fn template(world: &World, fleet: &str) -> String {
    Ids { seed: world.seed }.of("lt", fleet)
}

fn any(world: &World, dice: &mut Dice, kind: &str) -> Option<String> {
    let region = world.regions.first()?;
    match kind {
        "account" => Some(world.account.clone()),
        "region" => Some(region.clone()),
        "fn" => dice.pick(FUNCTIONS).map(|name| (*name).to_owned()),
        "log" => dice.pick(LOG_GROUPS).map(|name| (*name).to_owned()),
        "alarm" => {
            let alarms: Vec<_> = world.alarms.iter().filter(|alarm| alarm.region == *region).collect();
            // Names go into JSON text.
            let name = dice.pick(&alarms).map(|alarm| alarm.name.clone())?;
            Some(name.chars().filter(|c| !matches!(c, '"' | '\\')).collect())
        }
        "lb" => dice.pick(&world.network.balancers).map(|one| one.arn.clone()),
        "tg" => {
            let all: Vec<_> = world.network.balancers.iter().flat_map(|one| &one.target_groups).collect();
            dice.pick(&all).map(|group| group.arn.clone())
        }
        _ => {
            let running =
                |i: &&Instance| i.region == *region && i.state == "running" && i.launched < world.origin;
            let here: Vec<&Instance> = world.instances.iter().filter(running).collect();
            let instance = dice.pick(&here)?;
            match kind {
                "i" => Some(instance.id.clone()),
                "vol" => instance.volumes.first().map(|(id, _)| id.clone()),
                "sg" => instance.groups.first().map(|(id, _)| id.clone()),
                "subnet" => Some(instance.subnet.clone()),
                "vpc" => Some(instance.vpc.clone()),
                "asg" => {
                    let groups = here.iter().filter_map(|i| i.tag("aws:autoscaling:groupName"));
                    let groups: Vec<&str> = groups.collect();
                    dice.pick(&groups).map(|name| (*name).to_owned())
                }
                _ => None,
            }
        }
    }
}
