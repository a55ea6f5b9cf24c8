use std::{collections::BTreeSet, sync::Arc};

use jiff::SignedDuration;
use proptest::prelude::*;

use super::*;
use crate::{
    panes::{
        Row,
        fixture::{Desk, World, assert_worded, at, text, web_1},
        order::Order,
        resource,
    },
    rows::patch::{Agent, Asked, Machine, PatchItem},
    text::Lang,
};

const ID: &str = "i-0a1c0a1c0a1c0a1c1";

/// A machine that is as it should be, with every field filled.
fn node() -> Node {
    Node {
        id: ID.into(),
        name: "web-1".into(),
        machine: Some(Machine {
            state: "running".into(),
            launched: Some(at("2026-04-21T03:12:00Z")),
            has_profile: true,
            owner: Some("111122223333".into()),
        }),
        agent: Asked::Found(Arc::new(Agent {
            ping: "Online".into(),
            last_ping: Some(at("2026-05-01T03:10:00Z")),
            version: Some("3.3.859.0".into()),
            is_latest: Some(true),
            platform_type: Some("Linux".into()),
            platform_name: Some("Amazon Linux".into()),
            platform_version: Some("2023".into()),
            name: None,
            computer_name: Some("ip-10-0-1-17".into()),
        })),
        scan: Asked::Found(Arc::new(Scan {
            operation: "Scan".into(),
            ended: Some(at("2026-04-30T03:12:00Z")),
            baseline_id: Some("pb-0c10e65780".into()),
            patch_group: Some("web".into()),
            pending_reboot: Some(0),
            rejected: Some(0),
            critical: Some(0),
            security: Some(0),
            other: Some(0),
            installed: 120,
            installed_other: 14,
            reboot_option: Some("NoReboot".into()),
            ..Scan::default()
        })),
        patch_group: Some("web".into()),
        baseline_id: Some("pb-0c10e65780".into()),
        baseline_name: Some("AWS-AmazonLinux2023DefaultPatchBaseline".into()),
        ..Node::default()
    }
}

fn scan(node: &mut Node) -> &mut Scan {
    match &mut node.scan {
        Asked::Found(scan) => Arc::make_mut(scan),
        _ => panic!("it has been scanned"),
    }
}

fn agent(node: &mut Node) -> &mut Agent {
    match &mut node.agent {
        Asked::Found(agent) => Arc::make_mut(agent),
        _ => panic!("it is managed"),
    }
}

fn state(node: &mut Node, state: &str) {
    node.machine.as_mut().unwrap().state = state.into();
}

fn row(node: &Node, cx: &Cx<'_>) -> serde_json::Value {
    let columns = (SPEC.columns)();
    let cells = columns.iter().enumerate().filter(|(_, c)| c.exported);
    serde_json::Value::Object(
        cells.map(|(i, c)| (c.key.to_owned(), Row::cell(node, i, cx).value.json())).collect(),
    )
}

#[test]
fn the_json_row_is_the_contract() {
    let desk = Desk::new(Lang::En);
    let mut node = node();
    (scan(&mut node).missing, scan(&mut node).critical) = (3, Some(2));
    let expected = json!({
        "instance_id": ID,
        "name": "web-1",
        "status": "non_compliant",
        "missing": 3,
        "critical_missing": 2,
        "security_missing": 0,
        "failed": 0,
        "pending_reboot": 0,
        "last_scan": "2026-04-30T03:12:00Z",
        "baseline_id": "pb-0c10e65780",
        "patch_group": "web",
    });
    assert_eq!(row(&node, &desk.cx()), expected);
}

#[test]
fn what_is_not_known_is_null_and_what_is_not_there_has_no_counts() {
    let desk = Desk::new(Lang::En);
    let unmanaged = Node { id: ID.into(), agent: Asked::Absent, scan: Asked::Absent, ..Node::default() };
    let unread = Node { id: ID.into(), ..Node::default() };
    for (node, status) in [(unmanaged, json!("unmanaged")), (unread, json!(null))] {
        let row = row(&node, &desk.cx());
        assert_eq!(row["status"], status);
        let others =
            row.as_object().unwrap().iter().filter(|(k, _)| !["instance_id", "status"].contains(&k.as_str()));
        for (key, value) in others {
            assert!(value.is_null(), "{key} is {value}");
        }
        // On the screen the id stands where the name would.
        let name = (SPEC.columns)().iter().position(|c| c.key == "name").unwrap();
        assert_eq!(Row::cell(&node, name, &desk.cx()).value.show(&desk.cx()), ID);
    }
}

#[test]
fn columns_are_named_in_both_languages_and_fit_80() {
    let columns = (SPEC.columns)();
    for lang in [Lang::En, Lang::Ja] {
        let desk = Desk::new(lang);
        for column in &columns {
            let key = format!("column.{}", column.key);
            assert!(desk.cx().words.find(&key).is_some(), "{key} in {lang:?}");
        }
    }
    let keys: BTreeSet<_> = columns.iter().map(|c| c.key).collect();
    assert_eq!(keys.len(), columns.len(), "a key stands twice");
    let kept: u16 =
        columns.iter().filter_map(|c| c.width).filter(|w| w.priority == 0).map(|w| w.min + 2).sum();
    assert!(kept <= 80, "{kept}");
}

#[test]
fn filters_find_the_status_the_group_and_the_baseline() {
    let desk = Desk::new(Lang::En);
    let text = Row::search_text(&node(), &desk.cx());
    for needle in ["compliant", "web", "pb-0c10e65780", "amazon linux 2023", "online", ID] {
        assert!(text.contains(needle), "{needle} in {text}");
    }
}

type Change = fn(&mut Node);

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn how_bad_and_why() {
    let desk = Desk::new(Lang::En);
    let cx = desk.cx();
    let cases: &[(Change, Severity, &[&str])] = &[
        (|_| {}, Severity::Ok, &[]),
        (|n| scan(n).critical = Some(4), Severity::Medium, &["4 critical missing"]),
        (|n| scan(n).critical = Some(5), Severity::High, &["5 critical missing"]),
        (
            |n| {
                scan(n).critical = Some(5);
                state(n, "stopped");
            },
            Severity::Medium,
            &["5 critical missing"],
        ),
        (
            |n| {
                (scan(n).missing, scan(n).critical, scan(n).security, scan(n).other) =
                    (9, Some(1), Some(3), Some(5));
            },
            Severity::Medium,
            &["1 critical missing", "3 security missing"],
        ),
        (|n| scan(n).failed = 2, Severity::Medium, &["2 failed to install"]),
        (|n| (scan(n).failed, scan(n).other) = (2, Some(2)), Severity::Medium, &["2 failed to install"]),
        (|n| scan(n).missing = 7, Severity::Low, &["7 missing"]),
        (|n| scan(n).other = Some(7), Severity::Low, &["7 others not compliant"]),
        (|n| scan(n).rejected = Some(1), Severity::Low, &["1 rejected but installed"]),
        (
            |n| (scan(n).pending_reboot, scan(n).security) = (Some(1), Some(1)),
            Severity::Medium,
            &["1 security missing", "1 pending reboot"],
        ),
        (|n| scan(n).pending_reboot = Some(1), Severity::Low, &["1 pending reboot"]),
        (|n| scan(n).ended = Some(at("2026-04-24T03:12:00Z")), Severity::Ok, &[]),
        (|n| scan(n).ended = Some(at("2026-04-23T03:12:00Z")), Severity::Low, &["last scan 8d ago"]),
        (|n| agent(n).ping = "ConnectionLost".into(), Severity::Medium, &["SSM connection lost 2m ago"]),
        (
            |n| agent(n).ping = "Inactive".into(),
            Severity::Medium,
            &["SSM agent inactive, last heard of 2m ago"],
        ),
        (
            |n| {
                agent(n).ping = "ConnectionLost".into();
                state(n, "stopped");
            },
            Severity::Ok,
            &[],
        ),
        (
            // Outside EC2 nobody says that it is switched off.
            |n| {
                agent(n).ping = "ConnectionLost".into();
                n.machine = None;
            },
            Severity::Medium,
            &["SSM connection lost 2m ago"],
        ),
        (|n| n.scan = Asked::Absent, Severity::Medium, &["never scanned"]),
        (
            |n| {
                n.scan = Asked::Absent;
                state(n, "stopped");
            },
            Severity::Unknown,
            &["never scanned"],
        ),
        (|n| n.scan = Asked::Unread, Severity::Unknown, &["patch state not read"]),
        (
            |n| (n.agent, n.scan) = (Asked::Absent, Asked::Absent),
            Severity::Medium,
            &["unmanaged: no agent, no route to SSM, or no permission"],
        ),
        (
            |n| {
                (n.agent, n.scan) = (Asked::Absent, Asked::Absent);
                n.machine.as_mut().unwrap().has_profile = false;
            },
            Severity::Medium,
            &["unmanaged: no instance profile"],
        ),
        (
            |n| {
                (n.agent, n.scan) = (Asked::Absent, Asked::Absent);
                n.machine.as_mut().unwrap().launched = Some(at("2026-05-01T03:08:00Z"));
            },
            Severity::Unknown,
            &["unmanaged: started 4m ago"],
        ),
        (
            |n| {
                (n.agent, n.scan) = (Asked::Absent, Asked::Absent);
                state(n, "stopped");
            },
            Severity::Unknown,
            &["unmanaged: stopped"],
        ),
        (|n| (n.agent, n.scan) = (Asked::Unread, Asked::Unread), Severity::Unknown, &["SSM not read"]),
        (|n| n.agent = Asked::Unread, Severity::Unknown, &["SSM not read"]),
    ];
    for (i, (change, severity, attention)) in cases.iter().enumerate() {
        let mut node = node();
        change(&mut node);
        assert_eq!(PaneRow::attention(&node, &cx), *attention, "case {i}");
        assert_eq!(PaneRow::severity(&node, &cx), *severity, "case {i}");
    }
}

#[test]
fn enter_leads_to_the_patches_and_their_resource_is_the_instance() {
    let node = node();
    assert_eq!(PaneRow::subject(&node), ResourceRef::new(ScopeId(0), PATCHES, ID));
    assert_eq!(PaneRow::refs(&node), [ResourceRef::new(ScopeId(0), EC2_INSTANCE, ID)]);
    let elsewhere = Node { id: "mi-0123".into(), machine: None, ..node };
    assert_eq!(PaneRow::refs(&elsewhere), []);
}

fn missing(title: &str, severity: &str, state: &str) -> PatchItem {
    PatchItem {
        title: title.into(),
        kb: title.split(':').next().unwrap().into(),
        classification: "Security".into(),
        severity: severity.into(),
        state: state.into(),
        installed: None,
        cves: Vec::new(),
    }
}

#[test]
fn the_page_says_it_all() {
    let desk = Desk::new(Lang::En);
    let mut node = node();
    (scan(&mut node).missing, scan(&mut node).failed) = (2, 1);
    (scan(&mut node).critical, scan(&mut node).security) = (Some(2), Some(1));
    agent(&mut node).is_latest = Some(false);
    let mut curl = missing("curl:8.5", "Medium", "Missing");
    curl.cves = ["CVE-2026-1", "CVE-2026-2", "CVE-2026-3", "CVE-2026-4"].map(Into::into).to_vec();
    let mut glibc = missing("glibc:2.34", "Critical", "InstalledPendingReboot");
    glibc.installed = Some(at("2026-04-29T03:12:00Z"));
    let world = World {
        nodes: vec![node],
        instances: vec![web_1()],
        patches: Some(vec![
            glibc,
            curl,
            missing("kernel:6.1", "Critical", "Missing"),
            missing("openssl:3.0", "Important", "Failed"),
        ]),
        ..World::default()
    };
    let page = world.page(&desk);
    let subject = PaneRow::subject(&world.nodes[0]);
    let detail = resource::page_of(&subject, &page);
    assert_worded(&detail, &page);
    assert_eq!(
        text(&detail, &page),
        "web-1
non_compliant  scanned 1d ago
# ATTENTION
 2 critical missing
 1 security missing
 1 failed to install
id: i-0a1c0a1c0a1c0a1c1
compliance: non_compliant
critical missing: 2
security missing: 1
others missing: 0
missing in all: 2
failed: 1
waiting for reboot: 0
rejected: 0
installed: 134
last operation: Scan  04-30 03:12 (1d)
reboot option: NoReboot
patch baseline: AWS-AmazonLinux2023DefaultPatchBaseline  pb-0c10e65780
patch group: web
platform: Amazon Linux 2023
SSM ping: Online  03:10 (2m)
SSM agent: 3.3.859.0  a newer one exists
computer name: ip-10-0-1-17
state: running
instance profile: yes
launched: 04-21 03:12 (10d)
account: prod-main (111122223333)
region: eu-west-1
# PATCHES NOT COMPLIANT
 Failed  Important  openssl:3.0  Security
 Missing  Critical  kernel:6.1  Security
 Missing  Medium  curl:8.5  Security  CVE-2026-1 CVE-2026-2 CVE-2026-3 …
 InstalledPendingReboot  Critical  glibc:2.34  Security  installed 04-29 03:12 (2d)
# INSTANCE
>web-1  i-0a1c0a1c0a1c0a1c1  running  3/3 ok
console: https://eu-west-1.console.aws.amazon.com/systems-manager/fleet-manager/managed-nodes/i-0a1c0a1c0a1c0a1c1/general?region=eu-west-1&account=111122223333
"
    );
    assert_eq!(needs(&world.nodes[0], &page), [crate::panes::detail::Need::Patches(ScopeId(0), ID.into())]);
    assert_eq!(resource::needs_of(&subject, &page).len(), 1);
}

#[test]
fn a_page_of_a_machine_that_is_not_managed_says_what_to_do() {
    let desk = Desk::new(Lang::En);
    let mut node = Node { agent: Asked::Absent, scan: Asked::Absent, baseline_id: None, ..node() };
    node.baseline_name = None;
    node.machine.as_mut().unwrap().has_profile = false;
    let world = World { nodes: vec![node], ..World::default() };
    let page = world.page(&desk);
    let said = text(&detail(&world.nodes[0], &page), &page);
    for wanted in
        ["unmanaged\n", "no instance profile", "AmazonSSMManagedInstanceCore", "instance profile: no"]
    {
        assert!(said.contains(wanted), "{wanted} in\n{said}");
    }
    assert!(said.contains(&format!(">{ID}  EC2 Instance")), "{said}");
    assert_eq!(needs(&world.nodes[0], &page), [], "there are no patches to ask for");
}

#[test]
fn the_instance_s_page_leads_to_its_patches_and_says_so_when_they_are_not_known() {
    let desk = Desk::new(Lang::En);
    let mut bad = node();
    scan(&mut bad).security = Some(1);
    let mut world = World { nodes: vec![bad], instances: vec![web_1()], ..World::default() };
    let said = |world: &World| {
        let page = world.page(&desk);
        text(&crate::panes::instances::detail(&world.instances[0], &page), &page)
    };
    let found = said(&world);
    assert!(found.contains("# PATCHES\n>non_compliant  scanned 1d ago  1 security missing\n"), "{found}");
    let page = world.page(&desk);
    let detail = crate::panes::instances::detail(&world.instances[0], &page);
    let wanted = crate::panes::detail::Target::Resource(subject(&world.nodes[0]));
    assert!(detail.targets().contains(&&wanted));
    world.nodes.clear();
    assert!(said(&world).contains("# PATCHES\nIts patch state has not been read.\n"));
}

#[test]
fn pages_are_worded_in_both_languages() {
    for lang in [Lang::En, Lang::Ja] {
        let desk = Desk::new(lang);
        let change = |change: Change| {
            let mut node = node();
            change(&mut node);
            node
        };
        let nodes = vec![
            node(),
            Node::default(),
            change(|n| (n.agent, n.scan) = (Asked::Absent, Asked::Absent)),
            change(|n| {
                (n.agent, n.scan) = (Asked::Absent, Asked::Absent);
                n.machine.as_mut().unwrap().launched = Some(at("2026-05-01T03:08:00Z"));
            }),
            change(|n| {
                n.agent = Asked::Absent;
                n.machine.as_mut().unwrap().has_profile = false;
            }),
            change(|n| {
                let scan = scan(n);
                (scan.failed, scan.missing) = (1, 2);
                (scan.critical, scan.security) = (Some(9), Some(1));
                (scan.pending_reboot, scan.rejected) = (Some(1), Some(1));
                scan.ended = Some(at("2026-01-01T00:00:00Z"));
                agent(n).ping = "ConnectionLost".into();
                agent(n).is_latest = Some(false);
            }),
            change(|n| scan(n).missing = 1),
            change(|n| scan(n).other = Some(1)),
            change(|n| agent(n).ping = "Inactive".into()),
            change(|n| n.scan = Asked::Absent),
            change(|n| n.scan = Asked::Unread),
        ];
        for patches in [None, Some(Vec::new()), Some(vec![missing("kernel:6.1", "", "Missing")])] {
            let world = World { nodes: nodes.clone(), patches, ..World::default() };
            let page = world.page(&desk);
            for node in &world.nodes {
                assert_worded(&detail(node, &page), &page);
            }
        }
    }
}

#[test]
fn the_summary_counts_all_and_then_the_groups_with_the_most_to_do() {
    let desk = Desk::new(Lang::En);
    let group = |name: Option<&str>, change: Change| {
        let mut node = node();
        node.patch_group = name.map(Into::into);
        change(&mut node);
        node
    };
    let rows = [
        group(Some("db"), |_| {}),
        group(Some("db"), |_| {}),
        group(Some("web"), |_| {}),
        group(Some("web"), |n| scan(n).missing = 1),
        group(Some("web"), |n| n.scan = Asked::Absent),
        group(None, |n| n.agent = Asked::Absent),
        group(None, |n| n.scan = Asked::Unread),
    ];
    let summary = |rows: &[Node]| -> Vec<String> {
        let lines = (SPEC.summary.unwrap())(&mut rows.iter().map(|n| n as &dyn Row), &desk.cx());
        lines.iter().map(|spans| spans.iter().map(|s| s.text.as_str()).collect()).collect()
    };
    assert_eq!(
        summary(&rows),
        [
            "3 compliant · 1 non-compliant · 1 unmanaged · 1 not scanned · 1 not read",
            "no patch group 0/2 compliant",
            "web 1/3 compliant",
            "db 2/2 compliant",
        ]
    );
    assert_eq!(summary(&rows[..2]), ["2 compliant"]);
    assert_eq!(summary(&[]), [""; 0]);
}

fn nodes() -> impl Strategy<Value = Node> {
    let counts = prop::collection::vec(prop::option::of(0u32..8), 7);
    let word = prop_oneof![Just("Online"), Just("ConnectionLost"), Just("Inactive"), Just("New")];
    let machine = prop_oneof![Just("running"), Just("stopped"), Just("pending")];
    (counts, word, machine, 0..3, 0..3, any::<bool>(), 0i64..20, "[a-c]{1,2}").prop_map(
        |(counts, word, machine, managed, scanned, profile, days, id)| {
            let mut node = node();
            node.id = id;
            state(&mut node, machine);
            node.machine.as_mut().unwrap().has_profile = profile;
            agent(&mut node).ping = word.into();
            let scan = scan(&mut node);
            let [missing, failed, pending, rejected, critical, security, other] = counts[..] else {
                panic!()
            };
            (scan.missing, scan.failed) = (missing.unwrap_or(0), failed.unwrap_or(0));
            (scan.pending_reboot, scan.rejected) = (pending, rejected);
            (scan.critical, scan.security, scan.other) = (critical, security, other);
            scan.ended = scan.ended.map(|at| at - SignedDuration::from_hours(days * 24));
            match managed {
                0 => node.agent = Asked::Absent,
                1 => node.agent = Asked::Unread,
                _ => {}
            }
            match scanned {
                0 => node.scan = Asked::Absent,
                1 => node.scan = Asked::Unread,
                _ => {}
            }
            node
        },
    )
}

proptest! {
    #[test]
    fn attention_is_empty_exactly_when_all_is_fine(node in nodes()) {
        let desk = Desk::new(Lang::En);
        let fine = PaneRow::severity(&node, &desk.cx()) == Severity::Ok;
        prop_assert_eq!(PaneRow::attention(&node, &desk.cx()).is_empty(), fine);
        // Only what is known to be compliant looks fine.
        if fine {
            prop_assert_eq!(node.compliance(), Some(Compliance::Compliant));
        }
    }

    #[test]
    fn every_order_is_total(rows in prop::collection::vec(nodes(), 3), column in 0..19usize, down in any::<bool>()) {
        let desk = Desk::new(Lang::En);
        let cx = desk.cx();
        let key = (SPEC.columns)()[column].key;
        for order in [Order::default_of(&SPEC), Order::by(&SPEC, key, down).unwrap()] {
            let keys: Vec<_> = rows.iter().map(|r| order.key(r, &cx)).collect();
            for a in &keys {
                for b in &keys {
                    prop_assert_eq!(order.compare(a, b), order.compare(b, a).reverse());
                    for c in &keys {
                        if order.compare(a, b).is_le() && order.compare(b, c).is_le() {
                            prop_assert!(order.compare(a, c).is_le());
                        }
                    }
                }
            }
        }
    }
}
