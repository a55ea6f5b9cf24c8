//! `cloudtrail:DescribeTrails`, `GetTrailStatus`, `GetEventSelectors`: trails of all Regions, with a home in the
//! account's first. Other Regions have their shadows, which only their ARN names.

use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    script::trail::TrailFile,
    tree::{Fields, Tree, list},
    world::shift,
};

/// How often CloudTrail delivers to the bucket, in seconds.
const DELIVERY: i64 = 300;

/// How often it delivers a digest of what it delivered, in seconds.
const DIGEST: i64 = 3600;

fn home<'a>(cx: &Cx<'a>) -> &'a str {
    cx.world.regions.first().map_or("", String::as_str)
}

fn arn(cx: &Cx<'_>, trail: &TrailFile) -> String {
    format!("arn:aws:cloudtrail:{}:{}:trail/{}", home(cx), cx.world.account, trail.name)
}

/// `DescribeTrails`.
#[expect(clippy::unnecessary_wraps, reason = "every operation has the same signature")]
pub(crate) fn describe(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let wishes = params.texts("trailNameList");
    // Absent means yes; a trail that is named by its ARN is meant wherever it is.
    let shadows = !params.has("includeShadowTrails") || params.flag("includeShadowTrails");
    let here = home(cx) == cx.region;
    let wanted = |trail: &&TrailFile| {
        let arn = arn(cx, trail);
        let named = wishes.contains(&arn.as_str()) || (here && wishes.contains(&trail.name.as_str()));
        (here || shadows) && (wishes.is_empty() || named)
    };
    let (region, account) = (home(cx), &cx.world.account);
    let trails = cx.world.story.trails.iter().filter(wanted).map(|trail| {
        Tree::from(
            Fields::new()
                .put("Name", &trail.name)
                .put("S3BucketName", &trail.bucket)
                .put("IncludeGlobalServiceEvents", true)
                .put("IsMultiRegionTrail", true)
                .put("HomeRegion", region)
                .put("TrailARN", arn(cx, trail))
                .put("LogFileValidationEnabled", true)
                .put(
                    "CloudWatchLogsLogGroupArn",
                    format!("arn:aws:logs:{region}:{account}:log-group:{}:*", trail.log_group),
                )
                .put("CloudWatchLogsRoleArn", format!("arn:aws:iam::{account}:role/CloudTrailToLogs"))
                .put("KmsKeyId", format!("arn:aws:kms:{region}:{account}:key/{}", trail.key))
                .put("HasCustomEventSelectors", false)
                .put("HasInsightSelectors", false)
                .put("IsOrganizationTrail", false),
        )
    });
    Ok(Fields::new().put("trailList", list(trails)).into())
}

/// `GetTrailStatus`.
pub(crate) fn status(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let trail = find(cx, params.text("Name"))?;
    let now = cx.now.as_second();
    let last = |every: i64| shift(cx.now, -now.rem_euclid(every));
    let started = shift(cx.world.origin, -trail.age.0);
    let iso = |at: jiff::Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    Ok(Fields::new()
        .put("IsLogging", true)
        .put("LatestDeliveryTime", last(DELIVERY))
        .put("StartLoggingTime", started)
        .put("LatestCloudWatchLogsDeliveryTime", last(DELIVERY))
        .put("LatestDigestDeliveryTime", last(DIGEST))
        .put("LatestDeliveryAttemptTime", iso(last(DELIVERY)))
        .put("LatestNotificationAttemptTime", "")
        .put("LatestNotificationAttemptSucceeded", "")
        .put("LatestDeliveryAttemptSucceeded", iso(last(DELIVERY)))
        .put("TimeLoggingStarted", iso(started))
        .put("TimeLoggingStopped", "")
        .into())
}

/// `GetEventSelectors`: all management events, no data events.
pub(crate) fn selectors(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let trail = find(cx, params.text("TrailName"))?;
    let selector = Fields::new()
        .put("ReadWriteType", "All")
        .put("IncludeManagementEvents", true)
        .put("DataResources", list::<Tree>([]))
        .put("ExcludeManagementEventSources", list::<Tree>([]));
    Ok(Fields::new()
        .put("TrailARN", arn(cx, trail))
        .put("EventSelectors", list([Tree::from(selector)]))
        .into())
}

/// The trail of this name or ARN.
fn find<'a>(cx: &Cx<'a>, name: Option<&str>) -> Result<&'a TrailFile, ApiError> {
    let name = name.unwrap_or_default();
    if name.starts_with("arn:") && !name.contains(":trail/") {
        return Err(ApiError::new("CloudTrailARNInvalidException", format!("Invalid trail ARN: {name}")));
    }
    let letters = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let valid = (3..=128).contains(&name.len()) && name.chars().all(letters);
    if !name.starts_with("arn:") && !valid {
        return Err(ApiError::new(
            "InvalidTrailNameException",
            "Trail name or ARN must be between 3 and 128 letters, digits, periods, underscores or dashes.",
        ));
    }
    let here = home(cx) == cx.region;
    let found =
        cx.world.story.trails.iter().find(|trail| (here && trail.name == name) || arn(cx, trail) == name);
    found.ok_or_else(|| {
        ApiError::new(
            "TrailNotFoundException",
            format!("Unknown trail: {name} for the user: {}", cx.world.account),
        )
    })
}
