//! Ten thousand policies and a thousand roles: what they take in memory and time.

use std::time::{Duration, Instant};

use super::{policy, role, schema};
use crate::policy::{Gate, Lines};
use crate::record::Record;
use crate::schema::Schema;

const POLICIES: usize = 10_000;
const ROLES: usize = 1_000;
/// What lines and gates may take.
const MEMORY: usize = 20 << 20;
/// From records to gates, in a release build.
const TIME: Duration = Duration::from_millis(50);

fn policies(schema: &Schema) -> Vec<Record> {
    let one = |n: usize| {
        let subject = match n % 2 {
            0 => format!("role:r{}", n % ROLES),
            _ => format!("users/{n:015}"),
        };
        let object = ["posts", "staff", "users", "*"][n % 4];
        let deed = ["list", "view", "read", "write", "*"][n % 5];
        let rule =
            format!("owner = @request.auth.id && (state = 's{n}' || created > '2024-01-01')");
        let fields = if n.is_multiple_of(3) { r#"["title","body"]"# } else { "[]" };
        let effect = if n.is_multiple_of(10) { "deny" } else { "allow" };
        policy(schema, [&subject, object, deed, &rule, fields, effect])
    };
    (0..POLICIES).map(one).collect()
}

fn roles(schema: &Schema) -> Vec<Record> {
    let one = |n: usize| {
        let member = match n % 2 {
            0 => format!("users/{n:015}"),
            _ => format!("role:r{n}"),
        };
        role(schema, [&member, &format!("role:r{}", n / 2)])
    };
    (0..ROLES).map(one).collect()
}

/// Memory in use by this process, where that can be asked.
fn used() -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS"))?;
    line.split_whitespace().nth(1)?.parse::<usize>().ok().map(|kilobytes| kilobytes << 10)
}

/// Time on a processor, so that what else the machine does is left out where that can be asked.
fn spent(start: Instant) -> Duration {
    let file = std::fs::read_to_string("/proc/thread-self/schedstat");
    let spent = file.ok().and_then(|text| text.split_whitespace().next()?.parse().ok());
    spent.map_or_else(|| start.elapsed(), Duration::from_nanos)
}

#[test]
fn ten_thousand_lines_are_small_and_soon_in_force() {
    let schema = schema();
    let (policies, roles) = (policies(&schema), roles(&schema));
    let gates = |lines: &Lines| -> Vec<Gate> {
        schema.collections().iter().map(|collection| Gate::new(collection, lines)).collect()
    };
    let (began, before) = (Instant::now(), used());
    let start = spent(began);
    let first = Lines::read(&schema, &policies, &roles, None);
    let all = gates(&first);
    let cold = spent(began) - start;
    let memory = used().zip(before).map(|(now, before)| now.saturating_sub(before));
    let start = spent(began);
    let again = Lines::read(&schema, &policies, &roles, Some(&first));
    let warm_gates = gates(&again);
    let warm = spent(began) - start;
    println!("{POLICIES} policies: {memory:?} bytes; {cold:?} at first, {warm:?} after a change");
    assert_eq!(again.policies().len(), POLICIES);
    assert_eq!((all.len(), warm_gates.len()), (schema.collections().len(), all.len()));
    // Other tests run beside this one, so it is asked of a build that is measured, too.
    if !cfg!(debug_assertions) {
        assert!(memory.is_none_or(|memory| memory < MEMORY), "{memory:?}");
        assert!(cold < TIME && warm < TIME, "{cold:?}, {warm:?}");
    }
}
