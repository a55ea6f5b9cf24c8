//! `toban drill --list`: which scenarios there are.

use std::io::{self, Write};

use crate::{drill, text::Lang};

/// Prints each scenario's name and title, and what one will meet in it.
pub fn list(lang: Lang, out: &mut impl Write) -> io::Result<u8> {
    for scenario in drill::scenarios() {
        let (title, summary) = match lang {
            Lang::En => (&scenario.title, &scenario.summary),
            Lang::Ja => (&scenario.title_ja, &scenario.summary_ja),
        };
        writeln!(out, "{:<18} {title}", scenario.name)?;
        writeln!(out, "{:<18} {summary}", "")?;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drills_are_listed_in_the_language_that_was_asked_for() {
        let listed = |lang| {
            let mut out = Vec::new();
            list(lang, &mut out).unwrap();
            String::from_utf8(out).unwrap()
        };
        for scenario in drill::scenarios() {
            let (en, ja) = (listed(Lang::En), listed(Lang::Ja));
            assert!(en.contains(&scenario.title) && en.contains(&scenario.summary), "{en}");
            assert!(ja.contains(&scenario.title_ja) && ja.contains(&scenario.summary_ja), "{ja}");
            assert!(ja.contains(scenario.name) && !ja.contains(&scenario.title), "{ja}");
        }
    }
}
