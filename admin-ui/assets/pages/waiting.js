// No superuser yet: a set-up link in the old form, `/_/#/pbinstall/TOKEN`, ends up here.

import "../lib/install_link.js";
