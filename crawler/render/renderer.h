// Renderer has a browser and lends it to one page at a time.
//
// The browser starts with the first page that needs it, and again after a page that broke it,
// after pages_max pages, and whenever it died. It ends at once when its processes together pass
// memory_bytes_max. One that does not start is not tried again for kStartPause.
//
// Threads: one, the only running thread of the gate's io_context. Starting and ending of the
//          browser wait on the pool.
// Errors:  none: Rendered says what went wrong.
// Life:    the destructor ends the browser. Gate and pool outlive the renderer.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "crawler/render/browser_process.h"
#include "crawler/render/page_run.h"

namespace signboard::render {

struct RendererOptions {
  BrowserOptions browser;
  PageLimits page;
  Millis page_time{15'000};
  uint64_t memory_bytes_max = uint64_t{1} << 30;
  size_t pages_max = 100;   // Of one browser.
  size_t waiting_max = 64;  // Pages that wait for their turn; more are turned away.
};

class Renderer {
 public:
  Renderer(boost::asio::any_io_executor executor, base::Pool* pool, RequestGate* gate,
           RendererOptions options);
  ~Renderer();
  Renderer(const Renderer&) = delete;
  Renderer& operator=(const Renderer&) = delete;

  // Waits for its turn and renders, both within `most`.
  boost::asio::awaitable<Rendered> Render(RenderRequest request, Millis most);

  // Of the browser that runs; 0: none does.
  pid_t browser_pid() const;

 private:
  struct Core;
  static boost::asio::awaitable<Rendered> RenderIn(std::shared_ptr<Core> core,
                                                   RenderRequest request, Millis most);

  const std::shared_ptr<Core> core_;
};

}  // namespace signboard::render
