//! What all machines come to: in all, and by patch group.

use std::collections::BTreeMap;

use crate::{
    panes::{Row, detail::Span},
    rows::{
        patch::{Compliance, Node},
        shared::Shared,
    },
    value::{Cx, Role},
};

/// How many machines stand how.
#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    total: usize,
    compliant: usize,
    non_compliant: usize,
    unmanaged: usize,
    not_scanned: usize,
}

impl Counts {
    fn add(&mut self, compliance: Option<Compliance>) {
        self.total += 1;
        match compliance {
            Some(Compliance::Compliant) => self.compliant += 1,
            Some(Compliance::NonCompliant) => self.non_compliant += 1,
            Some(Compliance::Unmanaged) => self.unmanaged += 1,
            Some(Compliance::NotScanned) => self.not_scanned += 1,
            None => {}
        }
    }

    /// Those that are not known to be as they should.
    const fn open(&self) -> usize {
        self.total - self.compliant
    }

    /// The counts that are not zero, with a separator between.
    fn spans(&self, cx: &Cx<'_>) -> Vec<Span> {
        let unread = self.open() - self.non_compliant - self.unmanaged - self.not_scanned;
        let mut out: Vec<Span> = Vec::new();
        for (count, key, role) in [
            (self.compliant, "patch.compliant", Role::Good),
            (self.non_compliant, "patch.non_compliant", Role::Bad),
            (self.unmanaged, "patch.unmanaged", Role::Warn),
            (self.not_scanned, "patch.not_scanned", Role::Warn),
            (unread, "patch.unread", Role::Unknown),
        ] {
            if count > 0 {
                if !out.is_empty() {
                    out.push(Span::new(" · ", Role::Dim));
                }
                out.push(Span::new(cx.words.fill(key, &[("count", &count)]), role));
            }
        }
        out
    }
}

/// All machines, then each patch group, the one with the most to do first; where there is but one there is no more to
/// say.
pub(super) fn summary(rows: &mut dyn Iterator<Item = &dyn Row>, cx: &Cx<'_>) -> Vec<Vec<Span>> {
    let mut all = Counts::default();
    let mut groups: BTreeMap<Option<Shared>, Counts> = BTreeMap::new();
    for node in rows.filter_map(|row| row.as_any().downcast_ref::<Node>()) {
        let compliance = node.compliance();
        all.add(compliance);
        match groups.get_mut(&node.patch_group) {
            Some(counts) => counts.add(compliance),
            None => groups.entry(node.patch_group.clone()).or_default().add(compliance),
        }
    }
    if all.total == 0 {
        return Vec::new();
    }
    let mut lines = vec![all.spans(cx)];
    if groups.len() > 1 {
        let mut groups: Vec<_> = groups.into_iter().collect();
        groups.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.open()));
        lines.extend(groups.into_iter().map(|(name, counts)| {
            let name = name.as_deref().unwrap_or_else(|| cx.words.get("patch.no_group"));
            let mut line = vec![Span::new(name, Role::Plain), Span::new(" ", Role::Plain)];
            let role = if counts.open() == 0 { Role::Good } else { Role::Warn };
            let text = cx
                .words
                .fill("patch.of_group", &[("compliant", &counts.compliant), ("total", &counts.total)]);
            line.push(Span::new(text, role));
            line
        }));
    }
    lines
}
