//! `ec2:DescribeInstances`.

use super::{Filters, Kind, answer, here, known_ids, paging, private_name, public_name, tag_set, zone_id};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    tree::{Fields, Tree, list},
    world::{
        instance::{Instance, Look, code, goes_with_instance},
        shift,
    },
};

/// The ids of instances.
pub(super) const INSTANCE: Kind = Kind { prefix: "i", code: "InvalidInstanceID", what: "instance ID" };

/// EC2 forgets terminated instances after about an hour.
const TERMINATED_SECS: i64 = 3600;

const FILTERS: &[&str] = &[
    "architecture",
    "availability-zone",
    "availability-zone-id",
    "block-device-mapping.volume-id",
    "dns-name",
    "hypervisor",
    "iam-instance-profile.arn",
    "image-id",
    "instance-id",
    "instance-lifecycle",
    "instance-state-code",
    "instance-state-name",
    "instance-type",
    "instance.group-id",
    "instance.group-name",
    "ip-address",
    "key-name",
    "launch-index",
    "launch-time",
    "monitoring-state",
    "network-interface.network-interface-id",
    "owner-id",
    "placement-group-name",
    "platform",
    "platform-details",
    "private-dns-name",
    "private-ip-address",
    "requester-id",
    "reservation-id",
    "root-device-name",
    "root-device-type",
    "spot-instance-request-id",
    "state-reason-code",
    "subnet-id",
    "tenancy",
    "virtualization-type",
    "vpc-id",
];

/// What an instance has until it is terminated.
const UNTIL_TERMINATED: &[&str] = &[
    "block-device-mapping.volume-id",
    "instance.group-id",
    "instance.group-name",
    "network-interface.network-interface-id",
    "private-dns-name",
    "private-ip-address",
    "subnet-id",
    "vpc-id",
];

/// The public address, which an instance has only while it runs, unless it is an Elastic IP address.
fn public<'a>(instance: &'a Instance, look: &Look) -> Option<&'a str> {
    instance
        .public_ip
        .as_deref()
        .filter(|_| look.state == "running" || (instance.elastic && look.state != "terminated"))
}

/// The instances that EC2 still knows, with what they are now.
pub(crate) fn present<'a>(cx: &'a Cx<'_>) -> Vec<(&'a Instance, Look)> {
    let forgotten = |look: &Look| {
        look.state == "terminated"
            && look.left.is_none_or(|left| cx.now.duration_since(left).as_secs() > TERMINATED_SECS)
    };
    here(cx, &cx.world.instances, |instance| &instance.region)
        .filter(|instance| instance.launched <= cx.now)
        .map(|instance| (instance, instance.at(cx.elapsed, cx.world.origin)))
        .filter(|(_, look)| !forgotten(look))
        .collect()
}

/// The operation.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeInstances", params);
    let (offset, size) = paging(params, tokens, "InstanceId")?;
    let filters = Filters::read(params)?;
    let ids = params.texts("InstanceId");
    let mut found = present(cx);
    known_ids(&ids, &INSTANCE, |id| found.iter().any(|(instance, _)| instance.id == id))?;
    found.retain(|(instance, _)| ids.is_empty() || ids.contains(&instance.id.as_str()));
    let found =
        filters.keep(found, |(instance, _)| &instance.tags, FILTERS, |one, name| values(cx, one, name))?;
    let (page, next) = tokens.cut(found, offset, size);
    let mut reservations: Vec<(&Instance, Vec<Tree>)> = Vec::new();
    for (instance, look) in &page {
        let tree = describe(cx, instance, look);
        match reservations.last_mut() {
            Some((first, members)) if first.reservation == instance.reservation => members.push(tree),
            _ => reservations.push((instance, vec![tree])),
        }
    }
    let reservations = reservations.into_iter().map(|(first, members)| {
        Tree::from(
            Fields::new()
                .put("reservationId", &first.reservation)
                .put("ownerId", &cx.world.account)
                .maybe("requesterId", first.requester.as_ref())
                .put("groupSet", list::<Tree>([]))
                .put("instancesSet", Tree::List(members)),
        )
    });
    Ok(answer("reservationSet", reservations.collect::<Vec<_>>(), next))
}

fn values(cx: &Cx<'_>, (instance, look): &(&Instance, Look), name: &str) -> Vec<String> {
    let image = cx.world.images.get(instance.image);
    let one = |text: &str| vec![text.to_owned()];
    let maybe = |text: Option<&str>| text.map(str::to_owned).into_iter().collect();
    if look.state == "terminated" && UNTIL_TERMINATED.contains(&name) {
        return Vec::new();
    }
    match name {
        "architecture" => maybe(image.map(|image| image.architecture.as_str())),
        "availability-zone" => one(&instance.az),
        "availability-zone-id" => vec![zone_id(&instance.az)],
        "block-device-mapping.volume-id" => instance.volumes.iter().map(|(id, _)| id.clone()).collect(),
        "dns-name" => {
            public(instance, look).map(|ip| public_name(ip, &instance.region)).into_iter().collect()
        }
        "hypervisor" => one("xen"),
        "iam-instance-profile.arn" => maybe(instance.profile.as_ref().map(|(arn, _)| arn.as_str())),
        "image-id" => maybe(image.map(|image| image.id.as_str())),
        "instance-id" => one(&instance.id),
        "instance-lifecycle" => maybe(instance.spot.as_ref().map(|_| "spot")),
        "instance-state-code" => vec![code(&look.state).to_string()],
        "instance-state-name" => one(&look.state),
        "instance-type" => one(&instance.kind),
        "instance.group-id" => instance.groups.iter().map(|(id, _)| id.clone()).collect(),
        "instance.group-name" => instance.groups.iter().map(|(_, name)| name.clone()).collect(),
        "ip-address" => maybe(public(instance, look)),
        "key-name" => maybe(instance.key_pair.as_deref()),
        "launch-index" => vec![instance.launch_index.to_string()],
        "launch-time" => vec![crate::drill::wire::xml::iso(instance.launched)],
        "monitoring-state" => one(if instance.detailed { "enabled" } else { "disabled" }),
        "network-interface.network-interface-id" => one(&instance.interface),
        "owner-id" => one(&cx.world.account),
        "platform" => maybe(image.and_then(|image| image.platform.as_deref())),
        "platform-details" => maybe(image.map(|image| image.platform_details.as_str())),
        "private-dns-name" => vec![private_name(&instance.private_ip, &instance.region)],
        "private-ip-address" => one(&instance.private_ip),
        "requester-id" => maybe(instance.requester.as_deref()),
        "reservation-id" => one(&instance.reservation),
        "root-device-name" => one("/dev/xvda"),
        "root-device-type" => one("ebs"),
        "spot-instance-request-id" => maybe(instance.spot.as_deref()),
        "state-reason-code" => maybe(look.reason.as_deref().and_then(|text| text.split(':').next())),
        "subnet-id" => one(&instance.subnet),
        "tenancy" => one("default"),
        "virtualization-type" => one("hvm"),
        "vpc-id" => one(&instance.vpc),
        _ => Vec::new(),
    }
}

/// `Server.SpotInstanceTermination: Spot instance termination` into code and message.
fn state_reason(look: &Look) -> Option<Tree> {
    let text = look.reason.as_deref()?;
    let code = text.split(':').next().unwrap_or(text);
    Some(Fields::new().put("code", code).put("message", text).into())
}

fn group_set(instance: &Instance) -> Tree {
    list(
        instance
            .groups
            .iter()
            .map(|(id, name)| Tree::from(Fields::new().put("groupId", id).put("groupName", name))),
    )
}

fn describe(cx: &Cx<'_>, instance: &Instance, look: &Look) -> Tree {
    let image = cx.world.images.get(instance.image);
    let gone = look.state == "terminated";
    let public = public(instance, look);
    let transition = match (look.left, look.state.as_str()) {
        (Some(left), "stopped" | "terminated")
            if look.reason.as_deref().is_none_or(|r| r.starts_with("Client.")) =>
        {
            format!("User initiated ({})", left.strftime("%Y-%m-%d %H:%M:%S GMT"))
        }
        (Some(left), "stopped" | "terminated") => {
            format!("Service initiated ({})", left.strftime("%Y-%m-%d %H:%M:%S GMT"))
        }
        _ => String::new(),
    };
    let mappings = instance.volumes.iter().filter(|_| !gone).map(|(id, device)| {
        let ebs = Fields::new()
            .put("volumeId", id)
            .put("status", "attached")
            .put("attachTime", shift(instance.launched, 1))
            .put("deleteOnTermination", goes_with_instance(device));
        Tree::from(Fields::new().put("deviceName", device).put("ebs", ebs))
    });
    let mut fields = Fields::new()
        .put("instanceId", &instance.id)
        .maybe("imageId", image.map(|image| &image.id))
        .put("instanceState", Fields::new().put("code", code(&look.state)).put("name", &look.state));
    if !gone {
        fields = fields
            .put("privateDnsName", private_name(&instance.private_ip, &instance.region))
            .put("dnsName", public.map_or_else(String::new, |ip| public_name(ip, &instance.region)))
            .put("privateIpAddress", &instance.private_ip)
            .maybe("ipAddress", public)
            .put("subnetId", &instance.subnet)
            .put("vpcId", &instance.vpc)
            .put("networkInterfaceSet", list([interface(cx, instance, public)]))
            .put("groupSet", group_set(instance));
    }
    fields
        .put("reason", transition)
        .maybe("keyName", instance.key_pair.as_ref())
        .put("amiLaunchIndex", instance.launch_index)
        .put("productCodes", list::<Tree>([]))
        .put("instanceType", &instance.kind)
        .put("launchTime", instance.launched)
        .put("placement", placement(instance))
        .maybe("platform", image.and_then(|image| image.platform.as_ref()))
        .maybe("platformDetails", image.map(|image| &image.platform_details))
        .put(
            "usageOperation",
            if image.is_some_and(|i| i.platform.is_some()) { "RunInstances:0002" } else { "RunInstances" },
        )
        .put("monitoring", Fields::new().put("state", if instance.detailed { "enabled" } else { "disabled" }))
        .maybe("stateReason", state_reason(look))
        .maybe("architecture", image.map(|image| &image.architecture))
        .put("rootDeviceType", "ebs")
        .put("rootDeviceName", "/dev/xvda")
        .put("blockDeviceMapping", list(mappings))
        .put("virtualizationType", "hvm")
        .put("hypervisor", "xen")
        .maybe("instanceLifecycle", instance.spot.as_ref().map(|_| "spot"))
        .maybe("spotInstanceRequestId", instance.spot.as_ref())
        .maybe(
            "iamInstanceProfile",
            instance.profile.as_ref().map(|(arn, id)| Fields::new().put("arn", arn).put("id", id)),
        )
        .put("ebsOptimized", true)
        .put("enaSupport", true)
        .put("sourceDestCheck", true)
        .put("cpuOptions", Fields::new().put("coreCount", 1_i64).put("threadsPerCore", 2_i64))
        .put("capacityReservationSpecification", Fields::new().put("capacityReservationPreference", "open"))
        .put("hibernationOptions", Fields::new().put("configured", false))
        .put("enclaveOptions", Fields::new().put("enabled", false))
        .put(
            "metadataOptions",
            Fields::new()
                .put("state", "applied")
                .put(
                    "httpTokens",
                    if image.is_some_and(|image| image.gone) { "optional" } else { "required" },
                )
                .put("httpPutResponseHopLimit", 2_i64)
                .put("httpEndpoint", "enabled"),
        )
        .put("maintenanceOptions", Fields::new().put("autoRecovery", "default"))
        .put("tagSet", tag_set(&instance.tags))
        .into()
}

fn placement(instance: &Instance) -> Tree {
    Fields::new()
        .put("availabilityZone", &instance.az)
        .put("availabilityZoneId", zone_id(&instance.az))
        .put("groupName", "")
        .put("tenancy", "default")
        .into()
}

fn interface(cx: &Cx<'_>, instance: &Instance, public: Option<&str>) -> Tree {
    let association = public.map(|ip| {
        Fields::new()
            .put("publicIp", ip)
            .put("publicDnsName", public_name(ip, &instance.region))
            .put("ipOwnerId", if instance.elastic { &cx.world.account } else { "amazon" })
    });
    Fields::new()
        .put("networkInterfaceId", &instance.interface)
        .put("subnetId", &instance.subnet)
        .put("vpcId", &instance.vpc)
        .put("description", "")
        .put("ownerId", &cx.world.account)
        .put("status", "in-use")
        .put("macAddress", &instance.mac)
        .put("privateIpAddress", &instance.private_ip)
        .put("sourceDestCheck", true)
        .put("interfaceType", "interface")
        .put("groupSet", group_set(instance))
        .put(
            "attachment",
            Fields::new()
                .put("attachmentId", instance.interface.replace("eni-", "eni-attach-"))
                .put("deviceIndex", 0_i64)
                .put("status", "attached")
                .put("attachTime", instance.launched)
                .put("deleteOnTermination", true),
        )
        .maybe("association", association)
        .into()
}
