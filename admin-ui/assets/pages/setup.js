// The set-up: says that the two passwords differ before the server has to.

const [password, again] = ["password", "password_again"].map((id) => document.getElementById(id));

function compare() {
  const differ = again.value !== "" && again.value !== password.value;
  again.setCustomValidity(differ ? "The two passwords are not the same." : "");
}

password.addEventListener("input", compare);
again.addEventListener("input", compare);
