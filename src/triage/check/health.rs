//! AWS Health: whether AWS itself knows of trouble. It needs a support plan (`aws-facts.md` §1.11) and is not asked; that is
//! said, so that nobody takes silence for good news.

use super::{Check, Finding, Given, Outcome, Side, Wanted};
use crate::text::sentence::Sentence;

/// Where to look.
const DASHBOARD: &str = "https://health.aws.amazon.com/health/home";

/// What AWS Health would say.
pub(super) struct Health;

impl Check for Health {
    fn id(&self) -> &'static str {
        "aws.health"
    }

    fn wants(&self, _: &Given<'_>) -> Vec<Wanted> {
        Vec::new()
    }

    fn judge(&self, given: &Given<'_>) -> Vec<Finding> {
        if given.graph.roots().next().is_none() {
            return Vec::new();
        }
        let evidence = Sentence::new("check.health").with("link", DASHBOARD);
        let (outcome, side) = (Outcome::Unknown, Side::Aws);
        vec![Finding { id: self.id(), outcome, about: None, evidence, at: None, side }]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::triage::check::tests::Bench;

    #[test]
    fn it_is_never_taken_for_fine() {
        assert_eq!(Bench::default().said(&Health), Vec::<String>::new());
        let said = "unknown AWS Health not asked: https://health.aws.amazon.com/health/home";
        assert_eq!(Bench::of("AWS::EC2::Instance", "i-0000000a").said(&Health), [said]);
    }
}
