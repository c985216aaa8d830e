// Collections: every field type, rules with their errors, indexes, the summary before a save.

import assert from "node:assert/strict";
import { test } from "node:test";
import { api, openConsole, textOf, visit } from "./kit.mjs";

const { server, browser } = await openConsole();

const TYPES = ["text", "editor", "number", "bool", "email", "url", "date", "autodate", "select", "relation", "file", "json", "geoPoint", "password"];

test("a collection with every field type", async () => {
  const { page, problems } = browser;
  await visit(page, server, "/_/new-collection");
  await page.fill("#name", "things");
  for (const type of TYPES) {
    await page.click("#add-field");
    await page.click(`.pop [data-type="${type}"]`);
    const field = page.locator(".field.open").last();
    await page.keyboard.type(`a_${type}`);
    if (type === "select") await field.locator("[data-option=values] textarea").fill("red\ngreen\nblue");
    if (type === "relation") await field.locator("[data-option=collectionId] select").selectOption({ label: "users" });
    if (type === "number") await field.locator("[data-option=max] input").fill("99");
    if (type === "text") await field.locator("[name=required]").check();
    await field.locator("[aria-label^=Options]").click();
  }
  await page.click("#review");
  assert.equal(await textOf(page, "dialog h2"), "What will be created");
  assert.ok(await page.locator(".changes li").count() > 0);
  await Promise.all([page.waitForURL("**/things/records"), page.click("#save")]);

  const saved = await api(server, "GET", "/collections/things");
  const byName = Object.fromEntries(saved.fields.map((field) => [field.name, field]));
  for (const type of TYPES) assert.equal(byName[`a_${type}`]?.type, type);
  assert.deepEqual(byName.a_select.values, ["red", "green", "blue"]);
  assert.equal(byName.a_number.max, 99);
  assert.equal(byName.a_text.required, true);
  assert.ok(byName.created && byName.updated, "the dates that are offered are kept");
  assert.match(await textOf(page, ".empty h2"), /No records yet/);
  assert.deepEqual(problems, []);
});

test("a wrong rule is explained under the wrong token", async () => {
  const { page } = browser;
  await visit(page, server, "/_/collections/things/schema#rules");
  const rule = page.locator("[data-rule=listRule]");
  await rule.locator(".rule-head button").click();
  await rule.locator("textarea").fill('a_text = "x" && nosuch = 1');
  await page.click("#review");
  await rule.locator(".wrong").waitFor();
  assert.equal(await rule.locator(".wrong pre mark").textContent(), "nosuch");
  const lines = (await rule.locator(".wrong pre").textContent()).split("\n");
  assert.equal(lines[1].indexOf("^"), lines[0].indexOf("nosuch"), "the caret is under the token");
  assert.equal(await rule.locator(".marked-back mark").textContent(), "nosuch");
  assert.equal(await page.locator("#to-rules .dot").count(), 1);
  assert.equal((await api(server, "GET", "/collections/things")).listRule, null, "nothing was saved");

  await rule.locator("textarea").fill('a_text = "x"');
  await page.click("#review");
  assert.match(await textOf(page, "dialog .changes"), /list/i);
  await page.click("#save");
  await page.locator(".toast", { hasText: "is saved" }).waitFor();
  assert.equal((await api(server, "GET", "/collections/things")).listRule, 'a_text = "x"');
});

test("an index is built from chosen fields", async () => {
  const { page } = browser;
  await visit(page, server, "/_/collections/things/schema#indexes");
  await page.click("#add-index");
  await page.locator("dialog label", { hasText: "a_email" }).click();
  await page.locator("dialog label", { hasText: "Unique" }).click();
  await page.click("dialog button.primary");
  await page.click("#review");
  await page.locator(".changes").waitFor();
  await page.click("#save");
  await page.locator(".toast", { hasText: "is saved" }).waitFor();
  const { indexes } = await api(server, "GET", "/collections/things");
  await visit(page, server, "/_/collections/things/schema#fields");
  assert.ok((await textOf(page, '.field[data-name="a_email"]')).includes("unique"), "the field says so too");
  await page.click("#to-indexes");
  await page.fill('[aria-label="Index 1"]', "CREATE NONSENSE");
  await page.click("#review");
  await page.locator('[data-error="indexes.0"] p.error:visible').waitFor();
  assert.equal(indexes.length, 1);
  assert.match(indexes[0], /CREATE UNIQUE INDEX .*things.*a_email/);
});

test("removing a field is announced as a loss before it happens", async () => {
  const { page } = browser;
  await visit(page, server, "/_/collections/things/schema#fields");
  await page.click('[aria-label="Remove a_url"]');
  await page.locator('.field[data-name="a_json"] input[data-key=name]').fill("renamed");
  await page.click("#review");
  await page.locator(".changes .destructive").waitFor();
  assert.match(await textOf(page, ".changes .destructive"), /a_url/);
  assert.match(await textOf(page, "#save"), /lose data/);
  await page.click('dialog button:has-text("Back")');
  assert.ok((await names()).includes("a_url"), "looking at the summary changes nothing");
  await page.click("#review");
  await page.click("#save");
  await page.locator(".toast", { hasText: "is saved" }).waitFor();
  const after = await names();
  assert.deepEqual([after.includes("a_url"), after.includes("a_json"), after.includes("renamed")], [false, false, true]);
});

test("fields are ordered by keyboard", async () => {
  const { page } = browser;
  await visit(page, server, "/_/collections/things/schema#fields");
  await page.focus('[aria-label="Move a_number"]');
  await page.keyboard.press("ArrowUp");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Move a_number");
  await page.click("#review");
  await page.locator("#save").waitFor();
  await page.click("#save");
  await page.locator(".toast", { hasText: "is saved" }).waitFor();
  const order = await names();
  assert.ok(order.indexOf("a_number") < order.indexOf("a_editor"));
});

test("a field error stands at its field", async () => {
  const { page } = browser;
  await visit(page, server, "/_/new-collection");
  await page.fill("#name", "wrong_one");
  await page.click("#add-field");
  await page.click('.pop [data-type="select"]');
  await page.click("#review");
  const error = page.locator(".field.open p.error:visible");
  await error.first().waitFor();
  assert.match(await error.first().textContent(), /blank/i);
  assert.equal(await page.locator("dialog[open]").count(), 0);
});

test("a view shows what its query gives", async () => {
  const { page } = browser;
  await visit(page, server, "/_/new-collection");
  await page.click("label:has(input[value=view])");
  await page.fill("#name", "people");
  const query = page.locator("[data-error=viewQuery] textarea");
  await query.fill("SELECT id, nosuch FROM users");
  await page.locator(".note.bad", { hasText: "nosuch" }).waitFor();
  await query.fill("SELECT id, name FROM users");
  await page.locator(".scroll-x th", { hasText: "name" }).waitFor();
  await page.click("#review");
  await Promise.all([page.waitForURL("**/people/records"), page.click("#save")]);
  assert.equal((await api(server, "GET", "/collections/people")).type, "view");
});

test("deleting a collection takes its typed name", async () => {
  const { page, problems } = browser;
  await visit(page, server, "/_/collections/people/schema");
  await page.locator(".scroll-x").waitFor();
  await page.click("#more");
  await page.click("text=Delete the collection");
  const yes = page.locator("dialog .button.danger");
  assert.equal(await yes.isDisabled(), true);
  await page.fill("dialog input", "people");
  await Promise.all([page.waitForURL("**/_/"), yes.click()]);
  await assert.rejects(api(server, "GET", "/collections/people"), /404/);
  assert.deepEqual(problems, []);
});

const names = async () => (await api(server, "GET", "/collections/things")).fields.map((field) => field.name);

test("what is logged and cached is chosen per collection", async () => {
  const { page, problems } = browser;
  await api(server, "POST", "/collections", { name: "quotes", type: "base", fields: [{ type: "text", name: "words" }] });
  const save = async () => {
    await page.click("#review");
    await Promise.all([page.waitForEvent("load"), page.click("#save")]);
    await page.waitForSelector("#schema:not([aria-busy])");
    const { cache, changeLog } = await api(server, "GET", "/collections/quotes");
    return { cache, changeLog };
  };
  const flip = (key) => page.locator(`#tab-keeping [data-error="${key}"] input[role=switch]`).click();
  await visit(page, server, "/_/collections/quotes/schema#keeping");
  await flip("cache");
  await page.fill('[data-error="cache.ttl"] input', "90");
  assert.deepEqual(await save(), { cache: { ttl: 90 }, changeLog: undefined });
  assert.equal(await page.inputValue('[data-error="cache.ttl"] input'), "90");

  // As it was, and there is nothing to save.
  for (const key of ["cache", "changeLog", "changeLog"]) await flip(key);
  await flip("cache");
  assert.equal(await page.isDisabled("#review"), true);
  for (const key of ["cache", "changeLog"]) await flip(key);
  assert.deepEqual(await save(), { cache: undefined, changeLog: false });
  await flip("changeLog");
  assert.deepEqual(await save(), { cache: undefined, changeLog: undefined });
  assert.deepEqual(problems, []);
});
