// A running server and a browser for one test file. Wants PURLIN_BIN, the server's binary, and a
// Chromium (CHROMIUM, or /usr/bin/chromium).

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { chromium } from "playwright-core";

export const EMAIL = "root@example.com";
export const PASSWORD = "correct horse 7";

const BIN = process.env.PURLIN_BIN;
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Why the browser tests cannot run here, or false. */
export const skip = BIN ? false : "PURLIN_BIN is not set";

/** Starts a server on a fresh directory. `fresh` leaves it without a superuser. */
export async function startServer({ fresh = false } = {}) {
  const dir = mkdtempSync(join(tmpdir(), "purlin-browser-"));
  if (!fresh) {
    const made = spawnSync(BIN, ["superuser", "upsert", EMAIL, PASSWORD, "--dir", dir], { encoding: "utf8" });
    if (made.status !== 0) throw new Error(`superuser upsert: ${made.stderr}${made.stdout}`);
  }
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(BIN, ["serve", "--http", address, "--dir", dir], { stdio: ["ignore", "pipe", "pipe"] });
  const server = { url: `http://${address}`, output: "" };
  child.stdout.on("data", (text) => { server.output += text; });
  child.stderr.on("data", (text) => { server.output += text; });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  server.stop = async () => {
    child.kill("SIGTERM");
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  await until(async () => (await fetch(`${server.url}/api/health`)).ok, () => `the server did not start:\n${server.output}`);
  server.token = fresh ? null : await signIn(server.url);
  return server;
}

/** Waits for something that turns true; looks every `wait` milliseconds, for 20 seconds. */
export async function until(holds, complaint = () => "it never came true", wait = 40) {
  const end = Date.now() + 20_000;
  for (;;) {
    try { if (await holds()) return; } catch { /* not yet */ }
    if (Date.now() > end) throw new Error(complaint());
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
export async function openBrowser(options = {}) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const problems = [];
  page.on("pageerror", (error) => problems.push(`${error.name}: ${error.message}`));
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
  await page.fill("#email", EMAIL);
  await page.fill("#password", PASSWORD);
  await Promise.all([page.waitForURL(`**${path}`), page.click("button.primary")]);
}

/** Opens a page as if for the first time, also when only the hash differs. */
export async function visit(page, server, path) {
  await page.goto("about:blank");
  await page.goto(server.url + path);
}

/** The text of an element, blanks made one. */
export const textOf = async (page, selector) => (await page.textContent(selector)).replace(/\s+/g, " ").trim();

async function signIn(url) {
  const response = await fetch(`${url}/api/collections/_superusers/auth-with-password`, {
    method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ identity: EMAIL, password: PASSWORD }),
  });
  return (await response.json()).token;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
