#!/usr/bin/env python3
"""Replays the recorded cases against a server that speaks the dialect.

    replay.py                                     stock PocketBase on the rebuilt directory (must be green)
    replay.py --base-url http://127.0.0.1:8090    a running server (read-only files only, unless --all)
    replay.py --import-cmd 'purlin import pocketbase {source} --dir {dir}' \\
              --start-cmd 'purlin serve --http 127.0.0.1:{port} --dir {dir}'
    --only WORD     cases whose `topic/name` contains the word (sequences run whole up to the last one)
"""

import argparse
import json
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse

import compare
import directory
import records
from server import STOCK, Personas, Server, perform, pick


def main():
    options = arguments()
    files = [json.loads(path.read_text()) for path in sorted((directory.HERE / "cases").glob("*.json"))]
    replay = Replay(options)
    for file in files:
        if not options.only or any(options.only in f"{file['topic']}/{case['name']}" for case in file["cases"]):
            replay.file(file)
    replay.close()
    print(f"{replay.passed} passed, {replay.failed} failed, {replay.excused} differ as documented")
    sys.exit(1 if replay.failed else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base-url")
    parser.add_argument("--import-cmd")
    parser.add_argument("--start-cmd", default=STOCK)
    parser.add_argument("--only", default="")
    parser.add_argument("--all", action="store_true", help="with --base-url: also the files that write")
    return parser.parse_args()


def documented():
    """The cases that differ on purpose: lines of `differences.md` of the form "- `topic/name`: reason"."""
    found = set()
    for line in (directory.HERE / "differences.md").read_text().splitlines():
        if line.startswith("- `") and "`:" in line:
            found.add(line[3 : line.index("`:", 3)])
    return found


class Replay:
    """One run over the files: a shared server for those that only read, a fresh one for each that writes."""

    def __init__(self, options):
        self.options, self.shared = options, None
        self.passed = self.failed = self.excused = 0
        self.personas = Personas(records.PASSWORDS)
        self.documented = documented()
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="replay-"))
        self.origin = self.work / "origin"
        if not options.base_url:
            self.prepare()

    def prepare(self):
        source = directory.rebuild(self.work / "pb_data")
        if self.options.import_cmd:
            text = self.options.import_cmd.format(source=source, dir=self.origin)
            subprocess.run(shlex.split(text), check=True)
        else:
            source.rename(self.origin)
        with self.start("sign-in") as server:
            for name in records.PASSWORDS:
                self.personas.token(server.port, name)

    def start(self, name):
        place = self.work / name / "copy"
        shutil.copytree(self.origin, place)
        return Server(self.options.start_cmd, place)

    def file(self, file):
        if self.options.base_url:
            if not file["mutates"] or self.options.all:
                self.cases(file, urllib.parse.urlsplit(self.options.base_url).port)
        elif file["mutates"]:
            with self.start(file["topic"]) as server:
                self.cases(file, server.port)
        else:
            self.shared = self.shared or self.start("shared")
            self.cases(file, self.shared.port)

    def cases(self, file, port):
        saved, cases = {}, file["cases"]
        wanted = [self.options.only in f"{file['topic']}/{case['name']}" for case in cases]
        last = max(position for position, yes in enumerate(wanted) if yes)
        for case, report in list(zip(cases, wanted))[: last + 1]:
            if not report and not file["mutates"] and "save" not in case:
                continue
            wrong = self.one(port, case, saved)
            if report:
                self.note(f"{file['topic']}/{case['name']}", case, wrong)

    def one(self, port, case, saved):
        deadline = time.monotonic() + 4 * case.get("retry", 0)
        while True:
            try:
                status, headers, answer = perform(port, case, self.personas, saved)
            except Exception as cause:  # a dropped connection is a finding, not the end of the run
                return [f"no answer: {cause!r}"]
            wrong = compare.verdict(case, status, headers, answer)
            if not wrong or time.monotonic() >= deadline:
                break
            time.sleep(0.5)
        for name, path in case.get("save", {}).items():
            try:
                saved[name] = str(pick(answer, path))
            except (KeyError, TypeError, IndexError):
                wrong = wrong + [f"nothing to save at {path}"]
        return wrong

    def note(self, name, case, wrong):
        if not wrong:
            self.passed += 1
        elif name in self.documented:
            self.excused += 1
        else:
            self.failed += 1
            asked = f"{case.get('method', 'GET')} {case['path']} {json.dumps(case.get('query', ''), ensure_ascii=False)[:200]}"
            print(f"FAIL {name}\n     as {case.get('as', 'guest')}: {asked}")
            for text in wrong[:6]:
                print("     " + text)

    def close(self):
        if self.shared:
            self.shared.stop()
        shutil.rmtree(self.work, ignore_errors=True)


if __name__ == "__main__":
    sys.setrecursionlimit(20000)
    main()
