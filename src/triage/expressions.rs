//! What metric expressions say about resources: Metrics Insights (`SELECT … FROM SCHEMA(…) WHERE …`), `SEARCH('{…}')`
//! and PromQL matchers.
//!
//! Only literal names count; a query over a whole namespace names no resource, and none is made up.

/// One metric schema that an expression reads, with the dimension values it pins down.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Reading {
    /// e.g. `AWS/EC2`; empty when the expression names none (PromQL).
    pub(super) namespace: String,
    /// Dimension and value; a dimension that may have several values stands here several times.
    pub(super) pinned: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A name, number or keyword, or a name in double quotes (with its contents).
    Word(String),
    /// A text in single quotes.
    Text(String),
    /// `=`, `!=`, or any other character.
    Sign(String),
}

impl Token {
    fn content(&self) -> Option<&str> {
        match self {
            Self::Word(text) | Self::Text(text) => Some(text),
            Self::Sign(_) => None,
        }
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self, Self::Word(w) if w.eq_ignore_ascii_case(word))
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self, Self::Sign(s) if s == sign)
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => {}
            '"' | '\'' => {
                let mut content = String::new();
                while let Some(inner) = chars.next() {
                    match inner {
                        inner if inner == c => break,
                        '\\' => content.extend(chars.next()),
                        inner => content.push(inner),
                    }
                }
                found.push(if c == '"' { Token::Word(content) } else { Token::Text(content) });
            }
            '!' | '=' | '<' | '>' | '~' => {
                let mut sign = String::from(c);
                while let Some(next) = chars.next_if(|n| "=<>~".contains(*n)) {
                    sign.push(next);
                }
                found.push(Token::Sign(sign));
            }
            c if word_char(c) => {
                let mut word = String::from(c);
                while let Some(next) = chars.next_if(|n| word_char(*n)) {
                    word.push(next);
                }
                found.push(Token::Word(word));
            }
            c => found.push(Token::Sign(c.into())),
        }
    }
    found
}

fn word_char(c: char) -> bool {
    c.is_alphanumeric() || "_-./:@*#".contains(c)
}

/// Everything an expression reads.
pub(super) fn read(expression: &str) -> Vec<Reading> {
    let tokens = tokens(expression);
    if tokens.first().is_some_and(|t| t.is_word("SELECT")) {
        return vec![select(&tokens)];
    }
    // SEARCH's first argument is a text that begins with the schema in braces.
    let searches: Vec<_> = tokens
        .windows(3)
        .filter(|w| matches!(w, [name, open, _] if name.is_word("SEARCH") && open.is_sign("(")))
        .filter_map(|w| w.get(2)?.content())
        .map(search)
        .collect();
    if !searches.is_empty() {
        return searches;
    }
    let pinned = pins(&tokens);
    if pinned.is_empty() { Vec::new() } else { vec![Reading { namespace: String::new(), pinned }] }
}

fn select(all: &[Token]) -> Reading {
    let mut after = all.iter().skip_while(|t| !t.is_word("FROM")).skip(1).peekable();
    if after.next_if(|t| t.is_word("SCHEMA")).is_some() {
        after.next_if(|t| t.is_sign("("));
    }
    let namespace = after.next().and_then(Token::content).unwrap_or_default().to_owned();
    Reading { namespace, pinned: pins(all) }
}

fn search(text: &str) -> Reading {
    let tokens = tokens(text);
    let in_braces = tokens.first().is_some_and(|t| t.is_sign("{"));
    let namespace =
        tokens.get(1).and_then(Token::content).filter(|_| in_braces).unwrap_or_default().to_owned();
    Reading { namespace, pinned: pins(&tokens) }
}

/// `Name = value` and `Name = (value OR value)`, unless negated.
fn pins(tokens: &[Token]) -> Vec<(String, String)> {
    let mut pinned = Vec::new();
    for (i, pair) in tokens.windows(2).enumerate() {
        let [Token::Word(name), sign] = pair else { continue };
        let negated = i.checked_sub(1).and_then(|p| tokens.get(p)).is_some_and(|t| t.is_word("NOT"));
        if !sign.is_sign("=") || negated {
            continue;
        }
        let mut rest = tokens.iter().skip(i + 2).peekable();
        if rest.next_if(|t| t.is_sign("(")).is_some() {
            let inside = rest.take_while(|t| !t.is_sign(")"));
            let values = inside.filter(|t| !t.is_word("OR")).filter_map(Token::content);
            pinned.extend(values.map(|v| (name.clone(), v.to_owned())));
        } else if let Some(value) = rest.next().and_then(Token::content) {
            pinned.push((name.clone(), value.to_owned()));
        }
    }
    pinned
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn reading(namespace: &str, pinned: &[(&str, &str)]) -> Reading {
        let pinned = pinned.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Reading { namespace: namespace.into(), pinned }
    }

    #[test]
    fn literal_names_are_read_and_nothing_else() {
        for (expression, expected) in [
            (
                "SELECT MAX(CPUUtilization) FROM SCHEMA(\"AWS/EC2\", InstanceId) WHERE InstanceId = 'i-1' GROUP BY InstanceId",
                vec![reading("AWS/EC2", &[("InstanceId", "i-1")])],
            ),
            (
                "select avg(CPUUtilization) from \"AWS/EC2\" where \"AutoScalingGroupName\" = 'web' and InstanceId != 'i-2'",
                vec![reading("AWS/EC2", &[("AutoScalingGroupName", "web")])],
            ),
            (
                "SELECT MAX(CPUUtilization) FROM SCHEMA(\"AWS/EC2\", InstanceId)",
                vec![reading("AWS/EC2", &[])],
            ),
            (
                "SEARCH('{AWS/EC2,InstanceId} MetricName=\"CPUUtilization\" InstanceId=(\"i-1\" OR \"i-2\")', 'Average', 300)",
                vec![reading(
                    "AWS/EC2",
                    &[("MetricName", "CPUUtilization"), ("InstanceId", "i-1"), ("InstanceId", "i-2")],
                )],
            ),
            (
                "MAX(SEARCH('{\"my app\", \"Host Name\"} NOT Host=a Host=b', 'Sum', 60)) + SUM(SEARCH('{AWS/SQS,QueueName} QueueName=jobs'))",
                vec![reading("my app", &[("Host", "b")]), reading("AWS/SQS", &[("QueueName", "jobs")])],
            ),
            (
                "avg({__name__=\"CPUUtilization\", InstanceId=\"i-1\"})",
                vec![reading("", &[("__name__", "CPUUtilization"), ("InstanceId", "i-1")])],
            ),
            ("(m1 / m2) * 100", vec![]),
            ("IF(m1 > 5, 1, 0)", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(read(expression), expected, "{expression}");
        }
    }

    proptest! {
        #[test]
        fn hostile_text_is_no_trouble(text in "(SELECT|FROM|SEARCH|SCHEMA|[(){}=!'\", ]|\\PC){0,40}") {
            let _ = read(&text);
        }
    }
}
