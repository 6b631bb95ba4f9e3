#include "crawler/extract/wechat.h"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "crawler/extract/dates.h"
#include "crawler/extract/script_text.h"
#include "crawler/extract/text_render.h"
#include "proto/base/text.h"
#include "proto/base/url_canonical.h"

namespace signboard::extract {
namespace {

using parse::Document;
using parse::Node;

constexpr size_t kValueBytesMax = 2'048;
constexpr size_t kTextBytesWrittenMax = size_t{128} << 10;
constexpr size_t kSecondsDigits = 10;

// The first that is given, of the names of one thing.
std::string First(std::string_view script, std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    std::string value = ScriptString(script, name, kValueBytesMax);
    if (!value.empty()) return value;
  }
  return "";
}

void Take(std::string value, std::string* into) {
  if (!into->empty() || value.empty()) return;
  const std::string plain = WithoutEntities(value);
  *into = base::TruncateUtf8(base::TrimAscii(plain), kFactBytesMax / 4);
}

// "1763518800", in seconds, or a day as people write it.
std::optional<UnixTime> StampTime(std::string_view stamp) {
  int64_t seconds = 0;
  const char* const end = stamp.data() + stamp.size();
  const auto [stop, error] = std::from_chars(stamp.data(), end, seconds);
  if (error == std::errc() && stop == end && stamp.size() == kSecondsDigits && seconds > 0)
    return UnixTime(std::chrono::seconds(seconds));
  return ParsePageTime(stamp);
}

struct Article {
  std::string title;
  std::string account;
  std::string account_id;
  std::string source_url;
  std::string stamp;
  std::string text;  // As HTML.
};

void ReadScript(std::string_view script, Article* article) {
  Take(First(script, {"msg_title"}), &article->title);
  Take(First(script, {"nickname", "nick_name"}), &article->account);
  Take(First(script, {"user_name"}), &article->account_id);
  Take(First(script, {"msg_source_url"}), &article->source_url);
  Take(First(script, {"ct", "create_time", "ori_create_time", "publish_time"}), &article->stamp);
  if (script.find("cgiDataNew") == std::string_view::npos) return;
  Take(First(script, {"title"}), &article->title);
  Take(First(script, {"source_url"}), &article->source_url);
  if (article->text.empty())
    article->text = ScriptString(script, "content_noencode", kTextBytesWrittenMax);
}

Article ReadScripts(const Document& document) {
  Article article;
  size_t scripts = 0;
  for (Node n = document.root(); n && scripts < kWechatScriptsMax; n = n.Next(document.root())) {
    if (n.tag() != "script" || n.HasAttribute("src")) continue;
    ++scripts;
    ReadScript(parse::RawTextOf(n, kWechatScriptBytesMax), &article);
  }
  return article;
}

// What stands in the script is text with line ends, or a piece of HTML.
std::string TextOfScript(std::string written) {
  std::string html = "<meta charset=utf-8><pre>";
  html += written;
  const StatusOr<Document> piece = Document::Parse(std::move(html));
  return piece.ok() ? RenderText(piece->body()) : std::string();
}

bool HasContainer(const MainText& main) { return main.container.ends_with("#js_content"); }

void AddOrigin(const std::string& reference, const base::Url& page_url, Links* links) {
  const auto url = base::Url::Parse(reference, &page_url);
  if (reference.empty() || !url.ok() || !url->is_http() || IsTrap(url->path())) return;
  Link link;
  link.url = base::Canonical(*url);
  link.text = "阅读原文";
  const bool known = std::any_of(links->links.begin(), links->links.end(),
                                 [&link](const Link& other) { return other.url == link.url; });
  if (known || link.url.size() > kLinkUrlBytesMax || links->links.size() >= kLinksMax) return;
  links->links.push_back(std::move(link));
}

}  // namespace

bool IsWechat(const base::Url& page_url, const MainText& main) {
  return page_url.host() == "mp.weixin.qq.com" || HasContainer(main);
}

void ReadWechat(const Document& document, const base::Url& page_url, PageFacts* facts,
                MainText* main, Links* links) {
  Article article = ReadScripts(document);
  bool is_article = HasContainer(*main);
  if (!is_article && !article.text.empty()) {
    std::string text = TextOfScript(std::move(article.text));
    is_article = !text.empty();
    if (is_article) *main = MainText{std::move(text), "script:content_noencode", {}};
  }
  if (!is_article) return;
  if (!article.title.empty()) facts->title = std::move(article.title);
  if (!article.account.empty()) facts->source = article.account;
  if (facts->author.empty()) facts->author = std::move(article.account);
  if (article.account_id.starts_with("gh_")) facts->account_id = std::move(article.account_id);
  if (const auto published = StampTime(article.stamp)) {
    facts->published = published;
    facts->published_basis = "script";
  }
  AddOrigin(article.source_url, page_url, links);
}

}  // namespace signboard::extract
