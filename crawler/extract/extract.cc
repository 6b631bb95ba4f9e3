#include "crawler/extract/extract.h"

#include <utility>

#include "crawler/extract/app_shell.h"
#include "crawler/extract/fingerprint.h"
#include "crawler/extract/json_list.h"
#include "crawler/extract/list_body.h"
#include "crawler/extract/main_text.h"
#include "crawler/extract/news_columns.h"
#include "crawler/extract/text_render.h"
#include "crawler/extract/wechat.h"
#include "proto/base/text.h"

namespace signboard::extract {
namespace {

std::string_view CutUtf8(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (text[bytes] & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

decode::BodyKind KindOf(std::string_view content_type, std::string_view body) {
  const decode::BodyKind kind = decode::FindBodyKind(content_type, body);
  if (kind != decode::BodyKind::kHtml) return kind;
  // What a script asks for is often sent as text/html.
  if (IsXmlList(body)) return decode::BodyKind::kXml;
  return IsJson(body) ? decode::BodyKind::kJson : kind;
}

// A list without a page around it: a hub, when it leads anywhere.
bool ExtractList(const PageRead& page, const base::Url& url, Extracted* extracted) {
  const bool xml = page.kind == decode::BodyKind::kXml && IsXmlList(page.text.utf8);
  if (!xml && page.kind != decode::BodyKind::kJson) return false;
  Links links = xml ? FindXmlListLinks(page.text.utf8, url)
                    : FindJsonListLinks(page.text.utf8, url);
  if (links.links.empty()) return false;
  extracted->links = std::move(links);
  extracted->is_hub = true;
  extracted->listed = SpanOfList(extracted->links);
  extracted->hub_why = xml ? "list:xml" : "list:json";
  extracted->fingerprint = HubFingerprint(extracted->links.links, url);
  return extracted->fingerprint != 0;
}

}  // namespace

Extracted Extract(const parse::Document& document, const base::Url& final_url) {
  Extracted extracted;
  // Who reads it looks at its first lines, and whether it is more than an app shell has.
  RenderOptions top;
  top.lines_enough = kFactLinesMax;
  top.bytes_enough = 4 * kShellTextCharsMax + 1;
  const std::string visible = RenderText(document.body(), top);
  extracted.facts = FindPageFacts(document, final_url, visible);
  extracted.links = FindLinks(document, final_url);
  MarkNewsColumns(final_url, &extracted.links);
  MainText main = FindMainText(document);
  if (IsWechat(final_url, main))
    ReadWechat(document, final_url, &extracted.facts, &main, &extracted.links);
  HubVerdict verdict = JudgeHub(final_url, extracted.facts, extracted.links, main);
  extracted.is_hub = verdict.is_hub;
  extracted.hub_why = std::move(verdict.why);
  if (extracted.is_hub) {
    extracted.fingerprint = HubFingerprint(extracted.links.links, final_url);
    extracted.listed = SpanOfList(extracted.links);
  }
  if (extracted.fingerprint == 0)
    extracted.fingerprint = ArticleFingerprint(extracted.facts.title, main.text);
  extracted.text_chars = base::CountCodePoints(main.text);
  extracted.main_text = std::move(main.text);
  extracted.main_container = std::move(main.container);
  extracted.app_shell_why = AppShellWhy(document, extracted.links, visible);
  extracted.truncated_why = document.truncated_why();
  return extracted;
}

PageRead ExtractFromBody(std::string_view body, std::string_view content_type,
                         const base::Url& final_url, const parse::ParseLimits& limits) {
  PageRead page;
  page.kind = KindOf(content_type, body);
  if (page.kind == decode::BodyKind::kOther) {
    page.extracted.fingerprint = BytesFingerprint(body);
    return page;
  }
  const bool html = page.kind == decode::BodyKind::kHtml;
  const size_t most = page.kind == decode::BodyKind::kText ? kPlainTextBytesMax : kListBodyBytesMax;
  const bool is_cut = !html && body.size() > most;
  page.text = decode::DecodeText(is_cut ? body.substr(0, most) : body, content_type, html);
  if (html) {
    const StatusOr<parse::Document> document = parse::Document::Parse(page.text.utf8, limits);
    if (document.ok()) {
      page.extracted = Extract(*document, final_url);
    } else {
      page.extracted.truncated_why = std::string(base::Message(document.status()));
    }
    return page;
  }
  if (ExtractList(page, final_url, &page.extracted)) return page;
  page.extracted.main_text = std::string(CutUtf8(page.text.utf8, kTextBytesMax));
  page.extracted.main_container = "text";
  page.extracted.text_chars = base::CountCodePoints(page.extracted.main_text);
  page.extracted.fingerprint =
      is_cut ? BytesFingerprint(body) : ArticleFingerprint("", page.text.utf8);
  return page;
}

}  // namespace signboard::extract
