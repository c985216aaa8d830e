//! What a client costs that only waits.

use purlin_tests::{Stream, TestApp};

/// How many clients the memory is measured with.
const CLIENTS: u64 = 500;
/// What one may cost, KiB: 10,000 of them are to stay below 250 MiB, whatever else the server needs.
const EACH: u64 = 18;

#[test]
fn a_client_that_waits_costs_little() {
    let app = TestApp::start();
    let connect = |count: u64| (0..count).map(|_| Stream::open(&app, "")).collect::<Vec<_>>();
    // What the first ones bring about is paid once.
    let _first = connect(100);
    let before = resident(&app);
    let _more = connect(CLIENTS);
    let after = resident(&app);
    let each = after.saturating_sub(before) / CLIENTS;
    assert!(each <= EACH, "{each} KiB each: {before} KiB became {after}");
}

/// How much memory the server uses, KiB.
fn resident(app: &TestApp) -> u64 {
    let said = std::fs::read_to_string(format!("/proc/{}/status", app.process())).expect("Linux");
    let line = said.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("VmRSS");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}
