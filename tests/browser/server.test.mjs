// The pages about the running server: nodes and cache.

import assert from "node:assert/strict";
import { test } from "node:test";
import { api, openConsole, textOf, until } from "./kit.mjs";

const { server, browser } = await openConsole();

const ROWS = ".listing tbody tr";

test("the page Nodes shows who is there", async () => {
  const { page, problems } = browser;
  await page.goto(`${server.url}/_/nodes`);
  await page.locator(ROWS).waitFor();
  const [node] = (await api(server, "GET", "/nodes")).nodes;
  assert.match(await textOf(page, ROWS), new RegExp(`${node.id} ?answers you.*${node.version}`));
  assert.match(await textOf(page, ".figures"), /Nodes ?1.*Redis ?none/);
  assert.equal(await page.locator(".wide > .note:visible").count(), 0, "one node alone needs no words");
  assert.deepEqual(problems, []);
});

test("several nodes: who differs, who is behind, and that Redis is away", async () => {
  const { page, problems } = browser;
  const node = (id, more) => ({ id, here: false, started: "2026-01-02 03:04:05.000Z", seen: "2026-01-02 03:04:05.000Z", version: "1.2.3", schema: 5, address: "", clients: 1, lag: null, ...more });
  const answer = { nodes: [node("first", { here: true, lag: 3 }), node("second", { version: "1.2.4" }), node("third", { schema: 4, lag: 9000 })], redis: { url: "redis://10.0.0.9:6379", connected: false, latency: null } };
  await page.route("**/_/api/nodes", (route) => route.fulfill({ json: answer }));
  await page.goto(`${server.url}/_/nodes`);
  await until(async () => (await page.locator(ROWS).count()) === 3);
  const row = (id) => textOf(page, `tr[data-key="${id}"]`);
  assert.doesNotMatch(await row("first"), /differs|behind/);
  assert.match(await row("second"), /1\.2\.4 ?differs/);
  assert.match(await row("third"), /4 ?behind.*9,?000 ms/);
  assert.match(await textOf(page, ".wide > .note.warn"), /redis:\/\/10\.0\.0\.9:6379 does not answer/);

  // It comes back, and a node goes: the page says so by itself.
  answer.redis = { ...answer.redis, connected: true, latency: 0.4 };
  answer.nodes.pop();
  await until(async () => (await page.locator(ROWS).count()) === 2);
  assert.equal(await page.locator(".wide > .note:visible").count(), 0);
  await page.unroute("**/_/api/nodes");
  assert.deepEqual(problems, []);
});

test("the page Cache keeps, counts and forgets", async () => {
  const { page, problems } = browser;
  const { id } = await api(server, "POST", "/collections", { name: "quotes", type: "base", listRule: "", fields: [{ type: "text", name: "words" }] });
  await api(server, "POST", "/collections/quotes/records", { words: "Measure twice" });
  await page.goto(`${server.url}/_/cache`);
  const row = `tr[data-key="${id}"]`;
  const cells = async () => (await page.locator(`${row} td`).allInnerTexts()).map((text) => text.trim());
  await page.locator(`${row} [role=switch]`).click();
  await page.locator(".toast", { hasText: "kept for 60 s" }).waitFor();
  await page.fill(`${row} input[type=number]`, "90");
  await page.press(`${row} input[type=number]`, "Enter");
  await until(async () => (await api(server, "GET", "/collections/quotes")).cache?.ttl === 90);

  // The log is followed from a moment after the switch on.
  await until(async () => {
    await api(server, "GET", "/collections/quotes/records");
    const [, , , hits, , answers] = await cells();
    return Number(hits) >= 1 && Number(answers) >= 1;
  });
  assert.match((await cells())[2], /%$/);
  await page.locator(`${row} button`, { hasText: "Forget" }).click();
  await page.locator(".toast", { hasText: "are forgotten" }).waitFor();
  await page.click("#flush-all");
  await page.locator("dialog.box button", { hasText: "Forget" }).click();
  await page.locator(".toast", { hasText: "Everything" }).waitFor();
  await until(async () => (await cells())[5] === "0");

  await page.fill(`${row} input[type=number]`, "999999");
  await page.press(`${row} input[type=number]`, "Enter");
  await page.locator(".toast.bad").waitFor();
  assert.equal(await page.inputValue(`${row} input[type=number]`), "90", "what was refused is not shown");
  await page.locator(`${row} [role=switch]`).click();
  await until(async () => (await api(server, "GET", "/collections/quotes")).cache === undefined);
  await until(async () => (await cells())[3] === "—");
  assert.deepEqual(problems, []);
});
