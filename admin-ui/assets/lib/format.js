// How values look to a reader.

const numbers = new Intl.NumberFormat();
const near = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });
const days = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export const number = (value) => numbers.format(value);

/** `1 record`, `2 records`. */
export const plural = (count, word) => `${number(count)} ${word}${count === 1 ? "" : "s"}`;

/** The API's date text (`2026-01-02 03:04:05.678Z`) as a Date, or null. */
export function date(text) {
  const at = new Date(String(text).replace(" ", "T"));
  return text && !Number.isNaN(at.getTime()) ? at : null;
}

export const moment = (at) => days.format(at);

/** `3 minutes ago` for what is recent, the date for what is not. */
export function ago(at) {
  const seconds = (at.getTime() - Date.now()) / 1000;
  if (Math.abs(seconds) < 45) return "just now";
  if (Math.abs(seconds) < 3600) return near.format(Math.round(seconds / 60), "minute");
  if (Math.abs(seconds) < 86400) return near.format(Math.round(seconds / 3600), "hour");
  return moment(at);
}

/** A date as `<input type="datetime-local" step="0.001">` wants it, in UTC. */
export const dateInput = (text) => (date(text) ? date(text).toISOString().slice(0, -1) : "");

/** The plain text of an HTML fragment, without running or loading anything in it. */
export function plainText(html) {
  return new DOMParser().parseFromString(html, "text/html").body.textContent.trim();
}

const shares = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
/** `0.934` → `93.4 %`, as the reader's language writes it. */
export const percent = (share) => shares.format(share);

/** `1536` → `1.5 KiB`. */
export function bytes(count) {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  const step = count < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  const value = count / 1024 ** step;
  return `${numbers.format(value < 10 ? Math.round(value * 10) / 10 : Math.round(value))} ${units[step]}`;
}
