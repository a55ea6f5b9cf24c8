//! Elastic Load Balancing's answers: load balancers, their listeners, target groups, and how well the targets are.

use aws_sdk_elasticloadbalancingv2::types as sdk;

use super::{
    Answer, seek,
    told::{beside, fields, list, words},
};
use crate::aws::{Session, probe::Probe};

fields! {
    sdk::TargetGroup {
        "TargetGroupArn": target_group_arn,
        "TargetGroupName": target_group_name,
        "Protocol": protocol,
        "Port": port,
        "VpcId": vpc_id,
        "TargetType": target_type,
        "LoadBalancerArns": load_balancer_arns,
        "HealthCheckPath": health_check_path,
        "HealthCheckPort": health_check_port,
        "HealthCheckProtocol": health_check_protocol,
        "HealthCheckTimeoutSeconds": health_check_timeout_seconds,
        "Matcher": matcher,
    }
    sdk::Matcher { "HttpCode": http_code }
    sdk::TargetHealthDescription { "Target": target, "TargetHealth": target_health }
    sdk::TargetDescription { "Id": id, "Port": port, "AvailabilityZone": availability_zone }
    sdk::TargetHealth { "State": state, "Reason": reason, "Description": description }
    sdk::LoadBalancer {
        "LoadBalancerArn": load_balancer_arn,
        "LoadBalancerName": load_balancer_name,
        "DNSName": dns_name,
        "Scheme": scheme,
        "VpcId": vpc_id,
        "State": state,
        "Type": r#type,
        "AvailabilityZones": availability_zones,
        "SecurityGroups": security_groups,
        "CreatedTime": created_time,
    }
    sdk::LoadBalancerState { "Code": code, "Reason": reason }
    sdk::AvailabilityZone { "ZoneName": zone_name, "SubnetId": subnet_id }
    sdk::Listener {
        "ListenerArn": listener_arn,
        "LoadBalancerArn": load_balancer_arn,
        "Port": port,
        "Protocol": protocol,
        "Certificates": certificates,
        "DefaultActions": default_actions,
    }
    sdk::Certificate { "CertificateArn": certificate_arn }
    sdk::Action { "Type": r#type, "TargetGroupArn": target_group_arn, "ForwardConfig": forward_config }
    sdk::ForwardActionConfig { "TargetGroups": target_groups }
    sdk::TargetGroupTuple { "TargetGroupArn": target_group_arn }
}

words!(
    sdk::ActionTypeEnum,
    sdk::LoadBalancerSchemeEnum,
    sdk::LoadBalancerStateEnum,
    sdk::LoadBalancerTypeEnum,
    sdk::ProtocolEnum,
    sdk::TargetHealthReasonEnum,
    sdk::TargetHealthStateEnum,
    sdk::TargetTypeEnum,
);

const TARGET_GROUPS: &str = "elasticloadbalancing:DescribeTargetGroups";

pub(super) async fn target_groups(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.elbv2().describe_target_groups().set_target_group_arns(Some(of.to_vec()));
    let answer = seek!(session, TARGET_GROUPS, probe, request)?;
    Ok(answer.map(|answer| list("TargetGroups", answer.target_groups())))
}

pub(super) async fn target_groups_of(session: &Session, probe: &Probe, arn: &str) -> Answer {
    let request = session.elbv2().describe_target_groups().load_balancer_arn(arn);
    let answer = seek!(session, TARGET_GROUPS, probe, request)?;
    Ok(answer.map(|answer| list("TargetGroups", answer.target_groups())))
}

/// The target group that was asked about stands beside its targets, unless it is gone.
pub(super) async fn target_health(session: &Session, probe: &Probe, arn: &str) -> Answer {
    let request = session.elbv2().describe_target_health().target_group_arn(arn);
    let answer = seek!(session, "elasticloadbalancing:DescribeTargetHealth", probe, request)?;
    Ok(answer.map(|answer| {
        let targets = list("TargetHealthDescriptions", answer.target_health_descriptions());
        beside(targets, "TargetGroupArn", arn)
    }))
}

pub(super) async fn load_balancers(session: &Session, probe: &Probe, of: &[String]) -> Answer {
    let request = session.elbv2().describe_load_balancers().set_load_balancer_arns(Some(of.to_vec()));
    let answer = seek!(session, "elasticloadbalancing:DescribeLoadBalancers", probe, request)?;
    Ok(answer.map(|answer| list("LoadBalancers", answer.load_balancers())))
}

pub(super) async fn listeners(session: &Session, probe: &Probe, arn: &str) -> Answer {
    let request = session.elbv2().describe_listeners().load_balancer_arn(arn);
    let answer = seek!(session, "elasticloadbalancing:DescribeListeners", probe, request)?;
    Ok(answer.map(|answer| list("Listeners", answer.listeners())))
}
