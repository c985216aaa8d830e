// Suggests names while a filter or rule is written. Enter keeps its meaning until one is chosen with
// the arrow keys; Tab takes the first.

import { fill, h, uniqueId } from "./dom.js";
import { namesFor } from "./names.js";

const MOST = 8;

/**
 * Adds suggestions to an input in a `.marked` place with its `back`. `schema` gives the collection
 * whose names are meant, at the time of asking.
 */
export function suggestNames(input, back, { schema, isRule = false }) {
  const list = h("ul", { class: "suggest", role: "listbox", id: uniqueId("suggest"), "aria-label": "Names", hidden: true });
  let names = [];
  let chosen = -1;
  let turn = 0;
  for (const [key, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) input.setAttribute(key, value);

  async function look() {
    const mine = ++turn;
    const word = wordAt(input);
    const known = schema();
    const found = word && known ? await namesFor(word.text, known, isRule) : [];
    if (mine !== turn) return;
    names = found.slice(0, MOST);
    chosen = -1;
    draw(word);
  }

  function draw(word) {
    fill(list, names.map((name, at) => h("li", { role: "option", id: `${list.id}-${at}`, "aria-selected": String(at === chosen), on: {
      pointerdown: (event) => { event.preventDefault(); take(at); },
    } }, name)));
    const isOpen = names.length > 0 && document.activeElement === input;
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (chosen >= 0) input.setAttribute("aria-activedescendant", `${list.id}-${chosen}`);
    else input.removeAttribute("aria-activedescendant");
    if (!isOpen) return;
    if (!list.isConnected) back.parentElement.append(list);
    if (word) place(word.start);
  }

  /** Puts the list under the word, measured in a copy of what lies behind the input. */
  function place(start) {
    const mark = h("span", {}, "x");
    const probe = back.cloneNode(false);
    probe.append(input.value.slice(0, start), mark);
    back.after(probe);
    list.style.left = `${Math.max(0, Math.min(mark.offsetLeft - input.scrollLeft, input.clientWidth - 200))}px`;
    list.style.top = `${mark.offsetTop - input.scrollTop + mark.offsetHeight + 7}px`;
    probe.remove();
  }

  function take(at) {
    const word = wordAt(input);
    if (!word) return;
    input.setRangeText(names[at], word.start, word.end, "end");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function close() {
    turn += 1;
    names = [];
    draw(null);
  }

  input.addEventListener("input", look);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.ctrlKey || event.metaKey) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      chosen = (Math.max(chosen, step > 0 ? -1 : 0) + step + names.length) % names.length;
      draw(null);
    } else if (event.key === "Tab" || (event.key === "Enter" && chosen >= 0)) {
      take(Math.max(0, chosen));
    } else if (event.key === "Escape") {
      close();
      event.stopImmediatePropagation();
    } else {
      return;
    }
    event.preventDefault();
  });
}

/** The name that ends at the caret, outside of quoted text; null when there is none. */
function wordAt(input) {
  const end = input.selectionEnd;
  const before = input.value.slice(0, end);
  if (/^[\w.:@]/.test(input.value.slice(end)) || isQuoted(before)) return null;
  const text = /[@A-Za-z_][\w.:]*$/.exec(before)?.[0];
  return text ? { text, start: end - text.length, end } : null;
}

function isQuoted(text) {
  let quote = null;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\" && quote) at += 1;
    else if (quote) quote = text[at] === quote ? null : quote;
    else if (text[at] === '"' || text[at] === "'") quote = text[at];
  }
  return quote !== null;
}
