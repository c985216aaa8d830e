"""The records of the recorded directory: everything given, so that recording again gives the same."""

import json
import pathlib


def rid(prefix, position):
    """A 15 character id that says what it belongs to: `post00000000003`."""
    return prefix + str(position).rjust(15 - len(prefix), "0")


PASSWORDS = json.loads((pathlib.Path(__file__).parent / "personas.json").read_text())
SUPERUSERS = [(rid("sup", 2), "second@example.com", "second-password"), (rid("sup", 3), "third@example.com", "third-password")]

TAGS = [
    {"id": rid("tag", 1), "name": "red", "w": 1, "color": "red", "meta": {"k": 1, "l": [1, 2]}},
    {"id": rid("tag", 2), "name": "green", "w": 2, "color": "green", "meta": {"k": "1"}},
    {"id": rid("tag", 3), "name": "Blue", "w": 3, "color": "light blue", "meta": [1, "a", {"x": True}]},
    {"id": rid("tag", 4), "name": "void", "w": 0},
    {"id": rid("tag", 5), "name": "100%_x", "w": -2, "meta": "plain"},
]
ORGS = [
    {"id": rid("org", 1), "name": "Acme", "plan": "pro", "geo": {"lon": 23.32, "lat": 42.69}, "site": "https://acme.org"},
    {"id": rid("org", 2), "name": "Bolt", "plan": "free", "geo": {"lon": -0.12, "lat": 51.5}},
    {"id": rid("org", 3), "name": "Zero"},
]
VAULTS = [{"id": rid("vault", 1), "code": "alpha", "level": 1}, {"id": rid("vault", 2), "code": "beta", "level": 9}]
USERS = [
    {"id": rid("usr", 1), "email": "alice@example.com", "name": "Alice", "role": "admin", "score": 10, "secret": "s1",
     "emailVisibility": True, "verified": True, "org": rid("org", 1), "password": "alice-password"},
    {"id": rid("usr", 2), "email": "bob@example.com", "name": "Bob", "role": "editor", "score": 5, "secret": "s2",
     "emailVisibility": False, "verified": True, "org": rid("org", 2), "password": "bob-password"},
    {"id": rid("usr", 3), "email": "carol@example.com", "name": "Carol", "role": "reader", "score": 0,
     "emailVisibility": False, "verified": False, "password": "carol-password"},
    {"id": rid("usr", 4), "email": "Dan@Example.com", "name": "dan", "emailVisibility": True, "org": rid("org", 1), "password": "dan-password"},
]
FRIENDS = {rid("usr", 1): [rid("usr", 2), rid("usr", 3)], rid("usr", 2): [rid("usr", 1)]}
MEMBERS = [
    {"id": rid("mem", 1), "email": "mia@example.com", "username": "Mia", "verified": True, "label": "first", "boss": rid("usr", 1), "password": "mia-password"},
    {"id": rid("mem", 2), "email": "max@example.com", "username": "max", "verified": False, "password": "max-password", "emailVisibility": True},
    {"id": rid("mem", 3), "email": "lou@example.com", "username": "lou@odd", "verified": True, "password": "lou-password"},
]
STAFF = [{"id": rid("stf", 1), "email": "sam@example.com", "password": "sam-password", "label": "never"}]
ROBOTS = [{"id": rid("rob", 1), "email": "r2@example.com", "password": "r2-password", "label": "beep"}]

POSTS = [
    {"id": rid("post", 1), "title": "Hello World", "slug": "hello", "body": "<h1>Head</h1><p>One <b>bold</b> text &amp; more</p><script>x()</script>",
     "n": 1, "m": 2.5, "b": True, "e": "a@example.com", "u": "https://example.com/a?x=1", "d": "2024-01-15 10:30:00.123Z", "s": "a",
     "sm": ["red", "blue"], "j": {"k": 1, "deep": {"a": [10, {"z": "end"}]}, "b": True}, "geo": {"lon": 23.32, "lat": 42.69},
     "author": rid("usr", 1), "tags": [rid("tag", 1), rid("tag", 2)], "org": rid("org", 1), "vault": rid("vault", 1), "hid": "h1", "pass": "open sesame"},
    {"id": rid("post", 2), "title": "hello again", "slug": "again", "body": "plain text", "n": 10, "m": -1, "b": False, "d": "2024-02-29 23:59:59.999Z",
     "s": "b", "sm": ["green"], "j": [1, "two", {"three": 3}], "author": rid("usr", 2), "tags": [rid("tag", 3)], "org": rid("org", 2), "hid": "h2"},
    {"id": rid("post", 3), "title": "ÜBER alles", "n": 9, "m": 2.5, "b": True, "d": "2023-12-31 00:00:00.000Z", "s": "c",
     "sm": [], "j": "text", "author": rid("usr", 1), "tags": [rid("tag", 1), rid("tag", 3), rid("tag", 4)], "vault": rid("vault", 2)},
    {"id": rid("post", 4), "title": "Zebra", "slug": "zebra", "n": -1.5, "m": 0, "j": 42, "sm": ["light blue"], "tags": [], "author": rid("usr", 3), "hid": "x"},
    {"id": rid("post", 5), "title": "nothing"},
    {"id": rid("post", 6), "title": "a_b%c\\d", "slug": "odd", "n": 1e21, "m": 0.1, "b": True, "j": None, "d": "2025-06-01 12:00:00.000Z",
     "s": "a", "sm": ["red", "green", "blue"], "tags": [rid("tag", 5)], "org": rid("org", 3), "author": rid("usr", 4), "geo": {"lon": -0.12, "lat": 51.5}},
]
COMMENTS = [
    {"id": rid("com", 1), "post": rid("post", 1), "user": rid("usr", 1), "text": "first", "likes": 3},
    {"id": rid("com", 2), "post": rid("post", 1), "user": rid("usr", 2), "text": "second", "likes": 0},
    {"id": rid("com", 3), "post": rid("post", 2), "user": rid("usr", 2), "text": "third", "likes": 7},
    {"id": rid("com", 4), "post": rid("post", 3), "user": "", "text": "anonymous", "likes": -1},
    {"id": rid("com", 5), "post": rid("post", 1), "user": rid("usr", 3), "text": "First", "likes": 1},
]
PROFILES = [
    {"id": rid("prof", 1), "user": rid("usr", 1), "nick": "ally", "bio": "one"},
    {"id": rid("prof", 2), "user": rid("usr", 2), "nick": "bobby", "bio": ""},
]
TAG = {name: rid("tag", i + 1) for i, name in enumerate(["red", "green", "blue", "void", "odd"])}
PROBE = [
    {"id": rid("pr", 1), "t": "", "n": 0},
    {"id": rid("pr", 2), "t": "10", "n": 10, "b": True, "d": "2024-01-02 03:04:05.678Z", "j": 10, "s": "a", "sm": ["a"], "rs": TAG["red"], "rm": [TAG["red"]]},
    {"id": rid("pr", 3), "t": "9", "n": 9, "j": "10", "s": "b", "sm": ["a", "b"], "rs": TAG["green"], "rm": [TAG["red"], TAG["green"]], "g": {"lon": 10, "lat": 20}},
    {"id": rid("pr", 4), "t": "1", "n": 1, "b": True, "j": True, "sm": ["c", "b"], "rs": TAG["blue"], "rm": [TAG["blue"], TAG["green"]], "e": "a@b.co"},
    {"id": rid("pr", 5), "t": "1.0", "n": -1.5, "d": "2024-01-01 00:00:00.000Z", "j": False, "rm": [TAG["void"], TAG["odd"], TAG["red"]], "rs": TAG["void"]},
    {"id": rid("pr", 6), "t": "Hello", "n": 2.5, "j": {"k": 1, "t": "x", "n": None, "l": [1, 2, 3], "o": {"p": "q"}}, "hid": "h", "pw": "secret"},
    {"id": rid("pr", 7), "t": "hello", "n": 1e21, "j": {"k": "1", "t": "", "l": ["a"]}, "d": "2024-02-29 12:00:00.000Z"},
    {"id": rid("pr", 8), "t": "ÜBER", "n": 100, "j": [1, "x", {"a": 5}], "b": True, "d": "2025-12-31 23:59:59.999Z"},
    {"id": rid("pr", 9), "t": "über", "n": 0.1, "j": "", "g": {"lon": -73.98, "lat": 40.74}},
    {"id": rid("pr", 10), "t": "100%", "n": 3, "j": "text", "hid": "x"},
    {"id": rid("pr", 11), "t": "a_b", "n": 4, "j": []},
    {"id": rid("pr", 12), "t": "a\\b", "n": 5, "j": {}},
    {"id": rid("pr", 13), "t": "it's", "n": 6, "j": None},
    {"id": rid("pr", 14), "t": 'say "hi"', "n": 7, "j": 0},
    {"id": rid("pr", 15), "t": "line\nbreak\ttab", "n": 8, "j": "null "},
    {"id": rid("pr", 16), "t": " 10 ", "n": -7, "j": 1.5},
    {"id": rid("pr", 17), "t": "null", "n": 12, "j": "true "},
    {"id": rid("pr", 18), "t": "abc(def)", "n": 13, "j": {"k": 2, "arr": [{"v": 1}, {"v": 2}]}, "sm": ["a", "b", "c", "d"], "s": "c"},
]
NODES = [
    {"id": rid("node", i), "name": f"n{i}", "w": i, "parent": rid("node", i - 1) if i > 1 else "",
     "links": [rid("node", j) for j in range(1, i) if j % 2 == i % 2]}
    for i in range(1, 9)
]
SEATS = [
    {"id": rid("seat", 1), "hall": "A", "seat": 1, "code": "Abc", "tag": "x"},
    {"id": rid("seat", 2), "hall": "A", "seat": 2, "code": "", "tag": ""},
]
TARGETS = [{"id": rid("target", i), "name": f"t{i}"} for i in range(1, 7)]
CASCADES = {
    "casc_plain": [
        {"id": rid("cp", 1), "one": rid("target", 1), "many": [rid("target", 1), rid("target", 2)], "t": "p1"},
        {"id": rid("cp", 2), "one": rid("target", 2), "many": [rid("target", 1)], "t": "p2"}],
    "casc_del": [{"id": rid("cd", 1), "one": rid("target", 1), "t": "d1"}, {"id": rid("cd", 2), "one": rid("target", 3), "t": "d2"}],
    "casc_many": [
        {"id": rid("cm", 1), "many": [rid("target", 1), rid("target", 3)], "t": "m1"},
        {"id": rid("cm", 2), "many": [rid("target", 1)], "t": "m2"}],
    "casc_req": [{"id": rid("cr", 1), "one": rid("target", 4), "t": "r1"}],
    "casc_deep": [{"id": rid("ce", 1), "parent": rid("cd", 1), "t": "e1"}, {"id": rid("ce", 2), "parent": rid("cd", 2), "t": "e2"}],
}
MATRIX = [{"id": rid("own", 1), "t": "of alice", "owner": rid("usr", 1)}, {"id": rid("own", 2), "t": "of bob", "owner": rid("usr", 2)},
          {"id": rid("own", 3), "t": "of none"}]
RULED = [
    {"id": rid("rul", 1), "t": "one", "n": 1, "b": True, "d": "2024-05-05 10:00:00.000Z", "j": {"k": 1}, "s": "a", "sm": ["a", "b"],
     "rs": TAG["red"], "rm": [TAG["red"], TAG["green"]], "owner": rid("usr", 1), "team": [rid("usr", 1), rid("usr", 2)], "hid": "h"},
    {"id": rid("rul", 2), "t": "two", "n": 2, "s": "b", "sm": ["c"], "rs": TAG["green"], "rm": [TAG["blue"]], "owner": rid("usr", 2), "team": [rid("usr", 3)]},
    {"id": rid("rul", 3), "t": "Three", "n": 0},
]
STRICT = [{"id": rid("strict", 1), "t": "abc", "rt": "x", "ni": 3, "nr": 2, "s": "a", "sm": ["a", "b"], "rm": [TAG["red"], TAG["green"]],
           "rs": TAG["red"], "j": {"a": 1}, "p": "abcde", "auto": "fixed", "hid": "hidden", "dr": "2024-06-01 00:00:00.000Z"}]
CUSTOM = [{"id": "Abc", "t": "one"}, {"id": "x_y-z", "t": "two"}]

IN_ORDER = [
    ("tags", TAGS), ("orgs", ORGS), ("vaults", VAULTS), ("users", USERS), ("members", MEMBERS), ("staff", STAFF),
    ("robots", ROBOTS), ("posts", POSTS), ("comments", COMMENTS), ("profiles", PROFILES), ("probe", PROBE), ("nodes", NODES),
    ("seats", SEATS), ("targets", TARGETS), *CASCADES.items(), ("m_null", MATRIX), ("m_open", MATRIX), ("m_rule", MATRIX),
    ("ruled", RULED), ("strict", STRICT), ("customid", CUSTOM),
]
