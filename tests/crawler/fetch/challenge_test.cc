#include "crawler/fetch/challenge.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace signboard::fetch {
namespace {

TEST(ChallengeTest, EveryFirewallIsKnownByItsPage) {
  struct Row {
    int status;
    net::HeaderList headers;
    std::string text;
    std::string kind;
  };
  const std::vector<Row> rows = {
      {412, {}, "<html><meta content=\"x\"><script>$_ts=window['$_ts'];if(!$_ts)$_ts={};</script>",
       "ruishu"},
      {202, {}, "<script>$_ts.cd=\"q\"</script>", "ruishu"},
      {200, {}, "<html><script>$_ts.lcd()</script></html>", "ruishu"},
      {412, {}, "", "http_412"},
      {521, {}, "<script>document.cookie=(''+'_')+';';location.href=location.pathname</script>",
       "jiasule"},
      {521, {{"X-Via-JSL", "5e"}}, "", "jiasule"},
      {521, {{"Set-Cookie", "__jsluid_s=ab; path=/"}}, "", "jiasule"},
      {521, {}, "Web server is down", "http_521"},
      {200, {},
       "<script>go({\"bts\":[\"1\",\"2\"],\"chars\":\"x\",\"ha\":\"md5\","
       "\"tn\":\"__jsl_clearance_s\",\"vt\":\"3600\"})</script>",
       "jiasule"},
      {200, {}, "<html><script>var arg1='7C';reload('acw_sc__v2=')</script></html>", "aliyun"},
      {405, {}, "<a href=\"https://errors.aliyun.com/images/block.png\">", "aliyun"},
      {200, {},
       "<script>function YunSuoAutoJump(){self.location=\"/?security_session_mid_verify=\";"
       "var screendate=1;document.cookie=\"srcurl=\"+x}</script>",
       "yunsuo"},
      {403, {}, "<title>403</title>您的请求已被云防护拦截", "yundun"},
      {200, {}, "<title>安全验证</title><div id=slider></div>", "captcha"},
      {403, {}, "<script src=TencentCaptcha.js></script>", "captcha"},
      {503, {}, "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>",
       "cloudflare"},
      {403, {{"cf-mitigated", "challenge"}}, "", "cloudflare"},
      {200, {}, "<h2>环境异常</h2><p>当前环境异常，完成验证后即可继续访问。</p>", "wechat"},
      {302, {{"Location", "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=H"}}, "",
       "wechat"},
  };
  for (const Row& row : rows) {
    EXPECT_EQ(FindChallenge(row.status, row.headers, row.text), row.kind)
        << row.status << " " << row.text;
  }
}

TEST(ChallengeTest, PagesThatOnlySpeakOfSuchThingsAreContent) {
  const std::string article = "<html><title>新闻</title><p>" + std::string(20'000, 'x');
  for (const std::string& text :
       {article + "acw_sc__v2 <script></script>", article + "<script>$_ts</script>",
        std::string("<title>关于人民网的通知</title><p>网站启用滑动验证功能</p>"),
        std::string("<title>登录</title><form><input type=\"password\">验证码</form>"),
        std::string("<title>留言</title><form><div class=g-recaptcha></div></form>"),
        std::string("<div id=js_content>环境异常 完成验证后即可继续访问</div>"), std::string()}) {
    EXPECT_EQ(FindChallenge(200, {}, text), "") << text.substr(0, 80);
  }
}

TEST(ChallengeTest, CookiesThatFirewallsSetOnEveryAnswerAreNoChallenge) {
  EXPECT_EQ(FindChallenge(200, {{"Set-Cookie", "yunsuo_session_verify=1"}, {"X-Via-JSL", "a"}},
                          "<p>content</p>"),
            "");
}

TEST(ChallengeTest, PlainErrorsAreNoChallenge) {
  for (const int status : {403, 404, 429, 500, 502, 503, 522}) {
    EXPECT_EQ(FindChallenge(status, {}, "<h1>nginx</h1>"), "") << status;
  }
}

TEST(ChallengeTest, ALongBodyIsNoChallenge) {
  EXPECT_EQ(FindChallenge(200, {}, "<script>$_ts</script>" + std::string(kChallengeBytesMax, ' ')),
            "");
}

}  // namespace
}  // namespace signboard::fetch
