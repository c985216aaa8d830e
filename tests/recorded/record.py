#!/usr/bin/env python3
"""Records the cases: `record.py [TOPIC…]` asks stock PocketBase twice and keeps what both answers share.

`seed.py` makes the directory first; run it only to change the directory, for every case depends on it.
"""

import importlib
import json
import pathlib
import pkgutil
import sys
import tempfile

import compare
import directory
import records
import topics
from server import STOCK, Personas, Server, perform, pick

CASES = directory.HERE / "cases"


def main(wanted):
    personas = Personas(records.PASSWORDS)
    with Server(STOCK, directory.rebuild(fresh())) as server:
        for name in records.PASSWORDS:
            personas.token(server.port, name)
    count = 0
    for module in pkgutil.iter_modules(topics.__path__):
        for topic in importlib.import_module(f"topics.{module.name}").topics():
            if wanted and not any(word in topic.name for word in wanted):
                continue
            record(topic, personas)
            count += len(topic.cases)
    print(count, "cases recorded")


def fresh():
    return pathlib.Path(tempfile.mkdtemp(prefix="recorded-")) / "pb_data"


def record(topic, personas):
    first, second = answers(topic, personas), answers(topic, personas)
    lines = []
    for case, one, two in zip(topic.cases, first, second):
        lines.append(json.dumps(expected(case, one, two), ensure_ascii=False, separators=(",", ":")))
    head = f'{{"topic": {json.dumps(topic.name)}, "mutates": {json.dumps(topic.mutates)}, "cases": [\n'
    (CASES / f"{topic.name}.json").write_text(head + ",\n".join(lines) + "\n]}\n")
    print(f"{topic.name}: {len(lines)}")


def answers(topic, personas):
    saved, found = {}, []
    with Server(STOCK, directory.rebuild(fresh())) as server:
        for case in topic.cases:
            if "retry" in case:
                import time
                time.sleep(case["retry"])
            answer = perform(server.port, case, personas, saved)
            for name, path in case.get("save", {}).items():
                try:
                    saved[name] = str(pick(answer[2], path))
                except (KeyError, TypeError, IndexError):
                    print(f"  {topic.name}/{case['name']}: nothing to save at {path}: {answer[0]} {answer[2]}")
            found.append(answer)
    return found


def expected(case, one, two):
    if one[0] != two[0]:
        print(f"  {case['name']}: status {one[0]} then {two[0]}")
    case = dict(case)
    watch = case.pop("watch", [])
    loose = case.pop("loose", [])
    if not case.get("unordered", True):
        del case["unordered"]
    for name, usual in (("as", "guest"), ("method", "GET")):
        if case[name] == usual:
            del case[name]
    case["status"] = one[0]
    if watch:
        case["answerHeaders"] = {
            name: None if name not in one[1] else compare.wildcards(one[1][name], two[1].get(name)) for name in watch
        }
    if loose == "all":
        case["answer"] = "<any>"
    elif one[2] is not None:
        left, right = (compare.settled(a[2]) if case.get("unordered") else a[2] for a in (one, two))
        answer = compare.wildcards(left, right)
        for path in loose:
            parts = path.rsplit(".", 1)
            holder = pick(answer, parts[0]) if len(parts) == 2 else answer
            holder[parts[-1] if isinstance(holder, dict) else int(parts[-1])] = "<any>"
        plain = isinstance(answer, dict) and answer.get("data") == {} and isinstance(answer.get("message"), str)
        if plain and answer == {"data": {}, "message": answer["message"], "status": case["status"]}:
            case["refused"] = answer["message"]
        else:
            case["answer"] = answer
    return case


if __name__ == "__main__":
    sys.setrecursionlimit(20000)
    main(sys.argv[1:])
