// A renderer with a real browser, a site on loopback that its pages may ask, and a door next to it
// that must stay shut.
#pragma once

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <thread>

#include "crawler/decode/content_coding.h"
#include "crawler/render/renderer.h"
#include "tests/support/await.h"
#include "tests/support/fake_site.h"

namespace signboard::render {

// Listens at an address of this machine that the guard does not open, and counts who comes.
class ShutDoor {
 public:
  ShutDoor() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(0x7F000002);  // 127.0.0.2
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(listen(listener_, 64), 0);
    socklen_t length = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &length);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] {
      while (true) {
        const int came = accept(listener_, nullptr, nullptr);
        if (came < 0) return;
        ++count_;
        close(came);
      }
    });
  }
  ~ShutDoor() {
    shutdown(listener_, SHUT_RDWR);
    thread_.join();
    close(listener_);
  }
  ShutDoor(const ShutDoor&) = delete;
  ShutDoor& operator=(const ShutDoor&) = delete;
  std::string host() const { return "127.0.0.2:" + std::to_string(port_); }
  int count() const { return count_; }

 private:
  const int listener_;
  uint16_t port_ = 0;
  std::atomic<int> count_{0};
  std::thread thread_;
};

class RenderTest : public ::testing::Test {
 protected:
  static constexpr char kPage[] = "http://a.cn/index.html";

  void SetUp() override {
    if (FindBrowser().empty()) {
      GTEST_SKIP() << "NO BROWSER IS INSTALLED: apt-get install chromium-headless-shell";
    }
    Start();
  }
  void TearDown() override {
    renderer_.reset();
    pool_.reset();
    EXPECT_EQ(door_.count(), 0) << "a forbidden address was connected to";
  }

  virtual RendererOptions Options() {
    RendererOptions options;
    options.page_time = Millis(10'000);
    return options;
  }
  void Start() {
    net::HttpClientOptions http;
    http.guard = net::AddressGuard::Make({"127.0.0.1/32"}).value();
    http.connect_to = net::ConnectTo::ParseAll({"a.cn:80=127.0.0.1:" +
                                                std::to_string(site_.port())}).value();
    client_ = std::make_unique<net::HttpClient>(io_, http);
    RequestGateOptions gate;
    gate.user_agent = "Signboard/test";
    gate.decode = [](std::string_view wire, std::string_view coding, size_t most) {
      decode::DecodeLimits limits;
      limits.decoded_bytes_max = most;
      return decode::DecodeContent(wire, coding, limits).bytes;
    };
    gate_ = std::make_unique<RequestGate>(client_.get(), gate);
    pool_ = std::make_unique<base::Pool>(base::Pool::Options{});
    renderer_ = std::make_unique<Renderer>(io_.get_executor(), pool_.get(), gate_.get(),
                                           Options());
  }

  Rendered Render(const std::string& html, Millis most = Millis(30'000)) {
    RenderRequest request{kPage, html, "text/html; charset=utf-8"};
    return testing::Await(io_, renderer_->Render(std::move(request), most));
  }
  // What a page did must not be felt by the next.
  void NextPageRenders() {
    const Rendered next = Render("<p id=p></p><script>p.textContent='after'</script>");
    EXPECT_TRUE(next.ok) << next.detail;
    EXPECT_NE(next.document.find("<p id=\"p\">after</p>"), std::string::npos) << next.document;
  }
  static bool Has(const Rendered& rendered, const std::string& text) {
    return rendered.document.find(text) != std::string::npos;
  }
  bool WasAsked(const std::string& text) const {
    for (const std::string& head : site_.Requests())
      if (head.find(text) != std::string::npos) return true;
    return false;
  }

  boost::asio::io_context io_;
  testing::FakeSite site_;
  ShutDoor door_;
  std::unique_ptr<net::HttpClient> client_;
  std::unique_ptr<RequestGate> gate_;
  std::unique_ptr<base::Pool> pool_;
  std::unique_ptr<Renderer> renderer_;
};

}  // namespace signboard::render
