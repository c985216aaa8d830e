// Looking again and again, as long as somebody looks at the page.

/**
 * Calls `ask` now and every `seconds`, never twice at once, and hands what it gives to `show`; what
 * goes wrong to `fail`. Gives a function that asks at once.
 */
export function repeat(ask, { seconds, show, fail }) {
  let timer = 0;
  let asking = false;

  async function turn() {
    clearTimeout(timer);
    if (asking) return;
    asking = true;
    try { show(await ask()); } catch (error) { fail(error); } finally { asking = false; }
    if (!document.hidden) timer = setTimeout(turn, seconds * 1000);
  }

  document.addEventListener("visibilitychange", () => { if (!document.hidden) turn(); });
  turn();
  return turn;
}
