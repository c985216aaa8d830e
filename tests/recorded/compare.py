"""Expected against got: wildcards, and the paths where two answers differ.

Wildcards in expected strings: `<id>` 15 letters and digits, `<date>` a canonical date, `<token>` a
JWT, `<any>` anything at all; `<any>` inside a longer text stands for any piece of text.
"""

import json
import re

SHAPES = {
    "<id>": re.compile(r"[a-z0-9]{15}"),
    "<date>": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}Z"),
    "<token>": re.compile(r"[\w-]+\.[\w-]+\.[\w-]+"),
}


def text_matches(expected, got):
    if expected == "<any>":
        return True
    if not isinstance(got, str):
        return False
    if expected in SHAPES:
        return SHAPES[expected].fullmatch(got) is not None
    if "<any>" in expected:
        pieces = [re.escape(piece) for piece in expected.split("<any>")]
        return re.fullmatch(".*".join(pieces), got, re.S) is not None
    return expected == got


def differences(expected, got, unordered=False, path="$"):
    """Lines `path: expected … got …`, empty when the answer is as recorded."""
    if isinstance(expected, str):
        return [] if text_matches(expected, got) else [line(path, expected, got)]
    if isinstance(expected, dict) and isinstance(got, dict):
        found = []
        for key in sorted(expected.keys() | got.keys()):
            at = f"{path}.{key}"
            if key not in got:
                found.append(f"{at}: missing, expected {brief(expected[key])}")
            elif key not in expected:
                found.append(f"{at}: unexpected {brief(got[key])}")
            else:
                found += differences(expected[key], got[key], unordered, at)
        return found
    if isinstance(expected, list) and isinstance(got, list):
        if len(expected) != len(got):
            return [f"{path}: {len(expected)} items expected, got {len(got)}: {brief(got)}"]
        if unordered:
            expected, got = settled(expected), settled(got)
        found = []
        for position, (left, right) in enumerate(zip(expected, got)):
            found += differences(left, right, unordered, f"{path}[{position}]")
        return found
    return [] if same_scalar(expected, got) else [line(path, expected, got)]


def same_scalar(left, right):
    """Numbers by value; true is never 1."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left == right
    return type(left) is type(right) and left == right


def settled(value):
    """The answer with every list in one fixed order."""
    if isinstance(value, dict):
        return {key: settled(one) for key, one in value.items()}
    return sorted(map(settled, value), key=sort_key) if isinstance(value, list) else value


def sort_key(value):
    return json.dumps(value, sort_keys=True)


def line(path, expected, got):
    return f"{path}: expected {brief(expected)}, got {brief(got)}"


def brief(value):
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) < 160 else text[:157] + "…"


def verdict(case, status, headers, answer):
    """What is wrong with one answer, as lines."""
    found = []
    if status != case["status"]:
        found.append(f"status: expected {case['status']}, got {status}")
    for name, value in case.get("answerHeaders", {}).items():
        got = headers.get(name)
        if value is None and got is not None:
            found.append(f"header {name}: expected none, got {got}")
        elif value is not None and not text_matches(value, got):
            found.append(f"header {name}: expected {value}, got {got}")
    if case.get("answer") == "<any>":
        return found
    if "refused" in case:
        case = {**case, "answer": {"data": {}, "message": case["refused"], "status": case["status"]}}
    if "answer" not in case:
        return found + ([] if answer is None else [f"$: no body expected, got {brief(answer)}"])
    return found + differences(case["answer"], answer, case.get("unordered", False))


def wildcards(first, second, key=""):
    """One expected answer out of two recordings: what changed from one to the next is random."""
    if key in ("verificationTemplate", "resetPasswordTemplate", "confirmEmailChangeTemplate", "emailTemplate"):
        return {"subject": "<any>", "body": "<any>"} if isinstance(first, dict) else "<any>"
    if key == "logo":
        return "<any>"
    if key == "token" and isinstance(first, str) and SHAPES["<token>"].fullmatch(first):
        return "<token>"  # the expiry may fall into the same second twice
    if isinstance(first, dict) and isinstance(second, dict) and first.keys() == second.keys():
        return {k: wildcards(first[k], second[k], k) for k in first}
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return [wildcards(left, right) for left, right in zip(first, second)]
    for mark in ("Raw error:", "existing reference in "):  # engine's own words; names in no fixed order
        if isinstance(first, str) and mark in first:
            return first.split(mark)[0] + mark + "<any>"
    if same_scalar(first, second):
        return first
    if isinstance(first, str) and isinstance(second, str):
        for name, shape in SHAPES.items():
            if shape.fullmatch(first) and shape.fullmatch(second):
                return name
        return around(first, second)
    return "<any>"


def around(first, second):
    """The common start and end of two texts with `<any>` between them."""
    start = 0
    while start < min(len(first), len(second)) and first[start] == second[start]:
        start += 1
    end = 0
    while end < min(len(first), len(second)) - start and first[-1 - end] == second[-1 - end]:
        end += 1
    while start and first[start - 1].isalnum():
        start -= 1
    while end and first[-end].isalnum():
        end -= 1
    if start + end < 8:
        return "<any>"
    return first[:start] + "<any>" + (first[-end:] if end else "")
