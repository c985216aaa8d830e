//! What is compiled in is what Casbin says of the shipped model, on random lines.

use casbin::CoreApi;
use purlin_model::policy::{Effect, Gate, Identity, Lines};
use purlin_model::{Action, Schema};

use super::super::adapter::LineAdapter;
use super::super::matcher::enforcer;
use super::{caller, lines, schema, shipped};

const SETS: usize = 80;
const ASKED: usize = 10;

/// What is likely to meet comes twice.
#[rustfmt::skip]
const SUBJECTS: [&str; 18] = [
    "*", "@guest", "@auth", "@auth", "users/a", "users/b", "USERS/a", "users/*", "users/*", "staff/a",
    "staff/*", "_superusers/*", "role:0", "role:1", "role:2", "role:3", "role:4", "role:users",
];
#[rustfmt::skip]
const OBJECTS: [&str; 11] = [
    "*", "*", "posts", "posts", "Posts", "_notes", "users", "staff", "internal", "_mfas", "@console",
];
const DEEDS: [&str; 10] =
    ["list", "view", "create", "update", "delete", "manage", "read", "write", "*", "*"];
/// Circles are closed now and then.
#[rustfmt::skip]
const MEMBERS: [&str; 12] = [
    "users/a", "users/b", "users/*", "staff/a", "staff/*", "role:0", "role:1", "role:2", "role:3",
    "role:4", "@auth", "nobody/a",
];
const ROLES: [&str; 6] = ["role:0", "role:1", "role:2", "role:3", "role:4", "role:users"];
const CALLERS: [&str; 6] = ["@guest", "users/a", "users/b", "users/c", "staff/a", "staff/b"];
const ASKED_OF: [&str; 7] = ["posts", "posts", "_notes", "users", "staff", "internal", "_mfas"];

/// Xorshift.
struct Chance(u64);

impl Chance {
    fn below(&mut self, below: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % below as u64).unwrap()
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

type Texts = (Vec<[&'static str; 5]>, Vec<[&'static str; 2]>);

fn set(chance: &mut Chance) -> Texts {
    let policy = |chance: &mut Chance| {
        let fields = chance.of(&["[]", "", r#"["title"]"#]);
        let effect = chance.of(&["allow", "allow", "deny"]);
        [chance.of(&SUBJECTS), chance.of(&OBJECTS), chance.of(&DEEDS), fields, effect]
    };
    let policies = (0..chance.below(24)).map(|_| policy(chance)).collect();
    let roles = (0..chance.below(12)).map(|_| [chance.of(&MEMBERS), chance.of(&ROLES)]).collect();
    (policies, roles)
}

fn compiled(
    schema: &Schema,
    lines: &Lines,
    [who, object]: [&str; 2],
    action: Action,
) -> Vec<usize> {
    let gate = Gate::new(schema.by_name(object).unwrap(), lines);
    let identity = || Identity::of(&caller(schema, who), &lines.roles);
    let decision = gate.decide(identity, action, lines, schema);
    let policies = decision.lines.iter().filter(|line| line.id.is_some());
    policies.map(|line| line.position).collect()
}

#[tokio::test]
async fn what_is_compiled_in_is_what_the_shipped_model_says() {
    let seed = std::env::var("PURLIN_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or(0x2545_f491_4f6c_dd1d_u64);
    let mut chance = Chance(seed);
    let (schema, model) = (schema(), shipped().await);
    let (mut matched, mut allowed) = (0, 0);
    for round in 0..SETS {
        let (policies, roles) = set(&mut chance);
        let all = lines(&schema, &policies, &roles);
        let each = model.matcher(&schema, &all);
        // Casbin knows no fields: a deny that names some is not about the row.
        let of_rows = policies.iter().filter(|line| line[4] == "allow" || line[3].len() < 3);
        let of_rows: Vec<_> = of_rows.copied().collect();
        let adapter = LineAdapter::new(&schema, &lines(&schema, &of_rows, &roles));
        let together = enforcer(model.0.clone(), adapter).unwrap();
        for _ in 0..ASKED {
            let [who, object] = [chance.of(&CALLERS), chance.of(&ASKED_OF)];
            let action = chance.of(&Action::ALL);
            let found = compiled(&schema, &all, [who, object], action);
            let asked = format!(
                "{who} {} {object} (seed {seed}, round {round})\n{policies:?}\n{roles:?}",
                action.text()
            );
            assert_eq!(found, each.matching(who, object, action), "{asked}");
            let says = |effect: Effect, plain: bool| {
                let mut found = found.iter().map(|at| &all.policies()[*at]);
                found.any(|line| line.effect == effect && (!plain || line.fields.is_empty()))
            };
            let decided = says(Effect::Allow, false) && !says(Effect::Deny, true);
            let request = (who, object, action.text());
            assert_eq!(decided, together.enforce(request).unwrap(), "{asked}");
            matched += usize::from(!found.is_empty());
            allowed += usize::from(decided);
        }
    }
    let asked = SETS * ASKED;
    assert!(matched > asked / 8 && allowed > asked / 16, "{matched} and {allowed} of {asked}");
}

#[tokio::test]
async fn roles_are_followed_however_far_they_reach() {
    let (schema, model) = (schema(), shipped().await);
    let names: Vec<String> = (0..40).map(|number| format!("role:{number}")).collect();
    let mut roles = vec![["users/*", names[0].as_str()]];
    roles.extend(names.windows(2).map(|pair| [pair[0].as_str(), pair[1].as_str()]));
    let all = lines(&schema, &[["role:39", "posts", "view", "[]", "allow"]], &roles);
    let found = compiled(&schema, &all, ["users/a", "posts"], Action::View);
    assert_eq!(found, [0]);
    let each = model.matcher(&schema, &all);
    assert_eq!(each.matching("users/a", "posts", Action::View), [0]);
    assert!(each.matching("staff/a", "posts", Action::View).is_empty());
}
