//! Submitted indexes, `F` standing for three fields `a`, `b` and `r`, and what became of them: the
//! texts stored after `= `, or what is wrong.

pub(super) const INDEXES: &[(&str, &str)] = &[
    (
        r#"{F,"indexes":["create index x1 on tmpi (a)"],"id":"pbc_1103182889"}"#,
        r#"= create index x1 on tmpi (a)"#,
    ),
    (
        r#"{F,"indexes":["CREATE INDEX x1 ON tmpi (a)  "],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX x1 ON tmpi (a)  "#,
    ),
    (
        r#"{F,"indexes":["create  unique index\nx1 on `tmpi`(a,  b desc)"],"id":"pbc_1103182889"}"#,
        r#"= create  unique index
x1 on `tmpi`(a,  b desc)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on other(a,  `b` desc, [r] collate nocase asc) where a > 0  and b = 'x y' "],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `x1` ON `tmpi` (
  `a`,
  `b` DESC,
  `r` COLLATE nocase ASC
) WHERE a > 0  and b = 'x y'"#,
    ),
    (
        r#"{F,"indexes":["create index `x 1` on other(a)"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":["create index x1.y on other(a)"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":["create index x1 on main.other(a)"],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `x1` ON `tmpi` (`a`)"#,
    ),
    (
        r#"{F,"indexes":["create index if not exists x1 on other(a)"],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX IF NOT EXISTS `x1` ON `tmpi` (`a`)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi(nope)"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression *"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi(\"nope\")"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression *"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi(A)"],"id":"pbc_1103182889"}"#,
        r#"= create index x1 on tmpi(A)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":["create index on tmpi (a)"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi ()"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":["drop table users"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":[""],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":["   "],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a); drop table users"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a);"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a) -- hi"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a)","create index x1 on tmpi (b)"],"id":"pbc_1103182889"}"#,
        r#"indexes.1 validation_duplicated_index_name The index name already exists."#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a)","create index X1 on tmpi (b)"],"id":"pbc_1103182889"}"#,
        r#"indexes.1 validation_duplicated_index_name The index name already exists."#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a)","create index x2 on tmpi (a)"],"id":"pbc_1103182889"}"#,
        r#"indexes.1 validation_duplicated_index_definition The index definition already exists."#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a)","create index x2 on tmpi (A)"],"id":"pbc_1103182889"}"#,
        r#"= create index x1 on tmpi (a) ; create index x2 on tmpi (A)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a)","create unique index x2 on tmpi (a)"],"id":"pbc_1103182889"}"#,
        r#"= create index x1 on tmpi (a) ; create unique index x2 on tmpi (a)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a)","create index x2 on tmpi (a) where b=1"],"id":"pbc_1103182889"}"#,
        r#"= create index x1 on tmpi (a) ; create index x2 on tmpi (a) where b=1"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a)","create index x2 on tmpi (`a`)"],"id":"pbc_1103182889"}"#,
        r#"indexes.1 validation_duplicated_index_definition The index definition already exists."#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a)","create index x2 on tmpi (a asc)"],"id":"pbc_1103182889"}"#,
        r#"= create index x1 on tmpi (a) ; create index x2 on tmpi (a asc)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a)","create index x1 on tmpi (a)"],"id":"pbc_1103182889"}"#,
        r#"indexes.1 validation_duplicated_index_name The index name already exists."#,
    ),
    (
        r#"{F,"indexes":["create index idx_mfas_collectionRef_recordRef on tmpi (a)"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_existing_index_name The index name is already used in _mfas collection. usedTableName="_mfas""#,
    ),
    (
        r#"{F,"indexes":["create index IDX_mfas_collectionRef_recordRef on tmpi (a)"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_existing_index_name The index name is already used in _mfas collection. usedTableName="_mfas""#,
    ),
    (
        r#"{F,"indexes":["create index tmpi on tmpi (a)"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression *"#,
    ),
    (
        r#"{F,"indexes":["create index users on tmpi (a)"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression *"#,
    ),
    (
        r#"{F,"indexes":["create index sqlite_x on tmpi (a)"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression *"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a collate foo)"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression *"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a collate RTRIM)"],"id":"pbc_1103182889"}"#,
        r#"= create index x1 on tmpi (a collate RTRIM)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on tmpi (a collate nocase desc)"],"id":"pbc_1103182889"}"#,
        r#"= create index x1 on tmpi (a collate nocase desc)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on foo (a collate nocase desc)"],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `x1` ON `tmpi` (`a` COLLATE nocase DESC)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on foo ('a')"],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `x1` ON `tmpi` (`a`)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on foo (a) where (b)"],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `x1` ON `tmpi` (`a`) WHERE (b)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on foo (a) where b in ('x)', \"y\")"],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `x1` ON `tmpi` (`a`) WHERE b in ('x)', "y")"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on foo (a, coalesce(b, 'x,)y'))"],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `x1` ON `tmpi` (
  `a`,
  coalesce(b, 'x,)y')
)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on foo (id)"],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `x1` ON `tmpi` (`id`)"#,
    ),
    (
        r#"{F,"indexes":["create index [x1] on [tmpi] ([a])"],"id":"pbc_1103182889"}"#,
        r#"= create index [x1] on [tmpi] ([a])"#,
    ),
    (
        r#"{F,"indexes":["create index \"x1\" on \"tmpi\" (\"a\")"],"id":"pbc_1103182889"}"#,
        r#"= create index "x1" on "tmpi" ("a")"#,
    ),
    (
        r#"{F,"indexes":["create index 'x1' on 'tmpi' ('a')"],"id":"pbc_1103182889"}"#,
        r#"= create index 'x1' on 'tmpi' ('a')"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on foo (a) with b"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":["createindex x1 on foo (a)"],"id":"pbc_1103182889"}"#,
        r#"indexes.0 validation_invalid_index_expression Invalid CREATE INDEX expression."#,
    ),
    (
        r#"{F,"indexes":["CREATE INDEX x1 ON TMPI (a)"],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `x1` ON `tmpi` (`a`)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on foo (a, )"],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `x1` ON `tmpi` (`a`)"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on foo ((a))"],"id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `x1` ON `tmpi` ((a))"#,
    ),
    (
        r#"{F,"indexes":["create index x1 on foo (a)"],"type":"view","viewQuery":"select id from users","id":"pbc_1103182889"}"#,
        r#"indexes validation_indexes_not_supported View collections don't support indexes."#,
    ),
    (
        r#"{F,"indexes":[],"type":"view","viewQuery":"select id from users","createRule":"","updateRule":"id=1","deleteRule":"","id":"pbc_1103182889"}"#,
        r#"createRule validation_nil Must be blank. | deleteRule validation_nil Must be blank. | updateRule validation_nil Must be blank."#,
    ),
    (
        r#"{F,"indexes":[],"type":"view","viewQuery":"select id from users","createRule":null,"listRule":"id = 1","viewRule":"zz=1","id":"pbc_1103182889"}"#,
        r#"viewRule validation_invalid_rule *"#,
    ),
    (
        r#"{F,"indexes":["create unique index e1 on foo (email)"],"type":"auth","id":"pbc_1103182889"}"#,
        r#"= CREATE UNIQUE INDEX `e1` ON `tmpi` (`email`) ; CREATE UNIQUE INDEX `idx_tokenKey_pbc_1103182889` ON `tmpi` (`tokenKey`)"#,
    ),
    (
        r#"{F,"indexes":["create unique index e1 on foo (email collate nocase) where email != 'x'"],"type":"auth","id":"pbc_1103182889"}"#,
        r#"= CREATE UNIQUE INDEX `e1` ON `tmpi` (`email` COLLATE nocase) WHERE email != 'x' ; CREATE UNIQUE INDEX `idx_tokenKey_pbc_1103182889` ON `tmpi` (`tokenKey`)"#,
    ),
    (
        r#"{F,"indexes":["create unique index e1 on foo (email, id)"],"type":"auth","id":"pbc_1103182889"}"#,
        r#"= CREATE UNIQUE INDEX `e1` ON `tmpi` (
  `email`,
  `id`
) ; CREATE UNIQUE INDEX `idx_tokenKey_pbc_1103182889` ON `tmpi` (`tokenKey`) ; CREATE UNIQUE INDEX `idx_email_pbc_1103182889` ON `tmpi` (`email`) WHERE `email` != ''"#,
    ),
    (
        r#"{F,"indexes":["create index e1 on foo (email)"],"type":"auth","id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `e1` ON `tmpi` (`email`) ; CREATE UNIQUE INDEX `idx_tokenKey_pbc_1103182889` ON `tmpi` (`tokenKey`) ; CREATE UNIQUE INDEX `idx_email_pbc_1103182889` ON `tmpi` (`email`) WHERE `email` != ''"#,
    ),
    (
        r#"{F,"indexes":["create index e1 on foo (email)","create index e2 on foo (tokenKey)"],"type":"auth","id":"pbc_1103182889"}"#,
        r#"= CREATE INDEX `e1` ON `tmpi` (`email`) ; CREATE INDEX `e2` ON `tmpi` (`tokenKey`) ; CREATE UNIQUE INDEX `idx_tokenKey_pbc_1103182889` ON `tmpi` (`tokenKey`) ; CREATE UNIQUE INDEX `idx_email_pbc_1103182889` ON `tmpi` (`email`) WHERE `email` != ''"#,
    ),
    (
        r#"{F,"indexes":["create unique index e1 on foo (email)","create unique index e2 on foo (email desc)"],"type":"auth","id":"pbc_1103182889"}"#,
        r#"= CREATE UNIQUE INDEX `e1` ON `tmpi` (`email`) ; CREATE UNIQUE INDEX `e2` ON `tmpi` (`email` DESC) ; CREATE UNIQUE INDEX `idx_tokenKey_pbc_1103182889` ON `tmpi` (`tokenKey`)"#,
    ),
    (
        r#"{F,"indexes":["create unique index e1 on foo (tokenKey) where id != ''"],"type":"auth","id":"pbc_1103182889"}"#,
        r#"= CREATE UNIQUE INDEX `e1` ON `tmpi` (`tokenKey`) WHERE id != '' ; CREATE UNIQUE INDEX `idx_email_pbc_1103182889` ON `tmpi` (`email`) WHERE `email` != ''"#,
    ),
];
