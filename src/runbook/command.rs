//! The AWS CLI's command for an operation, for a person to run where toban cannot read it.

use serde_json::Value as Json;

use super::params;

/// Services that the CLI calls otherwise than the SDKs' operations are written here.
const SERVICES: [(&str, &str); 2] = [("states", "stepfunctions"), ("servicequotas", "service-quotas")];

/// `guardduty:ListFindings` with arguments as a command; `${…}` stay as they are.
pub fn of(operation: &str, args: &Json) -> String {
    let (service, name) = operation.split_once(':').unwrap_or((operation, ""));
    let service = SERVICES.iter().find(|(sdk, _)| *sdk == service).map_or(service, |(_, cli)| cli);
    let mut words = vec!["aws".to_owned(), service.to_owned(), kebab(name)];
    for (key, value) in args.as_object().into_iter().flatten() {
        let option = format!("--{}", kebab(key));
        match value {
            Json::Bool(true) => words.push(option),
            Json::Bool(false) => words.push(format!("--no-{}", kebab(key))),
            Json::Array(list) if list.iter().all(|one| !one.is_object() && !one.is_array()) => {
                words.push(option);
                words.extend(list.iter().map(word));
            }
            value => words.extend([option, word(value)]),
        }
    }
    words.join(" ")
}

fn word(value: &Json) -> String {
    match value {
        Json::String(text) if params::whole(text).is_some() => text.clone(),
        Json::String(text) => params::quote(text),
        other => params::quote(&other.to_string()),
    }
}

/// `DescribeDBInstances` → `describe-db-instances`, as the CLI does.
fn kebab(name: &str) -> String {
    let chars: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| chars.get(at));
        let begins = c.is_uppercase()
            && before.is_some_and(|before| {
                !before.is_uppercase() || chars.get(at + 1).is_some_and(|after| after.is_lowercase())
            });
        // The plural's s belongs to what it counts, as in `ARNs`.
        let plural = chars.get(at + 1) == Some(&'s') && chars.get(at + 2).is_none_or(|c| c.is_uppercase());
        if begins && !(plural && before.is_some_and(|b| b.is_uppercase())) {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn operations_become_the_cli_s_commands() {
        for (operation, args, command) in [
            ("rds:DescribeDBInstances", json!({}), "aws rds describe-db-instances"),
            ("states:ListExecutions", json!({}), "aws stepfunctions list-executions"),
            ("wafv2:GetWebACLForResource", json!({}), "aws wafv2 get-web-acl-for-resource"),
            (
                "guardduty:ListFindings",
                json!({"DetectorId": "${detector}", "MaxResults": 5}),
                "aws guardduty list-findings --detector-id ${detector} --max-results 5",
            ),
            (
                "batch:DescribeJobs",
                json!({"jobs": ["a b", "c"], "all": true}),
                "aws batch describe-jobs --all --jobs 'a b' c",
            ),
            (
                "acm:DescribeCertificate",
                json!({"Filter": {"a": "it's"}}),
                r#"aws acm describe-certificate --filter '{"a":"it'\''s"}'"#,
            ),
        ] {
            assert_eq!(of(operation, &args), command);
        }
    }
}
