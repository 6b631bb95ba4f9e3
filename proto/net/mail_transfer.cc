#include "proto/net/mail_transfer.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "proto/base/text.h"
#include "proto/net/mail_headers.h"

namespace signboard::net {
namespace {

constexpr size_t kReplyBytesMax = 300;

// A field's value may go on in lines that begin with a space, and holds no other line end.
bool IsFieldValue(std::string_view value) {
  for (size_t i = 0; i < value.size(); ++i) {
    if (value.substr(i, 3) == "\r\n ") {
      i += 2;
    } else if (static_cast<unsigned char>(value[i]) < ' ' ||
               static_cast<unsigned char>(value[i]) >= 0x7F) {
      return false;
    }
  }
  return true;
}

bool IsFieldName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(),
                                      [](char c) { return c > ' ' && c < 0x7F && c != ':'; });
}

std::string Spell(const boost::asio::ip::address& address) {
  return address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
}

}  // namespace

MailTransfer::MailTransfer(Mail mail, std::vector<boost::asio::ip::address> addresses,
                           const MailClientOptions& options)
    : mail_(std::move(mail)),
      addresses_(std::move(addresses)),
      options_(options),
      easy_(curl_easy_init()) {}

MailTransfer::~MailTransfer() {
  curl_easy_cleanup(easy_);
  curl_mime_free(mime_);
  curl_slist_free_all(headers_);
  curl_slist_free_all(recipients_);
  curl_slist_free_all(pins_);
}

bool MailTransfer::Prepare() {
  if (easy_ == nullptr) wrong_ = "no memory for a transfer";
  if (!IsMailAddress(mail_.from)) wrong_ = "the sender's address is none";
  if (!IsMailAddress(mail_.to)) wrong_ = "the recipient's address is none";
  if (!wrong_.empty() || !AddHeaders() || !AddParts()) return false;
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, error_.data());
  curl_easy_setopt(easy_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy_, CURLOPT_PROXY, "");
  curl_easy_setopt(easy_, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(easy_, CURLOPT_FORBID_REUSE, 1L);
  const auto most = static_cast<long>(std::max<int64_t>(mail_.timeout.count(), 1));
  curl_easy_setopt(easy_, CURLOPT_TIMEOUT_MS, most);
  curl_easy_setopt(easy_, CURLOPT_CONNECTTIMEOUT_MS, most);
  curl_easy_setopt(easy_, CURLOPT_MAIL_FROM, ("<" + mail_.from + ">").c_str());
  recipients_ = curl_slist_append(nullptr, ("<" + mail_.to + ">").c_str());
  curl_easy_setopt(easy_, CURLOPT_MAIL_RCPT, recipients_);
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_);
  curl_easy_setopt(easy_, CURLOPT_MIMEPOST, mime_);
  curl_easy_setopt(easy_, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(easy_, CURLOPT_DEBUGFUNCTION, &MailTransfer::OnDebug);
  curl_easy_setopt(easy_, CURLOPT_DEBUGDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, &MailTransfer::OnReply);
  SetServer();
  return true;
}

bool MailTransfer::AddHeaders() {
  HeaderList all = {{"From", mail_.from}, {"To", mail_.to},
                    {"Content-Type", "multipart/alternative"}};
  all.insert(all.end(), mail_.headers.begin(), mail_.headers.end());
  for (const auto& [name, value] : all) {
    if (!IsFieldName(name) || !IsFieldValue(value)) {
      wrong_ = "the field '" + name.substr(0, 40) + "' holds what no field may hold";
      return false;
    }
    headers_ = curl_slist_append(headers_, (name + ": " + value).c_str());
  }
  return true;
}

bool MailTransfer::AddPart(curl_mime* to, const std::string& bytes, const char* type) {
  curl_mimepart* const part = curl_mime_addpart(to);
  return part != nullptr && curl_mime_data(part, bytes.data(), bytes.size()) == CURLE_OK &&
         curl_mime_type(part, type) == CURLE_OK && curl_mime_encoder(part, "base64") == CURLE_OK;
}

// The plainest first (RFC 2046 section 5.1.4).
bool MailTransfer::AddParts() {
  mime_ = curl_mime_init(easy_);
  if (mime_ != nullptr && AddPart(mime_, mail_.text, "text/plain; charset=utf-8") &&
      AddPart(mime_, mail_.html, "text/html; charset=utf-8")) {
    return true;
  }
  wrong_ = "no memory for a mail";
  return false;
}

void MailTransfer::SetServer() {
  const MailServer& server = options_.server;
  const std::string place = server.host + ":" + std::to_string(server.port);
  curl_easy_setopt(easy_, CURLOPT_URL, ((server.tls ? "smtps://" : "smtp://") + place).c_str());
  curl_easy_setopt(easy_, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  const long starttls = options_.starttls == Starttls::kRequire ? CURLUSESSL_ALL
                        : options_.starttls == Starttls::kTry   ? CURLUSESSL_TRY
                                                                : CURLUSESSL_NONE;
  curl_easy_setopt(easy_, CURLOPT_USE_SSL, server.tls ? long{CURLUSESSL_ALL} : starttls);
  if (!options_.ca_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_CAPATH, nullptr);
    curl_easy_setopt(easy_, CURLOPT_CAINFO, options_.ca_file.c_str());
  }
  if (!options_.user.empty()) {
    curl_easy_setopt(easy_, CURLOPT_USERNAME, options_.user.c_str());
    curl_easy_setopt(easy_, CURLOPT_PASSWORD, options_.password.c_str());
  }
  if (addresses_.empty()) return;
  std::string pin = "+" + place + ":";
  for (const auto& address : addresses_) pin += (pin.back() == ':' ? "" : ",") + Spell(address);
  pins_ = curl_slist_append(nullptr, pin.c_str());
  curl_easy_setopt(easy_, CURLOPT_RESOLVE, pins_);
}

int MailTransfer::OnDebug(CURL* /*easy*/, curl_infotype type, char* data, size_t size, void* self) {
  auto* transfer = static_cast<MailTransfer*>(self);
  if (type == CURLINFO_HEADER_OUT) transfer->Sent({data, size});
  if (type == CURLINFO_HEADER_IN) transfer->Heard({data, size});
  return 0;
}

size_t MailTransfer::OnReply(char* /*data*/, size_t size, size_t count, void* /*self*/) {
  return size * count;
}

// What follows AUTH are lines of credentials, which nothing here keeps.
void MailTransfer::Sent(std::string_view command) {
  const auto is = [command](std::string_view word) { return command.starts_with(word); };
  MailStep& step = result_.step;
  if (is("AUTH ")) {
    step = MailStep::kLogin;
  } else if (is("MAIL FROM:")) {
    step = MailStep::kSender;
  } else if (is("RCPT TO:")) {
    step = MailStep::kRecipient;
  } else if (is("DATA")) {
    step = MailStep::kContent;
  } else if (is("QUIT")) {
    is_leaving_ = true;
  }
}

void MailTransfer::Heard(std::string_view line) {
  if (is_leaving_) return;  // The answer to that says nothing.
  if (result_.step == MailStep::kConnect) result_.step = MailStep::kHello;
  int code = 0;
  const std::string_view digits = line.substr(0, 3);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), code);
  if (read.ec == std::errc()) result_.reply_code = code;
  reply_.clear();
  for (const char c : line.substr(0, kReplyBytesMax)) reply_ += c >= ' ' && c < 0x7F ? c : ' ';
  reply_ = base::TrimAscii(reply_);
}

MailResult MailTransfer::Finish(CURLcode code) {
  if (!wrong_.empty()) {
    result_.detail = wrong_;
    return std::move(result_);
  }
  result_.taken = code == CURLE_OK;
  if (result_.taken) return std::move(result_);
  const bool server_said_no = result_.reply_code >= 400;
  const std::string why = error_[0] != '\0' ? error_.data() : curl_easy_strerror(code);
  result_.detail = std::string(MailStepName(result_.step)) + ": " + (server_said_no ? reply_ : why);
  return std::move(result_);
}

}  // namespace signboard::net
