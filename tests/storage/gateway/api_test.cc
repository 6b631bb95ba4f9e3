#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using nlohmann::json;
using testing::Fetch;
using testing::RawResponse;

constexpr char kUrl[] = "http://jingan.gov.cn/col/1.html";
constexpr char kQuery[] = "?url=http%3A%2F%2Fjingan.gov.cn%2Fcol%2F1.html";

v1::RecrawlProgress Progress(v1::JobState state) {
  v1::RecrawlProgress progress;
  progress.set_job_id("job-1");
  progress.set_url(kUrl);
  progress.set_state(state);
  return progress;
}

TEST_F(GatewayTest, LookupFindsTheCaptureOfADay) {
  Store({.url = kUrl, .at = "2025-11-18T03:04:05Z", .body = "old", .title = "旧"});
  Store({.url = kUrl, .at = "2025-11-20T10:00:00Z", .body = "new", .title = "新"});
  const std::string lookup = "/api/v1/lookup" + std::string(kQuery);
  const RawResponse found = Get(lookup);
  ASSERT_EQ(found.status, 200) << found.body;
  const json newest = json::parse(found.body);
  EXPECT_EQ(newest["title"], "新");
  EXPECT_EQ(newest["captured"], "2025-11-20T10:00:00Z");
  EXPECT_EQ(newest["outcome"], "content");
  EXPECT_EQ(newest["status"], 200);
  EXPECT_EQ(newest["sha256"], base::ToHex(base::Sha256("new")));
  EXPECT_EQ(newest["links"]["replay"], "/web/20251120100000id_/" + std::string(kUrl));
  EXPECT_EQ(Get(std::string(newest["links"]["replay"])).body, "new");
  EXPECT_EQ(GetJson(lookup + "&at=2025-11-19")["title"], "旧");
  EXPECT_EQ(GetJson(lookup + "&at=2025-11-18")["title"], "旧") << "seen by the end of that day";
  EXPECT_EQ(GetJson(lookup + "&at=2025-11-20&nearest=before")["title"], "旧");
  EXPECT_EQ(GetJson(lookup + "&at=2025-11-18&nearest=after")["title"], "新");
  EXPECT_EQ(GetJson(lookup + "&at=2030&nearest=closest")["title"], "新");
  const RawResponse none = Get(lookup + "&at=2024");
  EXPECT_EQ(none.status, 404);
  EXPECT_EQ(json::parse(none.body)["code"], "not_found");
  EXPECT_FALSE(json::parse(none.body)["hint"].empty());
}

TEST_F(GatewayTest, VersionsArePagedOldestFirst) {
  for (int day = 10; day < 15; ++day) {
    Store({.url = kUrl,
           .at = "2025-11-" + std::to_string(day) + "T00:00:00Z",
           .body = day < 12 ? "same" : std::to_string(day)});
  }
  const json changes = GetJson("/api/v1/versions" + std::string(kQuery));
  EXPECT_EQ(changes["versions"].size(), 4u);
  EXPECT_FALSE(changes.contains("next"));
  std::vector<std::string> seen;
  std::string target = "/api/v1/versions" + std::string(kQuery) + "&all=1&limit=2";
  for (int page = 0; page < 3; ++page) {
    const RawResponse got = Get(target);
    ASSERT_EQ(got.status, 200) << got.body;
    const json listed = json::parse(got.body);
    for (const json& one : listed["versions"]) seen.push_back(one["captured"]);
    const std::string link = got.Header("Link");
    if (page < 2) {
      ASSERT_TRUE(link.ends_with(">; rel=\"next\"")) << link;
      target = link.substr(1, link.find('>') - 1);
    } else {
      EXPECT_EQ(link, "");
    }
  }
  EXPECT_EQ(seen.size(), 5u);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

TEST_F(GatewayTest, BadParametersAreNamedNever500) {
  for (const char* target :
       {"/api/v1/lookup", "/api/v1/lookup?url=", "/api/v1/lookup?url=ftp://a.cn/",
        "/api/v1/lookup?url=http://a.cn/&at=yesterday", "/api/v1/lookup?url=%00%ff",
        "/api/v1/lookup?url=http://a.cn/&nearest=far", "/api/v1/versions?url=http://a.cn/&limit=0",
        "/api/v1/versions?url=http://a.cn/&limit=1e9",
        "/api/v1/versions?url=http://a.cn/&cursor=x", "/api/v1/lookup?url=http://[/",
        "/api/v1/versions?url=http://a.cn/&cursor=%ff", "/lookup?url=http://a.cn/&cursor=%ff"}) {
    const RawResponse got = Get(target);
    EXPECT_EQ(got.status, 400) << target << got.body;
    EXPECT_EQ(json::parse(got.body)["code"], "bad_parameter") << target;
  }
  EXPECT_EQ(Get("/api/v1/nothing").status, 404);
  EXPECT_EQ(Get("/api/v1/versions?url=http://a.cn/").status, 404);
  const RawResponse wrong = Fetch(gateway_->port(), "/api/v1/lookup", "", "DELETE");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.Header("Allow"), "GET, HEAD");
}

TEST_F(GatewayTest, JobIsFollowedAsLongAsTheClientPrefers) {
  frontier_->progress = {Progress(v1::JOB_QUEUED)};
  const RawResponse queued = PostJob(R"({"url":"jingan.gov.cn/col/1.html","max_age":"10m"})");
  EXPECT_EQ(queued.status, 202) << queued.body;
  EXPECT_EQ(json::parse(queued.body)["state"], "queued");
  EXPECT_EQ(queued.Header("Location"), "/api/v1/jobs/job-1");
  EXPECT_EQ(frontier_->asked.url(), kUrl);
  EXPECT_EQ(frontier_->asked.max_age().seconds(), 600);
  EXPECT_EQ(GetJson("/api/v1/jobs/job-1")["state"], "queued");
  EXPECT_EQ(Get("/api/v1/jobs/job-2").status, 404);

  const RawResponse waited = PostJob(R"({"url":"http://jingan.gov.cn/col/1.html"})",
                                     "Prefer: respond-async, wait=1\r\n");
  EXPECT_EQ(waited.status, 202) << "the wait is over, the job is not";
  EXPECT_EQ(waited.Header("Preference-Applied"), "wait=1");

  v1::RecrawlProgress done = Progress(v1::JOB_DONE);
  done.set_outcome(v1::OUTCOME_CONTENT);
  done.mutable_fetched()->set_snapshot_id("20251118030405678-0a1b2c3d/" + std::string(kUrl));
  frontier_->progress = {Progress(v1::JOB_QUEUED), Progress(v1::JOB_FETCHING), done};
  const RawResponse ended = PostJob(R"({"url":"http://jingan.gov.cn/col/1.html"})",
                                    "Prefer: wait=30\r\n");
  EXPECT_EQ(ended.status, 200);
  EXPECT_EQ(json::parse(ended.body)["state"], "done");
  EXPECT_EQ(json::parse(ended.body)["links"]["replay"],
            "/web/20251118030405id_/" + std::string(kUrl));
}

TEST_F(GatewayTest, JobsNeedAWriter) {
  frontier_->progress = {Progress(v1::JOB_DONE)};
  const std::string body = R"({"url":"http://jingan.gov.cn/"})";
  EXPECT_EQ(PostJob(body).status, 200);
  EXPECT_EQ(PostJob(body, "Origin: http://evil.example\r\n").status, 403);
  testing::RawHttp rebound(gateway_->port());
  rebound.Send("POST /api/v1/jobs HTTP/1.1\r\nHost: evil.example\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\nContent-Type: application/json\r\n\r\n" + body);
  EXPECT_EQ(rebound.Read().status, 403);
  EXPECT_EQ(Fetch(gateway_->port(), "/api/v1/jobs", "Content-Type: text/plain\r\n", "POST", body)
                .status,
            415);
  for (const char* bad : {"{", "[]", R"({"url":7})", R"({"max_age":"1m"})", R"({"url":"mailto:x"})",
                          R"({"url":"http://a.cn/","max_age":"soon"})",
                          R"({"url":"http://a.cn/","depth":1})"}) {
    EXPECT_EQ(PostJob(bad).status, 400) << bad;
  }
  EXPECT_EQ(PostJob(std::string(200'000, '[')).status, 400);

  RestartWithToken("secret");
  const RawResponse refused = PostJob(body);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(refused.Header("WWW-Authenticate"), "Bearer realm=\"signboard\"");
  EXPECT_EQ(PostJob(body, "Authorization: Bearer wrong\r\n").status, 401);
  EXPECT_EQ(PostJob(body, "Authorization: bearer secret\r\n").status, 200);
}

TEST_F(GatewayTest, SeedsAreListed) {
  v1::Seed seed;
  seed.set_url("http://jingan.gov.cn/");
  seed.set_kind("government");
  seed.set_code("360925");
  frontier_->seeds = {seed};
  const json got = GetJson("/api/v1/seeds");
  EXPECT_EQ(got["seeds"][0]["code"], "360925");
  EXPECT_EQ(got["truncated"], false);
}

TEST_F(GatewayTest, ConditionalGetIsAnsweredWithoutABody) {
  const RawResponse first = Get("/version");
  EXPECT_EQ(json::parse(first.body)["version"], "1.2.3");
  ASSERT_FALSE(first.Header("ETag").empty());
  const RawResponse again =
      Get("/version", "If-None-Match: \"x\", " + first.Header("ETag") + "\r\n");
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.Header("ETag"), first.Header("ETag"));
}

TEST_F(GatewayTest, ReadinessFollowsTheServices) {
  EXPECT_EQ(Get("/livez").body, "ok\n");
  EXPECT_EQ(Get("/readyz").status, 200);
  EXPECT_THAT(Get("/metrics").body,
              ::testing::HasSubstr(
                  R"(signboard_gateway_requests_total{class="2xx",route="livez"})"));
  StopBackend();
  EXPECT_EQ(Get("/readyz").status, 200) << "asked less than a second ago";
  clock_.Advance(Millis(1'001));
  const RawResponse got = Get("/readyz");
  EXPECT_EQ(got.status, 503);
  EXPECT_NE(got.body.find("archive unavailable"), std::string::npos) << got.body;
  EXPECT_EQ(Get("/livez").status, 200);
  const RawResponse lookup = Get("/api/v1/lookup" + std::string(kQuery));
  EXPECT_EQ(lookup.status, 503);
  EXPECT_FALSE(lookup.Header("Retry-After").empty());
  EXPECT_EQ(json::parse(lookup.body)["code"], "unreachable");
}

}  // namespace
}  // namespace signboard::gateway
