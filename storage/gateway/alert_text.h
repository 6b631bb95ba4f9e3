// A message of the alerts as a person reads it in a mail: subject, plain text and HTML that say the
// same. The names stand as the page writes them; a link leads to each page and, where the gateway's
// own address is known, to what is kept of it. Nothing is loaded when it is read.
//
// Threads: pure functions.
// Cost:    bounded by the message: at most kAlertItemsShown items, the rest is counted.
#pragma once

#include <string>

#include "storage/gateway/pages.h"

namespace signboard::gateway {

inline constexpr size_t kAlertItemsShown = 200;

struct AlertText {
  std::string subject;
  std::string text;
  std::string html;
};

struct AlertTextOptions {
  Language language = Language::kZh;
  std::string public_url;  // https://signboard.example, without a slash at its end; empty: unknown.
};

// `payload`: the JSON that a webhook would get. What is none of ours is shown as its type.
AlertText RenderAlert(const std::string& payload, const std::string& subscription,
                      const AlertTextOptions& options);

}  // namespace signboard::gateway
