//! `ssm:DescribePatchBaselines`, `ssm:GetPatchBaseline` and `ssm:GetDefaultPatchBaseline`.

use super::{constraint, filters, paging, required};
use crate::drill::{
    error::ApiError,
    ops::{Cx, page::Tokens},
    params::Params,
    script::patching::Rule,
    tree::{Fields, Tree, list},
    world::patch::Baseline,
};

/// The operating systems that have baselines.
const OPERATING_SYSTEMS: &[&str] = &[
    "WINDOWS",
    "AMAZON_LINUX",
    "AMAZON_LINUX_2",
    "AMAZON_LINUX_2022",
    "UBUNTU",
    "REDHAT_ENTERPRISE_LINUX",
    "SUSE",
    "CENTOS",
    "ORACLE_LINUX",
    "DEBIAN",
    "MACOS",
    "RASPBIAN",
    "ROCKY_LINUX",
    "ALMA_LINUX",
    "AMAZON_LINUX_2023",
];

/// `PatchBaselineIdentity`.
pub(super) fn identity(cx: &Cx<'_>, baseline: &Baseline) -> Tree {
    let file = &baseline.file;
    Fields::new()
        .put("BaselineId", cx.world.patches.id(baseline, cx.region))
        .put("BaselineName", &file.name)
        .put("OperatingSystem", &file.operating_system)
        .put("BaselineDescription", &file.about)
        .put("DefaultBaseline", is_default(cx, baseline))
        .into()
}

fn is_default(cx: &Cx<'_>, baseline: &Baseline) -> bool {
    let default = cx.world.patches.default(cx.region, &baseline.file.operating_system);
    default.is_some_and(|default| std::ptr::eq(default, baseline))
}

/// `ssm:DescribePatchBaselines`.
pub(crate) fn list_all(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let tokens = Tokens::new(cx, "DescribePatchBaselines", params);
    let (offset, size) = paging(params, tokens, 1, 100)?;
    let filters = filters(params, &["NAME_PREFIX", "OPERATING_SYSTEM", "OWNER"])?;
    let fits = |baseline: &Baseline, key: &str, value: &str| match key {
        "NAME_PREFIX" => baseline.file.name.starts_with(value),
        "OPERATING_SYSTEM" => baseline.file.operating_system == value,
        _ => value == if baseline.file.aws { "AWS" } else { "Self" },
    };
    let found: Vec<&Baseline> = cx
        .world
        .patches
        .baselines(cx.region)
        .filter(|one| filters.iter().all(|(key, values)| values.iter().any(|value| fits(one, key, value))))
        .collect();
    let (page, next) = tokens.cut(found, offset, size);
    let page: Vec<Tree> = page.into_iter().map(|baseline| identity(cx, baseline)).collect();
    Ok(Fields::new().put("BaselineIdentities", list(page)).maybe("NextToken", next).into())
}

/// `ssm:GetDefaultPatchBaseline`, of Windows unless another system is named.
pub(crate) fn default(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let system = params.text("OperatingSystem").unwrap_or("WINDOWS");
    if !OPERATING_SYSTEMS.contains(&system) {
        let set = OPERATING_SYSTEMS.join(", ");
        return Err(constraint(system, "operatingSystem", &format!("satisfy enum value set: [{set}]")));
    }
    let id = cx.world.patches.default(cx.region, system).map(|one| cx.world.patches.id(one, cx.region));
    Ok(Fields::new().maybe("BaselineId", id).put("OperatingSystem", system).into())
}

/// `ssm:GetPatchBaseline`.
pub(crate) fn get(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let id = required(params, "BaselineId")?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || "_-:/".contains(c);
    if !(20..=128).contains(&id.len()) || !id.chars().all(allowed) {
        let pattern = r"satisfy regular expression pattern: ^[a-zA-Z0-9_\-:/]{20,128}$";
        return Err(constraint(id, "baselineId", pattern));
    }
    let patches = &cx.world.patches;
    let found = patches.baselines(cx.region).find(|one| patches.id(one, cx.region) == id);
    let baseline = found.ok_or_else(|| {
        ApiError::new("DoesNotExistException", format!("Patch baseline with id {id} doesn't exist."))
    })?;
    let file = &baseline.file;
    Ok(Fields::new()
        .put("BaselineId", id)
        .put("Name", &file.name)
        .put("OperatingSystem", &file.operating_system)
        .put("GlobalFilters", Fields::new().put("PatchFilters", list::<Tree>([])))
        .put(
            "ApprovalRules",
            Fields::new().put(
                "PatchRules",
                list(file.rule.iter().map(|rule| describe(rule, file.operating_system == "WINDOWS"))),
            ),
        )
        .put("ApprovedPatches", list(&file.approved))
        .put("ApprovedPatchesComplianceLevel", "UNSPECIFIED")
        .put("ApprovedPatchesEnableNonSecurity", false)
        .put("RejectedPatches", list(&file.rejected))
        .put("RejectedPatchesAction", if file.rejected.is_empty() { "ALLOW_AS_DEPENDENCY" } else { "BLOCK" })
        .put("PatchGroups", list(&file.groups))
        .put("CreatedDate", baseline.created)
        .put("ModifiedDate", baseline.changed)
        .put("Description", &file.about)
        .put("Sources", list::<Tree>([]))
        .into())
}

fn describe(rule: &Rule, windows: bool) -> Tree {
    let filter =
        |key: &str, values: &[String]| Tree::from(Fields::new().put("Key", key).put("Values", list(values)));
    let any = ["*".to_owned()];
    let severities = if rule.severities.is_empty() { &any[..] } else { &rule.severities };
    let severity = if windows { "MSRC_SEVERITY" } else { "SEVERITY" };
    let filters =
        [filter("PRODUCT", &any), filter("CLASSIFICATION", &rule.classes), filter(severity, severities)];
    Fields::new()
        .put("PatchFilterGroup", Fields::new().put("PatchFilters", list(filters)))
        .put("ComplianceLevel", rule.level.as_deref().unwrap_or("UNSPECIFIED"))
        .put("ApproveAfterDays", rule.days)
        .put("EnableNonSecurity", false)
        .into()
}
