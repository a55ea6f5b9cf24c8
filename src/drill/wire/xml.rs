//! Answers of the query protocols: a tree as XML.
//!
//! EC2 names list items `item`, the other query services `member`. Characters that XML 1.0 cannot hold at all (escape,
//! bell) become U+FFFD, as a real service could not send them either; C1 controls and bidi marks pass.

use std::fmt::Write as _;

use jiff::Timestamp;

use crate::drill::{error::ApiError, tree::Tree};

/// Which of the two XML dialects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// EC2's: members directly under the response, list items named `item`.
    Ec2,
    /// STS, IAM, CloudWatch: a result element inside the response, list items named `member`.
    Query,
}

impl Dialect {
    const fn item(self) -> &'static str {
        match self {
            Self::Ec2 => "item",
            Self::Query => "member",
        }
    }
}

/// A successful answer.
pub(crate) fn answer(dialect: Dialect, operation: &str, namespace: &str, id: &str, tree: &Tree) -> String {
    let mut out = String::with_capacity(4096);
    out.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = write!(out, "<{operation}Response xmlns=\"{namespace}\">");
    match dialect {
        Dialect::Ec2 => {
            let _ = write!(out, "<requestId>{id}</requestId>");
            content(&mut out, dialect, tree);
        }
        Dialect::Query => {
            let _ = write!(out, "<{operation}Result>");
            content(&mut out, dialect, tree);
            let _ = write!(
                out,
                "</{operation}Result><ResponseMetadata><RequestId>{id}</RequestId></ResponseMetadata>"
            );
        }
    }
    let _ = write!(out, "</{operation}Response>");
    out
}

/// A failed answer.
pub(crate) fn error(dialect: Dialect, namespace: &str, id: &str, error: &ApiError) -> String {
    let mut message = String::new();
    escape(&mut message, &error.message);
    let code = &error.code;
    let who = if error.is_senders() { "Sender" } else { "Receiver" };
    match dialect {
        Dialect::Ec2 => format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>{code}</Code><Message>{message}\
             </Message></Error></Errors><RequestID>{id}</RequestID></Response>"
        ),
        Dialect::Query => format!(
            "<ErrorResponse xmlns=\"{namespace}\"><Error><Type>{who}</Type><Code>{code}</Code><Message>{message}\
             </Message></Error><RequestId>{id}</RequestId></ErrorResponse>"
        ),
    }
}

fn content(out: &mut String, dialect: Dialect, tree: &Tree) {
    match tree {
        Tree::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Tree::Int(n) => {
            let _ = write!(out, "{n}");
        }
        Tree::Double(n) => {
            let _ = write!(out, "{n:?}");
        }
        Tree::Text(text) => escape(out, text),
        Tree::Time(at) => out.push_str(&iso(*at)),
        Tree::List(items) => {
            for item in items {
                element(out, dialect, dialect.item(), item);
            }
        }
        Tree::Named(name, items) => {
            for item in items {
                element(out, dialect, name, item);
            }
        }
        Tree::Map(members) => {
            for (name, member) in members {
                element(out, dialect, name, member);
            }
        }
        Tree::Dict(entries) => {
            for (key, value) in entries {
                out.push_str("<entry>");
                element(out, dialect, "key", &Tree::Text(key.clone()));
                element(out, dialect, "value", value);
                out.push_str("</entry>");
            }
        }
    }
}

fn element(out: &mut String, dialect: Dialect, name: &str, tree: &Tree) {
    let _ = write!(out, "<{name}>");
    content(out, dialect, tree);
    let _ = write!(out, "</{name}>");
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // A parser would turn a bare carriage return into a line feed.
            '\r' => out.push_str("&#xD;"),
            '\t' | '\n' => out.push(c),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
}

/// `2026-05-01T03:04:05.000Z`, as EC2 and CloudWatch write moments.
pub(crate) fn iso(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drill::tree::{Fields, list};

    #[test]
    fn the_dialects_differ_in_wrapper_and_items() {
        let tree: Tree = Fields::new().put("ids", list(["a", "b"])).put("n", 1.0).into();
        let ec2 = answer(Dialect::Ec2, "Op", "urn:x", "r", &tree);
        assert!(ec2.ends_with(
            "<OpResponse xmlns=\"urn:x\"><requestId>r</requestId><ids><item>a</item><item>b</item></ids><n>1.0</n></OpResponse>"
        ));
        let query = answer(Dialect::Query, "Op", "urn:x", "r", &tree);
        assert!(
            query.contains("<OpResult><ids><member>a</member><member>b</member></ids><n>1.0</n></OpResult>")
        );
    }

    #[test]
    fn hostile_text_cannot_break_out_of_its_element() {
        let tree: Tree = Fields::new().put("v", "</v><w>&\u{1b}[2J\u{9b}31m\u{202e}").into();
        let xml = answer(Dialect::Ec2, "Op", "urn:x", "r", &tree);
        assert!(xml.contains("<v>&lt;/v&gt;&lt;w&gt;&amp;\u{fffd}[2J\u{9b}31m\u{202e}</v>"), "{xml}");
    }

    #[test]
    fn moments_have_milliseconds() {
        assert_eq!(iso("2026-05-01T03:04:05.25Z".parse().unwrap()), "2026-05-01T03:04:05.250Z");
    }
}
