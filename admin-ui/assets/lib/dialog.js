// Native dialogs: a drawer at the side, a box in the middle, a small pop-up at a button.

import { $, fill, h, icon, uniqueId } from "./dom.js";
import { complain } from "./notice.js";

/**
 * Opens a dialog. `kind` is "drawer" or "box"; `mayClose` is asked before Esc, the cross or a click
 * outside close it. Gives `{ element, body, foot, close }`.
 */
export function openDialog({ kind = "box", title, body = [], foot = [], mayClose = async () => true, onClose }) {
  const label = uniqueId("title");
  const element = h("dialog", { class: kind, "aria-labelledby": label });
  const close = () => element.close();
  const ask = async () => { if (await mayClose()) close(); };
  const bodyElement = h("div", { class: "dialog-body" }, body);
  const footElement = h("div", { class: "dialog-foot" }, foot);
  const cross = h("button", { type: "button", class: "icon-button", "aria-label": "Close", on: { click: ask } }, icon("close"));
  const heading = h("h2", { id: label }, title);
  element.append(h("header", { class: "dialog-head" }, heading, cross), bodyElement, footElement);
  element.addEventListener("cancel", (event) => {
    if (event.target !== element) return;
    event.preventDefault();
    ask();
  });
  // A click that both began and ended on the backdrop; a text selection may end there.
  let began = null;
  element.addEventListener("pointerdown", (event) => { began = event.target; });
  element.addEventListener("click", (event) => { if (event.target === element && began === element) ask(); });
  const before = document.activeElement;
  element.addEventListener("close", () => {
    element.remove();
    onClose?.();
    // The event comes a moment after the close: by then the focus may be where it is meant to be.
    if (before?.isConnected && document.activeElement === document.body) before.focus();
  });
  document.body.append(element);
  element.showModal();
  const first = $("[autofocus], .dialog-body input:not([readonly], [disabled]), .dialog-body textarea:not([readonly], [data-late])", element);
  first?.focus();
  return { element, body: bodyElement, foot: footElement, close, title: heading };
}

/** Asks a yes-or-no question. With `typed`, the answer "yes" needs that word to be written. */
export function confirm({ title, text, yes, destructive = false, typed = null, extra = null }) {
  return new Promise((resolve) => {
    let answer = false;
    const input = typed && h("input", { class: "mono", autofocus: true, autocomplete: "off", spellcheck: "false", "aria-label": `Type ${typed}` });
    const accept = h("button", { class: `button ${destructive ? "danger full" : "primary"}`, disabled: Boolean(typed), autofocus: !typed }, yes);
    input?.addEventListener("input", () => { accept.disabled = input.value !== typed; });
    const form = h("form", { method: "dialog", class: "stack", id: uniqueId("form"), on: { submit: (event) => { event.preventDefault(); answer = true; dialog.close(); } } },
      text && h("p", {}, text), extra,
      typed && h("div", { class: "row" }, h("span", { class: "label" }, h("span", {}, "Type ", h("code", {}, typed), " to confirm")), input));
    accept.setAttribute("form", form.id);
    const dialog = openDialog({
      title, body: [form],
      foot: [h("button", { type: "button", class: "button", on: { click: () => dialog.close() } }, "Cancel"), accept],
      onClose: () => resolve(answer),
    });
    if (!typed) accept.focus();
  });
}

/** Opens a small list at `anchor`; `content` gets a function that closes it. */
export function popUp(anchor, content, cls = "") {
  const pop = h("div", { class: `pop ${cls}`, popover: "auto" });
  fill(pop, content(() => pop.hidePopover()));
  (anchor.closest("dialog") ?? document.body).append(pop);
  pop.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const inside = pop.contains(document.activeElement) || document.activeElement === document.body;
    pop.remove();
    if (inside && anchor.isConnected) anchor.focus();
  });
  pop.showPopover();
  const at = anchor.getBoundingClientRect();
  const { width, height } = pop.getBoundingClientRect();
  const below = at.bottom + 5 + height < innerHeight;
  pop.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  pop.style.top = `${below ? at.bottom + 5 : Math.max(8, at.top - height - 5)}px`;
  $("input, button, a", pop)?.focus();
  pop.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...pop.querySelectorAll("input, button, a")];
    items.at((items.indexOf(document.activeElement) + step) % items.length)?.focus();
  });
  return pop;
}

/** Runs `work` while `button` is disabled; what goes wrong is said, unless `onError` takes it. */
export async function busy(button, work, onError = complain) {
  button.disabled = true;
  button.setAttribute("aria-busy", "true");
  try {
    return await work();
  } catch (error) {
    onError(error);
  } finally {
    button.disabled = false;
    button.removeAttribute("aria-busy");
  }
}
