//! Under a model of the operator's own, a change of lines reaches every collection.

use std::sync::Arc;

use purlin_model::policy::Lines;
use purlin_model::{Action, Schema};

use super::super::Model;
use super::{SHIPPED, caller, lines, schema};
use crate::catalog::Snapshot;

#[tokio::test]
async fn gates_forget_what_an_older_model_matched() {
    // By this model a policy about any collection is one about all of them.
    let anywhere = SHIPPED.replace(r#"(p.obj == r.obj || p.obj == "*" && g2(r.obj, "*"))"#, "true");
    let model = Model::parse(&anywhere).await.unwrap();
    let schema = schema();
    let under = |schema: &Schema, policies: &[[&str; 5]]| -> Arc<Lines> {
        let mut all = lines(schema, policies, &[]);
        all.matcher = Some(model.matcher(schema, &all));
        Arc::new(all)
    };
    let user = caller(&schema, "users/a");
    let reaches = |snapshot: &Snapshot| {
        let gate = &snapshot.served("posts").unwrap().gate;
        snapshot.decide(&user, Action::View, gate).scope.is_some()
    };
    let mut before: Option<Snapshot> = None;
    for (policies, reached) in [
        (vec![["users/a", "staff", "view", "[]", "allow"]], true),
        (vec![["users/b", "staff", "view", "[]", "allow"]], false),
        (vec![], false),
        (vec![["users/*", "staff", "read", "[]", "allow"]], true),
    ] {
        let lines = under(&schema, &policies);
        let now = Snapshot::new(schema.clone(), Arc::default(), lines, before.as_ref());
        assert_eq!(reaches(&now), reached, "{policies:?}");
        before = Some(now);
    }
}
