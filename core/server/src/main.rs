//! The `purlin` binary: the engine with the console as its guest.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    spare_memory();
    purlin_core::cli::run(purlin_admin_ui::routes)
}

/// Memory comes in small pages only. A connection that waits has buffers of which it uses little:
/// huge pages would make all of each real (29 KiB instead of 17, docs/performance.md).
fn spare_memory() {
    #[cfg(target_os = "linux")]
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}
