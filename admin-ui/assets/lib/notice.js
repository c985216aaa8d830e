// Short words at the corner of the page.

import { $, h } from "./dom.js";

/** Says something for a few seconds. Where a dialog is open, the words appear on top of it. */
export function say(text, kind = "") {
  const toast = h("div", { class: `toast ${kind}` }, text);
  const open = document.querySelectorAll("dialog[open]");
  const place = open.length ? toastsOf(open[open.length - 1]) : $("#toasts");
  place.append(toast);
  setTimeout(() => toast.remove(), kind === "bad" ? 7000 : 3500);
}

/** Says what went wrong. */
export const complain = (error) => say(error.message, "bad");

function toastsOf(dialog) {
  let place = $(".toasts", dialog);
  if (!place) {
    place = h("div", { class: "toasts", role: "status", "aria-live": "polite" });
    dialog.append(place);
  }
  return place;
}

/** Says something on the next page, after a navigation. */
export const sayNext = (text) => sessionStorage.setItem("purlin-say", text);

/** Says what the page before wanted to be said. */
export function saidBefore() {
  const text = sessionStorage.getItem("purlin-say");
  sessionStorage.removeItem("purlin-say");
  if (text) say(text);
}
