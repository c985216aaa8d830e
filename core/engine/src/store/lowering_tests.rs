//! One plan, and what each database is asked for it, side by side.

use purlin_model::Value;
use purlin_model::plan::{Select, Source, Term, Test};
use purlin_model::query::Op;

use super::example::{by, column, equal, select};
use super::mongo::shown::shown;
use super::sql::mysql::MARIADB;
use super::sql::postgres::POSTGRES;
use super::sql::sqlite::SQLITE;
use super::sql::{Parameter, page};

/// What a page of records is asked with.
struct Asked {
    sqlite: &'static str,
    postgres: &'static str,
    /// Of MariaDB; of MySQL only the collation differs.
    mysql: &'static str,
    mongo: &'static str,
    /// Bound to the texts, in their order.
    parameters: Vec<Parameter>,
}

fn check(select: &Select, asked: &Asked) {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (dialect, text) in
        [(SQLITE, asked.sqlite), (POSTGRES, asked.postgres), (&MARIADB, asked.mysql)]
    {
        let statement = page(dialect, select);
        assert_eq!(statement.text, flat(text));
        assert_eq!(statement.parameters, asked.parameters);
    }
    assert_eq!(shown(select), flat(asked.mongo));
}

fn text(text: &str) -> Parameter {
    Parameter::Text(text.into())
}

#[test]
fn a_list_by_own_fields() {
    let mut select = select(equal(column(0, 1), "x"));
    select.sort = vec![by(column(0, 2), true)];
    let asked = Asked {
        sqlite: r#"SELECT r0."id", r0."title" FROM "posts" AS r0 WHERE r0._rowid_ IN (SELECT
               r0._rowid_ FROM "posts" AS r0 WHERE (r0."title" = ?) ORDER BY r0."n" DESC,
               r0._rowid_ LIMIT 30) ORDER BY r0."n" DESC, r0._rowid_"#,
        postgres: r#"SELECT r0."id", r0."title" FROM "posts" AS r0 WHERE (r0."title" = $1) ORDER BY
               r0."n" DESC, r0._rowid_ LIMIT 30"#,
        mysql: r#"SELECT r0.`id`, r0.`title` FROM `posts` AS r0 WHERE (r0.`title` = ?) ORDER BY
               r0.`n` DESC, r0._rowid_ LIMIT 30"#,
        mongo: r#"posts.find({ "title": "x" }).sort({ "n": -1, ":n": 1 }).projection({ "j:tree": 0
               })"#,
        parameters: vec![text("x")],
    };
    check(&select, &asked);
}

#[test]
fn conditions_on_related_records() {
    let mut select = select(Test::All(vec![
        equal(column(0, 2), Value::Number(1.0)),
        equal(column(1, 1), "a"),
        equal(column(2, 1), "b"),
    ]));
    select.sort = vec![by(column(0, 1), true)];
    let asked = Asked {
        sqlite: r#"SELECT r0."id", r0."title" FROM "posts" AS r0 WHERE r0._rowid_ IN (SELECT
               r0._rowid_ FROM "posts" AS r0 LEFT JOIN "tags" AS r1 ON r1."id" = r0."top" WHERE
               (r0."n" = ?) AND (r1."name" = ?) AND EXISTS (SELECT 1 FROM (SELECT 1) LEFT JOIN
               "tags" AS r2 ON r2."id" IN (SELECT value FROM json_each(CASE WHEN
               json_valid(r0."tags") AND json_type(r0."tags") = 'array' THEN r0."tags" WHEN
               r0."tags" IS NOT NULL THEN json_array(r0."tags") END)) WHERE (r2."name" = ?))
               ORDER BY r0."title" DESC, r0._rowid_ LIMIT 30) ORDER BY r0."title" DESC,
               r0._rowid_"#,
        postgres: r#"SELECT r0."id", r0."title" FROM "posts" AS r0 LEFT JOIN "tags" AS r1 ON r1."id" =
               r0."top" WHERE (r0."n" = $1) AND (r1."name" = $2) AND EXISTS (SELECT 1 FROM
               (SELECT 1) AS one LEFT JOIN "tags" AS r2 ON r2."id" = ANY(ARRAY(SELECT
               json_array_elements_text(CASE WHEN left(r0."tags", 1) = '[' THEN r0."tags"::json
               WHEN r0."tags" <> '' THEN json_build_array(r0."tags") END))) WHERE (r2."name" =
               $3)) ORDER BY r0."title" DESC, r0._rowid_ LIMIT 30"#,
        mysql: r#"SELECT r0.`id`, r0.`title` FROM `posts` AS r0 LEFT JOIN `tags` AS r1 ON r1.`id` =
               r0.`top` WHERE (r0.`n` = ?) AND (r1.`name` = ?) AND EXISTS (SELECT 1 FROM (SELECT
               1 AS one) AS nothing LEFT JOIN (JSON_TABLE(CASE WHEN JSON_VALID(r0.`tags`) AND
               LEFT(r0.`tags`, 1) = '[' THEN r0.`tags` WHEN r0.`tags` IS NOT NULL THEN
               CAST(JSON_ARRAY(r0.`tags`) AS CHAR) END, '$[*]' COLUMNS(value LONGTEXT PATH '$')) AS i2 JOIN
               `tags` AS r2 ON r2.`id` = i2.value COLLATE utf8mb4_nopad_bin) ON TRUE WHERE
               (r2.`name` = ?)) ORDER BY r0.`title` DESC, r0._rowid_ LIMIT 30"#,
        mongo: r#"posts.aggregate([{ "$match": { "n": 1 } }, { "$sort": { "title": -1, ":n": 1 } },
               { "$lookup": { "from": "tags", "localField": "top", "foreignField": "_id", "as":
               ":row1" } }, { "$lookup": { "from": "tags", "localField": "tags", "foreignField":
               "_id", "as": ":row2" } }, { "$match": { "$expr": { "$and": [{ "$let": { "vars": {
               "r1": { "$ifNull": [{ "$first": ["$:row1"] }, null] } }, "in": { "$eq": [{
               "$ifNull": ["$$r1.name", null] }, "a"] } } }, { "$anyElementTrue": [{ "$map": {
               "input": { "$cond": [{ "$eq": ["$:row2", []] }, [null], "$:row2"] }, "as": "r2",
               "in": { "$eq": [{ "$ifNull": ["$$r2.name", null] }, "b"] } } }] }] } } }, {
               "$limit": 30 }, { "$unset": [":row1", ":row2", "j:tree"] }])"#,
        parameters: vec![Parameter::Real(1.0), text("a"), text("b")],
    };
    check(&select, &asked);
}

/// `tags_via_name.name != "x"` without `?`: none of them may be.
#[test]
fn every_related_record() {
    let mut select = select(Test::Compare {
        left: column(2, 1),
        op: Op::NotEqual,
        right: Term::Value("x".into()),
        every: true,
    });
    select.condition.rows[2].source = Source::Back { from: 0, field: 1 };
    let asked = Asked {
        sqlite: r#"SELECT r0."id", r0."title" FROM "posts" AS r0 WHERE EXISTS (SELECT 1 FROM (SELECT
               1) LEFT JOIN "tags" AS r2 ON r0."id" = r2."name" WHERE ((r2."name" IS NOT ?) AND
               NOT EXISTS (SELECT 1 FROM (SELECT 1) LEFT JOIN "tags" AS r2 ON r0."id" = r2."name"
               WHERE NOT (r2."name" IS NOT ?)))) ORDER BY r0._rowid_ LIMIT 30"#,
        postgres: r#"SELECT r0."id", r0."title" FROM "posts" AS r0 WHERE EXISTS (SELECT 1 FROM (SELECT
               1) AS one LEFT JOIN "tags" AS r2 ON r0."id" = r2."name" WHERE ((NOT (r2."name" IS
               NOT DISTINCT FROM $1)) AND NOT EXISTS (SELECT 1 FROM (SELECT 1) AS one LEFT JOIN
               "tags" AS r2 ON r0."id" = r2."name" WHERE NOT (NOT (r2."name" IS NOT DISTINCT FROM
               $2))))) ORDER BY r0._rowid_ LIMIT 30"#,
        mysql: r#"SELECT r0.`id`, r0.`title` FROM `posts` AS r0 WHERE EXISTS (SELECT 1 FROM (SELECT
               1 AS one) AS nothing LEFT JOIN `tags` AS r2 ON r0.`id` = r2.`name` WHERE ((NOT
               (r2.`name` <=> ?)) AND NOT EXISTS (SELECT 1 FROM (SELECT 1 AS one) AS nothing LEFT
               JOIN `tags` AS r2 ON r0.`id` = r2.`name` WHERE NOT (NOT (r2.`name` <=> ?)))))
               ORDER BY r0._rowid_ LIMIT 30"#,
        mongo: r#"posts.aggregate([{ "$sort": { ":n": 1 } }, { "$lookup": { "from": "tags",
               "localField": "_id", "foreignField": "name", "as": ":row2" } }, { "$match": {
               "$expr": { "$let": { "vars": { "apart0": { "$not": [{ "$anyElementTrue": [{
               "$map": { "input": { "$cond": [{ "$eq": ["$:row2", []] }, [null], "$:row2"] },
               "as": "r2", "in": { "$eq": [{ "$ifNull": ["$$r2.name", null] }, "x"] } } }] }] }
               }, "in": { "$anyElementTrue": [{ "$map": { "input": { "$cond": [{ "$eq":
               ["$:row2", []] }, [null], "$:row2"] }, "as": "r2", "in": { "$and": [{ "$not": [{
               "$eq": [{ "$ifNull": ["$$r2.name", null] }, "x"] }] }, "$$apart0"] } } }] } } } }
               }, { "$limit": 30 }, { "$unset": [":row2", "j:tree"] }])"#,
        parameters: vec![text("x"), text("x")],
    };
    check(&select, &asked);
}
