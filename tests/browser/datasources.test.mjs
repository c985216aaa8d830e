// Several datasources: chosen when a collection is made, shown afterwards.

import assert from "node:assert/strict";
import { test } from "node:test";
import { api, openConsole, textOf, visit } from "./kit.mjs";

const { server, browser } = await openConsole({ config: '[datasources.archive]\nurl = "sqlite:archive.db"\n' });

test("a collection is made in the datasource that is chosen", async () => {
  const { page, problems } = browser;
  await visit(page, server, "/_/new-collection");
  await page.fill("#name", "letters");
  await page.selectOption("#datasource", "archive");
  // Another type is another scaffold; what was chosen is kept.
  await page.locator(".segments label", { hasText: "Auth" }).click();
  await page.waitForFunction(() => document.querySelector("#datasource")?.value === "archive");
  await page.locator(".segments label", { hasText: "Base" }).click();
  await page.click("#review");
  await Promise.all([page.waitForURL("**/letters/records"), page.click("#save")]);
  assert.equal((await api(server, "GET", "/collections/letters")).datasource, "archive");
  await visit(page, server, "/_/collections/letters/schema");
  assert.equal(await textOf(page, "#place"), "in archive");
  assert.equal(await page.locator("#datasource").count(), 0);
  await visit(page, server, "/_/");
  await page.locator('[data-name=letters] .tag[title=Datasource]').waitFor();
  assert.equal(await page.locator('[data-name=users] .tag[title=Datasource]').count(), 0);
  assert.deepEqual(problems, []);
});

test("a view is tried out where it is to be", async () => {
  const { page, problems } = browser;
  await visit(page, server, "/_/new-collection");
  await page.locator(".segments label", { hasText: "View" }).click();
  await page.fill("#name", "seen");
  await page.locator("#tab-query textarea").fill("SELECT id FROM letters");
  await page.locator("#tab-query .note.bad", { hasText: "cannot be joined" }).waitFor();
  await page.selectOption("#datasource", "archive");
  await page.locator("#tab-query", { hasText: "The query is right" }).waitFor();
  assert.deepEqual(problems, []);
});

test("the settings tell what databases there are", async () => {
  const { page, problems } = browser;
  await visit(page, server, "/_/settings#datasources");
  const archive = page.locator(".datasource[data-name=archive]");
  await archive.waitFor();
  assert.match(await archive.textContent(), /archive.*reachable.*SQLite 3\./s);
  assert.equal(await page.locator(".datasource").count(), 2);
  assert.deepEqual(problems, []);
});
