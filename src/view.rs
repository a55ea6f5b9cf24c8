//! The screen, drawn from the model. Pure: the same model, skin and moment give the same frame.
//!
//! Reads the state, changes none of it, and never looks at a row that is not visible.

mod detail;
mod fit;
mod footer;
mod form;
mod graph;
mod header;
mod help;
pub mod hints;
mod lines;
mod mfa;
mod overlay;
mod palette;
mod pen;
mod problems;
mod prompt;
mod small;
mod status;
mod summary;
mod table;
mod tabs;

use jiff::Timestamp;
use ratatui::{
    Frame,
    layout::{Position, Rect},
};

use self::pen::Pen;
use crate::{
    app::{
        layout::{Layout, Shape},
        model::{Drawn, Model, Overlay, Place},
    },
    panes::detail::Detail,
    resource::ResourceRef,
};

pub use crate::theme::Skin;

/// Draws everything. `details` says what is known of a thing, for its page or preview. Says what `update` cannot know:
/// how long the page is, and where on it its jump targets are.
pub fn view(
    model: &Model,
    skin: &Skin,
    now: Timestamp,
    details: &dyn Fn(&ResourceRef) -> Option<Detail>,
    frame: &mut Frame<'_>,
) -> Drawn {
    let layout = model.layout();
    let area = frame.area();
    let mut pen = Pen { buf: frame.buffer_mut(), skin };
    if layout.shape == Shape::TooSmall {
        small::draw(&mut pen, area, &model.settings.words);
        return Drawn::default();
    }
    header::draw(&mut pen, layout.header, model, now);
    pen.rule(layout.rule);
    let mut drawn = Drawn::default();
    let mut below = 0;
    match &model.place {
        Place::Pane(pane) => {
            tabs::draw(&mut pen, layout.tabs, model, now);
            summary::draw(&mut pen, layout.rule, &model.table(*pane).summary);
            drawn.more_columns = table::draw(&mut pen, layout.body, model, model.table(*pane), now);
            if let Some(area) = layout.preview {
                let detail = model.table(*pane).selected().and_then(|row| details(&row.subject()));
                below = preview(&mut pen, area, &layout, model, detail.as_ref(), now);
            }
            // Lists over the place have their own last line.
            match model.overlays.last() {
                None | Some(Overlay::Mfa { .. }) => {
                    let rule = detail::more_below(&mut pen, layout.foot_rule, below, model);
                    problems::strip(&mut pen, rule, model, *pane);
                }
                Some(_) => pen.rule(layout.foot_rule),
            }
        }
        Place::Events(question) => {
            tabs::search(&mut pen, layout.tabs, model, question, now);
            if let Some(found) = &model.search {
                drawn.more_columns = table::draw(&mut pen, layout.body, model, &found.table, now);
                if let Some(area) = layout.preview {
                    let detail = found.table.selected().and_then(|row| details(&row.subject()));
                    below = preview(&mut pen, area, &layout, model, detail.as_ref(), now);
                }
            }
            let rule = detail::more_below(&mut pen, layout.foot_rule, below, model);
            problems::search_strip(&mut pen, rule, model);
        }
        Place::Page(page) => {
            let detail = details(&page.subject);
            let title = detail.as_ref().map_or(page.subject.id.as_str(), |d| d.title.as_str());
            let state = detail.as_ref().map(|d| d.state.as_slice()).unwrap_or_default();
            tabs::trail(&mut pen, layout.tabs, model, title, state);
            (drawn, below) = detail::page(&mut pen, layout.body, model, page, detail.as_ref(), now);
            let rule = detail::more_below(&mut pen, layout.foot_rule, below, model);
            problems::page_strip(&mut pen, rule, model);
        }
    }
    footer::draw(&mut pen, layout.footer, model, now);
    let cursor = overlays(&mut pen, &layout, model, now, &mut drawn);
    if let Some(position) = cursor.filter(|p| area.contains(*p)) {
        frame.set_cursor_position(position);
    }
    drawn
}

/// A preview with the line that parts it from the table. Says how many lines of it are below.
fn preview(
    pen: &mut Pen<'_>,
    area: Rect,
    layout: &Layout,
    model: &Model,
    detail: Option<&Detail>,
    now: Timestamp,
) -> usize {
    let inside = if layout.shape == Shape::Beside {
        let style = pen.skin.theme.rule();
        for y in area.top()..area.bottom() {
            pen.text(area.x, y, 1, "│", style);
        }
        Rect { x: area.x + 2, width: area.width.saturating_sub(3), ..area }
    } else {
        pen.rule(area);
        Rect {
            x: area.x + 1,
            y: area.y + 1,
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(1),
        }
    };
    detail.map_or(0, |detail| detail::preview(pen, inside, model, detail, now))
}

/// Draws what lies on top of the place; says where the terminal's cursor belongs.
fn overlays(
    pen: &mut Pen<'_>,
    layout: &Layout,
    model: &Model,
    now: Timestamp,
    drawn: &mut Drawn,
) -> Option<Position> {
    let region = overlay::region(layout);
    match model.overlays.last()? {
        Overlay::Help(picker) => help::draw(pen, region, model, picker),
        Overlay::Palette(picker) => palette::draw(pen, region, model, picker),
        Overlay::Filter { field, error, .. } => prompt::filter(pen, layout, model, field, error.as_deref()),
        Overlay::Problems { scroll } => {
            drawn.overlay_end = problems::draw(pen, region, model, *scroll, now);
            None
        }
        Overlay::Form(form) => form::draw(pen, region, &model.settings.words, form),
        Overlay::Mfa { profile, serial, refused, field, .. } => {
            mfa::draw(pen, region, &model.settings.words, (profile, serial, refused.as_deref()), field)
        }
    }
}

#[cfg(test)]
mod tests;
