//! The `purlin` binary: the engine with the console as its guest.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    purlin_core::cli::run(purlin_admin_ui::routes)
}
