//! `backup:ListBackupPlans`, `GetBackupPlan`, `ListBackupSelections` and `GetBackupSelection`.

use jiff::Timestamp;

use super::{not_found, paged, plan};
use crate::drill::{
    error::ApiError,
    ops::Cx,
    params::Params,
    script::backups::Rule,
    tree::{Fields, Tree, list},
    world::backup::Plan,
};

/// As many runs ahead may be asked for.
const MAX_PREVIEW: i64 = 10;

/// `backup:ListBackupPlans`; deleted ones on demand.
pub(crate) fn list_all(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let deleted = params.flag("IncludeDeleted");
    let plans = cx.world.backups.plans.iter();
    let found: Vec<&Plan> =
        plans.filter(|plan| plan.region == cx.region && (deleted || plan.deleted.is_none())).collect();
    paged(cx, "ListBackupPlans", params, "BackupPlansList", found, |plan| {
        head(cx, plan).put("BackupPlanName", &plan.file.name).into()
    })
}

/// What is said of a plan besides its text.
fn head(cx: &Cx<'_>, plan: &Plan) -> Fields {
    let backups = &cx.world.backups;
    let last = |rule: &Rule| backups.due(rule, backups.newest(rule, cx.now));
    let last: Option<Timestamp> = plan.file.rule.iter().map(last).max();
    let last = last.map(|last| plan.deleted.map_or(last, |deleted| last.min(deleted)));
    Fields::new()
        .put("BackupPlanArn", &plan.arn)
        .put("BackupPlanId", &plan.id)
        .put("CreationDate", plan.created)
        .maybe("DeletionDate", plan.deleted)
        .put("VersionId", &plan.version)
        .maybe("LastExecutionDate", last)
        .maybe("AdvancedBackupSettings", plan.file.windows_vss.then(vss))
}

fn vss() -> Tree {
    let options = Tree::Dict(vec![("WindowsVSS".to_owned(), Tree::from("enabled"))]);
    list([Tree::from(Fields::new().put("ResourceType", "EC2").put("BackupOptions", options))])
}

/// `backup:GetBackupPlan`.
pub(crate) fn get(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let plan = plan(cx, params.required("BackupPlanId")?)?;
    if let Some(version) = params.text("VersionId").filter(|version| *version != plan.version) {
        return Err(not_found(format!("Cannot find version {version} of Backup plan with ID {}", plan.id)));
    }
    let ahead = params.int("MaxScheduledRunsPreview")?.unwrap_or_default();
    if !(0..=MAX_PREVIEW).contains(&ahead) {
        return Err(ApiError::invalid_value(format!(
            "Invalid value {ahead} for MaxScheduledRunsPreview: it must be between 0 and {MAX_PREVIEW}."
        )));
    }
    let rules = plan.file.rule.iter().zip(&plan.rules).map(|(rule, id)| describe(cx, rule, id));
    let text = Fields::new()
        .put("BackupPlanName", &plan.file.name)
        .put("Rules", list(rules))
        .maybe("AdvancedBackupSettings", plan.file.windows_vss.then(vss));
    let preview = (ahead > 0).then(|| preview(cx, plan, ahead));
    Ok(head(cx, plan).put("BackupPlan", text).maybe("ScheduledRunsPreview", preview).into())
}

fn describe(cx: &Cx<'_>, rule: &Rule, id: &str) -> Tree {
    Fields::new()
        .put("RuleName", &rule.name)
        .put("TargetBackupVaultName", &rule.vault)
        .put("ScheduleExpression", cx.world.backups.cron(rule))
        .put("StartWindowMinutes", rule.start_within.0 / 60)
        .put("CompletionWindowMinutes", rule.complete_within.0 / 60)
        .put("Lifecycle", Fields::new().put("DeleteAfterDays", rule.keep))
        .put("RuleId", id)
        .put("EnableContinuousBackup", false)
        .put("ScheduleExpressionTimezone", "Etc/UTC")
        .into()
}

/// The next runs of all rules.
fn preview(cx: &Cx<'_>, plan: &Plan, ahead: i64) -> Tree {
    let backups = &cx.world.backups;
    let mut runs: Vec<(Timestamp, &str)> = Vec::new();
    for (rule, id) in plan.file.rule.iter().zip(&plan.rules) {
        let newest = backups.newest(rule, cx.now);
        runs.extend((1..=ahead).map(|n| (backups.due(rule, newest - n), id.as_str())));
    }
    runs.sort();
    let runs = runs.into_iter().take(usize::try_from(ahead).unwrap_or_default());
    list(runs.map(|(at, id)| {
        let run = Fields::new().put("ExecutionTime", at).put("RuleId", id);
        Tree::from(run.put("RuleExecutionType", "SNAPSHOTS"))
    }))
}

/// `backup:ListBackupSelections`.
pub(crate) fn selections(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let plan = plan(cx, params.required("BackupPlanId")?)?;
    let found: Vec<_> = plan.file.selection.iter().zip(&plan.selections).collect();
    paged(cx, "ListBackupSelections", params, "BackupSelectionsList", found, |(selection, (id, _))| {
        Fields::new()
            .put("SelectionId", id)
            .put("SelectionName", &selection.name)
            .put("BackupPlanId", &plan.id)
            .put("CreationDate", plan.created)
            .put("IamRoleArn", cx.world.backups.role())
            .into()
    })
}

/// `backup:GetBackupSelection`.
pub(crate) fn selection(cx: &Cx<'_>, params: Params<'_>) -> Result<Tree, ApiError> {
    let plan = plan(cx, params.required("BackupPlanId")?)?;
    let wanted = params.required("SelectionId")?;
    let mut all = plan.file.selection.iter().zip(&plan.selections);
    let (selection, (id, arns)) = all
        .find(|(_, (id, _))| id == wanted)
        .ok_or_else(|| not_found(format!("Cannot find Backup selection with ID {wanted}")))?;
    let tags = selection.tag.iter().map(|(key, value)| {
        let condition = Fields::new().put("ConditionType", "STRINGEQUALS").put("ConditionKey", key);
        Tree::from(condition.put("ConditionValue", value))
    });
    let nothing = || list::<Tree>([]);
    let conditions = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"]
        .into_iter()
        .fold(Fields::new(), |fields, name| fields.put(name, nothing()));
    let text = Fields::new()
        .put("SelectionName", &selection.name)
        .put("IamRoleArn", cx.world.backups.role())
        .put("Resources", list(arns))
        .put("ListOfTags", list(tags))
        .put("NotResources", nothing())
        .put("Conditions", conditions);
    Ok(Fields::new()
        .put("BackupSelection", text)
        .put("SelectionId", id)
        .put("BackupPlanId", &plan.id)
        .put("CreationDate", plan.created)
        .into())
}
