// What `signboard demo --once` shows, compared with what a reader of the sample world's pages found
// in them: deploy/world/truth.jsonl, one founding a line.
#include <signal.h>

#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <sstream>

#include "tests/paths.h"
#include "tests/system/demo_run.h"

namespace signboard::testing {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string kWorld = std::string(SIGNBOARD_SOURCE_DIR) + "/deploy/world";

// A member of a member; null where either is missing.
Json At(const Json& object, const std::string& key, const std::string& inner = "") {
  if (!object.is_object() || !object.contains(key)) return nullptr;
  return inner.empty() ? object[key] : At(object[key], inner);
}

// A page of the sample world that its file names say is edited, or taken away.
struct Fate {
  std::string url;
  bool edited = false;
  bool gone = false;
};

// Living through the days once is enough for all tests.
struct LivedThrough {
  TempDirectory directory;
  Json summary;
};

class DemoTest : public DemoRun {
 protected:
  static std::unique_ptr<LivedThrough>& Lived() {
    static std::unique_ptr<LivedThrough> lived;
    return lived;
  }
  static void TearDownTestSuite() { Lived().reset(); }

  void SetUp() override {
    DemoRun::SetUp();
    if (Lived() == nullptr) {
      RunDemo("");
      ASSERT_FALSE(HasFatalFailure());
      Lived() = std::make_unique<LivedThrough>();
      Lived()->summary = summary_;
      fs::copy(directory_ / "data", Lived()->directory / "data", fs::copy_options::recursive);
      return;
    }
    summary_ = Lived()->summary;
    fs::copy(Lived()->directory / "data", directory_ / "data", fs::copy_options::recursive);
  }

  // The announcement of a row, or null.
  const Json& AnnouncementOf(const Json& row) const {
    static const Json kNone;
    for (const Json& announcement : summary_["announcements"]) {
      if (announcement["centre"]["name_zh"] == row["centre"] &&
          At(announcement, "place", "code") == At(row, "code"))
        return announcement;
    }
    return kNone;
  }
};

std::vector<Json> Truth() {
  std::vector<Json> rows;
  std::istringstream lines(ReadWholeFile(kWorld + "/truth.jsonl"));
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) rows.push_back(Json::parse(line));
  return rows;
}

Json ClaimOf(const Json& announcement, const std::string& metric) {
  for (const Json& claim : At(announcement, "claims"))
    if (claim["metric"] == metric) return claim["value"];
  return nullptr;
}

// What the program says, under the names of truth.jsonl.
Json AsTruth(const Json& announcement) {
  Json said = {{"centre", At(announcement, "centre", "name_zh")},
               {"code", At(announcement, "place", "code")},
               {"level", At(announcement, "place", "level")},
               {"parents", At(announcement, "place", "parents")},
               {"event", At(announcement, "event")},
               {"date", At(announcement, "event_date", "date")},
               {"lead_organ", At(announcement, "lead_organ")},
               {"operator", At(announcement, "operator")},
               {"guiding_organ", At(announcement, "guiding_organ")},
               {"ordinal_rank", At(announcement, "ordinal", "rank")},
               {"ordinal_scope", At(announcement, "ordinal", "scope_code")}};
  for (const char* metric : {"countries", "reach", "followers", "views"})
    said[metric] = ClaimOf(announcement, metric);
  std::set<std::string> urls;
  for (const Json& source : announcement["sources"]) urls.insert(source.value("url", ""));
  said["urls"] = urls;
  return said;
}

// Of pages that answer under their file's own name, on sites that let us in.
std::vector<Fate> Fates() {
  std::map<std::string, Fate> fates;
  std::map<std::string, int> editions;
  for (const auto& entry : fs::recursive_directory_iterator(kWorld + "/sites")) {
    const std::string path = fs::relative(entry.path(), kWorld + "/sites").string();
    const size_t at = path.find('@');
    const size_t slash = path.find('/');
    if (at == std::string::npos || path.find('?') < at) continue;
    const std::string page = path.substr(0, at);
    const std::string site = page.substr(0, slash);
    const Json facts = Json::parse(ReadWholeFile(kWorld + "/sites/" + site + "/site.json"));
    if (page.ends_with("/index.html") || facts.contains("challenge")) continue;
    // What a script asks for answers to a query, not to its name.
    const bool is_wechat = page.find("/s/") != std::string::npos;
    if (!page.ends_with("htm") && !page.ends_with("html") && !page.ends_with("xml") && !is_wechat)
      continue;
    Fate& fate = fates[page];
    fate.url = "http://" + facts["hosts"][0].get<std::string>() + page.substr(slash);
    // A page without a first edition comes into the world; that is no edit.
    if (editions[page] == 0 && fs::exists(kWorld + "/sites/" + page)) ++editions[page];
    // WeChat says it with status 200; so does one of the sites, of every page that is gone.
    const bool says_gone =
        ReadWholeFile(entry.path().string()).find("已被发布者删除") != std::string::npos;
    if (path.ends_with(".gone") || says_gone) {
      fate.gone = true;
    } else if (++editions[page] > 1) {
      fate.edited = true;
    }
  }
  std::vector<Fate> all;
  for (auto& [page, fate] : fates) all.push_back(fate);
  return all;
}

TEST_F(DemoTest, EveryFoundingIsFoundAsThePagesTellItAndNothingElse) {
  const std::vector<Json> truth = Truth();
  ASSERT_FALSE(truth.empty());
  for (const Json& row : truth) {
    const Json& announcement = AnnouncementOf(row);
    ASSERT_TRUE(announcement.is_object()) << "not found: " << row.dump();
    const Json said = AsTruth(announcement);
    for (const auto& [field, value] : row.items()) {
      if (field == "urls") {
        EXPECT_EQ(said[field], Json(value.get<std::set<std::string>>())) << row["centre"];
      } else if (said.contains(field)) {
        EXPECT_EQ(said[field], value) << row["centre"] << " " << field;
      }
    }
  }
  for (const Json& announcement : summary_["announcements"]) {
    bool told = false;
    for (const Json& row : truth) told = told || AnnouncementOf(row) == announcement;
    EXPECT_TRUE(told) << "invented: " << AsTruth(announcement).dump();
  }
  EXPECT_EQ(summary_["announcements"].size(), truth.size());
}

TEST_F(DemoTest, JinganCarriesWhatItsPagesSayAndTheVersionThatSaysIt) {
  Json jingan;
  for (const Json& announcement : summary_["announcements"])
    if (At(announcement, "place", "code") == "360925") jingan = announcement;
  ASSERT_TRUE(jingan.is_object());
  const Json said = AsTruth(jingan);
  EXPECT_EQ(said["level"], "county");
  EXPECT_EQ(said["parents"], Json::array({"360900", "360000"}));
  EXPECT_EQ(said["lead_organ"], "靖安县委宣传部");
  EXPECT_EQ(said["operator"], "靖安县融媒体中心");
  EXPECT_EQ(said["countries"], 70);
  EXPECT_EQ(said["reach"], 30'000'000);
  EXPECT_EQ(said["ordinal_rank"], 3);
  EXPECT_EQ(said["ordinal_scope"], "360900");
  EXPECT_FALSE(said["event"].is_null());
  EXPECT_FALSE(said["date"].is_null());
  ServeItsData();
  for (const Json& source : jingan["sources"]) {
    const auto kept = Run({"lookup", source["snapshot_id"], "--text"});
    ASSERT_EQ(kept.exit_code, 0) << kept.err;
    const std::string name = source["finding"]["centre"]["name_zh"];
    EXPECT_NE(kept.out.find(name), std::string::npos) << source["url"];
  }
}

TEST_F(DemoTest, EditsAreVersionsAndWhatWasTakenAwayKeepsIts) {
  ServeItsData();
  std::set<std::string> gone;
  size_t edited = 0;
  for (const Fate& fate : Fates()) {
    const Json captures = Captures(fate.url);
    if (fate.gone) {
      gone.insert(fate.url);
      EXPECT_GE(CountTrue(captures, "is_version"), 1u) << fate.url;
    }
    if (fate.edited) {
      ++edited;
      EXPECT_GE(CountTrue(captures, "is_version"), 2u) << fate.url;
    }
  }
  EXPECT_GE(edited, 1u);
  EXPECT_GE(gone.size(), 1u);
  EXPECT_EQ(summary_["gone"], Json(gone));
}

TEST_F(DemoTest, AnnouncementThatVanishesFromItsPageIsMarkedWithBothVersions) {
  std::set<std::string> gone;
  for (const Fate& fate : Fates())
    if (fate.gone) gone.insert(fate.url);
  ServeItsData();
  size_t marked = 0;
  for (const Json& announcement : summary_["announcements"]) {
    for (const Json& source : announcement["sources"]) {
      const Json& removal = source["removal"];
      ASSERT_EQ(removal.is_object(), gone.count(source["url"]) == 1) << source.dump();
      if (!removal.is_object()) continue;
      ++marked;
      EXPECT_EQ(removal["kind"], "gone");
      const auto kept = Run({"lookup", removal["last_snapshot_id"], "--text"});
      EXPECT_NE(kept.out.find(announcement["centre"]["name_zh"].get<std::string>()),
                std::string::npos);
      bool seen = false;
      for (const Json& capture : Captures(source["url"]))
        seen = seen || (capture["id"] == removal["snapshot_id"] && capture["outcome"] == "gone");
      EXPECT_TRUE(seen) << removal.dump();
      const std::string id = announcement["id"];
      EXPECT_NE(Http("/announcements/" + id).out.find("the page is gone"), std::string::npos);
      EXPECT_NE(Run({"show", id}).out.find(removal["snapshot_id"].get<std::string>()),
                std::string::npos);
    }
  }
  EXPECT_GE(marked, 1u) << "the sample world has such a page";
}

TEST_F(DemoTest, BlockedSiteIsBlockedAndNothingOfItChangedOrWasRemoved) {
  ASSERT_GE(summary_["blocked"].size(), 1u);
  ServeItsData();
  for (const Json& host : summary_["blocked"]) {
    for (const Json& url : summary_["gone"])
      EXPECT_FALSE(url.get<std::string>().starts_with("http://" + host.get<std::string>() + "/"));
    for (const Json& entry : RunJson({"urls", host})["urls"])
      EXPECT_LE(CountTrue(Captures(entry["url"]), "is_change"), 1u) << entry["url"];
  }
}

TEST_F(DemoTest, WorldIsLargeAndIsNotFetchedWithoutNeed) {
  EXPECT_GE(summary_["pages"].get<int>(), 200);
  EXPECT_GE(summary_["versions"].get<int>(), summary_["pages"].get<int>());
  // Lists often, all else about once a day.
  EXPECT_LE(summary_["captures"].get<double>(),
            5 * summary_["pages"].get<double>() * summary_["simulated_days"].get<double>());
}

// As a person sees it: the home page is there while the days pass, and Ctrl-C ends it.
class PacedDemoTest : public DemoRun {};

TEST_F(PacedDemoTest, ServesItsPagesWhileDaysPassUntilItIsInterrupted) {
  grpc_port_ = FreePort();
  http_port_ = FreePort();
  signboard_ = Process({std::string(SIGNBOARD_BINARY_DIR) + "/bin/signboard", "demo", "--pace",
                        "10s", "--data", directory_ / "data", "--port",
                        std::to_string(http_port_), "--grpc-port", std::to_string(grpc_port_)},
                       directory_ / "signboard.log");
  WaitUntilUp();
  EXPECT_NE(Http("/").out.find("<html"), std::string::npos);
  const std::string page = "http://www.jingan-gov.example/";
  EXPECT_TRUE(Eventually([&] { return Versions(page, true) >= 2; })) << "time does not pass";
  for (const Json& capture : Captures(page)) EXPECT_TRUE(capture.value("simulated", false));
  signboard_.Signal(SIGINT);
  EXPECT_EQ(signboard_.Wait(), 0);
}

}  // namespace
}  // namespace signboard::testing
