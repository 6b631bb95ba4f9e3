#include "storage/gateway/pages.h"

#include <charconv>

#include "proto/base/text.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

constexpr std::string_view kPageSafety =
    "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

// The q of one Accept-Language member: 0 to 1000.
int Weight(std::string_view member) {
  const size_t q = member.find("q=");
  if (q == std::string_view::npos) return 1'000;
  double weight = 0;
  const char* end = member.data() + member.size();
  if (std::from_chars(member.data() + q + 2, end, weight).ec != std::errc()) return 0;
  return weight >= 1 ? 1'000 : weight > 0 ? static_cast<int>(weight * 1'000) : 0;
}

// This page in another language.
std::string LinkIn(const HttpServerRequest& request, std::string_view language) {
  std::string link = request.path.starts_with("/web/") ? "/" : EncodeQuery(request.path);
  for (size_t at = link.find("%2F"); at != std::string::npos; at = link.find("%2F", at))
    link.replace(at, 3, "/");
  // "//host" would be another site.
  if (link.starts_with("//")) link = "/";
  link += "?lang=" + std::string(language);
  for (const auto& [name, value] : request.query)
    if (name != "lang") link += "&" + EncodeQuery(name) + "=" + EncodeQuery(value);
  return link;
}

kainjow::mustache::partial Partial(std::string_view name) {
  return kainjow::mustache::partial([name] { return std::string(FindPageFile(name)); });
}

}  // namespace

std::string_view FindPageFile(std::string_view name) {
  for (size_t i = 0; i < kPageFileCount; ++i)
    if (kPageFiles[i].name == name) return kPageFiles[i].text;
  return {};
}

Language PickLanguage(const HttpServerRequest& request) {
  if (const auto lang = request.Param("lang")) {
    if (*lang == "zh") return Language::kZh;
    if (*lang == "en") return Language::kEn;
  }
  int zh = 0;
  int en = 0;
  const std::string wanted = base::ToLowerAscii(request.Header("Accept-Language").value_or(""));
  for (std::string_view member : base::SplitAscii(wanted, ',')) {
    member = base::TrimAscii(member);
    if (member.starts_with("zh")) zh = std::max(zh, Weight(member));
    if (member.starts_with("en")) en = std::max(en, Weight(member));
  }
  return zh > en ? Language::kZh : Language::kEn;
}

std::string Shown(std::string_view text, size_t code_points_max) {
  const std::string_view cut = base::TruncateUtf8(text, code_points_max);
  std::string shown = base::EscapeTerminal(cut);
  if (cut.size() < text.size()) shown += "…";
  return shown;
}

std::string ShownCount(uint64_t count) {
  std::string digits = std::to_string(count);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string ShownBytes(uint64_t bytes) {
  constexpr std::string_view kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  double tenths = static_cast<double>(bytes) * 10;
  size_t unit = 0;
  for (; tenths >= 10'240 && unit + 1 < std::size(kUnits); ++unit) tenths /= 1'024;
  const auto whole = static_cast<uint64_t>(tenths);
  std::string text = ShownCount(whole / 10);
  if (unit > 0) text += "." + std::to_string(whole % 10);
  return text + " " + std::string(kUnits[unit]);
}

std::string ShownTime(int64_t ms) {
  return base::FormatRfc3339(std::chrono::floor<std::chrono::seconds>(FromMillis(ms)));
}

HttpServerResponse RenderPage(const HttpServerRequest& request, std::string_view name,
                              std::string_view title, PageData data, int status) {
  const bool zh = PickLanguage(request) == Language::kZh;
  data.set("lang", zh ? "zh" : "en");
  data.set("zh", zh);
  data.set("en", !zh);
  data.set("title", Shown(title));
  data.set("zh_link", LinkIn(request, "zh"));
  data.set("en_link", LinkIn(request, "en"));
  data.set("form_url", Shown(request.Param("url").value_or(""), base::kUrlBytesMax));
  data.set("form_at", Shown(request.Param("at").value_or(""), 40));
  data.set("head", PageData(Partial("head.html")));
  data.set("form", PageData(Partial("form.html")));
  data.set("item", PageData(Partial("announcement_item.html")));
  data.set("foot", PageData(Partial("foot.html")));
  kainjow::mustache::mustache page{std::string(FindPageFile(name))};
  HttpServerResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/html; charset=utf-8"},
                      {"Content-Language", zh ? "zh" : "en"},
                      {"Vary", "Accept-Language"},
                      {"Cache-Control", "no-cache"},
                      {"Content-Security-Policy", std::string(kPageSafety)}};
  response.body = page.render(data);
  return response;
}

HttpServerResponse ProblemPage(const HttpServerRequest& request, const Problem& problem) {
  PageData data;
  data.set("status", std::to_string(problem.status));
  data.set("detail", Shown(problem.detail));
  data.set("hint", problem.hint.empty() ? PageData(false) : PageData(Shown(problem.hint)));
  data.set("code", problem.code);
  HttpServerResponse response =
      RenderPage(request, "problem.html", TitleOf(problem.status), std::move(data), problem.status);
  for (const auto& [key, value] : problem.headers) response.SetHeader(key, value);
  return response;
}

AnswerLater StyleSheet(Services*, HttpServerRequest) {
  HttpServerResponse response;
  response.headers = {{"Content-Type", "text/css; charset=utf-8"},
                      {"Cache-Control", "max-age=300"}};
  response.body = FindPageFile("style.css");
  co_return response;
}

}  // namespace signboard::gateway
