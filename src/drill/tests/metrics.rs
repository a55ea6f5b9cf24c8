//! CloudWatch's metrics through the real Rust SDK: datapoints, metric math, searches, lists.

use aws_sdk_cloudwatch::{
    primitives::DateTime,
    types::{Dimension, Metric, MetricDataQuery, MetricStat, ScanBy, Statistic, StatusCode},
};

use super::*;

fn stat(
    id: &str,
    namespace: &str,
    name: &str,
    dimensions: &[(&str, &str)],
    stat: &str,
    period: i32,
) -> MetricDataQuery {
    let dimensions =
        dimensions.iter().map(|(name, value)| Dimension::builder().name(*name).value(*value).build());
    let metric = Metric::builder()
        .namespace(namespace)
        .metric_name(name)
        .set_dimensions(Some(dimensions.collect()))
        .build();
    let stat = MetricStat::builder().metric(metric).stat(stat).period(period).build();
    MetricDataQuery::builder().id(id).metric_stat(stat).build()
}

fn math(id: &str, expression: &str) -> MetricDataQuery {
    MetricDataQuery::builder().id(id).expression(expression).build()
}

const ALB: &[(&str, &str)] = &[("LoadBalancer", "app/web/50dc6c495c0c9188")];
const TARGETS: &[(&str, &str)] =
    &[("TargetGroup", "targetgroup/web-80/73e2d6bc24d8a067"), ("LoadBalancer", "app/web/50dc6c495c0c9188")];

#[tokio::test]
async fn metric_data_shows_the_incident_and_does_the_maths() {
    let drill = drill();
    let client = cloudwatch(&drill, "eu-west-1");
    let now = drill.now().as_second();
    let answer = client
        .get_metric_data()
        .metric_data_queries(stat("hosts", "AWS/ApplicationELB", "HealthyHostCount", TARGETS, "Minimum", 60))
        .metric_data_queries(stat("m1", "AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", ALB, "Sum", 60))
        .metric_data_queries(stat("m2", "AWS/ApplicationELB", "RequestCount", ALB, "Sum", 60))
        .metric_data_queries(math("rate", "100*m1/m2"))
        .metric_data_queries(math("total", "SUM([m1, m2])"))
        .metric_data_queries(math("band", "ANOMALY_DETECTION_BAND(m2, 2)"))
        .metric_data_queries(stat(
            "nothing",
            "AWS/EC2",
            "CPUUtilization",
            &[("InstanceId", "i-0")],
            "Average",
            60,
        ))
        .start_time(DateTime::from_secs(now - 3600))
        .end_time(DateTime::from_secs(now))
        .scan_by(ScanBy::TimestampAscending)
        .send()
        .await
        .unwrap();
    let series =
        |id: &str| answer.metric_data_results().iter().filter(|r| r.id() == Some(id)).collect::<Vec<_>>();
    let hosts = series("hosts")[0];
    assert_eq!(hosts.status_code(), Some(&StatusCode::Complete));
    assert_eq!((hosts.values()[0], *hosts.values().last().unwrap()), (6.0, 0.0));
    assert!(hosts.timestamps().windows(2).all(|two| two[1].secs() - two[0].secs() == 60));
    let last = hosts.timestamps().last().unwrap().secs();
    assert!((60..=180).contains(&(now - last)), "{} s old", now - last);
    let errors = series("m1")[0];
    assert!(*errors.values().last().unwrap() > 150.0 && errors.values()[0] < 20.0);
    // Every point of the expression is what its inputs make it.
    let requests = series("m2")[0];
    let rate = series("rate")[0];
    assert_eq!(rate.values().len(), errors.values().len());
    for (at, value) in rate.timestamps().iter().zip(rate.values()) {
        let of = |one: &aws_sdk_cloudwatch::types::MetricDataResult| {
            one.values()[one.timestamps().iter().position(|t| t == at).unwrap()]
        };
        assert!((value - 100.0 * of(errors) / of(requests)).abs() < 0.01);
    }
    assert_eq!(series("band").len(), 2);
    assert!(series("nothing")[0].values().is_empty());
    assert_eq!(series("total")[0].label(), Some("total"));
}

#[tokio::test]
async fn metrics_in_an_expression_are_those_of_the_whole_request() {
    let drill = drill();
    let now = drill.now().as_second();
    let answer = cloudwatch(&drill, "eu-west-1")
        .get_metric_data()
        .metric_data_queries(stat(
            "errors",
            "AWS/ApplicationELB",
            "HTTPCode_Target_5XX_Count",
            ALB,
            "Sum",
            60,
        ))
        .metric_data_queries(stat("requests", "AWS/ApplicationELB", "RequestCount", ALB, "Sum", 60))
        .metric_data_queries(math("all", "SUM(METRICS())"))
        .metric_data_queries(math("some", "SUM(METRICS(\"err\"))"))
        .start_time(DateTime::from_secs(now - 3600))
        .end_time(DateTime::from_secs(now))
        .send()
        .await
        .unwrap();
    let points = |id: &str| -> std::collections::BTreeMap<i64, f64> {
        let one = answer.metric_data_results().iter().find(|r| r.id() == Some(id)).unwrap();
        one.timestamps().iter().map(DateTime::secs).zip(one.values().iter().copied()).collect()
    };
    let (errors, requests) = (points("errors"), points("requests"));
    assert!(errors.len() > 5 && requests.len() > errors.len(), "minutes without errors have no datapoint");
    assert_eq!(points("some"), errors);
    let sum = |(at, n): (&i64, &f64)| (*at, n + errors.get(at).unwrap_or(&0.0));
    assert_eq!(points("all"), requests.iter().map(sum).collect());
}

#[tokio::test]
async fn searches_find_what_the_agents_send() {
    let drill = Drill::open(&Options { scenario: "disk-full".to_owned(), ..options() }).unwrap();
    let id = |key: &str| drill.0.world.instances.iter().find(|one| one.key == key).unwrap().id.clone();
    let (db, web) = (id("orders-db-1"), id("web-1"));
    let now = drill.now().as_second();
    // As the console asks about memory and file systems.
    let agent = |id: &str, name: &str, more: &str| {
        let terms = format!("Namespace=\"CWAgent\" InstanceId=\"{id}\" MetricName=\"{name}\" {more}");
        format!("MAX(SEARCH('{terms}', 'Maximum', 300))")
    };
    let kinds = "fstype=(\"xfs\" OR \"ext4\" OR \"ext3\" OR \"btrfs\")";
    let answer = cloudwatch(&drill, "eu-west-1")
        .get_metric_data()
        .metric_data_queries(math("disk", &agent(&db, "disk_used_percent", kinds)))
        .metric_data_queries(math("memory", &agent(&db, "mem_used_percent", "")))
        .metric_data_queries(math("unknown", &agent(&web, "disk_used_percent", kinds)))
        .metric_data_queries(math("nothing", "SEARCH('{CWAgent,InstanceId,path}', 'Maximum', 60)"))
        .metric_data_queries(math("many", "SEARCH('{AWS/EC2,InstanceId} CPUUtilization', 'Average', 300)"))
        .start_time(DateTime::from_secs(now - 3600))
        .end_time(DateTime::from_secs(now))
        .scan_by(ScanBy::TimestampAscending)
        .send()
        .await
        .unwrap();
    let series =
        |id: &str| answer.metric_data_results().iter().filter(|r| r.id() == Some(id)).collect::<Vec<_>>();
    assert!(answer.metric_data_results().iter().all(|one| one.status_code() == Some(&StatusCode::Complete)));
    let [disk] = series("disk")[..] else { panic!() };
    assert!(*disk.values().last().unwrap() > 95.0 && disk.values()[0] < 90.0, "{:?}", disk.values());
    assert!(disk.timestamps().windows(2).all(|two| two[1].secs() - two[0].secs() == 300));
    let [memory] = series("memory")[..] else { panic!() };
    assert!(memory.values().len() >= 12 && memory.values().iter().all(|used| (60.0..90.0).contains(used)));
    assert!(series("unknown")[0].values().is_empty(), "its agent tells nothing of disks");
    assert!(series("nothing").is_empty());
    let many = series("many");
    let labels: std::collections::BTreeSet<_> = many.iter().map(|one| one.label().unwrap()).collect();
    assert!(many.len() > 30 && labels.len() == many.len() && labels.contains(&*db), "{labels:?}");
}

#[tokio::test]
async fn several_series_of_one_expression_share_its_id_and_are_told_apart_by_their_labels() {
    let drill = drill();
    let now = drill.now().as_second();
    let client = cloudwatch(&drill, "eu-west-1");
    let ask = async |query: MetricDataQuery| {
        let request = client.get_metric_data().metric_data_queries(query);
        let span = request.start_time(DateTime::from_secs(now - 900)).end_time(DateTime::from_secs(now));
        span.send().await
    };
    let search = "SEARCH('{CWAgent,InstanceId,device,fstype,path} MetricName=disk', 'Average')";
    let query = MetricDataQuery::builder().id("e1").expression(search);
    let answer = ask(query.clone().label("disk of").build()).await.unwrap();
    let found = answer.metric_data_results();
    assert!(found.len() >= 2 && found.iter().all(|one| one.id() == Some("e1")), "{found:?}");
    assert!(found.iter().all(|one| one.label().unwrap().starts_with("disk of i-")), "{found:?}");
    assert!(found.iter().all(|one| one.values().len() <= 4), "five minutes where nobody says more");
    let minutes = ask(query.period(60).build()).await.unwrap();
    assert!(minutes.metric_data_results().iter().all(|one| one.values().len() > 12));
    let all = ask(math("all", "SEARCH('AWS', 'Sum', 300)")).await.unwrap();
    assert_eq!(all.metric_data_results().len(), 100);
    let elsewhere = cloudwatch(&drill, "sa-east-1");
    let none = elsewhere.get_metric_data().metric_data_queries(math("all", "SEARCH('AWS', 'Sum', 300)"));
    let none = none.start_time(DateTime::from_secs(now - 900)).end_time(DateTime::from_secs(now));
    assert_eq!(none.send().await.unwrap().metric_data_results(), []);
    for bad in ["SEARCH('AWS', 'Sum', 61)", "SEARCH('', 'Sum', 60)", "SEARCH('AWS', 'Most', 60)"] {
        let error = ask(math("bad", bad)).await.unwrap_err();
        assert_eq!(errors::code(&error), "ValidationError", "{bad}");
    }
}

#[tokio::test]
async fn metric_data_comes_in_pages_of_datapoints() {
    let drill = drill();
    let client = cloudwatch(&drill, "eu-west-1");
    let now = drill.now().as_second();
    let mut pages = client
        .get_metric_data()
        .metric_data_queries(stat("a", "AWS/ApplicationELB", "RequestCount", ALB, "Sum", 60))
        .metric_data_queries(stat("b", "AWS/ApplicationELB", "TargetResponseTime", ALB, "p90", 60))
        .start_time(DateTime::from_secs(now - 86_400))
        .end_time(DateTime::from_secs(now))
        .max_datapoints(1000)
        .into_paginator()
        .send();
    let (mut a, mut b, mut partial) = (0, 0, 0);
    while let Some(page) = pages.next().await {
        for result in page.unwrap().metric_data_results() {
            assert!(result.values().len() <= 1000);
            partial += usize::from(result.status_code() == Some(&StatusCode::PartialData));
            *if result.id() == Some("a") { &mut a } else { &mut b } += result.values().len();
        }
    }
    assert!((1437..=1440).contains(&a) && a == b, "a day of minutes: {a} {b}");
    assert_eq!(partial, 2);
}

#[tokio::test]
async fn statistics_and_the_list_of_metrics_agree_with_the_data() {
    let drill = drill();
    let client = cloudwatch(&drill, "eu-west-1");
    let mut pages =
        client.list_metrics().namespace("AWS/EC2").metric_name("CPUUtilization").into_paginator().send();
    let mut metrics = Vec::new();
    while let Some(page) = pages.next().await {
        metrics.extend(page.unwrap().metrics.unwrap_or_default());
    }
    // Those of instances stopped within the last two weeks are still listed.
    assert!(metrics.len() > 40, "{}", metrics.len());
    let now = drill.now().as_second();
    let answer = client
        .get_metric_statistics()
        .namespace("AWS/EC2")
        .metric_name("CPUUtilization")
        .set_dimensions(metrics[0].dimensions.clone())
        .start_time(DateTime::from_secs(now - 86_400))
        .end_time(DateTime::from_secs(now))
        .period(3600)
        .statistics(Statistic::Average)
        .statistics(Statistic::Maximum)
        .send()
        .await
        .unwrap();
    assert!((24..=25).contains(&answer.datapoints().len()));
    assert!(
        answer.datapoints().iter().all(|point| point.average() <= point.maximum() && point.sum().is_none())
    );
    let extended = client
        .get_metric_statistics()
        .namespace("AWS/ApplicationELB")
        .metric_name("TargetResponseTime")
        .dimensions(Dimension::builder().name("LoadBalancer").value("app/web/50dc6c495c0c9188").build())
        .start_time(DateTime::from_secs(now - 600))
        .end_time(DateTime::from_secs(now))
        .period(60)
        .extended_statistics("p90")
        .send()
        .await
        .unwrap();
    assert!(extended.datapoints()[0].extended_statistics().unwrap().contains_key("p90"));
    let mut shop =
        client.list_metrics().namespace("Shop/Batch").send().await.unwrap().metrics.unwrap_or_default();
    assert_eq!(shop.pop().unwrap().metric_name(), Some("遅延分数"));
}
