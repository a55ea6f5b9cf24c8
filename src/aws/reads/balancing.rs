//! Elastic Load Balancing's answers: load balancers, their listeners, target groups, and how well the targets are.

use aws_sdk_elasticloadbalancingv2::types as sdk;

use super::{
    call::{Answer, Call, pages, whole},
    told::{fields, words},
};

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
    sdk::Rule { "RuleArn": rule_arn, "Priority": priority, "IsDefault": is_default, "Actions": actions }
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

pub(super) async fn describe_load_balancers(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("LoadBalancers", load_balancers)],
        set_marker(next_marker),
        call.session
            .elbv2()
            .describe_load_balancers()
            .set_load_balancer_arns(call.texts("LoadBalancerArns"))
            .set_names(call.texts("Names"))
            .page_size(call.page(400))
    )
}

pub(super) async fn describe_listeners(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Listeners", listeners)],
        set_marker(next_marker),
        call.session
            .elbv2()
            .describe_listeners()
            .set_load_balancer_arn(call.text("LoadBalancerArn"))
            .set_listener_arns(call.texts("ListenerArns"))
            .page_size(call.page(400))
    )
}

pub(super) async fn describe_rules(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("Rules", rules)],
        set_marker(next_marker),
        call.session
            .elbv2()
            .describe_rules()
            .set_listener_arn(call.text("ListenerArn"))
            .set_rule_arns(call.texts("RuleArns"))
            .page_size(call.page(400))
    )
}

pub(super) async fn describe_target_groups(call: &Call<'_>) -> Answer {
    pages!(
        call,
        [("TargetGroups", target_groups)],
        set_marker(next_marker),
        call.session
            .elbv2()
            .describe_target_groups()
            .set_load_balancer_arn(call.text("LoadBalancerArn"))
            .set_target_group_arns(call.texts("TargetGroupArns"))
            .set_names(call.texts("Names"))
            .page_size(call.page(400))
    )
}

pub(super) async fn describe_target_health(call: &Call<'_>) -> Answer {
    whole!(
        call,
        [("TargetHealthDescriptions", target_health_descriptions)],
        call.session.elbv2().describe_target_health().set_target_group_arn(call.text("TargetGroupArn"))
    )
}
