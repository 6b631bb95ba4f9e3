// Articles of WeChat (mp.weixin.qq.com): what their page's script says of them.
//
//   var msg_title = '…'.html(false);   var ct = "1763518800";   var nickname = htmlDecode("…");
//   var user_name = "gh_…";   var msg_source_url = '…';
//   window.cgiDataNew = { title: JsDecode('…'), nick_name: JsDecode('…'), create_time: '…' * 1,
//                         content_noencode: JsDecode('…') }      posts of pictures with a text
//
// The text is in #js_content, hidden until the script has run, or in the script itself. A page with
// neither (deleted, banned, asking for a person) is no article: soft_404.h and the fetcher's
// challenges tell those apart.
//
// Threads: Safe from any; no state.
// Cost:    Linear in the scripts; kWechatScriptBytesMax of each are read.
#pragma once

#include <cstddef>

#include "crawler/extract/links.h"
#include "crawler/extract/main_text.h"
#include "crawler/extract/page_facts.h"
#include "crawler/parse/document.h"
#include "proto/base/url.h"

namespace signboard::extract {

inline constexpr size_t kWechatScriptBytesMax = size_t{256} << 10;
inline constexpr size_t kWechatScriptsMax = 64;

// By its host, or by its container: copies elsewhere keep that, and the script.
bool IsWechat(const base::Url& page_url, const MainText& main);

// Gives the facts of the article that `document` is: title, account as source (and author, when
// none is named), account id, time of publication; its text, where the page has it only in a
// script; and a link to where it was first published (阅读原文). No article: nothing.
void ReadWechat(const parse::Document& document, const base::Url& page_url, PageFacts* facts,
                MainText* main, Links* links);

}  // namespace signboard::extract
