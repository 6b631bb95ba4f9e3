// MailTransfer is one mail as curl sends it: the handle with its settings, the message's parts, and
// what the server said to each command.
//
// Life: made, Prepare, run by CurlEngine, Finish, destroyed. Used once.
//
// Threads: one, the engine's.
// Errors:  none: whatever happens is a MailResult.
#pragma once

#include <curl/curl.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "proto/net/mail_client.h"

namespace signboard::net {

class MailTransfer {
 public:
  // `options` must outlive the transfer. `addresses`: of the server's name; none: it is an address.
  MailTransfer(Mail mail, std::vector<boost::asio::ip::address> addresses,
               const MailClientOptions& options);
  ~MailTransfer();
  MailTransfer(const MailTransfer&) = delete;
  MailTransfer& operator=(const MailTransfer&) = delete;

  // False: the mail itself is wrong; the result of Finish says how.
  bool Prepare();
  CURL* easy() { return easy_; }
  MailResult Finish(CURLcode code);

 private:
  static int OnDebug(CURL* easy, curl_infotype type, char* data, size_t size, void* self);
  static size_t OnReply(char* data, size_t size, size_t count, void* self);

  bool AddHeaders();
  bool AddParts();
  bool AddPart(curl_mime* to, const std::string& bytes, const char* type);
  void SetServer();
  void Sent(std::string_view command);
  void Heard(std::string_view line);

  Mail mail_;
  const std::vector<boost::asio::ip::address> addresses_;
  const MailClientOptions& options_;
  CURL* easy_;
  curl_mime* mime_ = nullptr;
  curl_slist* headers_ = nullptr;
  curl_slist* recipients_ = nullptr;
  curl_slist* pins_ = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_{};
  std::string wrong_;  // What is wrong with the mail.
  MailResult result_;
  std::string reply_;  // The server's last line.
  bool is_leaving_ = false;
};

}  // namespace signboard::net
