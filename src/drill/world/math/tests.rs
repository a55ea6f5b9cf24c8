use super::*;
use crate::drill::world::metric::Metric;

struct Two;

impl Inputs for Two {
    fn series(&self, id: &str) -> Result<Value, String> {
        match id {
            "m1" => Ok(Value::Series(vec![Some(1.0), None, Some(3.0)])),
            "m2" => Ok(Value::Series(vec![Some(10.0), Some(20.0), Some(0.0)])),
            _ => Err(format!("no {id}")),
        }
    }
    fn metrics(&self, part: &str) -> Result<Vec<Line>, String> {
        let all = [("m1", 1.0), ("m2", 2.0)].into_iter();
        Ok(all.filter(|(id, _)| id.contains(part)).map(|(_, n)| Line::plain(vec![Some(n); 3])).collect())
    }
    fn search(&self, search: &Search) -> Vec<Line> {
        let there = metrics();
        let found: Vec<(f64, &Metric)> =
            (1..).map(f64::from).zip(&there).filter(|(_, one)| search.finds(one, "111122223333")).collect();
        let labels = search::labels(&found.iter().map(|(_, one)| *one).collect::<Vec<_>>());
        let line =
            |(label, (n, _)): (String, (f64, _))| Line { label: Some(label), points: vec![Some(n); 3] };
        labels.into_iter().zip(found).map(line).collect()
    }
    fn expected(&self, _: &str) -> Result<Vec<(f64, f64)>, String> {
        Ok(vec![(10.0, 1.0); 3])
    }
}

fn metrics() -> Vec<Metric> {
    let one = |namespace: &str, name: &str, dimensions: &[(&str, &str)]| Metric {
        region: "eu-west-1".into(),
        namespace: namespace.into(),
        name: name.into(),
        dimensions: dimensions.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
        unit: "Percent".into(),
        day: (1.0, 1.0, 0.0),
        noise: 0.0,
        spread: 0.0,
        counts: false,
        sparse: false,
        every: 60,
        max: 100.0,
        from: None,
        until: None,
        hidden: false,
        seed: 0,
        effects: Vec::new(),
    };
    let disk = |id, path, kind| {
        one("CWAgent", "disk_used_percent", &[("InstanceId", id), ("fstype", kind), ("path", path)])
    };
    vec![
        disk("i-0a1b", "/", "xfs"),
        disk("i-0a1b", "/boot", "ext4"),
        disk("i-0a1b", "/run", "tmpfs"),
        disk("i-0c2d", "/", "xfs"),
        one("CWAgent", "mem_used_percent", &[("InstanceId", "i-0a1b")]),
        one("AWS/EC2", "CPUUtilization", &[("InstanceId", "i-0a1b")]),
        one("my app", "CustomCount1", &[("Host Name", "Web-01")]),
        one("Shop/Batch", "遅延分数", &[]),
    ]
}

/// Which of [`metrics`] a search finds, counted from 1.
fn found(search: &str) -> Vec<f64> {
    match eval(&format!("SEARCH('{search}', 'Maximum', 60)")) {
        Ok(Value::Many(lines)) => lines.iter().map(|line| line.points[0].unwrap()).collect(),
        other => panic!("{search}: {other:?}"),
    }
}

fn eval(text: &str) -> Result<Value, String> {
    Expr::parse(text)?.eval(&Two, 3)
}

#[test]
fn arithmetic_is_point_by_point_and_missing_stays_missing() {
    assert_eq!(eval("100*m1/m2"), Ok(Value::Series(vec![Some(10.0), None, None])));
    assert_eq!(eval("(m2 - 5) * 2"), Ok(Value::Series(vec![Some(10.0), Some(30.0), Some(-10.0)])));
    assert_eq!(eval("1 + 2 * 3"), Ok(Value::Scalar(7.0)));
    assert_eq!(eval("-m1 + 1"), Ok(Value::Series(vec![Some(0.0), None, Some(-2.0)])));
}

#[test]
fn functions_over_lists_and_series() {
    assert_eq!(eval("SUM([m1, m2])"), Ok(Value::Series(vec![Some(11.0), Some(20.0), Some(3.0)])));
    assert_eq!(eval("MAX([m1,m2])"), Ok(Value::Series(vec![Some(10.0), Some(20.0), Some(3.0)])));
    assert_eq!(eval("SUM(m2)"), Ok(Value::Scalar(30.0)));
    assert_eq!(eval("FILL(m1, 0)"), Ok(Value::Series(vec![Some(1.0), Some(0.0), Some(3.0)])));
    assert_eq!(eval("FILL(m1, REPEAT)"), Ok(Value::Series(vec![Some(1.0), Some(1.0), Some(3.0)])));
    assert_eq!(eval("IF(m2 > 5, m2, 0)"), Ok(Value::Series(vec![Some(10.0), Some(20.0), Some(0.0)])));
}

#[test]
fn metrics_are_all_of_the_request_or_those_whose_id_has_a_text() {
    assert_eq!(eval("SUM(METRICS())"), Ok(Value::Series(vec![Some(3.0); 3])));
    assert_eq!(eval("SUM(METRICS(\"2\"))"), Ok(Value::Series(vec![Some(2.0); 3])));
    assert_eq!(eval("SUM(METRICS('m'))"), Ok(Value::Series(vec![Some(3.0); 3])));
    assert!(Expr::parse("1 + SUM(METRICS())").unwrap().sees_all());
    assert!(!Expr::parse("SUM([m1, m2])").unwrap().sees_all());
}

#[test]
fn long_expressions_are_shallow_and_deep_ones_are_refused() {
    let sum = |terms: usize| vec!["m2"; terms].join("+");
    let all = [10.0, 20.0, 0.0].map(|x| Some(x * 600.0));
    assert_eq!(eval(&sum(600)), Ok(Value::Series(all.to_vec())));
    assert!(Expr::parse(&sum(600)).unwrap().height() <= 2);
    assert!(eval(&sum(700)).unwrap_err().contains("2048 characters"));
    let nested = |depth: usize| format!("{}m1{}", "ABS(".repeat(depth), ")".repeat(depth));
    assert!(eval(&nested(31)).is_ok());
    assert!(eval(&nested(32)).unwrap_err().contains("too deeply"));
    // Not only parentheses make it deep.
    let mixed = |depth: usize| format!("{}1{}", "1+1*(".repeat(depth), ")".repeat(depth));
    assert!(eval(&mixed(15)).is_ok());
    assert!(eval(&mixed(20)).unwrap_err().contains("too deeply"));
}

#[test]
fn a_search_finds_by_schema_and_terms() {
    for (search, expected) in [
        // What the console asks.
        (
            "Namespace=\"CWAgent\" InstanceId=\"i-0a1b\" MetricName=\"disk_used_percent\" \
             fstype=(\"xfs\" OR \"ext4\" OR \"ext3\" OR \"btrfs\")",
            &[1.0, 2.0][..],
        ),
        ("Namespace=\"CWAgent\" InstanceId=\"i-0a1b\" MetricName=\"mem_used_percent\" ", &[5.0]),
        // A schema has exactly those dimensions, in any order, and none is one too.
        ("{CWAgent,path,InstanceId,fstype}", &[1.0, 2.0, 3.0, 4.0]),
        ("{CWAgent,InstanceId,path} MetricName=\"disk_used_percent\"", &[]),
        ("{CWAgent,InstanceId} MetricName=\"mem_used_percent\" InstanceId=\"i-0a1b\"", &[5.0]),
        ("{\"my app\", \"Host Name\"}", &[7.0]),
        ("{Shop/Batch}", &[8.0]),
        ("{CWAgent}", &[]),
        // Words in part and whole, in any case and anywhere; exactly only in quotes.
        ("cpu", &[6.0]),
        ("cpuutilization", &[6.0]),
        ("CPUUtil", &[]),
        ("count", &[7.0]),
        ("Count1", &[7.0]),
        ("customcount", &[7.0]),
        ("ustom", &[]),
        ("web-01", &[7.0]),
        ("i-0c2d", &[4.0]),
        ("遅延分数", &[8.0]),
        ("\"遅延分数\"", &[8.0]),
        ("\"cpuutilization\"", &[]),
        ("MetricName=used", &[1.0, 2.0, 3.0, 4.0, 5.0]),
        ("MetricName=\"used\"", &[]),
        ("\"Host Name\"=\"Web-01\"", &[7.0]),
        ("path=\"/\"", &[1.0, 4.0]),
        ("MetricName = \"CPUUtilization\"", &[6.0]),
        (":aws.AccountId=111122223333 cpu", &[6.0]),
        (":aws.AccountId=444455556666 cpu", &[]),
        // NOT binds closest, then AND, said or not, then OR.
        ("{CWAgent,InstanceId,fstype,path} NOT i-0a1b", &[4.0]),
        ("fstype=xfs NOT InstanceId=(i-0c2d)", &[1.0]),
        ("cpu OR count AND web", &[6.0, 7.0]),
        ("(cpu OR count) AND web", &[7.0]),
        ("NOT (percent OR cpu OR count)", &[8.0]),
        ("MetricName=(cpu OR NOT (disk mem))", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]),
        ("nothing", &[]),
        ("*", &[]),
        ("and", &[]),
    ] {
        assert_eq!(found(search), expected, "{search}");
    }
}

#[test]
fn what_a_search_finds_is_a_list_like_any_other() {
    let disks = "SEARCH('{CWAgent,InstanceId,fstype,path} fstype=(xfs OR ext4)', 'Maximum', 300)";
    let of = |text: &str| eval(&text.replace('$', disks));
    let all = |n: f64| Ok(Value::Series(vec![Some(n); 3]));
    assert_eq!(of("MAX($)"), all(4.0));
    assert_eq!(of("MIN($)"), all(1.0));
    assert_eq!(of("SUM($)"), all(7.0));
    assert_eq!(of("AVG($ * 3)"), all(7.0));
    assert_eq!(of("MAX($) / 2 + MIN($)"), all(3.0));
    assert_eq!(of("FIRST($)"), all(1.0));
    assert_eq!(of("LAST($)"), all(4.0));
    assert_eq!(of("MAX(FILL($ + m1, 0))"), Ok(Value::Series(vec![Some(5.0), Some(0.0), Some(7.0)])));
    // A search that finds nothing is no error, whatever is made of it.
    let nothing = Value::Series(vec![None; 3]);
    assert_eq!(eval("SEARCH('nothing', 'Sum')"), Ok(Value::Many(Vec::new())));
    for name in ["MAX", "MIN", "SUM", "AVG", "FIRST", "LAST"] {
        assert_eq!(eval(&format!("{name}(SEARCH('nothing', 'Sum'))")), Ok(nothing.clone()), "{name}");
    }
    let expr = Expr::parse(&format!("MAX({disks}) + SUM(SEARCH('cpu', 'p90'))")).unwrap();
    assert_eq!(expr.searches().iter().map(|one| one.period).collect::<Vec<_>>(), [300, 0]);
    assert!(expr.ids().is_empty());
}

#[test]
fn series_of_a_search_are_called_by_what_they_do_not_share() {
    for (search, expected) in [
        ("cpu", &["CPUUtilization"][..]),
        ("i-0a1b path=(\"/\" OR \"/boot\")", &["xfs /", "ext4 /boot"]),
        ("fstype=xfs", &["i-0a1b", "i-0c2d"]),
        (
            "InstanceId=\"i-0a1b\" MetricName=(mem OR cpu)",
            &["CWAgent mem_used_percent", "AWS/EC2 CPUUtilization"],
        ),
    ] {
        let Ok(Value::Many(lines)) = eval(&format!("SEARCH('{search}', 'Sum', 60)")) else {
            panic!("{search}")
        };
        let labels: Vec<String> = lines.into_iter().filter_map(|line| line.label).collect();
        assert_eq!(labels, expected, "{search}");
    }
}

#[test]
fn a_band_lies_around_what_is_expected() {
    let band = Value::Band(vec![Some(12.0); 3], vec![Some(8.0); 3]);
    assert_eq!(eval("ANOMALY_DETECTION_BAND(m1, 2)"), Ok(band));
}

#[test]
fn what_cannot_be_is_an_error_and_no_panic() {
    for text in [
        "",
        "m1 +",
        "'m1",
        "SUM('m1')",
        "METRICS(1)",
        "1 + 'x'",
        "(m1",
        "SEARCH('x')",
        "SEARCH(m1, 'Sum', 60)",
        "SEARCH('x', 'Most', 60)",
        "SEARCH('x', 'Sum', 0)",
        "SEARCH('x', 'Sum', 1.5)",
        "SEARCH('x', 'Sum', 60, 60)",
        "SEARCH('', 'Sum', 60)",
        "SEARCH('{AWS/EC2', 'Sum', 60)",
        "SEARCH('{AWS/EC2,} x', 'Sum', 60)",
        "SEARCH('{} x', 'Sum', 60)",
        "SEARCH('(x', 'Sum', 60)",
        "SEARCH('x)', 'Sum', 60)",
        "SEARCH('x OR', 'Sum', 60)",
        "SEARCH('AND x', 'Sum', 60)",
        "SEARCH('NOT', 'Sum', 60)",
        "SEARCH('x=', 'Sum', 60)",
        "SEARCH('=x', 'Sum', 60)",
        "SEARCH('x=(y=z)', 'Sum', 60)",
        "SEARCH('x=\"y', 'Sum', 60)",
        "IF(SEARCH('i', 'Sum', 60), 1, 0)",
        "m9",
        "SUM()",
        "1 2",
        "[m1",
        "[m1, m2] + [m1, m2]",
        "FILL(m1, m2)",
    ] {
        assert!(eval(text).is_err(), "{text}");
    }
    assert!(eval(&"(".repeat(10_000)).is_err());
    assert!(eval(&"-".repeat(10_000)).is_err());
    let search = |text: String| eval(&format!("SEARCH('{text}', 'Sum', 60)")).unwrap_err();
    assert!(search("(".repeat(1000)).contains("too deeply"));
    assert!(search("NOT ".repeat(250)).contains("too deeply"));
    assert!(search("x".repeat(1025)).contains("1024 characters"));
}
