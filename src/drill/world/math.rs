//! Metric math: the expressions of GetMetricData and of alarms, parsed and evaluated.
//!
//! Known: numbers, ids, `+ - * /`, comparisons, `AND OR`, `SUM AVG MIN MAX` over a list or over one series, `FILL`,
//! `IF`, `ABS CEIL FLOOR`, `ANOMALY_DETECTION_BAND`, `FIRST LAST` of a list or a band. A point that one of its inputs lacks is missing, as CloudWatch has it. Anything
//! else is an error in the answer, never a wrong number.

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    /// A number.
    Number(f64),
    /// Another query's id.
    Id(String),
    /// `-x`.
    Minus(Box<Expr>),
    /// `x op y`.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    /// `NAME(x, …)`.
    Call(String, Vec<Expr>),
    /// `[x, …]`.
    List(Vec<Expr>),
}

/// What an expression comes to over a stretch of points.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// The same at every point.
    Scalar(f64),
    /// A value a point, where there is one.
    Series(Vec<Option<f64>>),
    /// Several series.
    Many(Vec<Vec<Option<f64>>>),
    /// An anomaly band: upper and lower.
    Band(Vec<Option<f64>>, Vec<Option<f64>>),
}

/// What an expression may refer to.
pub(crate) trait Inputs {
    /// The series of an id.
    fn series(&self, id: &str) -> Result<Value, String>;
    /// The expected value and its standard deviation at every point of an id's metric.
    fn expected(&self, id: &str) -> Result<Vec<(f64, f64)>, String>;
}

const LEVELS: [&[&str]; 5] =
    [&["OR", "||"], &["AND", "&&"], &["<=", ">=", "==", "!=", "<", ">"], &["+", "-"], &["*", "/"]];

impl Expr {
    /// Parses an expression.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens: &tokens, depth: 0 };
        let expr = parser.level(0)?;
        match parser.tokens.first() {
            None => Ok(expr),
            Some(extra) => Err(format!("unexpected '{extra}' in expression '{text}'")),
        }
    }

    /// The ids it refers to.
    pub(crate) fn ids(&self) -> Vec<&str> {
        match self {
            Self::Number(_) => Vec::new(),
            Self::Id(id) => vec![id],
            Self::Minus(inner) => inner.ids(),
            Self::Binary(_, a, b) => [a.ids(), b.ids()].concat(),
            Self::Call(_, items) | Self::List(items) => items.iter().flat_map(Self::ids).collect(),
        }
    }

    /// Evaluates it over `len` points.
    pub(crate) fn eval(&self, inputs: &impl Inputs, len: usize) -> Result<Value, String> {
        match self {
            Self::Number(n) => Ok(Value::Scalar(*n)),
            Self::Id(id) => inputs.series(id),
            Self::Minus(inner) => map(inner.eval(inputs, len)?, |x| Some(-x)),
            Self::Binary(op, a, b) => {
                let (a, b) = (a.eval(inputs, len)?, b.eval(inputs, len)?);
                zip(a, b, |x, y| binary(op, x, y))
            }
            Self::List(items) => {
                let one = |item: &Self| -> Result<Points, String> { flat(item.eval(inputs, len)?, len) };
                Ok(Value::Many(items.iter().map(one).collect::<Result<_, _>>()?))
            }
            Self::Call(name, args) => call(name, args, inputs, len),
        }
    }
}

/// A value a point, where there is one.
type Points = Vec<Option<f64>>;

/// A value as one series.
fn flat(value: Value, len: usize) -> Result<Points, String> {
    match value {
        Value::Scalar(n) => Ok(vec![Some(n); len]),
        Value::Series(points) => Ok(points),
        Value::Many(_) | Value::Band(..) => Err("a list cannot stand here".to_owned()),
    }
}

fn call(name: &str, args: &[Expr], inputs: &impl Inputs, len: usize) -> Result<Value, String> {
    let count = |wanted: usize| {
        if args.len() == wanted { Ok(()) } else { Err(format!("{name} takes {wanted} arguments")) }
    };
    match name {
        "SUM" | "AVG" | "MIN" | "MAX" => {
            count(1)?;
            let fold = |points: &[f64]| reduce(name, points);
            let value = args.first().ok_or("no argument")?.eval(inputs, len)?;
            Ok(match value {
                Value::Many(all) => Value::Series(
                    (0..len)
                        .map(|at| {
                            let here: Vec<f64> =
                                all.iter().filter_map(|one| one.get(at).copied().flatten()).collect();
                            fold(&here)
                        })
                        .collect(),
                ),
                // Over one series these come to one number, as CloudWatch documents.
                Value::Series(points) => {
                    let present: Vec<f64> = points.into_iter().flatten().collect();
                    fold(&present).map_or_else(|| Value::Series(vec![None; len]), Value::Scalar)
                }
                other => other,
            })
        }
        "ABS" | "CEIL" | "FLOOR" => {
            count(1)?;
            let value = args.first().ok_or("no argument")?.eval(inputs, len)?;
            map(value, |x| {
                Some(match name {
                    "ABS" => x.abs(),
                    "CEIL" => x.ceil(),
                    _ => x.floor(),
                })
            })
        }
        "FIRST" | "LAST" => {
            count(1)?;
            let value = args.first().ok_or("no argument")?.eval(inputs, len)?;
            let first = name == "FIRST";
            Ok(match value {
                Value::Many(mut all) if all.len() > 1 => {
                    let at = if first { 0 } else { all.len() - 1 };
                    Value::Series(all.swap_remove(at))
                }
                Value::Many(all) => Value::Series(all.into_iter().next().ok_or("an empty list")?),
                Value::Band(upper, lower) => Value::Series(if first { lower } else { upper }),
                other => other,
            })
        }
        "FILL" => {
            count(2)?;
            fill(args, inputs, len)
        }
        "IF" => {
            if !(2..=3).contains(&args.len()) {
                return Err("IF takes 2 or 3 arguments".to_owned());
            }
            let mut sides = Vec::new();
            for arg in args {
                sides.push(flat(arg.eval(inputs, len)?, len)?);
            }
            let at = |side: usize, point: usize| sides.get(side)?.get(point).copied().flatten();
            Ok(Value::Series(
                (0..len)
                    .map(|point| if at(0, point)? == 0.0 { at(2, point) } else { at(1, point) })
                    .collect(),
            ))
        }
        "ANOMALY_DETECTION_BAND" => {
            let Some(Expr::Id(id)) = args.first() else {
                return Err("ANOMALY_DETECTION_BAND takes a metric's id".to_owned());
            };
            let width = match args.get(1) {
                None => 2.0,
                Some(Expr::Number(width)) => *width,
                Some(_) => return Err("ANOMALY_DETECTION_BAND takes a number of deviations".to_owned()),
            };
            let expected = inputs.expected(id)?;
            let side = |sign: f64| {
                expected.iter().map(|(mid, dev)| Some(round((sign * width).mul_add(*dev, *mid)))).collect()
            };
            Ok(Value::Band(side(1.0), side(-1.0)))
        }
        _ => Err(format!("the function {name} is not supported by the drill account")),
    }
}

fn fill(args: &[Expr], inputs: &impl Inputs, len: usize) -> Result<Value, String> {
    let value = args.first().ok_or("no argument")?.eval(inputs, len)?;
    let Value::Series(points) = value else { return Ok(value) };
    Ok(Value::Series(match args.get(1) {
        Some(Expr::Id(word)) if word == "REPEAT" => {
            let mut last = None;
            points
                .into_iter()
                .map(|point| {
                    last = point.or(last);
                    last
                })
                .collect()
        }
        Some(Expr::Number(n)) => points.into_iter().map(|point| point.or(Some(*n))).collect(),
        Some(Expr::Minus(inner)) if matches!(**inner, Expr::Number(_)) => {
            let Expr::Number(n) = **inner else { return Err("FILL takes a number".to_owned()) };
            points.into_iter().map(|point| point.or(Some(-n))).collect()
        }
        _ => return Err("FILL takes a number or REPEAT".to_owned()),
    }))
}

#[expect(clippy::cast_precision_loss, reason = "at most some 100,000 points")]
fn reduce(name: &str, points: &[f64]) -> Option<f64> {
    if points.is_empty() {
        return None;
    }
    Some(round(match name {
        "SUM" => points.iter().sum(),
        "AVG" => points.iter().sum::<f64>() / points.len() as f64,
        "MIN" => points.iter().copied().fold(f64::INFINITY, f64::min),
        _ => points.iter().copied().fold(f64::NEG_INFINITY, f64::max),
    }))
}

fn round(x: f64) -> f64 {
    (x * 1e4).round() / 1e4
}

#[expect(clippy::float_cmp, reason = "CloudWatch's == compares exactly")]
fn binary(op: &str, x: f64, y: f64) -> Option<f64> {
    let truth = |yes: bool| Some(if yes { 1.0 } else { 0.0 });
    match op {
        "+" => Some(round(x + y)),
        "-" => Some(round(x - y)),
        "*" => Some(round(x * y)),
        "/" => (y != 0.0).then(|| round(x / y)),
        "<" => truth(x < y),
        ">" => truth(x > y),
        "<=" => truth(x <= y),
        ">=" => truth(x >= y),
        "==" => truth(x == y),
        "!=" => truth(x != y),
        "AND" | "&&" => truth(x != 0.0 && y != 0.0),
        _ => truth(x != 0.0 || y != 0.0),
    }
}

fn map(value: Value, f: impl Fn(f64) -> Option<f64>) -> Result<Value, String> {
    Ok(match value {
        Value::Scalar(n) => f(n).map_or_else(|| Value::Series(Vec::new()), Value::Scalar),
        Value::Series(points) => Value::Series(points.into_iter().map(|p| p.and_then(&f)).collect()),
        Value::Many(_) | Value::Band(..) => return Err("a list cannot stand here".to_owned()),
    })
}

fn zip(a: Value, b: Value, f: impl Fn(f64, f64) -> Option<f64>) -> Result<Value, String> {
    match (a, b) {
        (Value::Scalar(x), b) => map(b, |y| f(x, y)),
        (a, Value::Scalar(y)) => map(a, |x| f(x, y)),
        (Value::Series(a), Value::Series(b)) => {
            Ok(Value::Series(a.into_iter().zip(b).map(|(x, y)| f(x?, y?)).collect()))
        }
        _ => Err("a list cannot stand here".to_owned()),
    }
}

fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut token = String::from(c);
        if c.is_ascii_alphanumeric() || c == '_' || c == '.' {
            while let Some(next) = chars.next_if(|c| c.is_ascii_alphanumeric() || *c == '_' || *c == '.') {
                token.push(next);
            }
        } else if "<>=!&|".contains(c) {
            if let Some(next) = chars.next_if(|next| *next == '=' || (*next == c && "&|".contains(c))) {
                token.push(next);
            }
        } else if !"+-*/()[],".contains(c) {
            return Err(format!("unexpected '{c}' in expression '{text}'"));
        }
        found.push(token);
    }
    Ok(found)
}

/// Deeper nesting than any expression that a person writes; beyond it the parser gives up and not the stack.
const MAX_DEPTH: usize = 64;

struct Parser<'a> {
    tokens: &'a [String],
    depth: usize,
}

impl<'a> Parser<'a> {
    fn next(&mut self) -> Result<&'a str, String> {
        let (first, rest) = self.tokens.split_first().ok_or("the expression ends too early")?;
        self.tokens = rest;
        Ok(first)
    }

    fn level(&mut self, level: usize) -> Result<Expr, String> {
        let Some(operators) = LEVELS.get(level) else { return self.unary() };
        let mut left = self.level(level + 1)?;
        while let Some(op) =
            self.tokens.first().and_then(|token| operators.iter().find(|op| **op == token.as_str()))
        {
            self.next()?;
            left = Expr::Binary(op, Box::new(left), Box::new(self.level(level + 1)?));
        }
        Ok(left)
    }

    fn unary(&mut self) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("the expression is nested too deeply".to_owned());
        }
        let expr = self.atom();
        self.depth -= 1;
        expr
    }

    fn atom(&mut self) -> Result<Expr, String> {
        match self.next()? {
            "-" => Ok(Expr::Minus(Box::new(self.unary()?))),
            "(" => {
                let inner = self.level(0)?;
                self.expect(")")?;
                Ok(inner)
            }
            "[" => Ok(Expr::List(self.items("]")?)),
            token if token.starts_with(|c: char| c.is_ascii_digit() || c == '.') => {
                token.parse().map(Expr::Number).map_err(|_| format!("'{token}' is no number"))
            }
            token if token.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                if self.tokens.first().is_some_and(|next| next == "(") {
                    self.next()?;
                    Ok(Expr::Call(token.to_owned(), self.items(")")?))
                } else {
                    Ok(Expr::Id(token.to_owned()))
                }
            }
            other => Err(format!("unexpected '{other}'")),
        }
    }

    fn items(&mut self, close: &str) -> Result<Vec<Expr>, String> {
        let mut items = vec![self.level(0)?];
        loop {
            match self.next()? {
                "," => items.push(self.level(0)?),
                token if token == close => return Ok(items),
                other => return Err(format!("unexpected '{other}'")),
            }
        }
    }

    fn expect(&mut self, token: &str) -> Result<(), String> {
        let found = self.next()?;
        if found == token { Ok(()) } else { Err(format!("'{token}' expected instead of '{found}'")) }
    }
}

#[cfg(test)]
mod tests {
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
    fn a_band_lies_around_what_is_expected() {
        let band = Value::Band(vec![Some(12.0); 3], vec![Some(8.0); 3]);
        assert_eq!(eval("ANOMALY_DETECTION_BAND(m1, 2)"), Ok(band));
    }

    #[test]
    fn what_cannot_be_is_an_error_and_no_panic() {
        for text in
            ["", "m1 +", "(m1", "SEARCH('x')", "m9", "SUM()", "1 2", "[m1", "[m1, m2] + 1", "FILL(m1, m2)"]
        {
            assert!(eval(text).is_err(), "{text}");
        }
        assert!(eval(&"(".repeat(10_000)).is_err());
        assert!(eval(&"-".repeat(10_000)).is_err());
    }
}
