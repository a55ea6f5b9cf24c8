//! EC2's answers about single resources as facts of ours. All text is sanitised here.

use aws_sdk_ec2::types as sdk;

use crate::{
    aws::{
        ec2::convert::{groups, tags, text},
        time,
    },
    rows::described::{Attachment, Image, Interface, Peer, Rule, SecurityGroup, Subnet, Volume, Vpc},
    text::sanitise::clean,
};

/// Text that may be missing, empty then.
fn word(word: Option<&str>) -> String {
    word.map(clean).unwrap_or_default()
}

pub(super) fn volume(volume: &sdk::Volume) -> Volume {
    let attachment = |a: &sdk::VolumeAttachment| Attachment {
        instance: word(a.instance_id()),
        device: word(a.device()),
        state: word(a.state().map(sdk::VolumeAttachmentState::as_str)),
    };
    Volume {
        state: word(volume.state().map(sdk::VolumeState::as_str)),
        size: volume.size(),
        kind: word(volume.volume_type().map(sdk::VolumeType::as_str)),
        iops: volume.iops(),
        throughput: volume.throughput(),
        az: word(volume.availability_zone()),
        encrypted: volume.encrypted().unwrap_or_default(),
        key: text(volume.kms_key_id.as_ref()),
        snapshot: text(volume.snapshot_id.as_ref()),
        created: volume.create_time().and_then(time::from_sdk),
        attachments: volume.attachments().iter().map(attachment).collect(),
        tags: tags(volume.tags()),
    }
}

pub(super) fn security_group(group: &sdk::SecurityGroup) -> SecurityGroup {
    let rules = |list: &[sdk::IpPermission]| list.iter().flat_map(permission).collect();
    SecurityGroup {
        name: word(group.group_name()),
        about: word(group.description()),
        vpc: text(group.vpc_id.as_ref()),
        ingress: rules(group.ip_permissions()),
        egress: rules(group.ip_permissions_egress()),
        tags: tags(group.tags()),
    }
}

/// A permission as one rule a peer.
fn permission(permission: &sdk::IpPermission) -> Vec<Rule> {
    let protocol = word(permission.ip_protocol());
    let ports = permission.from_port().zip(permission.to_port());
    let rule = |peer: Peer, about: Option<&str>| Rule {
        protocol: protocol.clone(),
        ports,
        peer,
        about: about.map(clean).filter(|text| !text.is_empty()),
    };
    let v4 = permission.ip_ranges().iter();
    let v4 = v4.map(|r| rule(Peer::Addresses(word(r.cidr_ip())), r.description()));
    let v6 = permission.ipv6_ranges().iter();
    let v6 = v6.map(|r| rule(Peer::Addresses(word(r.cidr_ipv6())), r.description()));
    let groups = permission.user_id_group_pairs().iter().map(|pair| {
        let (id, account) = (word(pair.group_id()), text(pair.user_id.as_ref()));
        rule(Peer::Group { id, account }, pair.description())
    });
    let lists = permission.prefix_list_ids().iter();
    let lists = lists.map(|l| rule(Peer::PrefixList(word(l.prefix_list_id())), l.description()));
    v4.chain(v6).chain(groups).chain(lists).collect()
}

pub(super) fn subnet(subnet: &sdk::Subnet) -> Subnet {
    let v6 = subnet.ipv6_cidr_block_association_set().iter().filter_map(|a| a.ipv6_cidr_block());
    Subnet {
        state: word(subnet.state().map(sdk::SubnetState::as_str)),
        cidrs: subnet.cidr_block().into_iter().chain(v6).map(clean).collect(),
        vpc: text(subnet.vpc_id.as_ref()),
        az: word(subnet.availability_zone()),
        free: subnet.available_ip_address_count(),
        public: subnet.map_public_ip_on_launch().unwrap_or_default(),
        tags: tags(subnet.tags()),
    }
}

pub(super) fn vpc(vpc: &sdk::Vpc) -> Vpc {
    let more = vpc.cidr_block_association_set().iter().filter_map(|a| a.cidr_block());
    let v6 = vpc.ipv6_cidr_block_association_set().iter().filter_map(|a| a.ipv6_cidr_block());
    let mut cidrs: Vec<String> = Vec::new();
    // The first block is among the associated ones, too.
    for cidr in vpc.cidr_block().into_iter().chain(more).chain(v6).map(clean) {
        if !cidrs.contains(&cidr) {
            cidrs.push(cidr);
        }
    }
    Vpc {
        state: word(vpc.state().map(sdk::VpcState::as_str)),
        cidrs,
        default: vpc.is_default().unwrap_or_default(),
        dhcp: text(vpc.dhcp_options_id.as_ref()),
        tags: tags(vpc.tags()),
    }
}

pub(super) fn interface(interface: &sdk::NetworkInterface) -> Interface {
    Interface {
        id: word(interface.network_interface_id()),
        state: word(interface.status().map(sdk::NetworkInterfaceStatus::as_str)),
        kind: word(interface.interface_type().map(sdk::NetworkInterfaceType::as_str)),
        about: word(interface.description()),
        managed: interface.requester_managed().unwrap_or_default(),
        subnet: text(interface.subnet_id.as_ref()),
        vpc: text(interface.vpc_id.as_ref()),
        az: word(interface.availability_zone()),
        private_ip: text(interface.private_ip_address.as_ref()),
        public_ip: interface.association().and_then(|a| text(a.public_ip.as_ref())),
        groups: groups(interface.groups()),
        instance: interface.attachment().and_then(|a| text(a.instance_id.as_ref())),
        tags: tags(interface.tag_set()),
    }
}

pub(super) fn image(image: &sdk::Image) -> Image {
    Image {
        name: word(image.name()),
        about: word(image.description()),
        state: word(image.state().map(sdk::ImageState::as_str)),
        owner: text(image.image_owner_alias.as_ref()).or_else(|| text(image.owner_id.as_ref())),
        public: image.public().unwrap_or_default(),
        platform: text(image.platform_details.as_ref()),
        architecture: image.architecture().map(|a| clean(a.as_str())),
        created: image.creation_date().and_then(time::from_text),
        deprecated: image.deprecation_time().and_then(time::from_text),
        tags: tags(image.tags()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permission_is_a_rule_for_each_peer_without_control_characters() {
        let pair = sdk::UserIdGroupPair::builder().group_id("sg-2").user_id("111122223333").build();
        let from = sdk::IpPermission::builder()
            .ip_protocol("tcp")
            .from_port(443)
            .to_port(443)
            .ip_ranges(sdk::IpRange::builder().cidr_ip("10.0.0.0/8").description("a\u{1b}[31mb").build())
            .ipv6_ranges(sdk::Ipv6Range::builder().cidr_ipv6("::/0").build())
            .user_id_group_pairs(pair)
            .prefix_list_ids(sdk::PrefixListId::builder().prefix_list_id("pl-1").build())
            .build();
        let group = sdk::SecurityGroup::builder().group_name("web").ip_permissions(from);
        let all = sdk::IpPermission::builder()
            .ip_protocol("-1")
            .ip_ranges(sdk::IpRange::builder().cidr_ip("0.0.0.0/0").build());
        let group = security_group(&group.ip_permissions_egress(all.build()).build());
        let rule = |peer: Peer, about: Option<&str>| Rule {
            protocol: "tcp".into(),
            ports: Some((443, 443)),
            peer,
            about: about.map(str::to_owned),
        };
        let other = Peer::Group { id: "sg-2".into(), account: Some("111122223333".into()) };
        assert_eq!(
            group.ingress,
            [
                rule(Peer::Addresses("10.0.0.0/8".into()), Some("ab")),
                rule(Peer::Addresses("::/0".into()), None),
                rule(other, None),
                rule(Peer::PrefixList("pl-1".into()), None),
            ]
        );
        assert_eq!(group.egress.len(), 1);
        assert_eq!((group.egress[0].protocol.as_str(), group.egress[0].ports), ("-1", None));
    }

    #[test]
    fn a_vpc_names_each_of_its_blocks_once() {
        let block = |cidr: &str| sdk::VpcCidrBlockAssociation::builder().cidr_block(cidr).build();
        let from = sdk::Vpc::builder()
            .cidr_block("10.0.0.0/16")
            .cidr_block_association_set(block("10.0.0.0/16"))
            .cidr_block_association_set(block("10.1.0.0/16"))
            .build();
        assert_eq!(vpc(&from).cidrs, ["10.0.0.0/16", "10.1.0.0/16"]);
    }
}
