// The databases there are to keep records in.

import { get } from "./api.js";
import { may } from "./may.js";

let asked = null;

/** Every datasource, `main` first; asked for once per page. None to an account that may not see them. */
export async function datasources() {
  if (!may.datasources?.read) return [];
  asked ??= get("/datasources").catch((error) => { asked = null; throw error; });
  return asked;
}

/** The name of the datasource a definition names; none is named for the main one. */
export const placeOf = (collection) => collection.datasource || "main";
