//! The recorded view queries as pipelines of MongoDB.

/// The views of the recorded directory.
pub(super) const VIEWS: [(&str, &str); 6] = [
    (
        "SELECT id, title, n, author, sm, j, d, b FROM posts",
        r#"{"from": "posts", "pipeline": [
            {"$project": {"title": 1, "n": 1, "author": 1, "sm": 1, "j": 1, "d": 1, "b": 1}}
        ]}"#,
    ),
    (
        super::COUNT,
        r#"{"from": "posts", "pipeline": [
            {"$lookup": {"from": "comments", "localField": "_id", "foreignField": "post", "as": "c"}},
            {"$project": {"title": 1, "total": {"$size": "$c"}, "likes": {"$sum": "$c.likes"}}}
        ]}"#,
    ),
    (
        "SELECT id, CAST(n as int) as ni, CAST(n as real) as nr, CAST(n as text) as nt, CAST(b as bool) as nb FROM posts",
        r#"{"from": "posts", "pipeline": [
            {"$project": {"ni": {"$trunc": "$n"}, "nr": "$n", "nt": {"$toString": "$n"}, "nb": "$b"}}
        ]}"#,
    ),
    (
        "SELECT c.id, c.text, c.likes, p.id as post, p.title as headline, u.name as who FROM comments c JOIN posts p ON p.id = c.post LEFT JOIN users u ON u.id = c.user",
        r#"{"from": "comments", "pipeline": [
            {"$lookup": {"from": "posts", "localField": "post", "foreignField": "_id", "as": "p"}},
            {"$unwind": "$p"},
            {"$lookup": {"from": "users", "localField": "user", "foreignField": "_id", "as": "u"}},
            {"$project": {
                "text": 1, "likes": 1, "post": "$p._id", "headline": "$p.title",
                "who": {"$first": "$u.name"}
            }}
        ]}"#,
    ),
    (
        super::EXPR,
        r#"{"from": "posts", "pipeline": [
            {"$project": {
                "twice": {"$multiply": ["$n", 2]},
                "loud": {"$concat": ["$title", "!"]},
                "word": {"$cond": ["$b", "yes", "no"]},
                "year": {"$cond": [{"$eq": ["$d", ""]}, null, {"$substrBytes": ["$d", 0, 4]}]},
                "big": {"$cond": [{"$gt": ["$n", 5]}, 1, 0]}
            }}
        ]}"#,
    ),
    (
        "SELECT (ROW_NUMBER() OVER()) as id, s, count(*) as c FROM posts GROUP BY s",
        r#"{"from": "posts", "pipeline": [
            {"$group": {"_id": "$s", "c": {"$sum": 1}}},
            {"$sort": {"_id": 1}},
            {"$group": {"_id": null, "all": {"$push": "$$ROOT"}}},
            {"$unwind": {"path": "$all", "includeArrayIndex": "at"}},
            {"$project": {"_id": {"$add": ["$at", 1]}, "s": "$all._id", "c": "$all.c"}}
        ]}"#,
    ),
];

/// What the cases define and try out, where the plain pipeline for it yields the same kinds of fields
/// (but that it does not tell what it counts to be whole).
pub(super) const ASKED: [(&str, &str); 29] = [
    ("select id from tags", r#"{"from": "tags", "pipeline": [{"$project": {"_id": 1}}]}"#),
    ("select id, name from tags", r#"{"from": "tags", "pipeline": [{"$project": {"name": 1}}]}"#),
    ("select id, name from tags;", r#"{"from": "tags", "pipeline": [{"$project": {"name": 1}}]}"#),
    (
        "select distinct id, name from tags",
        r#"{"from": "tags", "pipeline": [{"$project": {"name": 1}}]}"#,
    ),
    ("select id, w from tags", r#"{"from": "tags", "pipeline": [{"$project": {"w": 1}}]}"#),
    ("select id, t from im_a", r#"{"from": "im_a", "pipeline": [{"$project": {"t": 1}}]}"#),
    (
        "select id, code from vaults",
        r#"{"from": "vaults", "pipeline": [{"$project": {"code": 1}}]}"#,
    ),
    (
        "select id, name as id2 from tags",
        r#"{"from": "tags", "pipeline": [{"$project": {"id2": "$name"}}]}"#,
    ),
    (
        "select id, id as rel from tags",
        r#"{"from": "tags", "pipeline": [{"$project": {"rel": "$_id"}}]}"#,
    ),
    (
        "select (id || 'x') as id, w from tags",
        r#"{"from": "tags", "pipeline": [{"$project": {"_id": {"$concat": ["$_id", "x"]}, "w": 1}}]}"#,
    ),
    (
        "select tags.id, tags.meta, tags.color from tags",
        r#"{"from": "tags", "pipeline": [{"$project": {"meta": 1, "color": 1}}]}"#,
    ),
    (
        "select id, name from tags order by name limit 2",
        r#"{"from": "tags", "pipeline": [{"$sort": {"name": 1}}, {"$limit": 2}, {"$project": {"name": 1}}]}"#,
    ),
    (
        "select a.id, b.id as other, a.author, a.tags from posts a join posts b on b.id = a.id",
        r#"{"from": "posts", "pipeline": [{"$project": {"other": "$_id", "author": 1, "tags": 1}}]}"#,
    ),
    (
        "select id, email, verified, emailVisibility from users",
        r#"{"from": "users", "pipeline": [{"$project": {"email": 1, "verified": 1, "emailVisibility": 1}}]}"#,
    ),
    (
        "select id, password, tokenKey from users",
        r#"{"from": "users", "pipeline": [{"$project": {"password": 1, "tokenKey": 1}}]}"#,
    ),
    (
        "select id, e, u, geo, s, sm, j, body, d from posts",
        r#"{"from": "posts", "pipeline": [{"$project": {
            "e": 1, "u": 1, "geo": 1, "s": 1, "sm": 1, "j": 1, "body": 1, "d": 1
        }}]}"#,
    ),
    (
        "select '1' as id",
        r#"{"from": "tags", "pipeline": [{"$limit": 1}, {"$project": {"_id": "1"}}]}"#,
    ),
    (
        "select 1 as id",
        r#"{"from": "tags", "pipeline": [{"$limit": 1}, {"$project": {"_id": {"$literal": 1}}}]}"#,
    ),
    ("select null as id", r#"{"from": "tags", "pipeline": [{"$set": {"_id": null}}]}"#),
    (
        "select name as id from tags where name != ''",
        r#"{"from": "tags", "pipeline": [{"$match": {"name": {"$ne": ""}}}, {"$sort": {"name": 1}}, {"$project": {"_id": "$name"}}]}"#,
    ),
    (
        "select id, count(id) c from tags group by id",
        r#"{"from": "tags", "pipeline": [{"$group": {"_id": "$_id", "c": {"$sum": 1}}}, {"$sort": {"_id": 1}}]}"#,
    ),
    (
        "select [id], `name`, \"w\" from tags",
        r#"{"from": "tags", "pipeline": [{"$project": {"name": 1, "w": 1}}]}"#,
    ),
    (
        "select id, name as created from tags",
        r#"{"from": "tags", "pipeline": [{"$project": {"created": "$name"}}]}"#,
    ),
    (
        "select id, created as made, updated from posts",
        r#"{"from": "posts", "pipeline": [{"$project": {"made": "$created", "updated": 1}}]}"#,
    ),
    (
        "select id, hid, pass from posts",
        r#"{"from": "posts", "pipeline": [{"$project": {"hid": 1, "pass": 1}}]}"#,
    ),
    (
        "select id, att, pics from docs",
        r#"{"from": "docs", "pipeline": [{"$project": {"att": 1, "pics": 1}}]}"#,
    ),
    (
        "select id, total, title from v_count",
        r#"{"from": "v_count", "pipeline": [{"$project": {"total": 1, "title": 1}}]}"#,
    ),
    (
        "select t.id, t.name, p.title from tags t left join posts p on p.tags like ('%' || t.id || '%')",
        r#"{"from": "tags", "pipeline": [
            {"$lookup": {"from": "posts", "localField": "_id", "foreignField": "tags", "as": "p"}},
            {"$unwind": {"path": "$p", "preserveNullAndEmptyArrays": true}},
            {"$project": {"name": 1, "title": "$p.title"}}
        ]}"#,
    ),
    (
        "select id, count(*) as c from tags",
        r#"{"from": "tags", "pipeline": [
            {"$group": {"_id": null, "first": {"$first": "$_id"}, "c": {"$sum": 1}}},
            {"$project": {"_id": "$first", "c": 1}}
        ]}"#,
    ),
];
