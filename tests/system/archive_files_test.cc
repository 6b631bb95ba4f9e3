// Out and in again: what is exported and imported elsewhere is the same archive; what others wrote,
// whole or broken, is imported as far as it is whole; what a person brings is kept with who brought
// it.
#include <gmock/gmock.h>
#include <signal.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <sstream>
#include <thread>

#include "storage/warc/writer.h"
#include "tests/paths.h"
#include "tests/storage/warc/sample_warc.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

constexpr char kHost[] = "www.jingan-gov.example";
const std::string kArticle =
    "http://www.jingan-gov.example/xwzx/jryw/202511/t20251117_5209877.html";
const std::string kArticleFile = "/xwzx/jryw/202511/t20251117_5209877.html";

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// Where a record stands differs with what stands before it.
std::vector<std::string> WithoutPlaces(const std::string& index) {
  std::vector<std::string> lines = Lines(index);
  for (std::string& line : lines) {
    const size_t at = line.find(", \"offset\"");
    const size_t end = line.find(", \"filename\"");
    if (at != std::string::npos && end != std::string::npos) line.erase(at, end - at);
  }
  return lines;
}

class ArchiveFilesTest : public SiteUnderWatch {
 protected:
  void SetUp() override {
    SiteUnderWatch::SetUp();
    setenv("XDG_STATE_HOME", (directory_ / "state").c_str(), 1);
    StartSignboard();
    WaitUntilUp();
  }

  // All of the sample site, an article that is edited and put back, which is a version with bytes
  // that were kept before; 304s, of that too; a redirect and a page that is not.
  void CrawlTheSite() {
    ASSERT_EQ(Run({"seeds", "add", kSite, "--code", "360925"}).exit_code, 0);
    ASSERT_TRUE(Eventually([&] { return CapturedUrls() >= kSiteUrls; })) << CapturedUrls();
    std::string page = ReadWholeFile(SiteFile(kArticleFile));
    const std::string as_it_was = page;
    page.replace(page.find("26个"), 4, "31个");
    WriteWholeFile(SiteFile(kArticleFile), page);
    ASSERT_TRUE(Eventually([&] { return Versions(kArticle, false) == 2; }));
    WriteWholeFile(SiteFile(kArticleFile), as_it_was);
    ASSERT_TRUE(Eventually([&] { return Versions(kArticle, false) == 3; }));
    ASSERT_TRUE(Eventually([&] {
      const auto versions = RunJson({"versions", kArticle, "--all"})["versions"];
      return !versions.empty() && versions.back()["outcome"] == "unchanged";
    }));
    ASSERT_TRUE(Eventually([&] { return Versions(std::string(kSite) + "/", true) > 2; }));
    Run({"recrawl", std::string(kSite) + "/no-such-page.html", "--wait", "60s"});
    ASSERT_EQ(Run({"seeds", "pause", kSite}).exit_code, 0);
    // What was lent before comes in.
    std::string rows;
    ASSERT_TRUE(Eventually([&] {
      const std::string before = std::exchange(rows, Cdx());
      std::this_thread::sleep_for(std::chrono::seconds(2));
      return rows == before && rows == Cdx();
    }));
  }

  void StartEmpty() {
    KillSignboard(SIGKILL);
    std::filesystem::remove_all(directory_ / "data");
    StartSignboard();
    WaitUntilUp();
    ASSERT_EQ(CapturedUrls(), 0U);
  }

  std::string Cdx() const {
    return Http("/cdx/search/cdx?url=" + std::string(kHost) + "&matchType=host&limit=10000").out;
  }
  nlohmann::json Announcements() const { return RunJson({"announcements"})["announcements"]; }
};

TEST_F(ArchiveFilesTest, WhatIsExportedAndImportedIsTheSameArchive) {
  CrawlTheSite();
  const std::string cdx = Cdx();
  const std::string first = directory_ / "first.warc.gz";
  const auto exported = RunJson({"export", kHost, "-o", first, "--index", first + ".cdxj"});
  ASSERT_GE(exported["captures"].get<int>(), 40) << exported;
  EXPECT_GT(exported["revisits"].get<int>(), 0);
  const std::string csv = Run({"export", kHost, "-o", "-", "--format", "csv"}).out;
  const size_t announced = Announcements().size();
  ASSERT_GT(announced, 0U);

  StartEmpty();
  const auto imported = RunJson({"import", first, "--code", "360925"});
  EXPECT_EQ(imported["captures"], exported["captures"]) << imported;
  EXPECT_EQ(imported["problems"], 0);
  EXPECT_EQ(imported["unresolved"], 0);
  EXPECT_EQ(Cdx(), cdx);
  EXPECT_EQ(Run({"export", kHost, "-o", "-", "--format", "csv"}).out, csv);
  EXPECT_EQ(Run({"lookup", kArticle}).out, ReadWholeFile(SiteFile(kArticleFile)));
  EXPECT_TRUE(Eventually([&] { return Announcements().size() == announced; }))
      << Announcements().size() << " of " << announced;

  const std::string second = directory_ / "second.warc.gz";
  RunJson({"export", kHost, "-o", second, "--index", second + ".cdxj"});
  std::string first_index = ReadWholeFile(first + ".cdxj");
  std::string second_index = ReadWholeFile(second + ".cdxj");
  for (size_t at; (at = second_index.find("second.warc")) != std::string::npos;)
    second_index.replace(at, 6, "first");
  EXPECT_EQ(WithoutPlaces(second_index), WithoutPlaces(first_index));

  // The same once more changes nothing.
  const auto again = RunJson({"import", first, "--code", "360925"});
  EXPECT_EQ(again["captures"], 0);
  EXPECT_EQ(again["known"], exported["captures"]);
  EXPECT_EQ(Cdx(), cdx);
}

TEST_F(ArchiveFilesTest, AnExportOfAnIntervalStandsAlone) {
  CrawlTheSite();
  const auto versions = RunJson({"versions", std::string(kSite) + "/", "--all"})["versions"];
  ASSERT_GT(versions.size(), 2U);
  const std::string last = versions.back()["captured"];
  const std::string file = directory_ / "late.warc.gz";
  const auto exported =
      RunJson({"export", std::string(kSite) + "/", "--from", last, "-o", file});
  StartEmpty();
  const auto imported = RunJson({"import", file});
  EXPECT_EQ(imported["unresolved"], 0) << imported;
  EXPECT_EQ(imported["captures"], exported["captures"]);
  EXPECT_EQ(Run({"lookup", std::string(kSite) + "/"}).exit_code, 0);
}

TEST_F(ArchiveFilesTest, AHostileSetIsImportedAsFarAsItIsWhole) {
  using warc::Gzip;
  using warc::ResponseText;
  const auto page = [](const std::string& text) {
    return "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>" + text + "</p>";
  };
  const auto date = [](std::string text, const std::string& other) {
    const size_t at = text.find("2025-11-18T03:04:05Z");
    return text.replace(at, 20, other);
  };
  const auto id = [](std::string text, const std::string& digits) {
    return text.replace(text.find("00112233"), 8, digits);
  };
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
  const std::string bomb = head + "Content-Encoding: gzip\r\n\r\n" +
                     Gzip(std::string(size_t{200} << 20, ' '));
  std::string file = Gzip(id(ResponseText("http://h.example/1", page("first")), "00000001"));
  file += Gzip(ResponseText("http://h.example/cut", page("cut"))).substr(0, 80);
  file += Gzip(date(ResponseText("http://h.example/date", page("x")), "2025-13-45T99:04:05Z"));
  file += Gzip(date(ResponseText("http://h.example/late", page("x")), "2999-01-01T00:00:00Z"));
  file += Gzip(ResponseText("http://h.example/long", page("x"), "99999"));
  file += Gzip(ResponseText("http://h.example/giant", "HTTP/1.1 200 OK\r\nX: " +
                                                          std::string(1 << 20, 'x') + "\r\n\r\n"));
  file += Gzip(ResponseText("\xff\xfe not a url \x01", page("x")));
  file += Gzip(ResponseText("http://h.example/no-http", "just bytes"));
  file += Gzip(id(ResponseText("http://h.example/bytes", page("\xff\xfe\xfd")), "00000002"));
  file += Gzip(id(ResponseText("http://h.example/bomb", bomb), "00000003"));
  // The same id for another page: both are kept.
  file += Gzip(id(ResponseText("http://h.example/same-id", page("other")), "00000001"));
  file += Gzip(id(ResponseText("http://h.example/last", page("last")), "00000004"));
  WriteWholeFile(directory_ / "hostile.warc.gz", file);

  const Finished ran = Run({"import", directory_ / "hostile.warc.gz", "--json"});
  EXPECT_EQ(ran.exit_code, 6) << ran.err;
  const auto told = nlohmann::json::parse(ran.out);
  EXPECT_EQ(told["problems"], 7) << told.dump(1);
  EXPECT_EQ(told["captures"], 5) << told.dump(1);
  for (const auto& bad : told["bad_records"]) {
    EXPECT_THAT(bad["file"].get<std::string>(), HasSubstr("hostile.warc.gz"));
    EXPECT_GT(bad["offset"].get<uint64_t>(), 0U);
    EXPECT_FALSE(bad["why"].get<std::string>().empty());
  }
  EXPECT_EQ(Run({"lookup", "http://h.example/1"}).out, "<p>first</p>");
  EXPECT_EQ(Run({"lookup", "http://h.example/same-id"}).out, "<p>other</p>");
  EXPECT_EQ(Run({"lookup", "http://h.example/last"}).out, "<p>last</p>");
  EXPECT_EQ(Run({"status"}).exit_code, 0);
}

// Its record seems whole until the next begins too early: then it was none.
TEST_F(ArchiveFilesTest, APlainFileWithAWrongLengthGivesNoPageThatNobodySent) {
  const auto record = [](const std::string& number, size_t more) {
    const std::string block = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>" + number;
    std::string text = warc::ResponseText("http://p.example/" + number, block,
                                          std::to_string(block.size() + more));
    return text.replace(text.find("00112233"), 8, "0000000" + number);
  };
  const std::string file = directory_ / "lengths.warc";
  WriteWholeFile(file, record("1", 0) + record("2", 4) + record("3", 0) + record("4", 2));
  const Finished ran = Run({"import", file, "--json"});
  EXPECT_EQ(ran.exit_code, 6) << ran.err;
  const auto told = nlohmann::json::parse(ran.out);
  EXPECT_EQ(told["captures"], 2) << told.dump(1);
  ASSERT_EQ(told["bad_records"].size(), 2U) << told.dump(1);
  EXPECT_EQ(told["bad_records"][0]["offset"], record("1", 0).size());
  EXPECT_THAT(told["bad_records"][0]["why"].get<std::string>(), HasSubstr("Content-Length"));
  EXPECT_EQ(Run({"lookup", "http://p.example/1"}).out, "<p>1");
  EXPECT_EQ(Run({"lookup", "http://p.example/2"}).exit_code, 3);
  EXPECT_EQ(Run({"lookup", "http://p.example/3"}).out, "<p>3");
  EXPECT_EQ(Run({"lookup", "http://p.example/4"}).exit_code, 3);
}

TEST_F(ArchiveFilesTest, RevisitsFindWhatTheyRepeatWhereverItStands) {
  const auto revisit = [](const std::string& url, const std::string& of, const std::string& at,
                          const std::string& uuid) {
    const std::string block = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Again: yes\r\n\r\n";
    return "WARC/1.0\r\nWARC-Type: revisit\r\nWARC-Target-URI: <" + url +
           ">\r\nWARC-Date: 2025-11-20T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:" + uuid +
           "-0000-0000-0000-000000000000>\r\nWARC-Profile: "
           "http://netpreserve.org/warc/1.0/revisit/identical-payload-digest\r\n"
           "WARC-Refers-To-Target-URI: " + of + "\r\nWARC-Refers-To-Date: " + at +
           "\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: " +
           std::to_string(block.size()) + "\r\n\r\n" + block + "\r\n\r\n";
  };
  const std::string original = warc::ResponseText(
      "http://r.example/original",
      "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n" +
          warc::Gzip("<p>the page</p>"));
  WriteWholeFile(directory_ / "revisits.warc",
                 revisit("http://r.example/first", "http://r.example/original",
                         "2025-11-18T03:04:05Z", "00000001") +
                     revisit("http://r.example/lost", "http://r.example/nowhere",
                             "2025-11-18T03:04:05Z", "00000002") +
                     original);
  const Finished ran = Run({"import", directory_ / "revisits.warc", "--json"});
  EXPECT_EQ(ran.exit_code, 6);
  const auto told = nlohmann::json::parse(ran.out);
  EXPECT_EQ(told["captures"], 2) << told.dump(1);
  EXPECT_EQ(told["unresolved"], 1);
  EXPECT_EQ(Run({"lookup", "http://r.example/first"}).out, "<p>the page</p>");
  EXPECT_THAT(Run({"lookup", "http://r.example/first", "--headers"}).out, HasSubstr("X-Again"));
}

TEST_F(ArchiveFilesTest, AnImportThatWasKilledGoesOn) {
  constexpr int kRecords = 8'000;
  const std::string file = directory_ / "many.warc.gz";
  {
    auto sink = warc::FileSink::Create(file);
    ASSERT_TRUE(sink.ok());
    warc::Writer writer(**sink, warc::Writer::Coding::kGzip);
    for (int i = 0; i < kRecords; ++i) {
      const std::string number = std::to_string(10'000 + i);
      warc::RecordDraft record;
      record.type = "response";
      record.id = "urn:uuid:00000000-0000-0000-0000-0000000" + number;
      record.date = base::FromMillis(1'763'000'000'000 + i);
      record.fields = {{"WARC-Target-URI", "http://many.example/" + number}};
      record.content_type = "application/http; msgtype=response";
      record.head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n";
      const std::string body = "<p>page " + number + "</p>";
      record.body = body;
      ASSERT_TRUE(writer.Write(record).ok());
    }
    ASSERT_TRUE((*sink)->Finish().ok());
  }
  const std::string state = directory_ / "state/signboard/import";
  const auto has_journal = [&] {
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(state, none))
      if (entry.path().extension() == ".json") return true;
    return false;
  };
  Process import({std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", "--server",
                  "127.0.0.1:" + std::to_string(grpc_port_), "import", file},
                 directory_ / "import.log");
  ASSERT_TRUE(Eventually(has_journal));
  import.Signal(SIGKILL);
  import.Wait();
  const Finished rest = Run({"import", file, "--json"});
  EXPECT_EQ(rest.exit_code, 0) << rest.err;
  EXPECT_THAT(rest.err, HasSubstr("goes on in"));
  EXPECT_LT(nlohmann::json::parse(rest.out)["captures"].get<int>(), kRecords);
  EXPECT_FALSE(has_journal());
  const auto kept = Run({"urls", "many.example", "--limit", "100000", "--ndjson"}).out;
  EXPECT_EQ(std::count(kept.begin(), kept.end(), '\n'), kRecords);
}

TEST_F(ArchiveFilesTest, WhatAPersonBringsIsKeptWithTheirName) {
  WriteWholeFile(directory_ / "notice.html",
                 "<html><head><meta charset=utf-8><title>靖安县国际传播中心揭牌成立</title>"
                 "</head><body>"
                 "<p>2025年11月18日，靖安县国际传播中心揭牌成立。</p></body></html>");
  const auto page = RunJson({"submit", directory_ / "notice.html", "--by", "Li Wei", "--url",
                             "http://brought.example/notice.html", "--at", "2025-11-19"});
  EXPECT_EQ(page["vantage"], "brought by Li Wei");
  EXPECT_EQ(page["captured"], "2025-11-19T00:00:00Z");
  ASSERT_EQ(page["findings"].size(), 1U) << page;
  EXPECT_EQ(Run({"lookup", "http://brought.example/notice.html"}).out,
            ReadWholeFile(directory_ / "notice.html"));
  EXPECT_THAT(Run({"lookup", "http://brought.example/notice.html"}).err,
              HasSubstr("brought by Li Wei"));
  EXPECT_TRUE(Eventually([&] { return Announcements().size() == 1; }));

  WriteWholeFile(directory_ / "通知 1.pdf", "%PDF-1.4 nothing more");
  const auto pdf = RunJson({"submit", directory_ / "通知 1.pdf", "--by", "Li Wei"});
  EXPECT_EQ(pdf["content_type"], "application/pdf");
  const std::string url = pdf["url"];
  EXPECT_THAT(url, HasSubstr("http://submitted.invalid/"));
  EXPECT_EQ(Run({"lookup", url}).out, "%PDF-1.4 nothing more");

  EXPECT_EQ(Run({"submit", "no-such-file", "--by", "Li"}).exit_code, 3);
  EXPECT_EQ(Run({"submit", directory_ / "notice.html"}).exit_code, 2);
  EXPECT_THAT(Http("/lookup?lang=en&url=http://brought.example/notice.html").out,
              HasSubstr("brought by Li Wei"));

  // It goes out and comes in with what it is.
  const std::string file = directory_ / "brought.warc.gz";
  RunJson({"export", "submitted.invalid", "-o", file});
  StartEmpty();
  EXPECT_EQ(Run({"import", file}).exit_code, 0);
  EXPECT_EQ(RunJson({"lookup", url})["vantage"], "brought by Li Wei");
  EXPECT_EQ(Run({"lookup", url}).out, "%PDF-1.4 nothing more");
}

TEST_F(ArchiveFilesTest, BadInputIsRefusedWithItsExitCode) {
  EXPECT_EQ(Run({"import", directory_ / "none.warc.gz"}).exit_code, 3);
  EXPECT_EQ(Run({"import", "-", directory_ / "x"}).exit_code, 2);
  WriteWholeFile(directory_ / "junk", "this is no archive");
  EXPECT_EQ(Run({"import", directory_ / "junk"}).exit_code, 6);
  const std::string record = warc::ResponseText("http://stdin.example/", warc::kPage);
  EXPECT_EQ(Run({"import", "-"}, record).exit_code, 0);
  EXPECT_EQ(Run({"lookup", "http://stdin.example/"}).out, "hello");
  EXPECT_EQ(Run({"export", "nothing.example", "-o", directory_ / "x.warc.gz"}).exit_code, 3);
  EXPECT_FALSE(std::filesystem::exists(directory_ / "x.warc.gz"));
  EXPECT_EQ(Run({"export", "stdin.example", "-o", directory_ / "x.unknown"}).exit_code, 2);
  EXPECT_EQ(Run({"export", "stdin.example", "--from", "yesterday", "-o", directory_ / "x.warc"})
                .exit_code, 2);
}

}  // namespace
}  // namespace signboard::testing
