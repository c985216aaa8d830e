//! The language as tables: what parses, to what, and what does not (http-api.md 2.1, 1.7, 1.9).

use super::{Expr, Operand, expand, parse, sort};

/// Fully bracketed, texts in debug form.
fn show(expr: &Expr) -> String {
    let join = |parts: &[Expr], by: &str| {
        format!("({})", parts.iter().map(show).collect::<Vec<_>>().join(by))
    };
    match expr {
        Expr::And(parts) => join(parts, " & "),
        Expr::Or(parts) => join(parts, " | "),
        Expr::Compare(parts) => {
            let any = if parts.any { "?" } else { "" };
            format!("{}{any}{}{}", operand(&parts.left), parts.op.text(), operand(&parts.right))
        }
    }
}

fn operand(operand: &Operand) -> String {
    match operand {
        Operand::Name { text, .. } => text.clone(),
        Operand::Number { value, .. } => value.to_string(),
        Operand::Text { value, .. } => format!("{value:?}"),
        Operand::Call { name, args, .. } => {
            let args: Vec<_> = args.iter().map(self::operand).collect();
            format!("{name}({})", args.join(","))
        }
    }
}

#[test]
fn accepts() {
    for (text, wanted) in [
        ("t = 'a'", "t=\"a\""),
        ("t=\"hello\"||t=\"Hello\"&&n=10", "(t=\"hello\" | (t=\"Hello\" & n=10))"),
        ("a=1&&b=2||c=3&&d=4", "((a=1 & b=2) | (c=3 & d=4))"),
        ("a=1&&(b=2||c=3)", "(a=1 & (b=2 | c=3))"),
        ("((((((((((((((((((((a=1))))))))))))))))))))", "a=1"),
        ("(a=1)&&(b=2)", "(a=1 & b=2)"),
        ("a=1 // c && b=2", "a=1"),
        ("a=1 || // c\n b=2", "(a=1 | b=2)"),
        ("a//x\n=//y\n1//", "a=1"),
        ("(a=1 // c\n)", "a=1"),
        ("\t a\n= 1 ", "a=1"),
        ("1=a", "1=a"),
        ("1='1'", "1=\"1\""),
        ("n=-1.50", "n=-1.5"),
        ("n>99999999999999999999", "n>100000000000000000000"),
        ("a=007", "a=7"),
        ("a?=1", "a?=1"),
        ("a ?!= 1", "a?!=1"),
        ("a?~1&&a?!~1", "(a?~1 & a?!~1)"),
        ("a<1&&a<=1&&a>1&&a>=1", "(a<1 & a<=1 & a>1 & a>=1)"),
        ("a?<1&&a?<=1&&a?>1&&a?>=1", "(a?<1 & a?<=1 & a?>1 & a?>=1)"),
        ("a!=1&&a~1&&a!~1", "(a!=1 & a~1 & a!~1)"),
        ("j.a.0:lower != @request.body.x:isset", "j.a.0:lower!=@request.body.x:isset"),
        ("#a = _b", "#a=_b"),
        ("t='it\\'s'", "t=\"it's\""),
        ("t=\"it\\'s\"", "t=\"it's\""),
        ("t='a\"b'", "t=\"a\\\"b\""),
        ("t='\\\\'", "t=\"\\\\\""),
        ("t='a\\nb\\tc\\r'", "t=\"a\\nb\\tc\\r\""),
        (r"t='\u00e9\x41\0\b\/\z\%\_'", r#"t="\\u00e9\\x41\\0\\b\\/\\z\\%\\_""#),
        ("t='a\nb'", "t=\"a\\nb\""),
        ("t='ü🦀'", "t=\"ü🦀\""),
        ("t='// no comment'", "t=\"// no comment\""),
        ("(t=')(')", "t=\")(\""),
        ("geoDistance(a.lon, a.lat,1,-2.5) < 10", "geoDistance(a.lon,a.lat,1,-2.5)<10"),
        ("f()=1", "f()=1"),
        ("f( 1 , )=1", "f(1)=1"),
        ("f(g(h(1)))=1", "f(g(h(1)))=1"),
    ] {
        match parse(text) {
            Ok(expr) => assert_eq!(show(&expr), wanted, "{text}"),
            Err(error) => panic!("{text}: {error}"),
        }
    }
}

#[test]
fn rejects_and_points_at_the_wrong_token() {
    for (text, at) in [
        ("", ""),
        (" \n\t", ""),
        ("// only", ""),
        ("()", ""),
        ("( )", ""),
        ("a", ""),
        ("a=", ""),
        ("a=1&&", ""),
        ("&&a=1", "&&"),
        ("a==1", "=="),
        ("a=~1", "=~"),
        ("a??=1", "??="),
        ("a<>1", "<>"),
        ("a=1;", ";"),
        ("a=1e3", "e3"),
        ("a=.5", "."),
        ("a=+1", "+"),
        ("a=1.", "1."),
        ("a=1.2.3", "1.2.3"),
        ("a=-", "-"),
        ("a=--1", "-"),
        ("a=1-1", "-1"),
        ("!a=1", "!"),
        ("a in 1", "in"),
        ("a is null", "is"),
        ("a=1 and b=1", "and"),
        ("a=1 or b=1", "or"),
        ("a=1&b=1", "&"),
        ("a=1|b=1", "|"),
        ("a=1&&&b=1", "&&&"),
        ("a=1 b=1", "b"),
        ("a[0]=1", "["),
        ("a=1\r", "\r"),
        ("a\u{a0}=1", "\u{a0}"),
        ("t='it''s'", "'s'"),
        ("t='x", "'x"),
        ("t='x\\'", "'x\\'"),
        ("(a=1", "("),
        ("a=1)", ")"),
        ("((a=1)", "("),
        ("(t='1' // it's\n)", "'s\n)"),
        ("(a=1 // )\n)", ")"),
        ("a.=1", "a."),
        ("a:=1", "a:"),
        ("@=1", "@"),
        ("#=1", "#"),
        ("_=1", "_"),
        (".a=1", "."),
        ("ä=1", "ä"),
        ("f (1)=1", "("),
        ("f(1", ""),
        ("f(1 2)=1", "2"),
        ("f(,)=1", ","),
        ("f(g(h(i(1))))=1", "i("),
        ("a=(1)", "("),
        ("a=1 /x", "/"),
    ] {
        let error = parse(text).expect_err(text);
        assert_eq!(&text[error.span.start..error.span.end], at, "{text}: {error}");
    }
}

#[test]
fn limits() {
    let many = |count: usize| vec!["a=1"; count].join("||");
    assert!(parse(&many(200)).is_ok());
    assert!(parse(&many(201)).is_err());
    let deep = |depth: usize| format!("{}a=1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&deep(100)).is_ok());
    assert!(parse(&deep(101)).expect_err("too deep").message.contains("100"));
    assert!(parse(&deep(100_000)).is_err());
    assert!(parse(&"(".repeat(1_000_000)).is_err());
    assert!(parse(&format!("a={}", "9".repeat(400))).is_err());
}

#[test]
fn sorts() {
    let show = |text: &str| {
        let items = sort(text).map_err(|error| error.message)?;
        let sign = |descending| if descending { "-" } else { "" };
        let shown = items.iter().map(|item| format!("{}{}", sign(item.descending), item.name));
        Ok::<_, String>(shown.collect::<Vec<_>>().join(","))
    };
    for (text, wanted) in [
        ("", ""),
        ("a", "a"),
        (" -a ,\u{a0}+b, c.d:lower", "-a,b,c.d:lower"),
        ("-@random,@rowid", "-@random,@rowid"),
        ("a,b,c,d,e,f,g,h", "a,b,c,d,e,f,g,h"),
    ] {
        assert_eq!(show(text).as_deref(), Ok(wanted), "{text}");
    }
    let long = "a".repeat(256);
    for text in [
        " ", ",", "a,", ",a", "a,,b", "-", "- a", "--a", "1", "'a'", "f(a)", "a b", "@", "a=1",
        &long,
    ] {
        assert!(show(text).is_err(), "{text}");
    }
    assert!(show("a,b,c,d,e,f,g,h,i").is_err());
    assert!(show(&long[1..]).is_ok());
    let error = sort("ab, c d").expect_err("a blank inside");
    assert_eq!((error.span.start, error.span.end), (3, 7));
}

#[test]
fn expands() {
    for (text, wanted) in [
        ("", ""),
        ("a", "a"),
        (" a . b , c ", "a.b c"),
        ("a,a.b,a", "a.b"),
        ("a.b,a", "a.b"),
        ("ab,a", "ab a"),
        ("a.b.c.d.e.f.g,x", "a.b.c.d.e.f x"),
        ("comments(post).user,posts_via_x", "comments(post).user posts_via_x"),
        (",,", ""),
    ] {
        let paths: Vec<String> = expand(text).iter().map(|path| path.join(".")).collect();
        assert_eq!(paths.join(" "), wanted, "{text}");
    }
}

/// Random texts of pieces of the language: no input may panic, and what is refused is located
/// inside the text at character boundaries.
#[test]
fn never_panics() {
    let pieces = [
        "a",
        "b.c",
        "@now",
        "@request.body.x",
        ":each",
        ":",
        ".",
        "=",
        "!=",
        "?",
        "~",
        "<",
        ">",
        "&&",
        "||",
        "&",
        "(",
        ")",
        "((",
        "))",
        ",",
        "'",
        "\"",
        "\\",
        "'x'",
        "\"y\"",
        " ",
        "\n",
        "//",
        "/",
        "1",
        "-",
        "1.5",
        "9999",
        "f(",
        "ü",
        "🦀",
        "\0",
        "\r",
        "\u{a0}",
        "null",
        "#",
        "_",
        "+",
        "%",
    ];
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % below as u64).unwrap_or_default()
    };
    for _ in 0..50_000 {
        let length = random(24);
        let text: String = (0..length).map(|_| pieces[random(pieces.len())]).collect();
        for error in [parse(&text).err(), sort(&text).err()].into_iter().flatten() {
            assert!(text.get(error.span.start..error.span.end).is_some(), "{text:?} {error:?}");
        }
        let _ = expand(&text);
    }
}
