// Building the page: `h` makes an element, nothing here parses HTML text.

const SVG = "http://www.w3.org/2000/svg";

/** The first element below `root` that matches. */
export const $ = (selector, root = document) => root.querySelector(selector);

/** All elements below `root` that match. */
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/**
 * An element. In `props`, `on` holds listeners, `dataset` data attributes, what the element knows
 * as a property is set as one, the rest are attributes; null, undefined and false are left out.
 * Children are nodes, texts, or lists of them.
 */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "on") for (const [type, listener] of Object.entries(value)) element.addEventListener(type, listener);
    else if (key === "dataset") Object.assign(element.dataset, value);
    else if (key === "class") element.className = value;
    else if (["value", "checked", "disabled", "readOnly", "hidden", "open", "selected", "indeterminate", "draggable"].includes(key)) element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...kept(children));
  return element;
}

/** An SVG element. */
export function s(tag, props = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(props)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A small drawing from the page's sprite. */
export function icon(name, cls = "i") {
  return s("svg", { class: cls, "aria-hidden": "true" }, s("use", { href: `#i-${name}` }));
}

/** Exchanges all children. */
export function fill(element, ...children) {
  element.replaceChildren(...kept(children));
  return element;
}

let count = 0;
/** An id that no other element has. */
export const uniqueId = (prefix = "x") => `${prefix}-${++count}`;

/** Calls `run` once things have been calm for `wait` milliseconds. */
export function calmly(run, wait = 250) {
  let timer;
  return (...args) => {
    clearTimeout(timer);
    timer = setTimeout(run, wait, ...args);
  };
}

function kept(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}
