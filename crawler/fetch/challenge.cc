#include "crawler/fetch/challenge.h"

#include <algorithm>
#include <string>

#include "proto/base/text.h"

namespace signboard::fetch {
namespace {

// A page with this much in it besides markup is a page, whatever words it uses.
constexpr size_t kTinyPageBytes = size_t{16} << 10;

bool Has(std::string_view text, std::string_view word) {
  return base::Find(text, word) != std::string_view::npos;
}

bool HasAny(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return Has(text, word); });
}

// A cookie or other header that the firewall itself sets.
bool HeaderHas(const net::HeaderList& headers, std::string_view name, std::string_view word) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& field) {
    return base::EqualsIgnoreCaseAscii(field.first, name) && Has(field.second, word);
  });
}

// The wall itself, or the way to it.
bool IsWechatWall(const net::HeaderList& headers, std::string_view text) {
  if (HeaderHas(headers, "Location", "/mp/wappoc_appmsgcaptcha")) return true;
  return Has(text, "环境异常") && Has(text, "完成验证后即可继续访问") && !Has(text, "js_content");
}

// Scripts that set a clearance cookie and come back: they mean the same under every status.
std::string_view ScriptChallenge(std::string_view text) {
  if (text.size() > kTinyPageBytes || !Has(text, "<script")) return {};
  if (Has(text, "$_ts")) return "ruishu";
  if (Has(text, "__jsl_clearance") || (Has(text, "document.cookie") && Has(text, "\"bts\""))) {
    return "jiasule";
  }
  if (HasAny(text, {"acw_sc__v2", "acw_sc__v3"})) return "aliyun";
  if (HasAny(text, {"security_session_mid_verify", "yunsuo_session_verify"}) ||
      (Has(text, "srcurl=") && Has(text, "screendate"))) {
    return "yunsuo";
  }
  if (HasAny(text, {"challenge-platform", "cf-chl-", "cf_chl_opt"})) return "cloudflare";
  return {};
}

std::string_view TitleOf(std::string_view text) {
  const size_t from = base::Find(text, "<title>");
  if (from == std::string_view::npos) return {};
  const std::string_view rest = text.substr(from + 7);
  return rest.substr(0, rest.find("</title>"));
}

// Pages that ask for a person. With a status of success only the title tells them from a page that
// speaks of such things, or a form that has a captcha beside its fields.
std::string_view HumanChallenge(int status, std::string_view text) {
  if (text.size() > kTinyPageBytes) return {};
  const std::string_view where = status < 400 ? TitleOf(text) : text;
  if (HasAny(where, {"人机验证", "滑动验证", "安全验证", "访问验证", "Just a moment..."})) {
    return "captcha";
  }
  if (status >= 400 && HasAny(text, {"TencentCaptcha", "AliyunCaptcha", "aliyunCaptcha",
                                     "g-recaptcha", "h-captcha", "请输入验证码"})) {
    return "captcha";
  }
  return {};
}

std::string_view RefusalChallenge(int status, const net::HeaderList& headers,
                                  std::string_view text) {
  if (status < 400) return {};
  if (Has(text, "errors.aliyun.com")) return "aliyun";
  if (HasAny(text, {"云防护", "创宇盾", "网站防火墙", "WAF拦截", "访问被拦截", "请求被拦截",
                    "您的访问可能对网站造成威胁", "安全狗"})) {
    return "yundun";
  }
  if (HeaderHas(headers, "cf-mitigated", "challenge")) return "cloudflare";
  return {};
}

}  // namespace

std::string_view FindChallenge(int status, const net::HeaderList& headers,
                               std::string_view text) {
  const bool is_short = text.size() < kChallengeBytesMax;
  if (is_short) {
    if (IsWechatWall(headers, text)) return "wechat";
    // Ruishu's own status; its page may be larger than the others'.
    if ((status == 412 || status == 202) && Has(text, "$_ts")) return "ruishu";
    for (const std::string_view kind : {ScriptChallenge(text), HumanChallenge(status, text),
                                        RefusalChallenge(status, headers, text)}) {
      if (!kind.empty()) return kind;
    }
  }
  if (status == 521) {
    const bool jiasule = net::FindHeader(headers, "X-Via-JSL").has_value() ||
                         HeaderHas(headers, "Set-Cookie", "__jsl") ||
                         Has(text, "document.cookie");
    return jiasule ? "jiasule" : "http_521";
  }
  // We send no condition that could fail with 412; a site that says so says something else.
  if (status == 412) return "http_412";
  return {};
}

}  // namespace signboard::fetch
