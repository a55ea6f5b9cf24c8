//! A Python virtual environment for tests that check the program with other people's tools.
//!
//! It lives under `target/` and is made once: a stamp holds the requirements it was made from. Without Python or
//! without pip's packages a test is skipped, loudly; with `TOBAN_REQUIRE_PYTHON=1` it fails instead.

use std::{
    env, fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
    sync::OnceLock,
};

use libtest_mimic::{Arguments, Completion, Trial};

/// The requirements of all Python tests.
const REQUIREMENTS: &str = include_str!("../boto3/requirements.txt");

/// Where cargo builds, from the path of the running test.
fn target() -> PathBuf {
    let test = env::current_exe().unwrap_or_default();
    let found = test.ancestors().find(|path| path.join("CACHEDIR.TAG").exists());
    found.map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target"), Path::to_path_buf)
}

/// The Python of the virtual environment, made on the first call; or why there is none.
fn make() -> Result<PathBuf, String> {
    let home = target().join("python");
    fs::create_dir_all(&home).map_err(|error| format!("{}: {error}", home.display()))?;
    // Two tests may come here at once, in two processes: one makes it, the other waits.
    let lock = fs::File::create(home.join("lock")).map_err(|error| error.to_string())?;
    lock.lock().map_err(|error| error.to_string())?;
    let (venv, stamp) = (home.join("venv"), home.join("requirements.txt"));
    let bin = if cfg!(windows) { "Scripts" } else { "bin" };
    let python = venv.join(bin).join("python");
    if python.exists() && fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == REQUIREMENTS) {
        return Ok(python);
    }
    // Not there, of other requirements, or left half made.
    let _ = fs::remove_file(&stamp);
    let _ = fs::remove_dir_all(&venv);
    let list = home.join("wanted.txt");
    fs::write(&list, REQUIREMENTS).map_err(|error| error.to_string())?;
    run(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"];
    run(Command::new(&python).args(pip).arg(&list))?;
    fs::write(&stamp, REQUIREMENTS).map_err(|error| error.to_string())?;
    Ok(python)
}

fn run(command: &mut Command) -> Result<(), String> {
    let shown = format!("{command:?}");
    let output = command.output().map_err(|error| format!("{shown}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(format!("{shown}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)))
}

/// A test that needs Python: it is given its path, and panics when it fails.
pub(crate) type PythonTest = (&'static str, fn(&Path));

/// Runs tests that need Python. Without one they are reported as ignored, with the reason, or fail where
/// `TOBAN_REQUIRE_PYTHON=1` is set.
pub(crate) fn run_tests(tests: &[PythonTest]) -> ExitCode {
    static PYTHON: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let trial = |&(name, test): &PythonTest| {
        Trial::ignorable_test(name, move || match PYTHON.get_or_init(make) {
            Ok(python) => {
                test(python);
                Ok(Completion::Completed)
            }
            Err(why) if env::var("TOBAN_REQUIRE_PYTHON").is_ok_and(|value| value == "1") => {
                Err(format!("TOBAN_REQUIRE_PYTHON=1, and there is no Python with its packages: {why}").into())
            }
            Err(why) => {
                // Past the test runner's capture: whoever runs the tests is to see what was not checked.
                let _ = writeln!(
                    io::stderr(),
                    "\n*** SKIPPED: {name}: no Python 3 with pip and its packages ***\n{why}\n"
                );
                Ok(Completion::ignored_with("no Python 3 with pip and its packages"))
            }
        })
    };
    libtest_mimic::run(&Arguments::from_args(), tests.iter().map(trial).collect()).exit_code()
}
