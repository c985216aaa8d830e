// The grid while records change, and the page about who listens.

import assert from "node:assert/strict";
import { test } from "node:test";
import { api, openConsole, textOf, until } from "./kit.mjs";

const { server, browser } = await openConsole();

const ROWS = "#grid tbody tr[tabindex]";
const row = (id) => `#grid tbody tr[data-id="${id}"]`;
const board = (title, width) => api(server, "POST", "/collections/boards/records", { title, width });
await api(server, "POST", "/collections", { name: "boards", type: "base", listRule: "", viewRule: "", fields: [{ type: "text", name: "title" }, { type: "number", name: "width" }] });
for (let at = 1; at <= 40; at++) await board(`Board ${at}`, at);

const change = (id, body) => api(server, "PATCH", `/collections/boards/records/${id}`, body);

/** Opens the grid and waits until it follows the changes; where that took its time, it is loaded once more. */
async function open(query = "") {
  await browser.page.goto(`${server.url}/_/collections/boards/records${query}`);
  await browser.page.waitForSelector('#live-switch[data-state="on"]');
  await browser.page.waitForSelector("#grid-frame:not([aria-busy])");
}

const find = async (title) => (await api(server, "GET", `/collections/boards/records?filter=${encodeURIComponent(`title="${title}"`)}`)).items[0];

test("a changed row changes where it stands", async () => {
  const { page, problems } = browser;
  const { id } = await find("Board 35");
  await open();
  const place = (await page.locator(ROWS).evaluateAll((rows) => rows.map((it) => it.dataset.id))).indexOf(id);
  await page.locator(row(id)).focus();
  await change(id, { width: 3500 });
  await until(async () => /3,?500/.test(await textOf(page, row(id))));
  assert.equal(await page.locator(`${row(id)} td.glow`).count(), 1, "the cell that changed is marked, the others are not");
  const after = await page.locator(ROWS).evaluateAll((rows) => rows.map((it) => it.dataset.id));
  assert.equal(after.indexOf(id), place);
  assert.equal(await page.evaluate(() => document.activeElement.dataset.id), id, "the row keeps the focus");
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue("dialog.drawer [data-error=width] input"), "3500", "what is opened is new, too");
  await page.keyboard.press("Escape");
  assert.deepEqual(problems, []);
});

test("new records come in on top of the first page, and are offered elsewhere", async () => {
  const { page, problems } = browser;
  await open();
  await until(async () => (await textOf(page, "#pager-total")) === "40 records");
  await board("Fresh", 1);
  await until(async () => (await textOf(page, `${ROWS}:first-child`)).includes("Fresh"));
  assert.equal(await page.locator(ROWS).count(), 30, "the page is as long as it was");
  assert.equal(await textOf(page, "#pager-total"), "41 records");

  await open("?sort=title");
  const before = await page.locator(ROWS).allInnerTexts();
  for (const title of ["A first", "A second"]) await board(title, 2);
  await page.locator(".news-button", { hasText: "2 new records" }).waitFor();
  assert.deepEqual(await page.locator(ROWS).allInnerTexts(), before, "nothing jumps");
  await page.click(".news-button");
  await until(async () => (await textOf(page, `${ROWS}:first-child`)).includes("A first"));
  assert.equal(await page.locator("#news").isVisible(), false);
  assert.deepEqual(problems, []);
});

test("a deleted row fades and stays until the page is loaded", async () => {
  const { page, problems } = browser;
  const { id } = await board("Short-lived", 9);
  await open();
  await page.locator(`${row(id)} input`).check();
  assert.equal(await textOf(page, "#picked-count"), "1 record selected");
  await api(server, "DELETE", `/collections/boards/records/${id}`);
  await page.waitForSelector(`${row(id)}.gone`);
  assert.equal(await page.locator("#picked").isVisible(), false, "it is not selected any more");
  assert.equal(await page.locator(`${row(id)} input`).isDisabled(), true);
  await page.click("#reload");
  await page.waitForSelector(row(id), { state: "detached" });
  assert.deepEqual(problems, []);
});

test("a filter lets only those in that fit", async () => {
  const { page } = browser;
  await open(`?filter=${encodeURIComponent("width > 5000")}`);
  await page.locator(".empty").waitFor();
  await board("Narrow", 10);
  await board("Broad", 6000);
  await until(async () => (await page.locator(ROWS).count()) === 1);
  assert.match(await textOf(page, ROWS), /Broad/);
  assert.equal(await page.locator(".empty").count(), 0);
  await page.fill("#filter", "width > 7000");
  await page.press("#filter", "Enter");
  await page.locator(".empty").waitFor();
  await board("Broad as well", 6500);
  await board("Broadest", 8000);
  await until(async () => (await page.locator(ROWS).count()) === 1);
  assert.match(await textOf(page, ROWS), /Broadest/);
});

test("nothing is missed between a page and its following, however slow that is", async () => {
  const { page } = browser;
  await open();
  const slowly = async (route) => { await new Promise((done) => setTimeout(done, 1500)); await route.continue(); };
  await page.route("**/_/api/realtime", slowly);
  await page.fill("#filter", "width > 8500");
  await page.press("#filter", "Enter");
  await page.locator(".empty").waitFor();
  await board("Between", 9000);
  await until(async () => (await page.locator(ROWS).count()) === 1);
  await page.unroute("**/_/api/realtime", slowly);
  assert.match(await textOf(page, ROWS), /Between/);
  await page.waitForSelector('#live-switch[data-state="on"]');
  await change((await find("Between")).id, { width: 9100 });
  await until(async () => /9,?100/.test(await textOf(page, ROWS)));
  assert.equal(await page.locator(`${ROWS}.misfit`).count(), 0);

  // What is there already does not move, and keeps the focus.
  await page.route("**/_/api/realtime", slowly);
  await page.goto(`${server.url}/_/collections/boards/records`);
  await page.locator(`${ROWS}:nth-child(3)`).focus();
  await page.waitForSelector('#live-switch[data-state="on"]');
  await page.waitForSelector("#grid-frame:not([aria-busy])");
  await page.unroute("**/_/api/realtime", slowly);
  assert.equal(await page.locator(`${ROWS}:nth-child(3):focus`).count(), 1);
});

test("after a filter that is wrong, one that is right is followed", async () => {
  const { page } = browser;
  await open();
  await page.fill("#filter", "width >");
  await page.press("#filter", "Enter");
  await page.locator("#filter-error").waitFor();
  await page.fill("#filter", "width > 9500");
  await page.press("#filter", "Enter");
  await page.locator(".empty").waitFor();
  await page.waitForSelector('#live-switch[data-state="on"]');
  await board("Mended", 9600);
  await until(async () => (await page.locator(ROWS).count()) === 1);
  assert.match(await textOf(page, ROWS), /Mended/);
});

test("a change decides anew who fits the filter", async () => {
  const { page, problems } = browser;
  const shown = () => page.locator(ROWS).evaluateAll((rows) => rows.map((it) => it.dataset.id));
  const ids = [];
  for (const width of [300, 100, 320, 110, 340]) ids.push((await board(`Plank ${width}`, width)).id);
  const [third, second, between, hidden, first] = ids;
  await open(`?filter=${encodeURIComponent('title ~ "Plank" && width > 200')}`);
  assert.deepEqual(await shown(), [first, between, third]);
  await until(async () => (await textOf(page, "#pager-total")) === "3 records");

  await change(between, { width: 20 });
  await page.waitForSelector(`${row(between)}.misfit`);
  assert.deepEqual(await shown(), [first, between, third], "it stays where it stands");
  assert.equal(await textOf(page, "#pager-total"), "2 records");
  await change(between, { width: 400 });
  await page.waitForSelector(`${row(between)}:not(.misfit)`);
  assert.equal(await textOf(page, "#pager-total"), "3 records");

  await change(second, { width: 250 });
  await page.waitForSelector(row(second));
  assert.deepEqual(await shown(), [first, between, second, third], "it comes in at its place");
  assert.equal(await textOf(page, "#pager-total"), "4 records");
  assert.equal(await page.locator(`${ROWS}.misfit`).count(), 0);

  // What is deleted after it stopped fitting is counted once; what is not for this page stays away.
  await change(second, { width: 1 });
  await page.waitForSelector(`${row(second)}.misfit`);
  await api(server, "DELETE", `/collections/boards/records/${second}`);
  await page.waitForSelector(`${row(second)}.gone`);
  assert.equal(await textOf(page, "#pager-total"), "3 records");

  // While somebody selects, it is offered.
  await page.locator(`${row(third)} input`).check();
  await change(hidden, { width: 500 });
  await page.locator(".news-button", { hasText: "1 new record" }).waitFor();
  assert.equal(await page.locator(row(hidden)).count(), 0);
  await change(hidden, { width: 5 });
  await page.locator(".news-button").waitFor({ state: "hidden" });
  await page.click("#reload");
  await until(async () => (await page.locator("tr.gone").count()) === 0);
  assert.deepEqual(await shown(), [first, between, third], "what is loaded is what was shown");
  assert.deepEqual(problems, []);
});

test("a change on another page does not disturb this one", async () => {
  const { page } = browser;
  await page.evaluate(() => localStorage.setItem("purlin-per-page", "2"));
  await open(`?filter=${encodeURIComponent('title ~ "Plank" && width > 200')}`);
  const before = await page.locator(ROWS).evaluateAll((rows) => rows.map((it) => it.dataset.id));
  assert.equal(before.length, 2);
  const asked = page.waitForResponse((response) => response.url().includes("fields=id") && response.url().includes("sort="));
  const { id } = await find("Plank 300");
  await change(id, { width: 301 });
  await asked;
  // The next change is shown after what the answer led to.
  await change(before[0], { width: 999 });
  await until(async () => /999/.test(await textOf(page, row(before[0]))));
  assert.deepEqual(await page.locator(ROWS).evaluateAll((rows) => rows.map((it) => it.dataset.id)), before);
  assert.equal(await page.locator("#news").isVisible(), false);
  await page.evaluate(() => localStorage.removeItem("purlin-per-page"));
});

test("the switch is remembered", async () => {
  const { page } = browser;
  await open();
  await page.locator("#live").uncheck();
  assert.equal(await page.getAttribute("#live-switch", "data-state"), "off");
  await page.reload();
  await page.waitForSelector('#live-switch[data-state="off"]');
  assert.equal(await page.locator("#live").isChecked(), false);
  const { id } = await board("Unseen", 4);
  await page.locator("#live").check();
  await page.locator(row(id)).waitFor();
  await page.waitForSelector('#live-switch[data-state="on"]');
  await page.goto(`${server.url}/_/collections/_superusers/records`);
  await page.waitForSelector("#grid-frame:not([aria-busy])");
});

test("the page Realtime shows who listens to what", async () => {
  const { page, problems } = browser;
  const leave = await subscribe(`boards/*?options=${encodeURIComponent(JSON.stringify({ query: { filter: "width > 10" } }))}`);
  await page.goto(`${server.url}/_/realtime`);
  await page.locator(".listing tbody tr", { hasText: "boards/* where width > 10" }).waitFor();
  assert.match(await textOf(page, ".listing tbody tr"), /_superusers/);
  for (let at = 0; at < 5; at++) await board("Told", 11);
  await until(async () => Number(await textOf(page, ".listing tbody tr td:nth-child(6)")) >= 5);
  leave();
  await page.locator(".listing tbody tr", { hasText: "where width > 10" }).waitFor({ state: "detached" });
  assert.deepEqual(problems, []);
});

/** Listens to a topic gives what ends it. */
async function subscribe(topic) {
  const gone = new AbortController();
  const stream = await fetch(`${server.url}/api/realtime`, { signal: gone.signal });
  const { value } = await stream.body.getReader().read();
  const { clientId } = JSON.parse(/^data:(.*)$/m.exec(new TextDecoder().decode(value))[1]);
  await api(server, "POST", "/realtime", { clientId, subscriptions: [topic] });
  return () => gone.abort();
}
