//! `ec2:DescribeLaunchTemplates` and `DescribeLaunchTemplateVersions`.
//!
//! The default version is the latest one: the pipeline makes each new version the default.

use jiff::Timestamp;

use super::{Filters, Kind, answer, here, known_ids, named, paging_from, tag_set};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    script::trail::PrincipalKind,
    tree::{Fields, Tree, list},
    wire::xml::iso,
    world::groups::{Template, Version},
};

const TEMPLATE: Kind = Kind {
    prefix: "lt",
    code: "InvalidLaunchTemplateId",
    what: "specified launch template, with template ID",
};

const FILTERS: &[&str] = &["create-time", "launch-template-name"];

const VERSION_FILTERS: &[&str] = &[
    "create-time",
    "ebs-optimized",
    "iam-instance-profile",
    "image-id",
    "instance-type",
    "is-default-version",
];

/// The largest page.
const PAGE: usize = 200;

fn templates<'a>(cx: &'a Cx<'_>) -> Vec<&'a Template> {
    let all = here(cx, &cx.world.scaling.templates, |template| &template.region);
    all.filter(|template| template.versions(cx.elapsed).next().is_some()).collect()
}

fn number(version: Option<&Version>) -> i64 {
    version.map_or(1, |version| version.number)
}

fn made(cx: &Cx<'_>, version: &Version) -> Timestamp {
    cx.world.moment(version.since)
}

/// When the template was made, before which there were versions that are deleted by now.
fn created(cx: &Cx<'_>, template: &Template) -> Timestamp {
    let first = template.versions(cx.elapsed).next().map_or(0, |version| version.since);
    cx.world.moment(first - 400 * 86_400)
}

/// Who made a version: a user of IAM, or somebody in a role.
fn author(cx: &Cx<'_>, key: Option<&str>) -> String {
    let account = &cx.world.account;
    let mut all = cx.world.story.principals.iter();
    let one = all.find(|one| key.map_or(one.kind == PrincipalKind::Web, |key| one.key == key));
    match one {
        Some(one) if one.kind == PrincipalKind::User => format!("arn:aws:iam::{account}:user/{}", one.name),
        Some(one) if one.kind == PrincipalKind::Root => format!("arn:aws:iam::{account}:root"),
        Some(one) if one.kind == PrincipalKind::Web => {
            format!("arn:aws:sts::{account}:assumed-role/{}/deploy", one.role)
        }
        Some(one) => format!("arn:aws:sts::{account}:assumed-role/{}/{}", one.role, one.name),
        None => format!("arn:aws:iam::{account}:root"),
    }
}

/// `DescribeLaunchTemplates`.
pub(crate) fn run(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeLaunchTemplates", params);
    let (offset, size) = paging_from(1, params, tokens, "LaunchTemplateId")?;
    let filters = Filters::read(params)?;
    let (ids, names) = (params.texts("LaunchTemplateId"), params.texts("LaunchTemplateName"));
    let mut found = templates(cx);
    known_ids(&ids, &TEMPLATE, |id| found.iter().any(|one| one.id == id))?;
    if let Some(name) = names.iter().find(|name| found.iter().all(|one| one.name != **name)) {
        return Err(no_name(name));
    }
    found.retain(|one| {
        (ids.is_empty() || ids.contains(&one.id.as_str()))
            && (names.is_empty() || names.contains(&one.name.as_str()))
    });
    let found = found.into_iter().map(|one| (one, named(&one.name))).collect();
    let found = filters.keep(
        found,
        |(_, tags)| tags,
        FILTERS,
        |(one, _), name| match name {
            "create-time" => vec![iso(created(cx, one))],
            "launch-template-name" => vec![one.name.clone()],
            _ => Vec::new(),
        },
    )?;
    let (page, next) = tokens.cut(found, offset, size.min(PAGE));
    let page = page.iter().map(|(one, tags)| {
        let latest = number(one.latest(cx.elapsed));
        Tree::from(
            Fields::new()
                .put("launchTemplateId", &one.id)
                .put("launchTemplateName", &one.name)
                .put("createTime", created(cx, one))
                .put("createdBy", author(cx, None))
                .put("defaultVersionNumber", latest)
                .put("latestVersionNumber", latest)
                .put("tagSet", tag_set(tags)),
        )
    });
    Ok(answer("launchTemplates", page.collect::<Vec<_>>(), next))
}

fn no_name(name: &str) -> ApiError {
    ApiError::new(
        "InvalidLaunchTemplateName.NotFoundException",
        format!("The specified launch template, with template name {name}, does not exist."),
    )
}

/// `DescribeLaunchTemplateVersions`: of one template; of all templates only their latest or default ones.
pub(crate) fn versions(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribeLaunchTemplateVersions", params);
    let (offset, size) = paging_from(1, params, tokens, "LaunchTemplateVersion")?;
    let filters = Filters::read(params)?;
    let asked = params.texts("LaunchTemplateVersion");
    let mut of = templates(cx);
    match (params.text("LaunchTemplateId"), params.text("LaunchTemplateName")) {
        (Some(_), Some(_)) => {
            return Err(ApiError::invalid_combination(
                "You cannot specify both a launch template ID and a launch template name",
            ));
        }
        (Some(id), None) => {
            known_ids(&[id], &TEMPLATE, |id| of.iter().any(|one| one.id == id))?;
            of.retain(|one| one.id == id);
        }
        (None, Some(name)) => {
            of.retain(|one| one.name == name);
            if of.is_empty() {
                return Err(no_name(name));
            }
        }
        (None, None) if asked.is_empty() || asked.iter().any(|one| !one.starts_with('$')) => {
            return Err(ApiError::missing("LaunchTemplateId"));
        }
        (None, None) => {}
    }
    let mut found = Vec::new();
    for template in of {
        let latest = number(template.latest(cx.elapsed));
        let mut wanted = Vec::new();
        for text in &asked {
            let number = match *text {
                "$Latest" | "$Default" => latest,
                other => other.parse().map_err(|_| {
                    ApiError::new(
                        "InvalidLaunchTemplateId.VersionNotFound",
                        format!("Invalid version: {other}"),
                    )
                })?,
            };
            if template.versions(cx.elapsed).all(|version| version.number != number) {
                return Err(ApiError::new(
                    "InvalidLaunchTemplateId.VersionNotFound",
                    format!(
                        "Could not find launch template version {number} for launch template {}",
                        template.id
                    ),
                ));
            }
            wanted.push(number);
        }
        let from = params.int("MinVersion")?.unwrap_or(i64::MIN);
        let to = params.int("MaxVersion")?.unwrap_or(i64::MAX);
        let those = template.versions(cx.elapsed).rev().filter(|version| {
            (wanted.is_empty() || wanted.contains(&version.number)) && (from..=to).contains(&version.number)
        });
        found.extend(those.map(|version| (template, version, version.number == latest)));
    }
    let found = filters.keep_untagged(found, VERSION_FILTERS, |(_, version, default), name| match name {
        "create-time" => vec![iso(made(cx, version))],
        "ebs-optimized" => vec!["true".to_owned()],
        "iam-instance-profile" => version.profile.clone().into_iter().collect(),
        "image-id" => vec![version.image.clone()],
        "instance-type" => vec![version.kind.clone()],
        "is-default-version" => vec![default.to_string()],
        _ => Vec::new(),
    })?;
    let (page, next) = tokens.cut(found, offset, size.min(PAGE));
    let page = page.iter().map(|(template, version, default)| {
        Tree::from(
            Fields::new()
                .put("launchTemplateId", &template.id)
                .put("launchTemplateName", &template.name)
                .put("versionNumber", version.number)
                .put("versionDescription", &version.about)
                .put("createTime", made(cx, version))
                .put("createdBy", author(cx, version.by.as_deref()))
                .put("defaultVersion", *default)
                .put("launchTemplateData", data(version)),
        )
    });
    Ok(answer("launchTemplateVersionSet", page.collect::<Vec<_>>(), next))
}

/// What it launches.
fn data(version: &Version) -> Tree {
    let root = version.root.map(|size| {
        let ebs = Fields::new()
            .put("encrypted", true)
            .put("deleteOnTermination", true)
            .put("volumeSize", size)
            .put("volumeType", "gp3");
        Tree::from(Fields::new().put("deviceName", "/dev/xvda").put("ebs", ebs))
    });
    let spot = version.spot.then(|| {
        let options = Fields::new()
            .put("spotInstanceType", "one-time")
            .put("instanceInterruptionBehavior", "terminate");
        Fields::new().put("marketType", "spot").put("spotOptions", options)
    });
    let metadata = Fields::new()
        .put("httpTokens", "required")
        .put("httpPutResponseHopLimit", 2_i64)
        .put("httpEndpoint", "enabled");
    Fields::new()
        .put("ebsOptimized", true)
        .maybe("iamInstanceProfile", version.profile.as_ref().map(|arn| Fields::new().put("arn", arn)))
        .put("blockDeviceMappingSet", list(root))
        .put("imageId", &version.image)
        .put("instanceType", &version.kind)
        .maybe("keyName", version.key_pair.as_ref())
        .put("monitoring", Fields::new().put("enabled", version.detailed))
        .put("securityGroupIdSet", list(&version.groups))
        .maybe("instanceMarketOptions", spot)
        .put("metadataOptions", metadata)
        .into()
}
