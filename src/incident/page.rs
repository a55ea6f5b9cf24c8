//! A page of plain text: headings, and below them lines with a label or without.
//!
//! Labels of one block stand in one column, whatever their letters; lines are not broken, since nobody knows how wide the
//! reader's window is. A block without lines leaves out its heading, too.

use crate::text::measure::{pad, width};

/// A page that is being written.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
    block: Vec<(String, String)>,
    heading: String,
}

impl Page {
    /// A line on its own.
    pub(super) fn line(&mut self, text: &str) {
        self.flush();
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// The heading of what follows.
    pub(super) fn heading(&mut self, text: &str) {
        self.flush();
        text.clone_into(&mut self.heading);
    }

    /// A line with a label; nothing when it has no text.
    pub(super) fn row(&mut self, label: &str, text: &str) {
        if !text.trim().is_empty() {
            self.block.push((label.to_owned(), text.to_owned()));
        }
    }

    /// Lines of which the first has the label.
    pub(super) fn rows(&mut self, label: &str, texts: &[String]) {
        for (text, first) in texts.iter().zip(std::iter::once(true).chain(std::iter::repeat(false))) {
            self.row(if first { label } else { "" }, text);
        }
    }

    /// The page.
    pub(super) fn finish(mut self) -> String {
        self.flush();
        self.text
    }

    fn flush(&mut self) {
        let block = std::mem::take(&mut self.block);
        let heading = std::mem::take(&mut self.heading);
        if block.is_empty() {
            return;
        }
        if !heading.is_empty() {
            self.text.push('\n');
            self.text.push_str(&heading);
            self.text.push('\n');
        }
        let wide = block.iter().map(|(label, _)| width(label)).max().unwrap_or(0);
        for (label, text) in block {
            let label = if wide == 0 { String::new() } else { format!("{}  ", pad(&label, wide)) };
            self.text.push_str(format!("  {label}{text}").trim_end());
            self.text.push('\n');
        }
    }
}
