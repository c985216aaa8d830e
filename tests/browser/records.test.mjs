// Records: the grid with filter, sorting, paging and columns; create, change and delete; keyboard.

import assert from "node:assert/strict";
import { test } from "node:test";
import { api, openConsole, textOf, until } from "./kit.mjs";

const { server, browser } = await openConsole();
await furnish();

const ROWS = "#grid tbody tr[tabindex]";

test("the grid filters, sorts and pages", async () => {
  const { page, problems } = browser;
  await open("books");
  assert.equal(await page.locator(ROWS).count(), 30);
  await until(async () => (await textOf(page, "#pager-total")) === "45 records");

  await page.click("#page-next");
  await until(async () => (await page.locator(ROWS).count()) === 15);
  assert.match(page.url(), /page=2/);

  await page.fill("#filter", "pages > 440");
  await page.press("#filter", "Enter");
  await until(async () => (await page.locator(ROWS).count()) === 5);

  await page.click("th [data-sort=pages]");
  await until(async () => (await column("pages"))[0] === "441");
  await page.click("th [data-sort=pages]");
  await until(async () => (await column("pages"))[0] === "445");
  assert.equal(await page.getAttribute("th[aria-sort]", "aria-sort"), "descending");

  await page.goBack();
  await until(async () => (await column("pages"))[0] === "441");
  assert.deepEqual(problems, []);
});

test("a wrong filter is explained and the rows stay", async () => {
  const { page } = browser;
  await open("books");
  await page.fill("#filter", 'title ~ "é" && nosuch = 1');
  await page.press("#filter", "Enter");
  await page.locator("#filter-error .wrong").waitFor();
  assert.equal(await page.locator("#filter-error mark").textContent(), "nosuch");
  assert.equal(await page.locator(".filter .marked-back mark").textContent(), "nosuch");
  assert.equal(await page.locator(ROWS).count(), 30);
  assert.equal(await page.getAttribute("#filter", "aria-invalid"), "true");
});

test("names are suggested while a filter is written", async () => {
  const { page } = browser;
  await open("books");
  await page.focus("#filter");
  await page.keyboard.type('pages > 1 && author.na');
  await page.locator(".suggest li", { hasText: "author.name" }).waitFor();
  await page.keyboard.press("Tab");
  assert.equal(await page.inputValue("#filter"), "pages > 1 && author.name");
  await page.keyboard.type(' = "tit');
  assert.equal(await page.locator(".suggest:visible").count(), 0, "not in quoted text");
  await page.keyboard.type('" || t');
  await page.locator(".suggest li", { hasText: "title" }).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await page.inputValue("#filter"), 'pages > 1 && author.name = "tit" || title');
  assert.equal(new URL(page.url()).search, "", "choosing a name does not send the filter");
});

test("the choice of columns stays", async () => {
  const { page } = browser;
  await open("books");
  await page.click("#columns");
  await page.locator(".pop label", { hasText: "subtitle" }).click();
  await page.keyboard.press("Escape");
  await until(async () => !(await heads()).includes("subtitle"));
  await open("books");
  assert.equal((await heads()).includes("subtitle"), false);
});

test("a record is created, with the server's errors at the inputs", async () => {
  const { page } = browser;
  await open("books");
  await page.click("#new-record");
  const drawer = page.locator("dialog.drawer");
  await drawer.locator("text=Create record").click();
  await drawer.locator("[data-error=title] p.error:visible").waitFor();
  assert.match(await drawer.locator("[data-error=title] p.error").textContent(), /blank/i);

  await drawer.locator("[data-error=title] textarea").fill("The Purlin");
  await drawer.locator("[data-error=pages] input").fill("7");
  await drawer.locator("[data-error=kind] select").selectOption("novel");
  await drawer.locator("[data-error=tags] label", { hasText: "old" }).click();
  await drawer.locator("[data-error=notes] textarea").fill("{broken");
  assert.equal(await drawer.locator("[data-error=notes] p.error:visible").count(), 1);
  await drawer.locator("[data-error=notes] textarea").fill('{"shelf": 3}');
  await drawer.locator("[data-error=bought] input").fill("2026-01-02T03:04:05");
  await drawer.locator("[data-error=place] input").first().fill("18.5");
  await drawer.locator("[data-error=lent] .switch input").check();
  await drawer.locator("[data-error=author] button", { hasText: "Choose" }).click();
  const picker = page.locator("dialog.box");
  // Ids are searched, too: none has a dash.
  await picker.locator("input[type=search]").fill("Bo-");
  await until(async () => (await picker.locator(".choices label").count()) === 1);
  await picker.locator(".choices label").click();
  await picker.locator("text=Choose").last().click();
  await drawer.locator("text=Create record").click();
  await drawer.waitFor({ state: "detached" });

  const { items } = await api(server, "GET", `/collections/books/records?filter=${encodeURIComponent('title = "The Purlin"')}&expand=author`);
  const [{ pages, kind, tags, notes, bought, place, lent, expand }] = items;
  assert.deepEqual({ pages, kind, tags, notes, bought, lent, lon: place.lon, author: expand.author.name },
    { pages: 7, kind: "novel", tags: ["old"], notes: { shelf: 3 }, bought: "2026-01-02 03:04:05.000Z", lent: true, lon: 18.5, author: "Bo-Lin" });
  await until(async () => (await textOf(page, `${ROWS}:first-child`)).includes("The Purlin"));
  assert.match(await textOf(page, `${ROWS}:first-child`), /Bo-Lin/, "the related record is named");
});

test("a record is changed; leaving unsaved work is asked about", async () => {
  const { page } = browser;
  await open("books", '?filter=title="The Purlin"');
  await page.click(`${ROWS} td:nth-child(3)`);
  const title = page.locator("dialog.drawer [data-error=title] textarea");
  assert.equal(await page.locator("text=Save changes").isDisabled(), true);
  await title.fill("The Rafter");
  await page.keyboard.press("Escape");
  await page.locator("dialog.box", { hasText: "Discard" }).waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog.box").waitFor({ state: "detached" });
  assert.equal(await title.inputValue(), "The Rafter");
  await title.focus();
  await page.keyboard.press("Control+s");
  await page.locator("dialog.drawer").waitFor({ state: "detached" });
  const { totalItems } = await api(server, "GET", `/collections/books/records?filter=${encodeURIComponent('title = "The Rafter"')}`);
  assert.equal(totalItems, 1);
});

test("the whole path by keyboard: find, filter, move, open, close, select, delete", async () => {
  const { page, problems } = browser;
  await page.goto(`${server.url}/_/`);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("book");
  await Promise.all([page.waitForURL("**/books/records"), page.keyboard.press("Enter")]);
  await page.locator(ROWS).first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("pages > 442");
  await page.keyboard.press("Enter");
  await until(async () => (await page.locator(ROWS).count()) === 3);
  await page.focus(`${ROWS}:first-child`);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.locator("dialog.drawer").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog.drawer").waitFor({ state: "detached" });
  await page.keyboard.press("Space");
  assert.equal(await textOf(page, "#picked-count"), "1 record selected");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await page.focus("#picked-delete");
  await page.keyboard.press("Enter");
  await page.locator("dialog.box").waitFor();
  await page.keyboard.press("Enter");
  await until(async () => (await page.locator(ROWS).count()) === 1);
  assert.deepEqual(problems, []);
});

test("an account is created with its password twice", async () => {
  const { page, problems } = browser;
  await open("users");
  await page.keyboard.press("n");
  const drawer = page.locator("dialog.drawer");
  await drawer.locator("[data-error=email] input").fill("new@example.com");
  await drawer.locator("[data-error=password] input").fill("abcd12345");
  await drawer.locator("[data-error=passwordConfirm] input").fill("different1");
  await drawer.locator("text=Create record").click();
  await drawer.locator("[data-error=passwordConfirm] p.error:visible").waitFor();
  await drawer.locator("[data-error=passwordConfirm] input").fill("abcd12345");
  await drawer.locator("text=Create record").click();
  await drawer.waitFor({ state: "detached" });
  const made = await api(server, "POST", "/collections/users/auth-with-password", { identity: "new@example.com", password: "abcd12345" });
  assert.equal(made.record.email, "new@example.com");
  assert.deepEqual(problems, []);
});

async function open(collection, query = "") {
  await browser.page.goto(`${server.url}/_/collections/${collection}/records${query}`);
  await until(async () => (await browser.page.getAttribute("#grid-frame", "aria-busy")) === null);
}

const heads = () => browser.page.locator("#grid thead th:not(.pick)").allInnerTexts();

async function column(name) {
  const at = (await heads()).indexOf(name);
  return browser.page.locator(`${ROWS} td:nth-child(${at + 2})`).allInnerTexts();
}

async function furnish() {
  const authors = await api(server, "POST", "/collections", { name: "authors", type: "base", fields: [{ type: "text", name: "name", presentable: true }] });
  await api(server, "POST", "/collections", { name: "books", type: "base", fields: [
    { type: "text", name: "title", required: true }, { type: "text", name: "subtitle" }, { type: "number", name: "pages" },
    { type: "select", name: "kind", values: ["novel", "manual"], maxSelect: 1 }, { type: "select", name: "tags", values: ["old", "rare"], maxSelect: 2 },
    { type: "json", name: "notes" }, { type: "date", name: "bought" }, { type: "geoPoint", name: "place" }, { type: "bool", name: "lent" },
    { type: "relation", name: "author", collectionId: authors.id, maxSelect: 1 },
  ] });
  for (const name of ["Ada", "Bo-Lin", "Cleo"]) await api(server, "POST", "/collections/authors/records", { name });
  for (let at = 1; at <= 45; at++) await api(server, "POST", "/collections/books/records", { title: `Book ${at}`, pages: 400 + at });
}
