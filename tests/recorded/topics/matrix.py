"""The status matrix of 2.8: null, unmet and met rules, five operations, every kind of caller."""

from topics import Topic, records

WHO = ("guest", "users:alice", "users:bob", "members:mia", "su")


def topics():
    topic = Topic("matrix", mutates=True)
    for name in ("m_null", "m_open", "m_rule"):
        for who in WHO:
            topic.get(f"list {name}", records(name), who, query={"filter": 'id ~ "own00000000000%"', "sort": "id"})
            for identity in ("own000000000001", "own000000000003", "none"):
                topic.get(f"view {name} {identity}", records(name, identity), who)
            for body in ({"t": "new"}, {"t": "new", "owner": "usr000000000001"}, {"t": "new", "owner": "usr000000000002"}, {"owner": "missing"}):
                topic.post(f"create {name} {body.get('owner', '')}", records(name), body, who)
            for identity in ("own000000000001", "own000000000002", "none"):
                topic.patch(f"update {name} {identity}", records(name, identity), {"t": f"by {who}"}, who)
            topic.patch(f"update {name} bad", records(name, "own000000000001"), {"owner": "missing"}, who)
            topic.patch(f"take {name}", records(name, "own000000000003"), {"owner": "usr000000000001"}, who)
        for position, who in enumerate(WHO):
            topic.post(f"make {name} {position}", records(name), {"id": f"extra000000000{position}", "owner": "usr000000000002"}, "su")
            topic.delete(f"delete {name}", records(name, f"extra000000000{position}"), who)
            topic.delete(f"delete {name} missing", records(name, "none"), who)
            topic.delete(f"delete {name} own", records(name, "own000000000001"), who)
            topic.get(f"after {name}", records(name), "su", query={"sort": "t,owner", "fields": "t,owner"})
    for who in ("guest", "su"):
        topic.post("create on view", records("v_plain"), {"title": "x"}, who)
        topic.patch("update on view", records("v_plain", "post00000000001"), {"title": "x"}, who)
        topic.delete("delete on view", records("v_plain", "post00000000001"), who)
        for method in ("POST", "PUT"):
            topic.add(f"{method} nowhere", method, records("nowhere"), who, body={})
        topic.add("PUT record", "PUT", records("m_open", "own000000000001"), who, body={})
        topic.add("PUT records", "PUT", records("m_open"), who, body={"id": "own000000000001"})
        topic.add("DELETE records", "DELETE", records("m_open"), who)
        topic.patch("update view", records("nowhere", "x"), {}, who)
    return [topic, rules()]


MADE = ("made00000000001", "made00000000002")
RULES = [
    'id != ""', '@request.auth.id != ""', 't = "one"', 'hid = "h"', '@request.body.t = "new"', '@request.body.t:isset = true', '@request.body.t:isset = false', '@request.body.t:changed = true', '@request.body.n:changed = false', '@request.body.sm:length > 1', '@request.body.sm:each = "a"', '@request.body.sm:each ?= "a"', '@request.body.sm:each != "d"', '@request.body.rm.name ?= "red"', '@request.body.rm.w > 0', '@request.body.rs.name = "red"', '@request.body.owner = @request.auth.id', '@request.body.n > 5', '@request.body.n = "7"', '@request.body.j.k = 1',
    '@request.body.hid:isset = false', '@request.body.hid = "x"', 'owner = @request.auth.id', 'team ?= @request.auth.id', 'team:each ?= @request.auth.id', 'team ~ @request.auth.id', 'team.id ?= @request.auth.id', 'owner.role = "admin"', '@request.auth.role = "admin"', '@request.auth.friends ?= owner', '@request.auth.friends.id ?= owner', '@request.auth.org.name = "Acme"', '@request.auth.profiles_via_user.nick = "ally"', '@request.auth.posts_via_author.n ?= 9', '@request.auth.secret = "s1"', '@request.auth.collectionName = "users"', '@request.auth.verified = true', '@request.auth.email ~ "@example"', '@request.query.key = "open"', '@request.query.key:isset = true', '@request.headers.x_key = "open"', '@request.headers.x_key:isset = true', '@request.method = "GET"', '@request.method != "PATCH"', '@request.context = "default"',
    '@collection.profiles.user ?= @request.auth.id', '@collection.profiles.user ?= @request.auth.id && @collection.profiles.nick ?= "ally"', '@collection.tags.name ?= t', '@collection.ruled.owner ?= @request.auth.id && @collection.ruled.n ?> 1', 'd < @now', 'd = ""', 'created != ""', 'created = ""', 'sm:length >= 1', 'sm:each ?= "c"', 'rm.name ?= "red"', 'rm.name != "red"', 't:lower = "three"', 'n > 0 && b = true || owner = @request.auth.id', '@request.body.t:lower = "new"', '@request.body.unknown = ""', '@request.body.unknown:isset = true', '@request.body.sm:length:lower = 1', '@request.body.t:length = 1', 'unknown = 1', '(', '@collection.nowhere.x = 1', '@request.auth.unknown = 1', 't = 1 // why', '@request.body.rm.unknown = 1', '@request.body.n:each = 1', 'strftime("%Y", d) = "2024"', '@request.body.id = ""', '@request.body.id:isset = true', 'id = "placeholder"',
]


def rules():
    topic = Topic("rules", mutates=True)
    for position, rule in enumerate(RULES):
        topic.patch(f"rule {rule}", "/api/collections/ruled", {"listRule": rule, "viewRule": rule, "createRule": rule, "updateRule": rule, "deleteRule": rule}, "su", query={"fields": "listRule"})
        for who in ("users:alice", "users:bob") if "auth" in rule else ("users:alice",):
            topic.get("list", records("ruled"), who, query={"sort": "id", "fields": "id", "key": "open"}, **({"headers": {"X-Key": "open"}} if "headers" in rule else {}))
            topic.get("view", records("ruled", "rul000000000001"), who, query={"fields": "id"})
            topic.post("create", records("ruled"), {"id": MADE[0], "t": "new", "n": 7, "sm": ["a", "b"], "rm": ["tag000000000001", "tag000000000002"], "rs": "tag000000000001", "j": {"k": 1}, "hid": "x", "owner": "usr000000000001"}, who, query={"fields": "t,hid"})
            if who == "users:alice":
                topic.post("create little", records("ruled"), {"id": MADE[1]}, who, query={"fields": "t"})
            topic.patch("update", records("ruled", "rul000000000002"), {"t": "new", "n": 2, "sm+": "a", "hid": "x"}, who, query={"fields": "n,sm", "key": "shut"})
            topic.patch("restore", records("ruled", "rul000000000002"), {"t": "two", "n": 2, "sm": ["c"], "hid": ""}, "su", query={"fields": "t"})
            if position % 6 == 0:
                topic.get("list with filter", records("ruled"), who, query={"filter": "n >= 1", "sort": "-id", "fields": "id"})
            for identity in MADE[: 2 if who == "users:alice" else 1]:
                topic.delete("clean", records("ruled", identity), "su")
        topic.post("wipe probe", records("ruled"), {"id": "wipe00000000000", "t": "wipe", "team": ["usr000000000001"]}, "su", query={"fields": "id"})
        topic.delete("delete", records("ruled", "wipe00000000000"), "users:alice")
        topic.delete("clean", records("ruled", "wipe00000000000"), "su")
    return topic
