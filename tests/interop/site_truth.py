#!/usr/bin/env python3
"""What a site under a folder holds, by its own files: an independent reading for corpus_test.cc.

    site_truth.py HOST FOLDER START

Follows the links of every page from START (a, area, frame, iframe, link rel=canonical, next, prev
and alternate, meta refresh, what scripts ask for by getJSON) that stay on http://HOST/, as a server
gives out FOLDER, and prints for every URL met its status and its path, without fragments and
percent-decoded:

    200 /html/index.html
    404 /html/gone.html
    301 /html            a folder without its slash
    403 /images/         a folder without an index.html
    400 /a%.html         a percent sign that begins no escape

Links that say nofollow are not followed. Nothing but Python's standard library.
"""
import html.parser
import os
import re
import sys
import urllib.parse

HTML = (".html", ".htm", ".xhtml")
RELATIONS = {"canonical", "next", "prev", "alternate"}
GET_JSON = re.compile(r"getJSON\(\s*[\"']([^\"']+\.json)[\"']")
BAD_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.found = []
        self.base = None
        self.nofollow = False

    def handle_data(self, data):
        if self.lasttag == "script":
            self.found += GET_JSON.findall(data)

    def handle_starttag(self, tag, attributes):
        get = {name: value or "" for name, value in reversed(attributes)}.get
        rel = get("rel", "").lower().split()
        if tag == "base" and self.base is None and get("href") is not None:
            self.base = get("href")
        elif tag in ("a", "area") and get("href") is not None and "nofollow" not in rel:
            self.found.append(get("href"))
        elif tag in ("frame", "iframe") and get("src") is not None:
            self.found.append(get("src"))
        elif tag == "link" and RELATIONS & set(rel) and get("href") is not None:
            if "stylesheet" not in rel:
                self.found.append(get("href"))
        elif tag == "meta" and get("http-equiv", "").lower() == "refresh":
            target = get("content", "").partition(";")[2].strip()
            if target[:4].lower() == "url=":
                target = target[4:].strip("'\" ")
            if target:
                self.found.append(target)
        elif tag == "meta" and get("name", "").lower() == "robots":
            self.nofollow |= "nofollow" in get("content", "").lower()


def resolve(base, link):
    """As browsers do it: unlike urljoin, empty segments stay (https://url.spec.whatwg.org/)."""
    parts = urllib.parse.urlsplit(link)
    if parts.scheme or link.startswith("//"):
        return urllib.parse.urljoin(base, link)
    origin = urllib.parse.urlsplit(base)
    path, query = parts.path, parts.query
    if not path:
        path, query = origin.path, query or origin.query
    elif not path.startswith("/"):
        path = origin.path[:origin.path.rfind("/") + 1] + path
    segments = []
    for segment in path.split("/")[1:]:
        if segment in (".", ".."):
            del segments[len(segments) - (segment == "..") :]
        else:
            segments.append(segment)
    if path.endswith(("/.", "/..")):
        segments.append("")
    return f"{origin.scheme}://{origin.netloc}/" + "/".join(segments) + (query and "?" + query)


def links_of(file, url):
    with open(file, "rb") as opened:
        text = opened.read().decode("utf-8", "replace")
    parser = Links()
    parser.feed(text)
    parser.close()
    if parser.nofollow:
        return
    base = resolve(url, parser.base or "")
    for link in parser.found:
        # Browsers drop tabs and line ends inside of a URL, and spaces around it.
        link = "".join(c for c in link if c not in "\t\r\n").strip()
        try:
            yield resolve(base, link)
        except ValueError:
            continue  # No URL.


def key_of(url, host):
    """Path and query as they are told apart, and whether they can be asked for; or None."""
    try:
        parts = urllib.parse.urlsplit(url)
        if parts.scheme != "http" or parts.netloc.lower() not in (host, host + ":80"):
            return None
    except ValueError:
        return None
    path = urllib.parse.unquote(parts.path or "/", errors="surrogateescape").replace("\\", "/")
    key = path + ("?" + urllib.parse.unquote(parts.query) if parts.query else "")
    return key, BAD_ESCAPE.search(parts.path) is None


def status_of(folder, key):
    """The status, the file of it, and the key of a redirect's target."""
    path = key.partition("?")[0]
    file = os.path.normpath(folder + path)
    if os.path.isdir(file):
        if not path.endswith("/"):
            return 301, None, path + "/"
        index = os.path.join(file, "index.html")
        return (200, index, None) if os.path.isfile(index) else (403, None, None)
    if path.endswith("/") or not os.path.isfile(file):
        return 404, None, None
    return 200, file, None


def main():
    host, folder, start = sys.argv[1:]
    known = {start}
    waiting = [(start, True)]
    while waiting:
        key, askable = waiting.pop()
        status, file, target = status_of(folder, key) if askable else (400, None, None)
        sys.stdout.buffer.write(f"{status} {key}\n".encode("utf-8", "surrogateescape"))
        found = [f"http://{host}{urllib.parse.quote(target)}"] if target else []
        if file and file.endswith(HTML):
            path, _, query = key.partition("?")
            quoted = urllib.parse.quote(path.encode("utf-8", "surrogateescape"))
            found += links_of(file, f"http://{host}{quoted}" + ("?" + query if query else ""))
        for url in found:
            found_key = key_of(url, host)
            if found_key is not None and found_key[0] not in known:
                known.add(found_key[0])
                waiting.append(found_key)


if __name__ == "__main__":
    main()
