//! VPCs, subnets, security groups and network interfaces through the real Rust SDK, on the scenario's clock.

use std::collections::HashSet;

use aws_sdk_ec2::types::{Filter, SecurityGroup};

use super::*;

/// The drill so far into its scenario.
fn at(secs: u64) -> Drill {
    Drill::open(&Options { at: Some(Duration::from_secs(secs)), ..options() }).unwrap()
}

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

async fn group(client: &aws_sdk_ec2::Client, name: &str) -> SecurityGroup {
    let request = client.describe_security_groups().filters(filter("group-name", name));
    request.send().await.unwrap().security_groups.unwrap_or_default().remove(0)
}

fn ports(group: &SecurityGroup) -> Vec<i32> {
    group.ip_permissions().iter().filter_map(aws_sdk_ec2::types::IpPermission::from_port).collect()
}

#[tokio::test]
async fn the_rule_is_there_until_somebody_takes_it_away() {
    // 9m12s: 20 seconds after the beat that tells of it. An attempt that was refused changed nothing.
    for (secs, expected) in [(9 * 60 + 11, vec![443, 80]), (9 * 60 + 12, vec![80]), (40 * 60, vec![80])] {
        let client = ec2(&at(secs), "eu-west-1");
        assert_eq!(ports(&group(&client, "alb-public").await), expected, "{secs} s");
        let open = client.describe_security_groups().filters(filter("ip-permission.from-port", "443"));
        let open = open.send().await.unwrap().security_groups.unwrap_or_default();
        let names: Vec<_> = open.iter().filter_map(SecurityGroup::group_name).collect();
        assert_eq!(names.contains(&"alb-public"), expected.contains(&443), "{secs} s: {names:?}");
    }
}

#[tokio::test]
async fn groups_come_with_their_rules_and_those_of_others_in_them() {
    let client = ec2(&drill(), "eu-west-1");
    let (web, public) = (group(&client, "web").await, group(&client, "alb-public").await);
    let [rule] = web.ip_permissions() else { panic!("{web:?}") };
    assert_eq!((rule.ip_protocol(), rule.from_port(), rule.to_port()), (Some("tcp"), Some(80), Some(80)));
    let [pair] = rule.user_id_group_pairs() else { panic!("{rule:?}") };
    assert_eq!((pair.group_id(), pair.user_id()), (public.group_id(), Some("111122223333")));
    // Both of the databases' clients come in by one permission.
    let db = group(&client, "db").await;
    assert_eq!((db.ip_permissions().len(), db.ip_permissions()[0].user_id_group_pairs().len()), (1, 2));
    let [out] = db.ip_permissions_egress() else { panic!("{db:?}") };
    assert_eq!((out.ip_protocol(), out.from_port()), (Some("-1"), None));
    assert_eq!(out.ip_ranges()[0].cidr_ip(), Some("0.0.0.0/0"));
}

#[tokio::test]
async fn pages_are_whole_and_ids_that_are_not_there_are_named() {
    let client = ec2(&drill(), "eu-west-1");
    let mut pages = client.describe_security_groups().max_results(5).into_paginator().items().send();
    let mut ids = HashSet::new();
    while let Some(group) = pages.next().await {
        assert!(ids.insert(group.unwrap().group_id.unwrap()), "each once");
    }
    let whole = client.describe_security_groups().send().await.unwrap();
    assert_eq!(ids.len(), whole.security_groups().len());
    assert!(ids.len() > 5);
    let missing = client.describe_security_groups().group_ids("sg-0123456789abcdef0").send().await;
    assert_eq!(errors::code(&missing.unwrap_err()), "InvalidGroup.NotFound");
    let broken = client.describe_security_groups().group_ids("web").send().await;
    assert_eq!(errors::code(&broken.unwrap_err()), "InvalidGroupId.Malformed");
    let missing = client.describe_subnets().subnet_ids("subnet-0123456789abcdef0").send().await;
    assert_eq!(errors::code(&missing.unwrap_err()), "InvalidSubnetID.NotFound");
    let missing = client.describe_vpcs().vpc_ids("vpc-0123456789abcdef0").send().await;
    assert_eq!(errors::code(&missing.unwrap_err()), "InvalidVpcID.NotFound");
    let missing = client.describe_network_interfaces().network_interface_ids("eni-0123456789abcdef0");
    assert_eq!(errors::code(&missing.send().await.unwrap_err()), "InvalidNetworkInterfaceID.NotFound");
    // What is nowhere is no error when it is looked for by filter.
    let none = client.describe_volumes().filters(filter("volume-id", "vol-0123456789abcdef0"));
    assert_eq!(none.send().await.unwrap().volumes(), []);
}

#[tokio::test]
async fn interfaces_say_whose_they_are() {
    let client = ec2(&drill(), "eu-west-1");
    let web = client.describe_instances().filters(filter("tag:Name", "web-1")).send().await.unwrap();
    let web = web.reservations()[0].instances()[0].clone();
    let own = web.network_interfaces()[0].network_interface_id().unwrap();
    let found = client.describe_network_interfaces().network_interface_ids(own).send().await.unwrap();
    let [found] = found.network_interfaces() else { panic!("one") };
    assert_eq!(found.attachment().unwrap().instance_id(), web.instance_id());
    assert_eq!((found.subnet_id(), found.vpc_id()), (web.subnet_id(), web.vpc_id()));
    assert_eq!(found.requester_managed(), Some(false));

    let named = filter("description", "ELB app/web/50dc6c495c0c9188");
    let elb = client.describe_network_interfaces().filters(named).send().await.unwrap();
    assert_eq!(elb.network_interfaces().len(), 2, "one a subnet");
    let public = group(&client, "alb-public").await;
    for interface in elb.network_interfaces() {
        assert_eq!(interface.groups()[0].group_id(), public.group_id());
        assert_eq!(interface.requester_managed(), Some(true));
        assert!(interface.association().is_some_and(|a| a.public_ip().is_some()));
    }
}

#[tokio::test]
async fn subnets_count_their_addresses_and_lie_in_their_vpc() {
    let client = ec2(&drill(), "eu-west-1");
    let subnets = client.describe_subnets().send().await.unwrap();
    let vpcs = client.describe_vpcs().send().await.unwrap();
    assert_eq!((subnets.subnets().len(), vpcs.vpcs().len()), (8, 2));
    for subnet in subnets.subnets() {
        let vpc = vpcs.vpcs().iter().find(|vpc| vpc.vpc_id() == subnet.vpc_id()).unwrap();
        let net = |cidr: Option<&str>| cidr.unwrap().split('.').take(2).collect::<Vec<_>>().join(".");
        assert_eq!(net(subnet.cidr_block()), net(vpc.cidr_block()));
        let mine = filter("subnet-id", subnet.subnet_id().unwrap());
        let used = client.describe_network_interfaces().filters(mine).send().await.unwrap();
        let used = i32::try_from(used.network_interfaces().len()).unwrap();
        assert_eq!(subnet.available_ip_address_count(), Some(251 - used), "{subnet:?}");
    }
    let away = ec2(&drill(), "us-east-1").describe_subnets().send().await.unwrap();
    assert_eq!(away.subnets().len(), 2);
}
