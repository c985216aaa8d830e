// The grid while records change: rows are exchanged where they stand, and nothing jumps.

import { $, fill, h, icon } from "../lib/dom.js";
import { listen, topicOf } from "../lib/live.js";
import { plural } from "../lib/format.js";
import { askCalmly, followFitting } from "./fitting.js";

/** Changes are shown together, not one by one, after so many milliseconds. */
const TOGETHER = 250;
/** A page waits no longer than this for being followed, in milliseconds. */
const PATIENCE = 300;
/** More new records at once than this are offered, not put in. */
const FEW = 5;
const KEY = "purlin-live";

/**
 * Follows a collection while the switch `#live` is on. `view()` gives what is shown: `{ filter,
 * expand, grid, takesNew, busy }`, with `takesNew` where new records may come in. `on` has
 * `load()`, `catchUp()` where something may be missing, `added(count)`, `removed(count)` and `ids()`,
 * which the page would show now.
 */
export function followRecords(schema, view, on) {
  const place = $("#live-switch");
  const box = $("#live");
  const bar = $("#news");
  const { title } = place;
  // Views change with what they are made of, and nobody is told.
  if (schema.type === "view") return { async ready() {}, shown() {} };
  place.hidden = false;

  let line = null;
  // The topics that were asked for last, and who waits until they are followed.
  let told = "";
  let awaited = null;
  let waiting = [];
  let timer = 0;
  let fresh = new Map();
  // The order of the page, where it was asked for.
  let order = [];
  const fitting = followFitting();
  const asking = askCalmly(on.ids, (records, ids) => {
    order = ids;
    for (const record of records) if (!view().grid.has(record.id)) fresh.set(record.id, record);
    enter();
  });

  /** All records; and, where a filter is in force, those that fit it. */
  function topics() {
    const { filter, expand } = view();
    const all = topicOf(schema.name, { expand });
    return filter ? [all, topicOf(schema.name, { filter, expand })] : [all];
  }

  function change(topic, action, record) {
    waiting.push({ topic, action, record });
    timer ||= setTimeout(show, TOGETHER);
  }

  function show() {
    timer = 0;
    // What is being loaded may be older than what was heard meanwhile.
    if (view().busy) { timer = setTimeout(show, TOGETHER); return; }
    const messages = waiting;
    waiting = [];
    const [all, narrow = all] = topics();
    const { grid } = view();
    if (!grid) return;
    const changed = new Map();
    const news = new Set();
    for (const { topic, action, record } of messages) {
      if (action === "create" && topic === narrow && !grid.has(record.id)) fresh.set(record.id, record);
      if (action === "update") changed.set(record.id, record);
      if (action === "update" && topic === narrow) fitting.told(record);
      if (action === "update" && topic === all) {
        if (fresh.has(record.id)) fresh.set(record.id, record);
        if (grid.change(record)) news.add(record.id);
      }
      if (action === "delete" && topic === all) leave(record.id);
    }
    if (narrow !== all) changed.forEach((record) => judge(record, news.has(record.id)));
    fitting.next();
    enter();
  }

  /** A record is gone. */
  function leave(id) {
    asking.leave(id);
    if (!fresh.delete(id) && view().grid.fade(id) && fitting.note(id, false)) on.removed(1);
  }

  /**
   * A row that does not fit the filter any more stays, and says so; what begins to fit is asked for. What
   * was loaded already may be told by a message from before the filter was followed: that says nothing.
   */
  function judge(record, isNews) {
    const { id } = record;
    const { grid } = view();
    const fits = fitting.fits(record);
    if (grid.has(id)) {
      if (!fits && !isNews) return;
      if (!fitting.note(id, fits)) return;
      grid.fits(id, fits);
      if (fits) on.added(1); else on.removed(1);
    } else if (!fits) {
      fresh.delete(id);
      asking.leave(id);
    } else if (!fresh.has(id)) {
      // It began to fit, or did all the time and is on another page.
      asking.want(record);
    }
  }

  /** Puts in what is few and disturbs nobody, and offers the rest. */
  function enter() {
    if (fresh.size && fresh.size <= FEW && view().takesNew) {
      const records = [...fresh.values()];
      fresh = new Map();
      for (const record of records) {
        const at = order.indexOf(record.id);
        view().grid.insert(record, at < 0 ? null : order.slice(at + 1));
      }
      on.added(records.length);
    }
    announce();
  }

  function announce() {
    bar.hidden = fresh.size === 0;
    if (fresh.size) fill(bar, h("button", { type: "button", class: "news-button", on: { click: on.load } }, icon("reload"), plural(fresh.size, "new record")));
  }

  function forget() {
    fresh = new Map();
    order = [];
    fitting.forget();
    asking.forget();
    announce();
  }

  function start() {
    line = listen({ topics, change, begun, state: (isOn) => { place.dataset.state = isOn ? "on" : "away"; }, refused });
  }

  /** From now on everything is heard; what was heard before is loaded, and a page from before may lack something. */
  function begun(followed) {
    if (followed.join() !== told) return;
    place.title = title;
    waiting = [];
    if (!awaited) return on.catchUp();
    awaited();
    awaited = null;
  }

  /** The collection keeps no log, or its database has none. A filter can be wrong, too, and is mended. */
  function refused(error) {
    line = null;
    place.dataset.state = "off";
    place.title = error.message;
    awaited?.();
    awaited = null;
  }

  function stop() {
    line?.stop();
    line = null;
    told = "";
    place.dataset.state = "off";
    waiting = [];
    forget();
  }

  box.checked = localStorage.getItem(KEY) !== "off";
  box.addEventListener("change", () => {
    localStorage.setItem(KEY, box.checked ? "on" : "off");
    // What changed while nobody listened is not on the page.
    if (box.checked) on.load(); else stop();
  });
  if (!box.checked) place.dataset.state = "off";

  return {
    /**
     * Waits until what the page is to show is followed, before it is loaded; but not for long: where
     * that takes its time, the page is loaded once more.
     */
    async ready() {
      const now = topics().join();
      if (!box.checked || now === told) return;
      told = now;
      await new Promise((resolve) => {
        awaited = resolve;
        setTimeout(() => { if (awaited === resolve) awaited = null; resolve(); }, PATIENCE);
        if (line) line.submit(); else start();
      });
    },
    /** The page was loaded anew, perhaps with another filter or other columns. */
    shown: forget,
  };
}
