//! EC2's answers about networks: addresses, security groups, subnets, and what a VPC sends its packets through.

use aws_sdk_ec2::types as sdk;

use super::{
    call::{Answer, Call, pages, whole},
    filters,
    told::{fields, words},
};

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

pub(super) async fn describe_addresses(call: &Call<'_>) -> Answer {
    whole!(
        call,
        [("Addresses", addresses)],
        call.session
            .ec2()
            .describe_addresses()
            .set_allocation_ids(call.texts("AllocationIds"))
            .set_public_ips(call.texts("PublicIps"))
            .set_filters(filters(call, "Filters"))
    )
}

pub(super) async fn describe_security_groups(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("SecurityGroups", security_groups)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_security_groups()
            .set_group_ids(call.texts("GroupIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("GroupIds", 1000))
    )
}

pub(super) async fn describe_subnets(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Subnets", subnets)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_subnets()
            .set_subnet_ids(call.texts("SubnetIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("SubnetIds", 1000))
    )
}

pub(super) async fn describe_route_tables(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("RouteTables", route_tables)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_route_tables()
            .set_route_table_ids(call.texts("RouteTableIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("RouteTableIds", 100))
    )
}

pub(super) async fn describe_network_acls(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("NetworkAcls", network_acls)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_network_acls()
            .set_network_acl_ids(call.texts("NetworkAclIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("NetworkAclIds", 1000))
    )
}

pub(super) async fn describe_internet_gateways(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("InternetGateways", internet_gateways)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_internet_gateways()
            .set_internet_gateway_ids(call.texts("InternetGatewayIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("InternetGatewayIds", 1000))
    )
}

pub(super) async fn describe_nat_gateways(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("NatGateways", nat_gateways)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_nat_gateways()
            .set_nat_gateway_ids(call.texts("NatGatewayIds"))
            .set_filter(filters(call, "Filter"))
            .set_max_results(call.page_unless("NatGatewayIds", 1000))
    )
}

pub(super) async fn describe_vpc_endpoints(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("VpcEndpoints", vpc_endpoints)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_vpc_endpoints()
            .set_vpc_endpoint_ids(call.texts("VpcEndpointIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("VpcEndpointIds", 1000))
    )
}
