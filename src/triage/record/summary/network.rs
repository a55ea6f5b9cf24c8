//! Network and edge.

use super::{
    table::{Row, WHAT, row},
    take::Take::{Direction, Entry, First, Main, Noun, Of, Records, Req, Rules, Set, Short, Target},
};

const ALB: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const CLB: &str = "AWS::ElasticLoadBalancing::LoadBalancer";
const GROUP: &str = "AWS::EC2::SecurityGroup";
const ACL: &str = "AWS::EC2::NetworkAcl";
const ROUTES: &str = "AWS::EC2::RouteTable";
const IGW: &str = "AWS::EC2::InternetGateway";
const TARGETS: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";
const ELB: &str = "elasticloadbalancing";

#[rustfmt::skip]
pub(super) static ROWS: &[Row] = &[
    // Security groups
    row("ec2", &["RevokeSecurityGroupIngress"], "did.ingress-revoked", &[("rules", Rules(true)), ("what", First(GROUP))]),
    row("ec2", &["RevokeSecurityGroupEgress"], "did.egress-revoked", &[("rules", Rules(false)), ("what", First(GROUP))]),
    row("ec2", &["AuthorizeSecurityGroupIngress"], "did.ingress-allowed", &[("rules", Rules(true)), ("what", First(GROUP))]),
    row("ec2", &["AuthorizeSecurityGroupEgress"], "did.egress-allowed", &[("rules", Rules(false)), ("what", First(GROUP))]),
    row("ec2", &["RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "ModifySecurityGroupRules"], "did.rules-changed", &[("what", First(GROUP))]),
    row("ec2", &["CreateSecurityGroup"], "did.created-named", &[("what", First(GROUP)), ("name", Req(&["groupName"]))]),
    row("ec2", &["CreateSecurityGroup"], "did.created", &[("what", Noun("thing.security-group", &["groupName"]))]),
    row("ec2", &["DeleteSecurityGroup"], "did.deleted", WHAT),
    // Network ACLs
    row("ec2", &["CreateNetworkAclEntry", "ReplaceNetworkAclEntry"], "did.acl-entry", &[("number", Req(&["ruleNumber"])), ("action", Req(&["ruleAction"])), ("rule", Entry), ("direction", Direction), ("what", Of(ACL))]),
    row("ec2", &["DeleteNetworkAclEntry"], "did.acl-entry-gone", &[("number", Req(&["ruleNumber"])), ("direction", Direction), ("what", Of(ACL))]),
    row("ec2", &["CreateNetworkAcl"], "did.created", &[("what", Of(ACL))]),
    row("ec2", &["DeleteNetworkAcl"], "did.deleted", &[("what", Of(ACL))]),
    row("ec2", &["ReplaceNetworkAclAssociation"], "did.moved-to", &[("what", Req(&["associationId"])), ("to", Of(ACL))]),
    // Routes
    row("ec2", &["CreateRoute"], "did.route-added", &[("route", Req(CIDRS)), ("to", Target), ("what", Of(ROUTES))]),
    row("ec2", &["ReplaceRoute"], "did.route-moved", &[("route", Req(CIDRS)), ("to", Target), ("what", Of(ROUTES))]),
    row("ec2", &["DeleteRoute"], "did.route-gone", &[("route", Req(CIDRS)), ("what", Of(ROUTES))]),
    row("ec2", &["CreateRouteTable"], "did.created", &[("what", Of(ROUTES))]),
    row("ec2", &["DeleteRouteTable"], "did.deleted", &[("what", Of(ROUTES))]),
    row("ec2", &["AssociateRouteTable"], "did.attached", &[("what", Of(ROUTES)), ("to", Of("AWS::EC2::Subnet"))]),
    row("ec2", &["DisassociateRouteTable"], "did.detached-routes", &[("what", Req(&["associationId"]))]),
    row("ec2", &["ReplaceRouteTableAssociation"], "did.moved-to", &[("what", Req(&["associationId"])), ("to", Of(ROUTES))]),
    row("ec2", &["CreateTransitGatewayRoute"], "did.route-added", &[("route", Req(CIDRS)), ("to", Target), ("what", Of("AWS::EC2::TransitGatewayRouteTable"))]),
    row("ec2", &["ReplaceTransitGatewayRoute"], "did.route-moved", &[("route", Req(CIDRS)), ("to", Target), ("what", Of("AWS::EC2::TransitGatewayRouteTable"))]),
    row("ec2", &["DeleteTransitGatewayRoute"], "did.route-gone", &[("route", Req(CIDRS)), ("what", Of("AWS::EC2::TransitGatewayRouteTable"))]),
    // Gateways and addresses
    row("ec2", &["AttachInternetGateway"], "did.attached", &[("what", Of(IGW)), ("to", Of("AWS::EC2::VPC"))]),
    row("ec2", &["DetachInternetGateway"], "did.detached", &[("what", Of(IGW)), ("from", Of("AWS::EC2::VPC"))]),
    row("ec2", &["DeleteInternetGateway", "DeleteCustomerGateway", "DeleteNatGateway", "DeleteVpc", "DeleteSubnet", "DeleteDhcpOptions", "DeleteVpcPeeringConnection", "DeleteTransitGatewayVpcAttachment",
        "DeleteVpnConnection", "DeleteVpcEndpoints", "DeleteNetworkInterface", "DeleteTrafficMirrorSession"], "did.deleted", WHAT),
    row("ec2", &["CreateInternetGateway", "CreateCustomerGateway", "CreateNatGateway", "CreateVpc", "CreateSubnet", "CreateVpcPeeringConnection", "CreateNetworkInterface", "CreateTrafficMirrorSession", "CreateVpcEndpoint"], "did.created", WHAT),
    row("ec2", &["DisassociateAddress"], "did.detached-address", &[("what", Req(&["publicIp", "associationId"]))]),
    row("ec2", &["AssociateAddress"], "did.attached", &[("what", Req(&["publicIp", "allocationId"])), ("to", Req(&["instanceId", "networkInterfaceId"]))]),
    row("ec2", &["ReleaseAddress"], "did.released", &[("what", Req(&["publicIp", "allocationId"]))]),
    row("ec2", &["AllocateAddress"], "did.allocated", &[("what", Of("AWS::EC2::EIP"))]),
    row("ec2", &["AssociateDhcpOptions"], "did.attached", &[("what", Req(&["dhcpOptionsId"])), ("to", Of("AWS::EC2::VPC"))]),
    row("ec2", &["AcceptVpcPeeringConnection"], "did.accepted", WHAT),
    row("ec2", &["RejectVpcPeeringConnection"], "did.rejected", WHAT),
    row("ec2", &["ModifyVpcAttribute"], "did.set", &[("what", Main), ("settings", Set(&["vpcId"]))]),
    row("ec2", &["ModifySubnetAttribute"], "did.set", &[("what", Main), ("settings", Set(&["subnetId"]))]),
    row("ec2", &["ModifyNetworkInterfaceAttribute"], "did.set", &[("what", Main), ("settings", Set(&["networkInterfaceId"]))]),
    row("ec2", &["ModifyVpcEndpoint"], "did.set", &[("what", Main), ("settings", Set(&["vpcEndpointId", "VpcEndpointId"]))]),
    row("ec2", &["ModifyVpcAttribute", "ModifySubnetAttribute", "ModifyNetworkInterfaceAttribute", "ModifyVpcEndpoint"], "did.changed", WHAT),
    row("ec2", &["DetachNetworkInterface"], "did.detached-interface", &[("what", Req(&["networkInterfaceId", "attachmentId"]))]),
    row("ec2", &["ModifyVpcBlockPublicAccessOptions"], "did.vpc-block", &[("to", Req(&["internetGatewayBlockMode", "InternetGatewayBlockMode"]))]),
    // Load balancers
    row(ELB, &["DeregisterTargets"], "did.deregistered", &[("what", Req(&["targets.id"])), ("from", Of(TARGETS))]),
    row(ELB, &["RegisterTargets"], "did.registered-with", &[("what", Req(&["targets.id"])), ("with", Of(TARGETS))]),
    row(ELB, &["DeregisterInstancesFromLoadBalancer"], "did.deregistered", &[("what", Of("AWS::EC2::Instance")), ("from", Of(CLB))]),
    row(ELB, &["RegisterInstancesWithLoadBalancer"], "did.registered-with", &[("what", Of("AWS::EC2::Instance")), ("with", Of(CLB))]),
    row(ELB, &["ModifyTargetGroup", "ModifyTargetGroupAttributes"], "did.set", &[("what", Of(TARGETS)), ("settings", Set(&["targetGroupArn"]))]),
    row(ELB, &["ModifyListener"], "did.set", &[("what", Of("AWS::ElasticLoadBalancingV2::Listener")), ("settings", Set(&["listenerArn"]))]),
    row(ELB, &["ModifyRule"], "did.set", &[("what", Main), ("settings", Set(&["ruleArn"]))]),
    row(ELB, &["ModifyTargetGroup", "ModifyTargetGroupAttributes", "ModifyListener", "ModifyRule"], "did.changed", WHAT),
    row(ELB, &["DeleteListener", "DeleteRule", "DeleteLoadBalancer", "DeleteTargetGroup"], "did.deleted", WHAT),
    row(ELB, &["CreateRule"], "did.listener-rule-added", &[("what", Of("AWS::ElasticLoadBalancingV2::Listener"))]),
    row(ELB, &["CreateListener", "CreateLoadBalancer", "CreateTargetGroup"], "did.created", WHAT),
    row(ELB, &["SetRulePriorities"], "did.priorities", WHAT),
    row(ELB, &["SetSecurityGroups"], "did.groups-set", &[("groups", Req(&["securityGroups"])), ("what", Of(ALB))]),
    row(ELB, &["ApplySecurityGroupsToLoadBalancer"], "did.groups-set", &[("groups", Req(&["securityGroups"])), ("what", Of(CLB))]),
    row(ELB, &["SetSubnets"], "did.subnets-set", &[("subnets", Req(&["subnets", "subnetMappings.subnetId"])), ("what", Of(ALB))]),
    row(ELB, &["ModifyLoadBalancerAttributes"], "did.set", &[("what", Main), ("settings", Set(&["loadBalancerArn", "loadBalancerName"]))]),
    row(ELB, &["SetSecurityGroups", "ApplySecurityGroupsToLoadBalancer", "SetSubnets", "ModifyLoadBalancerAttributes"], "did.changed", WHAT),
    // Names and certificates
    row("route53", &["ChangeResourceRecordSets"], "did.records", &[("records", Records), ("what", Of(ZONE))]),
    row("route53", &["DeleteHostedZone"], "did.deleted", &[("what", Of(ZONE))]),
    row("route53", &["CreateHostedZone"], "did.created", WHAT),
    row("route53", &["AssociateVPCWithHostedZone"], "did.attached", &[("what", Of(ZONE)), ("to", Of("AWS::EC2::VPC"))]),
    row("route53", &["DisassociateVPCFromHostedZone"], "did.detached", &[("what", Of(ZONE)), ("from", Of("AWS::EC2::VPC"))]),
    row("route53domains", &["DisableDomainTransferLock"], "did.unlocked-domain", &[("what", Req(&["domainName"]))]),
    row("route53domains", &["TransferDomainToAnotherAwsAccount"], "did.transferred-domain", &[("what", Req(&["domainName"])), ("to", Req(&["accountId"]))]),
    row("acm", &["DeleteCertificate"], "did.deleted", WHAT),
    row("acm", &["ImportCertificate"], "did.imported", WHAT),
    row("iam", &["DeleteServerCertificate"], "did.deleted", WHAT),
    // Edges
    row("cloudfront", &["UpdateDistribution"], "did.changed", WHAT),
    row("cloudfront", &["DeleteDistribution"], "did.deleted", WHAT),
    row("cloudfront", &["CreateInvalidation"], "did.invalidated", &[("paths", Req(&["invalidationBatch.paths.items", "invalidationBatch.paths.items.path"])), ("what", Main)]),
    row("cloudfront", &["CreateInvalidation"], "did.invalidated-what", WHAT),
    row("wafv2", &["UpdateWebACL", "UpdateIPSet", "UpdateRuleGroup"], "did.changed", WHAT),
    row("wafv2", &["DeleteWebACL", "DeleteRuleGroup", "DeleteIPSet"], "did.deleted", WHAT),
    row("wafv2", &["AssociateWebACL"], "did.attached", &[("what", Of("AWS::WAFv2::WebACL")), ("to", Short(&["resourceArn"]))]),
    row("wafv2", &["DisassociateWebACL"], "did.web-acl-detached", &[("from", Short(&["resourceArn"]))]),
    row("apigateway", &["UpdateStage"], "did.stage-changed", &[("stage", Req(&["stageName"])), ("what", Main)]),
    row("apigateway", &["CreateDeployment"], "did.stage-deployed", &[("stage", Req(&["createDeploymentInput.stageName", "stageName"])), ("what", Main)]),
    row("apigateway", &["CreateDeployment"], "did.stage-deployed-what", WHAT),
    row("apigateway", &["DeleteRestApi", "DeleteApi"], "did.deleted", WHAT),
];

const ZONE: &str = "AWS::Route53::HostedZone";
const CIDRS: &[&str] = &["destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId"];
