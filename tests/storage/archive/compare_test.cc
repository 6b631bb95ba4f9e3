// Two captures side by side: sentences, words, links, source.
#include "storage/archive/compare.h"

#include "storage/archive/text_diff.h"
#include "tests/storage/archive/archive_fixture.h"

namespace signboard::archive {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Edit = v1::CompareReply::Edit;

std::string Mark(Edit::Kind kind) {
  if (kind == Edit::SAME) return "=";
  return kind == Edit::INSERTED ? "+" : kind == Edit::DELETED ? "-" : "~";
}
template <class Edits>
std::vector<std::string> Shown(const Edits& edits) {
  std::vector<std::string> shown;
  for (const Edit& edit : edits) shown.push_back(Mark(edit.kind()) + edit.text());
  return shown;
}
v1::CompareReply Diff(std::string_view before, std::string_view after,
                      TextUnit unit = TextUnit::kSentence) {
  v1::CompareReply reply;
  DiffTexts(before, after, unit, &reply);
  return reply;
}
extract::Link LinkTo(const std::string& name, const std::string& text) {
  extract::Link link;
  link.url = "http://a.cn/" + name;
  link.text = text;
  return link;
}
// Both texts, as the edits tell them.
std::pair<std::string, std::string> Rebuilt(const v1::CompareReply& reply) {
  std::pair<std::string, std::string> both;
  const auto add = [&](const Edit& edit) {
    if (edit.kind() != Edit::INSERTED) both.first += edit.text();
    if (edit.kind() != Edit::DELETED) both.second += edit.text();
  };
  for (const Edit& edit : reply.edits()) {
    if (edit.kind() != Edit::CHANGED) add(edit);
    for (const Edit& word : edit.words()) add(word);
  }
  return both;
}

TEST(TextDiffTest, ASentenceThatChangedIsToldByItsChineseWords) {
  const std::string before = "靖安国际传播中心揭牌。粉丝覆盖70多个国家和地区。仪式由县委宣传部举行。\n";
  const std::string after = "靖安国际传播中心揭牌。粉丝覆盖80多个国家和地区。来源：县融媒体中心。\n";
  const auto reply = Diff(before, after);
  EXPECT_THAT(Shown(reply.edits()),
              ElementsAre("=靖安国际传播中心揭牌。", "~粉丝覆盖80多个国家和地区。",
                          "-仪式由县委宣传部举行。\n", "+来源：县融媒体中心。\n"));
  EXPECT_THAT(Shown(reply.edits(1).words()),
              ElementsAre("=粉丝覆盖", "-70", "+80", "=多个国家和地区。"));
  EXPECT_EQ(Rebuilt(reply), std::make_pair(before, after));
  EXPECT_NEAR(reply.change_degree(), (2 + 2 + 11 + 10) / 72.0, 0.03);
}

TEST(TextDiffTest, TheSameIsZeroAndAllElseIsOne) {
  EXPECT_EQ(Diff("一样。", "一样。").change_degree(), 0);
  EXPECT_EQ(Diff("", "").change_degree(), 0);
  EXPECT_EQ(Diff("甲乙丙。", "").change_degree(), 1);
  EXPECT_EQ(Diff("", "甲乙丙。").change_degree(), 1);
  EXPECT_THAT(Shown(Diff("", "甲。").edits()), ElementsAre("+甲。"));
}

TEST(TextDiffTest, WhateverDiffersBothTextsAreToldWhole) {
  std::string before;
  std::string after;
  uint32_t random = 7;
  for (int i = 0; i < 9'000; ++i) {
    random = random * 1'664'525U + 1'013'904'223U;
    const std::string line = "行" + std::to_string(random >> 20U) + " word\n";
    if (random % 7 != 0) before += line;
    if (random % 5 != 0) after += line;
    if (i == 4'500) after += std::string(200'000, 'x') + "\n";
  }
  EXPECT_EQ(Rebuilt(Diff(before, after, TextUnit::kLine)), std::make_pair(before, after));
  EXPECT_EQ(Rebuilt(Diff(before, after)), std::make_pair(before, after));
  const std::string few = before.substr(0, 20'000);
  const std::string others = after.substr(0, 20'000);
  EXPECT_EQ(Rebuilt(Diff(few, others)), std::make_pair(few, others));
  // Long sentences alike, each with each: the steps are bounded, the words all there.
  std::string long_one;
  for (int i = 0; i < 50; ++i) {
    for (int word = 0; word < 900; ++word) long_one += "w" + std::to_string(word * (i + 1)) + " ";
    long_one += ".\n";
  }
  std::string shifted = "v0 " + long_one;
  for (size_t at = shifted.find("w1 "); at != std::string::npos; at = shifted.find("w1 ", at + 1))
    shifted[at] = 'v';
  EXPECT_EQ(Rebuilt(Diff(long_one, shifted, TextUnit::kLine)), std::make_pair(long_one, shifted));
}

TEST(TextDiffTest, BrokenBytesAndNoBreaksAtAllDoNoHarm) {
  const std::string broken = "\xff\xfe\x80 a\xe4\xb8";
  EXPECT_EQ(Rebuilt(Diff(broken, broken + "b")), std::make_pair(broken, broken + "b"));
  std::string solid;
  for (int i = 0; i < 200'000; ++i) solid += "中";
  EXPECT_EQ(Rebuilt(Diff(solid, "文" + solid)), std::make_pair(solid, "文" + solid));
}

TEST(TextDiffTest, LinksAreASetWithTheirWords) {
  v1::CompareReply reply;
  DiffLinks({LinkTo("1", "旧闻"), LinkTo("2", "二"), LinkTo("3", "三")},
            {LinkTo("4", "新闻"), LinkTo("3", "三"), LinkTo("2", "贰")}, &reply);
  EXPECT_THAT(Shown(reply.edits()), ElementsAre("-旧闻", "+新闻", "=三", "~贰"));
  EXPECT_EQ(reply.edits(3).url(), "http://a.cn/2");
  EXPECT_THAT(Shown(reply.edits(3).words()), ElementsAre("-二", "+贰"));
  EXPECT_EQ(reply.change_degree(), 0.75);
}

class CompareTest : public ArchiveTest {
 protected:
  static constexpr char kUrl[] = "http://jingan.gov.cn/1.html";

  std::string Keep(int day, const std::string& body,
                   const std::string& type = "text/html; charset=utf-8") {
    Capture capture = Page(kUrl, kNoon + day * kDay, body);
    capture.header.mutable_snapshot()->set_content_type(type);
    const auto stored = archive_->Store(std::move(capture));
    EXPECT_TRUE(stored.ok()) << base::ToString(stored.status());
    return stored.ok() ? stored->snapshot_id() : "";
  }
  StatusOr<v1::CompareReply> Ask(const std::string& from, const std::string& to,
                                 v1::CompareRequest::View view = v1::CompareRequest::TEXT) {
    v1::CompareRequest request;
    request.set_from_id(from);
    request.set_to_id(to);
    request.set_view(view);
    return Compare(*archive_, request);
  }
  static std::string Article(const std::string& words) {
    return "<html><head><title>县国际传播中心揭牌</title></head><body><div class=\"nav\">"
           "<a href=\"/\">首页</a></div><div class=\"article\"><h1>县国际传播中心揭牌</h1><p>" +
           words + "</p><p>中心由县融媒体中心运营，面向海外讲述本地故事，已开设多个账号。</p>"
           "<p><a href=\"/more.html\">更多</a></p></div></body></html>";
  }
};

TEST_F(CompareTest, AnEditedArticleShowsItsEditInEachView) {
  const std::string old = Keep(-12, Article("粉丝来自70多个国家和地区。"));
  const std::string now = Keep(-10, Article("粉丝来自90多个国家和地区。"));
  const auto text = Ask(old, now);
  ASSERT_TRUE(text.ok()) << base::ToString(text.status());
  EXPECT_EQ(text->from().id(), old);
  EXPECT_EQ(text->to().id(), now);
  EXPECT_GT(text->change_degree(), 0);
  EXPECT_LT(text->change_degree(), 0.2);
  int changed = 0;
  for (const Edit& edit : text->edits()) {
    if (edit.kind() == Edit::SAME) continue;
    ++changed;
    EXPECT_EQ(edit.kind(), Edit::CHANGED) << edit.text();
    EXPECT_THAT(edit.text(), HasSubstr("90多个"));
  }
  EXPECT_EQ(changed, 1);
  EXPECT_THAT(text->edits(0).text(), HasSubstr("县国际传播中心揭牌")) << "its headline too";
  const auto links = Ask(old, now, v1::CompareRequest::LINKS);
  ASSERT_TRUE(links.ok());
  EXPECT_EQ(links->change_degree(), 0);
  EXPECT_EQ(links->edits_size(), 2);
  const auto source = Ask(old, now, v1::CompareRequest::SOURCE);
  ASSERT_TRUE(source.ok());
  EXPECT_GT(source->change_degree(), 0);
  EXPECT_EQ(Ask(old, old)->change_degree(), 0);
}

TEST_F(CompareTest, WhatStaysIsToldByItsEnds) {
  std::string filler;
  for (int i = 0; i < 2'000; ++i) filler += "第" + std::to_string(i) + "句没有变化。";
  const std::string old = Keep(-12, filler + "旧句在此。", "text/plain");
  const std::string now = Keep(-10, filler + "新的一句话。", "text/plain");
  const auto reply = Ask(old, now);
  ASSERT_TRUE(reply.ok()) << base::ToString(reply.status());
  ASSERT_GE(reply->edits_size(), 3);
  EXPECT_TRUE(reply->edits(0).text().starts_with("第0句"));
  EXPECT_GT(reply->edits(1).left_out(), 10'000u);
  EXPECT_TRUE(reply->edits(1).text().ends_with("第1999句没有变化。"));
  EXPECT_LT(reply->ByteSizeLong(), 20'000u);
}

TEST_F(CompareTest, WhatCannotBeComparedIsSaid) {
  const std::string page = Keep(-12, Article("甲。"));
  const std::string image = Keep(-11, "\x89PNG\r\n", "image/png");
  EXPECT_EQ(Ask(page, "").status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(Ask("nonsense", page).status().code(), StatusCode::kInvalidArgument);
  std::string absent = page;
  absent[3] = '9';
  const auto missing = Ask(page, absent);
  EXPECT_EQ(missing.status().code(), StatusCode::kNotFound);
  EXPECT_THAT(base::ToString(missing.status()), HasSubstr("to_id"));
  const auto picture = Ask(image, page);
  EXPECT_EQ(picture.status().code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(base::ToString(picture.status()), HasSubstr("from_id"));
}

}  // namespace
}  // namespace signboard::archive
