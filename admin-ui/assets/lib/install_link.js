// Set-up links of the form `/_/#/pbinstall/TOKEN`, which stock tools print and open.

const PREFIX = "#/pbinstall/";

if (location.hash.startsWith(PREFIX)) {
  location.replace(`/_/setup/${encodeURIComponent(location.hash.slice(PREFIX.length))}`);
}
