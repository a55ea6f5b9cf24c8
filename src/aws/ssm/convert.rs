//! SSM's answers as rows of ours. All text is sanitised here.

use std::sync::Arc;

use aws_sdk_ssm::types as sdk;
use jiff::Timestamp;

use crate::{
    aws::time,
    rows::{
        patch::{Agent, PatchItem, Scan},
        shared::{Shared, shared},
    },
    text::sanitise::clean,
};

pub(super) fn text(text: Option<&str>) -> Option<String> {
    text.map(clean).filter(|t| !t.is_empty())
}

/// What many rows say alike.
pub(super) fn word(word: Option<&str>) -> Option<Shared> {
    text(word).map(|w| shared(&w))
}

fn count(count: i32) -> u32 {
    u32::try_from(count).unwrap_or(0)
}

/// Some fields that do not apply hold the beginning of time.
fn moment(at: &aws_smithy_types::DateTime) -> Option<Timestamp> {
    time::from_sdk(at).filter(|at| at.as_second() > 0)
}

/// `pb-…` of a baseline's id or, as AWS's own baselines have it, ARN.
pub(super) fn baseline_id(id: &str) -> Option<Shared> {
    word(id.rsplit('/').next())
}

/// A machine's id and its agent.
pub(super) fn agent(info: &sdk::InstanceInformation) -> Option<(String, Arc<Agent>)> {
    let agent = Agent {
        ping: word(info.ping_status().map(sdk::PingStatus::as_str)).unwrap_or_default(),
        last_ping: info.last_ping_date_time().and_then(moment),
        version: word(info.agent_version()),
        is_latest: info.is_latest_version(),
        platform_type: word(info.platform_type().map(sdk::PlatformType::as_str)),
        platform_name: word(info.platform_name()),
        platform_version: word(info.platform_version()),
        name: text(info.name()),
        computer_name: text(info.computer_name()),
    };
    Some((text(info.instance_id())?, Arc::new(agent)))
}

/// A machine's id and what Patch Manager found on it last.
pub(super) fn scan(state: &sdk::InstancePatchState) -> Option<(String, Arc<Scan>)> {
    let scan = Scan {
        operation: shared(&clean(state.operation().as_str())),
        ended: moment(state.operation_end_time()),
        baseline_id: baseline_id(state.baseline_id()),
        patch_group: word(Some(state.patch_group())),
        missing: count(state.missing_count()),
        failed: count(state.failed_count()),
        pending_reboot: state.installed_pending_reboot_count().map(count),
        rejected: state.installed_rejected_count().map(count),
        critical: state.critical_non_compliant_count().map(count),
        security: state.security_non_compliant_count().map(count),
        other: state.other_non_compliant_count().map(count),
        installed: count(state.installed_count()),
        installed_other: count(state.installed_other_count()),
        reboot_option: word(state.reboot_option().map(sdk::RebootOption::as_str)),
    };
    Some((text(Some(state.instance_id()))?, Arc::new(scan)))
}

/// A patch's state in the words of Patch Manager's documentation and answers (`InstalledPendingReboot`), which are the
/// filter's, too; the service's model has `INSTALLED_PENDING_REBOOT`.
fn state(word: &str) -> String {
    const WORDS: [&str; 8] = [
        "Installed",
        "InstalledOther",
        "InstalledPendingReboot",
        "InstalledRejected",
        "Missing",
        "NotApplicable",
        "Failed",
        "AvailableSecurityUpdate",
    ];
    let plain = word.replace('_', "");
    WORDS.iter().find(|w| w.eq_ignore_ascii_case(&plain)).map_or_else(|| clean(word), |w| (*w).to_owned())
}

/// A patch of one machine.
pub(super) fn item(patch: &sdk::PatchComplianceData) -> PatchItem {
    PatchItem {
        title: clean(patch.title()),
        kb: clean(patch.kb_id()),
        classification: clean(patch.classification()),
        severity: clean(patch.severity()),
        state: state(patch.state().as_str()),
        installed: moment(patch.installed_time()),
        cves: patch
            .cve_ids()
            .unwrap_or_default()
            .split(',')
            .filter_map(|cve| text(Some(cve.trim())))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_types::DateTime;

    use super::*;

    #[test]
    fn an_agent_keeps_what_is_shown_and_loses_control_characters() {
        let info = sdk::InstanceInformation::builder()
            .instance_id("mi-0abc")
            .ping_status(sdk::PingStatus::ConnectionLost)
            .last_ping_date_time(DateTime::from_secs(1_777_604_645))
            .agent_version("3.3.859.0")
            .is_latest_version(false)
            .platform_type(sdk::PlatformType::Linux)
            .platform_name("Amazon Linux")
            .platform_version("2023")
            .computer_name("rack-7\u{1b}[31m.example")
            .build();
        let (id, agent) = agent(&info).unwrap();
        assert_eq!((id.as_str(), agent.ping.as_str()), ("mi-0abc", "ConnectionLost"));
        assert_eq!(agent.last_ping.map(|t| t.to_string()).as_deref(), Some("2026-05-01T03:04:05Z"));
        assert_eq!(agent.platform().as_deref(), Some("Amazon Linux 2023"));
        assert_eq!(agent.computer_name.as_deref(), Some("rack-7.example"));
        assert_eq!(agent.reach(), Some(crate::rows::instance::Ssm::ConnectionLost));
        assert_eq!((agent.name.as_deref(), agent.is_latest), (None, Some(false)));
        assert!(super::agent(&sdk::InstanceInformation::builder().build()).is_none());
    }

    #[test]
    fn a_patch_state_keeps_its_counts_and_what_is_not_said_is_not_zero() {
        let state = sdk::InstancePatchState::builder()
            .instance_id("i-1")
            .patch_group("web")
            .baseline_id("arn:aws:ssm:eu-west-1:075727635805:patchbaseline/pb-0c10e65780EXAMPLE")
            .operation(sdk::PatchOperationType::Install)
            .operation_start_time(DateTime::from_secs(0))
            .operation_end_time(DateTime::from_secs(1_777_604_645))
            .missing_count(3)
            .failed_count(-1)
            .critical_non_compliant_count(2)
            .build()
            .unwrap();
        let (id, scan) = scan(&state).unwrap();
        assert_eq!((id.as_str(), scan.operation.as_str()), ("i-1", "Install"));
        assert_eq!(scan.baseline_id.as_deref(), Some("pb-0c10e65780EXAMPLE"));
        assert_eq!(scan.patch_group.as_deref(), Some("web"));
        assert_eq!((scan.missing, scan.failed, scan.critical, scan.security), (3, 0, Some(2), None));
        assert_eq!(scan.ended.map(|t| t.to_string()).as_deref(), Some("2026-05-01T03:04:05Z"));
    }

    #[test]
    fn a_patch_that_is_not_installed_has_no_time() {
        let patch = sdk::PatchComplianceData::builder()
            .title("kernel.x86_64:0:6.1")
            .kb_id("kernel.x86_64")
            .classification("Security")
            .severity("Critical")
            .state(sdk::PatchComplianceDataState::Missing)
            .installed_time(DateTime::from_secs(0))
            .cve_ids("CVE-2026-0001, CVE-2026-0002")
            .build()
            .unwrap();
        let item = item(&patch);
        assert_eq!((item.state.as_str(), item.installed), ("Missing", None));
        assert_eq!(item.cves, ["CVE-2026-0001", "CVE-2026-0002"]);
    }

    #[test]
    fn states_have_one_spelling() {
        for (word, wanted) in [
            ("INSTALLED_PENDING_REBOOT", "InstalledPendingReboot"),
            ("InstalledRejected", "InstalledRejected"),
            ("MISSING", "Missing"),
            ("SOMETHING_NEW", "SOMETHING_NEW"),
        ] {
            assert_eq!(state(word), wanted);
        }
    }
}
