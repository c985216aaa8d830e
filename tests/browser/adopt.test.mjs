// Tables that others made: looked at, adopted, and told apart from Purlin's own.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { api, openConsole, textOf, visit } from "./kit.mjs";

const folder = mkdtempSync(join(tmpdir(), "purlin-shop-"));
const file = join(folder, "shop.db");

/** Changes the shop's database as its owners do. */
function run(text) {
  // Python has SQLite with it; the Node of Debian has not.
  const program = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=10).executescript(sys.argv[2])";
  const { status, stderr } = spawnSync("python3", ["-c", program, file, text], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
}

run(`
  CREATE TABLE countries (code CHAR(2) PRIMARY KEY NOT NULL, title TEXT NOT NULL);
  CREATE TABLE customers (
    customer_no INTEGER PRIMARY KEY, email VARCHAR(120) NOT NULL UNIQUE,
    country CHAR(2) REFERENCES countries (code), credit REAL, points INTEGER NOT NULL DEFAULT 100,
    api_token TEXT, photo BLOB
  );
  CREATE TABLE pairs (a INTEGER, b INTEGER, PRIMARY KEY (a, b));
  CREATE VIEW totals AS SELECT country AS id, count(*) AS customers FROM customers GROUP BY country;
  INSERT INTO countries VALUES ('DE', 'Germany');
  INSERT INTO customers (customer_no, email, country, credit) VALUES (7, 'ann@x.org', 'DE', NULL);
`);

after(() => rmSync(folder, { recursive: true, force: true }));
const { server, browser } = await openConsole({ config: `[datasources.shop]\nurl = "sqlite:${file}"\n` });

const card = (table) => browser.page.locator(`.table-card[data-table="${table}"]`);

test("tables are shown with the fields they would have, and adopted", async () => {
  const { page, problems } = browser;
  await visit(page, server, "/_/");
  await page.click("text=Adopt tables");
  await card("customers").locator("summary").click();
  const words = (await card("customers").textContent()).replace(/\s+/g, " ");
  for (const word of ["→ customers", "→ countries", "read only", "VARCHAR(120)", "looks like a secret"]) assert.ok(words.includes(word), `${word}: ${words}`);
  assert.match(await card("pairs").textContent(), /cannot be served.*2 columns/s);
  assert.equal(await card("pairs").locator("input").isDisabled(), true);
  assert.equal(await page.locator("#adopt").isDisabled(), true);
  await page.click("#all");
  assert.equal(await textOf(page, "#adopt"), "Adopt 3 tables");
  await card("totals").locator("input").uncheck();
  await Promise.all([page.waitForEvent("load"), page.click("#adopt")]);
  await page.locator(".toast", { hasText: "2 tables are served" }).waitFor();
  await card("customers").locator("a", { hasText: "served as customers" }).waitFor();
  assert.equal(await page.locator('#side-list [data-name=customers] [aria-label=adopted]').count(), 1);
  assert.equal(await page.locator('#side-list [data-name=users] [aria-label=adopted]').count(), 0);
  assert.deepEqual(problems, []);
});

test("what the table decides is locked, the rest is free", async () => {
  const { page, problems } = browser;
  await visit(page, server, "/_/collections/customers/schema");
  await page.locator("#adopted").waitFor();
  assert.match(await textOf(page, "#adopted-note"), /table customers of shop is served as it is/);
  assert.equal(await page.locator("#add-field").count(), 0);
  const remove = page.locator('[aria-label="Remove email"]');
  assert.equal(await remove.isDisabled(), true);
  assert.match(await remove.getAttribute("title"), /columns stay/);
  await page.click("#to-indexes");
  assert.equal(await page.locator("#add-index").count(), 0);
  assert.equal(await page.locator('[aria-label="Index 1"]').getAttribute("readonly"), "");
  await page.click("#to-fields");
  await page.locator('.field[data-name="email"] input[data-key=name]').fill("mail");
  await page.click("#review");
  await page.click("#save");
  await page.locator(".toast", { hasText: "is saved" }).waitFor();
  const saved = await api(server, "GET", "/collections/customers");
  assert.equal(saved.fields[1].name, "mail");
  assert.equal(saved.fields[1].native.column, "email");
  assert.match(saved.indexes[0], /`mail`/);
  await page.click("#more");
  assert.equal(await page.locator("text=Delete all records").count(), 0);
  assert.deepEqual(problems, []);
});

test("nulls and what the database fills in are kept apart in the form", async () => {
  const { page, problems } = browser;
  await visit(page, server, "/_/collections/customers/records");
  await page.locator(".grid tbody .nothing", { hasText: "null" }).first().waitFor();
  await page.click("text=New record");
  const input = (name) => page.locator(`dialog [data-error="${name}"] :is(input, textarea)`);
  assert.equal(await input("id").getAttribute("placeholder"), "Filled in by the database");
  await input("mail").fill("bob@x.org");
  await page.click('dialog button:has-text("Create record")');
  await page.locator(".toast", { hasText: "Record created" }).waitFor();
  const bob = await api(server, "GET", "/collections/customers/records/8");
  assert.deepEqual([bob.points, bob.credit, bob.country, bob.mail], [100, null, null, "bob@x.org"]);
  await page.locator(".grid tbody tr", { hasText: "bob@x.org" }).click();
  await input("credit").fill("3.5");
  await input("points").fill("0");
  await page.click('dialog button:has-text("Save changes")');
  await page.locator(".toast", { hasText: "Record saved" }).waitFor();
  const after = await api(server, "GET", "/collections/customers/records/8");
  assert.deepEqual([after.points, after.credit], [0, 3.5]);
  await page.locator(".grid tbody tr", { hasText: "bob@x.org" }).click();
  await input("credit").fill("");
  await page.click('dialog button:has-text("Save changes")');
  await page.locator(".toast", { hasText: "Record saved" }).last().waitFor();
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.equal((await api(server, "GET", "/collections/customers/records/8")).credit, null);
  assert.deepEqual(problems, []);
});

test("a table that changed is told, and adopted again", async () => {
  const { page, problems } = browser;
  run("ALTER TABLE customers DROP COLUMN credit; ALTER TABLE customers ADD COLUMN nick TEXT");
  await visit(page, server, "/_/collections/customers/schema");
  await page.locator("#adopted-note .note.bad").waitFor();
  assert.match(await textOf(page, "#adopted-note"), /column credit of the field credit is gone/);
  await page.click("#adopted-note a");
  const report = card("customers").locator(".drift");
  await report.waitFor();
  assert.match(await report.textContent(), /credit.*is gone.*nick.*is new/s);
  await Promise.all([page.waitForEvent("load"), report.locator("button").click()]);
  await page.locator(".toast", { hasText: "customers is served" }).waitFor();
  assert.equal(await card("customers").locator(".drift").count(), 0);
  const names = (await api(server, "GET", "/collections/customers")).fields.map((field) => field.name);
  assert.deepEqual([names.includes("nick"), names.includes("credit"), names.includes("mail")], [true, false, true]);
  assert.deepEqual(problems, []);
});
