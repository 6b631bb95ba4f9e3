#include "deploy/signboard/backup_s3.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>

#include "proto/base/digest.h"
#include "proto/net/s3_client.h"

namespace signboard::cli {
namespace {

namespace fs = std::filesystem;

std::string Environment(std::initializer_list<const char*> names) {
  for (const char* name : names)
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0') return value;
  return "";
}

class S3Target final : public BackupTarget {
 public:
  S3Target(std::unique_ptr<net::S3Client> client, std::string prefix)
      : client_(std::move(client)), prefix_(std::move(prefix)) {}
  ~S3Target() override {
    std::error_code ignored;
    if (!spool_.empty()) fs::remove_all(spool_, ignored);
  }

  StatusOr<std::vector<std::string>> List(const std::string& folder) override {
    ASSIGN_OR_RETURN(std::vector<std::string> names, client_->List(prefix_ + folder));
    for (std::string& name : names) {
      if (!name.starts_with(prefix_)) return base::Unavailable("a key that was not asked for");
      name.erase(0, prefix_.size());
    }
    return names;
  }

  StatusOr<std::string> SpoolDirectory() override {
    if (!spool_.empty()) return spool_;
    std::error_code error;
    std::string made = (fs::temp_directory_path(error) / "signboard-backup-XXXXXX").string();
    if (error || mkdtemp(made.data()) == nullptr)
      return base::Unavailable("make a directory " + made);
    spool_ = std::move(made);
    return spool_;
  }

  Status Put(const std::string& name, const std::string& file, const std::string& sha256) override {
    RETURN_IF_ERROR(client_->Put(prefix_ + name, file, sha256));
    std::error_code ignored;
    fs::remove(file, ignored);
    return OkStatus();
  }

  Status Get(const std::string& name, const Take& take) override {
    return client_->Get(prefix_ + name, take);
  }

 private:
  const std::unique_ptr<net::S3Client> client_;
  const std::string prefix_;  // Empty, or ends with a slash.
  std::string spool_;
};

}  // namespace

StatusOr<std::unique_ptr<BackupTarget>> OpenS3Target(const std::string& where) {
  const std::string rest = where.substr(std::string_view(kS3Scheme).size());
  net::S3Options options;
  options.bucket = rest.substr(0, rest.find('/'));
  std::string prefix = rest.substr(std::min(rest.size(), options.bucket.size() + 1));
  while (prefix.ends_with('/')) prefix.pop_back();
  if (!prefix.empty()) prefix += '/';
  options.access_key = Environment({"AWS_ACCESS_KEY_ID"});
  options.secret_key = Environment({"AWS_SECRET_ACCESS_KEY"});
  options.session_token = Environment({"AWS_SESSION_TOKEN"});
  options.region = Environment({"AWS_REGION", "AWS_DEFAULT_REGION"});
  options.ca_file = Environment({"AWS_CA_BUNDLE"});
  options.endpoint = Environment({"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"});
  if (options.access_key.empty() || options.secret_key.empty()) {
    return base::InvalidArgument(where +
                                 ": set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for it");
  }
  if (options.region.empty()) options.region = "us-east-1";
  if (options.endpoint.empty())
    options.endpoint = "https://s3." + options.region + ".amazonaws.com";
  while (options.endpoint.ends_with('/')) options.endpoint.pop_back();
  auto client = net::S3Client::Make(std::move(options));
  if (!client.ok()) return base::Annotate(client.status(), where);
  return std::unique_ptr<BackupTarget>(new S3Target(*std::move(client), std::move(prefix)));
}

}  // namespace signboard::cli
