#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using nlohmann::json;
using testing::RawResponse;

class RegisterApiTest : public GatewayTest {
 protected:
  // a1 is the newest.
  void Announce(int count) {
    for (int i = 1; i <= count; ++i) {
      v1::Announcement a = Jingan();
      a.set_id("a" + std::to_string(i));
      register_->announcements.push_back(a);
    }
  }
};

TEST_F(RegisterApiTest, FiltersReachTheRegister) {
  Announce(1);
  const json got = GetJson("/api/v1/announcements?since=2025-11-01..2025-11-30&province=%E6%B1%9F"
                           "%E8%A5%BF&level=county&min_score=.6");
  ASSERT_EQ(got["announcements"].size(), 1u) << got;
  EXPECT_EQ(got["announcements"][0]["place"]["code"], "360925");
  EXPECT_TRUE(got["next"].is_null());
  const v1::AnnouncementFilter& filter = register_->asked.filter();
  EXPECT_EQ(filter.place_code(), "360000");
  EXPECT_EQ(filter.level(), "county");
  EXPECT_DOUBLE_EQ(filter.score_min(), 0.6);
  EXPECT_EQ(filter.since_ms(), ToMillis(base::ParseRfc3339("2025-11-01T00:00:00Z").value()));
  EXPECT_EQ(filter.until_ms(), ToMillis(base::ParseRfc3339("2025-12-01T00:00:00Z").value()));
  Get("/api/v1/announcements?since=7d&place=360900");
  EXPECT_EQ(register_->asked.filter().since_ms(), ToMillis(clock_.Now()) - 7 * 86'400'000);
  EXPECT_EQ(register_->asked.filter().place_code(), "360900");
}

TEST_F(RegisterApiTest, PagesAreLinkedUntilTheEnd) {
  Announce(5);
  for (const std::string& path : {std::string("/api/v1/announcements"),
                                  std::string("/api/v1/announcements.ndjson")}) {
    std::vector<std::string> seen;
    std::string target = path + "?level=county&limit=2";
    for (int page = 0; page < 3; ++page) {
      const RawResponse got = Get(target);
      ASSERT_EQ(got.status, 200) << got.body;
      EXPECT_EQ(register_->asked.filter().level(), "county") << target;
      if (path.ends_with(".ndjson")) {
        std::istringstream lines(got.body);
        for (std::string line; std::getline(lines, line);)
          seen.push_back(json::parse(line)["id"]);
      } else {
        const json listed = json::parse(got.body);
        for (const json& one : listed["announcements"]) seen.push_back(one["id"]);
      }
      const std::string link = got.Header("Link");
      ASSERT_EQ(link.empty(), page == 2) << link;
      if (link.empty()) break;
      EXPECT_TRUE(link.ends_with(">; rel=\"next\"")) << link;
      target = link.substr(1, link.find('>') - 1);
    }
    EXPECT_EQ(seen, (std::vector<std::string>{"a1", "a2", "a3", "a4", "a5"}));
  }
}

TEST_F(RegisterApiTest, FormIsChosenBySuffixOrAccept) {
  Announce(1);
  register_->announcements[0].mutable_merged()->set_lead_organ("=HYPERLINK(\"http://evil\")");
  const RawResponse csv = Get("/api/v1/announcements.csv");
  EXPECT_EQ(csv.Header("Content-Type"), "text/csv; charset=utf-8; header=present");
  EXPECT_TRUE(csv.body.starts_with("id,state,first_found,score,")) << csv.body;
  EXPECT_NE(csv.body.find("\"'=HYPERLINK(\"\"http://evil\"\")\""), std::string::npos) << csv.body;
  const std::vector<std::pair<std::string, std::string>> wanted = {
      {"text/csv", "text/csv; charset=utf-8; header=present"},
      {"application/json;q=0.5, text/csv;q=0.9", "text/csv; charset=utf-8; header=present"},
      {"text/csv;q=0, application/x-ndjson", "application/x-ndjson"},
      {"text/html, */*;q=0.1", "application/json"}};
  for (const auto& [accept, type] : wanted) {
    const RawResponse got = Get("/api/v1/announcements", "Accept: " + accept + "\r\n");
    EXPECT_EQ(got.Header("Content-Type"), type) << accept;
    EXPECT_EQ(got.Header("Vary"), "Accept");
  }
  EXPECT_EQ(Get("/api/v1/announcements.json", "Accept: text/csv\r\n").Header("Content-Type"),
            "application/json");
  EXPECT_EQ(Get("/api/v1/announcements.xlsx").status, 404);
}

TEST_F(RegisterApiTest, UnchangedListCostsNoBody) {
  Announce(2);
  const RawResponse first = Get("/api/v1/announcements");
  ASSERT_TRUE(first.Header("ETag").starts_with("\"")) << "strong";
  const std::string asked = "If-None-Match: " + first.Header("ETag") + "\r\n";
  EXPECT_EQ(Get("/api/v1/announcements", asked).status, 304);
  register_->announcements[0].set_state("confirmed");
  EXPECT_EQ(Get("/api/v1/announcements", asked).status, 200);
}

TEST_F(RegisterApiTest, BadQuestionsAreProblems) {
  for (const char* query : {"since=yesterday", "until=x", "province=%E5%AE%9C%E6%98%A5",
                            "place=Atlantis", "level=village", "min_score=2", "limit=0",
                            "limit=1000000", "cursor=%ff", "since=2025-11-02&until=2025-11-01"}) {
    const RawResponse got = Get("/api/v1/announcements?" + std::string(query));
    EXPECT_EQ(got.status, 400) << query << got.body;
    EXPECT_EQ(got.Header("Content-Type"), "application/problem+json");
    const json problem = json::parse(got.body);
    EXPECT_EQ(problem["code"], "bad_parameter") << query;
    const std::string detail = problem["detail"];
    const std::string name = std::string(query).substr(0, std::string(query).find('='));
    EXPECT_TRUE(detail.starts_with(name + ": ")) << query << ": " << detail;
  }
  EXPECT_EQ(Get("/api/v1/centres?as_of=soon").status, 400);
  EXPECT_EQ(Get("/api/v1/centres?level=x").status, 400);
  EXPECT_EQ(Get("/api/v1/centres?limit=x").status, 400);
}

TEST_F(RegisterApiTest, OneAnnouncementAndOneCentreById) {
  Announce(1);
  v1::Centre centre;
  centre.set_id("c/1 ?");
  centre.set_name_zh("靖安县国际传播中心");
  register_->centres = {centre};
  EXPECT_EQ(GetJson("/api/v1/announcements/a1")["operator"], "靖安县融媒体中心");
  EXPECT_EQ(GetJson("/api/v1/centres/c%2F1%20%3F")["name_zh"], "靖安县国际传播中心");
  for (const std::string& target :
       {std::string("/api/v1/announcements/a2"), std::string("/api/v1/announcements/"),
        std::string("/api/v1/announcements/%ff"), std::string("/api/v1/centres/x"),
        "/api/v1/announcements/" + std::string(300, 'a')}) {
    const RawResponse got = Get(target);
    EXPECT_EQ(got.status, 404) << target;
    EXPECT_EQ(json::parse(got.body)["code"], "not_found") << target;
  }
}

TEST_F(RegisterApiTest, CentresAreListedAsOfADay) {
  v1::Centre centre;
  centre.set_id("c1");
  register_->centres = {centre};
  const json got = GetJson("/api/v1/centres?as_of=2024-06-30&level=county&place=360900");
  EXPECT_EQ(got["centres"][0]["id"], "c1") << got;
  EXPECT_EQ(register_->asked_centres.as_of_ms(),
            ToMillis(base::ParseRfc3339("2024-07-01T00:00:00Z").value()) - 1);
  EXPECT_EQ(register_->asked_centres.level(), "county");
  EXPECT_EQ(register_->asked_centres.place_code(), "360900");
  EXPECT_EQ(Get("/api/v1/centres.csv").body.substr(0, 11), "id,name_zh,");
}

TEST_F(RegisterApiTest, MissingRegisterIsToldAsSuch) {
  StopBackend();
  for (const char* target : {"/api/v1/announcements", "/api/v1/announcements/a1",
                             "/api/v1/centres", "/announcements", "/announcements.atom"}) {
    const RawResponse got = Get(target);
    EXPECT_EQ(got.status, 503) << target;
    EXPECT_FALSE(got.Header("Retry-After").empty()) << target;
  }
}

TEST_F(RegisterApiTest, JobTellsWhatWasFound) {
  v1::RecrawlProgress done;
  done.set_job_id("job-1");
  done.set_url("http://jingan.gov.cn/t1.html");
  done.set_state(v1::JOB_DONE);
  *done.mutable_fetched()->add_findings() = Jingan().merged();
  frontier_->progress = {done};
  EXPECT_EQ(GetJson("/api/v1/jobs/job-1")["findings"][0]["place"]["code"], "360925");
}

TEST_F(GatewayTest, CentresAreCountedByLevelAsOfADayAndAsKnownByADay) {
  v1::Centre centre;
  centre.set_level("county");
  register_->centres = {centre, centre};
  const json counted = GetJson("/api/v1/centres/count?as_of=2024-12-31&known_by=2025-03");
  EXPECT_EQ(counted["count"], 2) << counted;
  EXPECT_EQ(counted["by_level"]["county"], 2);
  EXPECT_EQ(counted["by_level"]["other"], 0);
  EXPECT_EQ(register_->asked_centres.known_by_ms(),
            ToMillis(base::ParseRfc3339("2025-04-01T00:00:00Z").value()) - 1);
  EXPECT_EQ(Get("/api/v1/centres/count?known_by=soon").status, 400);
  EXPECT_EQ(Get("/api/v1/centres?known_by=2025-03-31").status, 200);
}

TEST_F(GatewayTest, AnalystsWordIsTakenFromWriters) {
  const auto post = [&](const std::string& path, const std::string& body,
                        const std::string& headers = "") {
    return testing::Fetch(gateway_->port(), "/api/v1/announcements/" + path,
                          "Content-Type: application/json\r\n" + headers, "POST", body);
  };
  const auto merged = post("a1/merge", R"({"who":"Li","why":"one","into":"a2"})");
  EXPECT_EQ(merged.status, 200) << merged.body;
  EXPECT_EQ(json::parse(merged.body)["announcement"]["state"], "merged");
  EXPECT_EQ(json::parse(merged.body)["curation"]["action"], "merge");
  EXPECT_EQ(register_->asked_curate.id(), "a1");
  EXPECT_EQ(register_->asked_curate.other_id(), "a2");
  EXPECT_EQ(register_->asked_curate.who(), "Li");
  EXPECT_EQ(post("a1/split", R"({"who":"Li","why":"two","snapshot_ids":["x","y"]})").status, 200);
  EXPECT_EQ(register_->asked_curate.snapshot_ids_size(), 2);
  EXPECT_EQ(post("a1/undo", R"({"who":"Li","why":"no","number":3,"dry_run":true})").status, 200);
  EXPECT_EQ(register_->asked_curate.number(), 3u);
  EXPECT_TRUE(register_->asked_curate.dry_run());
  for (const char* bad : {"[]", "{", R"({"who":1})", R"({"why":"x"})", R"({"into":7})",
                          R"({"into":"a2","snapshot_ids":["x"]})"}) {
    EXPECT_EQ(post("a1/merge", bad).status, 400) << bad;
  }
  EXPECT_EQ(post("a1/split", R"({"who":"Li","why":"x","snapshot_ids":[7]})").status, 400);
  EXPECT_EQ(post("a1/praise", "{}").status, 404);
  EXPECT_EQ(post("merge", "{}").status, 404);
  register_->refuses_curate = base::FailedPrecondition("a1 is retracted: undo that first");
  const auto refused = post("a1/confirm", R"({"who":"Li","why":"x"})");
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(json::parse(refused.body)["code"], "does_not_fit");
  EXPECT_THAT(refused.body, ::testing::HasSubstr("undo that first"));
  EXPECT_EQ(post("a1/confirm", "{}", "Origin: http://evil.example\r\n").status, 403);
  const auto wrong = testing::Fetch(gateway_->port(), "/api/v1/announcements/a1", "", "DELETE");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.Header("Allow"), "GET, HEAD, POST");
}

TEST_F(GatewayTest, AnnouncementTellsWhatWasCuratedOfIt) {
  register_->announcements = {Jingan()};
  v1::Curation curation;
  curation.set_number(4);
  curation.set_action(v1::CurateRequest::SPLIT);
  curation.set_id("a1");
  curation.set_other_id("a2");
  curation.set_who("<b>Li</b>");
  curation.set_why("another county");
  curation.set_at_ms(Jingan().first_found_ms());
  curation.set_undone_by(5);
  *curation.add_before() = Jingan();
  register_->curations = {curation};
  const json log = GetJson("/api/v1/announcements/a1")["curations"];
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log[0]["action"], "split");
  EXPECT_EQ(log[0]["at"], "2025-11-18T03:04:05Z");
  EXPECT_EQ(log[0]["undone_by"], 5);
  EXPECT_EQ(log[0]["before"][0]["snapshot_ids"][0], Jingan().sources(0).snapshot_id());
  const std::string page = Get("/announcements/a1", "Accept: text/html\r\n").body;
  EXPECT_THAT(page, ::testing::HasSubstr("another county"));
  EXPECT_THAT(page, ::testing::HasSubstr("undone by [5]"));
  EXPECT_THAT(page, ::testing::Not(::testing::HasSubstr("<b>Li")));
}

}  // namespace
}  // namespace signboard::gateway
