#include "crawler/extract/script_text.h"

#include <gtest/gtest.h>

#include <string>

namespace signboard::extract {
namespace {

TEST(ScriptTextTest, StringsAreFoundByTheirName) {
  const std::string script =
      "var nickname_x = 'no'; my_nickname='no'; nickname += 1; nickname=f(1);\n"
      "var nickname = htmlDecode(\"靖安\\x26发布\"), b = {\"title\": '甲', id : JsDecode( \"乙\" )};";
  EXPECT_EQ(ScriptString(script, "nickname", 100), "靖安&发布");
  EXPECT_EQ(ScriptString(script, "title", 100), "甲");
  EXPECT_EQ(ScriptString(script, "id", 100), "乙");
  EXPECT_EQ(ScriptString(script, "b", 100), "");
  EXPECT_EQ(ScriptString(script, "nickname", 3), "") << "longer than asked for";
}

TEST(ScriptTextTest, StringsThatDoNotEndAreNone) {
  for (const char* script : {"a='", "a='x", "a='x\\", "a='x\n'", "a=", "a", "a=\"x'", "a = f(", ""})
    EXPECT_EQ(ScriptString(script, "a", 100), "") << script;
  EXPECT_EQ(ScriptString("a='x\\'y'", "a", 100), "x'y");
}

TEST(ScriptTextTest, EscapesAreUndone) {
  EXPECT_EQ(Unescaped("\\u8d75\\n\\x3Cb\\/\\\\ \\q"), "赵\n<b/\\ \\q");
  EXPECT_EQ(Unescaped("\\ud83d\\ude00"), "😀");
  EXPECT_EQ(Unescaped("\\ud83d!"), "\uFFFD!") << "half a pair";
  EXPECT_EQ(Unescaped("\\ude00"), "\uFFFD");
  EXPECT_EQ(Unescaped("\\u12"), "\\u12");
  EXPECT_EQ(Unescaped("\\"), "\\");
  EXPECT_EQ(WithoutEntities("a&amp;lt;&nbsp;&quot;b&#39;&bogus;&"), "a&lt; \"b'&bogus;&");
}

TEST(ScriptTextTest, ManyBeginningsCostLinearTime) {
  std::string script;
  for (int i = 0; i < 100'000; ++i) script += "title:'";
  EXPECT_EQ(ScriptString(script + "\n", "title", 2'048), "title:");
  std::string open;
  for (int i = 0; i < 100'000; ++i) open += "title:f(";
  EXPECT_EQ(ScriptString(open, "title", 2'048), "");
}

}  // namespace
}  // namespace signboard::extract
