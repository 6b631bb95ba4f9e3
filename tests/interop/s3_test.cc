// Backups in a bucket: moto's S3 (PyPI), which checks each signature by botocore's own code.
#include <signal.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "proto/base/digest.h"
#include "proto/net/s3_client.h"
#include "tests/paths.h"
#include "tests/system/site_under_watch.h"

namespace signboard::testing {
namespace {

namespace fs = std::filesystem;

const std::string kPython = std::string(SIGNBOARD_SOURCE_DIR) + "/build/pip/bin/python";
const std::string kServer =
    std::string(SIGNBOARD_SOURCE_DIR) + "/tests/interop/python/s3_server.py";

class S3Test : public SiteUnderWatch {
 protected:
  void SetUp() override {
    if (!fs::exists(kPython) || RunProgram({kPython, "-c", "import moto.server"}).exit_code != 0)
      GTEST_SKIP() << "no moto: deploy/install-deps.sh brings it in";
    SiteUnderWatch::SetUp();
    StartServer();
  }
  void StartServer() {
    const int port = FreePort();
    server_ = Process({kPython, kServer, std::to_string(port)}, directory_ / "s3.log");
    ASSERT_TRUE(Eventually([&] {
      for (const std::string& line : Lines(ReadWholeFile(directory_ / "s3.log"))) {
        if (!line.starts_with("{")) continue;
        said_ = nlohmann::json::parse(line, nullptr, false);
        return said_.is_object();
      }
      return false;
    })) << ReadWholeFile(directory_ / "s3.log");
    Set("AWS_ACCESS_KEY_ID", said_["access_key"].get<std::string>());
    Set("AWS_SECRET_ACCESS_KEY", said_["secret_key"].get<std::string>());
    Set("AWS_ENDPOINT_URL_S3", said_["endpoint"].get<std::string>());
    Set("AWS_REGION", "eu-central-1");
  }
  static std::vector<std::string> Lines(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
  }
  static void Set(const char* name, const std::string& value) {
    ASSERT_EQ(setenv(name, value.c_str(), 1), 0);
  }
  net::S3Options Options() const {
    net::S3Options options;
    options.endpoint = said_["endpoint"];
    options.region = "eu-central-1";
    options.bucket = said_["bucket"];
    options.access_key = said_["access_key"];
    options.secret_key = said_["secret_key"];
    options.tries = 2;
    return options;
  }
  std::string File(const std::string& bytes) const {
    const std::string path = directory_ / "upload";
    WriteWholeFile(path, bytes);
    return path;
  }
  static StatusOr<std::string> Got(net::S3Client& client, const std::string& key) {
    std::string bytes;
    RETURN_IF_ERROR(client.Get(key, [&bytes](std::string_view piece) {
      bytes += piece;
      return OkStatus();
    }));
    return bytes;
  }

  Process server_;
  nlohmann::json said_;
};

TEST_F(S3Test, WhatIsPutComesBackAndIsListedInPages) {
  const auto client = net::S3Client::Make(Options()).value();
  const std::string large = base::RandomBytes(3'000'000);
  for (const std::string& bytes : {std::string(), std::string("a"), large}) {
    const Status put = client->Put("p/x y&<+>/" + std::to_string(bytes.size()), File(bytes),
                                   base::Sha256(bytes));
    ASSERT_TRUE(put.ok()) << put;
    const auto got = Got(*client, "p/x y&<+>/" + std::to_string(bytes.size()));
    ASSERT_TRUE(got.ok()) << got.status();
    EXPECT_TRUE(*got == bytes);
  }
  for (int i = 0; i < 1'010; ++i) {
    const std::string key = "many/" + std::to_string(10'000 + i);
    ASSERT_TRUE(client->Put(key, File("m"), base::Sha256("m")).ok());
  }
  EXPECT_EQ(client->List("many/").value().size(), 1'010u) << "two pages";
  EXPECT_EQ(client->List("p/").value(),
            (std::vector<std::string>{"p/x y&<+>/0", "p/x y&<+>/1", "p/x y&<+>/3000000"}));
  EXPECT_EQ(client->List("nothing/").value().size(), 0u);
}

TEST_F(S3Test, WhatIsWrongIsSaidInTheServersWords) {
  const auto client = net::S3Client::Make(Options()).value();
  EXPECT_EQ(Got(*client, "nowhere").status().code(), StatusCode::kNotFound);
  net::S3Options wrong = Options();
  wrong.secret_key += "x";
  const Status refused = Got(*net::S3Client::Make(wrong).value(), "nowhere").status();
  EXPECT_EQ(refused.code(), StatusCode::kPermissionDenied);
  EXPECT_NE(refused.message().find("SignatureDoesNotMatch"), std::string::npos) << refused;
  wrong = Options();
  wrong.endpoint = "http://127.0.0.1:1";
  EXPECT_EQ(Got(*net::S3Client::Make(wrong).value(), "x").status().code(),
            StatusCode::kUnavailable);
  wrong.endpoint = "ftp://127.0.0.1";
  EXPECT_EQ(net::S3Client::Make(wrong).status().code(), StatusCode::kInvalidArgument);
}

TEST_F(S3Test, BackupIntoABucketIsIncrementalAndComesBack) {
  StartSignboard();
  WaitUntilUp();
  ASSERT_EQ(Run({"seeds", "add", kSite}).exit_code, 0);
  ASSERT_TRUE(Eventually([&] { return CapturedUrls() >= kSiteUrls; }));
  ASSERT_EQ(Run({"seeds", "pause", kSite}).exit_code, 0);
  const std::string target = "s3://backups/of/signboard";
  const auto client = net::S3Client::Make(Options()).value();
  const auto first = RunJson({"backup", "create", target});
  ASSERT_TRUE(first.contains("backup")) << first;
  const size_t objects = client->List("of/signboard/files/").value().size();
  EXPECT_EQ(first["copied_files"], objects);
  ASSERT_EQ(Run({"recrawl", std::string(kSite) + "/?new", "--wait", "20s"}).exit_code, 0);
  const auto second = RunJson({"backup", "create", target});
  EXPECT_EQ(second["copied_files"], client->List("of/signboard/files/").value().size() - objects);
  EXPECT_LT(second["copied_files"], first["copied_files"]);
  EXPECT_LT(second["fetched_bytes"], second["bytes"]);
  EXPECT_EQ(RunJson({"backup", "verify", target, "--all"})["damaged"].size(), 0u);

  const size_t urls = CapturedUrls();
  ASSERT_EQ(Run({"backup", "restore", target, directory_ / "restored"}).exit_code, 0);
  KillSignboard(SIGTERM);
  fs::rename(directory_ / "data", directory_ / "data.old");
  fs::rename(directory_ / "restored", directory_ / "data");
  StartSignboard();
  WaitUntilUp();
  EXPECT_EQ(Run({"verify"}).exit_code, 0);
  EXPECT_EQ(CapturedUrls(), urls);

  // Other bytes under the same name.
  const std::string name = client->List("of/signboard/files/").value().front();
  ASSERT_TRUE(client->Put(name, File("fake"), base::Sha256("fake")).ok());
  const Finished verified = Run({"backup", "verify", target});
  EXPECT_EQ(verified.exit_code, 5) << verified.out << verified.err;
  Set("AWS_SECRET_ACCESS_KEY", "wrong");
  EXPECT_EQ(Run({"backup", "verify", target}).exit_code, 4);
}

}  // namespace
}  // namespace signboard::testing
