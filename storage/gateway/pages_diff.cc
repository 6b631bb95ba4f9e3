// /diff/<id>..<id>: two captures side by side, and /api/v1/compare, the same as JSON.
#include <algorithm>

#include "proto/base/digest.h"
#include "proto/base/text.h"
#include "storage/gateway/compare_view.h"
#include "storage/gateway/pages.h"
#include "storage/gateway/services.h"
#include "storage/gateway/words.h"

namespace signboard::gateway {
namespace {

using Edit = v1::CompareReply::Edit;

// A page is read, not downloaded: what is more is told by the JSON.
constexpr size_t kShownBytesMax = 200'000;
constexpr std::string_view kHint = "write /diff/<snapshot id>..<snapshot id>";

// As Shown, but its lines stay lines.
std::string ShownLines(std::string_view text) {
  std::string shown;
  for (size_t from = 0; from <= text.size();) {
    const size_t end = std::min(text.find('\n', from), text.size());
    std::string_view line = text.substr(from, end - from);
    if (line.ends_with('\r')) line.remove_suffix(1);
    shown += base::EscapeTerminal(line);
    if (end < text.size()) shown += '\n';
    from = end + 1;
  }
  return shown;
}

PageData Row(const Edit& edit) {
  PageData row;
  const bool changed = edit.kind() == Edit::CHANGED;
  row.set("same", edit.kind() == Edit::SAME);
  row.set("inserted", edit.kind() == Edit::INSERTED);
  row.set("deleted", edit.kind() == Edit::DELETED);
  row.set("changed", changed);
  row.set("text", ShownLines(edit.text()));
  row.set("href", edit.url().empty() ? PageData(false) : PageData(Shown(edit.url(), 2'048)));
  const uint32_t left_out = edit.left_out();
  row.set("left_out", left_out == 0 ? PageData(false) : PageData(ShownCount(left_out)));
  PageData words(PageData::type::list);
  for (const Edit& word : edit.words()) words << Row(word);
  row.set("words", words);
  return row;
}

PageData Side(const v1::Snapshot& snapshot) {
  PageData side;
  side.set("time", ShownTime(snapshot.captured_ms()));
  side.set("replay", ReplayPath(snapshot.captured_ms(), snapshot.url()));
  side.set("title", Shown(snapshot.page().title(), 200));
  const std::string digest = base::ToHex(snapshot.body_sha256());
  side.set("sha256", digest);
  side.set("short", digest.substr(0, 12));
  return side;
}

PageData Views(v1::CompareRequest::View view, Language language) {
  const bool zh = language == Language::kZh;
  PageData views(PageData::type::list);
  for (const auto& [one, name] : {std::pair{v1::CompareRequest::TEXT, zh ? "正文" : "Text"},
                                  std::pair{v1::CompareRequest::LINKS, zh ? "链接" : "Links"},
                                  std::pair{v1::CompareRequest::SOURCE, zh ? "源代码" : "Source"}}) {
    PageData row;
    row.set("name", name);
    row.set("word", std::string(ViewWord(one)));
    row.set("current", one == view);
    views << row;
  }
  return views;
}

// 12.3; a change that is there is never 0.
std::string Percent(double degree) {
  if (degree <= 0) return "0";
  const auto tenths = static_cast<uint64_t>(std::max(1.0, degree * 1'000 + 0.5));
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

void PutEdits(const v1::CompareReply& reply, bool is_links, PageData* page) {
  PageData rows(PageData::type::list);
  size_t bytes = 0;
  bool cut = reply.cut();
  for (const Edit& edit : reply.edits()) {
    // Thousands of links that stay say nothing.
    if (is_links && edit.kind() == Edit::SAME) continue;
    bytes += edit.ByteSizeLong();
    cut = cut || bytes > kShownBytesMax;
    if (bytes > kShownBytesMax) break;
    rows << Row(edit);
  }
  page->set("edits", rows);
  page->set("nothing", reply.change_degree() <= 0);
  page->set("is_links", is_links);
  page->set("is_text", !is_links);
  page->set("cut", cut);
}

Problem Refused(const Status& status) {
  if (status.code() == StatusCode::kFailedPrecondition)
    return {409, "not_comparable", std::string(base::Message(status)), "", {}};
  return ProblemOf(status, "archive");
}

}  // namespace

AnswerLater ApiCompare(Services* services, HttpServerRequest request) {
  const auto view = ParseView(request.Param("view").value_or(""));
  if (!view.ok()) co_return BadParameter("view", base::Message(view.status()));
  v1::CompareRequest asked;
  asked.set_from_id(std::string(request.Param("from").value_or("")));
  asked.set_to_id(std::string(request.Param("to").value_or("")));
  asked.set_view(*view);
  for (const auto& [name, id] : {std::pair{"from", &asked.from_id()},
                                 std::pair{"to", &asked.to_id()}})
    if (id->empty() || !base::IsValidUtf8(*id))
      co_return BadParameter(name, "a snapshot id is needed");
  auto comparing = services->backend.Compare(std::move(asked));
  const auto reply = co_await std::move(comparing);
  if (!reply.ok()) co_return Refused(reply.status());
  co_return JsonAnswer(CompareJson(*reply, *view));
}

AnswerLater DiffPage(Services* services, HttpServerRequest request) {
  const Language language = PickLanguage(request);
  const auto view = ParseView(request.Param("view").value_or(""));
  if (!view.ok()) co_return BadParameter("view", base::Message(view.status()));
  auto asked = ParseDiffPath(request.path);
  if (!asked.ok())
    co_return Problem{400, "bad_address", std::string(base::Message(asked.status())),
                      std::string(kHint), {}};
  asked->set_view(*view);
  const std::string path = DiffPath(asked->from_id(), asked->to_id());
  const std::string json = "/api/v1/compare?from=" + EncodeQuery(asked->from_id()) +
                           "&to=" + EncodeQuery(asked->to_id()) +
                           "&view=" + std::string(ViewWord(*view));
  auto comparing = services->backend.Compare(std::move(*asked));
  const auto reply = co_await std::move(comparing);
  if (!reply.ok()) co_return Refused(reply.status());
  PageData page;
  page.set("url", Shown(reply->to().url(), base::kUrlBytesMax));
  page.set("from", Side(reply->from()));
  page.set("to", Side(reply->to()));
  page.set("path", path);
  page.set("back", DiffPath(reply->to().id(), reply->from().id()));
  page.set("lookup", "/lookup?url=" + EncodeQuery(reply->to().url()));
  page.set("json", json);
  page.set("views", Views(*view, language));
  page.set("percent", Percent(reply->change_degree()));
  PutEdits(*reply, *view == v1::CompareRequest::LINKS, &page);
  const std::string title = language == Language::kZh ? "版本对比" : "Versions compared";
  co_return RenderPage(request, "diff.html", title, std::move(page));
}

}  // namespace signboard::gateway
