"""Starting and asking a server that speaks the dialect."""

import http.client
import json
import pathlib
import shlex
import socket
import subprocess
import tempfile
import time
import urllib.parse

STOCK = (
    "pocketbase serve --http 127.0.0.1:{port} --dir {dir} --automigrate=false"
    " --hooksDir {dir}/../none --migrationsDir {dir}/../none --publicDir {dir}/../none"
)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """One server process on its own port, working on one directory."""

    def __init__(self, command, data_dir):
        self.port = free_port()
        text = command.format(port=self.port, dir=pathlib.Path(data_dir).resolve())
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            shlex.split(text), stdout=self.log, stderr=subprocess.STDOUT, cwd=data_dir
        )
        self._wait()

    def _wait(self):
        for _ in range(400):
            try:
                if ask(self.port, "GET", "/api/health")[0] == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.stop()
        self.log.seek(0)
        raise SystemExit("the server did not start:\n" + self.log.read().decode(errors="replace"))

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def ask(port, method, path, headers=None, body=b""):
    """One request on its own connection: (status, headers by lower-case name, body bytes)."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        link.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            link.putheader(name, value)
        if body or method in ("POST", "PUT", "PATCH"):
            link.putheader("Content-Length", str(len(body)))
        link.endheaders()
        try:
            if body:
                link.send(body)
        except (BrokenPipeError, ConnectionResetError):
            pass  # an early refusal (413) is still an answer
        answer = link.getresponse()
        found = {}
        for name, value in answer.getheaders():
            name = name.lower()
            found[name] = found[name] + ", " + value if name in found else value
        return answer.status, found, answer.read()
    finally:
        link.close()


def target(case, saved):
    """The request target: `path`, then `query` percent-encoded."""
    path = fill(case["path"], saved)
    if "query" in case:
        path += "?" + "&".join(
            urllib.parse.quote(k, safe="") + "=" + urllib.parse.quote(fill(v, saved), safe="")
            for k, v in case["query"].items()
        )
    return path


def payload(case, saved):
    """The body bytes and the content type they imply (None: send none)."""
    if "body" in case:
        text = json.dumps(case["body"], ensure_ascii=False)
        return fill(text, saved).encode(), "application/json"
    if "raw" in case:
        return fill(case["raw"], saved).encode(), None
    if "rawHex" in case:
        return bytes.fromhex(case["rawHex"]), None
    if "rawRepeat" in case:
        before, unit, times, after = case["rawRepeat"]
        return (before + unit * times + after).encode(), None
    return b"", None


def fill(text, saved):
    """Puts values saved from earlier answers of the file in place of `{{name}}`."""
    for name, value in saved.items():
        text = text.replace("{{" + name + "}}", value)
    return text


class Personas:
    """Signs each persona in by password once; tokens stay good on every copy of the directory."""

    def __init__(self, passwords):
        self.passwords, self.tokens = passwords, {}

    def token(self, port, name):
        if name == "guest":
            return None
        if name not in self.tokens:
            collection, identity, password = self.passwords[name]
            path = f"/api/collections/{collection}/auth-with-password"
            body = json.dumps({"identity": identity, "password": password}).encode()
            status, _, text = ask(port, "POST", path, {"Content-Type": "application/json"}, body)
            if status != 200:
                raise SystemExit(f"{name} cannot sign in: {status} {text.decode(errors='replace')}")
            self.tokens[name] = json.loads(text)["token"]
        return self.tokens[name]


def perform(port, case, personas, saved):
    """Sends one case; the answer is (status, headers, parsed JSON | text | None)."""
    headers = {}
    body, kind = payload(case, saved)
    if kind:
        headers["Content-Type"] = kind
    token = personas.token(port, case.get("as", "guest"))
    if token:
        headers["Authorization"] = token
    headers.update({k: fill(v, saved) for k, v in case.get("headers", {}).items()})
    headers.setdefault("User-Agent", "recorded")
    status, found, text = ask(port, case.get("method", "GET"), target(case, saved), headers, body)
    return status, found, read(text)


def read(text):
    """The parsed JSON of a body, its text if it is none, None if empty."""
    if not text:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text.decode(errors="replace")


def pick(value, path):
    """The member of an answer named by a dotted path (list positions are numbers)."""
    for part in path.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value
