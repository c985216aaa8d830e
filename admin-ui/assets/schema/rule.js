// One rule: locked for all but superusers, or open to those whom its text lets in.

import { calmly, fill, h, icon } from "../lib/dom.js";
import { suggestNames } from "../lib/suggest.js";
import { explanation, placeIn, underline } from "../lib/marked.js";

const PUBLIC = { words: "everyone", cls: "warn", placeholder: "Empty: everyone, signed in or not" };

/**
 * The editor of a rule. `get`/`set` reach its value (null, "" or text), `path` is where the server
 * reports its errors, `schema` gives the collection whose names are suggested. `check` is called when
 * the text has been calm for a moment. `blank` says what no text means; one that may not be locked is
 * never null.
 */
export function ruleEditor({ path, label, hint, get, set, fixed = false, mayLock = true, mayBePublic = true, blank = PUBLIC, below = null, check, schema }) {
  const wrong = h("div", { role: "alert" });
  const place = h("div", { class: "rule-place" });
  const state = h("span", { class: "tag" });
  const key = h("button", { type: "button", class: "quiet", disabled: fixed, hidden: !mayLock, on: { click: () => flip() } });
  const element = h("section", { class: "rule", dataset: { rule: path } },
    h("div", { class: "rule-head" }, h("h3", {}, label), state, key), place, wrong, hint && h("p", { class: "hint" }, hint), below);
  const back = h("div", { class: "marked-back", "aria-hidden": "true" });
  const checkSoon = calmly(() => check?.(), 700);
  const input = h("textarea", { class: "mono", rows: "2", readOnly: fixed, spellcheck: "false", "aria-label": label, autocomplete: "off",
    placeholder: mayBePublic ? blank.placeholder : "Such as @request.auth.role = \"staff\"", on: {
      input: () => { set(input.value); clear(); show(); checkSoon(); },
      scroll: () => { back.scrollTop = input.scrollTop; },
    } });

  if (!fixed) suggestNames(input, back, { schema, isRule: true });

  function flip() {
    if (get() === null) {
      set(input.value);
      draw();
      input.focus();
    } else {
      set(null);
      draw();
      key.focus();
    }
    check?.();
  }

  function draw() {
    clear();
    const value = get();
    if (value === null) {
      fill(place, h("div", { class: "locked" }, icon("lock"), "Only superusers"));
    } else {
      if (input.value !== value) input.value = value;
      fill(place, h("div", { class: "marked" }, back, input));
    }
    fill(key, icon(value === null ? "unlock" : "lock"), value === null ? "Open it with a rule" : "Lock it");
    show();
  }

  function show() {
    const value = get();
    const [words, cls] = value === null ? ["superusers", ""] : value.trim() === "" ? [blank.words, blank.cls] : ["by rule", "accent"];
    fill(state, words);
    state.className = `tag ${cls}`;
    state.hidden = !mayBePublic && words === blank.words;
  }

  function clear() {
    fill(wrong);
    fill(back);
    input.removeAttribute("aria-invalid");
  }

  /** Shows what the server says about the rule, under the wrong token where it says which. */
  function complain(item) {
    const text = get() ?? "";
    const where = placeIn(text, item.params);
    underline(back, text, where);
    fill(wrong, explanation(text, where, item.message));
    input.setAttribute("aria-invalid", "true");
  }

  draw();
  return { element, path, clear, complain, focus: () => input.focus() };
}
