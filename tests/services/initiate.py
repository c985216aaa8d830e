"""Makes a fresh mongod a replica set of one, and waits until it takes writes.

    initiate.py PORT true|false USER:PASSWORD@

The second argument says whether acknowledged writes are in the journal, the third who may do
everything, if somebody has to. A server that is a replica set already stays what it is. Speaks the
wire protocol itself: there is no client where this runs.
"""

import socket
import struct
import sys
import time

OP_MSG = 2013
# What a server says that was made a replica set, or given its user, before.
UNAUTHORIZED = 13
ALREADY_INITIALIZED = 23
PATIENCE = 30  # seconds


def bson(document):
    """A document of texts, numbers, truths, documents and lists."""
    out = b""
    for key, value in document.items():
        name = key.encode() + b"\0"
        if isinstance(value, bool):
            out += b"\x08" + name + bytes([value])
        elif isinstance(value, int):
            out += b"\x10" + name + struct.pack("<i", value)
        elif isinstance(value, str):
            text = value.encode() + b"\0"
            out += b"\x02" + name + struct.pack("<i", len(text)) + text
        elif isinstance(value, list):
            items = {str(index): item for index, item in enumerate(value)}
            out += b"\x04" + name + bson(items)
        else:
            out += b"\x03" + name + bson(value)
    return struct.pack("<i", len(out) + 5) + out + b"\0"


def exactly(link, size):
    data = b""
    while len(data) < size:
        part = link.recv(size - len(data))
        if not part:
            raise ConnectionError("the server hung up")
        data += part
    return data


def run(link, command):
    """The answer's bytes: few questions, all answered by looking for a member."""
    body = struct.pack("<i", 0) + b"\0" + bson({**command, "$db": "admin"})
    link.sendall(struct.pack("<iiii", len(body) + 16, 1, 0, OP_MSG) + body)
    (size,) = struct.unpack("<i", exactly(link, 4))
    return exactly(link, size - 4)


def insist(link, command):
    """Runs a command of which nothing is left to do where it was run before."""
    answer = run(link, command)
    done = b"\x01ok\0" + struct.pack("<d", 1.0) in answer
    before = (b"\x10code\0" + struct.pack("<i", it) for it in (UNAUTHORIZED, ALREADY_INITIALIZED))
    if not done and not any(code in answer for code in before):
        sys.exit(f"{next(iter(command))} was refused: {answer!r}")


def term(answer, name):
    """The election an operation of `lastWrite` belongs to: `{ts: Timestamp, t: 64 bits}`."""
    before = b"\x03" + name + b"\0"
    start = answer.find(before)
    head = start + len(before) + 4 + len(b"\x11ts\0") + 8 + len(b"\x12t\0")
    return None if start < 0 else answer[head : head + 8]


def serves(answer):
    """Whether it takes writes, and knows that what it wrote as the primary is kept: before that
    it refuses who asks as a user."""
    writable = b"\x08isWritablePrimary\0\x01" in answer
    kept = term(answer, b"majorityOpTime")
    return writable and kept is not None and kept == term(answer, b"opTime")


def main(port, journal, who):
    link = socket.create_connection(("127.0.0.1", port), PATIENCE)
    members = [{"_id": 0, "host": f"127.0.0.1:{port}"}]
    config = {"_id": "rs0", "members": members, "writeConcernMajorityJournalDefault": journal}
    insist(link, {"replSetInitiate": config})
    end = time.monotonic() + PATIENCE
    while not serves(run(link, {"hello": 1})):
        if time.monotonic() > end:
            sys.exit("the replica set has no primary that serves")
        time.sleep(0.05)
    if who:
        name, _, password = who.removesuffix("@").partition(":")
        # A server without users lets the machine it is on make the first one.
        insist(link, {"createUser": name, "pwd": password, "roles": ["root"]})


main(int(sys.argv[1]), sys.argv[2] == "true", sys.argv[3])
