// What a save will change, said by the server before it is saved.

import { h, icon } from "../lib/dom.js";
import { patch, post } from "../lib/api.js";
import { openDialog, busy } from "../lib/dialog.js";

/** Asks the server what saving would change; a refusal is thrown like the save's own. */
export const dryRun = (body) => post("/collections/meta/dry-run-save", body);

/** Shows the changes and saves when told to. Gives the saved collection, or null. */
export function review(body, changes, onRefused) {
  return new Promise((resolve) => {
    let answer = null;
    const destroys = changes.some((change) => change.destructive);
    const words = body.id ? "Save changes" : "Create collection";
    const save = async () => {
      answer = body.id ? await patch(`/collections/${encodeURIComponent(body.id)}`, body) : await post("/collections", body);
      dialog.close();
    };
    const refused = (error) => { dialog.close(); onRefused(error); };
    const accept = h("button", { type: "button", id: "save", class: `button ${destroys ? "danger full" : "primary"}`, on: { click: () => busy(accept, save, refused) } },
      destroys ? `${words} and lose data` : words);
    const list = h("ul", { class: "changes" }, changes.map((change) => h("li", { class: change.destructive ? "destructive" : "" },
      icon(change.destructive ? "warn" : "check"), h("span", {}, change.text))));
    const dialog = openDialog({
      title: body.id ? "What will change" : "What will be created",
      body: [destroys && h("p", { class: "note bad" }, "Some of these changes delete data. There is no way back but a backup."),
        changes.length ? list : h("p", { class: "soft" }, "The server sees nothing that changes.")].filter(Boolean),
      foot: [h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Back"), accept],
      onClose: () => resolve(answer),
    });
    accept.focus();
  });
}
