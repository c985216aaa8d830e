// A running server and a browser for one test file.

import { after } from "node:test";
import { setTimeout as pause } from "node:timers/promises";

import { chromium } from "playwright-core";

import { ROOT, startServer as start } from "../js/server.mjs";

/**
 * What a test file works with, until it ends: a server of its own and a browser at it, signed in as
 * its superuser where that is wanted. `config` and `fresh` are `startServer`'s.
 */
export async function openConsole({ signIn = true, ...server } = {}) {
  const place = { server: await startServer(server) };
  after(async () => { await place.browser?.browser.close(); await place.server.stop(); });
  place.browser = await openBrowser();
  if (signIn) await login(place.browser.page, place.server);
  return place;
}

/** Starts a server on a fresh directory. `fresh` leaves it without a superuser; `config` is a configuration file's text. */
async function startServer({ fresh = false, config } = {}) {
  const server = await start({ superuser: !fresh, config });
  if (!fresh) server.token = (await server.root()).authStore.token;
  return server;
}

/** What the API answered the pages last: shown where something waited for does not come. */
const answered = [];

/** Waits for something that turns true; looks every `wait` milliseconds, for 20 seconds. */
export async function until(holds, complaint = () => "it never came true", wait = 40) {
  const end = Date.now() + 20_000;
  for (;;) {
    try { if (await holds()) return; } catch { /* not yet */ }
    if (Date.now() > end) throw new Error([complaint(), ...answered].join("\n  "));
    await pause(wait);
  }
}

/** One API call past the console, to set a scene or to look at what the console did. */
export async function api(server, method, path, body) {
  const response = await fetch(`${server.url}/api${path}`, {
    method, headers: { "content-type": "application/json", authorization: server.token ?? "" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/**
 * A browser page. What a page must never do is collected in `problems`: script errors, and console
 * errors other than the ones Chromium prints for refused requests, which tests provoke on purpose.
 */
async function openBrowser(options = {}) {
  const browser = await chromium.launch({ executablePath: process.env.PURLIN_TEST_CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems = [];
  page.on("pageerror", (error) => problems.push(`${error.name}: ${error.message}`));
  const note = (request, end) => {
    const { pathname, search } = new URL(request.url());
    if (!pathname.includes("/api/")) return;
    answered.push(`${new Date().toISOString().slice(17, 23)} ${request.method()} ${decodeURIComponent(pathname + search)}: ${end}`);
    if (answered.length > 12) answered.shift();
  };
  page.on("requestfailed", (request) => note(request, request.failure()?.errorText));
  page.on("response", (response) => {
    const length = response.headers()["content-length"];
    note(response.request(), `${response.status()}, ${length ?? "?"} bytes`);
  });
  // Leaving a page with unsaved work asks first; a test that leaves means it.
  page.on("dialog", (dialog) => dialog.accept());
  page.on("console", (message) => {
    const expected = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !expected) problems.push(message.text());
  });
  return { browser, context, page, problems };
}

/** Signs in through the form. */
export async function login(page, server, path = "/_/") {
  await page.goto(server.url + path);
  await page.fill("#email", ROOT.email);
  await page.fill("#password", ROOT.password);
  await Promise.all([page.waitForURL(`**${path}`), page.click("button.primary")]);
}

/** Opens a page as if for the first time, also when only the hash differs. */
export async function visit(page, server, path) {
  await page.goto("about:blank");
  await page.goto(server.url + path);
}

/** The text of an element, blanks made one. */
export const textOf = async (page, selector) => (await page.textContent(selector)).replace(/\s+/g, " ").trim();
