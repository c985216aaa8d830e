// Signing in. The form works by itself; this only follows set-up links that end in a hash, which
// the server cannot see: `/_/#/pbinstall/TOKEN` is redirected here with the hash kept.

import "../lib/install_link.js";

const form = document.querySelector("form");
form.addEventListener("submit", () => {
  form.querySelector("button").disabled = true;
});
// A page from the history must be usable again.
addEventListener("pageshow", () => { form.querySelector("button").disabled = false; });
