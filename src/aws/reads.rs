//! What an explanation of an incident asks of AWS: a [`Question`] in, an answer in the words of the AWS CLI out.
//!
//! A question is one call, whose first page is all that is read. An answer holds what graph and checks look at and no more;
//! every text in it is sanitised, times are RFC 3339 in UTC, what AWS left out is left out. Nothing here may decide what an
//! answer means, or call a thing that is gone a failure.

mod balancing;
mod databases;
mod functions;
mod identity;
mod instances;
mod network;
mod scaling;
mod told;
mod volumes;

use std::sync::{Arc, atomic::AtomicU32};

use aws_sdk_ec2::types::Filter;
use serde_json::{Map, Value as Json};

use super::{Session, probe::Probe};
use crate::{
    problem::Problem,
    triage::read::{Question, Read},
};

/// Asks an operation as [`super::ask!`] does; `None` when AWS answers that there is no such thing.
macro_rules! seek {
    ($session:expr, $operation:expr, $probe:expr, $request:expr) => {{
        match $session.admit($operation).await {
            Err(problem) => Err(problem),
            Ok(()) => match $request.customize().interceptor($probe.clone()).send().await {
                Ok(answer) => {
                    $session.worked($operation);
                    Ok(Some(answer))
                }
                Err(failure) if $crate::aws::error::says(&failure, $crate::aws::error::codes::is_gone) => {
                    $session.worked($operation);
                    Ok(None)
                }
                Err(failure) => Err($session.failed($operation, &failure, &$probe).await),
            },
        }
    }};
}
use seek;

/// An answer; `None` when AWS refuses the call because a thing that it names is gone.
type Answer = Result<Option<Json>, Problem>;

/// The answer to a question; requests that go out are counted.
///
/// What is gone is not in its list, and `{}` where an answer is one thing. Some services refuse a whole list for one thing
/// that is gone; each of that list is then asked about by itself. A question that takes one thing ([`Read::most`]) is about the
/// first of several.
pub async fn read(session: &Session, question: &Question, calls: &Arc<AtomicU32>) -> Result<Json, Problem> {
    let (read, of) = (question.read, &question.of);
    let of = of.get(..of.len().min(read.most())).unwrap_or(of);
    // EC2 would take a question about nothing for one about everything.
    if of.is_empty() {
        return Ok(empty(read));
    }
    if let Some(answer) = ask_about(session, read, of, calls).await? {
        return Ok(answer);
    }
    // Halves, so that one that is gone among twenty costs some ten calls and not twenty.
    let mut all = empty(read);
    let mut parts: Vec<&[String]> = halves(of);
    while let Some(part) = parts.pop() {
        match ask_about(session, read, part, calls).await? {
            Some(answer) => join(&mut all, answer),
            None => parts.extend(halves(part)),
        }
    }
    Ok(all)
}

/// The two halves of several; nothing of one.
fn halves(of: &[String]) -> Vec<&[String]> {
    match of {
        [] | [_] => Vec::new(),
        several => {
            let (left, right) = several.split_at(several.len() / 2);
            // The left one is taken first.
            vec![right, left]
        }
    }
}

/// By filter and not by id: an id that is gone, or that EC2 would not take for one, is then an empty answer and no error.
fn filter(name: &str, of: &[String]) -> Filter {
    Filter::builder().name(name).set_values(Some(of.to_vec())).build()
}

/// The list in an answer; none where it is one thing.
const fn list(read: Read) -> Option<&'static str> {
    Some(match read {
        Read::Instances => "Reservations",
        Read::InstanceStatus => "InstanceStatuses",
        Read::Addresses => "Addresses",
        Read::SecurityGroups => "SecurityGroups",
        Read::Subnets => "Subnets",
        Read::RouteTables => "RouteTables",
        Read::NetworkAcls => "NetworkAcls",
        Read::InternetGateways => "InternetGateways",
        Read::NatGateways => "NatGateways",
        Read::VpcEndpoints => "VpcEndpoints",
        Read::Volumes => "Volumes",
        Read::VolumeStatus => "VolumeStatuses",
        Read::LaunchTemplateVersions => "LaunchTemplateVersions",
        Read::RolePolicies => "AttachedPolicies",
        Read::AutoScalingGroups => "AutoScalingGroups",
        Read::ScalingActivities => "Activities",
        Read::InstanceRefreshes => "InstanceRefreshes",
        Read::TargetGroups | Read::TargetGroupsOf => "TargetGroups",
        Read::TargetHealth => "TargetHealthDescriptions",
        Read::LoadBalancers => "LoadBalancers",
        Read::Listeners => "Listeners",
        Read::DbInstances => "DBInstances",
        Read::DbClusters => "DBClusters",
        Read::DbEvents => "Events",
        Read::EventSources => "EventSourceMappings",
        Read::InstanceProfile | Read::Function => return None,
    })
}

/// The answer about nothing.
fn empty(read: Read) -> Json {
    Json::Object(
        list(read).map(|name| (name.to_owned(), Json::Array(Vec::new()))).into_iter().collect::<Map<_, _>>(),
    )
}

/// Adds the lists of an answer to those of another.
fn join(all: &mut Json, more: Json) {
    let (Json::Object(all), Json::Object(more)) = (all, more) else { return };
    for (name, value) in more {
        match (all.get_mut(&name), value) {
            (Some(Json::Array(list)), Json::Array(more)) => list.extend(more),
            (_, value) => {
                all.insert(name, value);
            }
        }
    }
}

async fn ask_about(session: &Session, read: Read, of: &[String], calls: &Arc<AtomicU32>) -> Answer {
    let probe = &Probe::new(calls);
    let one = of.first().map_or("", String::as_str);
    match read {
        Read::Instances => instances::instances(session, probe, of).await,
        Read::InstanceStatus => instances::status(session, probe, of).await,
        Read::LaunchTemplateVersions => instances::template_versions(session, probe, one).await,
        Read::Volumes => volumes::volumes(session, probe, of).await,
        Read::VolumeStatus => volumes::status(session, probe, of).await,
        Read::Addresses => network::addresses(session, probe, of).await,
        Read::SecurityGroups => network::security_groups(session, probe, of).await,
        Read::Subnets => network::subnets(session, probe, of).await,
        Read::RouteTables => network::route_tables(session, probe, of).await,
        Read::NetworkAcls => network::network_acls(session, probe, of).await,
        Read::InternetGateways => network::internet_gateways(session, probe, of).await,
        Read::NatGateways => network::nat_gateways(session, probe, of).await,
        Read::VpcEndpoints => network::vpc_endpoints(session, probe, of).await,
        Read::InstanceProfile => identity::instance_profile(session, probe, one).await,
        Read::RolePolicies => identity::role_policies(session, probe, one).await,
        Read::AutoScalingGroups => scaling::groups(session, probe, of).await,
        Read::ScalingActivities => scaling::activities(session, probe, one).await,
        Read::InstanceRefreshes => scaling::refreshes(session, probe, one).await,
        Read::TargetGroups => balancing::target_groups(session, probe, of).await,
        Read::TargetGroupsOf => balancing::target_groups_of(session, probe, one).await,
        Read::TargetHealth => balancing::target_health(session, probe, one).await,
        Read::LoadBalancers => balancing::load_balancers(session, probe, of).await,
        Read::Listeners => balancing::listeners(session, probe, one).await,
        Read::DbInstances => databases::instances(session, probe, one).await,
        Read::DbClusters => databases::clusters(session, probe, one).await,
        Read::DbEvents => databases::events(session, probe, one).await,
        Read::Function => functions::function(session, probe, one).await,
        Read::EventSources => functions::event_sources(session, probe, one).await,
    }
}
