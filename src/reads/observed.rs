//! What is known of how things are: CloudWatch, its logs, CloudTrail, AWS Health, AWS Support.

use super::{
    Spec,
    args::{Arg, flag, number, object, objects, text, texts, time},
    read,
};

const DIMENSIONS: Arg = objects("Dimensions", &[text("Name").needed(), text("Value").needed()]);

const METRIC: Arg = object("Metric", &[text("Namespace").needed(), text("MetricName").needed(), DIMENSIONS]);

/// CloudWatch charges for each metric that is asked for.
const QUERIES: Arg = objects(
    "MetricDataQueries",
    &[
        text("Id").needed(),
        object(
            "MetricStat",
            &[METRIC.needed(), number("Period").needed(), text("Stat").needed(), text("Unit")],
        ),
        text("Expression"),
        text("Label"),
        flag("ReturnData"),
        number("Period"),
    ],
);

/// CloudTrail takes one.
const ATTRIBUTES: Arg =
    objects("LookupAttributes", &[text("AttributeKey").needed(), text("AttributeValue").needed()]);

const SPANS: &[Arg] = &[time("from"), time("to")];

const EVENT_FILTER: Arg = object(
    "filter",
    &[
        texts("eventArns"),
        texts("eventTypeCodes"),
        texts("services"),
        texts("regions"),
        texts("availabilityZones"),
        objects("startTimes", SPANS),
        objects("endTimes", SPANS),
        objects("lastUpdatedTimes", SPANS),
        texts("entityArns"),
        texts("entityValues"),
        texts("eventTypeCategories"),
        texts("eventStatusCodes"),
    ],
);

const ENTITY_FILTER: Arg = object(
    "filter",
    &[
        texts("eventArns").needed(),
        texts("entityArns"),
        texts("entityValues"),
        objects("lastUpdatedTimes", SPANS),
        texts("statusCodes"),
    ],
);

/// Sorted within each service.
pub(super) static SPECS: &[Spec] = &[
    read(
        "cloudwatch:DescribeAlarms",
        &["MetricAlarms", "CompositeAlarms"],
        &[
            texts("AlarmNames"),
            text("AlarmNamePrefix"),
            texts("AlarmTypes"),
            text("StateValue"),
            number("MaxRecords"),
        ],
    ),
    read(
        "cloudwatch:DescribeAlarmsForMetric",
        &["MetricAlarms"],
        &[
            text("MetricName").needed(),
            text("Namespace").needed(),
            text("Statistic"),
            text("ExtendedStatistic"),
            DIMENSIONS,
            number("Period"),
            text("Unit"),
        ],
    ),
    read(
        "cloudwatch:GetMetricData",
        &["MetricDataResults", "Messages"],
        &[QUERIES.needed(), time("StartTime").needed(), time("EndTime").needed(), text("ScanBy")],
    )
    .at_a_cost("reads.cost_metrics"),
    read(
        "logs:DescribeLogGroups",
        &["logGroups"],
        &[text("logGroupNamePrefix"), text("logGroupNamePattern"), number("limit")],
    ),
    read(
        "logs:GetLogEvents",
        &["events"],
        &[
            text("logGroupName"),
            text("logStreamName").needed(),
            time("startTime"),
            time("endTime"),
            flag("startFromHead"),
            number("limit"),
        ],
    ),
    read(
        "logs:StartQuery",
        &["results"],
        &[
            text("logGroupName"),
            texts("logGroupNames"),
            time("startTime").needed(),
            time("endTime").needed(),
            text("queryString").needed(),
            number("limit"),
        ],
    )
    .at_a_cost("reads.cost_logs")
    .taking(&["logs:GetQueryResults"]),
    read("cloudtrail:GetEventSelectors", &[], &[text("TrailName").needed()]),
    read(
        "cloudtrail:LookupEvents",
        &["Events"],
        &[ATTRIBUTES, time("StartTime"), time("EndTime"), number("MaxResults")],
    ),
    read("health:DescribeAffectedEntities", &["entities"], &[ENTITY_FILTER.needed(), number("maxResults")]),
    read("health:DescribeEventDetails", &["successfulSet", "failedSet"], &[texts("eventArns").needed()]),
    read("health:DescribeEvents", &["events"], &[EVENT_FILTER, number("maxResults")]),
    read(
        "support:DescribeCases",
        &["cases"],
        &[
            texts("caseIdList"),
            text("displayId"),
            time("afterTime"),
            time("beforeTime"),
            flag("includeResolvedCases"),
            flag("includeCommunications"),
            text("language"),
            number("maxResults"),
        ],
    ),
    read("support:DescribeServices", &["services"], &[texts("serviceCodeList"), text("language")]),
    read("support:DescribeSeverityLevels", &["severityLevels"], &[text("language")]),
    read("support:DescribeTrustedAdvisorCheckResult", &[], &[text("checkId").needed(), text("language")]),
];
