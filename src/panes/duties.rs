//! Duties: who has which part of the work, area by area: AWS, ourselves, a vendor; and who is called.
//!
//! The rows are the built-in table with what the configuration changes (`[duties]`, `[escalation]`); nothing is asked for
//! them, and nothing about them is wrong or right. What a row means at an incident stands on its page.

use std::{fmt::Write as _, time::Duration};

use jiff::Timestamp;

use super::{
    Col, Column, PaneId, PaneRow, PaneSpec, Source,
    detail::{Block, Detail, Line, PageCx, Span},
};
use crate::{
    incident::{
        duties::{Duties, Duty, Layer, Model},
        event::Party,
        ladder::Ladder,
    },
    resource::ResourceRef,
    scope::ScopeId,
    severity::Severity,
    text::{
        Catalogue,
        measure::{pad, width},
    },
    value::{Cell, Cx, Role, Value},
};

/// The type of a reference to an area of work; its id is the area's.
pub const DUTY: &str = "Toban::Duty";

/// The row of `PANES`.
pub static SPEC: PaneSpec = PaneSpec {
    id: PaneId::Duties,
    name: "Duties",
    source: Source::Fixed,
    // Never asked.
    interval: Duration::from_mins(1),
    iam: &[],
    columns: || DutyRow::COLUMNS.iter().map(|c| &c.column).collect(),
    sort: ("rank", false),
    then: &[],
    keeps: None,
    many: false,
    summary: None,
    rules: Vec::new,
};

/// One area of work, in a language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyRow {
    /// Its place, from 0.
    pub rank: usize,
    /// The area.
    pub duty: Duty,
    /// What people call it.
    pub area: String,
    /// What the owner is called.
    pub who: String,
    /// How the owner is reached, where that is known.
    pub reach: String,
}

/// The rows.
pub fn rows(duties: &Duties, ladder: &Ladder, words: &Catalogue) -> Vec<DutyRow> {
    let row = |(rank, duty): (usize, &Duty)| {
        let contact = ladder.contact(&duty.owner);
        let reach = [Some(duty.contact.as_str()), contact.map(|c| c.contact.as_str())];
        let reach = reach.into_iter().flatten().find(|reach| !reach.is_empty()).unwrap_or_default();
        DutyRow {
            rank,
            duty: duty.clone(),
            area: duty.area.get(words.lang()).to_owned(),
            who: contact.map_or(duty.owner.as_str(), |contact| contact.label(words)).to_owned(),
            reach: reach.to_owned(),
        }
    };
    duties.all.iter().enumerate().map(row).collect()
}

fn filled(text: &str) -> Cell {
    if text.is_empty() { Cell::default() } else { Value::Text(text.to_owned()).into() }
}

fn dim(text: &str) -> Cell {
    if text.is_empty() { Cell::default() } else { Cell::new(Value::Text(text.to_owned()), Role::Dim) }
}

/// A word of ours that programs read as it stands in the table's file.
fn worded(word: Option<(&'static str, &'static str)>, cx: &Cx<'_>) -> Cell {
    let Some((word, wording)) = word else { return Cell::default() };
    Cell::new(Value::Data(word.into(), cx.words.get(wording).to_owned()), Role::Dim)
}

impl PaneRow for DutyRow {
    const COLUMNS: &'static [Col<Self>] = &[
        Col {
            column: Column::shown("area", 16, 30, 0),
            cell: |r, _| Cell::new(Value::Text(r.area.clone()), Role::Name),
        },
        Col {
            column: Column::shown("layer", 10, 12, 3),
            cell: |r, cx| worded(r.duty.layer.map(|layer| (layer.word(), layer.wording())), cx),
        },
        Col {
            column: Column::shown("model", 5, 5, 4),
            cell: |r, cx| worded(r.duty.model.map(|model| (model.word(), model.wording())), cx),
        },
        Col {
            column: Column::shown("who", 12, 20, 0).screen_only(),
            cell: |r, _| Cell::new(Value::Text(r.who.clone()), Role::Accent),
        },
        Col {
            column: Column::shown("ours", 26, 60, 0),
            cell: |r, cx| filled(r.duty.ours.get(cx.words.lang())),
        },
        Col { column: Column::shown("aws", 18, 50, 2), cell: |r, cx| dim(r.duty.aws.get(cx.words.lang())) },
        Col {
            column: Column::shown("vendor", 18, 40, 5),
            cell: |r, cx| dim(r.duty.vendor.get(cx.words.lang())),
        },
        Col { column: Column::shown("contact", 10, 24, 1), cell: |r, _| filled(&r.reach) },
        Col { column: Column::shown("contract", 10, 16, 6), cell: |r, _| filled(&r.duty.contract) },
        Col { column: Column::field("id"), cell: |r, _| filled(&r.duty.id) },
        Col { column: Column::field("owner"), cell: |r, _| filled(&r.duty.owner) },
        Col { column: Column::field("services"), cell: |r, _| Value::List(r.duty.services.clone()).into() },
        Col { column: Column::field("reserved"), cell: |r, _| Value::Bool(r.duty.reserved).into() },
        Col { column: Column::field("override"), cell: |r, _| filled(&r.duty.reason) },
        Col { column: Column::field("incident"), cell: |r, cx| filled(r.duty.incident.get(cx.words.lang())) },
        Col { column: Column::field("rank").screen_only(), cell: |r, _| Value::count(r.rank).into() },
    ];

    fn id(&self) -> &str {
        &self.duty.id
    }

    fn title(&self) -> &str {
        &self.area
    }

    fn scope(&self) -> ScopeId {
        // It holds for all of them.
        ScopeId(0)
    }

    fn severity(&self, _: &Cx<'_>) -> Severity {
        Severity::Ok
    }

    fn attention(&self, _: &Cx<'_>) -> Vec<String> {
        Vec::new()
    }

    fn subject(&self) -> ResourceRef {
        ResourceRef::new(PaneRow::scope(self), DUTY, self.duty.id.as_str())
    }

    fn since(&self, _: &Cx<'_>) -> Option<Timestamp> {
        None
    }
}

/// The page of an area: what it means at an incident, who has which part, and whose each layer is.
pub fn detail(row: &DutyRow, page: &PageCx<'_>) -> Detail {
    let (cx, duty) = (&page.cx, &row.duty);
    let lang = cx.words.lang();
    let services = duty.services.join(", ");
    let mut fields = vec![
        ("field.who_is_called", Cell::new(Value::Text(row.who.clone()), Role::Accent)),
        ("field.contact", filled(&row.reach)),
        ("field.contract", filled(&duty.contract)),
        ("field.layer", worded(duty.layer.map(|layer| (layer.word(), layer.wording())), cx)),
        ("field.model", worded(duty.model.map(|model| (model.word(), model.wording())), cx)),
    ];
    fields.extend((!services.is_empty()).then(|| ("field.services", filled(&services))));
    let parts = [("duty.aws", &duty.aws), ("duty.ours", &duty.ours), ("duty.vendor", &duty.vendor)];
    let wide = parts.iter().map(|(key, _)| width(cx.words.get(key))).max().unwrap_or(0);
    let part = |(key, label): &(&str, &crate::incident::ladder::Label)| Line {
        spans: vec![
            Span::new(pad(cx.words.get(key), wide), Role::Dim),
            Span::new(format!("  {}", label.get(lang)), Role::Plain),
        ],
        ..Line::default()
    };
    let mut blocks = vec![
        Block::Note(Span::new(duty.incident.get(lang), Role::Plain)),
        Block::Fields(fields),
        Block::Lines { title: "section.parts", lines: parts.iter().map(part).collect(), empty: None },
    ];
    blocks.extend(reserved(duty, cx));
    blocks.extend(duty.model.map(|model| strip(model, duty.layer, cx)));
    let mut numbers = String::new();
    for number in &duty.source {
        let _ = write!(numbers, "{}{number}", if numbers.is_empty() { "" } else { ", " });
    }
    blocks.push(Block::Note(Span::new(cx.words.fill("duty.source", &[("numbers", &numbers)]), Role::Dim)));
    let state = Span::new(row.who.clone(), Role::Accent);
    Detail { title: row.area.clone(), state: vec![state], blocks }
}

/// That it is not handed out, or why it is.
fn reserved(duty: &Duty, cx: &Cx<'_>) -> Option<Block> {
    let text = match (duty.reserved, duty.reason.is_empty()) {
        (false, _) => return None,
        (true, true) => cx.words.get("duty.reserved").to_owned(),
        (true, false) => cx.words.fill("duty.handed_out", &[("reason", &duty.reason)]),
    };
    Some(Block::Note(Span::new(text, Role::Warn)))
}

/// The layers from the top down, and whose each is in each service model; the area's own layer is marked.
fn strip(model: Model, here: Option<Layer>, cx: &Cx<'_>) -> Block {
    let words = cx.words;
    let side = |model: &Model, layer| match model.side(layer) {
        Party::Aws => ("duty.side_aws", Role::Dim),
        _ => ("duty.side_ours", Role::Plain),
    };
    let wide = |keys: &mut dyn Iterator<Item = &'static str>| {
        keys.map(|key| width(words.get(key))).max().unwrap_or(0)
    };
    let names = wide(&mut Layer::ALL.iter().map(|layer| layer.wording()));
    let sides = wide(&mut ["duty.side_aws", "duty.side_ours"].into_iter());
    let line = |layer: &Layer| {
        let is_here = here == Some(*layer);
        let mark = if is_here { "› " } else { "  " };
        let role = if is_here { Role::Name } else { Role::Plain };
        let mut spans = vec![Span::new(format!("{mark}{}", pad(words.get(layer.wording()), names)), role)];
        for one in model.each() {
            let (key, role) = side(one, *layer);
            spans.push(Span::new(format!("  {} ", words.get(one.wording())), Role::Dim));
            spans.push(Span::new(pad(words.get(key), sides), role));
        }
        Line { spans, ..Line::default() }
    };
    Block::Lines { title: "section.layers", lines: Layer::ALL.iter().rev().map(line).collect(), empty: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        panes::fixture::{Desk, World},
        text::Lang,
    };

    fn row(id: &str, change: impl FnOnce(&mut Duties, &mut Ladder), lang: Lang) -> DutyRow {
        let (mut duties, mut ladder) = (Duties::default(), Ladder::default());
        change(&mut duties, &mut ladder);
        let rows = rows(&duties, &ladder, &Catalogue::load(lang));
        rows.into_iter().find(|row| row.duty.id == id).unwrap()
    }

    fn said(row: &DutyRow, lang: Lang) -> String {
        let (desk, world) = (Desk::new(lang), World::default());
        let detail = detail(row, &world.page(&desk));
        let mut text = String::new();
        for block in &detail.blocks {
            match block {
                Block::Note(span) => text.push_str(&span.text),
                _ => block.lines().iter().for_each(|line| {
                    line.spans.iter().for_each(|span| text.push_str(&span.text));
                    text.push('\n');
                }),
            }
            text.push('\n');
        }
        text
    }

    #[test]
    fn who_is_called_is_who_the_organisation_says() {
        let usual = row("network", |_, _| {}, Lang::En);
        assert_eq!((usual.who.as_str(), usual.reach.as_str()), ("operations", ""));
        let configured = row(
            "network",
            |duties, ladder| {
                ladder.contacts.get_mut("vendor").unwrap().contact = "+81 3".into();
                duties.get_mut("network").unwrap().contract = "C-2041".into();
            },
            Lang::Ja,
        );
        assert_eq!((configured.who.as_str(), configured.reach.as_str()), ("運用担当", "+81 3"));
        let own =
            row("network", |duties, _| duties.get_mut("network").unwrap().contact = "#net".into(), Lang::En);
        assert_eq!(own.reach, "#net", "what is said of the area goes before the party's");
    }

    #[test]
    fn a_page_says_whose_each_layer_is_in_words() {
        let text = said(&row("guest-os", |_, _| {}, Lang::En), Lang::En);
        assert!(text.contains("› guest OS     IaaS ours"), "{text}");
        assert!(text.contains("  host OS      IaaS AWS"), "{text}");
        assert!(text.contains("3, 18, 24"), "{text}");
        let any = said(&row("network", |_, _| {}, Lang::En), Lang::En);
        assert!(any.contains("IaaS ours  PaaS AWS   SaaS AWS"), "{any}");
        let desk = said(&row("desk", |_, _| {}, Lang::Ja), Lang::Ja);
        assert!(!desk.contains("IaaS"), "no model, no layers: {desk}");
    }

    #[test]
    fn what_is_not_handed_out_says_so_and_why_it_is_after_all() {
        let text = said(&row("database", |_, _| {}, Lang::En), Lang::En);
        assert!(text.contains("not handed to a vendor"), "{text}");
        let handed = |duties: &mut Duties, _: &mut Ladder| {
            let database = duties.get_mut("database").unwrap();
            (database.owner, database.reason) = ("vendor".into(), "ACME runs it".into());
        };
        let text = said(&row("database", handed, Lang::En), Lang::En);
        assert!(text.contains("ACME runs it"), "{text}");
    }
}
