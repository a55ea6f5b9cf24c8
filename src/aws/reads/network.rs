//! EC2's answers about networks: addresses, security groups, subnets, and what a VPC sends its packets through.

use aws_sdk_ec2::types as sdk;

use super::{
    Answer, filter,
    told::{asked, fields, list, words},
};
use crate::aws::{Session, ask, probe::Probe};

fields! {
    sdk::Address {
        "AllocationId": allocation_id,
        "AssociationId": association_id,
        "InstanceId": instance_id,
        "NetworkInterfaceId": network_interface_id,
        "PublicIp": public_ip,
    }
    sdk::SecurityGroup {
        "GroupId": group_id,
        "GroupName": group_name,
        "VpcId": vpc_id,
        "IpPermissions": ip_permissions,
        "IpPermissionsEgress": ip_permissions_egress,
    }
    sdk::IpPermission {
        "IpProtocol": ip_protocol,
        "FromPort": from_port,
        "ToPort": to_port,
        "IpRanges": ip_ranges,
        "Ipv6Ranges": ipv6_ranges,
        "UserIdGroupPairs": user_id_group_pairs,
        "PrefixListIds": prefix_list_ids,
    }
    sdk::IpRange { "CidrIp": cidr_ip }
    sdk::Ipv6Range { "CidrIpv6": cidr_ipv6 }
    sdk::UserIdGroupPair { "GroupId": group_id }
    sdk::PrefixListId { "PrefixListId": prefix_list_id }
    sdk::Subnet {
        "SubnetId": subnet_id,
        "VpcId": vpc_id,
        "AvailabilityZone": availability_zone,
        "AvailableIpAddressCount": available_ip_address_count,
        "State": state,
        "CidrBlock": cidr_block,
    }
    sdk::RouteTable {
        "RouteTableId": route_table_id,
        "VpcId": vpc_id,
        "Associations": associations,
        "Routes": routes,
    }
    sdk::RouteTableAssociation {
        "Main": main,
        "SubnetId": subnet_id,
        "GatewayId": gateway_id,
        "RouteTableAssociationId": route_table_association_id,
    }
    sdk::Route {
        "DestinationCidrBlock": destination_cidr_block,
        "DestinationIpv6CidrBlock": destination_ipv6_cidr_block,
        "DestinationPrefixListId": destination_prefix_list_id,
        "GatewayId": gateway_id,
        "NatGatewayId": nat_gateway_id,
        "TransitGatewayId": transit_gateway_id,
        "VpcPeeringConnectionId": vpc_peering_connection_id,
        "NetworkInterfaceId": network_interface_id,
        "InstanceId": instance_id,
        "State": state,
    }
    sdk::NetworkAcl {
        "NetworkAclId": network_acl_id,
        "IsDefault": is_default,
        "Associations": associations,
        "Entries": entries,
    }
    sdk::NetworkAclAssociation { "SubnetId": subnet_id }
    sdk::NetworkAclEntry {
        "RuleNumber": rule_number,
        "RuleAction": rule_action,
        "Egress": egress,
        "Protocol": protocol,
        "CidrBlock": cidr_block,
    }
    sdk::InternetGateway { "InternetGatewayId": internet_gateway_id, "Attachments": attachments }
    sdk::InternetGatewayAttachment { "VpcId": vpc_id, "State": state }
    sdk::NatGateway {
        "NatGatewayId": nat_gateway_id,
        "State": state,
        "FailureCode": failure_code,
        "FailureMessage": failure_message,
        "SubnetId": subnet_id,
        "VpcId": vpc_id,
    }
    sdk::VpcEndpoint {
        "VpcEndpointId": vpc_endpoint_id,
        "ServiceName": service_name,
        "State": state,
        "VpcId": vpc_id,
        "RouteTableIds": route_table_ids,
        "SubnetIds": subnet_ids,
        "VpcEndpointType": vpc_endpoint_type,
    }
}

words!(
    sdk::NatGatewayState,
    sdk::RouteState,
    sdk::RuleAction,
    sdk::State,
    sdk::SubnetState,
    sdk::VpcEndpointType,
);

/// Most things in an answer. EC2 gives route tables by the hundred.
const PAGE: i32 = 1000;
const ROUTE_TABLES: i32 = 100;

/// Not in pages: EC2 gives all at once.
pub(super) async fn addresses(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.ec2().describe_addresses().filters(filter("instance-id", of));
    let answer = ask!(session, "ec2:DescribeAddresses", probe, request)?;
    let found = answer.addresses().iter().filter(|address| asked(of, address.instance_id()));
    Ok(Some(list("Addresses", found)))
}

pub(super) async fn security_groups(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.ec2().describe_security_groups().filters(filter("group-id", of));
    let answer = ask!(session, "ec2:DescribeSecurityGroups", probe, request)?;
    let found = answer.security_groups().iter().filter(|group| asked(of, group.group_id()));
    Ok(Some(list("SecurityGroups", found)))
}

pub(super) async fn subnets(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.ec2().describe_subnets().filters(filter("subnet-id", of));
    let answer = ask!(session, "ec2:DescribeSubnets", probe, request)?;
    let found = answer.subnets().iter().filter(|subnet| asked(of, subnet.subnet_id()));
    Ok(Some(list("Subnets", found)))
}

pub(super) async fn route_tables(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.ec2().describe_route_tables().filters(filter("vpc-id", of));
    let answer = ask!(session, "ec2:DescribeRouteTables", probe, request.max_results(ROUTE_TABLES))?;
    let found = answer.route_tables().iter().filter(|table| asked(of, table.vpc_id()));
    Ok(Some(list("RouteTables", found)))
}

pub(super) async fn network_acls(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.ec2().describe_network_acls().filters(filter("vpc-id", of)).max_results(PAGE);
    let answer = ask!(session, "ec2:DescribeNetworkAcls", probe, request)?;
    let found = answer.network_acls().iter().filter(|acl| asked(of, acl.vpc_id()));
    Ok(Some(list("NetworkAcls", found)))
}

pub(super) async fn internet_gateways(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.ec2().describe_internet_gateways().filters(filter("attachment.vpc-id", of));
    let answer = ask!(session, "ec2:DescribeInternetGateways", probe, request.max_results(PAGE))?;
    let attached =
        |gateway: &&sdk::InternetGateway| gateway.attachments().iter().any(|to| asked(of, to.vpc_id()));
    Ok(Some(list("InternetGateways", answer.internet_gateways().iter().filter(attached))))
}

pub(super) async fn nat_gateways(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.ec2().describe_nat_gateways().filter(filter("vpc-id", of)).max_results(PAGE);
    let answer = ask!(session, "ec2:DescribeNatGateways", probe, request)?;
    let found = answer.nat_gateways().iter().filter(|gateway| asked(of, gateway.vpc_id()));
    Ok(Some(list("NatGateways", found)))
}

pub(super) async fn vpc_endpoints(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.ec2().describe_vpc_endpoints().filters(filter("vpc-id", of)).max_results(PAGE);
    let answer = ask!(session, "ec2:DescribeVpcEndpoints", probe, request)?;
    let found = answer.vpc_endpoints().iter().filter(|endpoint| asked(of, endpoint.vpc_id()));
    Ok(Some(list("VpcEndpoints", found)))
}
