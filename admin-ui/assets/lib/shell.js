// What every page has: the side bar, the colour scheme, shortcuts.

import "./install_link.js";
import { $, $$, h } from "./dom.js";
import { openDialog } from "./dialog.js";
import { saidBefore } from "./notice.js";

const search = $("#side-search");
search.addEventListener("input", find);
search.addEventListener("keydown", (event) => {
  if (event.key === "Escape") { search.value = ""; find(); search.blur(); }
  if (event.key === "Enter") $("#side-list li:not([hidden]) a")?.click();
});

/** Shows the collections whose name contains what was typed. */
function find() {
  const wanted = search.value.trim().toLowerCase();
  let shown = 0;
  for (const link of $$("#side-list a[data-name]")) {
    const fits = link.dataset.name.toLowerCase().includes(wanted);
    link.parentElement.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  if (wanted) $("#side-system").open = true;
  $("#side-none").hidden = shown > 0;
}

const THEMES = { auto: "Auto", light: "Light", dark: "Dark" };
const theme = $("#theme");
const showTheme = () => {
  $("span", theme).textContent = THEMES[document.documentElement.dataset.theme] ?? "Auto";
};
showTheme();
theme.addEventListener("click", () => {
  const names = Object.keys(THEMES);
  const next = names[(names.indexOf(document.documentElement.dataset.theme) + 1) % names.length];
  document.documentElement.dataset.theme = next;
  // A cookie rather than local storage: the server draws the next page in the right colours.
  document.cookie = `purlin_theme=${next}; Path=/_/; Max-Age=31536000; SameSite=Strict`;
  showTheme();
});

const sideOpen = (open) => document.body.classList.toggle("side-open", open);
for (const button of $$("[data-side]")) button.addEventListener("click", () => { sideOpen(true); search.focus(); });
$("#side-shade").addEventListener("click", () => sideOpen(false));
$("#side-system").addEventListener("toggle", (event) => sessionStorage.setItem("purlin-system", event.target.open ? "1" : ""));
if (sessionStorage.getItem("purlin-system")) $("#side-system").open = true;
$("#side-list a[aria-current]")?.scrollIntoView({ block: "nearest" });

const SHORTCUTS = [
  ["Ctrl K", "Find a collection"],
  ["/", "Filter the list"],
  ["N", "New record"],
  ["↑ ↓", "Move between rows"],
  ["Enter", "Open the row"],
  ["Space", "Select the row"],
  ["Ctrl S", "Save"],
  ["Esc", "Close"],
  ["?", "This list"],
];

function showShortcuts() {
  const done = h("button", { class: "button", type: "button", on: { click: () => dialog.close() } }, "Close");
  const rows = SHORTCUTS.flatMap(([keys, what]) => [h("dt", {}, h("kbd", {}, keys)), h("dd", {}, what)]);
  const dialog = openDialog({ title: "Keyboard", body: [h("dl", { class: "facts" }, rows)], foot: [done] });
}

/** Whether a key press is meant for an input. */
const isTyping = (event) => event.target.closest?.("input, textarea, select, [contenteditable], dialog, [popover]");

document.addEventListener("keydown", (event) => {
  const modified = event.ctrlKey || event.metaKey;
  if (modified && event.key.toLowerCase() === "k") {
    event.preventDefault();
    sideOpen(innerWidth <= 860);
    search.focus();
    search.select();
  } else if (event.key === "Escape") {
    sideOpen(false);
  } else if (modified || event.altKey || isTyping(event)) {
    return;
  } else if (event.key === "/" && $("#filter")) {
    event.preventDefault();
    $("#filter").focus();
  } else if (event.key === "?") {
    showShortcuts();
  } else if (event.key.toLowerCase() === "n" && $("#new-record")) {
    event.preventDefault();
    $("#new-record").click();
  }
});

if (/Mac|iPhone|iPad/.test(navigator.platform)) $(".side-search kbd").replaceChildren("⌘ K");
saidBefore();
