//! AWS Support: severities, cases, and Trusted Advisor, which has found nothing.
//!
//! Open to those with a paid plan, as is Health. A case that is opened stays until the drill is over; nobody answers.

use super::{Cx, page::Tokens};
use crate::drill::{
    error::ApiError,
    params::Params,
    rng,
    script::SupportPlan,
    tree::{Fields, Tree, list},
    world::desk::Case,
};

/// The severities, the least first: code and English name.
const LEVELS: [(&str, &str); 5] =
    [("low", "Low"), ("normal", "Normal"), ("high", "High"), ("urgent", "Urgent"), ("critical", "Critical")];

/// The plan, or what AWS says of one that opens no API.
pub(super) fn paid(cx: &Cx<'_>) -> Result<SupportPlan, ApiError> {
    cx.world.desk.plan.ok_or_else(|| {
        ApiError::new(
            "SubscriptionRequiredException",
            "Amazon Web Services Premium Support Subscription is required to use this service.",
        )
    })
}

/// Those of the plan.
const fn levels_of(plan: SupportPlan) -> &'static [(&'static str, &'static str)] {
    match plan {
        SupportPlan::Enterprise => &LEVELS,
        SupportPlan::Business => LEVELS.split_at(4).0,
    }
}

/// A code and its English name.
type Named = (&'static str, &'static str);

/// Some of the services that cases are about: code, English name, codes and names of categories.
const SERVICES: [(&str, &str, &[Named]); 7] = [
    ("general-info", "General Info and Getting Started", &[("using-aws", "Using AWS & Services")]),
    (
        "amazon-elastic-compute-cloud-linux",
        "Elastic Compute Cloud (EC2 - Linux)",
        &[("general-guidance", "General Guidance"), ("instance-issue", "Instance Issue"), ("other", "Other")],
    ),
    ("amazon-elastic-block-store", "Elastic Block Store (EBS)", GUIDANCE),
    ("amazon-virtual-private-cloud", "Virtual Private Cloud (VPC)", GUIDANCE),
    ("elastic-load-balancing", "Elastic Load Balancing (ELB)", GUIDANCE),
    ("amazon-relational-database-service-aurora", "Relational Database Service (Aurora)", GUIDANCE),
    ("aws-lambda", "Lambda", GUIDANCE),
];
/// What nearly every service has.
const GUIDANCE: &[Named] = &[("general-guidance", "General Guidance"), ("other", "Other")];

/// `support:DescribeServices`.
pub(crate) fn services(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    paid(cx)?;
    let wanted = params.texts("serviceCodeList");
    let pair = |(code, name): &Named| Tree::from(Fields::new().put("code", *code).put("name", *name));
    let services = SERVICES.iter().filter(|(code, ..)| wanted.is_empty() || wanted.contains(code));
    let services = services.map(|(code, name, categories)| {
        let categories = list(categories.iter().map(pair));
        Tree::from(Fields::new().put("code", *code).put("name", *name).put("categories", categories))
    });
    Ok(Fields::new().put("services", list(services)).into())
}

/// `support:DescribeSeverityLevels`.
pub(crate) fn levels(cx: &Cx<'_>, _params: Params<'_>) -> Result<Tree, ApiError> {
    let levels = levels_of(paid(cx)?).iter();
    let level = |(code, name): &(&str, &str)| Tree::from(Fields::new().put("code", *code).put("name", *name));
    Ok(Fields::new().put("severityLevels", list(levels.map(level))).into())
}

/// `support:CreateCase`.
pub(crate) fn create(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let plan = paid(cx)?;
    let (subject, body) = (params.required("subject")?, params.required("communicationBody")?);
    let severity = params.text("severityCode").unwrap_or("low");
    if levels_of(plan).iter().all(|(code, _)| *code != severity) {
        let message = format!("Invalid severityCode {severity}: the plan does not have it.");
        return Err(ApiError::new("InvalidParameterValueException", message));
    }
    let text = |name: &str, default: &str| params.text(name).unwrap_or(default).to_owned();
    let mut cases = cx.world.desk.cases();
    let mark = rng::text(cx.world.seed, &format!("case/{}/{subject}/{body}", cases.len()));
    let id = format!("case-{}-muen-{}-{}", cx.world.account, cx.now.strftime("%Y"), rng::hex(mark, 16));
    cases.push(Case {
        id: id.clone(),
        number: (10_000_000_000 + mark % 80_000_000_000).to_string(),
        subject: subject.to_owned(),
        body: body.to_owned(),
        service: text("serviceCode", "general-info"),
        category: text("categoryCode", "other"),
        severity: severity.to_owned(),
        language: text("language", "en"),
        at: cx.now,
    });
    Ok(Fields::new().put("caseId", id).into())
}

/// `support:DescribeCases`. None is resolved.
pub(crate) fn cases(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    paid(cx)?;
    let ids = params.texts("caseIdList");
    let number = params.text("displayId");
    let (after, before) = (params.time("afterTime")?, params.time("beforeTime")?);
    let with_body = params.text("includeCommunications") != Some("false")
        && params.tree().get("includeCommunications") != Some(&Tree::Bool(false));
    let all = cx.world.desk.cases();
    if let Some(gone) = ids.iter().find(|id| all.iter().all(|case| case.id != **id)) {
        return Err(ApiError::new("CaseIdNotFound", format!("No case found with ID {gone}")));
    }
    let fits = |case: &&Case| {
        (ids.is_empty() || ids.contains(&case.id.as_str()))
            && number.is_none_or(|number| number == case.number)
            && after.is_none_or(|after| case.at >= after)
            && before.is_none_or(|before| case.at <= before)
    };
    let found: Vec<Tree> = all.iter().rev().filter(fits).map(|case| describe(cx, case, with_body)).collect();
    let tokens = Tokens::new(cx, "DescribeCases", params);
    let size = params.int("maxResults")?.unwrap_or(100);
    if !(10..=100).contains(&size) {
        let message = format!("maxResults must be 10 to 100, not {size}");
        return Err(ApiError::new("ValidationException", message));
    }
    let bad = || ApiError::new("ValidationException", "The nextToken is not valid.");
    let offset = match params.text("nextToken") {
        None => 0,
        Some(token) => tokens.read(token).ok_or_else(bad)?,
    };
    let (found, next) = tokens.cut(found, offset, usize::try_from(size).unwrap_or(10));
    Ok(Fields::new().put("cases", list(found)).maybe("nextToken", next).into())
}

fn describe(cx: &Cx<'_>, case: &Case, with_body: bool) -> Tree {
    let by = cx.world.caller();
    let at = case.at.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string();
    let told = with_body.then(|| {
        let told = Fields::new().put("caseId", &case.id).put("body", &case.body);
        let told = Tree::from(told.put("submittedBy", &by).put("timeCreated", &at));
        Fields::new().put("communications", list([told]))
    });
    Fields::new()
        .put("caseId", &case.id)
        .put("displayId", &case.number)
        .put("subject", &case.subject)
        .put("status", "unassigned")
        .put("serviceCode", &case.service)
        .put("categoryCode", &case.category)
        .put("severityCode", &case.severity)
        .put("submittedBy", &by)
        .put("timeCreated", &at)
        .maybe("recentCommunications", told)
        .put("language", &case.language)
        .into()
}

/// `support:DescribeTrustedAdvisorCheckResult`.
pub(crate) fn check(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    paid(cx)?;
    let id = params.required("checkId")?;
    if id.len() != 10 || !id.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return Err(ApiError::new("InvalidParameterValueException", "Invalid check ID"));
    }
    let none = Fields::new()
        .put("resourcesProcessed", 0_i64)
        .put("resourcesFlagged", 0_i64)
        .put("resourcesIgnored", 0_i64)
        .put("resourcesSuppressed", 0_i64);
    let result = Fields::new()
        .put("checkId", id)
        .put("timestamp", cx.world.origin.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        .put("status", "not_available")
        .put("resourcesSummary", none)
        .put("categorySpecificSummary", Fields::new())
        .put("flaggedResources", list::<Tree>([]));
    Ok(Fields::new().put("result", result).into())
}
