use super::*;

struct Two;

impl Inputs for Two {
    fn series(&self, id: &str) -> Result<Value, String> {
        match id {
            "m1" => Ok(Value::Series(vec![Some(1.0), None, Some(3.0)])),
            "m2" => Ok(Value::Series(vec![Some(10.0), Some(20.0), Some(0.0)])),
            _ => Err(format!("no {id}")),
        }
    }
    fn metrics(&self, part: &str) -> Result<Vec<Points>, String> {
        let all = [("m1", 1.0), ("m2", 2.0)].into_iter();
        Ok(all.filter(|(id, _)| id.contains(part)).map(|(_, n)| vec![Some(n); 3]).collect())
    }
    fn expected(&self, _: &str) -> Result<Vec<(f64, f64)>, String> {
        Ok(vec![(10.0, 1.0); 3])
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
        "m9",
        "SUM()",
        "1 2",
        "[m1",
        "[m1, m2] + 1",
        "FILL(m1, m2)",
    ] {
        assert!(eval(text).is_err(), "{text}");
    }
    assert!(eval(&"(".repeat(10_000)).is_err());
    assert!(eval(&"-".repeat(10_000)).is_err());
}
