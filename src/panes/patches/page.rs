//! The page of a machine's patches: how it stands, why, what is missing, which baseline says so, and the instance.

use jiff::Timestamp;

use super::{RULES, instance, severity, status, status_role, subject};
use crate::{
    panes::{
        detail::{Block, Detail, Line, Need, PageCx, Span, Target},
        resource::lines,
    },
    resource::ResourceRef,
    rows::patch::{Asked, Compliance, Node, PatchItem, Scan, Unmanaged},
    text::age,
    value::{Cell, Cx, Role, Value},
};

/// Patches that a page lists; the count says how many there are.
const PATCH_LINES: usize = 200;
/// CVEs named in the line of a patch.
const CVES: usize = 3;

/// The page.
pub fn detail(node: &Node, page: &PageCx<'_>) -> Detail {
    let cx = &page.cx;
    let title = if node.name.is_empty() { node.id.clone() } else { node.name.clone() };
    let compliance = node.compliance();
    let mut state = vec![Span::new(status(node).value.show(cx), status_role(compliance))];
    if let Some(at) = node.scan.found().and_then(|scan| scan.ended) {
        state.push(Span::new(format!("  {}", scanned(at, cx)), Role::Dim));
    }
    let notes = RULES.iter().filter_map(|r| Some((r.severity, (r.say)(node, cx)?)));
    let notes = notes.map(|(severity, text)| line(text, severity.into())).collect();
    let mut blocks = vec![Block::Lines { title: "section.attention", lines: notes, empty: None }];
    if let Some(key) = node.unmanaged(cx.now).and_then(next_step) {
        blocks.push(Block::Note(Span::new(cx.words.get(key), Role::Plain)));
    }
    blocks.push(Block::Fields(fields(node, page)));
    if compliance == Some(Compliance::NonCompliant) {
        blocks.push(patches(node, page));
    }
    let there: Vec<Line> = instance(node).map(|i| lines::resource(&i, page)).unwrap_or_default();
    blocks.push(Block::Lines { title: "section.instance", lines: there, empty: None });
    blocks.extend(lines::console(&subject(node), cx));
    Detail { title, state, blocks }
}

/// What the page still has to be told: the patches, where there are any to be told of.
pub fn needs(node: &Node, _page: &PageCx<'_>) -> Vec<Need> {
    let wanted = node.compliance() == Some(Compliance::NonCompliant);
    wanted.then(|| Need::Patches(node.scope, node.id.clone())).into_iter().collect()
}

/// The part of an instance's page that leads here.
pub fn block(instance: &ResourceRef, page: &PageCx<'_>) -> Block {
    let node = page.known.node(instance.scope, &instance.id);
    let lines = node.map(|node| standing(node, page)).into_iter().collect();
    Block::Lines { title: "section.patches", lines, empty: Some("absent.patches") }
}

/// A machine in a line: which, how it stands, why.
pub fn short(node: &Node, page: &PageCx<'_>) -> Line {
    let mut line = standing(node, page);
    if let Some(first) = line.spans.first_mut() {
        first.text.insert_str(0, "  ");
    }
    let name = if node.name.is_empty() { &node.id } else { &node.name };
    line.spans.insert(0, Span::new(name.as_str(), Role::Name));
    line
}

/// How a machine stands with its patches, in a line.
fn standing(node: &Node, page: &PageCx<'_>) -> Line {
    let cx = &page.cx;
    let cell = status(node);
    let mut spans = vec![Span::new(cell.value.show(cx), cell.role)];
    spans.extend(node.scan.found().and_then(|s| s.ended).map(|at| {
        let text = format!("  {}", scanned(at, cx));
        Span::new(text, Role::Dim)
    }));
    let why = severity::attention(node, cx).join(" · ");
    spans.push(Span::new(format!("  {why}"), Role::Plain));
    Line { spans, target: Some(Target::Resource(subject(node))), ..Line::default() }
}

fn line(text: impl Into<String>, role: Role) -> Line {
    Line { spans: vec![Span::new(text, role)], ..Line::default() }
}

/// What to do about a machine that SSM does not manage.
fn next_step(why: Unmanaged) -> Option<&'static str> {
    match why {
        Unmanaged::NotRunning | Unmanaged::JustStarted => None,
        Unmanaged::NoProfile => Some("patch.next_profile"),
        Unmanaged::NoAgent => Some("patch.next_agent"),
    }
}

fn fields(node: &Node, page: &PageCx<'_>) -> Vec<(&'static str, Cell)> {
    let cx = &page.cx;
    let text = |text: String| Cell::from(Value::Text(text));
    let mut fields = vec![("field.id", text(node.id.clone())), ("field.patch_status", status(node))];
    if let Some(scan) = node.scan.found() {
        fields.extend(counts(scan));
        let ended = scan.ended.map(|at| lines::moment(at, cx)).unwrap_or_default();
        fields.push(("field.last_scan", text(format!("{}  {ended}", scan.operation))));
        fields.extend(scan.reboot_option.as_ref().map(|o| ("field.reboot_option", text(o.into()))));
    }
    let baseline = match (&node.baseline_name, &node.baseline_id) {
        (Some(name), Some(id)) => Value::Text(format!("{name}  {id}")),
        (_, id) => Value::text(id.as_deref()),
    };
    fields.push(("field.baseline", baseline.into()));
    fields.push(("field.patch_group", Value::text(node.patch_group.as_deref()).into()));
    fields.extend(agent(node, cx));
    if let Some(machine) = &node.machine {
        fields.push(("field.state", text(machine.state.to_string())));
        fields.push(("field.has_profile", Value::Bool(machine.has_profile).into()));
        fields.extend(machine.launched.map(|at| ("field.launched", text(lines::moment(at, cx)))));
    }
    fields.extend(lines::scope_fields(node.scope, cx));
    fields
}

/// The counts of a scan, the worst first; those that are zero without colour.
fn counts(scan: &Scan) -> impl Iterator<Item = (&'static str, Cell)> {
    let optional = |count: Option<u32>| count.map_or(Value::Unknown, Value::count);
    [
        ("field.critical_missing", optional(scan.critical), Role::Bad),
        ("field.security_missing", optional(scan.security), Role::Warn),
        ("field.other_missing", optional(scan.other), Role::Plain),
        ("field.missing", Value::count(scan.missing), Role::Plain),
        ("field.failed", Value::count(scan.failed), Role::Warn),
        ("field.pending_reboot", optional(scan.pending_reboot), Role::Warn),
        ("field.rejected", optional(scan.rejected), Role::Plain),
        ("field.installed", Value::count(scan.installed + scan.installed_other), Role::Plain),
    ]
    .into_iter()
    .map(|(key, value, role)| {
        let zero = value == Value::count(0);
        (key, Cell::new(value, if zero { Role::Dim } else { role }))
    })
}

fn agent(node: &Node, cx: &Cx<'_>) -> Vec<(&'static str, Cell)> {
    let Asked::Found(agent) = &node.agent else { return Vec::new() };
    let text = |text: String| Cell::from(Value::Text(text));
    let mut fields = Vec::new();
    fields.extend(agent.platform().map(|p| ("field.platform", text(p))));
    let ping = agent.last_ping.map(|at| format!("  {}", lines::moment(at, cx))).unwrap_or_default();
    let role = if agent.ping == "Online" { Role::Good } else { Role::Warn };
    fields.push(("field.ping", Cell::new(Value::Text(format!("{}{ping}", agent.ping)), role)));
    if let Some(version) = &agent.version {
        let old = agent.is_latest == Some(false);
        let hint = if old { format!("  {}", cx.words.get("patch.agent_old")) } else { String::new() };
        fields.push(("field.agent_version", text(format!("{version}{hint}"))));
    }
    fields.extend(agent.computer_name.clone().map(|n| ("field.computer_name", text(n))));
    fields
}

/// The patches that are not as the baseline wants them, the worst first.
fn patches(node: &Node, page: &PageCx<'_>) -> Block {
    let cx = &page.cx;
    let known = page.known.patches(node.scope, &node.id);
    let empty = if known.is_some() { "absent.patch_items" } else { "absent.patch_items_unread" };
    let mut items: Vec<&PatchItem> = known.unwrap_or_default().iter().collect();
    items.sort_by(|a, b| {
        let key = |i: &PatchItem| (state_rank(&i.state), severity_rank(&i.severity));
        key(a).cmp(&key(b)).then_with(|| a.title.cmp(&b.title))
    });
    let hidden = items.len().saturating_sub(PATCH_LINES);
    let mut lines: Vec<Line> = items.iter().take(PATCH_LINES).map(|item| patch(item, cx)).collect();
    lines.extend(lines::more(hidden, 0, cx));
    Block::Lines { title: "section.patch_items", lines, empty: Some(empty) }
}

fn patch(item: &PatchItem, cx: &Cx<'_>) -> Line {
    let severity = if item.severity.is_empty() { "–" } else { &item.severity };
    let state_role = match item.state.as_str() {
        "Failed" => Role::Bad,
        "Missing" => Role::Warn,
        _ => Role::Plain,
    };
    let severity_role = match severity_rank(&item.severity) {
        0 => Role::Bad,
        1 => Role::Warn,
        _ => Role::Dim,
    };
    let title = if item.title.is_empty() { &item.kb } else { &item.title };
    let mut spans = vec![
        Span::new(item.state.as_str(), state_role),
        Span::new(format!("  {severity}"), severity_role),
        Span::new(format!("  {title}"), Role::Plain),
    ];
    // Windows names the article, Linux repeats the package.
    if !item.kb.is_empty() && !title.contains(item.kb.as_str()) {
        spans.push(Span::new(format!(" {}", item.kb), Role::Plain));
    }
    spans.push(Span::new(format!("  {}", item.classification), Role::Dim));
    spans.extend(item.installed.map(|at| Span::new(format!("  {}", installed(at, cx)), Role::Dim)));
    if !item.cves.is_empty() {
        let mut cves = item.cves.iter().take(CVES).cloned().collect::<Vec<_>>().join(" ");
        if item.cves.len() > CVES {
            cves.push_str(" …");
        }
        spans.push(Span::new(format!("  {cves}"), Role::Dim));
    }
    Line { spans, ..Line::default() }
}

fn scanned(at: Timestamp, cx: &Cx<'_>) -> String {
    cx.words.fill("patch.scanned", &[("age", &age::since(at, cx.now))])
}

fn installed(at: Timestamp, cx: &Cx<'_>) -> String {
    cx.words.fill("patch.installed", &[("moment", &lines::moment(at, cx))])
}

fn state_rank(state: &str) -> usize {
    let order = ["Failed", "Missing", "InstalledPendingReboot", "InstalledRejected"];
    order.iter().position(|s| *s == state).unwrap_or(order.len())
}

/// Each vendor has words of its own; these are the ones of Amazon Linux, Red Hat, Ubuntu, SUSE and Microsoft.
fn severity_rank(severity: &str) -> usize {
    let order: [&[&str]; 4] = [
        &["critical", "urgent"],
        &["important", "high"],
        &["moderate", "medium"],
        &["low", "optional", "negligible"],
    ];
    let severity = severity.to_lowercase();
    order.iter().position(|words| words.contains(&severity.as_str())).unwrap_or(order.len())
}
