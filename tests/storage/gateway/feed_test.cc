// The feed is read by a real XML parser (expat, in python3), as readers do.
#include "tests/storage/gateway/gateway_fixture.h"
#include "tests/support/process.h"

namespace signboard::gateway {
namespace {

using nlohmann::json;
using testing::RawResponse;
using testing::RunProgram;
using ::testing::HasSubstr;

constexpr char kToJson[] = R"py(
import json, sys, xml.etree.ElementTree as e
A = '{http://www.w3.org/2005/Atom}'
def links(x):
    return [dict(l.attrib) for l in x.findall(A + 'link')]
def text(x, name):
    found = x.findall(A + name)
    assert len(found) == 1, name
    return found[0].text or ''
feed = e.fromstring(sys.stdin.buffer.read())
assert feed.tag == A + 'feed'
print(json.dumps({
    'id': text(feed, 'id'), 'title': text(feed, 'title'), 'updated': text(feed, 'updated'),
    'author': feed.find(A + 'author').find(A + 'name').text, 'links': links(feed),
    'entries': [{'id': text(x, 'id'), 'title': text(x, 'title'), 'updated': text(x, 'updated'),
                 'summary': text(x, 'summary'), 'links': links(x),
                 'terms': [c.get('term') for c in x.findall(A + 'category')]}
                for x in feed.findall(A + 'entry')]}))
)py";

class FeedTest : public GatewayTest {
 protected:
  json Read(const std::string& target, const std::string& headers = "") {
    const RawResponse got = Get(target, headers);
    EXPECT_EQ(got.status, 200) << got.body;
    EXPECT_EQ(got.Header("Content-Type"), "application/atom+xml; charset=utf-8");
    const auto parsed = RunProgram({"python3", "-c", kToJson}, got.body);
    EXPECT_EQ(parsed.exit_code, 0) << parsed.err << got.body;
    return json::parse(parsed.out, nullptr, false);
  }
  static std::string LinkOf(const json& thing, const std::string& rel) {
    for (const json& link : thing["links"])
      if (link["rel"] == rel) return link["href"];
    return "";
  }
  void Announce(int count) {
    for (int i = 1; i <= count; ++i) {
      v1::Announcement a = Jingan();
      a.set_id("a" + std::to_string(i));
      register_->announcements.push_back(a);
    }
  }
};

TEST_F(FeedTest, EntrySaysWhatAReaderWantsToKnow) {
  Announce(1);
  const json feed = Read("/announcements.atom");
  EXPECT_EQ(feed["author"], "Signboard");
  EXPECT_EQ(feed["updated"], "2025-11-18T03:04:05Z");
  ASSERT_EQ(feed["entries"].size(), 1u);
  const json& entry = feed["entries"][0];
  EXPECT_EQ(entry["id"], "tag:signboard.invalid,2025:announcement:a1");
  EXPECT_EQ(entry["title"], "靖安县国际传播中心: unveiled");
  const std::string summary = entry["summary"];
  for (const char* part : {"江西省 › 宜春市 › 靖安县", "county", "2025-11-18", "靖安县委宣传部",
                           "靖安县融媒体中心", "countries 70", "reach 30,000,000", "3rd in 宜春市",
                           "(simulated)"}) {
    EXPECT_THAT(summary, HasSubstr(part));
  }
  EXPECT_TRUE(LinkOf(entry, "memento").ends_with(
      "/web/20251118030405id_/http://jingan.gov.cn/t1.html"));
  EXPECT_TRUE(LinkOf(entry, "alternate").ends_with("/announcements/a1"));
  EXPECT_EQ(LinkOf(entry, "via"), "http://jingan.gov.cn/t1.html");
  const std::vector<std::string> terms = entry["terms"];
  EXPECT_THAT(terms, ::testing::Contains("county"));
  const json zh = Read("/announcements.atom?lang=zh");
  EXPECT_EQ(zh["entries"][0]["id"], entry["id"]) << "one entry in any language";
  EXPECT_EQ(zh["entries"][0]["title"], "靖安县国际传播中心：揭牌");
}

TEST_F(FeedTest, PagesLeadToTheLastEntry) {
  Announce(5);
  std::vector<std::string> seen;
  std::string target = "/announcements.atom?level=county&limit=2";
  const std::string first = target;
  for (int page = 0; page < 3; ++page) {
    const json feed = Read(target);
    for (const json& entry : feed["entries"]) seen.push_back(entry["id"]);
    EXPECT_TRUE(LinkOf(feed, "first").ends_with(first)) << feed["links"];
    EXPECT_TRUE(LinkOf(feed, "self").ends_with(target)) << feed["links"];
    const std::string next = LinkOf(feed, "next");
    ASSERT_EQ(next.empty(), page == 2);
    if (!next.empty()) target = next.substr(next.find("/announcements"));
  }
  EXPECT_EQ(seen.size(), 5u);
  EXPECT_EQ(std::set<std::string>(seen.begin(), seen.end()).size(), 5u);
}

TEST_F(FeedTest, FeedIsWellFormedWhateverThePageSaid) {
  std::string all = "]]><x>&amp;\"'\xff\xed\xa0\x80\u202e\uFFFE\uFFFF<!--";
  for (char c = 1; c < 32; ++c) all += c;
  v1::Announcement a = Jingan();
  a.set_id(all);
  a.set_state(all);
  v1::Finding& f = *a.mutable_merged();
  // protobuf refuses to send what is not UTF-8.
  all = base::ToValidUtf8(all);
  a.set_id(all);
  a.set_state(all);
  f.set_centre_name_zh(all);
  f.set_event(all);
  f.set_lead_organ(all);
  f.set_operator_organ(std::string(10'000, '<'));
  f.set_event_date(all);
  f.mutable_place()->set_name_zh(all);
  f.mutable_place()->set_level(all);
  f.mutable_claims(0)->set_raw(all);
  f.set_ordinal_raw(all);
  v1::Source& source = *a.mutable_sources(0);
  source.set_title(all);
  source.set_medium(all);
  source.set_url("javascript:alert(1)");
  source.set_snapshot_id("20251118030405678-0a1b2c3d/" + all);
  register_->announcements = {a};
  const json feed = Read("/announcements.atom?since=2025&lang=" "zh");
  ASSERT_EQ(feed["entries"].size(), 1u);
  EXPECT_EQ(LinkOf(feed["entries"][0], "via"), "") << "only web addresses are linked";
}

// jsonfeed.org/version/1.1: what must be there, and the same entries by the same ids as in Atom.
TEST_F(FeedTest, JsonFeedHoldsTheSameEntriesInPages) {
  Announce(53);
  const json atom = Read("/announcements.atom?place=360900&lang=zh");
  const RawResponse got = Get("/announcements.json?place=360900&lang=zh");
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.Header("Content-Type"), "application/feed+json; charset=utf-8");
  const json feed = json::parse(got.body);
  EXPECT_EQ(feed["version"], "https://jsonfeed.org/version/1.1");
  EXPECT_EQ(feed["title"], atom["title"]);
  EXPECT_THAT(feed["feed_url"].get<std::string>(),
              HasSubstr("/announcements.json?lang=zh&place=360900"));
  ASSERT_EQ(feed["items"].size(), 50u);
  for (size_t i = 0; i < 50; ++i) {
    EXPECT_EQ(feed["items"][i]["id"], atom["entries"][i]["id"]);
    EXPECT_EQ(feed["items"][i]["content_text"], atom["entries"][i]["summary"]);
  }
  EXPECT_EQ(feed["items"][0]["external_url"], "http://jingan.gov.cn/t1.html");
  const std::string next = feed["next_url"];
  const json second = GetJson(next.substr(next.find("/announcements.json")));
  EXPECT_EQ(second["items"].size(), 3u);
  EXPECT_FALSE(second.contains("next_url"));
  const RawResponse same = Get("/announcements.json?place=360900&lang=zh",
                               "If-None-Match: " + got.Header("ETag") + "\r\n");
  EXPECT_EQ(same.status, 304);
}

TEST_F(FeedTest, ConditionalGetSparesTheBodyUntilSomethingChanges) {
  const RawResponse empty = Get("/announcements.atom");
  EXPECT_EQ(Read("/announcements.atom")["entries"].size(), 0u);
  Announce(1);
  const RawResponse first = Get("/announcements.atom");
  EXPECT_NE(first.Header("ETag"), empty.Header("ETag"));
  const std::string asked = "If-None-Match: " + first.Header("ETag") + "\r\n";
  clock_.Advance(Millis(86'400'000));
  const RawResponse same = Get("/announcements.atom", asked);
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  register_->announcements[0].mutable_merged()->set_lead_organ("江西日报社");
  EXPECT_EQ(Get("/announcements.atom", asked).status, 200);
  EXPECT_EQ(Get("/announcements.atom?level=x").status, 400);
}

TEST_F(FeedTest, ADateIsAConditionTooAndHidesNoChange) {
  Announce(2);
  clock_.Advance(Millis(5'000));
  for (const char* path : {"/announcements.atom", "/announcements.json"}) {
    const RawResponse first = Get(path);
    const std::string modified = first.Header("Last-Modified");
    EXPECT_EQ(modified, base::FormatHttpDate(clock_.Now()));
    const std::string since = "If-Modified-Since: " + modified + "\r\n";
    clock_.Advance(Millis(86'400'000));
    const RawResponse same = Get(path, since);
    EXPECT_EQ(same.status, 304);
    EXPECT_EQ(same.body, "");
    EXPECT_EQ(same.Header("ETag"), first.Header("ETag"));
    EXPECT_EQ(same.Header("Last-Modified"), modified);
    EXPECT_EQ(Get(path, since + "If-None-Match: \"other\"\r\n").status, 200) << "that one counts";
    EXPECT_EQ(Get(path, "If-Modified-Since: yesterday\r\n").status, 200);
    EXPECT_EQ(Get(std::string(path) + "?lang=en", since).status, 200) << "another question";
    // An entry leaves, and no date in the feed is younger for it.
    register_->announcements.pop_back();
    const RawResponse changed = Get(path, since);
    EXPECT_EQ(changed.status, 200);
    const std::string again = "If-Modified-Since: " + changed.Header("Last-Modified") + "\r\n";
    EXPECT_EQ(Get(path, again).status, 304);
    // Once more within the second.
    register_->announcements[0].mutable_merged()->set_lead_organ("江西日报社");
    const RawResponse hurried = Get(path, again);
    EXPECT_EQ(hurried.status, 200);
    EXPECT_EQ(hurried.Header("Last-Modified"), "");
    clock_.Advance(Millis(1'000));
    EXPECT_NE(Get(path, again).Header("Last-Modified"), changed.Header("Last-Modified"));
    register_->announcements.clear();
    Announce(2);
    clock_.Advance(Millis(5'000));
  }
}

}  // namespace
}  // namespace signboard::gateway
