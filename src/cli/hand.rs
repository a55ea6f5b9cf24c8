//! Who writes into records, on which machine, about which account and Region.

use std::{ffi::OsString, fs};

use super::Invocation;
use crate::{
    config::Config,
    incident::{
        chain::{Hand, SELF},
        event::Where,
    },
    text::sentence::Sentence,
};

/// The one that is named, else `TOBAN_OPERATOR`, else the setting, else the login name; and this machine.
///
/// # Errors
/// One sentence, when nobody is named or the name is the console's own.
pub fn of(
    named: Option<&str>,
    config: &Config,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Hand, Sentence> {
    let var = |name: &str| env(name).and_then(|v| v.into_string().ok()).filter(|v| !v.trim().is_empty());
    let named =
        named.map(str::to_owned).or_else(|| var("TOBAN_OPERATOR")).or_else(|| config.operator.clone());
    let by = named.or_else(|| var("USER")).or_else(|| var("LOGNAME")).unwrap_or_default();
    match by.trim() {
        "" => Err(Sentence::new("cli.incident.nobody")),
        SELF => Err(Sentence::new("cli.incident.own_name").with("name", SELF)),
        by => Ok(Hand { by: by.to_owned(), place: machine(env), scope: None }),
    }
}

/// The account and Region that options and settings name, where they name one: an incident of several is of none of
/// them. Practice has nothing of what settings name.
pub fn scope(invocation: &Invocation, config: &Config, practice: bool) -> Option<Where> {
    let (profiles, regions) = if practice {
        (&[][..], invocation.flags.region.as_slice())
    } else {
        (config.profiles.as_slice(), config.regions.as_slice())
    };
    match (profiles, regions) {
        ([] | [_], [region]) if region != "all" => Some(Where {
            profile: profiles.first().cloned().unwrap_or_default(),
            account: None,
            region: region.clone(),
        }),
        _ => None,
    }
}

/// The machine's name, as it knows itself.
fn machine(env: &dyn Fn(&str) -> Option<OsString>) -> String {
    let files = ["/proc/sys/kernel/hostname", "/etc/hostname"];
    let told = files.iter().find_map(|file| fs::read_to_string(file).ok());
    let told = told.or_else(|| env("HOSTNAME").and_then(|name| name.into_string().ok()));
    told.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).unwrap_or_else(|| "?".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn by(named: Option<&str>, setting: Option<&str>, vars: &[(&str, &str)]) -> Result<String, &'static str> {
        let config = Config { operator: setting.map(str::to_owned), ..Config::default() };
        let env = |name: &str| vars.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v));
        of(named, &config, &env).map(|hand| hand.by).map_err(|why| why.key)
    }

    #[test]
    fn the_nearest_name_holds() {
        let vars = [("TOBAN_OPERATOR", "kei"), ("USER", "root")];
        assert_eq!(by(Some("ines"), Some("file"), &vars).as_deref(), Ok("ines"));
        assert_eq!(by(None, Some("file"), &vars).as_deref(), Ok("kei"));
        assert_eq!(by(None, Some("file"), &vars[1..]).as_deref(), Ok("file"));
        assert_eq!(by(None, None, &vars[1..]).as_deref(), Ok("root"));
        assert_eq!(by(None, None, &[("LOGNAME", "daemon")]).as_deref(), Ok("daemon"));
    }

    #[test]
    fn nobody_and_the_console_itself_do_not_write() {
        assert_eq!(by(None, None, &[("USER", " ")]), Err("cli.incident.nobody"));
        assert_eq!(by(Some("toban"), None, &[]), Err("cli.incident.own_name"));
    }
}
