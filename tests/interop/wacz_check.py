"""A WACZ 1.1.1 to the letter: what `wacz validate` does not look at.
  wacz_check.py FILE    nothing on standard output: all is well; exit 1 and a line each: it is not
"""
import gzip
import hashlib
import io
import json
import re
import sys
import zipfile

import surt
from warcio.archiveiterator import ArchiveIterator

TIME = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
problems = []


def say(what, *about):
    problems.append(what % about)


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def check_zip(wacz):
    names = wacz.namelist()
    if len(names) != len(set(names)):
        say("a name stands twice in the zip")
    for info in wacz.infolist():
        top = info.filename.split("/")[0]
        if top not in ("archive", "indexes", "pages", "logs", "datapackage.json",
                       "datapackage-digest.json"):
            say("%s does not belong there", info.filename)
        stored = info.compress_type == zipfile.ZIP_STORED
        if (top == "archive" or info.filename.endswith((".gz", ".idx"))) and not stored:
            say("%s is compressed", info.filename)
    if wacz.testzip():
        say("the zip is damaged at %s", wacz.testzip())
    for needed in ("datapackage.json", "datapackage-digest.json", "pages/pages.jsonl",
                   "indexes/index.cdx.gz", "indexes/index.idx", "archive/data.warc.gz"):
        if needed not in names:
            say("no %s", needed)


def check_package(wacz):
    package = json.loads(wacz.read("datapackage.json"))
    if package.get("profile") != "data-package" or package.get("wacz_version") != "1.1.1":
        say("profile or version")
    for name in ("title", "software", "created", "modified"):
        if not package.get(name):
            say("no %s", name)
    for name in ("created", "modified", "mainPageDate"):
        if name in package and not TIME.match(package[name]):
            say("%s is no time", name)
    listed = {}
    for resource in package["resources"]:
        if set(resource) != {"name", "path", "hash", "bytes"}:
            say("fields of %s", resource)
        if resource["path"] in listed or resource["name"] != resource["path"].split("/")[-1]:
            say("%s is listed twice, or by another name", resource["path"])
        listed[resource["path"]] = resource
    files = set(wacz.namelist()) - {"datapackage.json", "datapackage-digest.json"}
    if files != set(listed):
        say("listed and there differ: %s", files ^ set(listed))
    for path in files & set(listed):
        data = wacz.read(path)
        if listed[path]["bytes"] != len(data) or listed[path]["hash"] != sha256(data):
            say("hash or size of %s", path)
    digest = json.loads(wacz.read("datapackage-digest.json"))
    if digest != {"path": "datapackage.json", "hash": sha256(wacz.read("datapackage.json"))}:
        say("datapackage-digest.json")
    return package


def check_pages(wacz, package):
    lines = wacz.read("pages/pages.jsonl").decode().splitlines()
    head = json.loads(lines[0])
    if head.get("format") != "json-pages-1.0" or not head.get("id"):
        say("first line of pages.jsonl")
    pages = [json.loads(line) for line in lines[1:]]
    for page in pages:
        if not page.get("id") or not page.get("url") or not TIME.match(page.get("ts", "")):
            say("page %s", page)
    if pages and (package.get("mainPageUrl"), package.get("mainPageDate")) not in [
            (p["url"], p["ts"]) for p in pages]:
        say("the main page is no page")
    return pages


def blocks(wacz):
    index = wacz.read("indexes/index.cdx.gz")
    lines = wacz.read("indexes/index.idx").decode().splitlines()
    key, _, meta = lines[0].partition(" {")
    if key != "!meta 0" or json.loads("{" + meta) != {"format": "cdxj-gzip-1.0",
                                                      "filename": "index.cdx.gz"}:
        say("first line of index.idx")
    at = 0
    for line in lines[1:]:
        key, _, rest = line.partition(" {")
        place = json.loads("{" + rest)
        data = index[place["offset"]:place["offset"] + place["length"]]
        if place["offset"] != at or place["digest"] != sha256(data):
            say("block at %s", place["offset"])
        at += place["length"]
        text = gzip.decompress(data).decode()
        if not text.startswith(key + " {"):
            say("block at %s begins otherwise", place["offset"])
        yield from text.splitlines()
    if at != len(index):
        say("index.idx does not name all of the index")


def check_line(line, warc):
    key, time, text = line.split(" ", 2)
    entry = json.loads(text)
    if not {"url", "digest", "mime", "filename", "offset", "length", "status"} <= set(entry):
        # A file that somebody brought has no status.
        if "status" in entry or entry.get("mime", "").startswith("text/html"):
            say("fields of %s", line)
    if surt.surt(entry["url"]) != key:
        say("key of %s", line)
    data = warc[int(entry["offset"]):int(entry["offset"]) + int(entry["length"])]
    if entry["recordDigest"] != sha256(data):
        say("record digest of %s", line)
    records = list(ArchiveIterator(io.BytesIO(data), no_record_parse=True))
    if len(records) != 1:
        say("not one record: %s", line)
        return entry
    headers = records[0].rec_headers
    date = re.sub(r"\D", "", headers.get_header("WARC-Date"))[:14]
    if headers.get_header("WARC-Target-URI") != entry["url"] or date != time:
        say("another record: %s", line)
    if headers.get_header("WARC-Payload-Digest") != entry["digest"]:
        say("digest of %s", line)
    return entry


def main():
    with zipfile.ZipFile(sys.argv[1]) as wacz:
        check_zip(wacz)
        package = check_package(wacz)
        pages = check_pages(wacz, package)
        lines = list(blocks(wacz))
        if lines != sorted(lines, key=lambda line: line.encode()):
            say("the index is not sorted")
        warc = wacz.read("archive/data.warc.gz")
        urls = {check_line(line, warc)["url"] for line in lines}
        for page in pages:
            if page["url"] not in urls:
                say("page %s is in no index", page["url"])
    for problem in problems:
        print(problem)
    sys.exit(1 if problems else 0)


main()
