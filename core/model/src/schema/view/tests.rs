//! Queries and what a stock server infers from them.

use std::sync::Arc;

use super::*;
use crate::schema::{scaffold, system};

fn schema() -> Schema {
    let mut posts = scaffold::base();
    "posts".clone_into(&mut posts.name);
    "pbc_1125843985".clone_into(&mut posts.id);
    let number = FieldKind::Number { min: Some(1.0), max: None, only_int: false };
    let select = FieldKind::Select { values: vec!["a".to_owned(), "b".to_owned()], max_select: 2 };
    let author = FieldKind::Relation {
        collection_id: "_pb_users_auth_".to_owned(),
        cascade_delete: false,
        min_select: 0,
        max_select: 1,
    };
    posts.fields.extend([
        Field {
            required: true,
            ..Field::new("title", FieldKind::Editor { max_size: 7, convert_urls: false })
        },
        Field::new("n", number),
        Field::new("author", author),
        Field::new("tags", select),
    ]);
    let mut all = system::defaults("", &mut |n| "x".repeat(n));
    all.push(posts);
    Schema::new(all.into_iter().map(Arc::new).collect())
}

/// `name:type` of each column; copies are marked by `'`, whole numbers by `!`.
fn summary(view: &View) -> String {
    let columns = view.fields.iter().map(|field| {
        let mark = match &field.kind {
            _ if field.id.starts_with("_clone_") => "'",
            FieldKind::Number { only_int: true, .. } => "!",
            _ => "",
        };
        format!("{}:{}{mark}", field.name, field.kind.type_name())
    });
    columns.collect::<Vec<_>>().join(" ")
}

#[test]
fn fields_are_inferred_as_observed() {
    let schema = schema();
    for (query, fields, reads) in [
        ("select id from posts", "id:text", "posts"),
        ("  select id from posts ; ", "id:text", "posts"),
        (
            "select id, title, n as nn, author, tags from posts",
            "id:text title:editor' nn:number' author:relation' tags:select'",
            "posts",
        ),
        (
            "select p.id, p.title as tt, u.id as uid, u.email, count(p.id) as c, total(n) tot, sum(n) as s from posts p left join users u on u.id = p.author group by p.id",
            "id:text tt:editor' uid:relation email:email' c:number! tot:number s:json",
            "posts users",
        ),
        (
            "select id, cast(n as int) a, cast(n as INTEGER) a2, cast(n as real) b, cast(title as text) c, cast(n as bool) d, cast(n as decimal(10,2)) e, cast(n as boolean) f, cast(n as numeric) g, cast(n as varchar) h from posts",
            "id:text a:number! a2:number! b:number c:text d:bool e:json f:bool g:number h:json",
            "posts",
        ),
        ("select (ROW_NUMBER() OVER()) as id, title from posts", "id:text title:editor'", "posts"),
        ("with x as (select id from posts) select id from x", "id:text", "posts"),
        (
            "select x.id, x.title from (select id, title from posts) x",
            "id:text title:json",
            "posts",
        ),
        ("select `id`, [title], \"n\" from `posts`", "id:text title:editor' n:number'", "posts"),
        (
            "select p.id, p.title from posts as p, users as u",
            "id:text title:editor'",
            "posts users",
        ),
        (
            "select p.id, name from posts p join users u on u.id=p.author",
            "id:text name:json",
            "posts users",
        ),
        ("select id, id as id2 from posts", "id:text id2:relation", "posts"),
        ("select /* c */ id, title from posts", "id:text title:editor'", "posts"),
        ("select id, (title) as t, ((n)) as m from posts", "id:text t:json m:json", "posts"),
        ("select distinct id, title from posts", "id:text title:editor'", "posts"),
        (
            "SELECT id,max(n) as m, COUNT(distinct n) as cd from posts group by id",
            "id:text m:json cd:number!",
            "posts",
        ),
        (
            "select id, iif(n>1,1,0) as x, (select count(*) from users) as uc from posts",
            "id:text x:json uc:json",
            "users posts",
        ),
        (
            "select id, tags->>0 as t1, title || 'x' as y from posts",
            "id:text t1:json y:json",
            "posts",
        ),
        ("select '1' as id, 'x' as y", "id:text y:json", ""),
        ("select id, title 't3' from posts", "id:text t3:editor'", "posts"),
        (
            "select id, title from posts where title = 'a from b, c' and id in (select id from users)",
            "id:text title:editor'",
            "posts users",
        ),
        (
            "select p1.id, p1.author as a, p2.title from posts p1 inner join posts p2 on p1.id = p2.id",
            "id:text a:relation' title:editor'",
            "posts",
        ),
        (
            "select id, case when n > 1 then title else '' end as x from posts",
            "id:text x:json",
            "posts",
        ),
    ] {
        let view = infer(&schema, query).unwrap_or_else(|problem| panic!("{query}: {problem}"));
        assert_eq!(summary(&view), fields, "{query}");
        let names =
            view.reads.iter().map(|id| schema.by_id(id).expect("a collection").name.as_str());
        assert_eq!(names.collect::<Vec<_>>().join(" "), reads, "{query}");
    }
}

#[test]
fn copies_keep_options_and_relations_their_target() {
    let view = infer(&schema(), "select id, id as post, title as t from posts").expect("a view");
    let FieldKind::Relation { collection_id, max_select, .. } = &view.fields[1].kind else {
        panic!("a relation")
    };
    assert_eq!((collection_id.as_str(), *max_select), ("pbc_1125843985", 1));
    assert_eq!(view.fields[2].kind, FieldKind::Editor { max_size: 7, convert_urls: false });
    assert!(view.fields[2].required);
}

#[test]
fn other_queries_are_refused() {
    let schema = schema();
    for (query, problem) in [
        ("", "expected one SELECT statement"),
        ("delete from posts", "expected one SELECT statement"),
        ("values (1)", "expected one SELECT statement"),
        ("select * from posts", "wildcard columns (*) are not supported"),
        ("select posts.* from posts", "wildcard columns (*) are not supported"),
        ("select id from posts; select id from users", "multiple statements are not supported"),
        ("select title from posts", "missing required id column"),
        ("select POSTS.ID, Posts.Title from POSTS", "missing required id column"),
        (
            "select id, count(*) from posts",
            "invalid field \"count(*)\" (1): name: must be in a valid format",
        ),
        (
            "select id, title as \"bad name\" from posts",
            "invalid field \"bad name\" (1): name: must be in a valid format",
        ),
        (
            "select id, title as expand from posts",
            "invalid field \"expand\" (1): name: must not be in list",
        ),
        ("select id from posts union select id from users", "compound SELECT"),
        // As the database names the second of two columns that differ in case only.
        (
            "select id, title, Title from posts",
            "invalid field \"Title:1\" (2): name: must be in a valid format",
        ),
        ("select id from nope", "no such collection: nope"),
        ("select id from (select id from posts", "the parentheses do not match"),
        ("select id, 'x from posts", "a quote is not closed"),
        ("select id, from posts", "a column is missing"),
    ] {
        let found = infer(&schema, query).expect_err(query);
        assert!(found.starts_with(problem), "{query}: {found}");
    }
}

#[test]
fn refused_queries_seem_to_have_fields() {
    let schema = schema();
    for (query, names) in [
        ("select title from posts", "title"),
        ("select id, title as \"bad name\", Id from posts", "id,bad name,Id:1"),
        ("select title from nope", ""),
        ("select * from posts", ""),
    ] {
        let fields = outline(&schema, query);
        let found: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(found.join(","), names, "{query}");
    }
}

#[test]
fn half_a_query_is_refused_or_read_but_never_panics() {
    let schema = schema();
    let query = "with x as (select id from posts) select p.id, /* ü */ cast(\"n\" as int) as [a], \
                 'é''' || `title` as t, count(*) c from (select 1) q, posts as p left join users u \
                 on u.id = p.author where a is distinct from (b) group by 1 -- end";
    for start in (0..query.len()).filter(|at| query.is_char_boundary(*at)) {
        for end in (start..=query.len()).filter(|at| query.is_char_boundary(*at)) {
            let _ = infer(&schema, &query[start..end]);
            let _ = crate::schema::index::Index::parse(&query[start..end]);
        }
    }
    let index = "create unique index if not exists main.`a` on [t] (lower(\"é\") collate x desc, b) \
                 where c = ')'";
    for end in (0..=index.len()).filter(|at| index.is_char_boundary(*at)) {
        let _ = crate::schema::index::Index::parse(&index[..end]);
    }
}

#[test]
fn a_view_reads_its_own_datasource() {
    let plain = schema();
    let all = plain.collections().iter().map(|known| {
        let mut collection = Collection::clone(known);
        if collection.name == "posts" {
            collection.datasource = "archive".to_owned();
        }
        Arc::new(collection)
    });
    let schema = Schema::new(all.collect());
    let join = "select p.id from posts p left join users u on u.id = p.author";
    for (query, datasource, sound) in [
        ("select id from posts", "archive", true),
        ("select id from users", "main", true),
        ("select id from posts", "main", false),
        (join, "archive", false),
        (join, "main", false),
    ] {
        let found = infer(&schema, query).expect(query).is_within(&schema, datasource);
        assert_eq!(found.is_ok(), sound, "{query} in {datasource}");
    }
    let found = infer(&schema, join).expect(join).is_within(&schema, "archive");
    let wanted =
        "`users` is in the datasource `main` and the view in `archive`: they cannot be joined";
    assert_eq!(found, Err(wanted.to_owned()));
}

#[test]
fn fields_of_pipelines_are_inferred() {
    let schema = schema();
    for (query, fields, reads) in [
        (
            r#"{"from": "posts"}"#,
            "id:text title:editor' n:number' author:relation' tags:select'",
            "posts",
        ),
        (
            r#"{"from": "posts", "pipeline": [{"$match": {"n": 1}}, {"$project": {"n": 1, "t": "$title",
                "twice": {"$multiply": ["$n", 2]}, "low": {"$toLower": "$title"}, "o": {"a": 1}}}]}"#,
            "id:text n:number' t:editor' twice:number low:text o:json",
            "posts",
        ),
        (
            r#"{"from": "posts", "pipeline": [{"$unwind": "$tags"}, {"$group": {"_id": "$tags",
                "c": {"$sum": 1}, "first": {"$first": "$title"}, "all": {"$push": "$n"}}}]}"#,
            "id:text c:number first:editor' all:json",
            "posts",
        ),
        (
            r#"{"from": "posts", "pipeline": [{"$lookup": {"from": "users", "localField": "author",
                "foreignField": "_id", "as": "who"}}, {"$unset": ["title", "tags"]},
                {"$set": {"same": "$_id", "big": {"$gt": ["$n", 5]}}}]}"#,
            "id:text n:number' author:relation' who:json same:relation big:bool",
            "posts users",
        ),
    ] {
        let view = infer(&schema, query).unwrap_or_else(|error| panic!("{query}: {error}"));
        assert_eq!(summary(&view), fields, "{query}");
        let named = view.reads.iter().map(|id| schema.by_id(id).unwrap().name.as_str());
        assert_eq!(named.collect::<Vec<_>>().join(" "), reads, "{query}");
        assert_eq!(view.confirm(&[]), Ok(()));
    }
    for (query, problem) in [
        ("{", "the query is no JSON"),
        ("{}", "the query has no `from`"),
        (r#"{"from": "nowhere"}"#, "no such collection: nowhere"),
        (
            r#"{"from": "posts", "pipeline": [{"$project": {"_id": 0, "n": 1}}]}"#,
            "missing required _id: records of a view are told apart by it",
        ),
        (
            r#"{"from": "posts", "pipeline": [{"$facet": {}}]}"#,
            "what a stage $facet yields cannot be told",
        ),
    ] {
        assert_eq!(infer(&schema, query).map(|_| ()), Err(problem.to_owned()), "{query}");
    }
}
