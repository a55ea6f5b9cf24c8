//! The program: see the library for everything it does.

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Err(error) = color_eyre::install() {
        // Panics are then reported the plain way; nothing else depends on it.
        tracing::debug!(%error, "no coloured reports");
    }
    toban::term::guard::install_panic_hook();
    toban::cli::run::run()
}
