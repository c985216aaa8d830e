"""What is asked, by topic. Each module offers `topics()`, a list of `Topic`."""

import base64
import hashlib
import hmac
import json
import sqlite3


class Topic:
    """The cases of one file, in order. `mutates`: the file needs a copy of the directory of its own."""

    def __init__(self, name, mutates=False):
        self.name, self.mutates, self.cases = name, mutates, []

    def add(self, name, method, path, who="guest", **more):
        """One request. `more`: query, body | raw | rawHex | rawRepeat, headers, save, loose, unordered, watch, retry."""
        case = {"name": f"{len(self.cases) + 1:03} {name}"[:110], "as": who, "method": method, "path": path}
        self.cases.append({**case, **more})
        return self

    def get(self, name, path, who="guest", **more):
        return self.add(name, "GET", path, who, **more)

    def post(self, name, path, body, who="guest", **more):
        return self.add(name, "POST", path, who, body=body, **more)

    def patch(self, name, path, body, who="guest", **more):
        return self.add(name, "PATCH", path, who, body=body, **more)

    def delete(self, name, path, who="guest", **more):
        return self.add(name, "DELETE", path, who, **more)

    def filter(self, collection, text, who="su", **query):
        """A list request that shows which records a filter lets through, in a fixed order."""
        query = {"filter": text, "fields": "id", "sort": "id", **query}
        return self.get(text, f"/api/collections/{collection}/records", who, query=query)


def records(collection, identity=""):
    return f"/api/collections/{collection}/records" + (f"/{identity}" if identity else "")


def form(parts, edge="recorded-edge"):
    """A multipart body: parts are (name, text) or (name, file name, type, text)."""
    text = ""
    for part in parts:
        head = f'Content-Disposition: form-data; name="{part[0]}"'
        if len(part) == 4:
            head += f'; filename="{part[1]}"\r\nContent-Type: {part[2]}'
        text += f"--{edge}\r\n{head}\r\n\r\n{part[-1]}\r\n"
    return {"raw": text + f"--{edge}--\r\n", "headers": {"Content-Type": f"multipart/form-data; boundary={edge}"}}


def urlencoded(text):
    return {"raw": text, "headers": {"Content-Type": "application/x-www-form-urlencoded"}}


class Signer:
    """Signs tokens by hand with the keys of the recorded directory (contract 5.1)."""

    def __init__(self, sql):
        self.database = sqlite3.connect(":memory:")
        self.database.executescript(sql.read_text())

    def token(self, collection, identity, kind="auth", exp=4102444800, secret="authToken", **claims):
        options, own = self.database.execute("SELECT options, id FROM _collections WHERE name = ?", (collection,)).fetchone()
        (key,) = self.database.execute(f"SELECT tokenKey FROM `{collection}` WHERE id = ?", (identity,)).fetchone()
        body = {"collectionId": own, "exp": exp, "id": identity, "refreshable": True, "type": kind, **claims}
        body = {k: v for k, v in body.items() if v is not None}
        return self.sign({"alg": "HS256", "typ": "JWT"}, body, key + json.loads(options)[secret]["secret"])

    @staticmethod
    def sign(head, body, key):
        def part(value):
            return base64.urlsafe_b64encode(json.dumps(value, separators=(",", ":")).encode()).rstrip(b"=")

        text = part(head) + b"." + part(body)
        mark = hmac.new(key.encode(), text, hashlib.sha256).digest()
        return (text + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()
