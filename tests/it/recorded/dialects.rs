//! The recorded views are SQL of SQLite; what the other databases call the same.

mod pipelines;

use std::path::Path;

use purlin_tests::Backend;

const COUNT: &str = "SELECT p.id, p.title, count(c.id) as total, total(c.likes) as likes FROM posts p LEFT JOIN comments c ON c.post = p.id GROUP BY p.id";
const EXPR: &str = "SELECT id, (n * 2) as twice, (title || '!') as loud, iif(b, 'yes', 'no') as word, strftime('%Y', d) as year, (n > 5) as big FROM posts";

/// A database, what was recorded, and what stands for it there.
const VIEWS: [(Backend, &str, &str); 4] = [
    (
        Backend::Postgres,
        COUNT,
        "SELECT p.id, p.title, count(c.id) as total, CAST(coalesce(sum(c.likes), 0) as real) as likes FROM posts p LEFT JOIN comments c ON c.post = p.id GROUP BY p.id",
    ),
    (
        Backend::Postgres,
        EXPR,
        "SELECT id, (n * 2) as twice, (title || '!') as loud, (case when b then 'yes' else 'no' end) as word, nullif(left(d, 4), '') as year, (case when n > 5 then 1 else 0 end) as big FROM posts",
    ),
    (
        Backend::Mysql,
        COUNT,
        "SELECT p.id, p.title, count(c.id) as total, CAST(coalesce(sum(c.likes), 0) as double) as likes FROM posts p LEFT JOIN comments c ON c.post = p.id GROUP BY p.id",
    ),
    (
        Backend::Mysql,
        EXPR,
        "SELECT id, (n * 2) as twice, concat(title, '!') as loud, if(b, 'yes', 'no') as word, nullif(left(d, 4), '') as year, (n > 5) as big FROM posts",
    ),
];

/// What was recorded of the views of the directory, and what stands for it there.
fn views(backend: Backend) -> Vec<(&'static str, &'static str)> {
    if backend == Backend::Mongodb {
        return pipelines::VIEWS.to_vec();
    }
    let own = VIEWS.into_iter().filter(|(whose, ..)| *whose == backend);
    own.map(|(_, recorded, own)| (recorded, own)).collect()
}

/// As text of JSON, which is how both the directory and the cases have a query.
fn quoted(query: &str) -> String {
    serde_json::Value::from(query).to_string()
}

/// Recorded text with the view queries as that database says them.
pub(super) fn spoken(backend: Backend, text: String) -> String {
    let mut queries = views(backend);
    if backend == Backend::Mongodb {
        queries.extend(pipelines::ASKED);
    }
    let say =
        |text: String, (recorded, own): (&str, &str)| text.replace(&quoted(recorded), &quoted(own));
    queries.into_iter().fold(text, say)
}

/// Says the views of an imported directory in the words of the database they will be copied to.
pub(super) fn translate(backend: Backend, file: &Path) {
    for (recorded, own) in views(backend) {
        let origin = rusqlite::Connection::open(file).expect("the imported database");
        let changed = origin.execute(
            "UPDATE _collections SET options = replace(options, ?1, ?2) WHERE instr(options, ?1)",
            [quoted(recorded), quoted(own)],
        );
        assert_eq!(changed, Ok(1), "{recorded}");
    }
}
