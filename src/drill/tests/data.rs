//! Databases, functions, profiles and roles through the real Rust SDK: what they name is there.

use std::collections::BTreeSet;

use super::{graph::scaling, *};

macro_rules! client {
    ($name:ident, $sdk:ident) => {
        fn $name(drill: &Drill) -> $sdk::Client {
            let config = $sdk::Config::builder()
                .behavior_version($sdk::config::BehaviorVersion::latest())
                .region($sdk::config::Region::new("eu-west-1"))
                .credentials_provider(Credentials::for_tests())
                .retry_config($sdk::config::retry::RetryConfig::disabled())
                .http_client(drill.http_client())
                .build();
            $sdk::Client::from_conf(config)
        }
    };
}

client!(rds, aws_sdk_rds);
client!(lambda, aws_sdk_lambda);
client!(iam, aws_sdk_iam);

/// What the account's metrics have as values of a dimension.
async fn measured(drill: &Drill, namespace: &str, dimension: &str) -> BTreeSet<String> {
    let all = cloudwatch(drill, "eu-west-1").list_metrics().namespace(namespace).send().await.unwrap();
    let all = all.metrics().iter().flat_map(aws_sdk_cloudwatch::types::Metric::dimensions);
    all.filter(|one| one.name() == Some(dimension)).filter_map(|one| one.value().map(str::to_owned)).collect()
}

#[tokio::test]
async fn every_database_that_is_measured_is_there_and_lies_in_its_network() {
    let drill = drill();
    let (client, network) = (rds(&drill), ec2(&drill, "eu-west-1"));
    let all = client.describe_db_instances().send().await.unwrap();
    let names: BTreeSet<String> =
        all.db_instances().iter().map(|one| one.db_instance_identifier().unwrap().to_owned()).collect();
    assert!(measured(&drill, "AWS/RDS", "DBInstanceIdentifier").await.is_subset(&names), "{names:?}");
    let subnets = network.describe_subnets().send().await.unwrap();
    let groups = network.describe_security_groups().send().await.unwrap();
    let groups: BTreeSet<_> = groups.security_groups().iter().filter_map(|one| one.group_id()).collect();
    for one in all.db_instances() {
        let home = one.db_subnet_group().unwrap();
        assert!(!home.subnets().is_empty());
        for place in home.subnets() {
            let subnet =
                subnets.subnets().iter().find(|other| other.subnet_id() == place.subnet_identifier());
            assert_eq!(subnet.unwrap().vpc_id(), home.vpc_id());
        }
        assert!(
            one.vpc_security_groups()
                .iter()
                .all(|member| groups.contains(member.vpc_security_group_id().unwrap()))
        );
        assert_eq!(one.db_parameter_groups()[0].parameter_apply_status(), Some("in-sync"));
        assert!(
            one.endpoint().unwrap().address().unwrap().starts_with(one.db_instance_identifier().unwrap())
        );
        assert!(one.certificate_details().unwrap().valid_till().is_some());
        for other in one.read_replica_db_instance_identifiers() {
            assert!(names.contains(other));
        }
    }
    let clusters = client.describe_db_clusters().send().await.unwrap();
    let of_metrics = measured(&drill, "AWS/RDS", "DBClusterIdentifier").await;
    let of_rds = clusters.db_clusters().iter().map(|one| one.db_cluster_identifier().unwrap().to_owned());
    assert_eq!(of_rds.collect::<BTreeSet<_>>(), of_metrics);
    for cluster in clusters.db_clusters() {
        let writers = cluster.db_cluster_members().iter().filter(|one| one.is_cluster_writer() == Some(true));
        assert_eq!(writers.count(), 1);
        for member in cluster.db_cluster_members() {
            let name = member.db_instance_identifier().unwrap();
            let one = client.describe_db_instances().db_instance_identifier(name).send().await.unwrap();
            assert_eq!(one.db_instances()[0].db_cluster_identifier(), cluster.db_cluster_identifier());
        }
    }
    let replica = client.describe_db_instances().db_instance_identifier("shop-replica").send().await.unwrap();
    assert_eq!(replica.db_instances()[0].read_replica_source_db_instance_identifier(), Some("shop-main"));
}

#[tokio::test]
async fn events_of_a_database_are_those_of_the_time_asked_for() {
    let client = rds(&drill());
    let events = |minutes| client.describe_events().source_type("db-instance".into()).duration(minutes);
    assert_eq!(events(30).send().await.unwrap().events(), [], "at four minutes past three");
    let day = events(24 * 60).source_identifier("shop-main").send().await.unwrap();
    let said: Vec<_> = day.events().iter().filter_map(|one| one.message()).collect();
    assert_eq!(said, ["Backing up DB instance", "Finished DB Instance backup"]);
    assert_eq!(day.events()[0].event_categories(), ["backup"]);
    let two_weeks = events(40 * 24 * 60).send().await.unwrap();
    assert_eq!(two_weeks.events().len(), 28);
    let error = client.describe_events().source_identifier("shop-main").send().await.unwrap_err();
    assert_eq!(errors::code(&error), "InvalidParameterCombination");
    let error = client.describe_db_instances().db_instance_identifier("nope").send().await.unwrap_err();
    assert_eq!(errors::code(&error), "DBInstanceNotFound");
    assert!(error.into_service_error().is_db_instance_not_found_fault());
    let error = client.describe_db_clusters().db_cluster_identifier("nope").send().await.unwrap_err();
    assert_eq!(errors::code(&error), "DBClusterNotFoundFault");
    let error = client.describe_db_instances().max_records(5).send().await.unwrap_err();
    assert_eq!(errors::code(&error), "InvalidParameterValue");
}

#[tokio::test]
async fn functions_are_those_that_metrics_and_history_know() {
    let drill = Drill::open(&Options { scenario: "host-failure".to_owned(), ..options() }).unwrap();
    let client = lambda(&drill);
    let all = client.list_functions().send().await.unwrap();
    let names: BTreeSet<String> =
        all.functions().iter().map(|one| one.function_name().unwrap().to_owned()).collect();
    // A metric that has been silent for two weeks is no longer listed; its function is still there.
    assert!(measured(&drill, "AWS/Lambda", "FunctionName").await.is_subset(&names), "{names:?}");
    assert!(names.contains("legacy-report"));
    let network = ec2(&drill, "eu-west-1");
    for one in all.functions() {
        let same = client
            .get_function_configuration()
            .function_name(one.function_arn().unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!((same.revision_id(), same.last_modified()), (one.revision_id(), one.last_modified()));
        if let Some(inside) = one.vpc_config() {
            let subnets = network.describe_subnets().set_subnet_ids(Some(inside.subnet_ids().to_vec()));
            let subnets = subnets.send().await.unwrap();
            assert!(subnets.subnets().iter().all(|subnet| subnet.vpc_id() == inside.vpc_id()));
            let groups =
                network.describe_security_groups().set_group_ids(Some(inside.security_group_ids().to_vec()));
            assert_eq!(groups.send().await.unwrap().security_groups()[0].vpc_id(), inside.vpc_id());
        }
        let role = one.role().unwrap().rsplit('/').next().unwrap();
        let policies = iam(&drill).list_attached_role_policies().role_name(role).send().await.unwrap();
        assert!(!policies.attached_policies().is_empty());
    }
    // The drill's own deployment of this function, 47 minutes before it starts.
    let thumbnailer = client.get_function_configuration().function_name("thumbnailer").qualifier("live");
    let thumbnailer = thumbnailer.send().await.unwrap();
    assert_eq!(
        (thumbnailer.version(), thumbnailer.last_modified()),
        (Some("212"), Some("2026-05-01T01:59:05.000+0000"))
    );
    let mappings = client.list_event_source_mappings().function_name("payment-webhook").send().await.unwrap();
    assert!(mappings.event_source_mappings()[0].event_source_arn().unwrap().ends_with(":orders"));
    let error = client.get_function_configuration().function_name("nope").send().await.unwrap_err();
    assert_eq!(errors::code(&error), "ResourceNotFoundException");
    assert_eq!(error.raw_response().unwrap().status().as_u16(), 404);
}

#[tokio::test]
async fn every_profile_of_an_instance_has_a_role_with_policies() {
    let drill = drill();
    let client = iam(&drill);
    let all = ec2(&drill, "eu-west-1").describe_instances().send().await.unwrap();
    let all = all.reservations().iter().flat_map(aws_sdk_ec2::types::Reservation::instances);
    let profiles: BTreeSet<_> = all
        .filter_map(|one| one.iam_instance_profile())
        .map(|one| (one.arn().unwrap(), one.id().unwrap()))
        .collect();
    assert!(profiles.len() >= 4);
    for (arn, id) in profiles {
        let name = arn.rsplit('/').next().unwrap();
        let found = client.get_instance_profile().instance_profile_name(name).send().await.unwrap();
        let found = found.instance_profile().unwrap();
        assert_eq!((found.arn(), found.instance_profile_id()), (arn, id));
        let role = found.roles()[0].role_name();
        let policies = client.list_attached_role_policies().role_name(role).send().await.unwrap();
        let names: Vec<_> = policies.attached_policies().iter().filter_map(|one| one.policy_name()).collect();
        assert!(names.contains(&"AmazonSSMManagedInstanceCore"), "{names:?}");
        assert!(!client.list_role_policies().role_name(role).send().await.unwrap().policy_names().is_empty());
    }
    let error = client.get_instance_profile().instance_profile_name("nope").send().await.unwrap_err();
    assert_eq!(errors::code(&error), "NoSuchEntity");
    assert!(error.into_service_error().is_no_such_entity_exception());
    let error = client.list_role_policies().role_name("nope").send().await.unwrap_err();
    assert_eq!(errors::code(&error), "NoSuchEntity");
}

#[tokio::test]
async fn pages_of_groups_are_whole() {
    let client = scaling(&drill(), "eu-west-1");
    let mut names = BTreeSet::new();
    let mut request = client.describe_auto_scaling_groups().max_records(2);
    loop {
        let page = request.clone().send().await.unwrap();
        for group in page.auto_scaling_groups() {
            assert!(names.insert(group.auto_scaling_group_name().unwrap().to_owned()), "each once");
        }
        let Some(token) = page.next_token else { break };
        request = request.next_token(token);
    }
    assert_eq!(names, ["api-asg", "batch-asg", "web-asg"].map(str::to_owned).into());
    let some = client.describe_auto_scaling_groups().auto_scaling_group_names("web-asg");
    let some = some.auto_scaling_group_names("nope").send().await.unwrap();
    assert_eq!(some.auto_scaling_groups().len(), 1, "unknown names are no error");
    let error = client.describe_auto_scaling_groups().next_token("garbage").send().await.unwrap_err();
    assert_eq!(errors::code(&error), "InvalidNextToken");
}
