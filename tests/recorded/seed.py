#!/usr/bin/env python3
"""Fills an empty stock PocketBase through its API and keeps the directory as text."""

import json
import pathlib
import sqlite3
import subprocess
import tempfile
import zlib

import directory
import records
import schema
from server import STOCK, Server, ask

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)
FILES = [
    ("docs", records.rid("doc", 1), {"name": "one"}, [
        ("att", "My Notes (1).txt", "text/plain", b"some notes\n"),
        ("pics", "dot.png", "image/png", PIXEL), ("pics", "two.txt", "text/plain", b"second\n"),
        ("priv", "private.txt", "text/plain", b"secret\n")]),
    ("docs", records.rid("doc", 2), {"name": "two"}, []),
]


def main():
    work = pathlib.Path(tempfile.mkdtemp(prefix="recorded-"))
    data = work / "pb_data"
    data.mkdir()
    _, email, password = records.PASSWORDS["su"]
    subprocess.run(["pocketbase", "superuser", "create", email, password, "--dir", data], check=True)
    with Server(STOCK, data) as server:
        Seed(server.port).run()
    tidy(data / "data.db")
    directory.dump(data)
    print("kept", directory.SQL, directory.SQL.stat().st_size, "bytes")


class Seed:
    """The calls that fill the server, in order; the first refusal ends the recording."""

    def __init__(self, port):
        self.port, self.token, self.ids = port, "", {"users": "_pb_users_auth_"}

    def call(self, method, path, body):
        headers = {"Content-Type": "application/json", "Authorization": self.token}
        status, _, text = ask(self.port, method, path, headers, json.dumps(body).encode())
        if status >= 300:
            raise SystemExit(f"{method} {path}: {status} {text.decode()}\n{json.dumps(body)[:400]}")
        return json.loads(text) if text else None

    def run(self):
        _, identity, password = records.PASSWORDS["su"]
        path = "/api/collections/_superusers/auth-with-password"
        self.token = self.call("POST", path, {"identity": identity, "password": password})["token"]
        self.call("PATCH", "/api/collections/_superusers", schema.ALERT_OFF)
        self.call("PATCH", "/api/settings", {"batch": {"enabled": True, "maxRequests": 8, "timeout": 10},
                                             "meta": {"appName": "Recorded"}, "logs": {"minLevel": 0}})
        for one in schema.COLLECTIONS:
            self.collection(one)
            if one["name"] == "orgs":
                self.users()
        self.fill()

    def collection(self, wish):
        kind, name = wish["type"], wish["name"]
        self.ids[name] = f"pbc_{zlib.crc32((kind + name).encode())}"
        wish = {"id": self.ids[name], **wish}
        if "fields" in wish:
            wish["fields"] = [self.resolved(f) for f in wish["fields"]]
            own = [f for f in wish["fields"] if f.get("collectionId") == self.ids[name]]
            if own:
                self.call("POST", "/api/collections", {**wish, "fields": [f for f in wish["fields"] if f not in own]})
                stored = self.call("GET", f"/api/collections/{name}", None)["fields"]
                self.call("PATCH", f"/api/collections/{name}", {"fields": stored + own})
                return
        self.call("POST", "/api/collections", wish)

    def users(self):
        stored = self.call("GET", "/api/collections/users", None)["fields"]
        more = [self.resolved(f) for f in schema.USERS_FIELDS]
        self.call("PATCH", "/api/collections/users", {**schema.USERS, "fields": stored + more})

    def resolved(self, wish):
        if not wish.get("collectionId", "").startswith("@"):
            return wish
        return {**wish, "collectionId": self.ids[wish["collectionId"][1:]]}

    def fill(self):
        for identity, email, password in records.SUPERUSERS:
            self.record("_superusers", {"id": identity, "email": email, "password": password})
        for name, rows in records.IN_ORDER:
            for row in rows:
                self.record(name, row)
        for identity, friends in records.FRIENDS.items():
            self.call("PATCH", f"/api/collections/users/records/{identity}", {"friends": friends})
        for name, identity, values, files in FILES:
            self.upload(name, {"id": identity, **values}, files)

    def record(self, name, row):
        auth = name in ("_superusers", "users", "members", "staff", "robots")
        if auth:
            row = {**row, "passwordConfirm": row["password"]}
        self.call("POST", f"/api/collections/{name}/records", row)

    def upload(self, name, values, files):
        edge = "recorded-edge"
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n'.encode() for k, v in values.items()]
        for field, filename, kind, content in files:
            head = f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{filename}"\r\nContent-Type: {kind}\r\n\r\n'
            parts.append(head.encode() + content + b"\r\n")
        body = b"".join(parts) + f"--{edge}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={edge}", "Authorization": self.token}
        status, _, text = ask(self.port, "POST", f"/api/collections/{name}/records", headers, body)
        if status != 200:
            raise SystemExit(text.decode())


def tidy(path):
    """Gives every row a date of its own that does not depend on the day of the recording."""
    database = sqlite3.connect(path)
    tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        if table in ("_migrations",):
            continue
        columns = {row[1] for row in database.execute(f"PRAGMA table_info(`{table}`)")}
        for column, part in (("created", "000"), ("updated", "500")):
            if column in columns:
                database.execute(
                    f"UPDATE `{table}` SET {column} = strftime('%Y-%m-%d %H:%M:%S.{part}Z', '2026-01-02 03:04:05', '+' || (rowid * 61) || ' seconds')"
                )
    for table in ("_authOrigins", "_mfas", "_otps"):
        database.execute(f"DELETE FROM {table}")
    database.commit()
    database.close()


if __name__ == "__main__":
    main()
