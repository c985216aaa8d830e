"""Transport: paths, methods, headers, content types, bodies; health and batch (contract 1.1 to 1.3, 4.3, 6.5)."""

from topics import Topic, form, records, urlencoded

SECURITY = ["content-type", "x-xss-protection", "x-content-type-options", "x-frame-options", "cross-origin-opener-policy", "vary", "access-control-allow-origin"]
CORS = ["access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers", "access-control-max-age", "access-control-allow-credentials", "vary"]


def topics():
    return [paths(), bodies(), batch()]


def paths():
    topic = Topic("transport_paths")
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"):
        for path in ("/api/health", "/api/health/", "/api", "/api/", "/api/nowhere", "/nowhere", "/api/collections/tags/records/", "/api/collections/tags/unknown", "/api/collections//records", "/API/health", "/api/collections/posts/records/post00000000001/x", "/api/records"):
            topic.add(f"{method} {path}", method, path, "guest", body={} if method in ("POST", "PUT", "PATCH") else None)
            if method not in ("POST", "PUT", "PATCH"):
                del topic.cases[-1]["body"]
    for path in ("/api/health?a=b", "/api/health?%zz", "/api/%68ealth", "/api/health%2f", "/api/collections/t%61gs/records?perPage=1", "/api/collections/tags%00/records", "/api/collections/%ff/records", "/api/collections/a%20b/records", "/api/collections/tags'--/records", "/api/collections/tags;x/records", "/api/collections/TAGS/records?perPage=1&fields=id", "/api/collections/..%2f..%2fetc/records", "/api/collections/tags/records?filter=%ff", "/api/collections/tags/records?filter=%00", "/api/collections/tags/records?filter=name%3D%22%00%22", "/api/collections/tags/records?sort=%00", "/api/collections/tags/records?fields=%ff", "/api/collections/tags/records?expand=%00%ff", "/api/collections/tags/records?page=1;perPage=2", "/api/collections/tags/records?page=%zz", "/api/collections/tags/records?&&&=&perPage=1&fields=id"):
        topic.get("path " + path, path, "guest")
    topic.get("headers of an answer", records("tags"), "guest", query={"perPage": "1", "fields": "id"}, watch=SECURITY)
    topic.get("headers of an error", "/api/nowhere", "guest", watch=SECURITY)
    topic.get("headers of 403", "/api/settings", "users:bob", watch=SECURITY)
    topic.add("headers of HEAD", "HEAD", records("tags"), "guest", watch=SECURITY)
    topic.get("with origin", "/api/health", "guest", headers={"Origin": "https://a.example"}, watch=CORS)
    topic.get("error with origin", "/api/nowhere", "guest", headers={"Origin": "null"}, watch=CORS)
    topic.get("no gzip", "/api/health", "guest", headers={"Accept-Encoding": "gzip, br"}, watch=["content-encoding"])
    for path in ("/api/health", "/api/nowhere", "/", "/api/collections/tags/records"):
        topic.add("preflight " + path, "OPTIONS", path, "guest", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,x-y"}, watch=CORS)
        topic.add("plain OPTIONS " + path, "OPTIONS", path, "guest", watch=CORS)
    topic.add("preflight without asked headers", "OPTIONS", "/api/health", "guest", headers={"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}, watch=CORS)
    for value in ("", "Bearer", "Bearer ", "bearer {}", "BEARER {}", "Basic abc", "x.y.z", "Bearer x.y.z", "{} ", "Bearer  {}"):
        topic.get(f"authorization {value!r}", "/api/collections/users/auth-refresh", "guest", headers={"Authorization": value.replace("{}", "x.y.z")})
    topic.get("health", "/api/health", "guest")
    topic.get("health user", "/api/health", "users:bob")
    topic.get("health su", "/api/health", "su")
    return topic


def bodies():
    topic = Topic("transport_bodies", mutates=True)
    target = records("probe")
    kinds = ["application/json", "application/json; charset=utf-8", "APPLICATION/JSON", "application/jsonp", "application/json5", "text/plain", "application/xml", "text/xml", "", "application/octet-stream", "json", "application/vnd.api+json", " application/json", "text/json", "application/x-ndjson"]
    for position, kind in enumerate(kinds):
        topic.add(f"type {kind!r}", "POST", target, "su", raw=f'{{"t":"kind{position}"}}', headers={"Content-Type": kind}, query={"fields": "t"})
    topic.add("no type", "POST", target, "su", raw='{"t":"none"}')
    topic.add("no type no body", "POST", target, "su", query={"fields": "n"})
    raws = ["{", "[]", "[1]", "null", "1", '"x"', "true", "", " ", "{}", '{"n":1} trailing', '{"n":1}{"n":2}', '{"n":1,}', "{n:1}", "{'n':1}", '{"n":1,"n":2}', '{"j":{"a":1,"a":2}}', '{"n":01}', '{"n":+1}', '{"n":.5}', '{"n":1.}', '{"n":NaN}', '{"n":1e400}', '{"n":-1e400}', '{"n":1e-400}', '{"n":123456789012345678901234567890}', '{"t":"\\ud800"}', '{"t":"\\ud83d\\ude00"}', '{"t":"\\u0000"}', '{"t":"a\tb"}', '{"t":"\\x41"}', '// c\n{"n":1}', '\ufeff{"n":1}', '{"n":1', '{"t":"unterminated', '{"":1}', '{"T":"x","T ":"y"}', '{"n":"5","N":6}', '{"j":[[[[[[]]]]]]}', "nul", "{}}", '{"n" 1}', '{"n":1 "t":"x"}', '{"t":"\\""}', '{"id":"x\\u0000y"}', '{"n":{"a":1}}', '{"n":-0}', '{"j":1.0}', '{"j":-0}', '{"j":1e2}', '{"j":12345678901234567890}', '{"j":"\\u2028"}', '{"t":"dup","\\u0074":"dup2"}']
    for raw in raws:
        topic.add("json " + raw, "POST", target, "su", raw=raw, headers={"Content-Type": "application/json"}, query={"fields": "t,n,j"})
    for text in ("7b2274223a22ff227d", "7b2274223a22c328227d", "7b22ff223a317d", "ff", "00", "7b2274223a2261c0af227d", "efbbbf7b7d", "7b226a223a7b22ff223a317d7d"):
        topic.add("bytes " + text, "POST", target, "su", rawHex=text, headers={"Content-Type": "application/json"}, query={"fields": "t,n,j"})
    for depth in (20, 1000, 9999, 10001, 100000):
        topic.add(f"depth {depth}", "POST", target, "su", rawRepeat=['{"j":' + "", "[", depth, ""], headers={"Content-Type": "application/json"})
    topic.add("closed depth 500", "POST", target, "su", raw='{"j":' + "[" * 500 + "]" * 500 + "}", headers={"Content-Type": "application/json"}, query={"fields": "n"})
    topic.add("json field too large", "POST", target, "su", rawRepeat=['{"j":"', "a", 1048576, '"}'], headers={"Content-Type": "application/json"})
    topic.add("text too long", "POST", target, "su", rawRepeat=['{"t":"', "a", 5001, '"}'], headers={"Content-Type": "application/json"})
    topic.add("text as long as allowed", "POST", target, "su", rawRepeat=['{"t":"', "a", 5000, '"}'], headers={"Content-Type": "application/json"}, query={"fields": "n"})
    topic.add("oversize", "POST", "/api/collections/users/auth-with-password", "guest", rawRepeat=['{"identity":"', "a", 33554500, '","password":"x"}'], headers={"Content-Type": "application/json"})
    for path in ("/api/collections/users/auth-with-password", "/api/batch", "/api/collections", "/api/settings"):
        for raw in ("{", "[]", "null", "1", '{"a":1,"a":2}', "", '{"identity":1}', '{"Identity":"x","PASSWORD":"y"}', '{"requests":{}}', '{"meta":5}', '{"name":5}'):
            if (path, raw) == ("/api/settings", "null"):
                continue  # a defect of the recorded server: 500
            topic.add(f"{path} {raw}", "PATCH" if "settings" in path else "POST", path, "su" if "users" not in path else "guest", raw=raw, headers={"Content-Type": "application/json"}, query={"fields": "name,meta,type,message,data,status"})
    topic.delete("clean", "/api/collections/tags/truncate", "su")
    return topic


def batch():
    topic = Topic("batch", mutates=True)
    tags, free = records("tags"), records("nodes")

    def one(method, url, body=None, **more):
        return {"method": method, "url": url, **({"body": body} if body is not None else {}), **more}

    def send(name, requests, who="guest", **more):
        topic.post(name, "/api/batch", {"requests": requests}, who, **more)

    send("four shapes", [one("POST", tags, {"id": "batch0000000001", "name": "b1"}), one("PUT", tags, {"id": "batch0000000001", "w": 5}), one("PATCH", tags + "/batch0000000001", {"w+": 3}), one("DELETE", tags + "/batch0000000001")])
    send("upsert creates", [one("PUT", tags, {"id": "batch0000000002", "name": "b2"}), one("PUT", tags, {"name": "b3"})])
    send("upsert updates", [one("PUT", tags, {"id": "batch0000000002", "name": "b2x"})])
    send("fields and expand", [one("POST", records("posts") + "?fields=id,expand.author.name&expand=author", {"id": "batchpost000001", "title": "bp", "author": "usr000000000001"})])
    send("later fails, all undone", [one("POST", tags, {"id": "batch0000000009", "name": "gone"}), one("POST", tags, {"name": "red"})])
    topic.get("nothing left", tags + "/batch0000000009")
    send("validation inside", [one("POST", records("posts"), {"title": "x"})])
    send("missing record", [one("PATCH", tags + "/missing", {"w": 1})])
    send("missing collection", [one("POST", records("nowhere"), {})])
    send("rule null", [one("POST", records("vaults"), {"code": "x"})])
    send("rule null su", [one("POST", records("vaults"), {"id": "batchvault00001", "code": "x"})], "su")
    send("own record", [one("POST", records("m_rule"), {"id": "batchown0000001", "owner": "usr000000000001"}), one("PATCH", records("m_rule", "batchown0000001"), {"t": "up"})], "users:alice")
    send("foreign record", [one("PATCH", records("m_rule", "own000000000001"), {"t": "up"})], "users:bob")
    send("item authorization ignored", [one("POST", records("vaults"), {"code": "y"}, headers={"Authorization": "x.y.z"})], "su", query={"fields": "status,body.code"})
    for method, url in [("GET", tags), ("post", tags), ("POST", "/api/health"), ("DELETE", tags), ("PATCH", tags), ("POST", tags + "/x"), ("PUT", tags + "/batch0000000002"), ("POST", "https://example.com" + tags), ("POST", "collections/tags/records"), ("POST", ""), ("", tags), ("POST", tags + "/"), ("POST", "/api/collections/users/auth-with-password"), ("POST", "/api/batch"), ("POST", tags + "?fields=a:b"), ("POST", "x" * 2001), ("FOO", tags), ("POST", "/api/collections"), ("OPTIONS", tags), ("HEAD", tags), ("POST", tags + "#x")]:
        send(f"{method} {url}", [one(method, url.replace("/tags/records", "/nodes/records") if "batch0" not in url else url, {"w": 1})], query={"fields": "*"})
    for body in [{}, {"requests": []}, {"requests": None}, {"requests": "x"}, {"requests": [1]}, {"requests": [{}]}, {"requests": [one("POST", free, {"w": 1})] * 9}, {"requests": [one("POST", free, [1])]}, {"requests": [one("POST", free, "x")]}, {"requests": [{"method": "POST", "url": free}]}, {"requests": [{"url": free, "body": {}}]}, {"requests": [one("POST", free, {"w": 1}, headers={"X-A": 1})]}, {"requests": [one("POST", free, {"w": 1}, headers=[1])]}, {"Requests": [one("POST", free, {"w": 1})]}, {"requests": [{"METHOD": "POST", "URL": free, "BODY": {"w": 4}}]}, {"requests": [one("POST", free, {"w": 1}, unknown=1)], "x": 1}]:
        topic.post(f"shape {str(body)[:60]}", "/api/batch", body, "guest")
    topic.add("no body", "POST", "/api/batch", "guest")
    topic.add("multipart", "POST", "/api/batch", "guest", **form([("@jsonPayload", '{"requests":[{"method":"POST","url":"/api/collections/nodes/records?fields=w","body":{"w":7}}]}')]))
    topic.add("multipart without payload", "POST", "/api/batch", "guest", **form([("x", "y")]))
    topic.add("multipart two items", "POST", "/api/batch", "guest", **form([("@jsonPayload", '{"requests":[{"method":"POST","url":"/api/collections/nodes/records?fields=w","body":{"w":7}},{"method":"DELETE","url":"/api/collections/tags/records/tag000000000005"}]}')]))
    topic.add("urlencoded", "POST", "/api/batch", "guest", **urlencoded("@jsonPayload=%7B%22requests%22%3A%5B%5D%7D"))
    topic.patch("context rule", "/api/collections/m_open", {"createRule": '@request.context = "batch"', "updateRule": '@request.headers.x_a = "1"', "deleteRule": '@request.method = "DELETE"'}, "su", query={"fields": "createRule"})
    topic.post("outside a batch", records("m_open"), {"t": "x"}, "guest")
    send("inside a batch", [one("POST", records("m_open"), {"id": "batchopen000001", "t": "x"})])
    send("item headers", [one("PATCH", records("m_open", "batchopen000001"), {"t": "y"}, headers={"X-A": "1"})])
    send("item header missing", [one("PATCH", records("m_open", "batchopen000001"), {"t": "z"})])
    send("outer header", [one("PATCH", records("m_open", "batchopen000001"), {"t": "z"})], headers={"X-A": "1"})
    send("delete", [one("DELETE", records("m_open", "batchopen000001"))])
    send("unique inside one batch", [one("POST", tags, {"name": "twin"}), one("POST", tags, {"name": "TWIN"})])
    send("cascade blocked", [one("DELETE", records("targets", "target000000004"))])
    send("view", [one("POST", records("v_plain"), {})])
    send("projection of the whole", [one("POST", free, {"w": 11}), one("DELETE", tags + "/tag000000000004")], query={"fields": "status"})
    topic.patch("off", "/api/settings", {"batch": {"enabled": False}}, "su", query={"fields": "batch"})
    send("while off", [one("POST", tags, {})])
    send("while off, su", [one("POST", tags, {})], "su")
    return topic
