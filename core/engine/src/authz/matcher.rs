//! Casbin decides which policies match: each is asked by itself.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use casbin::rhai::EvalAltResult;
use casbin::{
    CoreApi, DefaultModel, DefaultRoleManager, EffectKind, Effector, EffectorStream,
    EnforceContext, Enforcer,
};
use futures_util::FutureExt;
use parking_lot::RwLock;
use purlin_model::policy::{Effect, Line, Lines, Matcher};
use purlin_model::{Action, Schema};

use super::adapter::{LineAdapter, columns};

/// A Casbin model over the lines of one moment.
pub(super) struct CasbinMatcher {
    /// An enforcer, or why none could be made.
    enforcer: Result<Enforcer, Failure>,
    effects: Vec<Effect>,
}

/// Why a model cannot say whether a policy matches.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Failure {
    pub(super) why: String,
    /// It names something that is not there, whatever it is asked.
    pub(super) unknown: bool,
}

impl CasbinMatcher {
    pub(super) fn new(model: DefaultModel, schema: &Schema, lines: &Lines) -> Self {
        let adapter = LineAdapter::new(schema, lines).without_policies();
        let enforcer = enforcer(model, adapter).map(|mut enforcer| {
            enforcer.set_effector(Box::new(Matched));
            set_apart(&mut enforcer, schema, lines.policies());
            enforcer
        });
        let effects = lines.policies().iter().map(|line| line.effect).collect();
        CasbinMatcher { enforcer, effects }
    }

    /// Whether the policy at a position matches.
    ///
    /// # Errors
    /// Why the model cannot say.
    pub(super) fn matches(&self, position: usize, request: [&str; 3]) -> Result<bool, Failure> {
        let enforcer = self.enforcer.as_ref().map_err(Failure::clone)?;
        let mut asked = EnforceContext::new("");
        asked.p_type = position.to_string();
        // Some of Casbin's functions panic at arguments they cannot take, like a broken pattern.
        let answer = catch_unwind(AssertUnwindSafe(|| {
            enforcer.enforce_with_context(asked, request.to_vec())
        }));
        match answer {
            Ok(answer) => answer.map_err(|error| Failure::of(&error)),
            Err(_) => {
                let why = "a function cannot take the arguments it is given".to_owned();
                Err(Failure { why, unknown: false })
            }
        }
    }
}

impl fmt::Debug for CasbinMatcher {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("CasbinMatcher").field("policies", &self.effects.len()).finish()
    }
}

impl Matcher for CasbinMatcher {
    fn matching(&self, caller: &str, object: &str, action: Action) -> Vec<usize> {
        let (mut failures, mut first) = (0_usize, None);
        let mut matches = |position: usize, effect: Effect| {
            let answer = self.matches(position, [caller, object, action.text()]);
            answer.unwrap_or_else(|error| {
                failures += 1;
                first.get_or_insert(error.why);
                effect == Effect::Deny
            })
        };
        let all = self.effects.iter().enumerate();
        let found = all.filter(|(position, effect)| matches(*position, **effect));
        let found = found.map(|(position, _)| position).collect();
        if let Some(error) = first {
            let action = action.text();
            tracing::error!(
                caller,
                object,
                action,
                failures,
                error,
                "the authorization model fails: allow lines it fails on do not count, deny lines do"
            );
        }
        found
    }
}

/// An enforcer of a model that has loaded what the adapter gives. Casbin's interface is
/// asynchronous, but nothing in here waits.
pub(super) fn enforcer(model: DefaultModel, adapter: LineAdapter) -> Result<Enforcer, Failure> {
    let made = async {
        let mut enforcer = Enforcer::new_raw(model, adapter).await?;
        // Casbin follows roles over ten steps unless it is told otherwise.
        let roles = DefaultRoleManager::new(usize::MAX);
        enforcer.set_role_manager(Arc::new(RwLock::new(roles)))?;
        enforcer.load_policy().await?;
        Ok(enforcer)
    };
    let made = made.now_or_never().unwrap_or_else(|| Err(waited()));
    made.map_err(|error| Failure::of(&error))
}

/// Gives each policy a definition of its own, named by its position, which a request can name.
fn set_apart(enforcer: &mut Enforcer, schema: &Schema, policies: &[Arc<Line>]) {
    let Some(definitions) = enforcer.get_mut_model().get_mut_model().get_mut("p") else { return };
    let Some(shared) = definitions.get("p").cloned() else { return };
    for line in policies {
        let mut own = shared.clone();
        own.policy.insert(columns(schema, line));
        definitions.insert(line.position.to_string(), own);
    }
}

/// Answers whether the policy asked matches, whatever it says.
struct Matched;

struct Answer(bool);

impl Effector for Matched {
    fn new_stream(&self, _: &str, _: usize) -> Box<dyn EffectorStream> {
        Box::new(Answer(false))
    }
}

impl EffectorStream for Answer {
    fn next(&self) -> bool {
        self.0
    }

    fn push_effect(&mut self, effect: EffectKind) -> bool {
        self.0 = effect != EffectKind::Indeterminate;
        true
    }
}

fn waited() -> casbin::Error {
    std::io::Error::other("the enforcer had to wait").into()
}

impl Failure {
    /// What Casbin says, without the names of its types.
    pub(super) fn of(error: &casbin::Error) -> Self {
        use casbin::Error as E;
        let why = match error {
            E::IoError(error) => error.to_string(),
            E::ModelError(error) => error.to_string(),
            E::PolicyError(error) => error.to_string(),
            E::RbacError(error) => error.to_string(),
            E::RhaiError(error) => error.to_string(),
            E::RhaiParseError(error) => error.to_string(),
            E::RequestError(error) => error.to_string(),
            E::AdapterError(error) => error.to_string(),
        };
        let unknown = matches!(error, E::RhaiError(error) if matches!(
            **error,
            EvalAltResult::ErrorFunctionNotFound(..)
                | EvalAltResult::ErrorVariableNotFound(..)
                | EvalAltResult::ErrorPropertyNotFound(..)
        ));
        Failure { why, unknown }
    }
}
