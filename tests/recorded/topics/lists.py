"""Lists and views of records: sort, paging, fields, expand (contract 1.6 to 1.9, 2.8)."""

from topics import Topic, records

SORTS = ['n', '-n', '+n', 't', '-t', 't,n', '-b,n', 'b,-n', 'd,id', '-d,id', 'j,id', '-j,id', 'j.k,id', '-j.k,id', 'j.l.0,id', 's,id', '-s,-id', 'sm,id', 'sm:length,id', '-sm:length,id', 'rs,id', 'rs.name,id', '-rs.name,id', 'rs.w,id', 'rs.meta.k,id', 't:lower,id', '-t:lower,id', 'g,id', 'g.lon,id', '-g.lat,id', 'rm,id', 'rm:length,-id', 'e,id', 'pw:length,id',
         'id', '-id', '@rowid', '-@rowid', '+@rowid', ' n , id ', 'n,', ',n', ',', ' ', 'n,,id', '--n', '-', '+', 'unknown', '-unknown', 'N', 'collectionId', 'created', '1', '"n"', 'n desc', 'n;', 'n)', 'n asc, t', 'a,b,c', 'n,n,n,n,n,n,n,n', 'n,n,n,n,n,n,n,n,n', 'n,n', '@now', '@request.auth.id', '@collection.tags.name', 'hid', '-hid,id', 't:unknown', 'rs.unknown', 'geoDistance(1,2,3,4)', 'strftime("%Y",d)', 'x' * 256, '(n)', 'n~', 'rs.name.x', '@random.x', '@ROWID', 'n.x', 'j.', 'rm.w,id', 'sm:each,id']
PAGES = [{}, {"page": "1"}, {"page": "2", "perPage": "5"}, {"page": "4", "perPage": "5"}, {"page": "99", "perPage": "5"}, {"page": "0"}, {"page": "-3"}, {"page": "x"}, {"page": "1.5"}, {"page": ""}, {"page": " 1"}, {"page": "+2", "perPage": "5"}, {"page": "99999999999999999999"}, {"page": "9223372036854775807"}, {"page": "1e1"}, {"page": "0x1"},
         {"perPage": "1"}, {"perPage": "0"}, {"perPage": "-1"}, {"perPage": "1000"}, {"perPage": "1001"}, {"perPage": "5000"}, {"perPage": "x"}, {"perPage": ""}, {"perPage": "2.0"}, {"perPage": "99999999999999999999"}, {"perPage": "500", "page": "2"},
         {"skipTotal": "1"}, {"skipTotal": "true"}, {"skipTotal": "t"}, {"skipTotal": "TRUE"}, {"skipTotal": "0"}, {"skipTotal": "false"}, {"skipTotal": "yes"}, {"skipTotal": "2"}, {"skipTotal": ""}, {"skipTotal": "tRuE"}, {"skipTotal": "1", "page": "9"}, {"filter": "n > 9", "perPage": "2"}, {"filter": "n > 1e5"}, {"filter": "id = \"none\""}, {"unknown": "x", "foo[]": "1"},
         {"filter": "rm.w ?> 0", "perPage": "2"}, {"filter": 'id = "none"', "skipTotal": "1"}, {"filter": ""}, {"sort": ""}, {"fields": ""}, {"expand": ""}]
FIELDS = ['id', 'id,title', '*', '*,id', 'title,*', ' id , title ', 'id,,title', ',', 'unknown', 'unknown,id', 'j', 'j.k', 'j.deep', 'j.deep.a', 'j.deep.a.z', 'geo.lat', 'geo.*', 'geo', '*,geo.lat', '*,j.k', 'collectionName', 'collectionId,id', 'ID', 'expand', 'expand.author.name', 'id,expand.author.name', 'expand.author.*', '*,expand.author.id', '*,expand.author.*', 'id,expand.*', 'id,expand.tags.name', 'expand.tags.*,expand.author.id', '*,expand', 'id,expand.author.name:excerpt(2)',
          'body:excerpt(5)', 'body:excerpt(5,true)', 'body:excerpt(5,false)', 'body:excerpt(5,1)', 'body:excerpt(200,true)', 'body:excerpt(14)', 'id,body:excerpt( 6 , true )', '*,body:excerpt(3,true)', 'body:excerpt', 'body:excerpt()', 'body:excerpt(0)', 'body:excerpt(-1)', 'body:excerpt(x)', 'body:excerpt(1,2,3)', 'body:excerpt(5,x)', 'body:unknown', 'body:unknown(1)', 'n:excerpt(1)', 'j:excerpt(1)', 'sm:excerpt(1)', 'title:excerpt(5,true)', 'unknown:excerpt(1)', 'body:EXCERPT(5)', 'body:excerpt(5', 'sm.0', 'sm', 'tags', 'title.x', 'n.x', 'page', 'items', 'items.id', '"id"', 'id:', ':excerpt(1)', 'body:excerpt(5,true),title', 'id,id']
EXPANDS = ['author', 'tags', 'author,tags', 'author.org', 'author.friends', 'author.friends.friends', 'author.friends,author.org', 'author,author.org', 'org,author.org', ' author , org ', 'au thor', 'vault', 'vault,author', 'unknown', 'unknown,author', 'title', 'author.unknown', 'author.name', 'author.org.name', 'tags.unknown', 'comments_via_post', 'comments_via_post.user', 'comments_via_post.user.org', 'comments_via_post.post', 'comments_via_post.unknown', 'comments_via_user', 'unknown_via_post', 'comments_via_text', 'comments_via_post,author', 'comments(post)', 'comments(post).user',
           'author.profiles_via_user', 'author.profiles_via_user.user', 'author.posts_via_author', 'author.m_rule_via_owner', 'author.m_null_via_owner', 'author.members_via_boss', 'v_join_via_post', 'author.comments_via_user.post', 'tags.posts_via_tags', '.', ',', 'author.', '.author', 'author..org', '*', 'AUTHOR', 'Comments_via_post', 'author,author,author', 'author.friends.friends.friends.friends.friends.friends.friends', 'author.org.users_via_org', 'comments_via_post.user.profiles_via_user']


def topics():
    return [sorts(), pages(), fields(), expands(), views(), nodes()]


def sorts():
    topic = Topic("list_sort")
    for text in SORTS:
        for who in ("su", "guest") if text in ("n", "hid", "@rowid", "unknown", "@request.auth.id", "@collection.tags.name", "rs.name,id") else ("su",):
            topic.get(f"sort {text}", records("probe"), who, query={"sort": text, "fields": "id", "perPage": "30"}, unordered="," not in text and text in ("rm.w", "sm:each"))
    topic.get("random", records("probe"), "su", query={"sort": "@random", "fields": "id", "perPage": "50"}, unordered=True)
    topic.get("random desc", records("probe"), "su", query={"sort": "-@random", "fields": "id", "perPage": "50"}, unordered=True)
    for text in ("vault.code", "vault.level,id", "author.email,id", "author.name,id", "comments_via_post.likes,id", "org.name,-id", "-created", "created,id", "slug,id", "author.secret", "author.tokenKey", "body,id"):
        for who in ("guest", "su"):
            topic.get(f"posts {text}", records("posts"), who, query={"sort": text, "fields": "id"}, unordered="likes" in text)
    for text in ("id", "@rowid", "-@rowid", "total,id", "-likes,id", "title", "created"):
        topic.get(f"view {text}", records("v_count"), "guest", query={"sort": text})
    for who in ("guest", "users:bob", "su"):
        for text in ("email", "-email,id", "name", "friends.email", "verified,id"):
            topic.get(f"users {text}", records("users"), who, query={"sort": text, "fields": "id"})
    topic.get("no dates", records("seats"), "su", query={"sort": "-created"})
    return topic


def pages():
    topic = Topic("list_paging")
    for query in PAGES:
        small = query if "fields" in query else {**query, "fields": "id"}
        topic.get("page " + " ".join(f"{k}={v}" for k, v in query.items()), records("probe"), "guest", query=small)
    topic.get("repeated page takes the first", records("tags") + "?page=2&page=1&perPage=2", "guest")
    topic.get("repeated filter", records("tags") + "?filter=w%3D1&filter=w%3D2", "guest")
    topic.get("collections page", "/api/collections", "su", query={"page": "2", "perPage": "3", "fields": "name"})
    topic.get("collections bad page", "/api/collections", "su", query={"page": "x"})
    topic.get("collections filter", "/api/collections", "su", query={"filter": 'type = "view"', "fields": "name,type", "sort": "-name"})
    topic.get("collections system", "/api/collections", "su", query={"filter": "system = true", "fields": "name,id,system", "sort": "name"})
    for text in ("fields ~ 'x'", "listRule = ''", "created > '2026-01-01' && name ~ 'casc'", "id = '_pb_users_auth_'", "indexes ~ 'x'", "options ~ 'x'", "@request.auth.id != ''", "@collection.tags.name = ''"):
        topic.get("collections filter " + text, "/api/collections", "su", query={"filter": text, "fields": "name", "sort": "name"})
    for text in ("name", "-created", "updated", "type,name", "system,name", "id", "fields", "listRule", "@random", "@rowid", "-@rowid"):
        topic.get("collections sort " + text, "/api/collections", "su", query={"sort": text, "fields": "name", "perPage": "50"}, unordered="random" in text)
    return topic


def fields():
    topic = Topic("list_fields")
    for text in FIELDS:
        query = {"fields": text, "expand": "author,tags"} if "expand" in text or "*" in text else {"fields": text}
        topic.get("view " + text, records("posts", "post00000000001"), "guest", query=query)
    for text in ("id", "id,title,body:excerpt(5,true)", "page", "items", "*,j.k", "unknown", "j.k", "expand.author.name", "body:excerpt()"):
        topic.get("list " + text, records("posts"), "guest", query={"fields": text, "sort": "id", "expand": "author", "perPage": "3"})
    topic.get("missing record ignores fields", records("posts", "nonenonenonenon"), "guest", query={"fields": "status"})
    topic.get("missing record, bad fields", records("posts", "nonenonenonenon"), "guest", query={"fields": "a:b"})
    topic.get("health", "/api/health", "guest", query={"fields": "code"})
    topic.get("health message excerpt", "/api/health", "guest", query={"fields": "message:excerpt(3,true),data"})
    topic.get("settings", "/api/settings", "su", query={"fields": "meta.appName,batch"})
    topic.get("providers", "/api/collections/meta/oauth2-providers", "su", query={"fields": "name,displayName"})
    topic.get("hidden guest", records("posts", "post00000000001"), "guest", query={"fields": "hid,pass,id"})
    topic.get("hidden su", records("posts", "post00000000001"), "su", query={"fields": "hid,pass,id"})
    topic.get("j as list", records("posts", "post00000000002"), "guest", query={"fields": "j.three,id"})
    return topic


def expands():
    topic = Topic("list_expand")
    for text in EXPANDS:
        topic.get("view " + text, records("posts", "post00000000001"), "guest", query={"expand": text, "fields": "id,expand"}, unordered=True)
    for text in ("author", "tags", "vault", "comments_via_post", "author.org", "unknown", "author.members_via_boss", "author.m_rule_via_owner", "comments_via_post.user", "v_join_via_post"):
        for who in ("guest", "users:alice", "members:mia", "su"):
            topic.get(f"list {text}", records("posts"), who, query={"expand": text, "sort": "id", "fields": "expand", "perPage": "2"}, unordered=True)
    for who in ("guest", "users:bob", "su"):
        topic.get("profile", records("profiles"), who, query={"expand": "user,user.friends,user.posts_via_author", "sort": "id"}, unordered=True)
        topic.get("user back", records("users", "usr000000000001"), who, query={"expand": "profiles_via_user,org,friends.org,comments_via_user,members_via_boss"}, unordered=True)
    topic.get("view collection plain", records("v_plain"), "users:alice", query={"expand": "author", "sort": "id"})
    topic.get("view collection join", records("v_join"), "users:alice", query={"expand": "post,post.author", "sort": "id", "fields": "id,expand"})
    return topic


def nodes():
    topic = Topic("list_nodes")
    for depth in range(1, 9):
        topic.get(f"parents {depth}", records("nodes", "node00000000008"), "guest", query={"expand": ".".join(["parent"] * depth), "fields": "id,expand"})
    topic.get("children", records("nodes", "node00000000003"), "guest", query={"expand": "nodes_via_parent.nodes_via_parent,nodes_via_links,links", "fields": "id,expand"}, unordered=True)
    topic.get("merge", records("nodes", "node00000000005"), "guest", query={"expand": "parent.links,parent.parent,links.parent", "fields": "id,expand"}, unordered=True)
    return topic


def views():
    topic = Topic("list_views")
    for who in ("guest", "users:alice", "su"):
        for name in ("posts", "orgs", "vaults", "comments", "profiles", "probe", "docs", "v_plain", "v_count", "v_cast", "v_join", "v_expr", "v_null", "users", "members", "staff", "robots", "strict", "customid", "_superusers", "_otps", "_mfas", "_externalAuths", "_authOrigins"):
            sort = {"v_null": "c,s", "_superusers": "id"}.get(name, "id")
            topic.get(f"list {name}", records(name), who, query={"sort": sort, "perPage": "20"}, unordered=name == "v_null", loose="all" if name == "_authOrigins" else [])
    for who in ("guest", "users:alice", "su"):
        for name, identity in (("posts", "post00000000001"), ("POSTS", "post00000000001"), ("posts", "POST00000000001"), ("posts", "none"), ("posts", ""), ("vaults", "vault0000000001"), ("v_join", "com000000000001"), ("v_join", "com000000000002"), ("v_null", "1"), ("users", "usr000000000001"), ("users", "usr000000000002"), ("_pb_users_auth_", "usr000000000003"), ("members", "mem000000000001"), ("customid", "Abc"), ("customid", "abc"), ("nowhere", "x"), ("customid", "x_y-z"), ("posts", "post00000000001/"), ("posts", "post00000000001/x"), ("docs", "doc000000000001")):
            topic.get(f"view {name}/{identity}", f"/api/collections/{name}/records/{identity}", who)
    topic.get("by id of the collection", "/api/collections/_pb_users_auth_/records", "guest", query={"fields": "name", "sort": "id"})
    return topic
