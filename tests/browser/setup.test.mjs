// The first start: no superuser yet, a link in the terminal, then signed in.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { EMAIL, PASSWORD, openBrowser, skip, startServer, textOf, until } from "./kit.mjs";

let server;
let browser;
before(async () => { if (!skip) { server = await startServer({ fresh: true }); browser = await openBrowser(); } });
after(async () => { await browser?.browser.close(); await server?.stop(); });

const LINK = /\/_\/(?:setup\/|#\/pbinstall\/)([\w.-]+)/;

test("without the link, the console says where to look for it", { skip }, async () => {
  const { page } = browser;
  await page.goto(`${server.url}/_/`);
  assert.match(await textOf(page, "main"), /terminal/);
  assert.equal(await page.locator("input[type=password]").count(), 0);
});

test("a wrong link is refused with words", { skip }, async () => {
  const { page } = browser;
  await page.goto(`${server.url}/_/setup/no.such.token`);
  await fill(page);
  await page.click("button.primary");
  assert.match(await textOf(page, "[role=alert]"), /no longer valid/);
});

test("the printed link creates the superuser and signs in", { skip }, async () => {
  const { page, problems } = browser;
  await until(() => LINK.test(server.output), () => `no link was printed:\n${server.output}`);
  const token = LINK.exec(server.output)[1];

  // The form that stock PocketBase tools print leads to the same page.
  await page.goto(`${server.url}/_/#/pbinstall/${token}`);
  await page.waitForURL("**/_/setup/**");
  await fill(page, "short");
  await page.click("button.primary");
  assert.equal(await page.locator("input:invalid").count() > 0, true, "a short password is not sent");

  await fill(page);
  await Promise.all([page.waitForURL(`${server.url}/_/`), page.click("button.primary")]);
  assert.equal(await textOf(page, "h1"), "Collections");
  assert.deepEqual(problems, []);
});

async function fill(page, password = PASSWORD) {
  await page.fill("#email", EMAIL);
  await page.fill("#password", password);
  await page.fill("#password_again", password);
}
