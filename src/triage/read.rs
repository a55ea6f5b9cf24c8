//! What may be read of AWS while something is being explained: one list of questions, each an operation of the registry
//! ([`crate::reads`]) and how its names become arguments.
//!
//! An answer is JSON in the words of the AWS API (`{"Volumes": [{"VolumeId": …}]}`), as the AWS CLI prints it, and holds
//! what graph and checks look at; times are RFC 3339. `aws::reads` asks; nothing here may.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Value as Json, json};

use crate::{
    problem::{Problem, ProblemKind},
    reads::{self, Ask},
    rows::metric::{Series, SeriesQuery},
    text::sanitise::clean,
};

/// The largest page of most of EC2's lists.
const PAGE: u32 = 1000;

/// One kind of question. What it is asked about stands at each; lists are asked in one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Read {
    /// Instances by `i-…`.
    Instances,
    /// The status checks and scheduled events of instances by `i-…`.
    InstanceStatus,
    /// Elastic IP addresses of instances by `i-…`.
    Addresses,
    /// Security groups by `sg-…`.
    SecurityGroups,
    /// Subnets by `subnet-…`.
    Subnets,
    /// The route tables of a VPC by `vpc-…`.
    RouteTables,
    /// The network ACLs of a VPC by `vpc-…`.
    NetworkAcls,
    /// The internet gateways of a VPC by `vpc-…`.
    InternetGateways,
    /// The NAT gateways of a VPC by `vpc-…`.
    NatGateways,
    /// The endpoints of a VPC by `vpc-…`.
    VpcEndpoints,
    /// Volumes by `vol-…`.
    Volumes,
    /// The status of volumes by `vol-…`.
    VolumeStatus,
    /// The default and the latest version of a launch template by `lt-…`.
    LaunchTemplateVersions,
    /// An instance profile by name.
    InstanceProfile,
    /// The managed policies of a role by name.
    RolePolicies,
    /// Auto Scaling groups by name.
    AutoScalingGroups,
    /// What an Auto Scaling group last did, by its name; the newest first, 20 at most.
    ScalingActivities,
    /// The last instance refreshes of an Auto Scaling group, by its name.
    InstanceRefreshes,
    /// Target groups by ARN.
    TargetGroups,
    /// The target groups of a load balancer by its ARN.
    TargetGroupsOf,
    /// The targets of a target group by its ARN, with their health.
    TargetHealth,
    /// Load balancers by ARN.
    LoadBalancers,
    /// The listeners of a load balancer by its ARN.
    Listeners,
    /// The rules of a listener by its ARN.
    ListenerRules,
    /// A database by its identifier.
    DbInstances,
    /// A database cluster by its identifier.
    DbClusters,
    /// What RDS says has happened to a database in the last day, by its identifier.
    DbEvents,
    /// A function by name.
    Function,
    /// What calls a function, by its name.
    EventSources,
    /// What AWS Health knows of a Region that is open or to come, by the Region's name; the newest 100.
    HealthEvents,
    /// What of the account events of AWS Health affect, by the events' ARNs.
    HealthEntities,
}

impl Read {
    /// All of them.
    pub const ALL: [Self; 31] = [
        Self::Instances,
        Self::InstanceStatus,
        Self::Addresses,
        Self::SecurityGroups,
        Self::Subnets,
        Self::RouteTables,
        Self::NetworkAcls,
        Self::InternetGateways,
        Self::NatGateways,
        Self::VpcEndpoints,
        Self::Volumes,
        Self::VolumeStatus,
        Self::LaunchTemplateVersions,
        Self::InstanceProfile,
        Self::RolePolicies,
        Self::AutoScalingGroups,
        Self::ScalingActivities,
        Self::InstanceRefreshes,
        Self::TargetGroups,
        Self::TargetGroupsOf,
        Self::TargetHealth,
        Self::LoadBalancers,
        Self::Listeners,
        Self::ListenerRules,
        Self::DbInstances,
        Self::DbClusters,
        Self::DbEvents,
        Self::Function,
        Self::EventSources,
        Self::HealthEvents,
        Self::HealthEntities,
    ];

    /// The operation of the registry that answers it.
    pub const fn operation(self) -> &'static str {
        match self {
            Self::Instances => "ec2:DescribeInstances",
            Self::InstanceStatus => "ec2:DescribeInstanceStatus",
            Self::Addresses => "ec2:DescribeAddresses",
            Self::SecurityGroups => "ec2:DescribeSecurityGroups",
            Self::Subnets => "ec2:DescribeSubnets",
            Self::RouteTables => "ec2:DescribeRouteTables",
            Self::NetworkAcls => "ec2:DescribeNetworkAcls",
            Self::InternetGateways => "ec2:DescribeInternetGateways",
            Self::NatGateways => "ec2:DescribeNatGateways",
            Self::VpcEndpoints => "ec2:DescribeVpcEndpoints",
            Self::Volumes => "ec2:DescribeVolumes",
            Self::VolumeStatus => "ec2:DescribeVolumeStatus",
            Self::LaunchTemplateVersions => "ec2:DescribeLaunchTemplateVersions",
            Self::InstanceProfile => "iam:GetInstanceProfile",
            Self::RolePolicies => "iam:ListAttachedRolePolicies",
            Self::AutoScalingGroups => "autoscaling:DescribeAutoScalingGroups",
            Self::ScalingActivities => "autoscaling:DescribeScalingActivities",
            Self::InstanceRefreshes => "autoscaling:DescribeInstanceRefreshes",
            Self::TargetGroups | Self::TargetGroupsOf => "elbv2:DescribeTargetGroups",
            Self::TargetHealth => "elbv2:DescribeTargetHealth",
            Self::LoadBalancers => "elbv2:DescribeLoadBalancers",
            Self::Listeners => "elbv2:DescribeListeners",
            Self::ListenerRules => "elbv2:DescribeRules",
            Self::DbInstances => "rds:DescribeDBInstances",
            Self::DbClusters => "rds:DescribeDBClusters",
            Self::DbEvents => "rds:DescribeEvents",
            Self::Function => "lambda:GetFunctionConfiguration",
            Self::EventSources => "lambda:ListEventSourceMappings",
            Self::HealthEvents => "health:DescribeEvents",
            Self::HealthEntities => "health:DescribeAffectedEntities",
        }
    }

    /// The IAM action.
    pub fn action(self) -> &'static str {
        reads::find(self.operation()).map_or(self.operation(), |spec| spec.action)
    }

    /// How the names of things become arguments of the operation. A size of a page says that one page is enough: an
    /// explanation has so many calls, and no more.
    ///
    /// By filter and not by id where there is one: an id that is gone, or that EC2 would not take for one, is then an empty
    /// answer and no error.
    fn args(self, of: &[String]) -> Json {
        let one = of.first().map_or("", String::as_str);
        let by = |filter: &str, size: u32| json!({ "Filters": [{ "Name": filter, "Values": of }], "MaxResults": size });
        match self {
            Self::Instances => by("instance-id", PAGE),
            Self::SecurityGroups => by("group-id", PAGE),
            Self::Subnets => by("subnet-id", PAGE),
            Self::Volumes => by("volume-id", PAGE),
            Self::NetworkAcls | Self::VpcEndpoints => by("vpc-id", PAGE),
            // EC2 gives route tables by the hundred.
            Self::RouteTables => by("vpc-id", 100),
            Self::InternetGateways => by("attachment.vpc-id", PAGE),
            Self::NatGateways => {
                json!({ "Filter": [{ "Name": "vpc-id", "Values": of }], "MaxResults": PAGE })
            }
            Self::Addresses => json!({ "Filters": [{ "Name": "instance-id", "Values": of }] }),
            Self::InstanceStatus => json!({ "InstanceIds": of, "IncludeAllInstances": true }),
            Self::VolumeStatus => json!({ "VolumeIds": of }),
            // One version may be both.
            Self::LaunchTemplateVersions => {
                json!({ "LaunchTemplateId": one, "Versions": ["$Default", "$Latest"] })
            }
            Self::InstanceProfile => json!({ "InstanceProfileName": one }),
            Self::RolePolicies => json!({ "RoleName": one, "MaxItems": 100 }),
            // As many groups as can be asked about: without it Auto Scaling takes 50 names.
            Self::AutoScalingGroups => json!({ "AutoScalingGroupNames": of, "MaxRecords": 100 }),
            Self::ScalingActivities => json!({ "AutoScalingGroupName": one, "MaxRecords": 20 }),
            Self::InstanceRefreshes => json!({ "AutoScalingGroupName": one, "MaxRecords": 5 }),
            Self::TargetGroups => json!({ "TargetGroupArns": of }),
            Self::TargetHealth => json!({ "TargetGroupArn": one }),
            Self::LoadBalancers => json!({ "LoadBalancerArns": of }),
            Self::TargetGroupsOf | Self::Listeners => json!({ "LoadBalancerArn": one, "PageSize": 400 }),
            Self::ListenerRules => json!({ "ListenerArn": one, "PageSize": 400 }),
            Self::DbInstances => json!({ "DBInstanceIdentifier": one }),
            Self::DbClusters => json!({ "DBClusterIdentifier": one }),
            // A day, in minutes.
            Self::DbEvents => {
                let day = 24 * 60;
                json!({
                    "SourceIdentifier": one, "SourceType": "db-instance", "Duration": day, "MaxRecords": 100,
                })
            }
            Self::Function => json!({ "FunctionName": one }),
            Self::EventSources => json!({ "FunctionName": one, "MaxItems": 100 }),
            // Events of no Region are in every Region's interest (`aws-facts.md` §1.11).
            Self::HealthEvents => json!({
                "filter": { "regions": [one, "global"], "eventStatusCodes": ["open", "upcoming"] },
                "maxResults": 100,
            }),
            Self::HealthEntities => json!({ "filter": { "eventArns": of }, "maxResults": 100 }),
        }
    }

    /// Where, in each element of the answer's list, the name stands by which it was asked for with a filter: filters know
    /// wildcards, and what was not asked about is no answer.
    const fn named_at(self) -> Option<&'static str> {
        Some(match self {
            Self::Instances => "Instances[].InstanceId",
            Self::Addresses => "InstanceId",
            Self::SecurityGroups => "GroupId",
            Self::Subnets => "SubnetId",
            Self::RouteTables | Self::NetworkAcls | Self::NatGateways | Self::VpcEndpoints => "VpcId",
            Self::InternetGateways => "Attachments[].VpcId",
            Self::Volumes => "VolumeId",
            _ => return None,
        })
    }

    /// The name under which what was asked about stands beside the answer's list, unless it is gone.
    const fn beside(self) -> Option<&'static str> {
        match self {
            Self::TargetHealth => Some("TargetGroupArn"),
            Self::RolePolicies => Some("RoleName"),
            Self::ListenerRules => Some("ListenerArn"),
            _ => None,
        }
    }

    /// How many things a question can be about in one call.
    pub const fn most(self) -> usize {
        match self {
            // Values of a filter.
            Self::Instances
            | Self::Addresses
            | Self::SecurityGroups
            | Self::Subnets
            | Self::RouteTables
            | Self::NetworkAcls
            | Self::InternetGateways
            | Self::NatGateways
            | Self::VpcEndpoints
            | Self::Volumes => 200,
            Self::InstanceStatus | Self::VolumeStatus | Self::AutoScalingGroups => 100,
            Self::TargetGroups | Self::LoadBalancers => 20,
            Self::HealthEntities => 10,
            Self::LaunchTemplateVersions
            | Self::InstanceProfile
            | Self::RolePolicies
            | Self::ScalingActivities
            | Self::InstanceRefreshes
            | Self::TargetGroupsOf
            | Self::TargetHealth
            | Self::Listeners
            | Self::ListenerRules
            | Self::DbInstances
            | Self::DbClusters
            | Self::DbEvents
            | Self::Function
            | Self::EventSources
            | Self::HealthEvents => 1,
        }
    }
}

/// A question about named things.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Question {
    /// What is asked.
    pub read: Read,
    /// About which, by the names that [`Read`] says; none twice.
    pub of: Vec<String>,
}

impl Question {
    /// A question about one thing.
    pub fn one(read: Read, of: impl Into<String>) -> Self {
        Self { read, of: vec![of.into()] }
    }

    /// As a question of the registry; none when it is about nothing, which EC2 would take for one about everything. A
    /// question that takes one thing ([`Read::most`]) is about the first of several.
    pub fn ask(&self) -> Option<Ask> {
        let of = self.of.get(..self.of.len().min(self.read.most())).unwrap_or(&self.of);
        let spec = reads::find(self.read.operation()).filter(|_| !of.is_empty())?;
        reads::check_args(spec, &self.read.args(of)).ok()
    }

    /// The answer as graph and checks know it: with what was asked about and nothing else, and its name beside it. `there`
    /// says whether that is there at all.
    pub fn told(&self, mut answer: Json, there: bool) -> Json {
        let lists = reads::find(self.read.operation()).map_or(&[][..], |spec| spec.lists);
        let Json::Object(object) = &mut answer else { return answer };
        if let Some(path) = self.read.named_at() {
            let asked = |item: &Json| {
                super::pick::texts(item, path).iter().any(|name| self.of.iter().any(|of| of == name))
            };
            for list in lists {
                if let Some(Json::Array(items)) = object.get_mut(*list) {
                    items.retain(asked);
                }
            }
        }
        if let (Some(name), Some(of), true) = (self.read.beside(), self.of.first(), there) {
            object.insert(name.to_owned(), clean(of).into());
        }
        answer
    }
}

/// All that has been asked and answered.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Facts {
    asked: BTreeSet<(Read, String)>,
    answers: BTreeMap<Question, Result<Arc<Json>, Problem>>,
    measured: BTreeMap<SeriesQuery, Option<Result<Arc<Series>, Problem>>>,
}

impl Facts {
    /// What of a question is still to be asked; it counts as asked from now on.
    pub fn ask(&mut self, question: &Question) -> Option<Question> {
        let read = question.read;
        let new = |name: &&String| !name.is_empty() && !self.asked.contains(&(read, (*name).clone()));
        // What one call cannot take is still to be asked.
        let mut of: Vec<String> = question.of.iter().filter(new).take(read.most()).cloned().collect();
        of.retain(|name| self.asked.insert((read, name.clone())));
        (!of.is_empty()).then_some(Question { read, of })
    }

    /// Whether a metric is still to be asked for; it counts as asked from now on.
    pub fn ask_series(&mut self, query: &SeriesQuery) -> bool {
        !self.measured.contains_key(query) && self.measured.insert(query.clone(), None).is_none()
    }

    /// Whether a metric has been asked for, answered or not.
    pub fn has_series(&self, query: &SeriesQuery) -> bool {
        self.measured.contains_key(query)
    }

    /// How many metrics have been asked for.
    pub fn metrics(&self) -> usize {
        self.measured.len()
    }

    /// Puts a metric in its place.
    pub fn add_series(&mut self, query: SeriesQuery, answer: Result<Series, Problem>) {
        self.measured.insert(query, Some(answer.map(Arc::new)));
    }

    /// A metric that was asked for, or why it cannot be had; none while it is still to come.
    pub fn series(&self, query: &SeriesQuery) -> Option<Result<&Series, &Problem>> {
        self.measured.get(query)?.as_ref().map(|answer| answer.as_ref().map(AsRef::as_ref))
    }

    /// Puts an answer in its place. What cannot be had leaves the rest as it is.
    pub fn add(&mut self, question: Question, answer: Result<Json, Problem>) {
        self.answers.insert(question, answer.map(Arc::new));
    }

    /// All answers to a kind of question, in an order that is always the same.
    pub fn answers(&self, read: Read) -> impl Iterator<Item = &Json> {
        self.of(read).filter_map(|(_, answer)| answer.as_ref().ok().map(AsRef::as_ref))
    }

    /// The elements of a list in all answers to a kind of question: `Volumes`, or a path to it (see [`super::pick`]).
    pub fn items<'a>(&'a self, read: Read, path: &'a str) -> impl Iterator<Item = &'a Json> {
        self.answers(read).flat_map(move |answer| super::pick::all(answer, path))
    }

    /// Why a kind of question could not be answered, if one of its calls failed.
    pub fn problem(&self, read: Read) -> Option<&Problem> {
        self.of(read).find_map(|(_, answer)| answer.as_ref().err())
    }

    /// Everything that could not be learnt. That a service is not part of what the account pays for is no failure: the
    /// check that would have looked there says so.
    pub fn problems(&self) -> impl Iterator<Item = &Problem> {
        let measured = self.measured.values().flatten().filter_map(|answer| answer.as_ref().err());
        let paid = |read: Read| matches!(read, Read::HealthEvents | Read::HealthEntities);
        let failed = self.answers.iter().filter_map(|(asked, answer)| Some((asked, answer.as_ref().err()?)));
        let counts = failed
            .filter(move |(asked, problem)| !(paid(asked.read) && problem.kind == ProblemKind::NotEnabled));
        counts.map(|(_, problem)| problem).chain(measured)
    }

    /// Whether a question has an answer, a failure counted.
    pub fn has(&self, read: Read, of: &str) -> bool {
        self.of(read).any(|(question, _)| question.of.iter().any(|name| name == of))
    }

    /// Whether a question has been answered, and not by a failure.
    pub fn knows(&self, read: Read, of: &str) -> bool {
        let mut answered = self.of(read).filter(|(_, answer)| answer.is_ok());
        answered.any(|(question, _)| question.of.iter().any(|name| name == of))
    }

    fn of(&self, read: Read) -> impl Iterator<Item = (&Question, &Result<Arc<Json>, Problem>)> {
        self.answers.iter().filter(move |(question, _)| question.read == read)
    }
}
