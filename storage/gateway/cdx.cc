// /cdx/search/cdx in the dialect of the Internet Archive, /cdx in that of pywb, /signboard as a
// collection of OutbackCDX: captures as rows, written while they are read.
#include <algorithm>
#include <utility>

#include "storage/gateway/cdx_query.h"
#include "storage/gateway/cdx_rows.h"
#include "storage/gateway/services.h"

namespace signboard::gateway {
namespace {

using boost::asio::awaitable;

constexpr uint32_t kCapturesAtOnce = 1'000;
constexpr uint32_t kClosestMax = 10'000;
constexpr uint32_t kUrlsAtOnce = 10'000;
constexpr uint64_t kUrlsCountedMax = 500'000;

class CdxStream final : public net::HttpBodyStream {
 public:
  CdxStream(const Backend* backend, CdxQuery query)
      : backend_(backend), query_(std::move(query)) {
    selection_.emplace(query_);
    request_ = query_.range;
    request_.set_after(query_.after);
    request_.set_newest_first(query_.newest || request_.newest_first());
  }

  // The first piece is asked for before there is an answer, so that errors are told.
  awaitable<Status> Begin() {
    auto piece = query_.range.has_closest_ms() ? Nearest() : Piece();
    auto first = co_await std::move(piece);
    if (!first.ok()) co_return first.status();
    first_ = std::move(*first);
    co_return OkStatus();
  }

  awaitable<StatusOr<std::optional<std::string>>> Next() override {
    if (first_) co_return std::exchange(first_, std::nullopt);
    if (ended_) co_return std::optional<std::string>();
    co_return co_await Piece();
  }

 private:
  // An order without a place to go on from, as a whole. Who wants a few rows, for each resource of
  // a page, is not to wait for thousands; when filters leave too few of a few, all are asked for.
  awaitable<StatusOr<std::optional<std::string>>> Nearest() {
    std::string text;
    uint64_t asked = std::min<uint64_t>(kClosestMax, query_.offset + 2 * query_.limit + 1);
    for (bool again = true; again; asked = kClosestMax) {
      text = CdxHead(query_);
      selection_.emplace(query_);
      count_ = 0;
      request_.set_limit(static_cast<uint32_t>(asked));
      auto all = co_await backend_->Captures(request_);
      if (!all.ok()) co_return all.status();
      for (const v1::CaptureEntry& entry : *all) {
        Put(selection_->Take(entry), &text);
        if (count_ == query_.limit) break;
      }
      again = count_ < query_.limit && all->size() >= asked && asked < kClosestMax;
    }
    ended_ = true;
    Finish(&text);
    co_return std::optional<std::string>(std::move(text));
  }

  // Not empty, unless it is all there is.
  awaitable<StatusOr<std::optional<std::string>>> Piece() {
    std::string text = count_ == 0 ? CdxHead(query_) : "";
    const size_t head = text.size();
    while (!ended_ && text.size() <= head) {
      request_.set_limit(kCapturesAtOnce);
      auto page = co_await backend_->Captures(request_);
      if (!page.ok()) co_return page.status();
      ended_ = page->size() < request_.limit();
      seen_ += page->size();
      for (const v1::CaptureEntry& entry : *page) {
        request_.set_after(entry.cursor());
        Put(selection_->Take(entry), &text);
        if (count_ == query_.limit || selection_->IsFull()) break;
      }
      const bool full = count_ == query_.limit || selection_->IsFull();
      if (full && !query_.newest) key_ = request_.after();
      ended_ = ended_ || full;
      if (!ended_ && seen_ >= kCdxCapturesMax) {
        if (!query_.show_resume_key)
          co_return base::ResourceExhausted("over 5,000,000 captures were looked at");
        key_ = request_.after();
        ended_ = true;
      }
    }
    if (ended_) Finish(&text);
    co_return std::optional<std::string>(std::move(text));
  }

  void Put(const std::optional<CdxRow>& row, std::string* text) {
    if (!row) return;
    if (query_.newest) {
      newest_.push_back(*row);
    } else {
      *text += CdxLine(query_, *row, count_ == 0);
    }
    ++count_;
  }

  void Finish(std::string* text) {
    if (count_ < query_.limit) Put(selection_->End(), text);
    bool is_first = true;
    for (auto row = newest_.rbegin(); row != newest_.rend(); ++row) {
      *text += CdxLine(query_, *row, is_first);
      is_first = false;
    }
    *text += CdxFoot(query_, count_ == 0, query_.show_resume_key ? key_ : "");
  }

  const Backend* const backend_;
  const CdxQuery query_;
  std::optional<CdxSelection> selection_;
  v1::ListCapturesRequest request_;
  uint64_t seen_ = 0;
  uint64_t count_ = 0;
  bool ended_ = false;
  std::string key_;
  std::vector<CdxRow> newest_;  // Of the last rows, from the newest back.
  std::optional<std::string> first_;
};

// How many captures there are, shown or not: what pages are parts of.
awaitable<StatusOr<uint64_t>> CountCaptures(const Backend* backend, v1::ListCapturesRequest range) {
  v1::ListUrlsRequest list;
  list.set_query(range.query());
  list.set_match(range.match());
  list.set_limit(kUrlsAtOnce);
  uint64_t captures = 0;
  for (uint64_t urls = 0; urls < kUrlsCountedMax; urls += kUrlsAtOnce) {
    auto page = co_await backend->Urls(list);
    if (!page.ok()) co_return page.status();
    for (const v1::UrlEntry& entry : *page) captures += entry.capture_count();
    if (page->size() < kUrlsAtOnce) co_return captures;
    list.set_after(page->back().cursor());
  }
  co_return base::InvalidArgument("too much to be counted: use showResumeKey and resumeKey");
}

// A bare number; of pywb an object.
awaitable<Answer> CountPages(const Backend* backend, CdxQuery query) {
  const auto captures = co_await CountCaptures(backend, query.range);
  if (captures.status().code() == StatusCode::kInvalidArgument)
    co_return BadParameter("url", base::Message(captures.status()));
  if (!captures.ok()) co_return ProblemOf(captures.status(), "archive");
  const uint64_t blocks = (*captures + kCdxBlockCaptures - 1) / kCdxBlockCaptures;
  const uint64_t per_page = query.captures_per_page / kCdxBlockCaptures;
  const uint64_t pages = (blocks + per_page - 1) / per_page;
  HttpServerResponse response;
  if (query.dialect == CdxDialect::kPywb) {
    response = JsonAnswer({{"blocks", blocks}, {"pages", pages}, {"pageSize", per_page}});
  } else {
    response.SetHeader("Content-Type", "text/plain; charset=utf-8");
    response.body = std::to_string(pages) + "\n";
  }
  response.SetHeader("Access-Control-Allow-Origin", "*");
  response.SetHeader("Cache-Control", "no-cache");
  co_return response;
}

AnswerLater Cdx(Services* services, HttpServerRequest request, CdxDialect dialect) {
  auto query = ParseCdxQuery(request, dialect);
  if (!query.ok()) co_return BadWord(query.status());
  if (query->counts_pages)
    co_return co_await CountPages(&services->backend, *std::move(query));
  HttpServerResponse response;
  response.SetHeader("Content-Type", CdxContentType(query->output));
  response.SetHeader("Access-Control-Allow-Origin", "*");
  response.SetHeader("Cache-Control", "no-cache");
  auto stream = std::make_unique<CdxStream>(&services->backend, *std::move(query));
  const Status begun = co_await stream->Begin();
  if (begun.code() == StatusCode::kInvalidArgument)
    co_return BadParameter("url", base::Message(begun));
  if (!begun.ok()) co_return ProblemOf(begun, "archive");
  response.stream = std::move(stream);
  co_return response;
}

}  // namespace

AnswerLater CdxOfOutback(Services* services, HttpServerRequest request) {
  return Cdx(services, std::move(request), CdxDialect::kOutback);
}

AnswerLater CdxOfArchive(Services* services, HttpServerRequest request) {
  return Cdx(services, std::move(request), CdxDialect::kArchive);
}

AnswerLater CdxOfPywb(Services* services, HttpServerRequest request) {
  return Cdx(services, std::move(request), CdxDialect::kPywb);
}

}  // namespace signboard::gateway
