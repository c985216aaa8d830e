//! Plans and the SQL they become, side by side.

use std::sync::Arc;

use purlin_model::plan::{
    Condition, Key, Order, Output, Row, Select, Shape, Slot, Source, Term, Test,
};
use purlin_model::query::Op;
use purlin_model::schema::{Collection, Field, FieldKind, Kind, Rules};
use purlin_model::{Record, Value};

use super::dialect::Dialect;
use super::mysql::{MARIADB, MYSQL};
use super::postgres::{POSTGRES, columns};
use super::sqlite::SQLITE;
use super::{Parameter, Statement, count, insert, page, page_with_total_if_full, update};

/// Posts with a title, a number, a json, an author and tags; tags have a name.
pub(crate) fn posts() -> [Arc<Collection>; 2] {
    let text = FieldKind::Text {
        min: 0,
        max: 0,
        pattern: String::new(),
        autogenerate_pattern: String::new(),
        primary_key: false,
    };
    let number = FieldKind::Number { min: None, max: None, only_int: false };
    let relation = |max_select| FieldKind::Relation {
        collection_id: "tags".into(),
        cascade_delete: false,
        min_select: 0,
        max_select,
    };
    let tags = collection("tags", [("id", text.clone()), ("name", text.clone())]);
    let fields = [
        ("id", text.clone()),
        ("title", text),
        ("n", number),
        ("j", FieldKind::Json { max_size: 0 }),
        ("top", relation(1)),
        ("tags", relation(9)),
    ];
    let mut posts = collection("posts", fields);
    posts.indexes = vec!["CREATE INDEX by_title ON posts (title, n)".into()];
    [Arc::new(posts), Arc::new(tags)]
}

fn collection<const N: usize>(name: &str, fields: [(&str, FieldKind); N]) -> Collection {
    let field = |(name, kind): (&str, FieldKind)| Field {
        id: name.into(),
        name: name.into(),
        system: false,
        hidden: false,
        presentable: false,
        help: String::new(),
        required: false,
        nullable: false,
        native: None,
        kind,
    };
    Collection {
        id: name.into(),
        name: name.into(),
        kind: Kind::Base,
        system: false,
        fields: fields.map(field).to_vec(),
        indexes: Vec::new(),
        rules: Rules::default(),
        created: String::new(),
        updated: String::new(),
        datasource: purlin_model::schema::MAIN.to_owned(),
        adopted: None,
    }
}

/// A page of ids and titles under a test; rows: 0 posts, 1 top, 2 tags (many).
pub(crate) fn select(test: Test) -> Select {
    let [posts, tags] = posts();
    let relation = |field, many| Row {
        source: Source::Relation { from: 0, field },
        collection: Some(tags.clone()),
        many,
    };
    let base = Row { source: Source::Base, collection: Some(posts), many: false };
    let slot = |field, key: &str| Slot::Field { key: key.into(), field, mask: None };
    Select {
        condition: Condition { rows: vec![base, relation(4, false), relation(5, true)], test },
        sort: Vec::new(),
        offset: 0,
        limit: 30,
        total: false,
        after: None,
        masks: Vec::new(),
        output: Output::Json(Arc::new(Shape {
            slots: vec![slot(0, "\"id\":"), slot(1, "\"title\":")],
        })),
    }
}

pub(crate) fn column(row: usize, field: usize) -> Term {
    Term::Column { row, field }
}

pub(crate) fn equal(left: Term, value: impl Into<Value>) -> Test {
    Test::Compare { left, op: Op::Equal, right: Term::Value(value.into()), every: false }
}

pub(crate) fn by(key: Term, descending: bool) -> Order {
    Order { key: Key::Term(key), descending }
}

fn texts(parameters: &[&str]) -> Vec<Parameter> {
    parameters.iter().map(|text| Parameter::Text((*text).into())).collect()
}

fn check(found: &Statement, text: &str, parameters: &[Parameter]) {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(found.text, flat);
    assert_eq!(found.parameters, parameters);
}

#[test]
fn own_fields_need_no_join() {
    let select = select(equal(column(0, 1), "x"));
    check(
        &page(SQLITE, &select),
        r#"SELECT r0."id", r0."title" FROM "posts" AS r0 WHERE (r0."title" = ?)
           ORDER BY r0._rowid_ LIMIT 30"#,
        &texts(&["x"]),
    );
    check(
        &count(SQLITE, &select.condition),
        r#"SELECT count(*) FROM "posts" AS r0 WHERE (r0."title" = ?)"#,
        &texts(&["x"]),
    );
}

#[test]
fn a_sorted_page_sorts_keys_alone() {
    let mut select = select(equal(column(0, 1), ""));
    select.sort = vec![by(column(0, 2), true)];
    select.offset = 60;
    check(
        &page(SQLITE, &select),
        r#"SELECT r0."id", r0."title" FROM "posts" AS r0 WHERE r0._rowid_ IN
           (SELECT r0._rowid_ FROM "posts" AS r0 WHERE (r0."title" = '')
           ORDER BY r0."n" DESC, r0._rowid_ LIMIT 30 OFFSET ?)
           ORDER BY r0."n" DESC, r0._rowid_"#,
        &[Parameter::Integer(60)],
    );
}

#[test]
fn single_rows_join_beside_the_base_and_many_in_a_subquery() {
    let mut select = select(Test::All(vec![
        equal(column(0, 2), Value::Number(1.0)),
        equal(column(1, 1), "a"),
        equal(column(2, 1), "b"),
    ]));
    select.sort = vec![by(column(1, 1), false), by(column(2, 1), true)];
    check(
        &page(SQLITE, &select),
        r#"SELECT r0."id", r0."title" FROM "posts" AS r0
           LEFT JOIN "tags" AS r1 ON r1."id" = r0."top"
           WHERE (r0."n" = ?) AND (r1."name" = ?) AND EXISTS (SELECT 1 FROM (SELECT 1)
           LEFT JOIN "tags" AS r2 ON r2."id" IN (SELECT value FROM json_each(CASE
           WHEN json_valid(r0."tags") AND json_type(r0."tags") = 'array' THEN r0."tags"
           WHEN r0."tags" IS NOT NULL THEN json_array(r0."tags") END))
           WHERE (r2."name" = ?))
           ORDER BY r1."name", (SELECT max(r2."name") FROM (SELECT 1)
           LEFT JOIN "tags" AS r2 ON r2."id" IN (SELECT value FROM json_each(CASE
           WHEN json_valid(r0."tags") AND json_type(r0."tags") = 'array' THEN r0."tags"
           WHEN r0."tags" IS NOT NULL THEN json_array(r0."tags") END))) DESC, r0._rowid_ LIMIT 30"#,
        &[vec![Parameter::Real(1.0)], texts(&["a", "b"])].concat(),
    );
}

#[test]
fn every_looks_for_rows_that_fail() {
    let mut select = select(Test::Compare {
        left: column(2, 1),
        op: Op::NotEqual,
        right: Term::Value("x".into()),
        every: true,
    });
    select.condition.rows[2].source = Source::Back { from: 0, field: 1 };
    check(
        &count(SQLITE, &select.condition),
        r#"SELECT count(*) FROM "posts" AS r0 WHERE EXISTS (SELECT 1 FROM (SELECT 1)
           LEFT JOIN "tags" AS r2 ON r0."id" = r2."name"
           WHERE ((r2."name" IS NOT ?) AND NOT EXISTS (SELECT 1 FROM (SELECT 1)
           LEFT JOIN "tags" AS r2 ON r0."id" = r2."name"
           WHERE NOT (r2."name" IS NOT ?))))"#,
        &texts(&["x", "x"]),
    );
}

#[test]
fn rows_chosen_afresh_hide_those_outside() {
    let some = Test::Some { rows: vec![2], test: Box::new(equal(column(2, 1), "b")) };
    let none = Test::Not(Box::new(some));
    let mut select = select(Test::All(vec![equal(column(2, 1), "a"), none]));
    select.condition.rows[2].source = Source::Back { from: 0, field: 1 };
    let test = Box::new(equal(column(1, 1), "c"));
    select.sort = vec![by(Term::When { test, term: Box::new(column(0, 1)) }, false)];
    for (dialect, text) in [
        (
            SQLITE as &dyn Dialect,
            r#"SELECT r0."id", r0."title" FROM "posts" AS r0 LEFT JOIN "tags" AS r1 ON
               r1."id" = r0."top" WHERE (EXISTS (SELECT 1 FROM (SELECT 1)
               LEFT JOIN "tags" AS r2 ON r0."id" = r2."name" WHERE (r2."name" = ?)))
               IS NOT TRUE AND EXISTS (SELECT 1 FROM (SELECT 1)
               LEFT JOIN "tags" AS r2 ON r0."id" = r2."name" WHERE (r2."name" = ?))
               ORDER BY (SELECT r0."title" WHERE (r1."name" = ?)), r0._rowid_ LIMIT 30"#,
        ),
        (
            POSTGRES,
            r#"SELECT r0."id", r0."title" FROM "posts" AS r0 LEFT JOIN "tags" AS r1 ON
               r1."id" = r0."top" WHERE (EXISTS (SELECT 1 FROM (SELECT 1) AS one
               LEFT JOIN "tags" AS r2 ON r0."id" = r2."name" WHERE (r2."name" = $1)))
               IS NOT TRUE AND EXISTS (SELECT 1 FROM (SELECT 1) AS one
               LEFT JOIN "tags" AS r2 ON r0."id" = r2."name" WHERE (r2."name" = $2))
               ORDER BY CASE WHEN (r1."name" = $3) THEN r0."title" END NULLS FIRST,
               r0._rowid_ LIMIT 30"#,
        ),
    ] {
        check(&page(dialect, &select), text, &texts(&["b", "a", "c"]));
    }
}

#[test]
fn values_never_reach_the_text() {
    let [posts, _] = posts();
    let nasty = "'\"; DROP TABLE posts; --";
    let path = Term::Path { row: 0, field: 3, steps: vec!["a".into(), "01".into(), "b c".into()] };
    check(
        &count(SQLITE, &select(equal(path, nasty)).condition),
        r#"SELECT count(*) FROM "posts" AS r0 WHERE (CASE WHEN json_valid(r0."j")
           THEN json_extract(r0."j", ?) END IS ?)"#,
        &texts(&["$.\"a\"[1].\"b c\"", nasty]),
    );
    let mut record = Record::blank(&posts);
    record.set("id", nasty.into());
    let stored = insert(SQLITE, &record, &[]);
    let columns = r#"INSERT INTO "posts" ("id", "title", "n", "j", "top", "tags")"#;
    assert_eq!(stored.text, format!("{columns} VALUES (?, ?, ?, ?, ?, ?)"));
    assert_eq!(stored.parameters[0], Parameter::Text(nasty.into()));
    let set = [(5, Value::List(vec!["a".into(), "\"".into()]))];
    check(
        &update(SQLITE, &posts, nasty, &set),
        r#"UPDATE "posts" SET "tags" = ? WHERE "id" = ?"#,
        &texts(&["[\"a\",\"\\\"\"]", nasty]),
    );
}

#[test]
fn mysql_looks_up_what_a_list_refers_to() {
    let select = select(Test::All(vec![equal(column(0, 1), "x"), equal(column(2, 1), "b")]));
    for (dialect, collation) in [(&MARIADB, "utf8mb4_nopad_bin"), (&MYSQL, "utf8mb4_0900_bin")] {
        check(
            &page(dialect, &select),
            &format!(
                "SELECT r0.`id`, r0.`title` FROM `posts` AS r0 WHERE (r0.`title` = ?) AND \
                 EXISTS (SELECT 1 FROM (SELECT 1 AS one) AS nothing LEFT JOIN (JSON_TABLE(CASE \
                 WHEN JSON_VALID(r0.`tags`) AND LEFT(r0.`tags`, 1) = '[' THEN r0.`tags` \
                 WHEN r0.`tags` IS NOT NULL THEN JSON_ARRAY(r0.`tags`) END, '$[*]' \
                 COLUMNS(value LONGTEXT PATH '$')) AS i2 JOIN `tags` AS r2 ON r2.`id` = i2.value \
                 COLLATE {collation}) ON TRUE WHERE (r2.`name` = ?)) ORDER BY r0._rowid_ LIMIT 30"
            ),
            &texts(&["x", "b"]),
        );
    }
}

/// One plan, and what each database is asked.
#[test]
fn one_plan_side_by_side() {
    let mut select = select(Test::All(vec![
        equal(column(0, 2), Value::Number(1.0)),
        equal(column(1, 1), "a"),
        equal(column(2, 1), "b"),
    ]));
    select.sort = vec![by(column(0, 1), true)];
    let parameters = [vec![Parameter::Real(1.0)], texts(&["a", "b"])].concat();
    for (dialect, text) in [
        (
            SQLITE,
            r#"SELECT r0."id", r0."title" FROM "posts" AS r0 WHERE r0._rowid_ IN (SELECT
               r0._rowid_ FROM "posts" AS r0 LEFT JOIN "tags" AS r1 ON r1."id" =
               r0."top" WHERE (r0."n" = ?) AND (r1."name" = ?) AND EXISTS (SELECT 1 FROM
               (SELECT 1) LEFT JOIN "tags" AS r2 ON r2."id" IN (SELECT value FROM
               json_each(CASE WHEN json_valid(r0."tags") AND json_type(r0."tags") =
               'array' THEN r0."tags" WHEN r0."tags" IS NOT NULL THEN
               json_array(r0."tags") END)) WHERE (r2."name" = ?)) ORDER BY r0."title"
               DESC, r0._rowid_ LIMIT 30) ORDER BY r0."title" DESC, r0._rowid_"#,
        ),
        (
            POSTGRES,
            r#"SELECT r0."id", r0."title" FROM "posts" AS r0 LEFT JOIN "tags" AS r1 ON
               r1."id" = r0."top" WHERE (r0."n" = $1) AND (r1."name" = $2) AND EXISTS
               (SELECT 1 FROM (SELECT 1) AS one LEFT JOIN "tags" AS r2 ON r2."id" =
               ANY(ARRAY(SELECT json_array_elements_text(CASE WHEN left(r0."tags", 1) =
               '[' THEN r0."tags"::json WHEN r0."tags" <> '' THEN
               json_build_array(r0."tags") END))) WHERE (r2."name" = $3)) ORDER BY
               r0."title" DESC, r0._rowid_ LIMIT 30"#,
        ),
        (
            &MARIADB as &dyn Dialect,
            r#"SELECT r0.`id`, r0.`title` FROM `posts` AS r0 LEFT JOIN `tags` AS r1 ON
               r1.`id` = r0.`top` WHERE (r0.`n` = ?) AND (r1.`name` = ?) AND EXISTS
               (SELECT 1 FROM (SELECT 1 AS one) AS nothing LEFT JOIN (JSON_TABLE(CASE
               WHEN JSON_VALID(r0.`tags`) AND LEFT(r0.`tags`, 1) = '[' THEN r0.`tags`
               WHEN r0.`tags` IS NOT NULL THEN JSON_ARRAY(r0.`tags`) END, '$[*]'
               COLUMNS(value LONGTEXT PATH '$')) AS i2 JOIN `tags` AS r2 ON r2.`id` =
               i2.value COLLATE utf8mb4_nopad_bin) ON TRUE WHERE (r2.`name` = ?)) ORDER
               BY r0.`title` DESC, r0._rowid_ LIMIT 30"#,
        ),
    ] {
        check(&page(dialect, &select), text, &parameters);
    }
}

#[test]
fn a_document_is_looked_into_where_postgres_can_read_it() {
    let path = Term::Path { row: 0, field: 3, steps: vec!["a".into()] };
    let member = |place: u32| {
        format!(
            r#"((CASE WHEN strpos(r0."j", '\u') = 0 OR regexp_replace(r0."j",
               '\\\\|\\u[dD][89abAB][0-9a-fA-F]{{2}}\\u[dD][c-fC-F][0-9a-fA-F]{{2}}', '', 'g')
               !~ '\\u(0000|[dD][89a-fA-F])' THEN r0."j"::json END) -> ${place})"#
        )
    };
    check(
        &count(POSTGRES, &select(equal(path, "x")).condition),
        &format!(
            r#"SELECT count(*) FROM "posts" AS r0 WHERE ((CASE WHEN json_typeof({}) IN ('string',
               'array', 'object') THEN btrim({} #>> '{{}}', CASE json_typeof({}) WHEN 'string'
               THEN '' ELSE E' \t\r\n' END) END COLLATE "C") IS NOT DISTINCT FROM $4)"#,
            member(1),
            member(2),
            member(3)
        ),
        &texts(&["a", "a", "a", "x"]),
    );
}

#[test]
fn postgres_counts_only_behind_a_full_page() {
    let mut select = select(equal(column(0, 1), "x"));
    select.offset = 30;
    check(
        &page_with_total_if_full(POSTGRES, &select),
        r#"SELECT p.*, CASE WHEN row_number() OVER () = 30 THEN (SELECT count(*)
               FROM "posts" AS r0 WHERE (r0."title" = $1)) END FROM (SELECT r0."id",
               r0."title" FROM "posts" AS r0 WHERE (r0."title" = $2) ORDER BY r0._rowid_
               LIMIT 30 OFFSET $3) AS p"#,
        &[texts(&["x", "x"]), vec![Parameter::Integer(30)]].concat(),
    );
}

#[test]
fn postgres_makes_many_records_with_one_text() {
    let [posts, _] = posts();
    let record = Record::blank(&posts);
    let text = r#"INSERT INTO "posts" ("id", "title", "n", "j", "top", "tags") SELECT * FROM
                  unnest($1::text[], $2::text[], $3::float8[], $4::text[], $5::text[], $6::text[])"#;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for count in [1, 3] {
        let (text, columns) = columns::insert(&vec![&record; count]);
        assert_eq!(text, flat);
        assert_eq!(columns[2], columns::Column::Reals(vec![Some(0.0); count]));
        assert_eq!(columns[3], columns::Column::Texts(vec![None; count]));
    }
}
