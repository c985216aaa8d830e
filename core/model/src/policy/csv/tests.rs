use super::super::row::{PolicyRow, RoleRow, Row};
use super::{line, read, write};

fn policy(rule: &str, fields: &[&str], note: &str) -> Row {
    Row::Policy(PolicyRow {
        subject: "role:a".to_owned(),
        object: "posts".to_owned(),
        action: "view".to_owned(),
        rule: rule.to_owned(),
        fields: fields.iter().map(|name| (*name).to_owned()).collect(),
        effect: "allow".to_owned(),
        note: note.to_owned(),
    })
}

fn role(member: &str, role: &str) -> Row {
    Row::Role(RoleRow { member: member.to_owned(), role: role.to_owned() })
}

#[test]
fn lines_are_written_as_casbin_reads_them() {
    for (row, text) in [
        (policy("", &[], ""), "p, role:a, posts, view, , , allow"),
        (policy("a = 1", &["x", "y"], ""), "p, role:a, posts, view, a = 1, x y, allow"),
        (policy("a = 'b,c'", &[], ""), "p, role:a, posts, view, \"a = 'b,c'\", , allow"),
        (policy("a = \"b\"", &[], ""), "p, role:a, posts, view, \"a = \"\"b\"\"\", , allow"),
        (policy(" a = 1", &[], ""), "p, role:a, posts, view, \" a = 1\", , allow"),
        (policy("", &["x y"], ""), "p, role:a, posts, view, , \"[\"\"x y\"\"]\", allow"),
        (role("users/*", "role:b"), "g, users/*, role:b"),
    ] {
        assert_eq!(line(&row), text);
    }
}

#[test]
fn what_is_written_is_read_the_same() {
    let texts = [
        "",
        "a",
        "#",
        "\"",
        "\"\"",
        ",",
        " ",
        "\n",
        "\r\n",
        "\r",
        "a\nb",
        " a",
        "a ",
        "\t",
        "\u{a0}",
        "p, x",
        "# note: x",
        "\",\"",
        "\\n",
        "[",
        "[\"a\"]",
        "a b",
        "é\u{2028}",
        "a\n\n\"b\",\r\nc\n",
    ];
    let mut rows = vec![role("users/x", "role:\"a, b\""), role("", "")];
    for text in texts {
        rows.extend([
            policy(text, &[], ""),
            policy("", &[text], ""),
            policy("", &["x", text], text),
            policy("", &[], text),
            role(text, text),
        ]);
    }
    let text = write(&rows);
    let found = read(&text).expect("our own file");
    assert!(found.windows(2).all(|pair| pair[0].0 < pair[1].0), "lines go up");
    for ((line, read), written) in found.iter().zip(&rows) {
        assert_eq!(read, written, "line {line}");
    }
    assert_eq!(found.len(), rows.len());
    // The last line's end is not needed.
    assert_eq!(read(text.trim_end_matches('\n')).map(|rows| rows.len()), Ok(rows.len()));
}

#[test]
fn files_of_others_are_read() {
    let text = "\u{feff}# mine\r\n\r\np,alice , posts,read\r\n  g , users/x,\t\"role:a\" \r\n\
                # note: one\n# note: two\n# between\np, *, posts, view, \"a = 1\n|| b = 2\",[\"x\"]\n\
                # note: of nobody\ng, role:a, role:b";
    let alice = Row::Policy(PolicyRow {
        subject: "alice".to_owned(),
        object: "posts".to_owned(),
        action: "read".to_owned(),
        ..PolicyRow::default()
    });
    let Row::Policy(two) = policy("a = 1\n|| b = 2", &["x"], "one\ntwo") else { unreachable!() };
    let two = Row::Policy(PolicyRow { subject: "*".to_owned(), effect: String::new(), ..two });
    let rows = vec![
        (3, alice),
        (4, role("users/x", "role:a")),
        // As CSV has it; the names of fields are a JSON array of which the quotes are not doubled.
        (8, two),
        (11, role("role:a", "role:b")),
    ];
    let quoted = text.replace("[\"x\"]", "\"[\"\"x\"\"]\"");
    assert_eq!(read(&quoted), Ok(rows));
    assert_eq!(read(text).map_err(|error| error.line), Err(9));
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (text, line, said) in [
        ("p, a, b", 1, "p has 2 values"),
        ("\n\np, a, b, c, d, e, f, g", 3, "p has 7 values"),
        ("g, a", 1, "g has 1 values"),
        ("g2, a, b", 1, "not with `g2`"),
        ("subject, object", 1, "not with `subject`"),
        ("p, a, b, c, x = \"y\"", 1, "own doubled"),
        ("g, a, b\np, a, b, c, \"x", 2, "not closed"),
        ("p, a, b, c, \"x\ny\" z, d", 1, "a comma or the end"),
        ("p, a, b, c, , [x", 1, "JSON array"),
        ("p, a, b, c, \"1\n2\"\ng, a", 3, "g has 1"),
    ] {
        let error = read(text).expect_err(text);
        assert_eq!(error.line, line, "{text:?}: {}", error.message);
        assert!(error.message.contains(said), "{text:?}: {}", error.message);
    }
}
