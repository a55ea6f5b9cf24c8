//! Which instances belong to a resource, as far as their rows tell, and what a list of them says of patches and backups.

use super::lines;
use crate::{
    panes::{PaneRow, backups, detail::Block, detail::PageCx, patches},
    resource::ResourceRef,
    rows::instance::Instance,
    triage::kinds,
};

/// Members that a page lists; the count says how many there are.
const LISTED: usize = 200;
/// Members whose patches or backups a page names; the others are counted.
const NAMED: usize = 5;

/// The tag of EC2's own that names the launch template.
pub(super) const TEMPLATE_TAG: &str = "aws:ec2launchtemplate:id";
/// The tag of CloudFormation's that holds the stack's ARN.
pub(super) const STACK_TAG: &str = "aws:cloudformation:stack-id";

/// Whether instances can belong to a resource of this type in a way that can be told without asking AWS.
pub(super) fn is_group(kind: &str) -> bool {
    matches!(
        kind,
        "AWS::AutoScaling::AutoScalingGroup"
            | "AWS::ElasticLoadBalancingV2::TargetGroup"
            | "AWS::EC2::SecurityGroup"
            | "AWS::EC2::Subnet"
            | "AWS::EC2::VPC"
            | "AWS::EC2::Volume"
            | "AWS::EC2::NetworkInterface"
            | "AWS::EC2::Image"
            | "AWS::EC2::KeyPair"
            | "AWS::EC2::LaunchTemplate"
            | "AWS::IAM::InstanceProfile"
            | "AWS::CloudFormation::Stack"
    )
}

/// The instances that belong to a group, run in a subnet, use a volume, …, by name.
///
/// A target group's are known only where a tag says so: instances with a tag about target groups whose value is the
/// group's name, id or ARN, and the other instances of their Auto Scaling groups.
pub fn members<'a>(group: &ResourceRef, page: &PageCx<'a>) -> Vec<&'a Instance> {
    let id = group.id.as_str();
    let all = |wanted: &dyn Fn(&Instance) -> bool| page.known.instances_where(group.scope, wanted);
    let mut found = match group.kind.as_ref() {
        "AWS::AutoScaling::AutoScalingGroup" => all(&|i| i.asg.as_deref() == Some(id)),
        "AWS::EC2::SecurityGroup" => all(&|i| i.security_groups.iter().any(|(sg, _)| sg == id)),
        "AWS::EC2::Subnet" => all(&|i| i.subnet_id.as_deref() == Some(id)),
        "AWS::EC2::VPC" => all(&|i| i.vpc_id.as_deref() == Some(id)),
        "AWS::EC2::Volume" => all(&|i| i.volumes.iter().any(|v| v == id)),
        "AWS::EC2::NetworkInterface" => all(&|i| i.interfaces.iter().any(|n| n == id)),
        "AWS::EC2::Image" => all(&|i| i.image_id.as_deref() == Some(id)),
        "AWS::EC2::KeyPair" => all(&|i| i.key_pair.as_deref() == Some(id)),
        "AWS::EC2::LaunchTemplate" => all(&|i| i.tag(TEMPLATE_TAG) == Some(id)),
        "AWS::IAM::InstanceProfile" => {
            all(&|i| i.instance_profile.as_deref().is_some_and(|arn| arn.rsplit('/').next() == Some(id)))
        }
        "AWS::CloudFormation::Stack" => all(&|i| {
            i.tag(STACK_TAG).is_some_and(|arn| Some(arn) == group.arn.as_deref() || arn.ends_with(id))
        }),
        "AWS::ElasticLoadBalancingV2::TargetGroup" => {
            let says = |i: &Instance| target_groups(i).any(|named| names(named, group));
            let groups: Vec<_> = all(&says).iter().filter_map(|i| i.asg.clone()).collect();
            all(&|i| says(i) || i.asg.as_ref().is_some_and(|asg| groups.contains(asg)))
        }
        _ => Vec::new(),
    };
    found.sort_by(|a, b| (&a.name, &a.id).cmp(&(&b.name, &b.id)));
    found
}

/// What an instance's tags about target groups say: names, ids or ARNs.
pub(super) fn target_groups(instance: &Instance) -> impl Iterator<Item = &str> {
    let about = |key: &str| key.to_lowercase().replace(['-', '_', ' '], "").contains("targetgroup");
    instance.tags.iter().filter(move |(key, _)| about(key)).map(|(_, value)| value.as_str())
}

/// Whether a tag's value means this target group.
pub(super) fn names(value: &str, group: &ResourceRef) -> bool {
    value == kinds::label(group) || value == group.id || Some(value) == group.arn.as_deref()
}

/// The members, each with its state.
pub(super) fn block(members: &[&Instance], page: &PageCx<'_>) -> Block {
    let hidden = members.len().saturating_sub(LISTED);
    let mut list: Vec<_> = members.iter().take(LISTED).map(|i| lines::instance(i, page, 0)).collect();
    list.extend(lines::more(hidden, 0, &page.cx));
    Block::Lines { title: "section.members", lines: list, empty: Some("absent.members") }
}

/// How the members stand with their patches, the worst first.
pub(super) fn patches_block(members: &[&Instance], page: &PageCx<'_>) -> Option<Block> {
    let mut nodes: Vec<_> = members.iter().filter_map(|i| page.known.node(i.scope, &i.id)).collect();
    nodes.sort_by_cached_key(|n| (std::cmp::Reverse(PaneRow::severity(*n, &page.cx)), n.name.clone()));
    let hidden = nodes.len().saturating_sub(NAMED);
    let mut lines: Vec<_> = nodes.into_iter().take(NAMED).map(|n| patches::short(n, page)).collect();
    lines.extend(lines::more(hidden, 0, &page.cx));
    (!lines.is_empty()).then_some(Block::Lines { title: "section.patches", lines, empty: None })
}

/// How the members are backed up, the worst first.
pub(super) fn backups_block(members: &[&Instance], page: &PageCx<'_>) -> Option<Block> {
    let of = |i: &&Instance| page.known.backup_of(&crate::panes::instances::subject(i));
    let mut rows: Vec<_> = members.iter().filter_map(of).collect();
    rows.sort_by_cached_key(|b| (std::cmp::Reverse(PaneRow::severity(*b, &page.cx)), b.label().to_owned()));
    let hidden = rows.len().saturating_sub(NAMED);
    let mut lines: Vec<_> = rows.into_iter().take(NAMED).map(|b| backups::short(b, page)).collect();
    lines.extend(lines::more(hidden, 0, &page.cx));
    (!lines.is_empty()).then_some(Block::Lines { title: "section.backups", lines, empty: None })
}
