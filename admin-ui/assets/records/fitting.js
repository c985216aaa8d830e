// Which records fit the filter while they change, and which of them belong on the page.

/** The server is asked no more often than this, in milliseconds. */
const CALM = 1000;

/**
 * Follows who fits. A change of a record that fits is told twice, with the same record: among all, and
 * among those that fit; in any order, and not always in one go.
 */
export function followFitting() {
  let told = new Set();
  let before = new Set();
  let misfits = new Set();
  return {
    /** It was told among those that fit. */
    told(record) { told.add(JSON.stringify(record)); },
    /** Whether a record fits as it is in its last message. */
    fits(record) {
      const text = JSON.stringify(record);
      return told.has(text) || before.has(text);
    },
    /** Notes whether a row of the page fits. Says whether that is new. */
    note(id, fits) {
      if (fits) return misfits.delete(id);
      const isNew = !misfits.has(id);
      misfits.add(id);
      return isNew;
    },
    /** What was gathered has been shown. */
    next() { before = told; told = new Set(); },
    forget() { told = new Set(); before = new Set(); misfits = new Set(); },
  };
}

/**
 * Finds out which records belong on the page. `page()` asks for the ids it would show now; `found(records,
 * ids)` is called with those of the records that are among them.
 */
export function askCalmly(page, found) {
  let wanted = new Map();
  let timer = 0;
  let era = 0;

  async function ask() {
    const asked = [...wanted.keys()];
    const mine = era;
    // Those that cannot be asked for now come when the page is loaded.
    const ids = await page().catch(() => []);
    if (mine !== era) return;
    const here = ids.filter((id) => asked.includes(id) && wanted.has(id)).map((id) => wanted.get(id));
    for (const id of asked) wanted.delete(id);
    timer = wanted.size ? setTimeout(ask, CALM) : 0;
    found(here, ids);
  }

  return {
    /** Asks for a record, which is shown as it is now. */
    want(record) {
      wanted.set(record.id, record);
      timer ||= setTimeout(ask, CALM);
    },
    leave(id) { wanted.delete(id); },
    forget() {
      clearTimeout(timer);
      wanted = new Map();
      timer = 0;
      era += 1;
    },
  };
}
