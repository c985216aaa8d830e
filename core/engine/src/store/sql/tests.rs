//! Plans and the SQL they become, side by side.

use purlin_model::plan::{Source, Term, Test};
use purlin_model::{Record, Value};

use super::dialect::Dialect;
use super::mysql::{MARIADB, MYSQL};
use super::postgres::{POSTGRES, columns};
use super::sqlite::SQLITE;
use super::{Parameter, Statement, count, insert, page, page_with_total_if_full, update};
use crate::store::example::{by, column, equal, posts, select};

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
                 WHEN r0.`tags` IS NOT NULL THEN CAST(JSON_ARRAY(r0.`tags`) AS CHAR) END, '$[*]' \
                 COLUMNS(value LONGTEXT PATH '$')) AS i2 JOIN `tags` AS r2 ON r2.`id` = i2.value \
                 COLLATE {collation}) ON TRUE WHERE (r2.`name` = ?)) ORDER BY r0._rowid_ LIMIT 30"
            ),
            &texts(&["x", "b"]),
        );
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
