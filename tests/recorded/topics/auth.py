"""Signing in, tokens, refresh, impersonation, auth methods; settings, logs, set-up (contract 5.1 to 5.4, 5.8, 6)."""

import directory
from topics import Signer, Topic, records

SEEN = ("level = 0", "data.type = 'request'", "data.x.y = null")
LOGIN = "/api/collections/{}/auth-with-password"


def topics():
    return [passwords(), tokens(), settings(), logs()]


def passwords():
    topic = Topic("auth_password", mutates=True)
    for name, body in [
        ("users", {"identity": "alice@example.com", "password": "alice-password"}), ("users", {"identity": "alice@example.com", "password": "wrong"}), ("users", {"identity": "ALICE@example.com", "password": "alice-password"}), ("users", {"identity": "Dan@Example.com", "password": "dan-password"}), ("users", {"identity": "dan@example.com", "password": "dan-password"}), ("users", {"identity": "nobody@example.com", "password": "x"}), ("users", {"identity": "Alice", "password": "alice-password"}), ("users", {"identity": "usr000000000001", "password": "alice-password"}),
        ("users", {}), ("users", {"identity": "alice@example.com"}), ("users", {"password": "x"}), ("users", {"identity": "", "password": ""}), ("users", {"identity": "a" * 256, "password": "b" * 256}), ("users", {"identity": "a" * 255, "password": "b" * 255}), ("users", {"identity": None, "password": None}), ("users", {"identity": 5, "password": "x"}), ("users", {"identity": ["a"], "password": "x"}), ("users", {"Identity": "alice@example.com", "PASSWORD": "alice-password"}), ("users", {"identity": " alice@example.com", "password": "alice-password"}), ("users", {"identity": "alice@example.com", "password": "alice-password "}), ("users", {"identity": "alice@example.com", "password": "alice-password", "extra": {"a": 1}}),
        ("users", {"identity": "alice@example.com", "password": "alice-password", "identityField": "email"}), ("users", {"identity": "alice@example.com", "password": "alice-password", "identityField": "name"}), ("users", {"identity": "alice@example.com", "password": "alice-password", "identityField": ""}), ("users", {"identity": "alice@example.com", "password": "alice-password", "identityField": "EMAIL"}), ("users", {"identity": "carol@example.com", "password": "carol-password"}),
        ("members", {"identity": "mia@example.com", "password": "mia-password"}), ("members", {"identity": "mia", "password": "mia-password"}), ("members", {"identity": "MIA", "password": "mia-password"}), ("members", {"identity": "Mia", "password": "mia-password", "identityField": "username"}), ("members", {"identity": "mia@example.com", "password": "mia-password", "identityField": "username"}), ("members", {"identity": "mia", "password": "mia-password", "identityField": "email"}), ("members", {"identity": "MIA@example.com", "password": "mia-password"}), ("members", {"identity": "max", "password": "max-password"}), ("members", {"identity": "max", "password": "wrong"}), ("members", {"identity": "LOU@ODD", "password": "lou-password"}), ("members", {"identity": "lou@odd", "password": "lou-password"}),
        ("staff", {"identity": "sam@example.com", "password": "sam-password"}), ("staff", {"identity": "sam@example.com", "password": "wrong"}), ("robots", {"identity": "r2@example.com", "password": "r2-password"}), ("robots", {}), ("tags", {"identity": "x", "password": "y"}), ("nowhere", {"identity": "x", "password": "y"}), ("v_plain", {"identity": "x", "password": "y"}), ("_superusers", {"identity": "root@example.com", "password": "root-password"}), ("_superusers", {"identity": "ROOT@example.com", "password": "root-password"}), ("_superusers", {"identity": "root@example.com", "password": "alice-password"}), ("USERS", {"identity": "alice@example.com", "password": "alice-password"}), ("_pb_users_auth_", {"identity": "alice@example.com", "password": "alice-password"}), ("pbc_3142635823", {"identity": "root@example.com", "password": "root-password"}),
    ]:
        topic.post(f"{name} {str(body)[:70]}", LOGIN.format(name), body)
    good = {"identity": "alice@example.com", "password": "alice-password"}
    for query in ({"expand": "org,friends"}, {"fields": "token"}, {"fields": "record.name"}, {"fields": "*,record.name"}, {"expand": "profiles_via_user,m_rule_via_owner,members_via_boss,m_null_via_owner", "fields": "record.expand"}, {"fields": "record.email,record.secret"}, {"fields": "record.a:b"}, {"expand": "unknown", "fields": "record.id,record.expand"}):
        topic.post(f"query {query}", LOGIN.format("users"), good, query=query)
    for name in ("users", "members", "staff", "robots", "_superusers", "tags", "nowhere", "v_plain"):
        topic.get(f"methods {name}", f"/api/collections/{name}/auth-methods")
    topic.post("while signed in as another", LOGIN.format("users"), good, "users:bob", query={"fields": "record.id"})
    topic.get("login by GET", LOGIN.format("users"))
    topic.patch("NOCASE e-mail", "/api/collections/users", {"indexes": ["CREATE UNIQUE INDEX `idx_tokenKey__pb_users_auth_` ON `users` (`tokenKey`)", "CREATE UNIQUE INDEX `idx_email__pb_users_auth_` ON `users` (`email` COLLATE NOCASE) WHERE `email` != ''"]}, "su", query={"fields": "indexes"})
    topic.post("now any case", LOGIN.format("users"), {**good, "identity": "ALICE@EXAMPLE.COM"}, query={"fields": "record.id"})
    topic.patch("identity by name", "/api/collections/users", {"passwordAuth": {"identityFields": ["name"]}}, "su")
    topic.patch("identity by nothing", "/api/collections/users", {"passwordAuth": {"identityFields": []}}, "su")
    topic.patch("identity by unknown", "/api/collections/users", {"passwordAuth": {"identityFields": ["nope"]}}, "su")
    topic.patch("password off", "/api/collections/users", {"passwordAuth": {"enabled": False}}, "su", query={"fields": "passwordAuth"})
    topic.post("password is off", LOGIN.format("users"), good)
    topic.patch("password on", "/api/collections/users", {"passwordAuth": {"enabled": True}}, "su", query={"fields": "passwordAuth"})
    for rule in ('role = "admin"', '@request.auth.id = id', '@request.context = "password"', '@request.body.identity != ""', '@request.body.password:isset = true', None, "bad =", ""):
        topic.patch(f"authRule {rule}", "/api/collections/users", {"authRule": rule}, "su", query={"fields": "authRule,data"})
        for who in ("alice", "bob"):
            topic.post(f"sign in {who}", LOGIN.format("users"), {"identity": f"{who}@example.com", "password": f"{who}-password"}, query={"fields": "record.id"})
        topic.add("refresh with the old token", "POST", "/api/collections/users/auth-refresh", "users:bob", query={"fields": "record.id"})
    return topic


def tokens():
    topic = Topic("auth_tokens", mutates=True)
    signer = Signer(directory.SQL)
    alice = signer.token("users", "usr000000000001")
    refresh = "/api/collections/users/auth-refresh"

    def ask(name, token, path=records("users", "usr000000000002"), method="GET", **more):
        topic.add(name, method, path, headers={"Authorization": token}, query={"fields": "id,name,email,record.id,token,status,message"}, **more)

    ask("hand-signed", alice)
    ask("hand-signed bearer", "Bearer " + alice)
    ask("hand-signed lower bearer", "bearer " + alice)
    ask("hand-signed refresh", alice, refresh, "POST")
    ask("not refreshable", signer.token("users", "usr000000000001", refreshable=False), refresh, "POST")
    ask("no refreshable claim", signer.token("users", "usr000000000001", refreshable=None), refresh, "POST")
    ask("extra claims", signer.token("users", "usr000000000001", foo="bar", iat=1), refresh, "POST")
    ask("expired", signer.token("users", "usr000000000001", exp=1700000000))
    ask("expired refresh", signer.token("users", "usr000000000001", exp=1700000000), refresh, "POST")
    ask("no exp", signer.token("users", "usr000000000001", exp=None), refresh, "POST")
    ask("exp as text", signer.token("users", "usr000000000001", exp="4102444800"), refresh, "POST")
    ask("exp as float", signer.token("users", "usr000000000001", exp=4102444800.5), refresh, "POST")
    ask("nbf in the future", signer.token("users", "usr000000000001", nbf=4102444000), refresh, "POST")
    ask("iat in the future", signer.token("users", "usr000000000001", iat=4102444000), refresh, "POST")
    for kind, secret in (("file", "fileToken"), ("verification", "verificationToken"), ("passwordReset", "passwordResetToken"), ("emailChange", "emailChangeToken"), ("other", "authToken"), ("auth", "fileToken"), ("file", "authToken"), ("", "authToken"), (None, "authToken")):
        ask(f"type {kind} signed by {secret}", signer.token("users", "usr000000000001", kind=kind, secret=secret), refresh, "POST")
    ask("foreign collection", signer.token("users", "usr000000000001", collectionId="pbc_3142635823"), refresh, "POST")
    ask("collection by name", signer.token("users", "usr000000000001", collectionId="users"), refresh, "POST")
    ask("no collection", signer.token("users", "usr000000000001", collectionId=None), refresh, "POST")
    ask("other record's id", signer.token("users", "usr000000000001", id="usr000000000002"), refresh, "POST")
    ask("missing record", signer.token("users", "usr000000000001", id="missing"), refresh, "POST")
    ask("no id", signer.token("users", "usr000000000001", id=None), refresh, "POST")
    ask("id as number", signer.token("users", "usr000000000001", id=1), refresh, "POST")
    head, body, mark = alice.split(".")
    ask("no signature", f"{head}.{body}.", refresh, "POST")
    ask("broken signature", f"{head}.{body}.{mark[::-1]}", refresh, "POST")
    ask("two parts", f"{head}.{body}", refresh, "POST")
    ask("padding", alice + "=", refresh, "POST")
    ask("alg none", "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + body + ".", refresh, "POST")
    ask("alg HS512 header", "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9." + body + "." + mark, refresh, "POST")
    for collection, identity in (("members", "mem000000000001"), ("members", "mem000000000002"), ("staff", "stf000000000001"), ("robots", "rob000000000001"), ("_superusers", "sup000000000002"), ("users", "usr000000000003")):
        token = signer.token(collection, identity)
        for target in ("users", "members", "staff", "_superusers", "tags", "nowhere"):
            ask(f"{identity} refreshes in {target}", token, f"/api/collections/{target}/auth-refresh", "POST")
        ask(f"{identity} asks settings", token, "/api/settings")
    topic.add("guest refresh", "POST", refresh)
    topic.add("refresh with expand", "POST", refresh, "users:alice", query={"expand": "org", "fields": "record.expand,record.email,token"}, save={"fresh": "token"})
    ask("the fresh token works", "{{fresh}}", refresh, "POST")
    topic.add("full refresh", "POST", refresh, "users:bob")
    topic.add("su refresh", "POST", "/api/collections/_superusers/auth-refresh", "su2")
    for who in ("guest", "users:alice", "su"):
        for path, data in (("users/impersonate/usr000000000002", {"duration": 100}), ("users/impersonate/usr000000000002", {}), ("users/impersonate/missing", {}), ("tags/impersonate/tag000000000001", {}), ("nowhere/impersonate/x", {}), ("staff/impersonate/stf000000000001", {"duration": 0}), ("users/impersonate/usr000000000002", {"duration": -1}), ("users/impersonate/usr000000000002", {"duration": "x"}), ("users/impersonate/usr000000000002", {"duration": 1.5}), ("_superusers/impersonate/sup000000000002", {"duration": 60}), ("users/impersonate/", {})):
            topic.post(f"{path} {data}", f"/api/collections/{path}", data, who)
    topic.add("impersonate without body", "POST", "/api/collections/users/impersonate/usr000000000002", "su", query={"fields": "token,record.name,record.expand", "expand": "org"}, save={"played": "token"})
    ask("the played token works", "{{played}}", records("users", "usr000000000001"))
    ask("the played token is echoed", "{{played}}", refresh, "POST")
    topic.patch("new tokenKey", records("users", "usr000000000002"), {"tokenKey": "n" * 50}, "su", query={"fields": "id"})
    ask("the played token died", "{{played}}", refresh, "POST")
    topic.patch("new secret", "/api/collections/users", {"authToken": {"secret": "s" * 40}}, "su", query={"fields": "authToken"})
    ask("all tokens died", alice, refresh, "POST")
    topic.patch("secret too short", "/api/collections/users", {"authToken": {"secret": "s"}}, "su")
    topic.patch("duration too short", "/api/collections/users", {"authToken": {"duration": 1}}, "su")
    topic.patch("duration too long", "/api/collections/users", {"authToken": {"duration": 94670857}}, "su")
    ask("with the new secret", Signer.sign({"alg": "HS256", "typ": "JWT"}, {"collectionId": "_pb_users_auth_", "exp": 4102444800, "id": "usr000000000002", "refreshable": True, "type": "auth"}, "n" * 50 + "s" * 40), refresh, "POST")
    return topic


def settings():
    topic = Topic("settings", mutates=True)
    for who in ("guest", "users:bob", "su"):
        topic.get("get", "/api/settings", who)
        topic.patch("patch", "/api/settings", {"meta": {"appName": "Changed"}}, who)
    for body in [{}, {"meta": {"appName": ""}}, {"meta": {"appName": "x" * 256}}, {"meta": {"appURL": "bad"}}, {"meta": {"appURL": ""}}, {"meta": {"senderName": ""}}, {"meta": {"senderAddress": "x"}}, {"meta": {"senderAddress": ""}}, {"meta": {"accentColor": "red"}}, {"meta": {"accentColor": "#123"}}, {"meta": {"accentColor": ""}}, {"meta": {"hideControls": True}}, {"meta": {"hideControls": "yes"}}, {"meta": {"unknown": 1}, "foo": 1}, {"META": {"APPNAME": "Cased"}}, {"smtp": {"enabled": True, "host": ""}}, {"smtp": {"enabled": True, "port": 0}}, {"smtp": {"authMethod": "X"}}, {"smtp": {"enabled": True, "authMethod": "X"}}, {"smtp": {"enabled": True, "authMethod": "LOGIN", "localName": "bad host!", "password": "p"}}, {"smtp": {"enabled": False, "password": "secret", "username": "u"}}, {"smtp": {"port": "x"}}, {"smtp": {"port": -1}}, {"s3": {"enabled": True}}, {"s3": {"enabled": True, "endpoint": "bad url", "bucket": "b", "region": "r", "accessKey": "a", "secret": "s"}}, {"s3": {"enabled": False, "secret": "x", "bucket": "b"}}, {"backups": {"cron": "bad"}}, {"backups": {"cron": "0 0 * * *"}}, {"backups": {"cron": "0 0 * * *", "cronMaxKeep": 0}}, {"backups": {"cron": "@daily", "cronMaxKeep": 2}}, {"backups": {"cron": "60 0 * * *"}}, {"backups": {"cron": ""}}, {"backups": {"s3": {"enabled": True}}}, {"batch": {"enabled": True, "maxRequests": 0}}, {"batch": {"enabled": True, "timeout": 0}}, {"batch": {"maxRequests": -1}}, {"batch": {"timeout": -1}}, {"batch": {"maxBodySize": -1}}, {"batch": {"enabled": False, "maxRequests": 0}}, {"logs": {"maxDays": -1}}, {"logs": {"maxDays": 7, "minLevel": 4, "logIP": False}}, {"logs": {"minLevel": -4}}, {"logs": {"minLevel": 99}}, {"logs": {"maxDataSize": -1}}, {"logs": {"maxDays": 5, "minLevel": 0}}, {"superuserIPs": ["bad"]}, {"superuserIPs": ["127.0.0.1", "10.0.0.0/8"]}, {"superuserIPs": []}, {"superuserIPs": ["10.0.0.0/99"]}, {"trustedProxy": {"headers": ["X-Forwarded-For"], "useLeftmostIP": True}}, {"trustedProxy": {"headers": [""]}}, {"trustedProxy": {"headers": []}}, {"rateLimits": {"enabled": True, "rules": []}}, {"rateLimits": {"enabled": False, "rules": [{"label": "bad label!", "maxRequests": 1, "duration": 1}]}}, {"rateLimits": {"enabled": True, "rules": [{"label": "", "maxRequests": 0, "duration": 0}]}}, {"rateLimits": {"rules": [{"label": "tags:list", "maxRequests": 5, "duration": 10}, {"label": "tags:list", "maxRequests": 6, "duration": 10}]}}, {"rateLimits": {"rules": [{"label": "tags:list", "maxRequests": 5, "duration": 10, "audience": "@guest"}]}}, {"rateLimits": {"rules": [{"label": "x:list", "maxRequests": 5, "duration": 10, "audience": "bad"}]}}, {"rateLimits": {"rules": [{"label": "/api/a/", "maxRequests": 5, "duration": 10}, {"label": "/api/a/b", "maxRequests": 5, "duration": 10}]}}, {"rateLimits": {"rules": [{"label": "/api/a/", "maxRequests": 5, "duration": 10}, {"label": "/api/a/b/", "maxRequests": 5, "duration": 10}]}}, {"rateLimits": {"excludedIPs": ["x"]}}, {"rateLimits": {"rules": "x"}}, {"rateLimits": {"rules": []}}, {"meta": {"appName": "One"}, "smtp": {"enabled": True, "host": ""}, "batch": {"enabled": True, "maxRequests": 0}}]:
        topic.patch(f"{str(body)[:90]}", "/api/settings", body, "su")
        if len(topic.cases) % 10:
            topic.cases[-1]["query"] = {"fields": ",".join([*(k for k in body), "message", "data", "status"])}
    topic.get("in the end", "/api/settings", "su")
    topic.delete("no delete", "/api/settings", "su")
    topic.post("no post", "/api/settings", {}, "su")
    return topic


def logs():
    topic = Topic("logs", mutates=True)
    for who in ("guest", "users:bob"):
        for path in ("/api/logs", "/api/logs/stats", "/api/logs/x"):
            topic.get(path, path, who)
        topic.delete("delete", "/api/logs", who)
    topic.get("leave a trace", "/api/nowhere?trace=1", "guest")
    topic.get("trace of a user", records("tags"), "users:bob", query={"perPage": "1", "trace": "2"}, loose="all")
    query = {"filter": 'data.url ~ "/api/nowhere" && data.status = 404', "perPage": "1", "skipTotal": "1", "sort": "-@rowid"}
    topic.get("listed", "/api/logs", "su", query=query, retry=4, save={"log": "items.0.id"})
    topic.get("one", "/api/logs/{{log}}", "su")
    topic.get("by user", "/api/logs", "su", query={"filter": 'data.auth = "users" && data.url ~ "trace=2"', "perPage": "1", "skipTotal": "1", "fields": "message,level,data.auth,data.method,data.status,data.type,data.userAgent"})
    topic.get("missing", "/api/logs/missing", "su")
    topic.get("stats", "/api/logs/stats", "su", loose="all")
    topic.get("stats of nothing", "/api/logs/stats", "su", query={"filter": 'message = "none"'})
    for text in ("level = 0", 'data.method = "POST"', "unknown = 1", "data.type = 'request'", "id = ''", "rowid = 1", "created > '2200'", "data.x.y = null", "@request.auth.id = ''", "level ~"):
        topic.get("filter " + text, "/api/logs", "su", query={"filter": text, "perPage": "1", "skipTotal": "1", "fields": "level,data.type", "sort": "-@rowid"}, loose=[])
        topic.get("stats " + text, "/api/logs/stats", "su", query={"filter": text}, loose="all" if text in SEEN else [])
    for text in ("created", "-level,id", "message", "data.status", "@rowid", "unknown", "data", "@random"):
        topic.get("sort " + text, "/api/logs", "su", query={"sort": text, "perPage": "1", "skipTotal": "1", "fields": "level"}, loose="all")
    topic.delete("all", "/api/logs", "su")
    return topic
