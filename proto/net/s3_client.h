// S3Client puts files into a bucket that speaks Amazon's S3, and gets them back; for verbs that
// wait.
//
// Requests are signed by curl (AWS Signature Version 4), payloads too; the bucket is named in the
// path, which every server understands. What fails on the way or is refused for being too much is
// tried again, a body from where it stood.
//
// Threads: one; calls block.
// Errors:  kNotFound: no such object. kPermissionDenied: keys or rights. kInvalidArgument: an
//          option or a name. kUnavailable: the server, with its own words.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/status.h"

namespace signboard::net {

struct S3Options {
  std::string endpoint;  // "https://s3.eu-central-1.amazonaws.com", without a path.
  std::string region;
  std::string bucket;
  std::string access_key;
  std::string secret_key;
  std::string session_token;  // Of temporary keys.
  std::string ca_file;        // PEM; empty: the system's.
  unsigned tries = 5;
};

class S3Client {
 public:
  static StatusOr<std::unique_ptr<S3Client>> Make(S3Options options);
  ~S3Client();
  S3Client(const S3Client&) = delete;
  S3Client& operator=(const S3Client&) = delete;

  // Replaces what is there. `sha256`: raw, of the file's bytes; the server compares it.
  Status Put(const std::string& key, const std::string& file, const std::string& sha256);
  // Gives the bytes piece by piece, until `take` fails.
  using Take = std::function<Status(std::string_view)>;
  Status Get(const std::string& key, const Take& take);
  // All keys that begin so, in order.
  StatusOr<std::vector<std::string>> List(const std::string& prefix);

 private:
  struct Transfer;
  explicit S3Client(S3Options options);
  // Once; what may be tried again is kUnavailable or kResourceExhausted.
  Status Perform(Transfer* transfer);
  Status Try(Transfer* transfer);
  void SetServer();
  StatusOr<std::string> ListPage(const std::string& prefix, std::vector<std::string>* keys,
                                 const std::string& token);

  const S3Options options_;
  void* easy_;  // Kept for its connection.
};

}  // namespace signboard::net
