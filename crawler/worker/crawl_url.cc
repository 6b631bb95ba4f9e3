#include "crawler/worker/crawl_url.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "crawler/fetch/header_values.h"
#include "crawler/worker/outlinks.h"
#include "crawler/worker/page_reader.h"
#include "crawler/worker/rendered_page.h"
#include "proto/base/digest.h"
#include "proto/base/log.h"
#include "proto/base/probe.h"
#include "proto/base/span.h"
#include "proto/base/text.h"
#include "proto/base/url.h"
#include "proto/base/url_canonical.h"

namespace signboard::worker {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

// A lease must still live when its report arrives.
constexpr Millis kReportMargin{2'000};
constexpr Millis kStoreTimeoutMax{60'000};
constexpr Millis kStoreWaitMin{200};
constexpr Millis kStoreWaitMax{5'000};
constexpr size_t kCaptureIdBytes = 16;
constexpr int kSummaryFindingsMax = 20;
// What a page is expected to hold: wire bytes, decoded bytes, document and text of a large one.
constexpr uint64_t kPageBytes = uint64_t{4} << 20;
// Larger bodies are read beside the small ones, so that no site's pages wait for another's bulk.
constexpr size_t kSmallBodyBytes = size_t{256} << 10;

struct Probes {
  base::Counter& stored =
      base::MakeCounter("signboard_worker_captures_total", "Captures stored in the archive.");
  base::Counter& retried = base::MakeCounter("signboard_worker_store_retries_total",
                                             "Times the archive asked to come back.");
  base::Counter& body_bytes =
      base::MakeCounter("signboard_worker_wire_bytes_total", "Bytes of bodies fetched.");
};
Probes& GetProbes() {
  static Probes probes;
  return probes;
}

v1::Report Refused(const v1::Lease& lease, v1::Outcome outcome, v1::Reason reason,
                   std::string detail) {
  v1::Report report;
  report.set_lease_id(lease.lease_id());
  report.set_outcome(outcome);
  report.set_reason(reason);
  report.set_detail(std::move(detail));
  return report;
}

// robots.txt said no, or could not be asked: what that means for the URL.
v1::Report ReportOfRobots(const v1::Lease& lease, const robots::RobotsAnswer& answer) {
  using Word = robots::RobotsAnswer::Word;
  v1::Report report;
  switch (answer.word) {
    case Word::kBlocked:
      report = Refused(lease, v1::OUTCOME_BLOCKED, v1::REASON_BLOCKED, answer.detail);
      break;
    case Word::kUnreachable:
      report = Refused(lease, v1::OUTCOME_UNREACHABLE, answer.reason, answer.detail);
      break;
    case Word::kForbiddenAddress:
      report = Refused(lease, v1::OUTCOME_REFUSED, v1::REASON_ADDRESS_GUARD, answer.detail);
      break;
    default:
      report = Refused(lease, v1::OUTCOME_REFUSED, v1::REASON_ROBOTS, answer.detail);
  }
  if (answer.crawl_delay) *report.mutable_crawl_delay() = base::ToProto(*answer.crawl_delay);
  if (answer.retry_after) *report.mutable_retry_after() = base::ToProto(*answer.retry_after);
  return report;
}

fetch::FetchRequest MakeRequest(const Services& services, const v1::Lease& lease,
                                Millis left) {
  fetch::FetchRequest request;
  request.url = lease.url();
  request.place_code = lease.place_code();
  request.deadline = left;
  // Without a kept body a "not modified" would leave nothing to show; and of a shell it says
  // nothing about what its scripts make of it.
  const bool shell = services.renderer != nullptr && lease.last().rendered();
  if (!lease.last().body_sha256().empty() && !shell) {
    request.etag = lease.last().etag();
    request.last_modified = lease.last().last_modified();
  }
  return request;
}

// What the page itself did not say: who captured it, when, and why.
void Sign(const Services& services, const v1::Lease& lease, v1::Snapshot* snapshot) {
  snapshot->set_capture_id(base::RandomBytes(kCaptureIdBytes));
  if (snapshot->vantage().empty()) snapshot->set_vantage(services.vantage);
  snapshot->set_simulated(services.clock->simulated());
  snapshot->set_trace_id(lease.trace_id());
  if (snapshot->outcome() == v1::OUTCOME_UNCHANGED)
    snapshot->set_revisit_of(lease.last().snapshot_id());
}

// Again and again until the archive has it or the lease is about to end (kDeadlineExceeded).
// kNotFound: "not modified", but the archive has nothing that it could be about.
asio::awaitable<StatusOr<v1::StoreReply>> StoreUntil(const Services* services,
                                                     Capture* capture,
                                                     Steady::time_point end) {
  Millis wait = kStoreWaitMin;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  while (true) {
    const auto left = std::chrono::duration_cast<Millis>(end - Steady::now());
    if (left <= Millis(0)) co_return base::DeadlineExceeded("the lease ends");
    auto stored = co_await services->archive->Store(capture, std::min(left, kStoreTimeoutMax));
    if (stored.ok()) {
      GetProbes().stored.Add();
      co_return stored;
    }
    const auto code = stored.status().code();
    if (code == StatusCode::kInvalidArgument) {
      Log(kError, "capture_refused", {{"url", capture->header.snapshot().url()},
                                      {"status", base::ToString(stored.status())}});
    }
    if (code == StatusCode::kInvalidArgument || code == StatusCode::kNotFound)
      co_return stored.status();
    GetProbes().retried.Add();
    const Millis asked = base::RetryAfter(stored.status()).value_or(Millis(0));
    Log(kWarn, "store_again", {{"status", base::ToString(stored.status())},
                               {"wait_ms", std::max(wait, asked).count()},
                               {"trace", capture->header.snapshot().trace_id()}});
    timer.expires_after(std::min(std::max(wait, asked), left));
    co_await timer.async_wait(asio::use_awaitable);
    wait = std::min(wait * 2, kStoreWaitMax);
  }
}

std::string HeaderOf(const v1::Snapshot& snapshot, std::string_view name) {
  for (const auto& field : snapshot.response_headers())
    if (base::EqualsIgnoreCaseAscii(field.name(), name)) return field.value();
  return "";
}

// What the frontier keeps of this visit, so that the next one can ask and compare.
v1::PageState StateAfter(const v1::Lease& lease, const PageRead& page,
                         const std::string& snapshot_id) {
  const v1::Snapshot& snapshot = page.capture.header.snapshot();
  v1::PageState state;
  if (snapshot.outcome() == v1::OUTCOME_UNCHANGED) {
    state = lease.last();
  } else {
    state.set_etag(fetch::ValidatorOf(HeaderOf(snapshot, "ETag"), fetch::kEtagBytesMax));
    state.set_last_modified(fetch::ValidatorOf(HeaderOf(snapshot, "Last-Modified"),
                                               fetch::kLastModifiedBytesMax));
    state.set_body_sha256(snapshot.body_sha256());
    state.set_fingerprint(snapshot.page().fingerprint());
    state.set_refined_fingerprint(page.refined_fingerprint);
    state.set_snapshot_id(snapshot_id);
    state.set_rendered(snapshot.has_rendered());
  }
  state.set_fetched_ms(snapshot.captured_ms());
  return state;
}

v1::FetchSummary Summarize(const v1::StoreRequest::Header& header,
                           const std::string& snapshot_id) {
  const v1::Snapshot& snapshot = header.snapshot();
  v1::FetchSummary summary;
  summary.set_http_status(snapshot.http_status());
  summary.set_charset(snapshot.charset().used());
  summary.set_body_bytes(snapshot.body_bytes());
  *summary.mutable_elapsed() = snapshot.elapsed();
  summary.set_snapshot_id(snapshot_id);
  summary.set_body_sha256(snapshot.body_sha256());
  summary.set_title(snapshot.page().title());
  summary.set_redirect_to(snapshot.redirect_to());
  const int findings = std::min(header.findings_size(), kSummaryFindingsMax);
  for (int i = 0; i < findings; ++i) *summary.add_findings() = header.findings(i);
  return summary;
}

v1::Report MakeReport(const v1::Lease& lease, PageRead page, const std::string& snapshot_id,
                      std::optional<Millis> retry_after, std::optional<Millis> crawl_delay) {
  const v1::Snapshot& snapshot = page.capture.header.snapshot();
  v1::Report report;
  report.set_lease_id(lease.lease_id());
  report.set_outcome(snapshot.outcome());
  report.set_reason(snapshot.reason());
  report.set_detail(snapshot.detail());
  const bool has_state =
      snapshot.outcome() == v1::OUTCOME_CONTENT || snapshot.outcome() == v1::OUTCOME_UNCHANGED;
  if (has_state) *report.mutable_state() = StateAfter(lease, page, snapshot_id);
  report.set_changed(IsChanged(lease.last(), page));
  report.set_is_hub(page.is_hub);
  if (retry_after) *report.mutable_retry_after() = base::ToProto(*retry_after);
  if (crawl_delay) *report.mutable_crawl_delay() = base::ToProto(*crawl_delay);
  *report.mutable_fetched() = Summarize(page.capture.header, snapshot_id);
  if (page.may_follow) {
    for (auto& link : SelectOutlinks(lease, std::move(page.outlinks)))
      *report.add_outlinks() = std::move(link);
  }
  return report;
}

void AddSitemaps(const std::vector<std::string>& sitemaps, PageRead* page) {
  std::vector<v1::Outlink> links;
  for (const std::string& sitemap : sitemaps) {
    const auto url = base::Url::Parse(sitemap);
    if (!url.ok() || !url->is_http()) continue;
    v1::Outlink& link = links.emplace_back();
    link.set_url(base::Canonical(*url));
    link.set_queue(base::QueueKey(*url));
    link.set_kind(v1::Outlink::SITEMAP);
    link.set_priority(v1::PRIORITY_HUB);
  }
  page->outlinks.insert(page->outlinks.begin(), std::make_move_iterator(links.begin()),
                        std::make_move_iterator(links.end()));
}

struct Taken {
  PageRead page;
  std::optional<Millis> retry_after;
  StatusOr<v1::StoreReply> stored = base::Cancelled("not fetched");
};

uint64_t HeldBytes(const Capture& capture) {
  return capture.decoded.size() + capture.wire.size() + capture.rendered.size() +
         capture.header.ByteSizeLong();
}

// Fetch, read and store, once.
asio::awaitable<Taken> Take(const Services* services, const v1::Lease* lease,
                            Steady::time_point end, ProgressSink progress) {
  Taken taken;
  const auto left = std::chrono::duration_cast<Millis>(end - Steady::now());
  if (left <= Millis(0)) co_return taken;
  // Until all of the capture is stored.
  auto coming = std::make_shared<BodyRoom>(services->room, services->large_bodies);
  fetch::FetchRequest request = MakeRequest(*services, *lease, left);
  request.judged_later = true;
  request.free_body_bytes = BodyRoom::kFreeBytes;
  request.grow = [coming](size_t needed, size_t most) { return coming->Grow(needed, most); };
  auto fetching = services->fetcher->Fetch(std::move(request));
  auto fetched = co_await std::move(fetching);
  if (fetched.http.kind == net::HttpKind::kCancelled) co_return taken;
  GetProbes().body_bytes.Add(static_cast<double>(fetched.http.body.size()));

  auto entering = coming->EnterToBeRead(kPageBytes);
  Room::Held held = co_await std::move(entering);
  progress(v1::JOB_EXTRACTING);
  const ReadLimits limits{services->body_bytes_max, services->html_bytes_max,
                          services->decode_ratio_max, services->robots_token, services->rules};
  const PageOrigin origin{lease->url(), lease->place_code(), services->templates.get()};
  std::optional<Room::Held> heavy;
  if (fetched.http.body.size() > kSmallBodyBytes) {
    auto waiting = services->heavy_reads->Enter(1);
    heavy.emplace(co_await std::move(waiting));
  }
  auto read = base::OnPool(*services->pool, [&origin, &fetched, &limits] {
    return ReadPage(origin, std::move(fetched), limits);
  });
  taken.page = co_await std::move(read);
  taken.retry_after = taken.page.retry_after;
  heavy.reset();
  held.Resize(HeldBytes(taken.page.capture));
  // Half of what is left of the lease is the archive's.
  const auto half = std::chrono::duration_cast<Millis>(end - Steady::now()) / 2;
  co_await RenderPage(services, lease, &limits, half, &taken.page);
  held.Resize(HeldBytes(taken.page.capture));
  Sign(*services, *lease, taken.page.capture.header.mutable_snapshot());
  taken.stored = co_await StoreUntil(services, &taken.page.capture, end);
  co_return taken;
}

}  // namespace

asio::awaitable<std::optional<v1::Report>> CrawlUrl(const Services* services, v1::Lease lease,
                                                    ProgressSink progress) {
  const auto end = Steady::now() + base::SpanOf(lease.lasts()) - kReportMargin;
  const auto url = base::Url::Parse(lease.url());
  if (!url.ok()) {
    co_return Refused(lease, v1::OUTCOME_ERROR, v1::REASON_BAD_URL, base::ToString(url.status()));
  }
  if (services->without_contact && !services->without_contact(*url)) {
    co_return Refused(lease, v1::OUTCOME_REFUSED, v1::REASON_OUT_OF_SCOPE,
                      "set [crawler] contact_url to crawl the open web");
  }
  progress(v1::JOB_FETCHING);
  const auto rules = co_await services->robots->Check(lease.url(), lease.place_code());
  if (!rules.allowed()) co_return ReportOfRobots(lease, rules);

  auto capture = co_await Take(services, &lease, end, progress);
  if (capture.stored.status().code() == StatusCode::kNotFound && lease.has_last()) {
    // "Not modified" about a page that was never kept: ask again, without conditions.
    lease.clear_last();
    capture = co_await Take(services, &lease, end, progress);
  }
  if (capture.stored.status().code() == StatusCode::kInvalidArgument) {
    // Lent again it would be refused again: it counts as a failure of its own, and waits.
    co_return Refused(lease, v1::OUTCOME_ERROR, v1::REASON_PROTOCOL,
                      "the archive refuses the capture: " +
                          base::ToString(capture.stored.status()));
  }
  if (!capture.stored.ok()) co_return std::nullopt;
  Log(kDebug, "captured", {{"url", lease.url()},
                           {"id", capture.stored->snapshot_id()},
                           {"trace", lease.trace_id()}});
  // A sitemap is named for the whole site: its seeds carry it.
  if (lease.depth() == 0) AddSitemaps(services->robots->Sitemaps(lease.url()), &capture.page);
  co_return MakeReport(lease, std::move(capture.page), capture.stored->snapshot_id(),
                       capture.retry_after, rules.crawl_delay);
}

}  // namespace signboard::worker
