//! Metric math: the expressions of GetMetricData and of alarms, parsed and evaluated.
//!
//! Known: numbers, ids, `+ - * /`, comparisons, `AND OR`, `SUM AVG MIN MAX` over a list or over one series, `FILL`,
//! `IF`, `ABS CEIL FLOOR`, `METRICS`, [`SEARCH`](search), `ANOMALY_DETECTION_BAND`, `FIRST LAST` of a list or a band. A
//! point that one of its inputs lacks is missing, as CloudWatch has it. Anything else is an error in the answer, never a
//! wrong number.
//!
//! Expressions come from whoever asks, so that nothing here may go deeper than [`parse`] allows.

mod parse;
pub(crate) mod search;

use self::search::Search;

/// A parsed expression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Expr {
    /// A number.
    Number(f64),
    /// Another query's id.
    Id(String),
    /// `-x`.
    Minus(Box<Expr>),
    /// `x op y op z …`, operators of one rank, from the left. One node however long it is: a sum of a thousand terms is
    /// not a thousand deep.
    Chain(Box<Expr>, Vec<(&'static str, Expr)>),
    /// `NAME(x, …)`.
    Call(String, Vec<Expr>),
    /// `SEARCH('…', '…', …)`.
    Search(Search),
    /// `[x, …]`.
    List(Vec<Expr>),
    /// `"x"`, as an argument.
    Text(String),
}

/// What an expression comes to over a stretch of points.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// The same at every point.
    Scalar(f64),
    /// A value a point, where there is one.
    Series(Vec<Option<f64>>),
    /// Several series.
    Many(Vec<Line>),
    /// An anomaly band: upper and lower.
    Band(Vec<Option<f64>>, Vec<Option<f64>>),
}

/// One series of several.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Line {
    /// What it is called, where it has a name of its own.
    pub(crate) label: Option<String>,
    /// A value a point, where there is one.
    pub(crate) points: Points,
}

impl Line {
    /// A series without a name.
    pub(crate) const fn plain(points: Points) -> Self {
        Self { label: None, points }
    }

    /// The same name for other points.
    fn map(self, f: impl FnOnce(Points) -> Points) -> Self {
        Self { points: f(self.points), ..self }
    }
}

/// What an expression may refer to.
pub(crate) trait Inputs {
    /// The series of an id.
    fn series(&self, id: &str) -> Result<Value, String>;
    /// The series of all metrics of the request whose id contains a text.
    fn metrics(&self, part: &str) -> Result<Vec<Line>, String>;
    /// The series of all metrics that a search means.
    fn search(&self, search: &Search) -> Vec<Line>;
    /// The expected value and its standard deviation at every point of an id's metric.
    fn expected(&self, id: &str) -> Result<Vec<(f64, f64)>, String>;
}

impl Expr {
    /// Parses an expression.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        parse::parse(text)
    }

    /// What it is made of, one level down.
    fn parts(&self) -> Vec<&Self> {
        match self {
            Self::Number(_) | Self::Id(_) | Self::Text(_) | Self::Search(_) => Vec::new(),
            Self::Minus(inner) => vec![inner],
            Self::Chain(first, rest) => {
                std::iter::once(&**first).chain(rest.iter().map(|(_, next)| next)).collect()
            }
            Self::Call(_, items) | Self::List(items) => items.iter().collect(),
        }
    }

    /// How deep it goes.
    fn height(&self) -> usize {
        1 + self.parts().into_iter().map(Self::height).max().unwrap_or(0)
    }

    /// The ids it refers to.
    pub(crate) fn ids(&self) -> Vec<&str> {
        match self {
            Self::Id(id) => vec![id],
            other => other.parts().into_iter().flat_map(Self::ids).collect(),
        }
    }

    /// Whether it refers to all metrics of the request (`METRICS()`).
    pub(crate) fn sees_all(&self) -> bool {
        matches!(self, Self::Call(name, _) if name == "METRICS")
            || self.parts().into_iter().any(Self::sees_all)
    }

    /// The searches in it.
    pub(crate) fn searches(&self) -> Vec<&Search> {
        match self {
            Self::Search(search) => vec![search],
            other => other.parts().into_iter().flat_map(Self::searches).collect(),
        }
    }

    /// Evaluates it over `len` points.
    pub(crate) fn eval(&self, inputs: &impl Inputs, len: usize) -> Result<Value, String> {
        match self {
            Self::Number(n) => Ok(Value::Scalar(*n)),
            Self::Id(id) => inputs.series(id),
            Self::Minus(inner) => map(inner.eval(inputs, len)?, |x| Some(-x)),
            Self::Chain(first, rest) => {
                let mut value = first.eval(inputs, len)?;
                for (op, next) in rest {
                    value = zip(value, next.eval(inputs, len)?, |x, y| binary(op, x, y))?;
                }
                Ok(value)
            }
            Self::Text(text) => Err(format!("the text '{text}' cannot stand here")),
            Self::List(items) => {
                let one = |item: &Self| flat(item.eval(inputs, len)?, len).map(Line::plain);
                Ok(Value::Many(items.iter().map(one).collect::<Result<_, _>>()?))
            }
            Self::Search(search) => Ok(Value::Many(inputs.search(search))),
            Self::Call(name, args) => call(name, args, inputs, len),
        }
    }
}

/// A value a point, where there is one.
pub(crate) type Points = Vec<Option<f64>>;

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
                                all.iter().filter_map(|one| one.points.get(at).copied().flatten()).collect();
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
                Value::Many(all) => {
                    let mut all = all.into_iter();
                    let line = if first { all.next() } else { all.next_back() };
                    // A search may find nothing.
                    Value::Series(line.map_or_else(|| vec![None; len], |line| line.points))
                }
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
        "METRICS" => {
            let part = match args {
                [] => "",
                [Expr::Text(part)] => part,
                _ => return Err("METRICS takes nothing, or a text".to_owned()),
            };
            inputs.metrics(part).map(Value::Many)
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
    let with = match args.get(1) {
        Some(Expr::Id(word)) if word == "REPEAT" => None,
        Some(Expr::Number(n)) => Some(*n),
        Some(Expr::Minus(inner)) => match **inner {
            Expr::Number(n) => Some(-n),
            _ => return Err("FILL takes a number".to_owned()),
        },
        _ => return Err("FILL takes a number or REPEAT".to_owned()),
    };
    let full = |points: Points| {
        let mut last = None;
        let one = |point: Option<f64>| {
            last = point.or(last);
            point.or(with).or(last)
        };
        points.into_iter().map(one).collect()
    };
    Ok(match value {
        Value::Series(points) => Value::Series(full(points)),
        Value::Many(all) => Value::Many(all.into_iter().map(|line| line.map(full)).collect()),
        other => other,
    })
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
    let each = |points: Points| points.into_iter().map(|point| point.and_then(&f)).collect();
    Ok(match value {
        Value::Scalar(n) => f(n).map_or_else(|| Value::Series(Vec::new()), Value::Scalar),
        Value::Series(points) => Value::Series(each(points)),
        Value::Many(all) => Value::Many(all.into_iter().map(|line| line.map(each)).collect()),
        Value::Band(..) => return Err("a band cannot stand here".to_owned()),
    })
}

/// Two values, point by point. Between a list and a series that is each of the list with the series; CloudWatch knows of
/// nothing between two lists.
fn zip(a: Value, b: Value, f: impl Fn(f64, f64) -> Option<f64>) -> Result<Value, String> {
    let pair = |a: &[Option<f64>], b: &[Option<f64>]| -> Points {
        a.iter().zip(b).map(|(x, y)| f((*x)?, (*y)?)).collect()
    };
    match (a, b) {
        (Value::Scalar(x), b) => map(b, |y| f(x, y)),
        (a, Value::Scalar(y)) => map(a, |x| f(x, y)),
        (Value::Series(a), Value::Series(b)) => Ok(Value::Series(pair(&a, &b))),
        (Value::Many(all), Value::Series(b)) => {
            Ok(Value::Many(all.into_iter().map(|line| line.map(|a| pair(&a, &b))).collect()))
        }
        (Value::Series(a), Value::Many(all)) => {
            Ok(Value::Many(all.into_iter().map(|line| line.map(|b| pair(&a, &b))).collect()))
        }
        _ => Err("a list cannot stand here".to_owned()),
    }
}

#[cfg(test)]
mod tests;
