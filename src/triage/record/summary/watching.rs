//! Logging and detection: what would have shown the change, being changed itself.

use super::{
    table::{Row, WHAT, row},
    take::Take::{Main, Noun, Of, Req, Short},
};

const TRAIL: &[(&str, super::take::Take)] = &[("what", Of("AWS::CloudTrail::Trail"))];
const ALARM: &str = "AWS::CloudWatch::Alarm";
const LOGS: &str = "AWS::Logs::LogGroup";

#[rustfmt::skip]
pub(super) static ROWS: &[Row] = &[
    // CloudTrail and flow logs
    row("cloudtrail", &["StopLogging"], "did.logging-stopped", TRAIL),
    row("cloudtrail", &["StartLogging"], "did.logging-started", TRAIL),
    row("cloudtrail", &["CreateTrail"], "did.created", TRAIL),
    row("cloudtrail", &["DeleteTrail"], "did.deleted", TRAIL),
    row("cloudtrail", &["UpdateTrail"], "did.changed", TRAIL),
    row("cloudtrail", &["PutEventSelectors"], "did.selectors", TRAIL),
    row("ec2", &["DeleteFlowLogs"], "did.flow-logs-deleted", &[("what", Req(&["FlowLogId", "flowLogId", "flowLogIds.items"]))]),
    row("ec2", &["CreateFlowLogs"], "did.flow-logs-created", &[("what", Req(&["ResourceId", "resourceIds.items"]))]),
    // Logs
    row("logs", &["DeleteLogGroup"], "did.deleted", &[("what", Of(LOGS))]),
    row("logs", &["DeleteLogStream"], "did.deleted-of", &[("part", Noun("thing.log-stream", &["logStreamName"])), ("what", Of(LOGS))]),
    row("logs", &["PutRetentionPolicy"], "did.retention", &[("what", Of(LOGS)), ("days", Req(&["retentionInDays"]))]),
    row("logs", &["DeleteMetricFilter"], "did.deleted-of", &[("part", Noun("thing.metric-filter", &["filterName"])), ("what", Of(LOGS))]),
    row("logs", &["DeleteSubscriptionFilter"], "did.deleted-of", &[("part", Noun("thing.subscription-filter", &["filterName"])), ("what", Of(LOGS))]),
    // Alarms
    row("monitoring", &["DeleteAlarms"], "did.deleted", &[("what", Of(ALARM))]),
    row("monitoring", &["DisableAlarmActions"], "did.alarm-actions-off", &[("what", Of(ALARM))]),
    row("monitoring", &["EnableAlarmActions"], "did.alarm-actions-on", &[("what", Of(ALARM))]),
    row("monitoring", &["PutMetricAlarm", "PutCompositeAlarm"], "did.alarm-put", &[("what", Of(ALARM))]),
    row("monitoring", &["PutLogAlarm"], "did.alarm-put", &[("what", Main)]),
    row("monitoring", &["SetAlarmState"], "did.alarm-state", &[("what", Of(ALARM)), ("to", Req(&["stateValue"]))]),
    row("monitoring", &["PutAlarmMuteRule"], "did.mute-put", &[("what", Req(&["name", "alarmMuteRuleName"]))]),
    row("monitoring", &["DeleteAlarmMuteRule"], "did.mute-deleted", &[("what", Req(&["name", "alarmMuteRuleName"]))]),
    // Config
    row("config", &["StopConfigurationRecorder"], "did.stopped", WHAT),
    row("config", &["StartConfigurationRecorder"], "did.begun", WHAT),
    row("config", &["PutConfigurationRecorder", "PutDeliveryChannel"], "did.changed", WHAT),
    row("config", &["DeleteConfigurationRecorder", "DeleteDeliveryChannel", "DeleteConfigRule"], "did.deleted", WHAT),
    // Findings
    row("guardduty", &["DeleteDetector"], "did.deleted", WHAT),
    row("guardduty", &["UpdateDetector"], "did.changed", WHAT),
    row("guardduty", &["CreateIPSet"], "did.created", &[("what", Noun("thing.ip-set", &["name"]))]),
    row("guardduty", &["UpdateIPSet"], "did.changed", &[("what", Noun("thing.ip-set", &["name", "ipSetId"]))]),
    row("guardduty", &["CreateThreatIntelSet"], "did.created", &[("what", Noun("thing.threat-list", &["name"]))]),
    row("guardduty", &["CreateFilter"], "did.created", &[("what", Noun("thing.finding-filter", &["name"]))]),
    row("guardduty", &["ArchiveFindings"], "did.findings-archived", &[("what", Req(&["findingIds"]))]),
    row("guardduty", &["DisassociateMembers", "StopMonitoringMembers", "DeleteMembers"], "did.members-dropped", &[("what", Req(&["accountIds"]))]),
    row("securityhub", &["DisableSecurityHub"], "did.security-hub-off", &[]),
    row("securityhub", &["BatchUpdateFindings"], "did.findings-changed", &[("what", Req(&["findingIdentifiers.id", "findingIdentifiers.Id"]))]),
    row("securityhub", &["DeleteInsight"], "did.insight-deleted", &[("what", Short(&["insightArn", "InsightArn"]))]),
    row("securityhub", &["UpdateStandardsControl"], "did.control-changed", &[("what", Short(&["standardsControlArn", "StandardsControlArn"])), ("to", Req(&["controlStatus", "ControlStatus"]))]),
    row("securityhub", &["BatchDisableStandards"], "did.standards-off", &[("what", Short(&["standardsSubscriptionArns", "StandardsSubscriptionArns"]))]),
    row("inspector2", &["Disable"], "did.inspector-off", &[]),
    row("macie2", &["DisableMacie"], "did.macie-off", &[]),
    row("access-analyzer", &["DeleteAnalyzer"], "did.deleted", WHAT),
    // Automation and names
    row("events", &["DisableRule"], "did.disabled", &[("what", Of("AWS::Events::Rule"))]),
    row("events", &["EnableRule"], "did.enabled", &[("what", Of("AWS::Events::Rule"))]),
    row("events", &["DeleteRule"], "did.deleted", &[("what", Of("AWS::Events::Rule"))]),
    row("events", &["PutRule"], "did.changed", &[("what", Of("AWS::Events::Rule"))]),
    row("events", &["RemoveTargets"], "did.targets-removed", &[("targets", Req(&["ids"])), ("what", Of("AWS::Events::Rule"))]),
    row("route53resolver", &["DeleteResolverQueryLogConfig"], "did.query-logs-deleted", &[("what", Req(&["resolverQueryLogConfigId"]))]),
];
