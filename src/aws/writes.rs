//! The calls that change something at AWS: a case is opened, an item is made. Each is made once and never tried again by
//! itself, since a second case is as real as the first, and only when an operator has said so.
//!
//! No read is here, and nothing else may call these than what an operator has confirmed.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::AtomicU32},
};

use aws_config::retry::RetryConfig;
use aws_sdk_ssm::types::OpsItemDataValue;
use serde_json::json;

use super::{Session, error, probe::Probe};
use crate::{
    problem::{Problem, Remedy},
    text::sanitise::clean,
};

/// What AWS Support is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCase {
    /// One line.
    pub subject: String,
    /// The case itself, 8,000 characters at most.
    pub body: String,
    /// The service as Support calls it, such as `amazon-elastic-compute-cloud-linux`.
    pub service: String,
    /// The category as Support calls it, such as `instance-issue`.
    pub category: String,
    /// `low`, `normal`, `high`, `urgent` or `critical`; the plan says which there are. Empty leaves it to AWS.
    pub severity: String,
    /// `en`, `ja`, `zh` or `ko`.
    pub language: String,
}

/// An item of Systems Manager's OpsCenter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// One line, 1,024 characters at most.
    pub title: String,
    /// What it is about.
    pub description: String,
    /// From `1`, critical, to `4`, low.
    pub severity: String,
    /// ARNs of what it is about.
    pub resources: Vec<String>,
}

/// Who an item says that it comes from.
const SOURCE: &str = "toban";

/// Sends once, whatever comes back.
macro_rules! send {
    ($session:expr, $operation:expr, $probe:expr, $config:ident, $request:expr) => {{
        match $session.admit($operation).await {
            Err(problem) => Err(problem),
            Ok(()) => {
                let once = $config::config::Builder::new().retry_config(RetryConfig::disabled());
                let request = $request.customize().interceptor($probe.clone()).config_override(once);
                match request.send().await {
                    Ok(answer) => {
                        $session.worked($operation);
                        Ok(answer)
                    }
                    Err(failure) => Err($session.failed($operation, &failure, &$probe).await),
                }
            }
        }
    }};
}

/// Opens a case with AWS Support; its id.
pub async fn create_case(
    session: &Session,
    case: &NewCase,
    calls: &Arc<AtomicU32>,
) -> Result<String, Problem> {
    const OPERATION: &str = "support:CreateCase";
    let probe = Probe::new(calls);
    let request = session
        .support()
        .create_case()
        .subject(&case.subject)
        .communication_body(&case.body)
        .service_code(&case.service)
        .category_code(&case.category)
        .set_severity_code((!case.severity.is_empty()).then(|| case.severity.clone()))
        .language(&case.language)
        .issue_type("technical");
    let answer = send!(session, OPERATION, probe, aws_sdk_support, request)?;
    named(OPERATION, answer.case_id)
}

/// Makes an item in OpsCenter; its id.
pub async fn create_ops_item(
    session: &Session,
    item: &NewItem,
    calls: &Arc<AtomicU32>,
) -> Result<String, Problem> {
    const OPERATION: &str = "ssm:CreateOpsItem";
    let probe = Probe::new(calls);
    let arns: Vec<_> = item.resources.iter().map(|arn| json!({ "arn": arn })).collect();
    let resources =
        OpsItemDataValue::builder().r#type("SearchableString".into()).value(json!(arns).to_string()).build();
    let data: HashMap<String, OpsItemDataValue> = HashMap::from([("/aws/resources".to_owned(), resources)]);
    let request = session
        .ssm()
        .create_ops_item()
        .title(&item.title)
        .description(&item.description)
        .severity(&item.severity)
        .source(SOURCE)
        .set_operational_data((!item.resources.is_empty()).then_some(data));
    let answer = send!(session, OPERATION, probe, aws_sdk_ssm, request)?;
    named(OPERATION, answer.ops_item_id)
}

/// What was made, by its id.
fn named(operation: &str, id: Option<String>) -> Result<String, Problem> {
    let id = id.map(|id| clean(&id)).filter(|id| !id.is_empty());
    id.ok_or_else(|| error::other(operation, "AWS took it and named no id", Remedy::ReadLog))
}
