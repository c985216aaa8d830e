// Changes as they happen: one connection per page, kept while the page is looked at.

import { post } from "./api.js";

/** Longest wait between two attempts, and the shortest, in milliseconds. */
const LONGEST = 10_000;
const SHORTEST = 500;

/**
 * Listens to topics until `stop` of what it gives is called. `topics()` says to which, `submit` that
 * they are others now; `change(text, action, record)` is called with each message's topic,
 * `begun(topics)` when these are followed from now on: what was loaded before may be behind; what is
 * loaded after misses nothing. `state(on)` is called when the connection is there or lost,
 * `refused(error)` when there will be none: the server does not follow what is asked for. A hidden
 * page lets go of its connection: browsers open only a handful per server, and every tab needs some
 * for its requests.
 */
export function listen({ topics, change, begun, state, refused }) {
  let source = null;
  let client = "";
  let heard = [];
  let followed = "";
  let sending = Promise.resolve();
  let wait = SHORTEST;
  let timer = 0;

  function open() {
    clearTimeout(timer);
    if (source || document.hidden) return;
    const mine = source = new EventSource("/_/api/realtime?resume=true");
    heard = [];
    mine.addEventListener("PB_CONNECT", (event) => {
      const { clientId, resumed } = JSON.parse(event.data);
      client = clientId;
      submit(resumed);
    });
    // What was merely cut the browser connects again by itself, and says what it heard last.
    mine.addEventListener("error", () => {
      if (source !== mine) return;
      client = "";
      state(false);
      if (mine.readyState === EventSource.CLOSED) { shut(); again(); }
    });
  }

  /** Tells the server the topics of now; one such request after the other, or an older one might win. */
  function submit(resumed = false) {
    sending = sending.then(() => send(source, resumed));
  }

  async function send(mine, resumed) {
    if (!client || !mine) return;
    const wanted = topics();
    for (const topic of wanted) {
      if (heard.includes(topic)) continue;
      heard.push(topic);
      mine.addEventListener(topic, (event) => {
        if (mine !== source) return;
        const { action, record } = JSON.parse(event.data);
        change(topic, action, record);
      });
    }
    try {
      await post("/realtime", { clientId: client, subscriptions: wanted });
    } catch (error) {
      if (mine !== source) return;
      shut();
      if (error.status === 400) { stop(); refused(error); } else again();
      return;
    }
    if (mine !== source) return;
    wait = SHORTEST;
    state(true);
    const isSame = resumed && followed === wanted.join();
    followed = wanted.join();
    if (!isSame) begun(wanted);
  }

  function stop() {
    clearTimeout(timer);
    document.removeEventListener("visibilitychange", look);
    removeEventListener("pagehide", leave);
    shut();
  }

  function shut() {
    source?.close();
    source = null;
    client = "";
    sending = Promise.resolve();
    state(false);
  }

  function again() {
    clearTimeout(timer);
    timer = setTimeout(open, wait * (0.5 + Math.random()));
    wait = Math.min(wait * 2, LONGEST);
  }

  // What happened meanwhile is loaded when the page is looked at again: a new connection begins anew.
  const look = () => { if (document.hidden) { clearTimeout(timer); shut(); } else open(); };
  const leave = () => shut();
  document.addEventListener("visibilitychange", look);
  addEventListener("pagehide", leave);
  open();
  return { submit, stop };
}

/** The topic of all records of a collection, with options as the API's parameters. */
export function topicOf(collection, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value);
  const options = given.length ? `?options=${encodeURIComponent(JSON.stringify({ query: Object.fromEntries(given) }))}` : "";
  return `${collection}/*${options}`;
}
