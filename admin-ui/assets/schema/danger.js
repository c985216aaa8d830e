// Deleting a collection or all its records: only with its name typed.

import { h, icon } from "../lib/dom.js";
import { remove } from "../lib/api.js";
import { confirm, popUp } from "../lib/dialog.js";
import { complain, say, sayNext } from "../lib/notice.js";

/** Opens the menu at `anchor`. `leave` is called before the page is left on purpose. */
export function dangerMenu(anchor, draft, { leave }) {
  const path = `/collections/${encodeURIComponent(draft.id)}`;

  async function truncate() {
    const sure = await confirm({ title: `Empty ${draft.name}?`, text: "All its records are deleted, and records of other collections that may not be without them.", yes: "Delete all records", destructive: true, typed: draft.name });
    if (!sure) return;
    await remove(`${path}/truncate`).then(() => say("All records are deleted"), complain);
  }

  async function drop() {
    const sure = await confirm({ title: `Delete ${draft.name}?`, text: draft.adopted ? `It is no longer served. The table ${draft.adopted} stays as it is, with all its rows.` : draft.type === "view" ? "The view goes; the records it shows stay." : "The collection goes with all its records.", yes: "Delete the collection", destructive: true, typed: draft.name });
    if (!sure) return;
    try {
      await remove(path);
      leave();
      sayNext(`${draft.name} is deleted`);
      location.assign("/_/");
    } catch (error) { complain(error); }
  }

  popUp(anchor, (close) => [
    h("button", { type: "button", on: { click: async () => {
      close();
      try { await navigator.clipboard.writeText(JSON.stringify(draft, null, 2)); say("The collection is in the clipboard"); } catch { say("The browser does not allow copying here.", "bad"); }
    } } }, icon("copy"), "Copy as JSON"),
    draft.type !== "view" && !draft.adopted && h("button", { type: "button", class: "bad", on: { click: () => { close(); truncate(); } } }, icon("trash"), "Delete all records"),
    !draft.system && h("button", { type: "button", class: "bad", on: { click: () => { close(); drop(); } } }, icon("trash"), "Delete the collection"),
  ]);
}
