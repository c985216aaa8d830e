//! One document's blocks in one shell.

use std::{
    env,
    fs::{self, Permissions},
    net::TcpListener,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{self, Command, Stdio},
};

use super::document::{self, Block};

/// What is waited for at most until a server answers, in tenths of a second.
const PATIENCE: usize = 300;

/// `cargo run …` is the binary that is being tested; nothing else of cargo is for documents.
const CARGO: &str = r#"#!/usr/bin/env bash
[ "${1:-}" = run ] || { echo "the documents may only 'cargo run', not: cargo $*" >&2; exit 1; }
shift
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  case "$1" in --release | --quiet | -q) shift ;; *) echo "unknown: cargo run $1" >&2; exit 1 ;; esac
done
[ "${1:-}" = -- ] && shift
exec purlin "$@"
"#;

/// Runs the blocks; the error says where it went wrong and what was printed.
pub(super) fn run(name: &str, blocks: &[Block]) -> Result<(), String> {
    let home = Home::new(name)?;
    let port = free_port().map_err(|error| format!("{name}: no free port: {error}"))?;
    let script: String = blocks.iter().enumerate().map(|(at, block)| step(at, block)).collect();
    let script = on_port(&format!("set -eu -o pipefail\n{STOP}\n{script}"), port);
    let shell = home.0.join("script.sh");
    fs::write(&shell, script).map_err(|error| format!("{name}: {error}"))?;
    let work = home.0.join("work");

    let path = format!("{}:{}", home.0.join("bin").display(), env::var("PATH").unwrap_or_default());
    // What the developer's own shell says about Purlin must not reach the documents.
    let foreign = env::vars_os().map(|(name, _)| name);
    let foreign = foreign.filter(|name| name.to_string_lossy().starts_with("PURLIN_"));
    let mut shell_command = Command::new("bash");
    for name in foreign {
        shell_command.env_remove(name);
    }
    let status = shell_command
        .arg(&shell)
        .current_dir(&work)
        .env("PATH", path)
        .env("PURLIN_HTTP", format!("127.0.0.1:{port}"))
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("{name}: bash does not start: {error}"))?;

    for (at, block) in blocks.iter().enumerate() {
        let place = format!("{name}:{}", block.line);
        let printed = fs::read_to_string(home.0.join(format!("out.{at}"))).unwrap_or_default();
        if !home.0.join(format!("done.{at}")).exists() {
            return Err(format!("{place}: this does not work. It printed:\n{printed}"));
        }
        let expected = on_port(block.prints.as_deref().unwrap_or_default(), port);
        if let Err(line) = document::holds(&expected, &printed) {
            return Err(format!("{place}: `{line}` is not in what it prints:\n{printed}"));
        }
    }
    status.success().then_some(()).ok_or_else(|| format!("{name}: the shell ended with {status}"))
}

/// Servers end with the shell, however it ends.
const STOP: &str = "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT";

fn step(at: usize, block: &Block) -> String {
    let Block { script, .. } = block;
    if !block.background {
        return format!("{{\n{script}\n}} >../out.{at} 2>&1\ntouch ../done.{at}\n");
    }
    // The job becomes the server itself, so that the trap stops it and not a shell around it.
    let command: Vec<&str> = script.lines().filter(|line| !line.starts_with('#')).collect();
    let command = command.join("\n");
    format!(
        "exec {command} >../out.{at} 2>&1 &\n\
         for _ in $(seq {PATIENCE}); do\n\
         curl -sf http://127.0.0.1:8090/api/health >/dev/null && touch ../done.{at} && break\n\
         kill -0 $! 2>/dev/null || exit 1\n\
         sleep 0.1\n\
         done\n\
         [ -e ../done.{at} ]\n"
    )
}

fn on_port(text: &str, port: u16) -> String {
    text.replace(":8090", &format!(":{port}"))
}

fn free_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A folder of our own, with the commands a document may use; gone when dropped.
struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Result<Self, String> {
        let flat = name.replace(['/', '.'], "-");
        let home = Self(env::temp_dir().join(format!("purlin-{}-{flat}", process::id())));
        let bin = home.0.join("bin");
        let setup = || {
            fs::create_dir_all(home.0.join("work"))?;
            fs::create_dir_all(&bin)?;
            fs::write(bin.join("cargo"), CARGO)?;
            let purlin = format!("#!/bin/sh\nexec '{}' \"$@\"\n", binary().display());
            fs::write(bin.join("purlin"), purlin)?;
            ["cargo", "purlin"].iter().try_for_each(|name| {
                fs::set_permissions(bin.join(name), Permissions::from_mode(0o755))
            })
        };
        setup().map_err(|error: std::io::Error| format!("{name}: {error}"))?;
        if !binary().exists() {
            return Err(format!("{} is not there; `cargo build` first", binary().display()));
        }
        Ok(home)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0));
    }
}

/// What `PURLIN_BIN` names, else what `cargo build` leaves beside this test.
fn binary() -> PathBuf {
    if let Some(named) = env::var_os("PURLIN_BIN") {
        return named.into();
    }
    let test = env::current_exe().expect("the path of this test");
    test.ancestors().nth(2).unwrap_or(Path::new(".")).join("purlin")
}

#[test]
fn blocks_share_a_shell_and_say_what_failed() {
    let block = |script: &str, prints: &str| Block {
        line: 7,
        script: script.into(),
        background: false,
        prints: Some(prints.into()),
    };

    let fine = [block("x=1\necho one; echo \":8090\"", "one"), block("echo two-$x", "two-1")];
    assert_eq!(run("fine.md", &fine), Ok(()));
    let wrong = run("wrong.md", &[block("echo one", "two")]).unwrap_err();
    assert_eq!(wrong, "wrong.md:7: `two` is not in what it prints:\none\n");
    let broken = run("broken.md", &[block("echo one; false; echo two", "")]).unwrap_err();
    assert_eq!(broken, "broken.md:7: this does not work. It printed:\none\n");
    let cargo = run("cargo.md", &[block("cargo build", "")]).unwrap_err();
    assert!(cargo.contains("may only 'cargo run'"), "{cargo}");
}
