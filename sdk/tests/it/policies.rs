//! Policies, roles and explanations.

use purlin_sdk::{Client, Decision, Effect, LineSource, Policy, Role, filter};
use serde_json::json;

use crate::server::{TestServer, create_tasks};

/// A user of the collection `users`, and a client that it is signed in to.
async fn user(server: &TestServer, superuser: &Client) -> (String, Client) {
    let (email, password) = ("ada@example.com", "correct horse");
    let form = json!({"email": email, "password": password, "passwordConfirm": password});
    let made = superuser.collection("users").create(&form).await.expect("a user");
    let client = server.guest();
    client.collection("users").auth_with_password(email, password).await.expect("signed in");
    (made.id().to_owned(), client)
}

#[tokio::test]
async fn policies_and_roles_are_made_read_changed_and_deleted() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    let mut tasks = create_tasks(&superuser).await;
    (tasks.list_rule, tasks.view_rule, tasks.update_rule) = (None, None, None);
    superuser.collections().update("tasks", &tasks).await.expect("closed");
    superuser.collection("tasks").create(&json!({"title": "one"})).await.expect("created");
    let (id, ada) = user(&server, &superuser).await;
    assert!(ada.collection("tasks").list().await.expect_err("closed").is_forbidden());

    let policies = superuser.policies();
    let read = Policy::allow("role:editor", "tasks", "read").rule("votes < 5").note("a few");
    let read = policies.create(&read).await.expect("a policy");
    assert_eq!(
        (read.id.is_empty(), read.note.as_str(), read.effect),
        (false, "a few", Effect::Allow)
    );
    let hidden = Policy::deny("*", "tasks", "read").fields(["votes"]);
    let hidden = policies.create(&hidden).await.expect("a policy");
    assert_eq!((hidden.effect, &hidden.fields[..]), (Effect::Deny, &["votes".to_owned()][..]));
    let member = format!("users/{id}");
    let role = superuser.roles().create(&Role::new(&member, "role:editor")).await.expect("a role");
    assert_eq!((role.member.as_str(), role.role.as_str()), (member.as_str(), "role:editor"));

    let seen = ada.collection("tasks").first().await.expect("allowed").expect("a task");
    assert_eq!((seen.text("title"), seen.get("votes")), ("one", None));
    let stricter = policies.update(&read.id, &read.clone().rule("votes > 5")).await;
    assert_eq!(stricter.expect("changed").rule, "votes > 5");
    assert_eq!(ada.collection("tasks").list().await.expect("allowed").items.len(), 0);

    let of_all = policies.first().filter(filter!("subject = {:who}", who = "*"));
    assert_eq!(of_all.await.expect("read"), Some(hidden.clone()));
    assert_eq!(policies.full_list().await.expect("read").len(), 2);
    superuser.roles().delete(&role.id).await.expect("deleted");
    assert!(ada.collection("tasks").list().await.expect_err("no role").is_forbidden());
    policies.delete(&hidden.id).await.expect("deleted");
    assert!(policies.one(&hidden.id).await.expect_err("gone").is_not_found());

    let wrong = policies.create(&Policy::allow("nobody", "nothing", "read")).await;
    let wrong = wrong.expect_err("names nobody and nothing");
    assert!(wrong.field("subject").is_some() && wrong.field("object").is_some(), "{wrong}");
    assert!(ada.policies().list().await.expect_err("superusers only").is_forbidden());
}

#[tokio::test]
async fn explanations_say_why() {
    let server = TestServer::start().await;
    let superuser = server.superuser().await;
    create_tasks(&superuser).await;
    let task = superuser.collection("tasks").create(&json!({"title": "one", "votes": 7})).await;
    let task = task.expect("created").id().to_owned();
    let (id, _) = user(&server, &superuser).await;
    let member = format!("users/{id}");
    let roles = superuser.roles();
    roles.create(&Role::new(&member, "role:chief")).await.expect("a role");
    roles.create(&Role::new("role:chief", "role:editor")).await.expect("a role");
    let rule = "votes > 5 && @request.query.all = ''";
    let line = Policy::deny("role:editor", "tasks", "view").rule(rule);
    let line = superuser.policies().create(&line).await.expect("a policy");

    let ask = || superuser.explain("tasks", "view").caller("users", &id);
    let why = ask().await.expect("explained");
    assert_eq!(why.decision, Decision::Conditional);
    assert!(why.lines.iter().all(|line| line.holds.is_none()), "{why:?}");

    let why = ask().record(&task).await.expect("explained");
    assert_eq!(why.decision, Decision::Deny, "{why:?}");
    assert!(!why.reason.is_empty());
    let own =
        why.lines.iter().find(|line| line.source == LineSource::Collection).expect("the rule");
    assert_eq!((own.id.as_deref(), own.effect, own.holds), (None, Effect::Allow, Some(true)));
    let deny =
        why.lines.iter().find(|known| known.id.as_ref() == Some(&line.id)).expect("the line");
    assert_eq!(deny.via, [member.as_str(), "role:chief", "role:editor"]);
    assert_eq!((deny.rule.as_str(), deny.effect, deny.holds), (rule, Effect::Deny, Some(true)));
    assert_ne!(deny.bound, "");
    assert!(why.fields.readable.is_empty() && !why.fields.unreadable.is_empty());

    let why = ask().record(&task).given_query("all", "1").await.expect("explained");
    assert_eq!(why.decision, Decision::Allow, "{why:?}");
    assert!(why.fields.readable.contains(&"title".to_owned()), "{why:?}");
    assert_ne!(why.statement.expect("a statement").text, "");

    let guest = superuser.explain("tasks", "create").data(&json!({"title": "x"})).await;
    assert_eq!(guest.expect("explained").decision, Decision::Allow);
    let wrong = superuser.explain("nothing", "view").await.expect_err("no such collection");
    assert!(wrong.is_bad_request() && wrong.field("collection").is_some(), "{wrong}");
    let own = server.guest().explain("tasks", "view").await;
    assert!(own.expect_err("superusers only").is_unauthorized());
}
