//! What a resource graph is made of agrees with itself: whatever a resource names is there, and as many times as it
//! should be.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{Filter, Instance, LaunchTemplateVersion, NetworkAcl, RouteTable, Subnet};

use super::*;

/// The Regions with resources.
const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];

macro_rules! client {
    ($name:ident, $sdk:ident) => {
        pub(super) fn $name(drill: &Drill, region: &'static str) -> $sdk::Client {
            let config = $sdk::Config::builder()
                .behavior_version($sdk::config::BehaviorVersion::latest())
                .region($sdk::config::Region::new(region))
                .credentials_provider(Credentials::for_tests())
                .retry_config($sdk::config::retry::RetryConfig::disabled())
                .http_client(drill.http_client())
                .build();
            $sdk::Client::from_conf(config)
        }
    };
}

client!(elb, aws_sdk_elasticloadbalancingv2);
client!(scaling, aws_sdk_autoscaling);

fn filter(name: &str, value: &str) -> Filter {
    Filter::builder().name(name).values(value).build()
}

async fn instances(client: &aws_sdk_ec2::Client) -> Vec<Instance> {
    let all = client.describe_instances().send().await.unwrap();
    all.reservations().iter().flat_map(|one| one.instances().to_vec()).collect()
}

async fn subnets(client: &aws_sdk_ec2::Client) -> Vec<Subnet> {
    client.describe_subnets().send().await.unwrap().subnets.unwrap_or_default()
}

async fn group_ids(client: &aws_sdk_ec2::Client) -> BTreeSet<String> {
    let groups = client.describe_security_groups().send().await.unwrap();
    groups.security_groups().iter().map(|group| group.group_id().unwrap().to_owned()).collect()
}

/// The table of a subnet: its own, else the VPC's main one.
fn table_of<'a>(tables: &'a [RouteTable], subnet: &Subnet) -> Vec<&'a RouteTable> {
    let named =
        |table: &&RouteTable| table.associations().iter().any(|one| one.subnet_id() == subnet.subnet_id());
    let own: Vec<_> = tables.iter().filter(named).collect();
    if !own.is_empty() {
        return own;
    }
    let main = |table: &&RouteTable| {
        table.vpc_id() == subnet.vpc_id() && table.associations().iter().any(|one| one.main() == Some(true))
    };
    tables.iter().filter(main).collect()
}

#[tokio::test]
async fn every_subnet_has_one_route_table_and_one_network_acl_and_leads_out_as_it_says() {
    for region in REGIONS {
        let client = ec2(&drill(), region);
        let tables = client.describe_route_tables().send().await.unwrap().route_tables.unwrap_or_default();
        let acls = client.describe_network_acls().send().await.unwrap().network_acls.unwrap_or_default();
        let igws = client.describe_internet_gateways().send().await.unwrap();
        let nats = client.describe_nat_gateways().send().await.unwrap();
        let endpoints = client.describe_vpc_endpoints().send().await.unwrap();
        let gateways: BTreeSet<&str> =
            igws.internet_gateways().iter().filter_map(|one| one.internet_gateway_id()).collect();
        let endpoints: BTreeSet<&str> =
            endpoints.vpc_endpoints().iter().filter_map(|one| one.vpc_endpoint_id()).collect();
        let nats: BTreeSet<&str> =
            nats.nat_gateways().iter().filter_map(|one| one.nat_gateway_id()).collect();
        for subnet in subnets(&client).await {
            let [table] = table_of(&tables, &subnet)[..] else { panic!("{subnet:?}") };
            let held = acls.iter().flat_map(NetworkAcl::associations);
            assert_eq!(held.filter(|one| one.subnet_id() == subnet.subnet_id()).count(), 1, "{subnet:?}");
            let out =
                table.routes().iter().find(|one| one.destination_cidr_block() == Some("0.0.0.0/0")).unwrap();
            let to_internet = out.gateway_id().is_some_and(|id| gateways.contains(id));
            assert_eq!(to_internet, subnet.map_public_ip_on_launch() == Some(true), "{subnet:?}");
            assert_eq!(table.vpc_id(), subnet.vpc_id());
        }
        for route in tables.iter().flat_map(RouteTable::routes) {
            let known = match (route.gateway_id(), route.nat_gateway_id()) {
                (Some("local"), None) => true,
                (Some(id), None) => gateways.contains(id) || endpoints.contains(id) || id.starts_with("vgw-"),
                (None, Some(id)) => nats.contains(id),
                _ => false,
            };
            assert!(known, "{route:?}");
        }
        let vpcs = client.describe_vpcs().send().await.unwrap();
        for vpc in vpcs.vpcs() {
            let own = tables.iter().filter(|table| table.vpc_id() == vpc.vpc_id());
            let main = own.flat_map(RouteTable::associations).filter(|one| one.main() == Some(true));
            assert_eq!(main.count(), 1, "one main table: {vpc:?}");
            let default =
                acls.iter().filter(|acl| acl.vpc_id() == vpc.vpc_id() && acl.is_default() == Some(true));
            assert_eq!(default.count(), 1, "one default ACL: {vpc:?}");
        }
    }
}

#[tokio::test]
async fn nat_gateways_and_addresses_are_on_interfaces_that_are_there() {
    let client = ec2(&drill(), "eu-west-1");
    let interfaces = client.describe_network_interfaces().send().await.unwrap();
    let nats = client.describe_nat_gateways().send().await.unwrap();
    let [nat] = nats.nat_gateways() else { panic!("{nats:?}") };
    assert_eq!(nat.nat_gateway_id(), Some("nat-0b7d93c51e8f4a260"), "the one that metrics name");
    let addresses = client.describe_addresses().send().await.unwrap();
    assert!(
        addresses
            .addresses()
            .iter()
            .any(|one| one.allocation_id() == nat.nat_gateway_addresses()[0].allocation_id())
    );
    for address in addresses.addresses() {
        let on = |one: &&aws_sdk_ec2::types::NetworkInterface| {
            one.network_interface_id() == address.network_interface_id()
        };
        let interface = interfaces.network_interfaces().iter().find(on).unwrap();
        let association = interface.association().unwrap();
        assert_eq!(
            (association.public_ip(), association.allocation_id()),
            (address.public_ip(), address.allocation_id())
        );
        assert_eq!(association.ip_owner_id(), Some("111122223333"));
        assert_eq!(interface.attachment().unwrap().instance_id(), address.instance_id());
    }
    let bastion = client.describe_instances().filters(filter("tag:Name", "bastion")).send().await.unwrap();
    let bastion = bastion.reservations()[0].instances()[0].clone();
    let its = client.describe_addresses().filters(filter("instance-id", bastion.instance_id().unwrap()));
    let its = its.send().await.unwrap().addresses.unwrap_or_default();
    assert_eq!(its.iter().map(|one| one.public_ip()).collect::<Vec<_>>(), [bastion.public_ip_address()]);
    let one = its[0].allocation_id().unwrap();
    let by_id = client.describe_addresses().allocation_ids(one).send().await.unwrap();
    assert_eq!(by_id.addresses(), its);
}

/// The latest version of every launch template.
async fn templates(client: &aws_sdk_ec2::Client) -> BTreeMap<String, LaunchTemplateVersion> {
    let mut found = BTreeMap::new();
    let all = client.describe_launch_templates().send().await.unwrap();
    for template in all.launch_templates() {
        let id = template.launch_template_id().unwrap();
        let versions = client.describe_launch_template_versions().launch_template_id(id).versions("$Latest");
        let versions = versions.send().await.unwrap().launch_template_versions.unwrap_or_default();
        let [version] = &versions[..] else { panic!("{versions:?}") };
        assert_eq!(version.version_number(), template.latest_version_number());
        let by_name = client.describe_launch_template_versions();
        let by_name =
            by_name.launch_template_name(template.launch_template_name().unwrap()).versions("$Default");
        let default = by_name.send().await.unwrap().launch_template_versions.unwrap_or_default();
        assert_eq!(default[0].version_number(), template.default_version_number());
        found.insert(id.to_owned(), version.clone());
    }
    found
}

#[tokio::test]
async fn groups_launch_from_templates_whose_parts_are_there_and_have_the_instances_that_say_so() {
    for region in REGIONS {
        let drill = drill();
        let client = ec2(&drill, region);
        let (groups, templates) = (group_ids(&client).await, templates(&client).await);
        let images = client.describe_images().include_deprecated(true).send().await.unwrap();
        let images: BTreeSet<&str> = images.images().iter().filter_map(|image| image.image_id()).collect();
        for version in templates.values() {
            let data = version.launch_template_data().unwrap();
            assert!(data.security_group_ids().iter().all(|id| groups.contains(id)), "{version:?}");
            assert!(images.contains(data.image_id().unwrap()), "{version:?}");
        }
        let instances = instances(&client).await;
        let subnets = subnets(&client).await;
        let targets = elb(&drill, region).describe_target_groups().send().await.unwrap();
        let targets: BTreeSet<&str> =
            targets.target_groups().iter().filter_map(|one| one.target_group_arn()).collect();
        let all = scaling(&drill, region).describe_auto_scaling_groups().send().await.unwrap();
        assert!(!all.auto_scaling_groups().is_empty());
        for group in all.auto_scaling_groups() {
            let name = group.auto_scaling_group_name().unwrap();
            let tagged = |one: &&Instance| {
                let mut tags = one.tags().iter();
                tags.any(|tag| tag.key() == Some("aws:autoscaling:groupName") && tag.value() == Some(name))
            };
            let expected: BTreeSet<_> =
                instances.iter().filter(tagged).filter_map(|one| one.instance_id()).collect();
            let got: BTreeSet<_> = group.instances().iter().filter_map(|one| one.instance_id()).collect();
            assert_eq!(got, expected, "{name}");
            assert_eq!(group.desired_capacity(), i32::try_from(got.len()).ok(), "{name}");
            let used = group.launch_template().unwrap();
            let version = &templates[used.launch_template_id().unwrap()];
            assert_eq!(used.version(), version.version_number().map(|n| n.to_string()).as_deref());
            for one in group.instances() {
                let same = instances.iter().find(|other| other.instance_id() == one.instance_id()).unwrap();
                let tag = same.tags().iter().filter(|tag| tag.key() == Some("aws:ec2launchtemplate:version"));
                let tags: Vec<_> = tag.map(|tag| tag.value()).collect();
                assert_eq!(tags, [one.launch_template().unwrap().version()], "{name}");
                assert_eq!(one.lifecycle_state().unwrap().as_str(), "InService");
            }
            let zones = group.vpc_zone_identifier().unwrap().split(',');
            assert!(
                zones.clone().all(|id| subnets.iter().any(|subnet| subnet.subnet_id() == Some(id))),
                "{name}"
            );
            assert!(group.target_group_arns().iter().all(|arn| targets.contains(arn.as_str())), "{name}");
        }
    }
}

#[tokio::test]
async fn launches_and_terminations_of_groups_are_those_of_the_history() {
    let drill = drill();
    let client = scaling(&drill, "eu-west-1");
    let all = client.describe_scaling_activities().auto_scaling_group_name("web-asg").send().await.unwrap();
    let found = instances(&ec2(&drill, "eu-west-1")).await;
    assert_eq!(all.activities().len(), 6);
    for (one, capacity) in all.activities().iter().zip((1..=6).rev()) {
        let id = one.description().unwrap().rsplit(' ').next().unwrap();
        let same = found.iter().find(|other| other.instance_id() == Some(id)).unwrap();
        assert_eq!(one.start_time().unwrap().secs(), same.launch_time().unwrap().secs());
        assert!(one.cause().unwrap().ends_with(&format!("from {} to {capacity}.", capacity - 1)), "{one:?}");
    }
    let mut pages = client.describe_scaling_activities().auto_scaling_group_name("batch-asg").max_records(7);
    let (mut count, mut gone) = (0, 0);
    loop {
        let page = pages.clone().send().await.unwrap();
        for one in page.activities() {
            count += 1;
            gone += usize::from(one.description().unwrap().starts_with("Terminating"));
            assert_eq!(one.status_code().unwrap().as_str(), "Successful");
        }
        let Some(token) = page.next_token else { break };
        pages = pages.next_token(token);
    }
    assert!(gone > 5, "{gone}");
    assert_eq!(count, 8 + 2 * gone, "who is gone had come");
    let none = client.describe_instance_refreshes().auto_scaling_group_name("web-asg").send().await.unwrap();
    assert_eq!(none.instance_refreshes(), []);
    let missing = client.describe_scaling_activities().auto_scaling_group_name("nope").send().await;
    assert_eq!(errors::code(&missing.unwrap_err()), "ValidationError");
}

#[tokio::test]
async fn targets_are_as_healthy_as_the_metric_says() {
    // Before, in the middle of, and after the ramp of the scenario.
    for (at, unhealthy) in [(9 * 60, 0), (12 * 60, 6), (17 * 60 + 5, 6)] {
        let drill = Drill::open(&Options { at: Some(Duration::from_secs(at)), ..options() }).unwrap();
        let client = elb(&drill, "eu-west-1");
        let all = client.describe_target_groups().send().await.unwrap();
        let mut bad = BTreeMap::new();
        for group in all.target_groups() {
            let arn = group.target_group_arn().unwrap();
            let health = client.describe_target_health().target_group_arn(arn).send().await.unwrap();
            let states = health.target_health_descriptions().iter().map(|one| one.target_health().unwrap());
            let those: Vec<_> = states.filter(|one| one.state().unwrap().as_str() == "unhealthy").collect();
            for one in &those {
                assert_eq!(one.reason().unwrap().as_str(), "Target.Timeout");
                assert_eq!(one.description(), Some("Request timed out"));
            }
            assert_eq!(health.target_health_descriptions().len(), 6);
            bad.insert(group.target_group_name().unwrap().to_owned(), those.len());
        }
        assert_eq!(
            bad,
            BTreeMap::from([("api-8080".to_owned(), 0), ("web-80".to_owned(), unhealthy)]),
            "{at} s"
        );
    }
}

#[tokio::test]
async fn load_balancers_and_their_parts_name_each_other() {
    let drill = drill();
    let (client, network) = (elb(&drill, "eu-west-1"), ec2(&drill, "eu-west-1"));
    let (groups, subnets) = (group_ids(&network).await, subnets(&network).await);
    let all = client.describe_load_balancers().send().await.unwrap();
    assert_eq!(all.load_balancers().len(), 2);
    for balancer in all.load_balancers() {
        let arn = balancer.load_balancer_arn().unwrap();
        assert!(balancer.security_groups().iter().all(|id| groups.contains(id)));
        for zone in balancer.availability_zones() {
            let subnet = subnets.iter().find(|one| one.subnet_id() == zone.subnet_id()).unwrap();
            assert_eq!((subnet.vpc_id(), subnet.availability_zone()), (balancer.vpc_id(), zone.zone_name()));
            let public = balancer.scheme().unwrap().as_str() == "internet-facing";
            assert_eq!(subnet.map_public_ip_on_launch(), Some(public));
        }
        let listeners = client.describe_listeners().load_balancer_arn(arn).send().await.unwrap();
        assert!(!listeners.listeners().is_empty());
        for listener in listeners.listeners() {
            let https = listener.protocol().unwrap().as_str() == "HTTPS";
            assert_eq!(https, !listener.certificates().is_empty());
            let rules =
                client.describe_rules().listener_arn(listener.listener_arn().unwrap()).send().await.unwrap();
            let [rule] = rules.rules() else { panic!("{rules:?}") };
            assert_eq!((rule.is_default(), rule.actions()), (Some(true), listener.default_actions()));
            if let Some(target) = listener.default_actions()[0].target_group_arn() {
                let group = client.describe_target_groups().target_group_arns(target).send().await.unwrap();
                assert_eq!(group.target_groups()[0].load_balancer_arns(), [arn.to_owned()]);
            }
        }
    }
    let by_name = client.describe_load_balancers().names("web").send().await.unwrap();
    assert_eq!(by_name.load_balancers().len(), 1);
    let page = client.describe_load_balancers().page_size(1).send().await.unwrap();
    let rest = client
        .describe_load_balancers()
        .page_size(1)
        .marker(page.next_marker().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!((rest.load_balancers().len(), rest.next_marker()), (1, None));
}

#[tokio::test]
async fn elastic_load_balancing_refuses_as_documented() {
    let client = elb(&drill(), "eu-west-1");
    let arn = |rest: &str| format!("arn:aws:elasticloadbalancing:eu-west-1:111122223333:{rest}");
    let error = client.describe_load_balancers().names("nope").send().await.unwrap_err();
    assert_eq!(errors::code(&error), "LoadBalancerNotFound");
    assert!(error.into_service_error().is_load_balancer_not_found_exception());
    let error = client.describe_target_groups().load_balancer_arn(arn("loadbalancer/app/x/0")).send().await;
    assert_eq!(errors::code(&error.unwrap_err()), "LoadBalancerNotFound");
    let error =
        client.describe_target_health().target_group_arn(arn("targetgroup/x/0")).send().await.unwrap_err();
    assert_eq!(errors::code(&error), "TargetGroupNotFound");
    let error =
        client.describe_listeners().listener_arns(arn("listener/app/x/0/0")).send().await.unwrap_err();
    assert_eq!(errors::code(&error), "ListenerNotFound");
    let error = client.describe_rules().listener_arn(arn("listener/app/x/0/0")).send().await.unwrap_err();
    assert_eq!(errors::code(&error), "ListenerNotFound");
    for error in [
        errors::code(&client.describe_listeners().send().await.unwrap_err()),
        errors::code(&client.describe_load_balancers().load_balancer_arns("web").send().await.unwrap_err()),
        errors::code(&client.describe_load_balancers().page_size(0).send().await.unwrap_err()),
        errors::code(&client.describe_load_balancers().marker("garbage").send().await.unwrap_err()),
    ] {
        assert_eq!(error, "ValidationError");
    }
    let elsewhere = elb(&drill(), "us-east-1").describe_load_balancers().send().await.unwrap();
    assert_eq!(elsewhere.load_balancers(), []);
}

#[tokio::test]
async fn ec2_refuses_ids_that_are_not_there_in_its_own_words() {
    let client = ec2(&drill(), "eu-west-1");
    let no = "0123456789abcdef0";
    let table = client.describe_route_tables().route_table_ids(format!("rtb-{no}")).send().await;
    let acl = client.describe_network_acls().network_acl_ids(format!("acl-{no}")).send().await;
    let igw = client.describe_internet_gateways().internet_gateway_ids(format!("igw-{no}")).send().await;
    let nat = client.describe_nat_gateways().nat_gateway_ids(format!("nat-{no}")).send().await;
    let endpoint = client.describe_vpc_endpoints().vpc_endpoint_ids(format!("vpce-{no}")).send().await;
    let address = client.describe_addresses().allocation_ids(format!("eipalloc-{no}")).send().await;
    let volume = client.describe_volume_status().volume_ids(format!("vol-{no}")).send().await;
    let template = client.describe_launch_templates().launch_template_ids(format!("lt-{no}")).send().await;
    let name = client.describe_launch_templates().launch_template_names("nope").send().await;
    let version = client.describe_launch_template_versions();
    let version = version.launch_template_name("web-template").versions("9999").send().await;
    for (got, expected) in [
        (errors::code(&table.unwrap_err()), "InvalidRouteTableID.NotFound"),
        (errors::code(&acl.unwrap_err()), "InvalidNetworkAclID.NotFound"),
        (errors::code(&igw.unwrap_err()), "InvalidInternetGatewayID.NotFound"),
        (errors::code(&nat.unwrap_err()), "NatGatewayNotFound"),
        (errors::code(&endpoint.unwrap_err()), "InvalidVpcEndpointId.NotFound"),
        (errors::code(&address.unwrap_err()), "InvalidAllocationID.NotFound"),
        (errors::code(&volume.unwrap_err()), "InvalidVolume.NotFound"),
        (errors::code(&template.unwrap_err()), "InvalidLaunchTemplateId.NotFound"),
        (errors::code(&name.unwrap_err()), "InvalidLaunchTemplateName.NotFoundException"),
        (errors::code(&version.unwrap_err()), "InvalidLaunchTemplateId.VersionNotFound"),
    ] {
        assert_eq!(got, expected);
    }
    let status = client.describe_volume_status().send().await.unwrap();
    let volumes = client.describe_volumes().send().await.unwrap();
    assert_eq!(status.volume_statuses().len(), volumes.volumes().len());
    let words: BTreeSet<_> = status
        .volume_statuses()
        .iter()
        .map(|one| one.volume_status().unwrap().status().unwrap().as_str())
        .collect();
    assert_eq!(words, BTreeSet::from(["ok"]));
}
