//! REST-JSON: the operation is in the method and the path; parameters are in path labels, the query and a JSON body.
//!
//! [`Route`]s say which is which, in one table per service ([`super::routes`]). This module must never know a service.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use super::{Service, json};
use crate::drill::{error::ApiError, tree::Tree};

/// Where an operation is found.
#[derive(Debug)]
pub(crate) struct Route {
    /// Of which service.
    pub(crate) service: Service,
    /// `GET`, `POST`, …
    pub(crate) method: &'static str,
    /// Its path; `{Member}` is a label whose value becomes that member. A slash at the end makes no difference.
    pub(crate) path: &'static str,
    /// Its name.
    pub(crate) operation: &'static str,
    /// Which query parameters it has.
    pub(crate) query: &'static [Query],
}

/// A parameter in the query.
#[derive(Debug)]
pub(crate) struct Query {
    wire: &'static str,
    member: &'static str,
    many: bool,
}

/// A query parameter, spelt `wire` there and `member` in the API's model.
pub(crate) const fn one(wire: &'static str, member: &'static str) -> Query {
    Query { wire, member, many: false }
}

/// The same, repeated for each item of a list.
pub(crate) const fn many(wire: &'static str, member: &'static str) -> Query {
    Query { wire, member, many: true }
}

/// A route that was found, with the values of its labels.
#[derive(Debug)]
pub(crate) struct Found {
    /// The route.
    pub(crate) route: &'static Route,
    labels: Vec<(&'static str, String)>,
}

/// Looks a request up, among the routes of one service where it is known which.
pub(crate) fn find(
    routes: &'static [Route],
    service: Option<Service>,
    method: &str,
    path: &str,
) -> Option<Found> {
    let mut those = routes.iter().filter(|route| service.is_none_or(|service| route.service == service));
    those.find_map(|route| {
        let labels = if route.method == method { labels(route.path, path) } else { None }?;
        Some(Found { route, labels })
    })
}

/// The values of a template's labels in a path; `None` when the path is another one.
fn labels(template: &'static str, path: &str) -> Option<Vec<(&'static str, String)>> {
    let mut found = Vec::new();
    let mut has = path.trim_matches('/').split('/');
    for wanted in template.trim_matches('/').split('/') {
        // Labels are told apart before they are decoded: the slash inside an ARN is `%2F`.
        let part = has.next()?;
        match wanted.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(_) if part.is_empty() => return None,
            Some(member) => found.push((member, unescape(part))),
            None if wanted == part => {}
            None => return None,
        }
    }
    has.next().is_none().then_some(found)
}

/// The parameters of a request whose route was found. Query parameters that the route does not name are ignored, as
/// AWS ignores them.
pub(crate) fn decode(found: Found, query: &str, body: &[u8]) -> Result<Tree, ApiError> {
    let mut members: Vec<(Cow<'static, str>, Tree)> = match json::decode(body)? {
        Tree::Map(members) => members,
        _ => Vec::new(),
    };
    for (member, value) in found.labels {
        members.push((Cow::Borrowed(member), Tree::Text(value)));
    }
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = unescape(name);
        let Some(known) = found.route.query.iter().find(|query| query.wire == name) else { continue };
        let value = Tree::Text(unescape(&value.replace('+', " ")));
        let before = members.iter_mut().find(|(member, _)| member == known.member);
        match before {
            Some((_, Tree::List(items))) if known.many => items.push(value),
            // A scalar given twice: the last one counts.
            Some((_, old)) => *old = value,
            None if known.many => members.push((Cow::Borrowed(known.member), Tree::List(vec![value]))),
            None => members.push((Cow::Borrowed(known.member), value)),
        }
    }
    Ok(Tree::Map(members))
}

fn unescape(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A failed answer; its code is in the header `x-amzn-errortype`.
pub(crate) fn error(error: &ApiError) -> String {
    serde_json::json!({ "message": error.message }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTES: &[Route] = &[
        Route { service: Service::Backup, method: "GET", path: "/things/", operation: "List", query: &[] },
        Route {
            service: Service::Backup,
            method: "GET",
            path: "/things/{ThingArn}/parts/",
            operation: "Parts",
            query: &[one("nextToken", "NextToken"), many("ids", "Ids")],
        },
    ];

    fn found(method: &str, path: &str) -> Option<Found> {
        find(ROUTES, Some(Service::Backup), method, path)
    }

    #[test]
    fn method_and_path_name_the_operation_with_or_without_the_last_slash() {
        for (method, path, operation) in [
            ("GET", "/things/", Some("List")),
            ("GET", "/things", Some("List")),
            ("GET", "/things/arn%3Aa%2Fb/parts", Some("Parts")),
            ("GET", "/things/x", None),
            ("GET", "/things//parts/", None),
            ("GET", "/things/x/parts/more", None),
            ("POST", "/things/", None),
            ("GET", "/", None),
        ] {
            assert_eq!(found(method, path).map(|found| found.route.operation), operation, "{method} {path}");
        }
        assert!(find(ROUTES, Some(Service::Dlm), "GET", "/things").is_none(), "of another service");
        assert!(find(ROUTES, None, "GET", "/things").is_some(), "of whichever has it");
    }

    #[test]
    fn labels_query_and_body_become_members() {
        let parts = found("GET", "/things/arn%3Aaws%3Aec2%3A%3A%3Avolume%2Fvol-1/parts/").unwrap();
        let params =
            decode(parts, "ids=a&nextToken=x%2By&ids=b+c&colour=red", br#"{"Size": 3, "None": null}"#)
                .unwrap();
        assert_eq!(params.get("ThingArn"), Some(&Tree::from("arn:aws:ec2:::volume/vol-1")));
        assert_eq!(params.get("NextToken"), Some(&Tree::from("x+y")));
        assert_eq!(params.get("Ids"), Some(&Tree::from(vec!["a", "b c"])));
        assert_eq!(params.get("Size"), Some(&Tree::Int(3)));
        assert!(params.get("colour").is_none() && params.get("None").is_none());
        let said = decode(found("GET", "/things").unwrap(), "", b"[1]").unwrap_err();
        assert_eq!(said.code, "SerializationException");
    }
}
