//! From the text of an expression to [`Expr`]. What it lets through is small enough and shallow enough to be walked by
//! functions that call themselves.

use super::{Expr, search::Search};

/// The words of an expression; a text in quotes begins with its quote.
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
        } else if matches!(c, '"' | '\'') {
            loop {
                match chars.next() {
                    None => return Err(format!("a text does not end in expression '{text}'")),
                    Some(end) if end == c => break,
                    Some(other) => token.push(other),
                }
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

/// The longest expression that CloudWatch takes, in characters.
const MAX_CHARS: usize = 2048;
/// Deeper nesting than any expression that a person writes; beyond it the parser gives up and not the stack. Expressions
/// may refer to expressions, so that what is evaluated goes several times as deep.
const MAX_DEPTH: usize = 32;

const LEVELS: [&[&str]; 5] =
    [&["OR", "||"], &["AND", "&&"], &["<=", ">=", "==", "!=", "<", ">"], &["+", "-"], &["*", "/"]];

/// Parses an expression.
pub(super) fn parse(text: &str) -> Result<Expr, String> {
    if text.chars().count() > MAX_CHARS {
        return Err(format!("the expression has more than {MAX_CHARS} characters"));
    }
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, depth: 0 };
    let expr = parser.level(0)?;
    if let Some(extra) = parser.tokens.first() {
        return Err(format!("unexpected '{extra}' in expression '{text}'"));
    }
    // Levels of operators between the parentheses count too.
    if expr.height() > MAX_DEPTH { Err(too_deep()) } else { Ok(expr) }
}

fn too_deep() -> String {
    "the expression is nested too deeply".to_owned()
}

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
        let first = self.level(level + 1)?;
        let mut rest = Vec::new();
        while let Some(op) =
            self.tokens.first().and_then(|token| operators.iter().find(|op| **op == token.as_str()))
        {
            self.next()?;
            rest.push((*op, self.level(level + 1)?));
        }
        Ok(if rest.is_empty() { first } else { Expr::Chain(Box::new(first), rest) })
    }

    fn unary(&mut self) -> Result<Expr, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(too_deep());
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
            token if token.starts_with(['"', '\'']) => Ok(Expr::Text(token.chars().skip(1).collect())),
            token if token.starts_with(|c: char| c.is_ascii_alphabetic()) => {
                if self.tokens.first().is_some_and(|next| next == "(") {
                    self.next()?;
                    let args = self.items(")")?;
                    // What is wrong with a search is wrong with the expression, whatever the metrics are.
                    if token == "SEARCH" {
                        return Search::of(&args).map(Expr::Search);
                    }
                    Ok(Expr::Call(token.to_owned(), args))
                } else {
                    Ok(Expr::Id(token.to_owned()))
                }
            }
            other => Err(format!("unexpected '{other}'")),
        }
    }

    fn items(&mut self, close: &str) -> Result<Vec<Expr>, String> {
        if self.tokens.first().is_some_and(|next| next == close) {
            self.next()?;
            return Ok(Vec::new());
        }
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
