// The first start: no superuser yet, a link in the terminal, then signed in.

import assert from "node:assert/strict";
import { test } from "node:test";
import { openConsole, textOf, until } from "./kit.mjs";
import { ROOT } from "../js/server.mjs";

const { server, browser } = await openConsole({ fresh: true, signIn: false });

const LINK = /\/_\/(?:setup\/|#\/pbinstall\/)([\w.-]+)/;

test("without the link, the console says where to look for it", async () => {
  const { page } = browser;
  await page.goto(`${server.url}/_/`);
  assert.match(await textOf(page, "main"), /terminal/);
  assert.equal(await page.locator("input[type=password]").count(), 0);
});

test("a wrong link is refused with words", async () => {
  const { page } = browser;
  await page.goto(`${server.url}/_/setup/no.such.token`);
  await fill(page);
  await page.click("button.primary");
  assert.match(await textOf(page, "[role=alert]"), /no longer valid/);
});

test("the printed link creates the superuser and signs in", async () => {
  const { page, problems } = browser;
  await until(() => LINK.test(server.said()), () => `no link was printed:\n${server.said()}`);
  const token = LINK.exec(server.said())[1];

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

async function fill(page, password = ROOT.password) {
  await page.fill("#email", ROOT.email);
  await page.fill("#password", password);
  await page.fill("#password_again", password);
}
