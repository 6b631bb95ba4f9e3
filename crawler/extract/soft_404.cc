#include "crawler/extract/soft_404.h"

#include <algorithm>
#include <array>

#include "proto/base/text.h"

namespace signboard::extract {
namespace {

// Said of the page itself, in lower case and without white space. Each is a whole claim: "不存在"
// alone is said of many things.
constexpr std::array<std::string_view, 33> kClaims = {
    "页面不存在",     "网页不存在",       "文章不存在",       "信息不存在",     "内容不存在",
    "文件不存在",     "页面找不到",       "找不到页面",       "找不到该页",     "找不到您要的页面",
    "无法找到该页",   "无法找到该网页",   "未找到页面",       "页面未找到",     "访问的页面不",
    "页面已删除",     "文章已删除",       "内容已删除",       "页面已被删除",   "文章已被删除",
    "内容已被删除",   "已被发布者删除",   "頁面不存在",       "找不到頁面",     "pagenotfound",
    "404notfound",    "pagecannotbefound",
    // WeChat's.
    "因违规无法查看",   "内容无法查看",     "涉嫌侵权，无法查看", "该公众号已迁移", "此帐号已被屏蔽",
    "链接已过期"};

// Titles that are nothing else.
constexpr std::array<std::string_view, 8> kTitles = {"404",         "404错误",  "404页面", "错误页面",
                                                     "notfound",    "出错了",   "404error",
                                                     "error404"};

// Lower case, without white space and the stops that stand between words.
std::string Squeezed(std::string_view text, size_t code_points_max) {
  std::string out;
  for (const char c : base::TruncateUtf8(text, code_points_max)) {
    const unsigned char u = static_cast<unsigned char>(c);
    if (u <= 0x20 || c == '-' || c == ':' || c == '!' || c == '.' || c == ',' || c == '_') continue;
    out.push_back(u >= 'A' && u <= 'Z' ? static_cast<char>(u + 0x20) : c);
  }
  return out;
}

std::string_view ClaimIn(std::string_view squeezed) {
  for (const std::string_view claim : kClaims)
    if (squeezed.find(claim) != std::string_view::npos) return claim;
  return {};
}

}  // namespace

std::string Soft404Words(const PageFacts& facts, std::string_view main_text) {
  const bool is_article = facts.published_basis == "meta" || !facts.source.empty() ||
                          !facts.article_title.empty() || !facts.author.empty();
  if (is_article) return "";
  if (base::CountCodePoints(main_text) > kSoft404CodePointsMax) return "";
  const std::string title = Squeezed(facts.title, kSoft404CodePointsMax);
  if (std::find(kTitles.begin(), kTitles.end(), title) != kTitles.end()) return title;
  if (const std::string_view claim = ClaimIn(title); !claim.empty()) return std::string(claim);
  return std::string(ClaimIn(Squeezed(main_text, kSoft404CodePointsMax)));
}

}  // namespace signboard::extract
