// The remaining pages: logs, settings, what is not there; and the two colour schemes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { api, openConsole, textOf, until } from "./kit.mjs";

const { server, browser } = await openConsole();

test("requests appear in the logs", async () => {
  const { page, problems } = browser;
  await fetch(`${server.url}/api/collections/no_such_collection/records`);
  await page.goto(`${server.url}/_/logs?filter=${encodeURIComponent('data.url ~ "no_such_collection"')}`);
  await until(async () => {
    await page.click("#reload");
    await page.waitForSelector("#grid-frame:not([aria-busy])");
    return (await page.locator("#grid tbody tr[tabindex]").count()) === 1;
  }, undefined, 500);
  assert.match(await textOf(page, "#grid tbody tr"), /no_such_collection.*404/);
  assert.equal(await page.locator("#chart rect").count() >= 48, true);
  await page.click("#grid tbody tr");
  assert.match(await textOf(page, "dialog .facts"), /status\s*404/);
  await page.keyboard.press("Escape");
  await page.click("text=Errors");
  await until(async () => page.url().includes("level=8"));
  assert.deepEqual(problems, []);
});

test("settings are saved and show at once", async () => {
  const { page, problems } = browser;
  await page.goto(`${server.url}/_/settings`);
  const name = page.locator('[data-error="meta.appName"] input');
  await name.fill("");
  await page.click("#save");
  await page.locator('[data-error="meta.appName"] p.error:visible').waitFor();
  await name.fill("Barn & Sons");
  await page.locator('[data-error="batch.enabled"] input').check();
  await page.click("#save");
  await page.locator(".toast", { hasText: "saved" }).waitFor();
  const settings = await api(server, "GET", "/settings");
  assert.deepEqual([settings.meta.appName, settings.batch.enabled], ["Barn & Sons", true]);
  await page.reload();
  assert.equal(await textOf(page, ".brand"), "Barn & Sons");
  assert.deepEqual(problems, []);
});

test("what does not exist says so", async () => {
  const { page } = browser;
  for (const path of ["/_/nothing", "/_/collections/nothing/records"]) {
    const response = await page.goto(server.url + path);
    assert.equal(response.status(), 404);
    assert.match(await textOf(page, "h1"), /Nothing here/);
  }
});

test("light and dark are drawn, by the system's wish and by choice", async () => {
  const { page } = browser;
  const brightness = async () => {
    await page.goto(`${server.url}/_/collections/users/records`);
    const colour = await page.evaluate(() => getComputedStyle(document.querySelector(".main")).backgroundColor);
    const shot = await page.screenshot();
    assert.ok(shot.length > 10_000, "the picture shows something");
    return Math.max(...colour.match(/\d+/g).slice(0, 3).map(Number));
  };
  await page.emulateMedia({ colorScheme: "light" });
  assert.ok(await brightness() > 200);
  await page.emulateMedia({ colorScheme: "dark" });
  assert.ok(await brightness() < 60);
  await page.click("#theme");
  assert.equal(await textOf(page, "#theme"), "Light");
  assert.ok(await brightness() > 200, "the choice wins and stays");
});

test("on a narrow screen nothing is wider than the screen", async () => {
  const { page, problems } = browser;
  await page.setViewportSize({ width: 390, height: 780 });
  for (const path of ["/_/", "/_/logs", "/_/settings", "/_/collections/users/records", "/_/collections/users/schema", "/_/new-collection", "/_/realtime", "/_/cache", "/_/nodes"]) {
    await page.goto(server.url + path);
    // Connections that stay open never let the network rest.
    await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 390, path);
  }
  await page.click("[data-side]");
  await until(async () => (await page.locator("#side").boundingBox()).x === 0);
  assert.deepEqual(problems, []);
});
