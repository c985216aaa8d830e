// The way to the server. The console forwards `/_/api/…` to the API with the session's token,
// which no script ever sees.

const csrf = document.querySelector("meta[name=csrf]")?.content ?? "";

/** What the server refused: `message`, `status`, and `fields` with one item per wrong field. */
export class Refusal extends Error {
  constructor(status, answer) {
    super(answer?.message || "The server did not answer as expected.");
    this.status = status;
    this.fields = answer?.data ?? {};
  }
}

/** One call; `path` is the part after `/api`. Gives the JSON answer, or null when there is none. */
export async function api(method, path, { query, body, signal } = {}) {
  const headers = { "X-CSRF-Token": csrf };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(address(path, query), {
      method, headers, signal, credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refusal(0, { message: "The server cannot be reached." });
  }
  const text = await response.text();
  const answer = parsed(text);
  if (response.status === 401) leave();
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

export const get = (path, query, signal) => api("GET", path, { query, signal });
export const post = (path, body, query) => api("POST", path, { body, query });
export const patch = (path, body, query) => api("PATCH", path, { body, query });
export const remove = (path) => api("DELETE", path);

/** The path of a collection's records, or of one of them. */
export function recordsPath(collection, id) {
  const list = `/collections/${encodeURIComponent(collection)}/records`;
  return id === undefined ? list : `${list}/${encodeURIComponent(id)}`;
}

/** A text as a literal of the filter language. */
export const literal = (text) => `"${String(text).replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;

function address(path, query) {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null && value !== "") search.set(key, value);
  }
  const text = search.toString();
  return `/_/api${path}${text ? `?${text}` : ""}`;
}

function parsed(text) {
  if (!text) return null;
  try { return JSON.parse(text); } catch { return { message: text }; }
}

function leave() {
  const here = location.pathname + location.search;
  location.assign(`/_/login?next=${encodeURIComponent(here)}`);
}
