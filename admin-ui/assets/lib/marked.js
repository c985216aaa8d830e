// A text input whose wrong token is underlined, with the parser's words under it.

import { fill, h } from "./dom.js";

/**
 * The place of an error in a text: the API counts UTF-8 bytes, the page counts UTF-16 units.
 * Gives null when the server did not say where.
 */
export function placeIn(text, params) {
  const { start, end } = params ?? {};
  if (!Number.isInteger(start)) return null;
  const bytes = new TextEncoder().encode(text);
  const units = (count) => new TextDecoder().decode(bytes.slice(0, count)).length;
  const from = Math.min(units(start), text.length);
  const to = Math.max(from, Math.min(units(Number.isInteger(end) ? end : start + 1), text.length));
  return { from, to };
}

/** Draws a wavy line under the token. `back` lies behind the input with the same text metrics. */
export function underline(back, text, place) {
  if (!place) { fill(back); return; }
  // An error at the very end has no token: underline a blank instead.
  const token = text.slice(place.from, place.to) || " ";
  fill(back, text.slice(0, place.from), h("mark", {}, token), text.slice(place.to));
}

/** The line with the error, a caret row exactly under the token, and the message. */
export function explanation(text, place, whole) {
  // The part that says what is wrong; the words before it say what the red colour says already.
  const message = whole.replace(/^[^:]*Raw error:\s*/i, "");
  if (!place) return h("div", { class: "wrong" }, h("span", {}, message));
  const begin = text.lastIndexOf("\n", place.from - 1) + 1;
  const stop = text.indexOf("\n", place.from);
  const line = text.slice(begin, stop < 0 ? text.length : stop);
  const from = place.from - begin;
  const to = Math.max(from + 1, Math.min(place.to - begin, line.length));
  // Tabs stay tabs, so that the caret row is as wide as the text above it.
  const blank = line.slice(0, from).replace(/[^\t]/g, " ");
  return h("div", { class: "wrong" },
    h("pre", {}, line.slice(0, from), h("mark", {}, line.slice(from, to)), line.slice(to), "\n",
      h("span", { class: "caret" }, `${blank}${"^".repeat(to - from)}`)),
    h("span", {}, message));
}
