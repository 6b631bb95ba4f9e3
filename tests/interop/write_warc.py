"""A WARC as warcio's users write it: gzip and chunked bodies, a revisit, a request after its
response.  write_warc.py FILE"""
import gzip
import io
import sys

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

SITE = "http://theirs.example"


def head(*headers, status="200 OK"):
    return StatusAndHeaders(status, [("Content-Type", "text/html")] + list(headers),
                            protocol="HTTP/1.1")


with open(sys.argv[1], "wb") as out:
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    out.flush()
    writer.write_record(writer.create_warcinfo_record("theirs.warc.gz", {"software": "theirs"}))

    def write(path, body, *headers, date="2025-11-18T03:04:05Z", status="200 OK"):
        record = writer.create_warc_record(
            SITE + path, "response", payload=io.BytesIO(body), http_headers=head(
                *headers, status=status), warc_headers_dict={"WARC-Date": date})
        request = writer.create_warc_record(
            SITE + path, "request", http_headers=StatusAndHeaders(
                "GET %s HTTP/1.1" % path, [("Host", "theirs.example")], is_http_request=True),
            warc_headers_dict={"WARC-Date": date})
        writer.write_request_response_pair(request, record)
        return record

    plain = write("/plain", "<p>一</p>".encode())
    write("/gzip", gzip.compress(b"<p>two</p>" * 100, mtime=0), ("Content-Encoding", "gzip"))
    write("/Query?b=2&a=1", b"<p>three</p>", date="2025-11-19T03:04:05Z")
    write("/query?a=1&b=2", b"<p>four</p>", date="2025-11-19T03:04:06Z")
    revisit = writer.create_revisit_record(
        SITE + "/plain", plain.rec_headers.get_header("WARC-Payload-Digest"), SITE + "/plain",
        "2025-11-18T03:04:05Z", http_headers=head(),
        warc_headers_dict={"WARC-Date": "2025-11-20T00:00:00Z"})
    writer.write_record(revisit)
