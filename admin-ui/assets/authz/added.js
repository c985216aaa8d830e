// Below each rule of a collection: what the policies add to it, or take away.

import { $, fill, h, icon } from "../lib/dom.js";
import { number } from "../lib/format.js";
import { lineButton } from "./line.js";
import { ACTIONS, matrixAddress, policiesFor } from "./lines.js";
import { openPolicy } from "./policy.js";
import { namesOf, subjectLabel } from "./subject.js";

const SHOWN = 5;

/**
 * Asks for the policies that decide about a collection, so that they are known when its rules are
 * drawn; `below` gives the place under a rule that shows its own.
 */
export async function addedByPolicies(collection) {
  const known = new Map();
  const places = new Map();
  await Promise.all(ACTIONS.map(load));

  async function load(action) {
    try {
      const answer = await policiesFor(collection, action, SHOWN);
      known.set(action, { ...answer, names: await namesOf(answer.items.map((line) => line.subject)) });
    } catch (error) {
      known.set(action, { error });
    }
  }

  /** A policy may be about several actions: all places show what is so now. */
  async function loadAgain(at, saved) {
    await Promise.all([...places.keys()].map(load));
    for (const [action, place] of places) draw(action, place);
    const place = places.get(at);
    ($(`[data-line="${CSS.escape(saved?.id ?? "")}"]`, place) ?? $("button", place))?.focus();
  }

  function draw(action, place) {
    const { items, totalItems, names, error } = known.get(action);
    if (error) { fill(place, h("p", { class: "hint" }, `The policies cannot be shown. ${error.message}`)); return; }
    const open = (line) => openPolicy(line, (saved) => loadAgain(action, saved));
    const add = h("button", { type: "button", class: "quiet", "aria-label": `Add a policy for ${action}`, on: { click: () => open({ object: collection, action }) } }, icon("plus"), "Add a policy");
    const all = h("a", { href: matrixAddress({ collection }) }, totalItems > SHOWN ? `All ${number(totalItems)}` : "Roles & policies");
    fill(place, h("div", { class: "added-head" }, h("span", {}, totalItems ? "Policies speak of this too" : "No policy speaks of this"), add, all),
      items.length > 0 && h("ul", {}, items.map((line) => h("li", {}, h("div", { class: "added-who" }, subjectLabel(line.subject, names),
        line.object === "*" && h("span", { class: "tag" }, "about every collection")), lineButton(line, { column: action, names, onOpen: open })))),
      totalItems > SHOWN && h("p", { class: "hint" }, `and ${number(totalItems - SHOWN)} more`));
  }

  /** The place for a rule, such as `listRule`; only rules that policies can add to have one. */
  function below(key) {
    const action = key.replace(/Rule$/, "");
    if (!ACTIONS.includes(action)) return null;
    const place = h("div", { class: "added", dataset: { added: action } });
    places.set(action, place);
    draw(action, place);
    return place;
  }

  return { below };
}
