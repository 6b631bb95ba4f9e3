#include "crawler/extract/event_date.h"

#include <gtest/gtest.h>

#include <string>

namespace signboard::extract {
namespace {

struct DateCase {
  const char* sentence;  // The verb begins at |, which is taken out.
  const char* published; // RFC 3339 in +08:00; empty: unknown.
  const char* date;      // "2025-11-18 day stamp", with " future"; empty: none.
  const char* url = "";
  const char* lead = "";
};

std::string Find(const DateCase& c) {
  std::string sentence = c.sentence;
  const size_t verb = sentence.find('|');
  if (verb != std::string::npos) sentence.erase(verb, 1);
  DateContext context;
  if (*c.published != '\0')
    context.published = base::ParseRfc3339(std::string(c.published) + "T10:00:00+08:00").value();
  context.url = c.url;
  context.lead = c.lead;
  const auto found = FindEventDate(sentence, verb, context);
  if (!found) return {};
  EXPECT_LT(found->from, found->to);
  EXPECT_LE(found->to, sentence.size());
  return found->date.date + " " + found->date.precision + " " + found->date.basis +
         (found->future ? " future" : "");
}

void Check(const auto& cases) {
  for (const DateCase& c : cases) EXPECT_EQ(Find(c), c.date) << c.sentence << " " << c.published;
}

TEST(EventDateTest, WrittenDatesAreTaken) {
  const DateCase cases[] = {
      {"2025年11月18日，靖安国际传播中心|揭牌", "2025-11-20", "2025-11-18 day text"},
      {"2025年11月18日，靖安国际传播中心|揭牌", "", "2025-11-18 day text"},
      {"二〇二五年十一月十八日，中心|揭牌", "2025-11-20", "2025-11-18 day text"},
      {"中心于2025-11-18正式|成立", "2026-01-01", "2025-11-18 day text"},
      {"中心|成立于2024年6月", "2025-01-01", "2024-06 month text"},
      {"2018年|成立的中心", "2025-01-01", "2018 year text"},
      {"2025年 11月 18日 中心|揭牌", "2025-11-20", "2025-11-18 day text"},
      {"On Nov. 18, 2025, the center was |unveiled", "", "2025-11-18 day text"},
      {"the center was |unveiled on 18 November 2025", "", "2025-11-18 day text"},
  };
  Check(cases);
}

TEST(EventDateTest, MonthAndDayTakeTheLatestYear) {
  const DateCase cases[] = {
      {"11月18日上午，靖安国际传播中心正式|揭牌", "2025-11-18", "2025-11-18 day stamp"},
      {"11月18日，中心|揭牌", "2025-11-18", "2025-11-18 day url",
       "https://www.a.gov.cn/xw/202511/t20251118_1.html"},
      {"12月31日，中心|揭牌", "2025-01-03", "2024-12-31 day stamp"},
      {"12月31日，中心|揭牌", "2025-01-03", "2024-12-31 day url",
       "https://m.cnhubei.com/content/2024-12/31/content_1.html"},
      {"十一月十八日，中心|揭牌", "2025-11-19", "2025-11-18 day stamp"},
      {"11月18日，中心|揭牌", "2025-03-01", "2024-11-18 day stamp"},
      {"11月19日，中心|揭牌", "2025-11-18", "2025-11-19 day stamp future"},
      {"11月21日，中心|揭牌", "2025-11-18", "2024-11-21 day stamp"},
      {"2月29日，中心|揭牌", "2026-03-01", "2024-02-29 day stamp"},
      {"11月18日，中心|揭牌", "", "--11-18 day text"},
      {"531日，中心|揭牌", "2024-06-02", "2024-05-31 day stamp"},
      {"13月45日，中心|揭牌", "2025-11-18", ""},
      {"The center was |unveiled on Nov. 18", "2025-11-20", "2025-11-18 day stamp"},
      {"6月中心|揭牌", "2025-11-20", "2025-06 month stamp"},
  };
  Check(cases);
}

TEST(EventDateTest, BareDaysTakeTheMonthOfTheDateline) {
  const DateCase cases[] = {
      {"28日，中心|举行揭牌仪式", "2024-10-30", "2024-10-28 day inferred", "", "新华社西安10月29日电"},
      {"新华社西安10月29日电 中心28日|揭牌", "2024-10-30", "2024-10-28 day inferred"},
      {"31日，中心|揭牌", "2025-01-02", "2024-12-31 day inferred", "", "本报1月1日讯"},
      {"18日，中心|揭牌", "2025-11-19", "2025-11-18 day inferred"},
      {"二日，中心|揭牌", "2024-09-03", "2024-09-02 day inferred"},
      {"28日，中心|揭牌", "", "--10-28 day text", "", "西安10月29日电"},
      {"28日，中心|揭牌", "", ""},
      {"19日，中心|揭牌", "2025-11-25", "2025-11-19 day inferred", "", "11月18日，大会开幕。"},
      {"26日，中心|揭牌", "2024-11-22", "2024-06-26 day inferred", "", "新华社6月27日电"},
  };
  Check(cases);
}

TEST(EventDateTest, RelativeWordsCountFromThePublication) {
  const DateCase cases[] = {
      {"今天，中心|揭牌", "2025-11-18", "2025-11-18 day inferred"},
      {"昨日，中心|揭牌", "2025-11-18", "2025-11-17 day inferred"},
      {"昨天上午，中心|揭牌", "2025-01-01", "2024-12-31 day inferred"},
      {"上周一，中心|揭牌", "2025-11-18", "2025-11-10 day inferred"},
      {"上星期一（9月2日），中心|揭牌", "2024-09-09", "2024-09-02 day stamp"},
      {"今天（10月30日），中心|揭牌", "2024-10-30", "2024-10-30 day stamp"},
      {"本周一，中心|揭牌", "2025-11-19", "2025-11-17 day inferred"},
      {"周一，中心|揭牌", "2025-11-19", "2025-11-17 day inferred"},
      {"The center was |unveiled Tuesday", "2025-11-19", "2025-11-18 day inferred"},
      {"On Tuesday the center |opened", "2025-11-18", "2025-11-18 day inferred"},
      {"The center was |unveiled last Tuesday", "2025-11-18", "2025-11-11 day inferred"},
      {"The center |opened yesterday", "2025-11-18", "2025-11-17 day inferred"},
      {"去年2月|揭牌的中心", "2025-11-18", "2024-02 month inferred"},
      {"今年6月|成立", "2025-11-18", "2025-06 month inferred"},
      {"本月18日，中心|揭牌", "2025-11-20", "2025-11-18 day inferred"},
      {"上月28日，中心|揭牌", "2025-01-05", "2024-12-28 day inferred"},
      {"当天，中心|揭牌", "2025-11-20", "2025-11-18 day stamp", "", "11月18日，大会开幕。"},
      {"同日，中心|揭牌", "2025-11-20", "2025-11-17 day inferred", "", "17日，大会开幕。"},
      {"当天，中心|揭牌", "2025-11-20", ""},
      {"昨日，中心|揭牌", "", ""},
      {"昨日，中心|揭牌", "2025-11-20", "2025-11-17 day inferred", "", "本报11月18日讯"},
  };
  Check(cases);
}

TEST(EventDateTest, VagueWordsAreNoDates) {
  const DateCase cases[] = {
      {"近日，靖安国际传播中心|揭牌", "2025-11-18", ""},
      {"日前，中心正式|成立", "2025-11-18", ""},
      {"The center was |unveiled this week", "2025-11-18", ""},
      {"Earlier this week the center was |unveiled", "2025-11-18", ""},
      {"中心|揭牌", "2025-11-18", ""},
      {"今日靖安讯，中心|揭牌", "2025-11-18", ""},
      {"中心成立七周年，周一次|活动", "2025-11-18", ""},
      {"在5号线3号楼|揭牌", "2025-11-18", ""},
      {"第18日|揭牌", "2025-11-18", ""},
      {"", "2025-11-18", ""},
  };
  Check(cases);
}

TEST(EventDateTest, AnnouncedDaysLieAhead) {
  const DateCase cases[] = {
      {"中心将于5月24日正式|成立", "2024-05-23", "2024-05-24 day stamp future"},
      {"中心将于1月5日|揭牌", "2024-12-28", "2025-01-05 day stamp future"},
      {"中心将于12月20日|揭牌", "2025-11-18", "2025-12-20 day stamp future"},
      {"中心将于明天|揭牌", "2025-11-18", "2025-11-19 day inferred future"},
      {"中心将于28日|揭牌", "2025-11-18", "2025-11-28 day inferred future"},
      {"中心将于下周一|揭牌", "2025-11-18", "2025-11-24 day inferred future"},
      {"The center will be |unveiled on Nov. 28", "2025-11-18", "2025-11-28 day stamp future"},
  };
  Check(cases);
}

TEST(EventDateTest, TheVerbTakesItsOwnDate) {
  const DateCase cases[] = {
      {"自2018年成立以来，中心不断发展，11月18日新址|揭牌", "2025-11-18", "2025-11-18 day stamp"},
      {"11月18日，2018年|成立的中心举办活动", "2025-11-18", "2018 year text"},
      {"11月18日，在2025年全国大会上，中心|揭牌", "2025-11-18", "2025-11-18 day stamp"},
      {"11月17日论坛开幕，11月18日中心|揭牌", "2025-11-18", "2025-11-18 day stamp"},
      {"11月17日中心|揭牌，11月18日论坛闭幕", "2025-11-18", "2025-11-17 day stamp"},
      {"11月18日至20日的大会上，中心|揭牌", "2025-11-20", "2025-11-18 day stamp"},
  };
  Check(cases);
}

TEST(EventDateTest, AgeIsCountedFromThePublication) {
  const DateContext context{base::ParseRfc3339("2025-11-20T10:00:00+08:00").value(), "", ""};
  EXPECT_EQ(FindEventDate("11月18日揭牌", 10, context)->days_before_publication, 2);
  EXPECT_EQ(FindEventDate("将于11月28日揭牌", 16, context)->days_before_publication, -8);
  EXPECT_EQ(FindEventDate("2018年揭牌", 7, context)->days_before_publication, std::nullopt);
}

TEST(EventDateTest, DaysAreChinas) {
  // 23:30 UTC of the 17th is the morning of the 18th.
  const DateContext context{base::ParseRfc3339("2025-11-17T23:30:00Z").value(), "", ""};
  EXPECT_EQ(FindEventDate("今天揭牌", 6, context)->date.date, "2025-11-18");
}

TEST(EventDateTest, HostileSentencesAreBounded) {
  std::string days;
  while (days.size() < 1'000'000) days += "11月18日";
  const DateContext context{base::ParseRfc3339("2025-11-20T10:00:00+08:00").value(), days, days};
  EXPECT_TRUE(FindEventDate(days, days.size() / 2, context).has_value());
  EXPECT_TRUE(FindEventDate(days, std::string::npos, context).has_value());
  EXPECT_FALSE(FindEventDate(std::string(1'000'000, '1'), 5, context).has_value());
  EXPECT_FALSE(FindEventDate(std::string(1'000'000, '\xE4'), 5, context).has_value());
}

}  // namespace
}  // namespace signboard::extract
