"""What `warcio check` does not look at in a WARC file of ours.
  warc_check.py FILE    nothing on standard output: all is well; exit 1 and a line each: it is not
Every record: id unique, a date, digests of block and payload that are those of the bytes (warcio
passes revisits over), URIs without brackets, nothing but what WARC 1.1 allows. Every revisit: its
profile, the payload's digest, target URI and date of what it repeats, which stands in the file.
"""
import base64
import hashlib
import re
import sys

from warcio.archiveiterator import ArchiveIterator

DATE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$")
PROFILES = {
    "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest",
    "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
}
FORBIDDEN = {
    "warcinfo": ["WARC-Target-URI", "WARC-Concurrent-To", "WARC-Payload-Digest", "WARC-IP-Address"],
    "metadata": ["WARC-Payload-Digest"],
    "conversion": ["WARC-Concurrent-To", "WARC-IP-Address"],
}


def sha1(data):
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def check_revisit(headers, bodies, say):
    if headers.get_header("WARC-Profile") not in PROFILES:
        say("no profile")
    if not headers.get_header("WARC-Payload-Digest"):
        say("no payload digest")
    place = (headers.get_header("WARC-Refers-To-Target-URI"),
             headers.get_header("WARC-Refers-To-Date"))
    if place not in bodies:
        say("repeats %s at %s, which is not there" % place)
    elif bodies[place] != headers.get_header("WARC-Payload-Digest"):
        say("repeats other bytes")


def check(path):
    problems, ids, bodies = [], set(), {}
    revisits = []
    with open(path, "rb") as stream:
        for record in ArchiveIterator(stream, no_record_parse=True):
            headers, kind = record.rec_headers, record.rec_type
            name = headers.get_header("WARC-Record-ID")

            def say(what, name=name, kind=kind):
                problems.append("%s %s: %s" % (kind, name, what))

            block = record.raw_stream.read()
            if not re.fullmatch(r"<urn:uuid:[0-9a-f-]{36}>", name or "") or name in ids:
                say("its id is none, or another's")
            ids.add(name)
            if not DATE.match(headers.get_header("WARC-Date") or ""):
                say("its date is none")
            if headers.protocol != "WARC/1.1":
                say("version")
            names = [n.lower() for n, _ in headers.headers]
            if len(names) != len(set(names)):
                say("a field stands there twice")
            for field in FORBIDDEN.get(kind, []):
                if headers.get_header(field):
                    say("has " + field)
            uri = headers.get_header("WARC-Target-URI")
            if kind != "warcinfo" and (not uri or uri.startswith("<")):
                say("target URI")
            if headers.get_header("WARC-Block-Digest") != sha1(block):
                say("block digest")
            body = block.partition(b"\r\n\r\n")[2] if kind == "response" else block
            digest = headers.get_header("WARC-Payload-Digest")
            if kind in ("response", "resource"):
                bodies[(uri, headers.get_header("WARC-Date"))] = digest
                if digest != sha1(body):
                    say("payload digest")
            if kind == "revisit":
                revisits.append((headers, say))
    for headers, say in revisits:
        check_revisit(headers, bodies, say)
    return problems


def main():
    problems = check(sys.argv[1])
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
