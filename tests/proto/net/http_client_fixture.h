// A client on its own io_context, allowed to talk to loopback.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "proto/net/http_client.h"
#include "tests/support/await.h"
#include "tests/support/fake_site.h"

namespace signboard::net {

class HttpClientTest : public ::testing::Test {
 protected:
  static HttpClientOptions LoopbackAllowed() {
    HttpClientOptions options;
    options.guard = AddressGuard::Make({"127.0.0.0/8", "::1"}).value();
    return options;
  }
  void Use(HttpClientOptions options) {
    client_ = std::make_unique<HttpClient>(io_, std::move(options));
  }
  void SetUp() override { Use(LoopbackAllowed()); }

  HttpResult Fetch(HttpRequest request) {
    return testing::Await(io_, client_->Fetch(std::move(request)));
  }
  HttpResult Fetch(std::string url, HttpLimits limits = {}) {
    HttpRequest request;
    request.url = std::move(url);
    request.limits = limits;
    return Fetch(std::move(request));
  }

  boost::asio::io_context io_{1};
  std::unique_ptr<HttpClient> client_;
  testing::FakeSite site_;
};

}  // namespace signboard::net
