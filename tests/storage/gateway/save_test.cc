// Save Page Now, as its clients speak it.
#include "storage/gateway/save_words.h"
#include "tests/storage/gateway/gateway_fixture.h"

namespace signboard::gateway {
namespace {

using ::testing::HasSubstr;
using nlohmann::json;
using testing::Fetch;
using testing::RawResponse;

const std::string kUrl = "http://jingan.gov.cn/col/1.html";
constexpr char kJob[] = "00a1-0193abcdef01-89abcdef";
const std::string kForm = "Content-Type: application/x-www-form-urlencoded\r\n";
const std::string kJson = kForm + "Accept: application/json\r\n";

class SaveTest : public GatewayTest {
 protected:
  static v1::RecrawlProgress Progress(v1::JobState state) {
    v1::RecrawlProgress progress;
    progress.set_job_id(kJob);
    progress.set_url(kUrl);
    progress.set_state(state);
    progress.set_created_ms(1'763'435'044'000);
    progress.set_updated_ms(1'763'435'045'500);
    return progress;
  }
  static v1::RecrawlProgress Done() {
    v1::RecrawlProgress done = Progress(v1::JOB_DONE);
    done.set_outcome(v1::OUTCOME_CONTENT);
    done.mutable_fetched()->set_snapshot_id("20251118030405678-0a1b2c3d/" + kUrl);
    done.mutable_fetched()->set_http_status(200);
    done.set_links_new(3);
    return done;
  }
  RawResponse Post(const std::string& body, const std::string& headers = kJson) {
    return Fetch(gateway_->port(), "/save", headers, "POST", body);
  }
};

TEST_F(SaveTest, JobIsStartedAndFollowed) {
  frontier_->progress = {Progress(v1::JOB_QUEUED)};
  const RawResponse got =
      Post("url=jingan.gov.cn%2Fcol%2F1.html&capture_all=1&if_not_archived_within=1d+2h");
  ASSERT_EQ(got.status, 200) << got.body;
  const std::string id = json::parse(got.body)["job_id"];
  EXPECT_THAT(got.body, HasSubstr("\"job_id\":\"spn2-"));  // Clients look for exactly this.
  EXPECT_EQ(id.size(), 45u);
  EXPECT_EQ(frontier_->asked.url(), kUrl);
  EXPECT_EQ(Fetch(gateway_->port(), "/save/", kJson, "POST", "url=" + kUrl).status, 200);
  Post("url=" + kUrl + "&if_not_archived_within=1d+2h");
  EXPECT_EQ(frontier_->asked.max_age().seconds(), 26 * 3'600);
  const json pending = GetJson("/save/status/" + id);
  EXPECT_EQ(pending["status"], "pending");
  frontier_->progress = {Done()};
  const json success = GetJson("/save/status/" + id);
  EXPECT_EQ(success["status"], "success");
  EXPECT_EQ(success["original_url"], kUrl);
  EXPECT_EQ(success["timestamp"], "20251118030405");
  EXPECT_EQ(success["duration_sec"], 1.5);
  EXPECT_EQ(success["http_status"], 200);
  EXPECT_EQ(success["counters"]["outlinks"], 3);
}

TEST_F(SaveTest, UrlOfThePathStandsForThatOfTheForm) {
  frontier_->progress = {Progress(v1::JOB_QUEUED)};
  const auto post = [&](const std::string& form) {
    return Fetch(gateway_->port(), "/save/" + kUrl, kJson, "POST", form);
  };
  const RawResponse got =
      post("url=http%3A%2F%2Fother.cn%2F&if_not_archived_within=3600&email_result=1");
  ASSERT_EQ(got.status, 200) << got.body;
  EXPECT_THAT(got.body, HasSubstr("not done here: email_result"));
  EXPECT_EQ(frontier_->asked.url(), kUrl);
  EXPECT_EQ(frontier_->asked.max_age().seconds(), 3'600);
  EXPECT_EQ(post("").status, 200);
  frontier_->asked.Clear();
  for (const char* refused : {"capture_cookie=a", "if_not_archived_within=soon"}) {
    EXPECT_EQ(post(refused).status, 400) << refused;
    EXPECT_EQ(frontier_->asked.url(), "") << refused;
  }
}

TEST_F(SaveTest, StateOfNoJobIsNoPageToSave) {
  frontier_->progress = {Done()};
  for (const char* path : {"/save/status", "/save/status?x=1", "/save/status/"})
    EXPECT_EQ(Get(path).status, 404) << path;
  for (const std::string path : {"/save/status", "/save/status/x"})
    EXPECT_EQ(Fetch(gateway_->port(), path, kJson, "POST", "").status, 404) << path;
  EXPECT_EQ(frontier_->asked.url(), "");
}

TEST_F(SaveTest, WhoWaitsIsLedToTheCapture) {
  frontier_->progress = {Progress(v1::JOB_QUEUED), Progress(v1::JOB_FETCHING), Done()};
  for (const RawResponse& got : {Get("/save/" + kUrl), Post("url=" + kUrl, kForm)}) {
    EXPECT_EQ(got.status, 302) << got.body;
    EXPECT_EQ(got.Header("Content-Location"), "/web/20251118030405/" + kUrl);
    EXPECT_EQ(got.Header("Location"), "/web/20251118030405/" + kUrl);
    EXPECT_THAT(got.Header("Link"), HasSubstr("rel=\"memento\""));
    EXPECT_EQ(got.Header("X-Page-Cache"), "MISS");
  }
  v1::RecrawlProgress reused = Done();
  reused.set_state(v1::JOB_REUSED);
  frontier_->progress = {reused};
  EXPECT_EQ(Get("/save/" + kUrl).Header("X-Page-Cache"), "HIT");
}

TEST_F(SaveTest, FailuresAreTheDialectsErrors) {
  struct Case {
    v1::JobState state;
    v1::Reason reason;
    int http_status;
    const char* word;
    int status;
  };
  for (const Case& one : {Case{v1::JOB_REFUSED, v1::REASON_ROBOTS, 0, "blocked-url", 403},
                          Case{v1::JOB_REFUSED, v1::REASON_BLOCKED, 412, "no-access", 403},
                          Case{v1::JOB_REFUSED, v1::REASON_HTTP_4XX, 429, "too-many-requests", 429},
                          Case{v1::JOB_FAILED, v1::REASON_DNS, 0, "invalid-host-resolution", 502},
                          Case{v1::JOB_FAILED, v1::REASON_HTTP_5XX, 503, "bad-gateway", 502}}) {
    v1::RecrawlProgress failed = Progress(one.state);
    failed.set_reason(one.reason);
    if (one.http_status != 0) failed.mutable_fetched()->set_http_status(one.http_status);
    frontier_->progress = {failed};
    const RawResponse got = Get("/save/" + kUrl);
    EXPECT_EQ(got.status, one.status) << one.word;
    EXPECT_EQ(json::parse(got.body)["status_ext"], "error:" + std::string(one.word));
    const json status = GetJson("/save/status/" + SaveIdOf(kJob));
    EXPECT_EQ(status["status"], "error");
    EXPECT_EQ(status["status_ext"], "error:" + std::string(one.word));
  }
}

TEST_F(SaveTest, BadFormsAndIdsAreTheCallersFault) {
  for (const char* body : {"", "url=", "url=mailto:x", "url=http://a.cn/&capture_cookie=a",
                           "url=http://a.cn/&if_not_archived_within=soon"})
    EXPECT_EQ(Post(body).status, 400) << body;
  EXPECT_EQ(Get("/save/ftp://a.cn/").status, 400);
  EXPECT_EQ(Get("/save/").status, 400);
  const std::string id = SaveIdOf(kJob);
  EXPECT_EQ(JobIdOfSaveId(id), kJob);
  std::string wrong = id;
  wrong.back() = wrong.back() == '0' ? '1' : '0';
  for (const std::string& one : {wrong, std::string("spn2-"), std::string("x"), id + "0"})
    EXPECT_EQ(Get("/save/status/" + one).status, 404) << one;
  frontier_->progress = {Progress(v1::JOB_QUEUED)};
  EXPECT_THAT(Post("url=" + kUrl + "&capture_screenshot=1").body, HasSubstr("not done here"));
}

TEST_F(SaveTest, WritersAreToldApartAsEverywhere) {
  frontier_->progress = {Done()};
  const std::string body = "url=" + kUrl;
  EXPECT_EQ(Post(body, kJson + "Origin: http://evil.example\r\n").status, 403);
  // An <img> of somebody else's page in a browser here.
  EXPECT_EQ(Get("/save/" + kUrl, "Sec-Fetch-Site: cross-site\r\n").status, 403);
  EXPECT_EQ(Get("/save/" + kUrl, "Sec-Fetch-Site: none\r\n").status, 302);
  RestartWithToken("secret");
  const RawResponse refused = Post(body);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(json::parse(refused.body)["status_ext"], "error:unauthorized");
  EXPECT_EQ(Post(body, kJson + "Authorization: LOW key:wrong\r\n").status, 401);
  EXPECT_EQ(Post(body, kJson + "Authorization: LOW key:secret\r\n").status, 200);
  EXPECT_EQ(Get("/save/" + kUrl, "Authorization: Bearer secret\r\n").status, 302);
  EXPECT_EQ(Get("/save/" + kUrl).status, 401);
}

TEST_F(SaveTest, HowBusyWeAreIsTold) {
  EXPECT_EQ(GetJson("/save/status/user")["available"], 0) << "no worker is connected";
  EXPECT_THAT(GetJson("/save/status/system")["status"].get<std::string>(),
              HasSubstr("no worker"));
}

}  // namespace
}  // namespace signboard::gateway
