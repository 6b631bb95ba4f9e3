// PageRun is one page in a browser, from an empty tab to the document its scripts made.
//
//   1. a context of its own (no cookies, storage or cache of others), downloads and permissions
//      denied, one tab
//   2. the tab opens at the page's URL, and gets the bytes that were captured: the site is not
//      asked for the page again
//   3. whatever its scripts ask for is stopped (Fetch.requestPaused) and answered from the gate; at
//      most kParallel at once, requests_max and bytes_max in all
//   4. loaded and quiet for kQuiet, or out of time: the document is read in a world of its own,
//      where the page's scripts can not change what outerHTML means
//   5. the context is thrown away
//
// The page stays where it is: a main frame that wants to go elsewhere, frames, windows and dialogs
// get nothing. Scripts that never end cost the page its time, and then the document.
//
// Threads: one executor.
// Errors:  none: what went wrong is in Rendered.
// Life:    shared by its own coroutines; one Run each. Gate and listener target live longer.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

#include "crawler/render/devtools.h"
#include "crawler/render/request_gate.h"
#include "proto/base/task_group.h"

namespace signboard::render {

struct PageLimits {
  size_t requests_max = 200;
  uint64_t bytes_max = uint64_t{32} << 20;     // Of all answers together.
  size_t document_bytes_max = size_t{10} << 20;  // Longer ones are cut.
};

struct RenderRequest {
  std::string url;
  std::string body;          // As captured, content coding removed.
  std::string content_type;  // As sent.
};

struct Rendered {
  bool ok = false;
  std::string detail;    // Why not; or what was cut.
  std::string document;  // Serialised, UTF-8.
  bool truncated = false;
  std::string engine;
  uint32_t requests_made = 0;
  uint32_t requests_refused = 0;
  Millis elapsed{0};
};

class PageRun : public std::enable_shared_from_this<PageRun> {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  PageRun(std::shared_ptr<DevTools> tools, RequestGate* gate, PageLimits limits,
          RenderRequest request);

  // Ends at `end`, give or take a browser that does not listen.
  static boost::asio::awaitable<Rendered> Run(std::shared_ptr<PageRun> self, TimePoint end);
  // Ends what Run waits for, with `why`: the browser passed its memory.
  void GiveUp(std::string why);
  // Nothing of the page is left in the browser. False: the browser is better ended.
  bool clean() const { return clean_; }

 private:
  using Event = DevTools::Event;

  boost::asio::awaitable<Status> Open();
  boost::asio::awaitable<Status> Settle();
  boost::asio::awaitable<Status> ReadDocument();
  boost::asio::awaitable<void> Dispose();
  boost::asio::awaitable<StatusOr<Json>> Ask(std::string method, Json params, std::string session);

  void OnEvent(const Event& event);
  void OnNavigated(const std::string& frame);
  void OnPaused(const Json& params);
  void Pump();
  static boost::asio::awaitable<void> AnswerOne(std::shared_ptr<PageRun> self, Json params);
  void ServePage();
  void Fail(const std::string& id, const char* reason);
  void Fulfill(const std::string& id, const SubAnswer& answer);
  Millis Left() const;

  const std::shared_ptr<DevTools> tools_;
  RequestGate* const gate_;
  const PageLimits limits_;
  RenderRequest request_;
  base::TaskGroup answers_;
  TimePoint end_{};
  TimePoint serialise_by_{};

  Rendered rendered_;
  std::string context_;
  std::string target_;  // Also the main frame's id.
  std::string session_;
  std::string held_;      // The request for the page itself.
  bool watched_ = false;  // The tab's events come.
  bool arrived_ = false;  // The captured bytes are the tab's document.
  bool loaded_ = false;
  bool clean_ = true;
  std::string broken_;  // Why the page can not go on; empty: it can.
  std::deque<Json> queue_;
  size_t in_flight_ = 0;
  size_t asked_ = 0;
  uint64_t bytes_ = 0;
  TimePoint last_activity_{};
};

}  // namespace signboard::render
