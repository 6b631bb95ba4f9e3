#!/usr/bin/env python3
"""Signboard beside other crawlers that also parse and extract, each storing what it fetched: pages
per CPU-second on the same site, the same machine, one run.

    tests/bench/rivals/rivals.py [--pages 1000] [--size 20k,240k] [--corpus FOLDER] [--rounds 3]
                                 [--only NAME,NAME] [--work FOLDER] [--json]

NOT PART OF CI: it downloads the rivals (Scrapy and warcio from PyPI into a virtual environment,
crawler4j from Maven Central) into --work, which is kept for the next time. On Debian 12 it needs

    apt-get install python3-venv maven default-jdk-headless

and Signboard built (build/release). What is missing is said, and left out.

Every crawler is a process of its own with the defaults of its kind and no pauses. It starts at a
list of all pages, follows it to every page and no further, obeys robots.txt, and takes links,
title and text of each page. What counts is the CPU time, user and system, of that process and its
children from start to end, start-up included; the site's process does not count. Signboard is the
whole program: `signboard run`, with frontier, worker, archive, register and gateway. A crawler that
did not keep every page has no figure.
"""
import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
SIGNBOARD = ROOT / "build/release/bin/signboard"
WAIT_SECONDS = 1800


class Failed(Exception):
    """What one crawler did wrong; the others go on."""


def finish(process, seconds=WAIT_SECONDS):
    """CPU seconds of the process and of its children that it waited for."""
    end = time.monotonic() + seconds
    while True:
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return usage.ru_utime + usage.ru_stime
        if time.monotonic() > end:
            process.kill()
            os.wait4(process.pid, 0)
            raise Failed(f"did not end within {seconds} s")
        time.sleep(0.05)


def counted(command, folder, pages):
    """A rival that prints how many pages it kept, on its last line."""
    log = folder / "log"
    with open(log, "wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=folder)
        cpu = finish(process)
    lines = log.read_text(errors="replace").strip().splitlines()
    if process.returncode != 0:
        raise Failed(f"exit code {process.returncode}: {' | '.join(lines[-3:])}")
    if not lines or not lines[-1].strip().isdigit():
        raise Failed(f"printed no count: {' | '.join(lines[-3:])}")
    if int(lines[-1]) != pages:
        raise Failed(f"kept {lines[-1]} of {pages} pages")
    return cpu


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Site:
    """signboard bench serve."""

    def __init__(self, arguments):
        command = [SIGNBOARD, "bench", "serve", "--json", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            sys.exit("signboard bench serve did not start")
        said = json.loads(line)
        self.address, self.pages, self.hosts = said["http"], said["pages"], said["hosts"]

    def close(self):
        self.process.terminate()
        self.process.wait()


class Signboard:
    name = "signboard"

    def prepare(self, work):
        if not SIGNBOARD.exists():
            sys.exit(f"{SIGNBOARD} is not built")

    def crawl(self, site, folder):
        grpc, http = free_port(), free_port()
        config = folder / "signboard.toml"
        config.write_text(f"""
[data]
directory = "{folder}/data"
[frontier]
listen = "127.0.0.1:{grpc}"
delay = "1ms"
hub_interval_start = "10h"
hub_interval_min = "10h"
hub_interval_max = "20h"
page_interval_start = "10h"
page_interval_min = "10h"
[crawler]
connect_to = ["*:80={site.address}"]
[crawler.guard]
allow = ["127.0.0.1/32"]
[gateway]
listen = "127.0.0.1:{http}"
[log]
level = "warn"
""")
        with open(folder / "log", "wb") as log:
            process = subprocess.Popen([SIGNBOARD, "run", "--config", config], stderr=log)
        server = ["--server", f"127.0.0.1:{grpc}"]
        try:
            end = time.monotonic() + 60
            while self.ask([*server, "status", "--json"]) is None:
                if time.monotonic() > end:
                    raise Failed("did not come up")
                time.sleep(0.2)
            seeds = "".join(f"http://{host}/\n" for host in site.hosts)
            subprocess.run([SIGNBOARD, *server, "seeds", "add", "-", "--depth", "1"], input=seeds,
                           text=True, check=True, stdout=subprocess.DEVNULL)
            self.wait(server, site.pages + len(site.hosts))
        finally:
            process.send_signal(signal.SIGTERM)
            cpu = finish(process, 60)
        return cpu

    @staticmethod
    def ask(arguments):
        asked = subprocess.run([SIGNBOARD, *arguments], capture_output=True, text=True)
        return json.loads(asked.stdout) if asked.returncode == 0 else None

    def wait(self, server, urls):
        end = time.monotonic() + WAIT_SECONDS
        while True:
            said = self.ask([*server, "status", "--json"])
            kept = said["archive"]["urls"] if said else 0
            settled = said["frontier"]["reports_settled"] if said else 0
            if kept == urls and settled >= urls:
                break
            if kept > urls or time.monotonic() > end:
                raise Failed(f"kept {kept} of {urls} URLs")
            time.sleep(0.5)
        content = said["frontier"]["outcomes"].get("content", 0)
        if content < urls:
            raise Failed(f"{content} of {urls} URLs came to content")


class Scrapy:
    def __init__(self, store):
        self.store = store
        self.name = "scrapy_" + store

    def prepare(self, work):
        self.python = work / "venv/bin/python"
        if not self.python.exists():
            subprocess.run(["/usr/bin/python3", "-m", "venv", work / "venv"], check=True)
        if subprocess.run([self.python, "-c", "import scrapy, warcio"],
                          stderr=subprocess.DEVNULL).returncode != 0:
            subprocess.run([self.python, "-m", "pip", "install", "-q", "scrapy", "warcio"],
                           check=True)

    def crawl(self, site, folder):
        return counted([self.python, HERE / "scrapy_rival.py", f"http://{site.address}/",
                        folder / "pages", self.store], folder, site.pages)


class Crawler4j:
    name = "crawler4j"

    def prepare(self, work):
        if not shutil.which("mvn"):
            raise Failed("maven is not installed")
        self.target = work / "crawler4j"
        shutil.copytree(HERE / "crawler4j", self.target, dirs_exist_ok=True)
        subprocess.run(["mvn", "-q", "-B", "package"], cwd=self.target, check=True)

    def crawl(self, site, folder):
        classes = f"{self.target}/target/crawler4j-rival-1.jar:{self.target}/target/dependency/*"
        return counted(["java", "-Xmx2g", "-cp", classes, "Rival", f"http://{site.address}/",
                        folder / "kept"], folder, site.pages)


def measure(crawlers, arguments, label, rounds):
    """Pages per CPU-second by crawler; None where it failed."""
    site = Site(arguments)
    rates = {crawler.name: [] for crawler in crawlers}
    try:
        for _ in range(rounds):
            for crawler in crawlers:
                with tempfile.TemporaryDirectory(prefix="rivals-") as folder:
                    try:
                        cpu = crawler.crawl(site, pathlib.Path(folder))
                    except (Failed, OSError, subprocess.SubprocessError) as error:
                        print(f"{label}: {crawler.name} FAILED: {error}", file=sys.stderr)
                        continue
                rates[crawler.name].append(site.pages / cpu)
                print(f"{label}: {crawler.name} {site.pages} pages, {cpu:.1f} CPU s, "
                      f"{site.pages / cpu:.1f} pages per CPU-second", file=sys.stderr)
    finally:
        site.close()
    return {name: statistics.median(some) if some else None for name, some in rates.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--size", default="20k,240k")
    parser.add_argument("--corpus", help="a folder of real pages, beside the made ones")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", help="names, separated by commas")
    parser.add_argument("--work", type=pathlib.Path,
                        default=pathlib.Path(tempfile.gettempdir()) / "signboard-rivals")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)

    crawlers = []
    for crawler in (Signboard(), Scrapy("gzip"), Scrapy("warc"), Crawler4j()):
        if options.only and crawler.name not in options.only.split(",") + ["signboard"]:
            continue
        try:
            crawler.prepare(options.work)
            crawlers.append(crawler)
        except (Failed, OSError, subprocess.SubprocessError) as error:
            print(f"LEFT OUT: {crawler.name}: {error}", file=sys.stderr)

    sets = [(size, ["--pages", str(options.pages), "--size", size])
            for size in options.size.split(",") if size]
    if options.corpus:
        sets.append(("corpus", ["--pages", str(options.pages), "--corpus", options.corpus]))
    results = {}
    for label, arguments in sets:
        rates = measure(crawlers, arguments, label, options.rounds)
        own = rates.get("signboard")
        rivals = {name: rate for name, rate in rates.items() if name != "signboard" and rate}
        best = max(rivals, key=rivals.get) if rivals else None
        results[label] = {"pages_per_cpu_s": rates, "best_rival": best,
                          "ratio": own / rivals[best] if own and best else None}
    if options.json:
        print(json.dumps(results, indent=2))
        return
    for label, result in results.items():
        for name, rate in result["pages_per_cpu_s"].items():
            own = result["pages_per_cpu_s"]["signboard"]
            ratio = f"signboard does {own / rate:.2f} times as many" if rate and own else ""
            print(f"{label:8} {name:12} " + (f"{rate:8.1f} pages per CPU-second  " if rate else
                                            "  failed  ") + ("" if name == "signboard" else ratio))
        print(f"{label:8} " + (f"{result['ratio']:.2f} times the best rival, {result['best_rival']}"
                               if result["ratio"] else "no ratio: something failed"))


if __name__ == "__main__":
    main()
