#include "crawler/extract/script_redirect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace signboard::extract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ScriptRedirectTest, WholeStringsAreRead) {
  EXPECT_THAT(ScriptRedirects("window.location.href = \"/a.html\";"), ElementsAre("/a.html"));
  EXPECT_THAT(ScriptRedirects("location='a.html'\ntop.location.replace( 'b.html' )"),
              ElementsAre("a.html", "b.html"));
  EXPECT_THAT(ScriptRedirects("if(m){document.location=\"http://m.a.cn/\"}location.assign('c')"),
              ElementsAre("http://m.a.cn/", "c"));
}

TEST(ScriptRedirectTest, WhatIsPutTogetherOrComparedIsNone) {
  for (const char* script :
       {"location.href = '/art/' + id;", "if (location == '/a') go();", "location.href=url",
        "location.hash='x'", "var l = location.href;", "location.reload('x')", "location='a\\x2fb'",
        "location = '", "location", "location.href='<b>'", "location=''"})
    EXPECT_THAT(ScriptRedirects(script), IsEmpty()) << script;
  EXPECT_THAT(ScriptRedirects("location='a';" + std::string(kRedirectScriptBytesMax, ' ')),
              IsEmpty());
}

}  // namespace
}  // namespace signboard::extract
