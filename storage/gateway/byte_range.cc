#include "storage/gateway/byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "proto/base/text.h"

namespace signboard::gateway {
namespace {

struct Range {
  uint64_t first = 0;
  uint64_t count = 0;
};

std::optional<uint64_t> NumberOf(std::string_view text) {
  uint64_t number = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return number;
}

// nullopt: it asks for none that we know. `count` 0: it lies behind the end.
std::optional<Range> ParseRange(std::string_view text, uint64_t length) {
  constexpr std::string_view kUnit = "bytes=";
  if (!base::EqualsIgnoreCaseAscii(text.substr(0, kUnit.size()), kUnit)) return std::nullopt;
  text = base::TrimAscii(text.substr(kUnit.size()));
  const size_t dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = NumberOf(text.substr(0, dash));
  const auto last = NumberOf(text.substr(dash + 1));
  if (dash == 0) {
    if (!last) return std::nullopt;
    const uint64_t count = std::min(*last, length);
    return Range{length - count, count};
  }
  const bool to_end = dash + 1 == text.size();
  if (!first || (!last && !to_end) || (last && *last < *first)) return std::nullopt;
  if (*first >= length) return Range{*first, 0};
  const uint64_t end = last ? std::min(*last, length - 1) + 1 : length;
  return Range{*first, end - *first};
}

// A part of another stream. What is before it is read and let go.
class PartStream final : public net::HttpBodyStream {
 public:
  PartStream(std::unique_ptr<net::HttpBodyStream> whole, Range range)
      : whole_(std::move(whole)), skipped_(range.first), left_(range.count) {}

  boost::asio::awaitable<StatusOr<std::optional<std::string>>> Next() override {
    while (left_ > 0) {
      auto piece = co_await whole_->Next();
      if (!piece.ok() || !*piece) co_return piece;
      std::string& bytes = **piece;
      const uint64_t gone = std::min<uint64_t>(skipped_, bytes.size());
      skipped_ -= gone;
      bytes.erase(0, gone);
      if (bytes.size() > left_) bytes.resize(left_);
      left_ -= bytes.size();
      if (!bytes.empty()) co_return piece;
    }
    co_return std::optional<std::string>();
  }

 private:
  const std::unique_ptr<net::HttpBodyStream> whole_;
  uint64_t skipped_;
  uint64_t left_;
};

std::optional<uint64_t> LengthOf(const HttpServerResponse& response) {
  const auto said = net::FindField(response.headers, "Content-Length");
  if (said) return NumberOf(*said);
  if (response.stream) return std::nullopt;
  return response.body.size();
}

// Only a strong validator that is still the answer's lets a part be joined to others.
bool IsStillThat(const HttpServerRequest& request, const HttpServerResponse& response) {
  const auto given = request.Header("If-Range");
  if (!given) return true;
  const auto etag = net::FindField(response.headers, "ETag");
  return etag && *etag == *given && !etag->starts_with("W/");
}

}  // namespace

void AnswerRange(const HttpServerRequest& request, HttpServerResponse* response) {
  if (response->status != 200 || request.method != "GET") return;
  const auto length = LengthOf(*response);
  if (!length) return;
  response->SetHeader("Accept-Ranges", "bytes");
  const auto asked = request.Header("Range");
  if (!asked || request.is_head || !IsStillThat(request, *response)) return;
  const auto range = ParseRange(*asked, *length);
  if (!range) return;
  const std::string of = "/" + std::to_string(*length);
  if (range->count == 0) {
    response->status = 416;
    response->SetHeader("Content-Range", "bytes *" + of);
    response->stream.reset();
    response->body.clear();
    response->SetHeader("Content-Length", "0");
    return;
  }
  response->status = 206;
  response->SetHeader("Content-Range", "bytes " + std::to_string(range->first) + "-" +
                                           std::to_string(range->first + range->count - 1) + of);
  response->SetHeader("Content-Length", std::to_string(range->count));
  if (response->stream) {
    response->stream = std::make_unique<PartStream>(std::move(response->stream), *range);
  } else {
    response->body = response->body.substr(range->first, range->count);
  }
}

}  // namespace signboard::gateway
