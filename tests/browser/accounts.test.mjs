// Console accounts: an editor who is no superuser sees and does what the lines allow, and is out
// when the role is gone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { api, openConsole, textOf, until, visit } from "./kit.mjs";

const PASSWORD = "correct horse 43";
const ROWS = "#grid tbody tr[tabindex]";
let role;
const { server, browser } = await openConsole({ signIn: false });
const line = (it) => api(server, "POST", "/collections/_policies/records", { subject: "role:editor", effect: "allow", ...it });
await furnish();

test("without lines for the console the form is that of superusers", async () => {
  const { page } = browser;
  await page.goto(`${server.url}/_/login`);
  assert.equal(await page.locator("#collection").count(), 0);
  await line({ action: "read", object: "@console" });
  await page.reload();
  assert.deepEqual(await page.locator("#collection option").allTextContents(), ["Superusers", "staff"]);
  assert.equal(await page.inputValue("#collection"), "");
});

test("a wrong password and no right to the console are told alike", async () => {
  const { page } = browser;
  const told = [];
  for (const [name, password] of [["editor", "quite another"], ["guest", PASSWORD], ["nobody", PASSWORD]]) {
    await fillIn(name, password);
    await Promise.all([page.waitForURL("**/_/session"), page.click("button.primary")]);
    told.push(await textOf(page, "[role=alert]"));
    assert.equal(await page.inputValue("#collection"), "staff");
  }
  assert.deepEqual(new Set(told), new Set(["The e-mail address or the password is not right."]));
  assert.equal((await browser.context.cookies()).some(({ name }) => name === "purlin_console"), false);
});

test("the editor sees posts, and of them what the lines name", async () => {
  const { page, problems } = browser;
  await signIn();
  assert.deepEqual(await page.locator("#side-list > ul a").allTextContents(), ["posts"]);
  assert.deepEqual(await page.locator(".side-main a").allTextContents(), ["Collections"]);
  assert.equal(await page.locator("text=New collection").count(), 0);
  assert.equal(await page.locator("text=Adopt tables").count(), 0);
  assert.equal(await page.locator("text=Fields and rules").count(), 0);

  await page.click("#cards h2 a");
  await until(async () => (await page.locator(ROWS).count()) === 2);
  const heads = await page.locator("#grid th[aria-sort], #grid th:not(.pick)").allTextContents();
  assert.deepEqual(heads, ["id", "title", "price"]);
  assert.equal((await textOf(page, "#grid")).includes("inside"), false);
  assert.equal(await page.locator("#new-record, #grid input[type=checkbox], .bar-end a").count(), 0);
  assert.deepEqual(problems, []);
});

test("the editor edits a post, where the lines say so", async () => {
  const { page, problems } = browser;
  await page.locator(ROWS).filter({ hasText: "Roof" }).click();
  const field = (name) => page.locator(`dialog [data-error=${name}]`).locator("input, textarea").first();
  assert.equal(await field("price").isDisabled(), true, "price can only be read");
  assert.equal(await field("notes").count(), 0);
  await field("title").fill("Roof and rafters");
  await page.click("dialog button.primary");
  await until(async () => (await textOf(page, "#grid")).includes("Roof and rafters"));
  const { items } = await api(server, "GET", "/collections/posts/records?filter=price=7");
  assert.deepEqual([items[0].title, items[0].notes], ["Roof and rafters", "inside"]);

  await page.locator(ROWS).first().click();
  await page.click("dialog [aria-label=More]");
  assert.deepEqual(await page.locator(".pop button, .pop a").allTextContents(), ["Copy id", "Copy as JSON"]);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  assert.deepEqual(problems, []);
});

test("pages without the right answer 403, and open once a line says so", async () => {
  const { page } = browser;
  for (const path of ["/_/settings", "/_/logs", "/_/adopt", "/_/new-collection", "/_/collections/posts/schema", "/_/realtime", "/_/cache", "/_/nodes"]) {
    const answer = await page.goto(server.url + path);
    assert.equal(answer.status(), 403, path);
    assert.equal(await textOf(page, "h1"), "Not for this account");
  }
  assert.equal((await page.goto(`${server.url}/_/collections/staff/records`)).status(), 404);

  await line({ action: "read", object: "@console/settings" });
  assert.equal((await page.goto(`${server.url}/_/settings`)).status(), 200);
  await page.locator("#application input").first().waitFor();
  assert.equal(await page.locator("#application input:enabled, #save, #datasources").count(), 0);
  assert.deepEqual(await page.locator(".side-main a").allTextContents(), ["Collections", "Settings"]);
});

test("when the role is gone, the next click leads to the sign-in", async () => {
  const { page } = browser;
  await visit(page, server, "/_/collections/posts/records");
  await until(async () => (await page.locator(ROWS).count()) === 2);
  // Before it listens, the page itself may be the next to ask.
  await page.waitForSelector('#live-switch[data-state="on"]');
  await api(server, "DELETE", `/collections/_roles/records/${role}`);
  await Promise.all([page.waitForURL("**/_/login?next=**"), page.click("#reload")]);
  await page.goto(`${server.url}/_/`);
  assert.equal(new URL(page.url()).pathname, "/_/login", "not in a circle");
});

/** Posts, an editor and a colleague without a role, and what editors may. */
async function furnish() {
  await api(server, "PATCH", "/collections/users", { listRule: null, viewRule: null, createRule: null });
  await api(server, "POST", "/collections", { name: "staff", type: "auth" });
  await api(server, "POST", "/collections", { name: "posts", fields: [
    { name: "title", type: "text" }, { name: "price", type: "number" }, { name: "notes", type: "text" },
  ] });
  await api(server, "POST", "/collections/posts/records", { title: "Roof", price: 7, notes: "inside" });
  await api(server, "POST", "/collections/posts/records", { title: "Wall", price: 8, notes: "inside" });
  for (const name of ["editor", "guest"]) {
    const made = { email: `${name}@example.com`, password: PASSWORD, passwordConfirm: PASSWORD };
    const { id } = await api(server, "POST", "/collections/staff/records", made);
    if (name === "editor") {
      ({ id: role } = await api(server, "POST", "/collections/_roles/records", { member: `staff/${id}`, role: "role:editor" }));
    }
  }
  await line({ action: "read", object: "posts", fields: ["title", "price"] });
  await line({ action: "update", object: "posts", fields: ["title"] });
}

async function fillIn(name, password) {
  const { page } = browser;
  await page.goto(`${server.url}/_/login`);
  await page.selectOption("#collection", "staff");
  await page.fill("#email", `${name}@example.com`);
  await page.fill("#password", password);
}

async function signIn() {
  const { page } = browser;
  await fillIn("editor", PASSWORD);
  await Promise.all([page.waitForURL("**/_/"), page.click("button.primary")]);
}
