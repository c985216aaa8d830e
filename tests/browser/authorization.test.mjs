// Roles and policies: the matrix, members of roles, explanations, and what the rules tab says of them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { api, openConsole, textOf, until, visit } from "./kit.mjs";

const { server, browser } = await openConsole();
const people = {};
await furnish();

const drawer = () => browser.page.locator("dialog.drawer");
const cell = (object, subject, action) => browser.page.locator(`#matrix tbody[data-object="${object}"] tr[data-subject="${subject}"] td[data-action="${action}"]`);

test("a policy is added in the matrix, works for a caller, is changed and removed", async () => {
  const { page, problems } = browser;
  assert.equal((await titles("Ada")).status, 403, "nobody may list before there is a line");
  await open("/_/authorization");
  assert.match(await textOf(page, "#matrix-frame .empty"), /No policies yet/);
  await page.click("#new-policy");
  await drawer().locator("[data-error=subject] input").fill("editor");
  await drawer().locator("[data-error=object] select").selectOption("posts");
  await drawer().locator("[data-error=action] select").selectOption("read");
  await drawer().locator("[data-rule=rule] textarea").fill("open = true");
  await drawer().locator("[data-error=fields] label", { hasText: "title" }).click();
  assert.equal(await textOf(page, "dialog .gist-line"), "Whoever has the role editor may list and view only the field title of records of posts where open = true.");
  await save("Add policy");
  const line = cell("posts", "role:editor", "list").locator("button.policy-line");
  assert.match(await line.textContent(), /allow.*read.*open = true.*title/);
  assert.equal(await cell("posts", "role:editor", "view").locator("button.policy-line").count(), 1, "read is list and view");
  assert.equal(await cell("posts", "role:editor", "update").locator("button.policy-line").count(), 0);
  await until(() => line.evaluate((it) => it === document.activeElement), () => "what was added never got the focus");

  assert.equal((await titles("Ada")).status, 403, "Ada is no editor yet");
  await api(server, "POST", "/collections/_roles/records", { member: `users/${people.Ada.id}`, role: "role:editor" });
  assert.deepEqual(await titles("Ada"), { status: 200, titles: ["Post 0", "Post 2"], keys: "collectionId,collectionName,id,title" });

  // Another line from a cell knows who, what and which collection.
  await cell("posts", "role:editor", "list").locator("button.add").focus();
  await page.keyboard.press("Enter");
  await drawer().locator("label", { hasText: "Deny" }).click();
  await drawer().locator("[data-rule=rule] textarea").fill("title = 'Post 2'");
  await page.keyboard.press("Control+s");
  await drawer().waitFor({ state: "detached" });
  await until(async () => (await cell("posts", "role:editor", "list").locator("button.policy-line.deny").count()) === 1);
  assert.deepEqual((await titles("Ada")).titles, ["Post 0"]);

  await cell("posts", "role:editor", "list").locator("button.policy-line.deny").click();
  await drawer().locator("text=Remove").click();
  await page.locator("dialog.box .button.danger").click();
  await until(async () => (await cell("posts", "role:editor", "list").locator("button.policy-line.deny").count()) === 0);
  await line.click();
  await drawer().locator("[data-rule=rule] textarea").fill("");
  await save("Save changes");
  await until(async () => (await titles("Ada")).titles.length === 4);
  assert.deepEqual(problems, []);
});

test("what the server refuses stands beside its input", async () => {
  const { page } = browser;
  await open("/_/authorization?collection=posts");
  await page.click("#new-policy");
  await drawer().locator("[data-error=subject] input").fill("two words");
  const rule = drawer().locator("[data-rule=rule]");
  await rule.locator("textarea").fill("open = true && nosuch = 1");
  await rule.locator(".wrong").waitFor();
  assert.equal(await rule.locator(".wrong pre mark").textContent(), "nosuch", "the server reads along");
  await rule.locator("textarea").fill("open = true && neither = 1");
  const [answer] = await Promise.all([page.waitForResponse((it) => it.url().endsWith("/_policies/records") && it.request().method() === "POST"), drawer().locator("text=Add policy").click()]);
  await drawer().locator("[data-error=subject] p.error:visible").waitFor();
  const { code, params } = (await answer.json()).data.rule;
  assert.deepEqual([answer.status(), code, params], [400, "validation_invalid_rule", { start: 15, end: 22 }]);
  assert.match(await textOf(page, "dialog [data-error=subject] p.error"), /role:NAME/);
  assert.equal(await drawer().locator("[data-error=subject] input").getAttribute("aria-invalid"), "true");
  assert.equal(await rule.locator(".wrong pre mark").textContent(), "neither", "the caret is under the wrong token");
  assert.equal(await drawer().locator("[data-error=object] p.error:visible").count(), 0);
  assert.equal((await policies()).length, 1, "nothing was saved");
  await page.keyboard.press("Escape");
  await page.locator("dialog.box").waitFor();
  await page.keyboard.press("Enter");
  await drawer().waitFor({ state: "detached" });
});

test("the matrix is filtered by subject and collection, and pages through many lines", async () => {
  const { page, problems } = browser;
  const made = [];
  for (let at = 0; at < 120; at++) made.push({ method: "POST", url: "/api/collections/_policies/records", body: { subject: `role:r${Math.floor(at / 3)}`, object: "notes", action: ["list", "view", "update"][at % 3] } });
  await api(server, "PATCH", "/settings", { batch: { enabled: true, maxRequests: 200 } });
  await api(server, "POST", "/batch", { requests: made });
  await open("/_/authorization?collection=notes");
  assert.equal(await textOf(page, "#pager-total"), "120 policies");
  const rows = page.locator("#matrix tr[data-subject]");
  assert.ok(await rows.count() < 25, "a page of them is drawn");
  // 50 lines end in the middle of a row of three: it is whole on both pages.
  const wholeRows = async () => (await rows.evaluateAll((all) => all.map((row) => row.querySelectorAll("button.policy-line").length))).every((count) => count === 3);
  assert.ok(await wholeRows());
  await page.click("#page-next");
  await until(async () => (await textOf(page, "#page-number")) === "Page 2 of 3");
  assert.ok(await wholeRows());
  await page.fill("#filter", "role:r39");
  await until(async () => (await rows.count()) === 1);
  assert.match(page.url(), /subject=role%3Ar39/);
  await page.selectOption("#object", "posts");
  await until(async () => (await rows.count()) === 0);
  assert.equal(await page.locator('tbody[data-object="posts"] .own').count(), 1, "the collection's own rules are there");
  await page.goBack();
  await until(async () => (await rows.count()) === 1);
  assert.deepEqual(problems, []);
});

test("members come to a role and go, directly and through other roles", async () => {
  const { page, problems } = browser;
  await open("/_/authorization/roles?role=editor");
  const member = (subject) => page.locator(`#members tr[data-member="${subject}"]`);
  await member(`users/${people.Ada.id}`).waitFor();
  assert.match(await member(`users/${people.Ada.id}`).textContent(), /Ada.*direct/);

  await page.locator("#member-form select").nth(1).selectOption("users");
  await page.locator("#member-form .record-choice button").first().click();
  // Ids are searched, too: none has a dash.
  await page.fill("dialog input[type=search]", "Bo-");
  await until(async () => (await page.locator("dialog .choices label").allInnerTexts()).join().startsWith("Bo-"));
  await page.click("dialog .choices label");
  await page.click("dialog .button.primary");
  await page.click("#add-member");
  await member(`users/${people.Bo.id}`).waitFor();
  await page.locator("#member-form select").first().selectOption("role");
  await page.fill("#member-form input", "chief");
  await page.click("#add-member");
  await member("role:chief").waitFor();

  // A role that would be a member of itself is refused, and the input says so.
  await open("/_/authorization/roles?role=chief");
  await page.locator("#member-form select").first().selectOption("role");
  await page.fill("#member-form input", "editor");
  await page.click("#add-member");
  await page.locator("#member-form p.error:visible").waitFor();
  assert.match(await textOf(page, "#member-form p.error"), /member of itself/);
  await page.locator("#member-form select").first().selectOption("any");
  await page.locator("#member-form select").nth(1).selectOption("staff");
  await page.click("#add-member");
  await member("staff/*").waitFor();

  await open("/_/authorization/roles?role=editor");
  await member("staff/*").waitFor();
  assert.match((await member("staff/*").textContent()).replace(/\s+/g, " "), /through role:chief.*role:editor/);
  assert.equal(await member("staff/*").locator("text=Remove").count(), 0, "what is inherited is removed where it is");
  await member(`users/${people.Bo.id}`).locator("text=Remove").click();
  await page.locator("dialog.box .button.danger").click();
  await member(`users/${people.Bo.id}`).waitFor({ state: "detached" });
  const lines = (await api(server, "GET", "/collections/_roles/records")).items.map((it) => `${it.member} ${it.role}`).sort();
  assert.deepEqual(lines, ["role:chief role:editor", "staff/* role:chief", `users/${people.Ada.id} role:editor`].sort());
  assert.deepEqual(problems, []);
});

test("an explanation says what was decided, by which lines, and why", async () => {
  const { page, problems } = browser;
  const clerk = people.clerk.id;
  await api(server, "POST", "/collections/_policies/records", { subject: "*", object: "posts", action: "view", effect: "deny", rule: "open != true && @request.auth.id != ''" });
  await open("/_/authorization/explain");
  await page.locator("[data-error=auth] select").first().selectOption("record");
  await page.locator("[data-error=auth] select").nth(1).selectOption("staff");
  await page.locator("[data-error=auth] .record-choice button").first().click();
  await page.locator("dialog .choices label").first().click();
  await page.click("dialog .button.primary");
  await page.selectOption("#collection", "posts");
  await page.click("#ask");
  await page.locator('.verdict[data-decision="conditional"]').waitFor();
  assert.match(await textOf(page, ".verdict"), /Depends on the record/);

  const { items } = await api(server, "GET", "/collections/posts/records?sort=title");
  for (const [post, decision, word] of [[items[0], "allow", "Allowed"], [items[1], "deny", "Denied"]]) {
    await open(`/_/authorization/explain?${new URLSearchParams({ subject: `staff/${clerk}`, collection: "posts", action: "view", record: post.id })}`);
    await page.locator(`.verdict[data-decision="${decision}"]`).waitFor();
    assert.match(await textOf(page, ".verdict h2"), new RegExp(word));
  }
  const allowed = page.locator('.deciding li[data-source="policy"]', { hasText: "allow" });
  assert.match((await allowed.textContent()).replace(/\s+/g, " "), /holds.*Clerk.*role:chief.*role:editor/, "the way to the role is there");
  const denied = page.locator(".deciding li", { hasText: "deny" });
  assert.equal(await denied.getAttribute("data-holds"), "true");
  assert.match(await denied.textContent(), new RegExp(`"${clerk}" != ''|"${clerk}" != ""`), "the rule is shown with its values");
  assert.equal(await page.locator("#answer details[open]").count(), 0, "filter and statement are folded away");
  await page.locator("#answer details summary").last().click();
  assert.match(await page.locator("#answer details[open] pre").textContent(), /select/i);

  // What is wrong with the request is said at its input.
  await page.selectOption("#action", "update");
  await page.fill("[data-error=data] textarea", "{broken");
  await page.click("#ask");
  await page.locator("[data-error=data] p.error:visible").waitFor();
  await page.fill("[data-error=data] textarea", "[1]");
  await page.click("#ask");
  await until(async () => /object/.test(await textOf(page, "[data-error=data] p.error")));
  assert.deepEqual(problems, []);
});

test("from a record to who can see it, and why", async () => {
  const { page, problems } = browser;
  await page.goto(`${server.url}/_/collections/posts/records?filter=${encodeURIComponent('title = "Post 0"')}`);
  await page.locator("#grid tbody tr[tabindex]").first().click();
  await drawer().locator("[aria-label=More]").click();
  await Promise.all([page.waitForURL("**/authorization/who?**"), page.click("text=Who can see it?")]);
  await page.locator("[role=status]", { hasText: " can." }).waitFor();
  const decision = async (subject) => (await textOf(page, `.answers tr[data-subject="${subject}"] td`)).trim();
  assert.equal(await decision("@guest"), "Denied");
  assert.equal(await decision(`users/${people.Ada.id}`), "Allowed");
  assert.equal(await decision(`staff/${people.clerk.id}`), "Allowed", "a member of a role through another role and a whole collection");
  assert.equal(await decision(`users/${people.Bo.id}`), "Denied", "the deny for everyone speaks of Bo too");
  assert.match(await textOf(page, "#answer .remarks"), /Superusers can do everything/);
  await Promise.all([page.waitForURL("**/authorization/explain?**"), page.click(`.answers tr[data-subject="users/${people.Bo.id}"] a`)]);
  await page.locator('.verdict[data-decision="deny"]').waitFor();
  assert.deepEqual(problems, []);
});

test("the rules tab says what policies add, and opens them", async () => {
  const { page, problems } = browser;
  await visit(page, server, "/_/collections/posts/schema#rules");
  const added = (action) => page.locator(`[data-added="${action}"]`);
  await added("list").locator("button.policy-line").waitFor();
  assert.match(await added("list").textContent(), /editor.*allow/);
  assert.equal(await added("view").locator("button.policy-line").count(), 2);
  assert.match(await added("delete").textContent(), /No policy speaks of this/);
  await added("delete").locator("button", { hasText: "Add a policy" }).click();
  await drawer().locator("[data-error=subject] select").first().selectOption("auth");
  await save("Add policy");
  await added("delete").locator("button.policy-line").waitFor();
  const line = (await policies()).find((it) => it.subject === "@auth");
  assert.deepEqual([line.object, line.action, line.effect], ["posts", "delete", "allow"]);
  await added("delete").locator("button.policy-line").click();
  await drawer().locator("[data-error=note] input").fill("for now");
  await save("Save changes");
  await until(async () => (await policies()).some((it) => it.note === "for now"));
  assert.deepEqual(problems, []);
});

test("on a narrow screen nothing is wider than the screen, by day and by night", async () => {
  const { page, problems } = browser;
  await page.setViewportSize({ width: 400, height: 800 });
  const { items: [post] } = await api(server, "GET", "/collections/posts/records?perPage=1");
  for (const colorScheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme });
    for (const path of ["", "?collection=posts", "/roles?role=editor", `/explain?collection=posts&record=${post.id}`, `/who?collection=posts&record=${post.id}`]) {
      await page.goto(`${server.url}/_/authorization${path}`);
      await page.waitForLoadState("networkidle");
      const wide = await page.evaluate(() => [...document.querySelectorAll(".main, .grid-frame, .page")].filter((it) => it.scrollWidth > it.clientWidth).map((it) => it.className));
      assert.deepEqual(wide, [], path);
    }
  }
  assert.deepEqual(problems, []);
});

async function open(path) {
  await browser.page.goto(server.url + path);
  await until(async () => (await browser.page.locator("main [aria-busy]").count()) === 0);
}

async function save(words) {
  await drawer().locator("button", { hasText: words }).click();
  await drawer().waitFor({ state: "detached" });
}

const policies = async () => (await api(server, "GET", '/collections/_policies/records?perPage=500&filter=(object!="notes")')).items;

/** What a caller finds in posts: the status, the titles, and the keys of the first. */
async function titles(name) {
  const answer = await fetch(`${server.url}/api/collections/posts/records?sort=title`, { headers: { authorization: people[name].token } });
  const { items } = await answer.json();
  return { status: answer.status, titles: items?.map((it) => it.title), keys: Object.keys(items?.[0] ?? {}).sort().join() };
}

async function furnish() {
  await api(server, "POST", "/collections", { name: "posts", type: "base", fields: [{ type: "text", name: "title", presentable: true }, { type: "text", name: "secret" }, { type: "bool", name: "open" }] });
  await api(server, "POST", "/collections", { name: "notes", type: "base", fields: [{ type: "text", name: "text" }] });
  await api(server, "POST", "/collections", { name: "staff", type: "auth", fields: [{ type: "text", name: "name" }] });
  for (let at = 0; at < 4; at++) await api(server, "POST", "/collections/posts/records", { title: `Post ${at}`, secret: "s", open: at % 2 === 0 });
  for (const [collection, key, name] of [["users", "Ada", "Ada"], ["users", "Bo", "Bo-Lin"], ["staff", "clerk", "Clerk"]]) {
    const account = { email: `${key.toLowerCase()}@example.com`, password: "abcd12345" };
    await api(server, "POST", `/collections/${collection}/records`, { name, ...account, passwordConfirm: account.password });
    const { record, token } = await api(server, "POST", `/collections/${collection}/auth-with-password`, { identity: account.email, password: account.password });
    people[key] = { id: record.id, token };
  }
}
