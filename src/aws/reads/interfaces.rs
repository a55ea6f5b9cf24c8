//! EC2's answers about what is connected: network interfaces, rules one by one, peerings, flow logs.

use aws_sdk_ec2::types as sdk;

use super::{
    call::{Answer, Call, pages},
    filters,
    told::{fields, words},
};

fields! {
    sdk::SecurityGroupRule {
        "SecurityGroupRuleId": security_group_rule_id,
        "GroupId": group_id,
        "GroupOwnerId": group_owner_id,
        "IsEgress": is_egress,
        "IpProtocol": ip_protocol,
        "FromPort": from_port,
        "ToPort": to_port,
        "CidrIpv4": cidr_ipv4,
        "CidrIpv6": cidr_ipv6,
        "PrefixListId": prefix_list_id,
        "ReferencedGroupInfo": referenced_group_info,
        "Description": description,
        "Tags": tags,
    }
    sdk::ReferencedSecurityGroup {
        "GroupId": group_id,
        "PeeringStatus": peering_status,
        "UserId": user_id,
        "VpcId": vpc_id,
        "VpcPeeringConnectionId": vpc_peering_connection_id,
    }
    sdk::NetworkInterface {
        "Association": association,
        "Attachment": attachment,
        "AvailabilityZone": availability_zone,
        "Description": description,
        "Groups": groups,
        "InterfaceType": interface_type,
        "NetworkInterfaceId": network_interface_id,
        "OwnerId": owner_id,
        "PrivateIpAddress": private_ip_address,
        "RequesterManaged": requester_managed,
        "SourceDestCheck": source_dest_check,
        "Status": status,
        "SubnetId": subnet_id,
        "TagSet": tag_set,
        "VpcId": vpc_id,
    }
    sdk::NetworkInterfaceAssociation {
        "AllocationId": allocation_id,
        "AssociationId": association_id,
        "IpOwnerId": ip_owner_id,
        "PublicIp": public_ip,
    }
    sdk::NetworkInterfaceAttachment {
        "AttachTime": attach_time,
        "AttachmentId": attachment_id,
        "DeleteOnTermination": delete_on_termination,
        "DeviceIndex": device_index,
        "InstanceId": instance_id,
        "InstanceOwnerId": instance_owner_id,
        "Status": status,
    }
    sdk::VpcPeeringConnection {
        "AccepterVpcInfo": accepter_vpc_info,
        "ExpirationTime": expiration_time,
        "RequesterVpcInfo": requester_vpc_info,
        "Status": status,
        "Tags": tags,
        "VpcPeeringConnectionId": vpc_peering_connection_id,
    }
    sdk::VpcPeeringConnectionVpcInfo {
        "CidrBlock": cidr_block,
        "OwnerId": owner_id,
        "VpcId": vpc_id,
        "Region": region,
    }
    sdk::VpcPeeringConnectionStateReason {
        "Code": code,
        "Message": message,
    }
    sdk::FlowLog {
        "CreationTime": creation_time,
        "DeliverLogsErrorMessage": deliver_logs_error_message,
        "DeliverLogsPermissionArn": deliver_logs_permission_arn,
        "DeliverCrossAccountRole": deliver_cross_account_role,
        "DeliverLogsStatus": deliver_logs_status,
        "FlowLogId": flow_log_id,
        "FlowLogStatus": flow_log_status,
        "LogGroupName": log_group_name,
        "ResourceId": resource_id,
        "TrafficType": traffic_type,
        "LogDestinationType": log_destination_type,
        "LogDestination": log_destination,
        "LogFormat": log_format,
        "Tags": tags,
        "MaxAggregationInterval": max_aggregation_interval,
    }
}

words!(
    sdk::LogDestinationType,
    sdk::NetworkInterfaceStatus,
    sdk::NetworkInterfaceType,
    sdk::TrafficType,
    sdk::VpcPeeringConnectionStateReasonCode
);

pub(super) async fn describe_security_group_rules(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("SecurityGroupRules", security_group_rules)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_security_group_rules()
            .set_security_group_rule_ids(call.texts("SecurityGroupRuleIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("SecurityGroupRuleIds", 1000))
    )
}

pub(super) async fn describe_network_interfaces(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("NetworkInterfaces", network_interfaces)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_network_interfaces()
            .set_network_interface_ids(call.texts("NetworkInterfaceIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("NetworkInterfaceIds", 1000))
    )
}

pub(super) async fn describe_vpc_peering_connections(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("VpcPeeringConnections", vpc_peering_connections)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_vpc_peering_connections()
            .set_vpc_peering_connection_ids(call.texts("VpcPeeringConnectionIds"))
            .set_filters(filters(call, "Filters"))
            .set_max_results(call.page_unless("VpcPeeringConnectionIds", 1000))
    )
}

pub(super) async fn describe_flow_logs(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("FlowLogs", flow_logs)],
        set_next_token(next_token),
        call.session
            .ec2()
            .describe_flow_logs()
            .set_flow_log_ids(call.texts("FlowLogIds"))
            .set_filter(filters(call, "Filter"))
            .set_max_results(call.page_unless("FlowLogIds", 1000))
    )
}
