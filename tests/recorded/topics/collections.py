"""The collections API (contract 3)."""

from topics import Topic, records

ROOT = "/api/collections"


def topics():
    return [reading(), creating(), options(), updating(), converting(), indexes(), views(), importing(), deleting()]


def text(name="t", **more):
    return {"name": name, "type": "text", **more}


def reading():
    topic = Topic("collections_read")
    for who in ("guest", "users:bob", "su"):
        topic.get("list", ROOT, who, query={"fields": "name,type,id,system", "perPage": "100"})
        topic.get("view", f"{ROOT}/tags", who)
        topic.get("scaffolds", f"{ROOT}/meta/scaffolds", who, query={"fields": "base.*"})
        topic.get("providers", f"{ROOT}/meta/oauth2-providers", who)
        topic.post("dry run", f"{ROOT}/meta/dry-run-view", {"query": "select id, name from tags"}, who)
    for name in ("users", "USERS", "_pb_users_auth_", "_PB_USERS_AUTH_", "_superusers", "_mfas", "_otps", "_externalAuths", "_authOrigins", "members", "posts", "strict", "customid", "seats", "nodes", "v_plain", "v_count", "v_cast", "v_join", "v_expr", "v_null", "nowhere", "", "meta", "docs", "probe"):
        cloned = name.startswith("v_")
        again = {"query": {"fields": "id,name"}} if name in ("USERS", "_pb_users_auth_", "_PB_USERS_AUTH_") else {}
        topic.get(f"view {name}", f"{ROOT}/{name}", "su", **again, **({"query": {"fields": "name,type,viewQuery,listRule,fields.name,fields.type,fields.maxSelect,fields.onlyInt,fields.maxSize,fields.collectionId,fields.values,fields.required,fields.hidden,indexes"}} if cloned else {}))
    topic.get("scaffold auth", f"{ROOT}/meta/scaffolds", "su", query={"fields": "auth.fields,auth.passwordAuth,auth.oauth2,auth.mfa,auth.otp,auth.authToken,auth.authRule,auth.manageRule,auth.listRule,auth.type,auth.name,auth.id"})
    topic.get("scaffold view", f"{ROOT}/meta/scaffolds", "su", query={"fields": "view"})
    return topic


def creating():
    topic = Topic("collections_create", mutates=True)
    bodies = [{}, {"name": ""}, {"name": "ok1"}, {"name": "ok1"}, {"name": "OK1"}, {"name": "tags"}, {"name": "bad name"}, {"name": "bad-name"}, {"name": "a_via_b"}, {"name": "ü"}, {"name": "1number"}, {"name": "_under"}, {"name": "x" * 255}, {"name": "x" * 256}, {"name": "pbc_3142635823"}, {"name": "_collections"}, {"name": "_params"}, {"name": "sqlite_master"}, {"name": "_migrations"}, {"name": "order"}, {"name": "select"}, {"name": "null"}, {"name": 5}, {"name": None}, {"name": "t1", "type": "base"}, {"name": "t2", "type": "other"}, {"name": "t3", "type": ""}, {"name": "t4", "type": "BASE"}, {"name": "t5", "id": "custom_id_5"}, {"name": "t6", "id": "custom_id_5"}, {"name": "t7", "id": "bad id"}, {"name": "t8", "id": "tags"}, {"name": "t9", "id": "x" * 101}, {"name": "t10", "system": True}, {"name": "t11", "created": "2020-01-01", "updated": "x", "unknown": 1}, {"name": "t12", "listRule": "id != ''", "viewRule": "bad ==", "createRule": "unknown = 1", "updateRule": None, "deleteRule": ""}, {"name": "t13", "listRule": 5}, {"name": "t14", "listRule": "@request.body.x = 1 && @collection.tags.name ?= 'red'"}, {"name": "t15", "listRule": "@collection.nope.name ?= 'red'"}, {"name": "t16", "listRule": "@request.auth.nope.x = 1"}, {"name": "t17", "listRule": " "}, {"name": "t18", "fields": None}, {"name": "t19", "fields": []}, {"name": "t20", "fields": {}}, {"name": "t21", "fields": [5]}, {"name": "t22", "fields": [{}]}, {"name": "t23", "fields": "x"}]
    for body in bodies:
        topic.post(str(body)[:80], ROOT, body, "su")
    fields = [[text(), text()], [text("t"), text("T")], [text("")], [text("bad name")], [text("a_via_b")], [text("id")], [text("ID")], [text("created")], [text("null")], [text("TRUE")], [text("_rowid_")], [text("rowid")], [text("collectionId")], [text("collectionName")], [text("expand")], [text("EXPAND")], [text("x" * 100)], [text("x" * 101)], [text("ü")], [text("1a")], [text("_a")], [text("order")], [text(id="same"), text("u", id="same")], [text(id="bad id")], [text(id="x" * 101)], [{"name": "x", "type": "unknown"}], [{"name": "x"}], [{"type": "text"}], [text(min=-1)], [text(min=5, max=3)], [text(max=-1)], [text(pattern="[")], [text(pattern="(?=x)")], [text(autogeneratePattern="[")], [text(autogeneratePattern="[a-z]{3}", pattern="^[0-9]+$")], [text(autogeneratePattern="a{2000}")], [text(primaryKey=True)], [text(help="x" * 301)], [text(min="5")], [text(min=1.5)], [text(unknown=1)], [text(required="yes")], [text(system=True)], [text(hidden=True, presentable=True)],
        [{"name": "n", "type": "number", "min": 5, "max": 3}], [{"name": "n", "type": "number", "onlyInt": True, "min": 1.5}], [{"name": "n", "type": "number", "min": 0, "max": 0}], [{"name": "n", "type": "number", "min": "x"}], [{"name": "s", "type": "select"}], [{"name": "s", "type": "select", "values": []}], [{"name": "s", "type": "select", "values": ["a", "a"]}], [{"name": "s", "type": "select", "values": ["a"], "maxSelect": 2}], [{"name": "s", "type": "select", "values": ["a", ""]}], [{"name": "s", "type": "select", "values": ["a", "b"], "maxSelect": -1}], [{"name": "s", "type": "select", "values": "a"}], [{"name": "r", "type": "relation"}], [{"name": "r", "type": "relation", "collectionId": "missing"}], [{"name": "r", "type": "relation", "collectionId": "tags"}], [{"name": "r", "type": "relation", "collectionId": "_pb_users_auth_", "minSelect": 3, "maxSelect": 2}], [{"name": "r", "type": "relation", "collectionId": "_pb_users_auth_", "minSelect": -1}], [{"name": "r", "type": "relation", "collectionId": "_pb_users_auth_", "minSelect": 2}], [{"name": "r", "type": "relation", "collectionId": "pbc_3142635823"}], [{"name": "r", "type": "relation", "collectionId": "@v_plain"}], [{"name": "f", "type": "file", "maxSelect": -1}], [{"name": "f", "type": "file", "maxSize": -1}], [{"name": "f", "type": "file", "thumbs": ["bad"]}], [{"name": "f", "type": "file", "thumbs": ["10x10", "0x5", "5x0", "0x0", "10x10f", "10x10x"]}], [{"name": "f", "type": "file", "thumbs": ["0x0"]}], [{"name": "f", "type": "file", "thumbs": ["10x10", "0x5", "5x0", "10x10f", "7x7t", "7x7b"]}], [{"name": "j", "type": "json", "maxSize": -1}], [{"name": "e", "type": "email", "onlyDomains": ["a.co"], "exceptDomains": ["b.co"]}], [{"name": "e", "type": "email", "onlyDomains": ["bad domain"]}], [{"name": "u", "type": "url", "exceptDomains": [""]}], [{"name": "u", "type": "url", "onlyDomains": ["a.co"]}], [{"name": "d", "type": "date", "min": "2024-01-02", "max": "2024-01-01"}], [{"name": "d", "type": "date", "min": "bad"}], [{"name": "a", "type": "autodate"}], [{"name": "a", "type": "autodate", "onCreate": True}], [{"name": "ed", "type": "editor", "maxSize": -1}], [{"name": "p", "type": "password", "cost": 3}], [{"name": "p", "type": "password", "cost": 32}], [{"name": "p", "type": "password", "min": 5, "max": 3}], [{"name": "p", "type": "password", "max": 72}], [{"name": "p", "type": "password", "pattern": "["}], [{"name": "b", "type": "bool"}, {"name": "g", "type": "geoPoint"}, {"name": "b2", "type": "bool", "required": True}], [{"name": "N", "TYPE": "text"}], [text(), {"name": "n", "type": "number"}, {"name": "x", "type": "unknown"}]]
    ids = {"@v_plain": None}
    for position, wish in enumerate(fields):
        wish = [{k: (v if v not in ids else "pbc_0") for k, v in f.items()} if all(isinstance(v, (str, int)) for v in f.values()) else f for f in wish]
        topic.post(f"fields {str(wish)[:80]}", ROOT, {"name": f"f{position}", "fields": wish}, "su", query={"fields": "fields,message,data,status"})
    topic.post("every default", ROOT, {"name": "defaults", "fields": [{"name": kind, "type": kind, **more} for kind, more in (("text", {}), ("editor", {}), ("number", {}), ("bool", {}), ("email", {}), ("url", {}), ("date", {}), ("autodate", {"onCreate": True}), ("select", {"values": ["a", "b"]}), ("file", {}), ("relation", {"collectionId": "_pb_users_auth_"}), ("json", {}), ("geoPoint", {}), ("password", {}))]}, "su")
    for pk in [{"min": 0, "max": 0, "pattern": "", "autogeneratePattern": ""}, {"pattern": "^[a-z]+$", "autogeneratePattern": "[a-z]{5}", "min": 5, "max": 5}, {"primaryKey": False}, {"required": False}, {"hidden": True}, {"system": False}, {"type": "number"}, {"autogeneratePattern": ""}]:
        topic.post(f"id {pk}", ROOT, {"name": f"pk{len(topic.cases)}", "fields": [{"name": "id", "type": "text", "primaryKey": True, "required": True, "system": True, "pattern": "^[a-z0-9]+$", "autogeneratePattern": "[a-z0-9]{15}", "min": 15, "max": 15, **pk}]}, "su", query={"fields": "fields,message,data,status"})
    for who in ("guest", "users:alice"):
        topic.post("not allowed", ROOT, {"name": "no"}, who)
        topic.patch("not allowed", f"{ROOT}/tags", {"name": "no"}, who)
        topic.delete("not allowed", f"{ROOT}/tags", who)
        topic.add("not allowed", "PUT", f"{ROOT}/import", who, body={"collections": []})
        topic.delete("not allowed", f"{ROOT}/tags/truncate", who)
    topic.post("used at once", records("t14"), {}, "su", query={"fields": "collectionName"})
    topic.post("record in defaults", records("defaults"), {}, "su")
    return topic


def options():
    topic = Topic("collections_auth", mutates=True)
    short = {"fields": "name,type,authRule,manageRule,passwordAuth,mfa,otp,oauth2,authToken,fileToken,indexes,fields.name,fields.system,fields.required,message,data,status"}
    topic.post("plain auth", ROOT, {"name": "acc1", "type": "auth"}, "su")
    made = [{"fields": [text("username")]}, {"fields": [text("passwordConfirm")]}, {"fields": [text("oldPassword")]}, {"fields": [text("password")]}, {"fields": [text("email")]}, {"manageRule": ""}, {"manageRule": "bad ="}, {"manageRule": "id = @request.auth.id", "authRule": "bad ="}, {"authRule": None}, {"passwordAuth": {"enabled": True, "identityFields": []}}, {"passwordAuth": {"enabled": True, "identityFields": ["nope"]}}, {"passwordAuth": {"enabled": True, "identityFields": ["name"]}, "fields": [text("name")]}, {"passwordAuth": {"enabled": False, "identityFields": []}}, {"mfa": {"enabled": True}}, {"mfa": {"enabled": True, "duration": 5}, "otp": {"enabled": True}}, {"mfa": {"enabled": True}, "otp": {"enabled": True, "length": 6}}, {"mfa": {"enabled": True, "rule": "bad ="}, "otp": {"enabled": True}}, {"otp": {"enabled": True, "length": 3}}, {"otp": {"enabled": True, "duration": 5}}, {"otp": {"enabled": True, "duration": 90000}}, {"oauth2": {"enabled": True, "providers": [{"name": "nope"}]}}, {"oauth2": {"enabled": True, "providers": [{"name": "google"}]}}, {"oauth2": {"enabled": True, "providers": [{"name": "google", "clientId": "a", "clientSecret": "b"}]}}, {"oauth2": {"enabled": True, "providers": [{"name": "google", "clientId": "a", "clientSecret": "b"}, {"name": "google", "clientId": "a", "clientSecret": "b"}]}}, {"oauth2": {"enabled": True, "providers": [{"name": "oidc", "clientId": "a", "clientSecret": "b", "authURL": "bad", "pkce": False, "extra": {"x": 1}}]}}, {"oauth2": {"enabled": False, "providers": [{"name": "nope"}]}}, {"oauth2": {"enabled": True, "mappedFields": {"name": "nope"}}}, {"authToken": {"duration": 9}}, {"authToken": {"secret": "short"}}, {"authToken": {"duration": "x"}}, {"fileToken": {"duration": 94670857}}, {"verificationTemplate": {"subject": "", "body": ""}}, {"authAlert": {"enabled": True, "emailTemplate": {"subject": "", "body": ""}}}, {"indexes": []}, {"indexes": ["CREATE INDEX idx_x ON x (email)"]}, {"AuthRule": "verified = true"}, {"viewQuery": "select 1"}, {"listRule": "email != '' && tokenKey != ''"}]
    for position, body in enumerate(made):
        topic.post(str(body)[:90], ROOT, {"name": f"auth{position}", "type": "auth", **body}, "su", query=short)
    for body in [{"authRule": "role = 'admin'"}, {"mfa": {"enabled": True}}, {"otp": {"enabled": True}}, {"mfa": {"enabled": True}}, {"otp": {"enabled": False}}, {"mfa": {"enabled": False}, "otp": {"enabled": False}}, {"manageRule": ""}, {"type": "base"}, {"oauth2": {"mappedFields": {"name": "role"}}}, {"oauth2": {"mappedFields": {"name": "nope"}}}, {"passwordAuth": {"identityFields": ["email", "name"]}}, {"authToken": {"duration": 100}}, {"fields": []}, {"indexes": []}]:
        topic.patch(f"users {body}", f"{ROOT}/users", body, "su", query=short)
    for body in [{"listRule": ""}, {"name": "renamed"}, {"authToken": {"duration": 3600}}, {"system": False}, {"passwordAuth": {"enabled": False}}, {"fields": []}, {"otp": {"enabled": True}}]:
        topic.patch(f"superusers {body}", f"{ROOT}/_superusers", body, "su", query=short)
    return topic


def updating():
    topic = Topic("collections_update", mutates=True)
    tags = "pbc_1219621782"
    topic.get("before", f"{ROOT}/tags", "su", query={"fields": "fields.id,fields.name"})
    for body in [{}, {"name": "TAGS"}, {"name": "Tags"}, {"name": "posts"}, {"name": ""}, {"id": "other"}, {"type": "auth"}, {"type": "view"}, {"system": True}, {"listRule": "bad ="}, {"listRule": "name = 'red'"}, {"listRule": None}, {"listRule": ""}, {"created": "2020-01-01 00:00:00.000Z"}, {"unknown": 1}, {"fields": None}, {"indexes": None}, {"options": {}}, {"ListRule": None}, {"listRule": ""}]:
        topic.patch(str(body), f"{ROOT}/tags", body, "su", query={"fields": "id,name,type,system,listRule,created,indexes,fields.name,message,data,status"})
    topic.add("no body", "PATCH", f"{ROOT}/tags", "su", query={"fields": "name,updated"})
    topic.patch("missing", f"{ROOT}/nowhere", {"name": "x"}, "su")
    looks = {"fields": "name,indexes,fields.id,fields.name,fields.type,message,data,status"}
    topic.patch("rename collection", f"{ROOT}/tags", {"name": "labels"}, "su", query=looks)
    topic.get("old name is gone", records("tags"), "su")
    topic.get("new name", records("labels"), "su", query={"sort": "id"})
    topic.get("relation still there", records("posts", "post00000000001"), "su", query={"expand": "tags", "fields": "tags,expand.tags.name,expand.tags.collectionName"})
    topic.filter("posts", 'tags.name ?= "red"')
    topic.get("rule with the old name", f"{ROOT}/ruled", "su", query={"fields": "listRule"})
    topic.patch("and back", f"{ROOT}/labels", {"name": "tags"}, "su", query=looks)
    stored = {"id": "text3208210256", "name": "id", "type": "text", "primaryKey": True, "required": True, "system": True, "min": 15, "max": 15, "pattern": "^[a-z0-9]+$", "autogeneratePattern": "[a-z0-9]{15}"}
    name, w = {"id": "text1579384326", "name": "name", "type": "text"}, {"id": "number1042439264", "name": "w", "type": "number"}
    topic.get("ids of the fields", f"{ROOT}/seats", "su", query={"fields": "fields.id,fields.name"}, save={"hall": "fields.1.id", "seat": "fields.2.id"})
    hall, seat = {"id": "{{hall}}", "name": "hall", "type": "text"}, {"id": "{{seat}}", "name": "seat", "type": "number"}
    rest = [text("code"), text("tag")]
    for body in [{"fields": [stored, hall, seat, *rest]}, {"fields": [stored, {**hall, "name": "room"}, seat, *rest]}, {"fields": [stored, {**hall, "name": "seat"}, seat, *rest]}, {"fields": [stored, {**hall, "type": "number"}, seat, *rest]}, {"fields": [stored, {**hall, "name": "room"}, seat, *rest, text("extra", required=True)]}, {"fields": [{**stored, "name": "key"}, hall, seat, *rest]}, {"fields": [{**stored, "id": "other"}, hall, seat, *rest]}, {"fields": [hall, seat, *rest]}, {"fields": [stored, text("hall"), seat, *rest]}, {"fields": [stored, hall, {"name": "seat", "type": "text"}, *rest], "indexes": []}, {"fields": [stored], "indexes": ["CREATE INDEX idx_gone ON seats (hall)"]}, {"fields": [], "indexes": []}]:
        topic.patch(f"fields {str([f['name'] for f in body['fields']])}", f"{ROOT}/seats", body, "su", query=looks)
        topic.get("records then", records("seats"), "su", query={"sort": "id"})
    topic.patch("relation target", f"{ROOT}/profiles", {"fields": [{"name": "user", "type": "relation", "collectionId": tags, "maxSelect": 1}]}, "su", query=looks)
    topic.patch("rule over a dropped field", f"{ROOT}/comments", {"fields": [text("text")]}, "su", query=looks)
    topic.patch("drop what a view needs", f"{ROOT}/posts", {"fields": [text("title")], "indexes": []}, "su", query=looks)
    topic.get("the view after", records("v_plain"), "su", query={"sort": "id"})
    topic.patch("add fields", f"{ROOT}/targets", {"fields": [text("name"), {"name": "n2", "type": "number"}, {"name": "b2", "type": "bool"}, {"name": "j2", "type": "json"}, {"name": "s2", "type": "select", "values": ["a", "b"], "maxSelect": 2}, {"name": "g2", "type": "geoPoint"}, {"name": "d2", "type": "date"}, {"name": "a2", "type": "autodate", "onCreate": True}]}, "su", query=looks)
    topic.get("zero values", records("targets"), "su", query={"sort": "id", "perPage": "2"})
    topic.filter("targets", 'n2 = 0 && b2 = false && j2 = null && s2:length = 0 && d2 = "" && g2.lon = 0')
    return topic


def converting():
    topic = Topic("collections_convert", mutates=True)
    own = f"{ROOT}/ruled"
    topic.get("ids", own, "su", query={"fields": "fields.id,fields.name"}, save={n: f"fields.{i}.id" for i, n in enumerate(["id", "t", "n", "b", "d", "j", "s", "sm", "rs", "rm"])})
    tags = "pbc_1219621782"

    def change(name, *fields):
        topic.patch(name, own, {"fields": list(fields)}, "su", query={"fields": "fields.name,fields.maxSelect,message,data"})
        topic.get("then", records("ruled"), "su", query={"sort": "id", "fields": "id,s,sm,rs,rm,t"})

    t, abcd = {"id": "{{t}}", "name": "t", "type": "text"}, ["a", "b", "c", "d"]

    def shaped(one, many):
        return [t, {"id": "{{s}}", "name": "s", "type": "select", "values": abcd, "maxSelect": one}, {"id": "{{sm}}", "name": "sm", "type": "select", "values": abcd, "maxSelect": many},
                {"id": "{{rs}}", "name": "rs", "type": "relation", "collectionId": tags, "maxSelect": one}, {"id": "{{rm}}", "name": "rm", "type": "relation", "collectionId": tags, "maxSelect": many}]

    change("swap single and multiple", *shaped(3, 1))
    topic.filter("ruled", 's:each ?= "a"')
    topic.filter("ruled", 'sm = "b"')
    topic.filter("ruled", 'rs.name ?= "red" && rm.name = "green"')
    change("swap back", *shaped(1, 3))
    change("zero means single", *shaped(0, 0))
    change("all multiple", *shaped(2, 2))
    topic.get("docs ids", f"{ROOT}/docs", "su", query={"fields": "fields.id,fields.name"}, save={"att": "fields.2.id", "pics": "fields.3.id"})
    for one, many in ((3, 1), (1, 3)):
        topic.patch("files", f"{ROOT}/docs", {"fields": [{"id": "{{att}}", "name": "att", "type": "file", "maxSelect": one}, {"id": "{{pics}}", "name": "pics", "type": "file", "maxSelect": many}]}, "su", query={"fields": "fields.name,fields.maxSelect,message,data"})
        topic.get("files then", records("docs"), "su", query={"sort": "id"})
    return topic


def indexes():
    topic = Topic("collections_indexes", mutates=True)
    for wish in [[], ["CREATE INDEX idx_a ON probe (t)"], ["create index idx_a on probe (t)"], ["CREATE INDEX idx_a ON other (t)"], ["CREATE UNIQUE INDEX idx_a ON probe (t)"], ["CREATE UNIQUE INDEX idx_a ON probe (s)"], ["CREATE UNIQUE INDEX idx_a ON probe (e) WHERE e != ''"], ["CREATE INDEX idx_a ON probe (nope)"], ["CREATE INDEX idx_a ON probe ()"], ["CREATE INDEX idx_a"], ["nonsense"], [""], ["CREATE INDEX ON probe (t)"], ["CREATE INDEX IF NOT EXISTS idx_a ON probe (t)"], ["CREATE INDEX `idx_a` ON `probe` (`t` COLLATE NOCASE DESC, [n] ASC, \"b\")"], ["CREATE INDEX idx_a ON probe (lower(t))"], ["CREATE INDEX idx_a ON probe (t COLLATE nope)"], ["CREATE INDEX idx_a ON probe (t)", "CREATE INDEX idx_a ON probe (n)"], ["CREATE INDEX idx_a ON probe (t)", "CREATE INDEX IDX_A ON probe (n)"], ["CREATE INDEX idx_a ON probe (t)", "CREATE INDEX idx_b ON probe (t)"], ["CREATE INDEX idx_tags_name ON probe (t)"], ["CREATE INDEX IDX_TAGS_NAME ON probe (t)"], ["CREATE INDEX idx_a ON probe (t) WHERE n > 5"], ["CREATE INDEX idx_a ON probe (t) WHERE nope > 5"], ["CREATE INDEX idx_a ON probe (t);"], ["CREATE INDEX idx_a ON probe (t); DROP TABLE tags"], ["  CREATE   INDEX\n idx_a  ON probe\n(t,\n n)  "], ["CREATE INDEX probe ON probe (t)"], ["CREATE INDEX idx_a ON probe (t, t)"], ["CREATE INDEX idx_a ON probe (id)"], ["DROP INDEX idx_a"], ["CREATE INDEX a.idx_a ON probe (t)"], ["CREATE INDEX 'idx q' ON probe (t)"], [5], "CREATE INDEX idx_a ON probe (t)", [None], ["CREATE UNIQUE INDEX idx_a ON probe (id, t)"]]:
        topic.patch(str(wish), f"{ROOT}/probe", {"indexes": wish}, "su", query={"fields": "indexes,message,data"})
    topic.patch("broken save changed nothing", f"{ROOT}/probe", {"indexes": ["CREATE UNIQUE INDEX idx_z ON probe (s)"], "listRule": None}, "su")
    topic.get("as before", f"{ROOT}/probe", "su", query={"fields": "indexes,listRule"})
    for wish in [["CREATE UNIQUE INDEX idx_email__pb_users_auth_ ON users (email) WHERE email != ''"], ["CREATE INDEX idx_email__pb_users_auth_ ON users (email)"], ["CREATE UNIQUE INDEX idx_email__pb_users_auth_ ON users (email, name)"], ["CREATE UNIQUE INDEX other_name ON users (email)"], ["CREATE UNIQUE INDEX idx_u ON users (name)"], ["CREATE UNIQUE INDEX idx_u ON users (name) WHERE name != ''", "CREATE UNIQUE INDEX idx_pw ON users (password)"]]:
        topic.patch(f"users {wish}", f"{ROOT}/users", {"indexes": wish}, "su", query={"fields": "indexes,message,data"})
    topic.patch("view with index", f"{ROOT}/v_plain", {"indexes": ["CREATE INDEX idx_v ON v_plain (id)"]}, "su")
    return topic


QUERIES = ["select id from tags", "select id, name from tags;", "SELECT id FROM tags; SELECT id FROM tags", "select * from tags", "select id, * from tags", "select name from tags", "select id, name as id2 from tags", "select name as id from tags where name != ''", "select '1' as id", "select 1 as id", "select (1) as id, 'x' as t", "select null as id", "", " ", "nonsense", "select", "insert into tags (id) values ('x')", "delete from tags", "drop table tags", "update tags set name = ''", "pragma table_info(tags)", "with x as (select id, name from tags) select id, name from x", "select id, id from tags", "select id, name as Name, name as name from tags", "select id, w as `my col` from tags", "select id, w as \"bad-name\" from tags", "select id, count(*) as c from tags", "select id, count(id) c from tags group by id", "select id, sum(w) as s, avg(w) as a, total(w) as t, max(w) as m from tags group by id", "select id, cast(w as integer) as a, cast(w as decimal) as b, cast(w as boolean) as c, cast(w as blob) as d, cast(w as varchar) as e from tags", "select (id || 'x') as id, w from tags", "select t.id, t.name, p.title from tags t left join posts p on p.tags like ('%' || t.id || '%')", "select a.id, b.id as other, a.author, a.tags from posts a join posts b on b.id = a.id", "select tags.id, tags.meta, tags.color from tags", "select id, meta as id3, json_extract(meta, '$.k') as k from tags", "select id, email, verified, emailVisibility from users", "select id, password, tokenKey from users", "select id, hid, pass from posts", "select id, att, pics from docs", "select id, created as made, updated from posts", "select id, title as t, iif(n > 1, 1, 0) as f, (n > 1) as g, n + 1 as h, -n as i, 'x' as s, 5 as five, null as nil from posts", "select id, name from v_null", "select id, total, title from v_count", "select id from nowhere", "select id, nope from tags", "select id from tags where", "select id, name from tags order by name limit 2", "select id, name from tags union select id, title from posts", "select distinct id, name from tags", "/* c */ select id from tags -- x", "select id, (select count(*) from posts) as n from tags", "select [id], `name`, \"w\" from tags", "select id,name,w from(select id,name,w from tags)", "select id as ID from tags", "select Id, NAME from TAGS", "select id, id as rel from tags", "select p.id, u.id as who, u.email from posts p, users u where u.id = p.author", "select id, strftime('%Y', d) as y, case when b then 'a' else 'b' end as z from posts", "select id, row_number() over () as r from tags", "select id, name as created from tags", "select id, name as collectionId from tags", "select id, name as expand from tags", "select uuid() as id", "select id, e, u, geo, s, sm, j, body, d from posts", "select id, code from vaults", "select id, name from _superusers", "select id, name from _collections", "select id from sqlite_master", "x" * 5001]


def views():
    topic = Topic("collections_views", mutates=True)
    short = {"fields": "fields.name,fields.type,fields.maxSelect,fields.onlyInt,fields.collectionId,fields.hidden,fields.maxSize,sample,message,data,status"}
    for query in QUERIES:
        topic.post("dry " + query, f"{ROOT}/meta/dry-run-view", {"query": query}, "su", query=short)
    for position, query in enumerate(QUERIES[:12] + QUERIES[23:36] + [QUERIES[40], QUERIES[41], QUERIES[42]]):
        topic.post("create " + query, ROOT, {"name": f"vw{position}", "type": "view", "viewQuery": query, "listRule": ""}, "su", query={"fields": "viewQuery,fields.name,fields.type,message,data"})
        topic.get("records", records(f"vw{position}"), "guest", query={"perPage": "3", "sort": "id"})
    for body in [{"viewQuery": "select id from tags", "fields": [text()]}, {"viewQuery": "select id from tags", "indexes": ["CREATE INDEX idx_v ON x (id)"]}, {"viewQuery": "select id from tags", "createRule": ""}, {"viewQuery": "select id from tags", "updateRule": "id = ''", "deleteRule": ""}, {"viewQuery": "select id, name from tags", "listRule": "name = 'red'"}, {"viewQuery": "select id, name from tags", "listRule": "w = 1"}, {}, {"viewQuery": None}]:
        topic.post(f"view {body}", ROOT, {"name": f"vx{len(topic.cases)}", "type": "view", **body}, "su", query={"fields": "viewQuery,indexes,listRule,createRule,fields.name,message,data"})
    for body in [{"viewQuery": "select id, w from tags"}, {"viewQuery": "bad"}, {"name": "v_renamed"}, {"type": "base"}, {"listRule": "n > 5"}, {"fields": []}]:
        topic.patch(f"update {body}", f"{ROOT}/v_cast", body, "su", query={"fields": "name,viewQuery,listRule,fields.name,message,data"})
    topic.delete("used by a view", f"{ROOT}/comments", "su")
    topic.delete("a view goes", f"{ROOT}/v_expr", "su")
    topic.get("it is gone", records("v_expr"), "su")
    topic.post("source follows", records("tags"), {"id": "newtag000000001", "name": "fresh", "w": 77}, "su", query={"fields": "id"})
    topic.get("seen in the view", records("vw1", "newtag000000001"), "guest")
    return topic


def importing():
    topic = Topic("collections_import", mutates=True)
    names = {"fields": "name,type,listRule,fields.name", "perPage": "100"}

    def put(name, body, who="su"):
        topic.add(name, "PUT", f"{ROOT}/import", who, body=body)

    for body in ({}, {"collections": []}, {"collections": None}, {"collections": "x"}, {"collections": [{}]}, {"collections": [5]}, {"collections": [{"name": "bad name"}]}, {"collections": [{"name": "im1", "fields": [{"name": "x", "type": "unknown"}]}]}, {"collections": [{"name": "im1"}, {"name": "im1"}]}, {"collections": [{"name": "im1", "listRule": "bad ="}]}):
        put(str(body)[:80], body)
    put("two with a relation", {"collections": [{"id": "pbc_import_a", "name": "im_a", "type": "base", "fields": [text("t"), {"name": "b", "type": "relation", "collectionId": "pbc_import_b", "maxSelect": 1}]}, {"id": "pbc_import_b", "name": "im_b", "fields": [text("u")], "listRule": ""}]})
    topic.get("im_a", f"{ROOT}/im_a", "su", query={"fields": "id,name,fields.name,fields.type,fields.collectionId"})
    put("keeps fields not listed", {"collections": [{"id": "pbc_import_b", "name": "im_b2", "fields": [{"name": "n", "type": "number"}]}]})
    topic.get("im_b2", f"{ROOT}/im_b2", "su", query={"fields": "id,name,listRule,fields.name"})
    put("by name", {"collections": [{"name": "im_a", "listRule": "t != ''"}]})
    topic.get("im_a again", f"{ROOT}/im_a", "su", query={"fields": "id,listRule,fields.name"})
    put("a view too", {"collections": [{"name": "im_v", "type": "view", "viewQuery": "select id, t from im_a", "listRule": ""}]})
    topic.get("im_v", f"{ROOT}/im_v", "su", query={"fields": "type,viewQuery,fields.name"})
    put("system collection", {"collections": [{"name": "_superusers", "listRule": ""}]})
    put("type change", {"collections": [{"name": "im_a", "type": "auth"}]})
    put("one bad undoes all", {"collections": [{"name": "im_c"}, {"name": "im_d", "listRule": "bad ="}]})
    topic.get("im_c is not there", f"{ROOT}/im_c", "su")
    put("deleteMissing", {"collections": [{"name": "im_a", "fields": [text("t")]}, {"name": "users", "id": "_pb_users_auth_"}, {"name": "fresh", "fields": [text("x")]}], "deleteMissing": True})
    topic.get("what is left", ROOT, "su", query={**names, "sort": "name"})
    put("deleteMissing frees", {"collections": [{"name": "only", "fields": [text("x")]}], "deleteMissing": True})
    topic.get("what is left now", ROOT, "su", query={**names, "sort": "name"})
    return topic


def deleting():
    topic = Topic("collections_delete", mutates=True)
    for name in ("nowhere", "tags", "posts", "users", "_superusers", "_mfas", "targets", "vaults", "docs", "nodes", "seats", "SEATS", "seats", "v_null", "v_join", "m_open", "members", "profiles", "staff"):
        topic.delete(f"delete {name}", f"{ROOT}/{name}", "su")
    topic.get("left", ROOT, "su", query={"fields": "name", "perPage": "100", "sort": "name"})
    for name in ("casc_plain", "casc_deep", "casc_del", "casc_many", "casc_req", "targets"):
        topic.delete(f"in order {name}", f"{ROOT}/{name}", "su")
    topic.post("name is free again", ROOT, {"name": "targets"}, "su", query={"fields": "name,id"})
    topic.get("empty", records("targets"), "su")
    for name in ("comments", "tags", "strict", "v_plain", "nowhere", "users"):
        topic.delete(f"truncate {name}", f"{ROOT}/{name}/truncate", "su")
        topic.get(f"after {name}", records(name), "su", query={"sort": "id", "fields": "id", "perPage": "3"})
    return topic
