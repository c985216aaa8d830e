"""Creating and updating records: normalisation, validation, modifiers, uniqueness, cascades (contract 1.4, 3.4 to 3.6, 4)."""

from topics import Topic, form, records, urlencoded

SCALARS = ["", "text", " pad ", 0, 1, -1, 12.5, 1.0, 1e21, 1e-7, 12345678901234567890, True, False, None, [], ["a"], [1, 2], {}, {"a": 1}, "1", "1.50", "1e3", "1_000", " 5", "12abc", "-0", "0x10", "true", "TRUE", "True", "t", "T", "yes", "on", "f", "null", "NaN", "Infinity"]
DATES = ["2024-05-05 10:00:00.123Z", "2024-05-05T10:00:00Z", "2024-05-05T10:00:00+03:00", "2024-05-05T10:00:00.123456Z", "2024-05-05 10:00:00.9999Z", "2024-05-05 10:00:00", "2024-05-05T10:00:00", "2024-05-05", "2024-05-05 10:00:00 +0200", "2024-05-05 10:00:00.000 +0200", "2024-05-05T10:00:00+0300", "Tue, 02 Jan 2024 03:04:05 GMT", "Tue, 02 Jan 2024 03:04:05 +0100", "02 Jan 24 15:04 MST", "Tuesday, 02-Jan-24 03:04:05 GMT", "02 Jan 2024", "Tue Jan  2 15:04:05 2024", "2024-01-02 03:04", "2024-1-2", "2024", "1704164645", 1704164645, "2024-02-30", "2024-13-01", "2024-02-29", "2023-02-29", "0001-01-01 00:00:00.000Z", "0001-01-01 00:00:01.000Z", "9999-12-31 23:59:59.999Z", "10000-01-01", "0000-00-00", "now", "today", "2024-05-05 24:00:00", "2024-05-05 23:59:60", "2024-05-05 10:00:00.1Z", "2024-05-05 10:00:00,5Z", "20240505", "2024-05-05T10:00Z", "2024/05/05", "05/06/2024", "2024-W01-1", " 2024-05-05 ", None, True, [], {}, ["2024-05-05"], "2024-05-05 10:00:00Z", "2024-05-05T10:00:00.000Z", "2024-05-05t10:00:00z", "2024-05-05 10:00:00 UTC", "Jan 2, 2024", "2024-05-05T10:00:00-00:00", "2024-05-05 10:00:00 -0530 EST"]
CHOICES = ["a", "z", "", None, [], ["a"], ["a", "b"], ["b", "a", "b"], ["a", ""], ["a", "z"], '["a","b"]', '["a"', "[a]", "a,b", 1, True, {"a": 1}, [["a"]], [None, "a"], [1, "a"], '[]', '[1]', "A", " a "]
RELATIONS = ["tag000000000001", "missing", "", None, ["tag000000000001"], ["tag000000000001", "tag000000000002"], ["tag000000000002", "tag000000000001", "tag000000000002"], ["tag000000000001", "missing"], ["tag000000000001", ""], '["tag000000000001","tag000000000003"]', 1, True, {}, "TAG000000000001", "tag000000000001,tag000000000002", ["tag000000000001", "tag000000000002", "tag000000000003", "tag000000000004"]]
JSONS = ["", "text", "null", "true", "1.50", "-1", "[1, 2]", '{"b": 1, "a": 2}', '"quoted"', "[1,2", " 1", "tru", "{a:1}", "-", "1e2", "01", '{"a":1,"a":2}', "[]", "{}", '""', " [1]", "\n1", "nullx", "1 2", '"open', "\u00e9", None, True, 0, 1.5, 1e2, 12345678901234567890, 1e400 if False else 1e300, [], {}, {"b": {"z": 1, "a": [2, {"y": 1, "x": 2}]}, "a": None}, [None], ["<b>&"], "<b>&", {"é": "ü"}, "1.0", "1E5", 0.1, 100000000000000000000, 1e-7, -0.0]
POINTS = [{"lon": 1, "lat": 2}, {"lon": 1}, {"lat": 2}, {}, {"lon": "1", "lat": "2.5"}, {"lon": "x", "lat": 2}, '{"lon":3,"lat":4}', '{"lon":3', "", None, [], [1, 2], "1,2", 5, True, {"lon": 181, "lat": 0}, {"lon": -181, "lat": 0}, {"lon": 0, "lat": 91}, {"lon": 200, "lat": -91}, {"lon": 180, "lat": 90}, {"lon": -180, "lat": -90}, {"lon": 1, "lat": 2, "alt": 3}, {"Lon": 1, "LAT": 2}, {"lon": None, "lat": 1}, {"lon": 1e-7, "lat": 0.1}]


def topics():
    return [values(), strict(), required(), modifiers(), ids(), unique(), cascades(), hidden(), forms(), accounts()]


def values():
    topic = Topic("write_values", mutates=True)
    every = [("t", SCALARS), ("n", SCALARS), ("b", SCALARS), ("e", ["a@b.co", "A@B.CO", "x", "", None, 5, "a@b", "a b@c.co", "ü@ü.de", "a@b.co ", "<a@b.co>", "a@localhost", '"q"@b.co', "a@127.0.0.1", "a+b@c.io", "a@b..co", ".a@b.co", "a" * 65 + "@b.co"]), ("u", ["https://a.co", "http://a", "a.co", "ftp://a.co", "//a.co", "https://", "", None, 5, "javascript:alert(1)", "https://ü.de/é?x=ü", "https://a.co:99999", "http://localhost:80/x", "mailto:a@b.co", "https://a b.co", "HTTP://A.CO", "http://user:pw@a.co/#x", "http://[::1]/", "/rel", "https://a.co/" + "x" * 300]), ("body", ["<p>x</p><script>", "", None, 5, True, [], {}]), ("d", DATES), ("s", CHOICES), ("sm", [["red", "blue"], "red", ["red", "red"], ["none"], ["light blue"], '["red","green"]', "", None, [], 1, {}, ["red", None], ["red", "green", "blue", "light blue"]]), ("tags", RELATIONS), ("author", ["usr000000000001", "missing", "", None, ["usr000000000001", "usr000000000002"], [], "tag000000000001"]), ("j", JSONS), ("geo", POINTS), ("pass", ["", "x", None, 5, "y" * 71, "y" * 72, "ü" * 71, True, []])]
    for name, inputs in every:
        target, column = ("probe", name) if name in ("t", "n", "b", "s") else ("posts", name)
        for value in inputs:
            body = {column: value} if target == "probe" else {"title": "made", column: value}
            topic.post(f"{name} = {value!r}", records(target), body, "su", query={"fields": column})
    for name, value in (("t", 5), ("n", "7"), ("b", "true"), ("d", "2024-05-05"), ("j", {"b": 1, "a": 2}), ("sm", "a"), ("rs", "tag000000000001"), ("g", {"lon": 1}), ("n", None), ("t", None), ("b", None), ("d", None), ("j", None), ("sm", None), ("rs", None), ("g", None), ("j", ""), ("pw", "again"), ("pw", ""), ("pw", None)):
        topic.patch(f"update {name} = {value!r}", records("probe", "pr0000000000018"), {name: value}, "su", query={"fields": name})
    topic.patch("update nothing", records("posts", "post00000000001"), {}, "su", query={"fields": "id,title,updated,created"})
    topic.add("update without body", "PATCH", records("posts", "post00000000001"), "su", query={"fields": "id,updated"})
    topic.patch("unknown and reserved keys", records("posts", "post00000000001"), {"foo": 1, "collectionId": "x", "collectionName": "y", "expand": {"a": 1}, "created": "2020-01-01", "updated": "2020-01-01", "N": 5, "title ": "x"}, "su", query={"expand": "author", "fields": "*,expand.author.id"})
    topic.post("full create", records("posts"), {"id": "fullfullfull001", "title": "full", "slug": "full", "tags": ["tag000000000002", "tag000000000001"], "author": "usr000000000001"}, "guest", query={"expand": "author,tags"})
    topic.get("full again", records("posts", "fullfullfull001"), "guest")
    topic.post("empty create fails", records("posts"), {}, "guest")
    topic.add("create without body", "POST", records("probe"), "su")
    topic.post("zero record", records("tags"), {}, "guest")
    topic.get("stored text of j", records("posts"), "su", query={"filter": 'title = "made" && j ~ "a"', "fields": "j", "sort": "@rowid"})
    topic.get("stored numbers", records("probe"), "su", query={"filter": 'n ~ "e"', "fields": "n", "sort": "n"})
    return topic


def strict():
    topic = Topic("write_validation", mutates=True)
    cases = [("t", ["a", "ab", "abcde", "abcdef", "AB", "ab1", "", "éé", "üü", 12, True, "a\nb"]), ("ni", [1, 1.5, "2.5", -3, 0, 1e21, "x"]), ("nr", [-5, -5.1, -6, 10, 10.0001, 11, 0, "9", "99"]), ("eo", ["a@example.com", "a@acme.org", "a@EXAMPLE.com", "a@other.com", "a@sub.example.com", "bad"]), ("ex", ["a@bad.com", "a@BAD.com", "a@x.bad.com", "a@ok.com"]), ("uo", ["https://example.com/x", "https://example.com:80/", "https://www.example.com", "https://EXAMPLE.com", "bad", "ftp://example.com"]), ("ux", ["https://bad.com", "https://bad.com:1", "https://good.com"]), ("ed", ["x" * 20, "x" * 21, "ü" * 10, "ü" * 11]), ("dr", ["2024-01-01", "2023-12-31 23:59:59.999Z", "2024-12-31 23:59:59.999Z", "2025-01-01", "bad", ""]), ("s", CHOICES[:10]), ("sm", CHOICES), ("rs", RELATIONS), ("rm", RELATIONS), ("j", ["x" * 28, "x" * 29, {"a": "x" * 22}, {"a": "x" * 23}, "", None]), ("g", POINTS[14:22]), ("p", ["abcde", "abcd", "abcdefghij", "abcdefghijk", "ABCDE", "ab cde", "", None, 12345, "ééééé"]), ("f", ["x.txt", ["x.txt"], "", None, [], 5]), ("fm", [["a.txt", "b.txt"], "", ["a", "b", "c"]]), ("rt", ["", " ", None, 0, False, []]), ("auto", ["given", "", None])]
    for name, inputs in cases:
        for value in inputs:
            loose = ["auto"] if False else []
            topic.post(f"{name} = {value!r}", records("strict"), {"rt": "r", name: value}, "guest", query={"fields": f"{name},auto"}, loose=loose)
            topic.patch(f"update {name} = {value!r}", records("strict", "strict000000001"), {name: value}, "guest", query={"fields": f"{name}"})
    topic.post("several at once", records("strict"), {"t": "A", "ni": 1.5, "nr": 99, "eo": "x", "uo": "x", "s": "z", "rs": "missing", "g": {"lon": 999, "lat": 999}, "p": "x"}, "guest")
    topic.post("auto", records("strict"), {"rt": "r"}, "guest", query={"fields": "auto,hid,p,id,created"})
    topic.post("auto kept", records("strict"), {"rt": "r", "auto": "mine"}, "guest", query={"fields": "auto"})
    topic.post("auto prefix", records("strict"), {"rt": "r", "auto:autogenerate": "pre-"}, "guest", query={"fields": "auto"})
    topic.patch("auto prefix on update", records("strict", "strict000000001"), {"auto:autogenerate": "up-"}, "guest", query={"fields": "auto"})
    topic.post("autogenerate without pattern", records("strict"), {"rt:autogenerate": "pre-"}, "guest", query={"fields": "rt"})
    topic.patch("same id", records("strict", "strict000000001"), {"id": "strict000000001"}, "guest", query={"fields": "id"})
    return topic


def required():
    topic = Topic("write_required", mutates=True)
    full = {"t": "x", "n": 1, "b": True, "e": "a@b.co", "u": "https://a.co", "d": "2024-01-01", "s": "a", "sm": ["a"], "rs": "tag000000000001", "rm": ["tag000000000001"], "j": 1, "g": {"lon": 1, "lat": 1}, "ed": "x", "p": "password1"}
    topic.post("nothing", records("must"), {}, "guest")
    topic.post("all but the file", records("must"), full, "guest")
    for name, zeros in (("t", ["", None]), ("n", [0, "0", "x"]), ("b", [False, 0, "no"]), ("e", ["", "x"]), ("d", ["", "bad"]), ("s", ["", []]), ("sm", [[], ""]), ("rs", ["", []]), ("rm", [[], [""]]), ("j", [None, "", [], {}, "null", '""', "[]", 0, False, "0"]), ("g", [{}, {"lon": 0, "lat": 0}, None]), ("ed", ["", None]), ("p", ["", None, "x"])):
        for value in zeros:
            topic.post(f"{name} = {value!r}", records("must"), {**full, name: value}, "guest")
    parts = [(k, str(v)) for k, v in full.items() if k not in ("sm", "rm", "g", "b")] + [("b", "true"), ("sm", "a"), ("rm", "tag000000000001"), ("g", '{"lon":1,"lat":1}')]
    topic.add("with the file", "POST", records("must"), "guest", **form(parts + [("f", "hello.txt", "text/plain", "hi")]))
    return topic


def modifiers():
    topic = Topic("write_modifiers", mutates=True)
    target = records("posts", "post00000000001")
    bodies = [{"n+": 1}, {"n-": 3}, {"n+": "2"}, {"n+": "x"}, {"n+": None}, {"n": 1, "n+": 2, "n-": 10}, {"n-": 10, "n+": 2, "n": 1}, {"+n": 5}, {"-n": 5}, {"n+": 0.1}, {"n+": True}, {"n+": [1]}, {"sm+": "green"}, {"sm+": "green"}, {"sm+": ["light blue", "red"]}, {"sm-": "red"}, {"sm-": ["none", "green"]}, {"+sm": "red"}, {"+sm": ["red", "green"]}, {"sm+": "invalid"}, {"sm+": None}, {"sm+": []}, {"sm": ["red"], "sm+": "blue", "+sm": "green"}, {"sm": ["red", "blue"], "sm-": "red"}, {"sm-": '["blue"]'}, {"sm+": 5}, {"s+": "b"}, {"s-": "b"}, {"s+": "c", "s": "a"}, {"+s": "a"}, {"+s": "b"}, {"s-": "nope"}, {"tags+": "tag000000000003"}, {"tags-": "tag000000000001"}, {"+tags": ["tag000000000004", "tag000000000005"]}, {"tags+": "missing"}, {"tags-": "missing"}, {"tags+": ["tag000000000001", "tag000000000002"]}, {"tags-": ["tag000000000001", "tag000000000002", "tag000000000003"]}, {"tags": [], "tags+": "tag000000000001"}, {"author+": "usr000000000002"}, {"author-": "usr000000000002"}, {"+author": "usr000000000003"}, {"author-": "usr000000000003"}, {"title+": "x"}, {"title-": "x"}, {"b+": True}, {"j+": 1}, {"d+": "2024-01-01"}, {"title:autogenerate": "x"}, {"slug:autogenerate": "sl"}, {"unknown+": 1}, {"n+ ": 5}, {"n++": 5}, {"n:each": 5}, {"geo+": {"lon": 1}}, {"id+": "x"}, {"created+": 1}, {"n+": -1e308}, {"n": 1e308, "n+": 1e308}, {"n": 0}]
    for body in bodies:
        topic.patch(str(body), target, body, "su", query={"fields": "n,sm,s,tags,author,title,slug"})
    for body in [{"n+": 5}, {"n-": 5}, {"sm+": ["red", "blue"]}, {"+sm": "red", "sm": ["blue"]}, {"sm-": "red"}, {"tags+": "tag000000000001"}, {"n": 2, "n+": 3}, {"s+": "a"}, {"author+": "usr000000000001"}]:
        topic.post(f"create {body}", records("posts"), {"title": "made", **body}, "su", query={"fields": "n,sm,s,tags,author"})
    for field in ("att-", "pics-", "pics+", "pics", "+pics", "att", "att+"):
        topic.patch(f"file {field} unknown", records("docs", "doc000000000001"), {field: "nope.txt"}, "su", loose=[])
    return topic


def ids():
    topic = Topic("write_ids", mutates=True)
    for value in ["", None, "aaaaaaaaaaaaaa1", "aaaaaaaaaaaaaa1", "AAAAAAAAAAAAAA1", "short", "toolongtoolong16", "has space 12345", "aaaaaaaaaaaaaa/", "ääääääääääääääa", 123456789012345, True, [], "tag000000000001", "aaaaaaaaaaaaa_1", "abc\u0000abcabcabcab", " aaaaaaaaaaaaa2", "post00000000001"]:
        topic.post(f"id {value!r}", records("tags"), {"id": value, "name": f"n{len(topic.cases)}"}, "guest")
    for value in ["", None, "Ab", "ab", "AB", "abc", "ABC", "x", "a.b", "a/b", "a b", "con", "CON", "nul", "com1", "LPT9", "aux", "prn", "a" * 12, "a" * 13, "..", ".", "a|b", "a'b", 'a"b', "a`b", "a<b", "a:b", "a?b", "a*b", "a%b", "a$b", "a\\b", "a\nb", "x_y-z", "X_Y-Z", "ünï", 12, 12.5, True]:
        topic.post(f"custom id {value!r}", records("customid"), {"id": value}, "guest")
    for value in ["other0000000000", "", None, "Abc", "abc"]:
        topic.patch(f"change id to {value!r}", records("customid", "Abc"), {"id": value}, "su")
        topic.patch(f"change tag id to {value!r}", records("tags", "tag000000000001"), {"id": value}, "su")
    topic.post("auth id taken elsewhere", records("users"), {"id": "mem000000000001", "email": "n1@example.com", "password": "12345678", "passwordConfirm": "12345678"}, "su")
    topic.post("auth id taken here", records("users"), {"id": "usr000000000001", "email": "n2@example.com", "password": "12345678", "passwordConfirm": "12345678"}, "su")
    for path in ("Abc", "abc", "Ab", "a.b", "%41bc", "x_y-z", "x%5Fy-z", "..%2f", "%00", "a%2Fb", "none'", "%ff"):
        topic.get(f"view {path}", "/api/collections/customid/records/" + path, "guest")
    return topic


def unique():
    topic = Topic("write_unique", mutates=True)
    for body in [{"hall": "A", "seat": 1}, {"hall": "A", "seat": 3}, {"hall": "B", "seat": 1, "code": "abc"}, {"hall": "B", "seat": 2, "code": "ABD"}, {"hall": "B", "seat": 3, "code": "abd"}, {"hall": "B", "seat": 4, "code": ""}, {"hall": "B", "seat": 5, "tag": "x"}, {"hall": "B", "seat": 6, "tag": "X"}, {"hall": "A", "seat": 1, "code": "abc", "tag": "x"}, {"hall": "a", "seat": 1}, {}, {}, {"id": "seat00000000001", "hall": "Z", "seat": 9}, {"id": "seat00000000001", "hall": "A", "seat": 1}, {"hall": "A", "seat": 1, "mail": "bad"}]:
        topic.post(f"create {body}", records("seats"), body, "guest")
    for body in [{"seat": 2}, {"code": "ABD"}, {"tag": "x"}, {"seat": 1, "hall": "A"}, {"tag": "X"}, {"code": "aBC"}]:
        topic.patch(f"update {body}", records("seats", "seat00000000001"), body, "guest")
    for name in ("red", "RED", "Red", "rot", ""):
        topic.post(f"tag {name}", records("tags"), {"name": name}, "guest")
    topic.post("empty again", records("tags"), {"name": ""}, "guest")
    topic.post("profile taken", records("profiles"), {"user": "usr000000000001"}, "su")
    topic.post("slug taken", records("posts"), {"title": "made", "slug": "hello"}, "guest")
    topic.post("slug case", records("posts"), {"title": "made", "slug": "HELLO"}, "guest")
    for body in [{"email": "alice@example.com"}, {"email": "ALICE@example.com"}, {"email": "dan@example.com"}]:
        topic.post(f"user {body}", records("users"), {**body, "password": "12345678", "passwordConfirm": "12345678"}, "guest")
    for body in [{"username": "mia", "email": "z1@example.com"}, {"username": "new", "email": "mia@example.com"}, {"username": "MIA", "email": "mia@example.com"}, {"username": "", "email": "z2@example.com"}, {"username": "fine", "email": ""}, {"username": "fine2", "email": "z3@example.com", "tokenKey": "short"}]:
        topic.post(f"member {body}", records("members"), {**body, "password": "12345678", "passwordConfirm": "12345678"}, "su")
    return topic


def cascades():
    topic = Topic("write_cascades", mutates=True)
    looks = ("casc_plain", "casc_del", "casc_many", "casc_req", "casc_deep", "targets")
    for identity in ("target000000004", "target000000002", "target000000001", "target000000003", "target000000005", "target000000005"):
        topic.delete(f"delete {identity}", records("targets", identity), "guest")
        for name in looks:
            topic.get(f"then {name}", records(name), "su", query={"sort": "id"})
    topic.delete("free the required", records("casc_req", "cr0000000000001"), "guest")
    topic.delete("now it goes", records("targets", "target000000004"), "guest")
    topic.delete("post with comments", records("posts", "post00000000001"), "guest")
    topic.get("comments gone", records("comments"), "su", query={"sort": "id", "fields": "id,post"})
    topic.delete("tag in posts", records("tags", "tag000000000001"), "guest")
    topic.get("tags shortened", records("posts"), "su", query={"sort": "id", "fields": "id,tags,updated"})
    topic.delete("user", records("users", "usr000000000001"), "users:alice")
    topic.get("posts lose the author", records("posts"), "su", query={"sort": "id", "fields": "id,author"})
    topic.get("profile of the user", records("profiles"), "su", query={"sort": "id", "fields": "id,user"})
    topic.get("friends", records("users"), "su", query={"sort": "id", "fields": "id,friends"})
    topic.delete("chain", records("nodes", "node00000000003"), "guest")
    topic.get("chain after", records("nodes"), "su", query={"sort": "id", "fields": "id,parent,links"})
    topic.get("view over it", records("v_count"), "su", query={"sort": "id"})
    for name in ("targets", "casc_req", "v_plain", "nowhere", "vaults", "_superusers"):
        for who in ("guest", "users:bob", "su"):
            if (name, who) != ("_superusers", "su"):
                topic.delete(f"truncate {name}", f"/api/collections/{name}/truncate", who)
    topic.get("after truncate", records("targets"), "su")
    topic.get("plain after truncate", records("casc_plain"), "su", query={"sort": "id"})
    topic.post("required again", records("targets"), {"id": "target00000000x"}, "su")
    topic.post("refer", records("casc_req"), {"one": "target00000000x"}, "su")
    topic.delete("truncate blocked", "/api/collections/targets/truncate", "su")
    return topic


def hidden():
    topic = Topic("write_hidden", mutates=True)
    for who in ("guest", "su"):
        topic.post("create", records("strict"), {"rt": "r", "hid": "mine", "p": "abcde"}, who)
        topic.patch("update", records("strict", "strict000000001"), {"hid": "changed", "rt": "x"}, who)
        topic.get("view", records("strict", "strict000000001"), who)
    topic.get("by hid", records("strict"), "su", query={"filter": 'hid = "mine"', "fields": "hid"})
    return topic


def forms():
    topic = Topic("write_forms", mutates=True)
    for text in ["title=form&n=12&b=true&sm=red&sm=blue&j=%7B%22a%22%3A1%7D", "title=12&n=007&b=1", "title=1.0&n=1.0", "title=-1.5&n=-1.5", "title=1e3&n=1e3", "title=true&b=t", "title=..&n=.5", "title=ab+cd%20ef&n=", "title=x&title=yy", "title=aa&sm=%5B%22red%22%5D&s=a", "title=aa&s=a&s=b", "title=aa&tags=tag000000000001", "title=aa&tags=tag000000000001&tags=tag000000000002&n%2B=5", "title=aa&geo=%7B%22lon%22%3A1%2C%22lat%22%3A2%7D", "title=aa&j=text", "title=aa&j=12", "title=aa&j=true", "title=aa&j=null", "title=aa&d=2024-05-05", "title=aa&j=1&j=two&j=false", "title=aa&geo.lon=5", "", "title", "=x", "title=%zz", "title=%ff%fe", "title=aa;n=5", "title=aa&n=9&%40jsonPayload=%7B%22n%22%3A5%2C%22j%22%3A%22x%22%7D", "%40jsonPayload=%7B%22title%22%3A%22pp%22%7D&%40jsonPayload=%7B%22n%22%3A3%7D", "title=aa&%40jsonPayload=bad", "title=aa&%40jsonPayload=%5B1%5D", "title=123456789012345678901", "title=-&n=-", "title=1.2.3&n=1.2.3", "title=aa&b=false&n=-0"]:
        topic.add("form " + text, "POST", records("posts"), "su", query={"fields": "title,n,b,sm,j,s,tags,geo,d"}, **urlencoded(text))
    edge = [[("title", "multi"), ("n", "12"), ("b", "true")], [("title", "multi"), ("sm", "red"), ("sm", "blue")], [("title", "007"), ("j", "1.0")], [("@jsonPayload", '{"title":"pay","j":{"b":1,"a":2}}')], [("title", "aa"), ("@jsonPayload", '{"j":"12","n":"12"}')], [("@jsonPayload", '{"title":"one"}'), ("@jsonPayload", '{"title":"two","n":2}')], [("title", "aa"), ("@jsonPayload", "{bad")], [("title", "aa"), ("n+", "5")], [("title", "aa"), ("tags", "")], [("title", "aa"), ("n", "")], [], [("title", "aa"), ("unknown", "f.txt", "text/plain", "x")], [("title", "ff", "text/plain", "x")]]
    for parts in edge:
        topic.add(f"multipart {parts}", "POST", records("posts"), "su", query={"fields": "title,n,b,sm,j,s,tags"}, **form(parts))
    topic.add("multipart update", "PATCH", records("posts", "post00000000002"), "su", query={"fields": "title,sm,n"}, **form([("sm+", "red"), ("n-", "1")]))
    topic.add("multipart no boundary", "POST", records("posts"), "su", raw="x", headers={"Content-Type": "multipart/form-data"})
    topic.add("multipart cut", "POST", records("posts"), "su", raw='--e\r\nContent-Disposition: form-data; name="title"\r\n\r\nabc', headers={"Content-Type": "multipart/form-data; boundary=e"})
    topic.add("multipart empty", "POST", records("posts"), "su", raw="", headers={"Content-Type": "multipart/form-data; boundary=e"})
    topic.add("form case", "POST", records("posts"), "su", raw="title=abc", headers={"Content-Type": "Application/X-WWW-Form-Urlencoded"}, query={"fields": "title"})
    topic.add("form charset", "POST", records("posts"), "su", raw="title=abc", headers={"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}, query={"fields": "title"})
    topic.add("login form", "POST", "/api/collections/users/auth-with-password", "guest", query={"fields": "record.id"}, **urlencoded("identity=alice%40example.com&password=alice-password"))
    topic.add("login multipart", "POST", "/api/collections/users/auth-with-password", "guest", query={"fields": "record.id"}, **form([("identity", "alice@example.com"), ("password", "alice-password")]))
    topic.add("settings form", "PATCH", "/api/settings", "su", query={"fields": "meta.appName,batch.maxRequests"}, **urlencoded("meta.appName=Formed&batch.maxRequests=9"))
    return topic


def accounts():
    topic = Topic("write_accounts", mutates=True)
    good = {"email": "new@example.com", "password": "12345678", "passwordConfirm": "12345678"}
    for change in [{"password": ""}, {"passwordConfirm": ""}, {"passwordConfirm": "other123"}, {"password": "short", "passwordConfirm": "short"}, {"password": "x" * 72, "passwordConfirm": "x" * 72}, {"email": ""}, {"email": "bad"}, {"verified": True}, {"verified": False}, {"emailVisibility": True, "email": "seen@example.com"}, {"tokenKey": "x" * 40, "email": "tk@example.com"}, {"role": "nope"}, {"score": "7", "secret": "mine", "email": "s@example.com"}, {"passwordConfirm": None}, {"password": 12345678, "passwordConfirm": 12345678, "email": "num@example.com"}, {"oldPassword": "x", "email": "old@example.com"}, {"verified": True, "email": "bad", "password": "x", "passwordConfirm": "y"}]:
        for who in ("guest", "users:alice", "su"):
            email = change.get("email", "new@example.com")
            body = {**good, **change, "email": email.replace("@", f"-{len(topic.cases)}@") if email else email}
            topic.post(f"sign up {change}", records("users"), body, who)
    for who, identity in (("users:bob", "usr000000000002"), ("users:bob", "usr000000000003"), ("users:alice", "usr000000000003"), ("users:alice", "usr000000000001"), ("su", "usr000000000003")):
        for body in [{"name": "Renamed"}, {"email": f"x{len(topic.cases)}@example.com"}, {"verified": True}, {"verified": False}, {"emailVisibility": True}, {"password": "newpass12"}, {"password": "newpass12", "passwordConfirm": "newpass12"}, {"password": "newpass12", "passwordConfirm": "newpass12", "oldPassword": "wrong"}, {"passwordConfirm": "x"}, {"oldPassword": "x"}, {"password": "", "passwordConfirm": ""}, {"secret": "no"}, {"role": "reader"}, {"tokenKey": "k" * 50}]:
            if identity == "usr000000000003" or "password" not in body or body.get("oldPassword") == "wrong":
                topic.patch(f"{identity[-1]} {body}", records("users", identity), body, who)
            if body.get("tokenKey") and who == "su" or ("email" in body and who in ("users:alice",) and identity == "usr000000000001"):
                break
    topic.get("users now", records("users"), "su", query={"filter": 'id ~ "usr00000000000%"', "sort": "id", "fields": "id,name,role,verified,emailVisibility,secret"})
    topic.post("member as guest", records("members"), {**good, "username": "abc"}, "guest")
    topic.post("member as user", records("members"), {**good, "username": "abc"}, "users:bob")
    topic.post("superuser as user", records("_superusers"), good, "users:bob")
    topic.post("superuser weak", records("_superusers"), {**good, "password": "x", "passwordConfirm": "x"}, "su")
    topic.post("superuser", records("_superusers"), {**good, "id": "sup000000000009"}, "su")
    topic.patch("superuser unverified", records("_superusers", "sup000000000009"), {"verified": False}, "su")
    topic.delete("superuser gone", records("_superusers", "sup000000000009"), "su")
    topic.delete("another gone", records("_superusers", "sup000000000003"), "su")
    topic.delete("second gone", records("_superusers", "sup000000000002"), "su2")
    topic.get("second is a guest now", "/api/settings", "su2")
    topic.get("one left", records("_superusers"), "su", query={"fields": "email,id"}, save={"last": "items.0.id"})
    topic.delete("the last stays", records("_superusers", "{{last}}"), "su")
    topic.patch("own password", records("users", "usr000000000002"), {"password": "bobs-new-pw", "passwordConfirm": "bobs-new-pw", "oldPassword": "bob-password"}, "users:bob")
    topic.get("old token is a guest", records("users", "usr000000000002"), "users:bob")
    topic.post("old password", "/api/collections/users/auth-with-password", {"identity": "bob@example.com", "password": "bob-password"})
    topic.post("new password", "/api/collections/users/auth-with-password", {"identity": "bob@example.com", "password": "bobs-new-pw"}, query={"fields": "record.id,token"})
    topic.delete("other account", records("users", "usr000000000003"), "users:alice")
    topic.delete("own account", records("users", "usr000000000001"), "users:alice")
    topic.get("gone", records("users", "usr000000000001"), "su")
    return topic
