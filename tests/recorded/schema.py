"""The collections of the recorded directory, in creation order."""

ANY = {"listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": ""}
READ = {"listRule": "", "viewRule": ""}
ALERT_OFF = {"authAlert": {"enabled": False, "emailTemplate": {"subject": "s", "body": "b"}}}


def text(name, **options):
    return {"name": name, "type": "text", **options}


def number(name, **options):
    return {"name": name, "type": "number", **options}


def field(kind, name, **options):
    return {"name": name, "type": kind, **options}


def relation(name, target, many=1, **options):
    """`target` is a collection name; the recorder puts its id in."""
    return {"name": name, "type": "relation", "collectionId": "@" + target, "maxSelect": many, **options}


def select(name, values, many=1, **options):
    return {"name": name, "type": "select", "values": values, "maxSelect": many, **options}


def dates():
    return [
        field("autodate", "created", onCreate=True),
        field("autodate", "updated", onCreate=True, onUpdate=True),
    ]


def base(name, fields, rules=None, indexes=(), **more):
    return {"name": name, "type": "base", "fields": fields, "indexes": list(indexes), **(rules or {}), **more}


COLORS = ["red", "green", "blue", "light blue"]

USERS = {
    "listRule": "", "viewRule": '@request.auth.id != ""', "createRule": "",
    "updateRule": "id = @request.auth.id", "deleteRule": "id = @request.auth.id",
    "manageRule": '@request.auth.role = "admin"', **ALERT_OFF,
}
USERS_FIELDS = [
    select("role", ["admin", "editor", "reader"]),
    number("score"), text("secret", hidden=True),
    relation("org", "orgs"), relation("friends", "users", 9),
]

COLLECTIONS = [
    base("tags", [text("name"), number("w"), select("color", COLORS), field("json", "meta")], ANY,
         ["CREATE UNIQUE INDEX idx_tags_name ON tags (name COLLATE NOCASE)"]),
    base("orgs", [text("name", required=True), select("plan", ["free", "pro"]), field("geoPoint", "geo"),
                  field("url", "site"), *dates()], ANY),
    base("vaults", [text("code"), number("level")]),
    base("posts", [
        text("title", required=True, min=2, max=60), text("slug"), field("editor", "body"),
        number("n"), number("m"), field("bool", "b"), field("email", "e"), field("url", "u"),
        field("date", "d"), select("s", ["a", "b", "c"]), select("sm", COLORS, 4), field("json", "j"),
        field("geoPoint", "geo"), relation("author", "users"), relation("tags", "tags", 5),
        relation("org", "orgs"), relation("vault", "vaults"), text("hid", hidden=True),
        field("password", "pass"), *dates(),
    ], ANY, ["CREATE UNIQUE INDEX idx_posts_slug ON posts (slug) WHERE slug != ''",
             "CREATE INDEX idx_posts_n ON posts (n DESC, title)"]),
    base("comments", [relation("post", "posts", required=True, cascadeDelete=True), relation("user", "users"),
                      text("text"), number("likes"), *dates()],
         {"listRule": "likes >= 0", "viewRule": "", "createRule": '@request.auth.id != "" && user = @request.auth.id',
          "updateRule": "user = @request.auth.id", "deleteRule": "user = @request.auth.id"}),
    base("profiles", [relation("user", "users", required=True, cascadeDelete=True), text("nick"), text("bio")], READ,
         ["CREATE UNIQUE INDEX idx_profiles_user ON profiles (user)"]),
    base("probe", [
        text("t"), number("n"), field("bool", "b"), field("date", "d"), field("json", "j"),
        select("s", ["a", "b", "c"]), select("sm", ["a", "b", "c", "d"], 4),
        relation("rs", "tags"), relation("rm", "tags", 9), field("geoPoint", "g"), field("email", "e"),
        field("password", "pw"), text("hid", hidden=True),
    ], READ),
    base("nodes", [text("name"), number("w"), relation("parent", "nodes"), relation("links", "nodes", 9)], ANY),
    base("strict", [
        text("t", min=2, max=5, pattern="^[a-z]+$"), text("auto", autogeneratePattern="[a-f]{4}-[0-9]{3}"),
        text("rt", required=True), number("ni", onlyInt=True), number("nr", min=-5, max=10),
        field("bool", "bt"), field("email", "eo", onlyDomains=["example.com", "acme.org"]),
        field("email", "ex", exceptDomains=["bad.com"]), field("url", "uo", onlyDomains=["example.com"]),
        field("url", "ux", exceptDomains=["bad.com"]), field("editor", "ed", maxSize=20),
        field("date", "dr", min="2024-01-01 00:00:00.000Z", max="2024-12-31 23:59:59.999Z"),
        select("s", ["a", "b", "c"]), select("sm", ["a", "b", "c", "d"], 2), relation("rs", "tags"),
        relation("rm", "tags", 3, minSelect=2), field("json", "j", maxSize=30), field("geoPoint", "g"),
        field("password", "p", min=5, max=10, pattern="^[a-z0-9]+$", cost=5), field("file", "f", maxSelect=1, maxSize=64),
        field("file", "fm", maxSelect=2, mimeTypes=["text/plain", "image/png"]),
        text("hid", hidden=True), *dates(),
    ], ANY),
    base("must", [
        text("t", required=True), number("n", required=True), field("bool", "b", required=True),
        field("email", "e", required=True), field("url", "u", required=True), field("date", "d", required=True),
        select("s", ["a"], 1, required=True), select("sm", ["a", "b"], 2, required=True),
        relation("rs", "tags", required=True), relation("rm", "tags", 2, required=True),
        field("json", "j", required=True), field("geoPoint", "g", required=True),
        field("editor", "ed", required=True), field("password", "p", required=True),
        field("file", "f", required=True),
    ], ANY),
    base("customid", [
        {"name": "id", "type": "text", "primaryKey": True, "required": True, "system": True, "min": 2, "max": 12,
         "pattern": "^[A-Za-z0-9_.-]+$", "autogeneratePattern": "[A-Z]{3}-[0-9]{4}", "id": "text3208210256"},
        text("t")], ANY),
    base("seats", [text("hall"), number("seat"), text("code"), text("tag"), field("email", "mail")], ANY, [
        "CREATE UNIQUE INDEX idx_seats_pair ON seats (hall, seat)",
        "CREATE UNIQUE INDEX idx_seats_code ON seats (code COLLATE NOCASE) WHERE code != ''",
        "CREATE UNIQUE INDEX `idx_seats_tag` ON `seats` (`tag`) WHERE `tag` != ''"]),
    base("targets", [text("name")], ANY),
    base("casc_plain", [relation("one", "targets"), relation("many", "targets", 5), text("t"), *dates()], ANY),
    base("casc_del", [relation("one", "targets", cascadeDelete=True), text("t")], ANY),
    base("casc_many", [relation("many", "targets", 5, cascadeDelete=True), text("t")], ANY),
    base("casc_req", [relation("one", "targets", required=True), text("t")], ANY),
    base("casc_deep", [relation("parent", "casc_del", cascadeDelete=True), text("t")], ANY),
    base("docs", [text("name"), field("file", "att", maxSelect=1), field("file", "pics", maxSelect=4, thumbs=["50x50"]),
                  field("file", "priv", maxSelect=1, protected=True)], ANY),
    base("m_null", [text("t"), relation("owner", "users")]),
    base("m_open", [text("t"), relation("owner", "users")], ANY),
    base("m_rule", [text("t"), relation("owner", "users")], {
        "listRule": "owner = @request.auth.id", "viewRule": "owner = @request.auth.id",
        "createRule": '@request.auth.id != "" && @request.body.owner = @request.auth.id',
        "updateRule": "owner = @request.auth.id", "deleteRule": "owner = @request.auth.id"}),
    base("ruled", [
        text("t"), number("n"), field("bool", "b"), field("date", "d"), field("json", "j"),
        select("s", ["a", "b", "c"]), select("sm", ["a", "b", "c", "d"], 4), relation("rs", "tags"),
        relation("rm", "tags", 9), relation("owner", "users"), relation("team", "users", 9), text("hid", hidden=True),
        field("file", "f", maxSelect=3), *dates()], ANY),
    {"name": "members", "type": "auth", "fields": [text("username", required=True), text("label"), relation("boss", "users"), *dates()],
     "indexes": ["CREATE UNIQUE INDEX idx_members_username ON members (username COLLATE NOCASE)"],
     "passwordAuth": {"enabled": True, "identityFields": ["email", "username"]},
     "authRule": "verified = true", "createRule": None, "listRule": '@request.auth.collectionName = "users"',
     "viewRule": "id = @request.auth.id || @request.auth.role ?= 'admin'", **ALERT_OFF},
    {"name": "staff", "type": "auth", "fields": [text("label")], "authRule": None, **READ, **ALERT_OFF},
    {"name": "robots", "type": "auth", "fields": [text("label")], "passwordAuth": {"enabled": False},
     "otp": {"enabled": True, "duration": 120, "length": 6}, **READ, **ALERT_OFF},
    {"name": "v_plain", "type": "view", **READ, "viewQuery": "SELECT id, title, n, author, sm, j, d, b FROM posts"},
    {"name": "v_count", "type": "view", **READ,
     "viewQuery": "SELECT p.id, p.title, count(c.id) as total, total(c.likes) as likes FROM posts p LEFT JOIN comments c ON c.post = p.id GROUP BY p.id"},
    {"name": "v_cast", "type": "view", **READ,
     "viewQuery": "SELECT id, CAST(n as int) as ni, CAST(n as real) as nr, CAST(n as text) as nt, CAST(b as bool) as nb FROM posts"},
    {"name": "v_join", "type": "view", "listRule": '@request.auth.id != ""', "viewRule": "likes > 1",
     "viewQuery": "SELECT c.id, c.text, c.likes, p.id as post, p.title as headline, u.name as who FROM comments c JOIN posts p ON p.id = c.post LEFT JOIN users u ON u.id = c.user"},
    {"name": "v_expr", "type": "view", **READ,
     "viewQuery": "SELECT id, (n * 2) as twice, (title || '!') as loud, iif(b, 'yes', 'no') as word, strftime('%Y', d) as year, (n > 5) as big FROM posts"},
    {"name": "v_null", "type": "view", "viewQuery": "SELECT (ROW_NUMBER() OVER()) as id, s, count(*) as c FROM posts GROUP BY s"},
]
