#include "proto/net/s3_client.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>
#include <utility>

#include "proto/base/digest.h"

namespace signboard::net {
namespace {

constexpr size_t kAnswerBytesMax = size_t{16} << 20;  // Of a page of a list, of an error.
constexpr size_t kKeyBytesMax = 1'024;                // S3's own.
constexpr size_t kKeysMax = 10'000'000;
constexpr std::chrono::milliseconds kPause{200};  // Doubled with each try.
constexpr long kConnectSeconds = 20;
constexpr long kSilentSeconds = 60;

// RFC 3986: what is not unreserved, as the signature wants it.
std::string Quote(std::string_view text, bool with_slash) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string quoted;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_' || c == '.' || c == '~' || (c == '/' && !with_slash);
    if (plain) {
      quoted += c;
      continue;
    }
    quoted += '%';
    quoted += kDigits[static_cast<unsigned char>(c) >> 4];
    quoted += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return quoted;
}

// The text of the first such element from `*at` on, which is moved behind it.
std::optional<std::string> Element(std::string_view xml, std::string_view name, size_t* at) {
  const std::string open = "<" + std::string(name) + ">", close = "</" + std::string(name) + ">";
  const size_t first = xml.find(open, *at);
  if (first == std::string_view::npos) return std::nullopt;
  const size_t end = xml.find(close, first);
  if (end == std::string_view::npos) return std::nullopt;
  *at = end + close.size();
  std::string text(xml.substr(first + open.size(), end - first - open.size()));
  static constexpr std::pair<std::string_view, char> kEntities[] = {
      {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}, {"&#39;", '\''},
      {"&amp;", '&'}};  // The last, or it would make others.
  for (const auto& [entity, c] : kEntities)
    for (size_t i = text.find(entity); i != std::string::npos; i = text.find(entity, i + 1))
      text.replace(i, entity.size(), 1, c);
  return text;
}

std::optional<std::string> Element(std::string_view xml, std::string_view name) {
  size_t at = 0;
  return Element(xml, name, &at);
}

bool IsKey(const std::string& key) {
  return !key.empty() && key.size() <= kKeyBytesMax && key.front() != '/' &&
         std::all_of(key.begin(), key.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7F; });
}

}  // namespace

// One request, in all its tries.
struct S3Client::Transfer {
  std::string path;  // "/bucket/key", quoted.
  std::string query = {};
  std::string payload_hash;  // Hexadecimal.
  std::FILE* upload = nullptr;
  uint64_t upload_bytes = 0;
  const Take* take = nullptr;
  uint64_t taken_bytes = 0;  // Of earlier tries too.
  Status take_status = {};
  CURL* easy = nullptr;
  std::string answer = {};  // What is not given to `take`.

  // Less than `bytes`: the transfer is to end.
  size_t Receive(std::string_view bytes) {
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    if (take == nullptr || status / 100 != 2) {
      if (answer.size() + bytes.size() > kAnswerBytesMax) return 0;
      answer += bytes;
      return bytes.size();
    }
    // Who was asked for the rest and gives all is not believed.
    if (taken_bytes > 0 && !resumed && status != 206) return 0;
    resumed = true;
    take_status = (*take)(bytes);
    if (!take_status.ok()) return 0;
    taken_bytes += bytes.size();
    return bytes.size();
  }
  bool resumed = false;  // In this try bytes were taken.
};

namespace {

size_t OnUpload(char* into, size_t size, size_t count, void* file) {
  return std::fread(into, 1, size * count, static_cast<std::FILE*>(file));
}

template <class Transfer>
size_t OnBytes(char* data, size_t size, size_t count, void* transfer) {
  return static_cast<Transfer*>(transfer)->Receive({data, size * count});
}

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Lines = std::unique_ptr<curl_slist, FreeList>;

void Append(Lines* lines, const std::string& line) {
  lines->reset(curl_slist_append(lines->release(), line.c_str()));
}

// The server's own words for an answer that is not 2xx.
Status StatusOf(long status, const std::string& answer) {
  const std::string code = Element(answer, "Code").value_or("");
  const std::string why = "the server said " + std::to_string(status) + " " + code + " " +
                          Element(answer, "Message").value_or("");
  if (status == 404) return base::NotFound(why);
  if (status == 401 || status == 403) return base::MakeStatus(StatusCode::kPermissionDenied, why);
  if (status == 429 || code == "SlowDown") return base::ResourceExhausted(why);
  return status >= 500 ? base::Unavailable(why) : base::FailedPrecondition(why);
}

}  // namespace

StatusOr<std::unique_ptr<S3Client>> S3Client::Make(S3Options options) {
  const std::string& endpoint = options.endpoint;
  const bool plain = endpoint.starts_with("http://") || endpoint.starts_with("https://");
  if (!plain || endpoint.find('/', endpoint.find("//") + 2) != std::string::npos)
    return base::InvalidArgument("endpoint \"" + endpoint + "\" is not http(s)://host[:port]");
  if (options.access_key.empty() || options.secret_key.empty() ||
      options.access_key.find(':') != std::string::npos)
    return base::InvalidArgument("no access key and secret key");
  if (options.bucket.empty() || options.bucket.find('/') != std::string::npos)
    return base::InvalidArgument("no bucket \"" + options.bucket + "\"");
  if (options.region.empty() || options.region.find(':') != std::string::npos)
    return base::InvalidArgument("no region");
  std::unique_ptr<S3Client> client(new S3Client(std::move(options)));
  if (client->easy_ == nullptr) return base::Unavailable("no memory for a transfer");
  return client;
}

S3Client::S3Client(S3Options options)
    : options_(std::move(options)), easy_(curl_easy_init()) {}

S3Client::~S3Client() { curl_easy_cleanup(static_cast<CURL*>(easy_)); }

Status S3Client::Put(const std::string& key, const std::string& file, const std::string& sha256) {
  if (!IsKey(key)) return base::InvalidArgument("an object's key \"" + key + "\"");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> in(std::fopen(file.c_str(), "rbe"),
                                                           &std::fclose);
  if (in == nullptr || std::fseek(in.get(), 0, SEEK_END) != 0)
    return base::Unavailable(file + " can not be read");
  Transfer transfer;
  transfer.path = "/" + Quote(options_.bucket, true) + "/" + Quote(key, false);
  transfer.payload_hash = base::ToHex(sha256);
  transfer.upload = in.get();
  transfer.upload_bytes = static_cast<uint64_t>(std::ftell(in.get()));
  return base::Annotate(Perform(&transfer), "put " + key);
}

Status S3Client::Get(const std::string& key, const Take& take) {
  if (!IsKey(key)) return base::InvalidArgument("an object's key \"" + key + "\"");
  Transfer transfer;
  transfer.path = "/" + Quote(options_.bucket, true) + "/" + Quote(key, false);
  transfer.payload_hash = base::ToHex(base::Sha256(""));
  transfer.take = &take;
  const Status status = Perform(&transfer);
  if (!transfer.take_status.ok()) return transfer.take_status;
  return base::Annotate(status, "get " + key);
}

StatusOr<std::vector<std::string>> S3Client::List(const std::string& prefix) {
  std::vector<std::string> keys;
  std::string token;
  do {
    ASSIGN_OR_RETURN(token, ListPage(prefix, &keys, token));
    if (keys.size() > kKeysMax)
      return base::ResourceExhausted("list " + prefix + ": too many keys");
  } while (!token.empty());
  return keys;
}

// The token of the next page; empty: it was the last.
StatusOr<std::string> S3Client::ListPage(const std::string& prefix, std::vector<std::string>* keys,
                                         const std::string& token) {
  Transfer transfer;
  transfer.path = "/" + Quote(options_.bucket, true);
  transfer.payload_hash = base::ToHex(base::Sha256(""));
  // In the order of their names: so they are signed.
  if (!token.empty()) transfer.query = "continuation-token=" + Quote(token, true) + "&";
  transfer.query += "list-type=2&prefix=" + Quote(prefix, true);
  RETURN_IF_ERROR(base::Annotate(Perform(&transfer), "list " + prefix));
  const std::string& xml = transfer.answer;
  if (xml.find("ListBucketResult") == std::string::npos)
    return base::Unavailable("list " + prefix + ": the answer is no list");
  size_t at = 0;
  while (auto key = Element(xml, "Key", &at)) keys->push_back(*std::move(key));
  if (Element(xml, "IsTruncated") != "true") return std::string();
  const auto next = Element(xml, "NextContinuationToken");
  if (!next || next->empty() || *next == token)
    return base::Unavailable("list " + prefix + ": a page without the next one's token");
  return *next;
}

Status S3Client::Perform(Transfer* transfer) {
  auto pause = kPause;
  for (unsigned left = std::max(1U, options_.tries);;) {
    const Status status = Try(transfer);
    const bool again = status.code() == StatusCode::kUnavailable ||
                       status.code() == StatusCode::kResourceExhausted;
    if (!again || !transfer->take_status.ok() || --left == 0) return status;
    std::this_thread::sleep_for(pause);
    pause *= 2;
  }
}

Status S3Client::Try(Transfer* transfer) {
  CURL* const easy = static_cast<CURL*>(easy_);
  curl_easy_reset(easy);
  std::array<char, CURL_ERROR_SIZE> error{};
  transfer->easy = easy;
  transfer->answer.clear();
  transfer->resumed = false;
  SetServer();
  Lines headers;
  Append(&headers, "x-amz-content-sha256: " + transfer->payload_hash);
  if (!options_.session_token.empty())
    Append(&headers, "x-amz-security-token: " + options_.session_token);
  // No "Expect:" to take that field away: curl 7.88 signs it all the same.
  if (transfer->taken_bytes > 0)
    Append(&headers, "Range: bytes=" + std::to_string(transfer->taken_bytes) + "-");
  const std::string url = options_.endpoint + transfer->path +
                          (transfer->query.empty() ? "" : "?" + transfer->query);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error.data());
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &OnBytes<Transfer>);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer);
  if (transfer->upload != nullptr) {
    std::rewind(transfer->upload);
    Append(&headers, "Content-Type: application/octet-stream");
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, &OnUpload);
    curl_easy_setopt(easy, CURLOPT_READDATA, transfer->upload);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE,
                     static_cast<curl_off_t>(transfer->upload_bytes));
  }
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  const CURLcode code = curl_easy_perform(easy);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, nullptr);
  if (!transfer->take_status.ok()) return transfer->take_status;
  if (code != CURLE_OK) {
    return base::Unavailable(options_.endpoint + ": " +
                             (error[0] != '\0' ? error.data() : curl_easy_strerror(code)));
  }
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  return status / 100 == 2 ? OkStatus() : StatusOf(status, transfer->answer);
}

// What is the same of all requests.
void S3Client::SetServer() {
  CURL* const easy = static_cast<CURL*>(easy_);
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_AWS_SIGV4, ("aws:amz:" + options_.region + ":s3").c_str());
  curl_easy_setopt(easy, CURLOPT_USERNAME, options_.access_key.c_str());
  curl_easy_setopt(easy, CURLOPT_PASSWORD, options_.secret_key.c_str());
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, kSilentSeconds);
  if (!options_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, options_.ca_file.c_str());
}

}  // namespace signboard::net
