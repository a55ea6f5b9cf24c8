//! Problems in words: the class, and what to do next, for the screen, for `toban list` and for errors before either.

use super::Catalogue;
use crate::problem::{Problem, ProblemKind, Remedy};

/// The class in a word: `denied`.
pub fn kind(words: &Catalogue, kind: ProblemKind) -> &str {
    words.get(match kind {
        ProblemKind::Denied => "problem.denied",
        ProblemKind::Throttled => "problem.throttled",
        ProblemKind::Expired => "problem.expired",
        ProblemKind::Offline => "problem.offline",
        ProblemKind::NotEnabled => "problem.not_enabled",
        ProblemKind::Other => "problem.other",
    })
}

/// The next step as a short clause without a full stop.
pub fn remedy(words: &Catalogue, remedy: &Remedy) -> String {
    match remedy {
        Remedy::Allow(action) => words.fill("remedy.allow", &[("action", action)]),
        Remedy::Wait => words.get("remedy.wait").to_owned(),
        Remedy::Run(command) => words.fill("remedy.run", &[("command", command)]),
        Remedy::CheckNetwork(endpoint) if endpoint.is_empty() => words.get("remedy.check_network").to_owned(),
        Remedy::CheckNetwork(endpoint) => words.fill("remedy.check_endpoint", &[("endpoint", endpoint)]),
        Remedy::Enable(service) => words.fill("remedy.enable", &[("service", service)]),
        Remedy::SupportPlan => words.get("remedy.plan").to_owned(),
        Remedy::SetRegion => words.get("remedy.set_region").to_owned(),
        Remedy::ReadLog => words.get("remedy.read_log").to_owned(),
        Remedy::AskAgain => words.get("remedy.ask_again").to_owned(),
        Remedy::Edit(file) => words.fill("remedy.edit", &[("file", file)]),
    }
}

/// `denied: ec2:DescribeInstances`, the shortest that still says what happened.
pub fn headline(words: &Catalogue, problem: &Problem) -> String {
    if problem.operation.is_empty() {
        return kind(words, problem.kind).to_owned();
    }
    format!("{} {}", kind(words, problem.kind), problem.operation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Lang;

    #[test]
    fn every_class_and_remedy_has_words_in_every_language() {
        let kinds = [
            ProblemKind::Denied,
            ProblemKind::Throttled,
            ProblemKind::Expired,
            ProblemKind::Offline,
            ProblemKind::NotEnabled,
            ProblemKind::Other,
        ];
        let remedies = [
            Remedy::Allow("ec2:DescribeInstances".into()),
            Remedy::Wait,
            Remedy::AskAgain,
            Remedy::SupportPlan,
            Remedy::Edit("ca.pem".into()),
            Remedy::Run("aws sso login --profile prod".into()),
            Remedy::CheckNetwork(String::new()),
            Remedy::CheckNetwork("http://127.0.0.1:9".into()),
            Remedy::Enable("AWS Backup".into()),
            Remedy::SetRegion,
            Remedy::ReadLog,
        ];
        for lang in [Lang::En, Lang::Ja] {
            let words = Catalogue::load(lang);
            for k in kinds {
                assert!(!kind(&words, k).starts_with("problem."), "{k:?}");
            }
            for r in &remedies {
                let text = remedy(&words, r);
                assert!(!text.starts_with("remedy.") && !text.contains('{'), "{text}");
            }
        }
    }

    #[test]
    fn the_exact_command_and_action_are_named() {
        let words = Catalogue::load(Lang::En);
        assert!(remedy(&words, &Remedy::Run("aws login".into())).contains("aws login"));
        assert!(remedy(&words, &Remedy::Allow("iam:X".into())).contains("iam:X"));
    }
}
