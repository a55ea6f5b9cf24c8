//! Requests of the query protocols: `application/x-www-form-urlencoded` into a tree.
//!
//! `Filter.1.Value.2=x` (EC2) and `AlarmNames.member.1=x` (query) both become lists; members keep their names.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;

use crate::drill::tree::Tree;

/// Deeper nesting than any AWS request has; more is ignored.
const MAX_DEPTH: usize = 16;

#[derive(Default)]
struct Node {
    leaf: Option<String>,
    children: BTreeMap<String, Node>,
}

/// Decodes a form body (or a query string).
pub(crate) fn decode(body: &[u8]) -> Tree {
    let text = String::from_utf8_lossy(body);
    let mut root = Node::default();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = unescape(name);
        let mut node = &mut root;
        for part in name.split('.').filter(|part| *part != "member").take(MAX_DEPTH) {
            node = node.children.entry(part.to_owned()).or_default();
        }
        node.leaf = Some(unescape(value));
    }
    tree(root)
}

fn unescape(text: &str) -> String {
    let spaced = text.replace('+', " ");
    percent_decode_str(&spaced).decode_utf8_lossy().into_owned()
}

fn tree(node: Node) -> Tree {
    if node.children.is_empty() {
        return node.leaf.map_or(Tree::Map(Vec::new()), Tree::Text);
    }
    let indices: Option<Vec<u32>> = node.children.keys().map(|key| key.parse().ok()).collect();
    match indices {
        Some(indices) => {
            let mut items: Vec<(u32, Tree)> =
                indices.into_iter().zip(node.children.into_values().map(tree)).collect();
            items.sort_by_key(|(index, _)| *index);
            Tree::List(items.into_iter().map(|(_, item)| item).collect())
        }
        None => Tree::Map(node.children.into_iter().map(|(key, child)| (key.into(), tree(child))).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_come_in_order_of_their_numbers_and_members_keep_their_names() {
        let got = decode(
            b"Action=X&Filter.1.Name=tag%3AName&Filter.1.Value.2=b&Filter.1.Value.10=c+d&Filter.1.Value.1=a",
        );
        let filter = match got.get("Filter") {
            Some(Tree::List(items)) => items[0].clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(filter.get("Name"), Some(&Tree::from("tag:Name")));
        assert_eq!(filter.get("Value"), Some(&Tree::from(vec!["a", "b", "c d"])));
    }

    #[test]
    fn the_word_member_is_only_punctuation() {
        let got = decode("AlarmNames.member.1=web%20%28a%29&AlarmNames.member.2=当番".as_bytes());
        assert_eq!(got.get("AlarmNames"), Some(&Tree::from(vec!["web (a)", "当番"])));
    }
}
