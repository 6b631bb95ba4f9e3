#include "deploy/signboard/alert_settings.h"

#include <fstream>
#include <utility>

#include "proto/base/url.h"
#include "proto/net/mail_headers.h"
#include "storage/gateway/alert_text.h"

namespace signboard::cli {
namespace {

Status Wrong(std::string_view key, std::string_view why) {
  return base::InvalidArgument("alerts." + std::string(key) + ": " + std::string(why));
}

StatusOr<std::optional<net::MailClientOptions>> MailOptions(const Settings& settings) {
  if (settings.mail_server.empty()) return std::optional<net::MailClientOptions>();
  net::MailClientOptions mail;
  const auto server = net::ParseMailServer(settings.mail_server);
  if (!server.ok()) return base::Annotate(server.status(), "alerts.mail_server");
  mail.server = *server;
  const auto starttls = net::ParseStarttls(settings.mail_starttls);
  if (!starttls.ok()) return base::Annotate(starttls.status(), "alerts.mail_starttls");
  mail.starttls = *starttls;
  if (!net::IsMailAddress(settings.mail_from))
    return Wrong("mail_from", "must be an address, who@example.org");
  mail.user = settings.mail_user;
  mail.password = settings.mail_password;
  if (const Status good = net::CheckMailClientOptions(mail); !good.ok())
    return base::Annotate(good, "alerts.mail_user");
  mail.ca_file = settings.alerts_ca_file;
  ASSIGN_OR_RETURN(mail.resolver.servers, net::Resolver::ParseServers(settings.dns_servers));
  return std::optional(std::move(mail));
}

StatusOr<gateway::AlertTextOptions> TextOptions(const Settings& settings) {
  gateway::AlertTextOptions text;
  text.language =
      settings.mail_language == "en" ? gateway::Language::kEn : gateway::Language::kZh;
  if (settings.public_url.empty()) return text;
  const auto url = base::Url::Parse(settings.public_url);
  if (!url.ok() || !url->is_http()) return Wrong("public_url", "must be a http or https URL");
  text.public_url = url->HrefWithoutFragment();
  while (text.public_url.ends_with('/')) text.public_url.pop_back();
  return text;
}

}  // namespace

StatusOr<registry::AlertSenderOptions> AlertSending(const Settings& settings) {
  registry::AlertSenderOptions sending;
  ASSIGN_OR_RETURN(sending.http.guard, net::AddressGuard::Make(settings.guard_allow));
  ASSIGN_OR_RETURN(sending.http.resolver.servers,
                   net::Resolver::ParseServers(settings.dns_servers));
  sending.http.tls_unverified = net::TlsUnverified::kRefuse;
  sending.http.cookies.keep = false;
  sending.http.ca_file = settings.alerts_ca_file;
  sending.user_agent = settings.UserAgent();
  sending.timeout = settings.alerts_timeout;
  if (!settings.alerts_ca_file.empty() && !std::ifstream(settings.alerts_ca_file).good())
    return Wrong("ca_file", "cannot read " + settings.alerts_ca_file);
  ASSIGN_OR_RETURN(sending.mail, MailOptions(settings));
  sending.mail_from = settings.mail_from;
  ASSIGN_OR_RETURN(const gateway::AlertTextOptions text, TextOptions(settings));
  sending.mail_text = [text](const registry::AlertBook::Outgoing& message) {
    gateway::AlertText made =
        gateway::RenderAlert(message.delivery.payload(), message.to.id(), text);
    return registry::MailText{std::move(made.subject), std::move(made.text), std::move(made.html)};
  };
  return sending;
}

}  // namespace signboard::cli
