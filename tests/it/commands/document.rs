//! Which blocks of a document are to be run, and what they should print.

/// A fenced block to run.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Block {
    /// The line of its first command in the document, from 1.
    pub(super) line: usize,
    pub(super) script: String,
    pub(super) background: bool,
    pub(super) prints: Option<String>,
}

/// The marked blocks of a Markdown text. The error is `line: what is wrong with the marks`.
pub(super) fn blocks(markdown: &str) -> Result<Vec<Block>, String> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut mark = None;
    let mut lines = markdown.lines().zip(1..);
    while let Some((text, line)) = lines.next() {
        let text = text.trim();
        if text.starts_with("```") {
            let body: Vec<&str> = lines
                .by_ref()
                .map(|(text, _)| text)
                .take_while(|text| text.trim() != "```")
                .collect();
            let script = body.join("\n");
            match mark.take() {
                None => {}
                Some("prints") => {
                    let last =
                        blocks.last_mut().ok_or(format!("{line}: nothing was run before"))?;
                    last.prints = Some(script);
                }
                Some(run) => {
                    let background = run == "run in background";
                    blocks.push(Block { line: line + 1, script, background, prints: None });
                }
            }
        } else if let Some(found) = comment(text) {
            mark = Some(found);
        } else if mark.is_some() && !text.is_empty() {
            return Err(format!("{line}: a fenced block should follow the mark above"));
        }
    }
    Ok(blocks)
}

fn comment(line: &str) -> Option<&str> {
    let inner = line.strip_prefix("<!--")?.strip_suffix("-->")?.trim();
    ["run", "run in background", "prints"].contains(&inner).then_some(inner)
}

/// Whether `printed` holds the lines of `expected` in order; the error is the first one missing.
pub(super) fn holds<'a>(expected: &'a str, printed: &str) -> Result<(), &'a str> {
    let mut lines = printed.lines();
    for wanted in expected.lines().map(str::trim).filter(|line| !line.is_empty() && *line != "…")
    {
        if !lines.any(|line| matches(wanted, line.trim())) {
            return Err(wanted);
        }
    }
    Ok(())
}

/// Whether a line is what a document shows, where `…` stands for any text.
fn matches(shown: &str, line: &str) -> bool {
    let mut parts = shown.split('…');
    let Some(mut rest) = parts.next().and_then(|first| line.strip_prefix(first)) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
        last = Some(part);
    }
    rest.is_empty() || last.is_some_and(|last| last.is_empty() || rest.ends_with(last))
}

#[test]
fn only_marked_blocks_are_run() {
    let text = "```sh\nrm -rf /\n```\n<!-- run in background -->\n```sh\npurlin serve\n```\ntext\n\
                <!-- run -->\n\n```sh\ncurl a\ncurl b\n```\n<!-- prints -->\n```json\n{…}\n```\n";
    let found = blocks(text).expect("well marked blocks");
    let server = Block { line: 6, script: "purlin serve".into(), background: true, prints: None };
    let curls = Block {
        line: 12,
        script: "curl a\ncurl b".into(),
        background: false,
        prints: Some("{…}".into()),
    };
    assert_eq!(found, [server, curls]);
    assert_eq!(
        blocks("<!-- run -->\ntext").unwrap_err(),
        "2: a fenced block should follow the mark above"
    );
    assert_eq!(blocks("<!-- prints -->\n```\n```").unwrap_err(), "2: nothing was run before");
}

#[test]
fn shown_output_is_looked_for_in_order() {
    for (expected, printed, missing) in [
        ("a\nb", "x\na\ny\nb\n", None),
        ("b\na", "a\nb", Some("a")),
        ("{\"id\":\"…\",\"n\":1}", "{\"id\":\"k\",\"n\":1}", None),
        ("{\"id\":\"…\",\"n\":1}", "{\"id\":\"k\",\"n\":2}", Some("{\"id\":\"…\",\"n\":1}")),
        ("listening on …", "listening on x:1", None),
        ("a…a", "a", Some("a…a")),
        ("a", "ab", Some("a")),
        ("…\n\na", "a", None),
    ] {
        assert_eq!(holds(expected, printed).err(), missing, "{expected:?} in {printed:?}");
    }
}
