//! The AlarmRule grammar of composite alarms (`aws-facts.md` §4.1), parsed and evaluated.
//!
//! Names may hold spaces and parentheses when quoted, so quotes are read first.

/// A parsed rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rule {
    /// `ALARM(name)`.
    Is(&'static str, String),
    /// `TRUE` or `FALSE`.
    Always(bool),
    /// `NOT x`.
    Not(Box<Rule>),
    /// `x AND y`.
    And(Box<Rule>, Box<Rule>),
    /// `x OR y`.
    Or(Box<Rule>, Box<Rule>),
    /// `AT_LEAST(n, [NOT] STATE, (a, b))`; true marks a percentage.
    AtLeast {
        /// How many, or how many of a hundred.
        least: usize,
        /// Whether it is a percentage.
        percent: bool,
        /// Whether the state is the one they must *not* be in.
        not: bool,
        /// The state.
        state: &'static str,
        /// The alarms.
        names: Vec<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Quoted(String),
    Open,
    Close,
    Comma,
}

impl Rule {
    /// Parses a rule.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens: &tokens };
        let rule = parser.or()?;
        parser.tokens.is_empty().then_some(rule)
    }

    /// The alarms it names, in order of appearance, each once.
    pub(crate) fn names(&self) -> Vec<&str> {
        fn walk<'a>(rule: &'a Rule, into: &mut Vec<&'a str>) {
            match rule {
                Rule::Is(_, name) => into.push(name),
                Rule::Always(_) => {}
                Rule::Not(inner) => walk(inner, into),
                Rule::And(a, b) | Rule::Or(a, b) => {
                    walk(a, into);
                    walk(b, into);
                }
                Rule::AtLeast { names, .. } => into.extend(names.iter().map(String::as_str)),
            }
        }
        let mut all = Vec::new();
        walk(self, &mut all);
        let mut seen = Vec::new();
        all.retain(|name| {
            let new = !seen.contains(name);
            seen.push(*name);
            new
        });
        all
    }

    /// Whether it holds, given the state of each alarm.
    pub(crate) fn holds(&self, state: &impl Fn(&str) -> &'static str) -> bool {
        match self {
            Self::Is(wanted, name) => state(name) == *wanted,
            Self::Always(yes) => *yes,
            Self::Not(inner) => !inner.holds(state),
            Self::And(a, b) => a.holds(state) && b.holds(state),
            Self::Or(a, b) => a.holds(state) || b.holds(state),
            Self::AtLeast { least, percent, not, state: wanted, names } => {
                let hits = names.iter().filter(|name| (state(name) == *wanted) != *not).count();
                if *percent { hits * 100 >= least * names.len() } else { hits >= *least }
            }
        }
    }
}

/// The name in a reference that may be an ARN.
fn bare(reference: &str) -> String {
    reference.split_once(":alarm:").map_or(reference, |(_, name)| name).to_owned()
}

fn state(word: &str) -> Option<&'static str> {
    ["ALARM", "OK", "INSUFFICIENT_DATA"].into_iter().find(|state| *state == word)
}

fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut found = Vec::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '(' => found.push(Token::Open),
            ')' => found.push(Token::Close),
            ',' => found.push(Token::Comma),
            '"' => {
                let mut name = String::new();
                loop {
                    match chars.next()? {
                        '"' => break,
                        other => name.push(other),
                    }
                }
                found.push(Token::Quoted(name));
            }
            c if c.is_whitespace() => {}
            first => {
                let mut word = String::from(first);
                while let Some(next) = chars.next_if(|c| !c.is_whitespace() && !"(),\"".contains(*c)) {
                    word.push(next);
                }
                found.push(Token::Word(word));
            }
        }
    }
    Some(found)
}

struct Parser<'a> {
    tokens: &'a [Token],
}

impl Parser<'_> {
    fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(first.clone())
    }

    fn take(&mut self, token: &Token) -> Option<()> {
        (self.next()? == *token).then_some(())
    }

    fn word(&mut self, word: &str) -> bool {
        match self.tokens.first() {
            Some(Token::Word(found)) if found == word => {
                self.tokens = self.tokens.get(1..).unwrap_or_default();
                true
            }
            _ => false,
        }
    }

    fn name(&mut self) -> Option<String> {
        match self.next()? {
            Token::Word(name) | Token::Quoted(name) => Some(bare(&name)),
            _ => None,
        }
    }

    fn or(&mut self) -> Option<Rule> {
        let mut left = self.and()?;
        while self.word("OR") {
            left = Rule::Or(Box::new(left), Box::new(self.and()?));
        }
        Some(left)
    }

    fn and(&mut self) -> Option<Rule> {
        let mut left = self.not()?;
        while self.word("AND") {
            left = Rule::And(Box::new(left), Box::new(self.not()?));
        }
        Some(left)
    }

    fn not(&mut self) -> Option<Rule> {
        if self.word("NOT") { Some(Rule::Not(Box::new(self.not()?))) } else { self.atom() }
    }

    fn atom(&mut self) -> Option<Rule> {
        match self.next()? {
            Token::Open => {
                let inner = self.or()?;
                self.take(&Token::Close)?;
                Some(inner)
            }
            Token::Word(word) if word == "TRUE" => Some(Rule::Always(true)),
            Token::Word(word) if word == "FALSE" => Some(Rule::Always(false)),
            Token::Word(word) if word == "AT_LEAST" => self.at_least(),
            Token::Word(word) => {
                let state = state(&word)?;
                self.take(&Token::Open)?;
                let name = self.name()?;
                self.take(&Token::Close)?;
                Some(Rule::Is(state, name))
            }
            _ => None,
        }
    }

    fn at_least(&mut self) -> Option<Rule> {
        self.take(&Token::Open)?;
        let Token::Word(amount) = self.next()? else { return None };
        let percent = amount.ends_with('%');
        let least = amount.trim_end_matches('%').parse().ok()?;
        self.take(&Token::Comma)?;
        let not = self.word("NOT");
        let Token::Word(word) = self.next()? else { return None };
        let state = state(&word)?;
        self.take(&Token::Comma)?;
        self.take(&Token::Open)?;
        let mut names = vec![self.name()?];
        loop {
            match self.next()? {
                Token::Comma => names.push(self.name()?),
                Token::Close => break,
                _ => return None,
            }
        }
        self.take(&Token::Close)?;
        Some(Rule::AtLeast { least, percent, not, state, names })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(rule: &str, alarms: &[&str]) -> bool {
        Rule::parse(rule).unwrap().holds(&|name| if alarms.contains(&name) { "ALARM" } else { "OK" })
    }

    #[test]
    fn and_binds_closer_than_or_and_not_closest() {
        assert!(holds("ALARM(a) AND ALARM(b) OR ALARM(c)", &["c"]));
        assert!(!holds("ALARM(a) AND (ALARM(b) OR ALARM(c))", &["c"]));
        assert!(holds("NOT ALARM(a) AND ALARM(b)", &["b"]));
        assert!(!holds("FALSE OR NOT (OK(a))", &[]));
    }

    #[test]
    fn names_may_be_quoted_and_arns() {
        let rule = Rule::parse(
            r#"ALARM("db (orders) CPU") AND OK("arn:aws:cloudwatch:eu-west-1:111122223333:alarm:web-5xx")"#,
        )
        .unwrap();
        assert_eq!(rule.names(), ["db (orders) CPU", "web-5xx"]);
    }

    #[test]
    fn at_least_counts_and_takes_percentages_and_not() {
        let rule = "AT_LEAST(2, ALARM, (a, b, c))";
        assert!(!holds(rule, &["a"]));
        assert!(holds(rule, &["a", "c"]));
        assert!(holds("AT_LEAST(50%, NOT OK, (a, b))", &["b"]));
        assert_eq!(Rule::parse(rule).unwrap().names(), ["a", "b", "c"]);
    }

    #[test]
    fn what_is_no_rule_is_none() {
        for text in
            ["", "ALARM", "ALARM(", "ALARM(a", "ALARM(a) AND", "BROKEN(a)", "ALARM(\"a)", "ALARM(a) ALARM(b)"]
        {
            assert_eq!(Rule::parse(text), None, "{text}");
        }
    }
}
