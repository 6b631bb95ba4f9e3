"""Scrapy, asked to do what Signboard does: fetch every page that a list names, take its links,
title and text, and keep the page on disk. Run by rivals.py.

    python scrapy_rival.py LIST_URL FOLDER gzip|warc     prints the number of pages kept

robots.txt is obeyed; no pauses, no cookies, no caches, no log: nothing that was not asked for.
"""
import gzip
import io
import os
import sys

import scrapy
from scrapy.crawler import CrawlerProcess
from scrapy.linkextractors import LinkExtractor

TEXT = "//body//text()[not(ancestor::script or ancestor::style)]"


class GzipStore:
    def __init__(self, folder):
        self.folder = folder

    def keep(self, number, response, facts):
        with gzip.open(os.path.join(self.folder, f"{number}.gz"), "wb", compresslevel=6) as out:
            out.write(facts.encode())
            out.write(response.body)

    def close(self):
        pass


class WarcStore:
    def __init__(self, folder):
        from warcio.warcwriter import WARCWriter
        self.out = open(os.path.join(folder, "pages.warc.gz"), "wb")
        self.writer = WARCWriter(self.out, gzip=True)

    def keep(self, number, response, facts):
        from warcio.statusandheaders import StatusAndHeaders
        fields = [(name.decode("latin-1"), value.decode("latin-1"))
                  for name, values in response.headers.items() for value in values
                  if name.lower() not in (b"content-encoding", b"content-length")]
        head = StatusAndHeaders(f"{response.status} OK", fields, protocol="HTTP/1.1")
        self.writer.write_record(self.writer.create_warc_record(
            response.url, "response", payload=io.BytesIO(response.body), http_headers=head))
        self.writer.write_record(self.writer.create_warc_record(
            response.url, "metadata", payload=io.BytesIO(facts.encode())))

    def close(self):
        self.out.close()


class Rival(scrapy.Spider):
    name = "rival"
    kept = 0

    def __init__(self, list_url, store):
        super().__init__()
        self.start_urls = [list_url]
        self.store = store
        self.links = LinkExtractor()

    def parse(self, response):
        for link in self.links.extract_links(response):
            yield scrapy.Request(link.url, callback=self.parse_page)

    def parse_page(self, response):
        links = self.links.extract_links(response)
        title = response.css("title::text").get() or ""
        text = " ".join(piece.strip() for piece in response.xpath(TEXT).getall())
        Rival.kept += 1
        self.store.keep(Rival.kept, response,
                        f"{response.url}\n{title}\n{len(text)} {len(links)}\n\n")


def main():
    list_url, folder, store_name = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    store = {"gzip": GzipStore, "warc": WarcStore}[store_name](folder)
    process = CrawlerProcess({
        "LOG_ENABLED": False, "ROBOTSTXT_OBEY": True, "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False, "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16, "DOWNLOAD_DELAY": 0, "RETRY_ENABLED": False,
    })
    process.crawl(Rival, list_url=list_url, store=store)
    process.start()
    store.close()
    print(Rival.kept)


if __name__ == "__main__":
    main()
