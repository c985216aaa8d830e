// The password of an auth record: twice, and for an existing record only when asked for.

import { h, icon } from "../lib/dom.js";
import { row } from "../lib/form.js";

/** Two rows. `read` gives `{}` or both keys the API wants. */
export function passwordRows(isNew, onInput) {
  const input = () => h("input", { type: "password", autocomplete: "new-password", on: { input: onInput } });
  const [first, again] = [input(), input()];
  const rows = h("div", { class: "pair" },
    row({ key: "password", label: "password", input: first, required: isNew, lead: icon("password") }),
    row({ key: "passwordConfirm", label: "the password again", input: again, required: isNew }));
  const read = () => (first.value || again.value ? { password: first.value, passwordConfirm: again.value } : {});
  if (isNew) return { element: rows, read };
  rows.hidden = true;
  const open = h("button", { type: "button", class: "button", on: { click: () => { rows.hidden = false; open.hidden = true; first.focus(); } } }, icon("password"), "Change the password");
  return { element: h("div", {}, open, rows), read };
}
